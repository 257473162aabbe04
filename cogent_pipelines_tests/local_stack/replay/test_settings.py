"""What a replay makes of a connection's settings."""

import pytest

from cogent_pipelines.connections.vendors.peoplevox import peoplevox_settings
from cogent_pipelines.connections.vendors.shopify import shopify_settings
from cogent_pipelines.connections.yaml_files import read_connections, shipped_folder
from cogent_pipelines.local_stack.replay.settings import NoStandInsForIt, replay_settings, replay_variables
from cogent_pipelines_tests.components.deployment import attributes, connection

SHOP = {"url": "http://127.0.0.1:1", "shop": "stand-in.myshopify.com", "access_token": "t"}
WAREHOUSE = {"url": "http://127.0.0.1:2", "client_id": "c", "username": "u", "password": "p"}


def test_nothing_of_the_real_vendors_is_left_and_no_limit():
    """A replay must never reach a real shop: every address and credential is a stand-in's."""
    for settings in read_connections(shipped_folder()).values():
        replayed, variables = replay_settings(settings, SHOP), replay_variables(SHOP, WAREHOUSE)
        shop = shopify_settings(replayed.storefront, variables)
        tenant = peoplevox_settings(replayed.warehouse, variables)

        assert (SHOP["url"], SHOP["shop"], None) == (shop.base_url, shop.shop, shop.limit)
        assert (WAREHOUSE["url"], "c", False) == (tenant.base_url, tenant.client_id, replayed.warehouse.rate_limited)


def test_the_rules_of_the_connection_stay():
    for settings in read_connections(shipped_folder()).values():
        replayed = replay_settings(settings, SHOP)

        assert (settings.injection, settings.fulfilment) == (replayed.injection, replayed.fulfilment)


def test_a_connection_of_other_vendors_is_refused_by_name():
    """There are no stand-ins for it that a replay could trade at."""
    scend = {"vendor": "scend", "base_url": "https://scend.invalid", "secrets_env": {"token": "T"}}
    settings = connection(**{**attributes(), "warehouse": scend})

    with pytest.raises(NoStandInsForIt, match="from shopify to scend"):
        replay_settings(settings, SHOP)
