"""A connection is put together from its YAML and the variables that the YAML names."""

from datetime import timedelta

import pytest

from cogent_pipelines.connections.assembly import (
    MissingVariables,
    VendorServices,
    build_storefront,
    build_warehouse,
)
from cogent_pipelines.connections.secrets import Variables
from cogent_pipelines.connections.vendors.peoplevox import peoplevox_settings
from cogent_pipelines.connections.vendors.shopify import shopify_settings
from cogent_pipelines_tests.components.deployment import attributes, connection
from cogent_pipelines_tests.factories.clocks import StillClock

ENVIRONMENT = {
    "NORTHWIND_TOKEN": "shpat_secret",
    "NORTHWIND_CLIENT": "client-1",
    "NORTHWIND_USER": "api",
    "NORTHWIND_PASSWORD": "password-1",
}


def test_both_sides_are_built_from_named_variables():
    """Without a call to anybody."""
    services = VendorServices.in_memory(StillClock())

    with (
        build_storefront(connection(), services=services, environment=ENVIRONMENT) as storefront,
        build_warehouse(connection(), services=services, environment=ENVIRONMENT) as warehouse,
    ):
        assert (True, True) == (hasattr(storefront, "order_changes"), warehouse.batch_limit > 0)


def test_everything_that_is_missing_is_named_at_once_and_no_value_is():
    """Nobody should have to start it five times to learn five names."""
    with pytest.raises(MissingVariables) as missing:
        peoplevox_settings(connection().warehouse, {"NORTHWIND_USER": "api-user", "NORTHWIND_PASSWORD": ""})

    assert ("NORTHWIND_CLIENT", "NORTHWIND_PASSWORD") == missing.value.names
    assert "api-user" not in str(missing.value)


def test_a_missing_token_is_named():
    with pytest.raises(MissingVariables, match="NORTHWIND_TOKEN"):
        shopify_settings(connection().storefront, {})


def test_secrets_are_not_shown_where_settings_are_printed():
    """Settings end in tracebacks."""
    shown = repr(shopify_settings(connection().storefront, ENVIRONMENT)) + repr(
        peoplevox_settings(connection().warehouse, ENVIRONMENT)
    )

    assert [] == [secret for secret in ("shpat_secret", "password-1") if secret in shown]


@pytest.mark.parametrize("said", ["", "soon", "0", "-1"])
def test_a_number_that_is_none_is_named(said):
    variables = Variables({"WINDOW": said})
    variables.number("WINDOW")

    with pytest.raises(MissingVariables, match="WINDOW"):
        variables.refuse_if_any_is_missing()


def test_what_the_yaml_says_reaches_the_flows():
    """Seconds and minutes become times; the title is the channel's name where no other is given."""
    known = connection(
        injection={"sales_order_prefix": "NW-", "max_attempts": 3},
        stock={"buffer": 2, "buffers_by_sku": {"MUG": 5}},
        fulfilment={"tracking_grace_minutes": 90, "unsent_after_hours": 6},
        warehouse={**attributes()["warehouse"], "sites": ["MAIN"]},
    ).connection()

    assert ("northwind_uk", "shopify", "peoplevox", "Northwind") == (
        known.name,
        known.storefront,
        known.warehouse,
        known.injection.channel,
    )
    assert ("NW-", 3, 2, {"MUG": 5}, {"MAIN"}, 5400.0, timedelta(hours=6)) == (
        known.injection.sales_order_prefix,
        known.injection.max_attempts,
        known.stock.buffer,
        known.stock.buffers_by_sku,
        known.stock.sites,
        known.fulfilment.tracking_grace.total_seconds(),
        known.fulfilment.unsent_after,
    )
