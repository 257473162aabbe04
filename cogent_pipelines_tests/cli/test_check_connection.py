"""Proving a connection, whichever vendors it is of: every trouble is a line that says what to do, and stops no other."""

import json
import socket

import pytest
from click.testing import CliRunner

from benchmarks.fleet import DEMO, pairs, write_fleet
from cogent_pipelines.cli.main import main
from cogent_pipelines.connections.template import new_connection, storefronts, warehouses
from cogent_pipelines.connections.yaml_files import FOLDER_VARIABLE

EVERY = [(storefront, warehouse) for storefront in storefronts() for warehouse in warehouses()]

# Whoever is asked is asked in the same way, whatever the other side is.
EACH_ONCE = [pair for number, pair in enumerate(pairs()) if number % 4 == 0]


def checked(name: str) -> list[dict[str, object]]:
    shown = CliRunner().invoke(main, ["check-connection", name, "--json"])
    assert (1, True) == (shown.exit_code, isinstance(shown.exception, SystemExit)), shown.exception
    return [json.loads(line) for line in shown.output.splitlines()]


@pytest.mark.parametrize(("storefront", "warehouse"), EVERY)
def test_variables_that_are_not_set_are_named_for_both_sides(tmp_path, monkeypatch, storefront, warehouse):
    """Right after `cogent new`, which names them."""
    path = tmp_path / "northwind_uk" / "defs.yaml"
    path.parent.mkdir()
    path.write_text(new_connection("northwind_uk", storefront=storefront, warehouse=warehouse))
    monkeypatch.setenv(FOLDER_VARIABLE, str(tmp_path))
    lines = checked("northwind_uk")

    assert ["storefront credentials", "warehouse credentials"] == [line["subject"] for line in lines]
    for line, vendor in zip(lines, (storefront, warehouse), strict=True):
        assert f"NORTHWIND_UK_{vendor.upper()}_" in line["finding"]


def test_another_storefront_that_puts_orders_into_the_same_account_is_named(tmp_path, monkeypatch):
    """Whether they are ever numbered alike only people know: nothing is refused for it."""
    for name in ("northwind_uk", "southwind_uk"):
        path = tmp_path / name / "defs.yaml"
        path.parent.mkdir()
        text = new_connection(name, storefront="shopify", warehouse="mintsoft")
        path.write_text(text.replace("SOUTHWIND_UK_MINTSOFT", "NORTHWIND_UK_MINTSOFT"))
    monkeypatch.setenv(FOLDER_VARIABLE, str(tmp_path))

    line = checked("northwind_uk")[0]

    assert ("names of sales orders", True) == (line["subject"], line["ok"])
    assert "southwind_uk puts orders of another storefront" in line["finding"]
    assert "set injection.sales_order_prefix in one of northwind_uk and southwind_uk" in line["remedy"]


@pytest.fixture
def nobody_answers(tmp_path, monkeypatch):
    """A connection of every pair whose vendors are at an address where nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{probe.getsockname()[1]}"
    said = dict.fromkeys(("shop", "client_id", "client_secret", "project_key", "username", "password", "token"), "x")
    said |= {"shop": "x.myshopify.com", "access_token": "x" * 32, **dict.fromkeys(("shop_key", "country_code"), "de")}
    said |= {"warehouse_reference_key": "w", **dict.fromkeys(("url", "auth_url", "import_url", "base_url"), url)}
    vendors = {vendor for pair in pairs() for vendor in pair}
    fleet = write_fleet(tmp_path / "fleet", count=len(pairs()) + 1, details=dict.fromkeys(vendors, said))
    for name, value in fleet.variables.items():
        monkeypatch.setenv(name, value)
    return dict(zip(pairs(), [name for name in fleet.names if name != DEMO], strict=True))


@pytest.mark.parametrize("pair", EACH_ONCE)
def test_a_vendor_that_is_not_there_is_a_line_and_the_other_is_asked_all_the_same(nobody_answers, pair):
    lines = checked(nobody_answers[pair])

    assert 2 <= len([line for line in lines if not line["ok"]])
    assert [] == [line["subject"] for line in lines if not line["ok"] and not line["remedy"]]


def test_a_name_that_there_is_not_is_refused_with_those_that_there_are(tmp_path, monkeypatch):
    monkeypatch.setenv(FOLDER_VARIABLE, str(tmp_path))
    shown = CliRunner().invoke(main, ["check-connection", "northwind_uk"])

    assert (1, True) == (shown.exit_code, "no connection called 'northwind_uk'; there are: none" in shown.output)
