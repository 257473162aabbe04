"""What the demo hands to the processes it starts, and what it says at the end."""

import json
from dataclasses import replace

from cogent_pipelines.connections.events import event_addresses
from cogent_pipelines.connections.vendors.peoplevox import peoplevox_settings
from cogent_pipelines.connections.vendors.shopify import shopify_settings
from cogent_pipelines.connections.yaml_files import connection_settings, shipped_folder
from cogent_pipelines.local_stack.demo.judge import Verdict
from cogent_pipelines.local_stack.demo.run import CONNECTION, TIMEZONE, demo_variables, report
from cogent_pipelines.local_stack.home import Home
from cogent_pipelines.local_stack.stack import Given

SHOP = {
    "url": "http://127.0.0.1:1",
    "shop": "a.myshopify.com",
    "client_id": "i",
    "client_secret": "s",
    "webhook_secret": "w",
}
WAREHOUSE = {"url": "http://127.0.0.1:2", "client_id": "c", "username": "u", "password": "p"}
GOOD = Verdict(385, 381, 4, 0, 384, 384, 205, 0, 0, 0, ("sku_mismatches",), seconds=150.0)
ASKED_FOR = {
    *("orders", "acknowledged", "held", "failed", "despatches", "fulfilments", "stock_published"),
    *("lost", "duplicated", "oversold_units", "checks_failed", "seconds"),
}


def test_every_variable_that_the_demo_connection_names_is_set(tmp_path):
    """A name in the YAML that the demo does not set would stop it at the first order."""
    settings = connection_settings(CONNECTION, shipped_folder())
    environment = demo_variables(Home(tmp_path, tmp_path), SHOP, WAREHOUSE)

    shopify_settings(settings.storefront, environment)
    peoplevox_settings(settings.warehouse, environment)
    sources = [address.source for address in event_addresses(settings, environment)]

    assert (["storefront", "warehouse"], TIMEZONE) == (sources, settings.timezone)


def test_the_last_line_is_the_json_that_was_asked_for(tmp_path, capsys):
    """Another program reads it and nothing else."""
    given = Given(Home(tmp_path, tmp_path), say=lambda _: None)

    assert 0 == report(GOOD, given)

    told = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert ASKED_FOR <= set(told)
    assert (385, ["sku_mismatches"]) == (told["orders"], told["checks_failed"])


def test_a_day_that_went_wrong_ends_with_an_error(tmp_path):
    """Whatever was lost, doubled, oversold, or planted and not found."""
    given = Given(Home(tmp_path, tmp_path), say=lambda _: None)
    bad = [
        replace(GOOD, lost=1),
        replace(GOOD, duplicated=1),
        replace(GOOD, oversold_units=1),
        replace(GOOD, not_found=("x",)),
    ]

    assert [1, 1, 1, 1] == [report(verdict, given) for verdict in bad]
