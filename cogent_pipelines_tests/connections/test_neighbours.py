"""Two connections whose orders may have the same names at one warehouse are told apart by what names an account."""

import pytest

from cogent_pipelines.connections.neighbours import named_alike
from cogent_pipelines_tests.components.deployment import connection

MINTSOFT = {"vendor": "mintsoft", "secrets_env": {"username": "UK_USER", "password": "UK_PASSWORD"}}
ANOTHER_SHOP = {"vendor": "shopify", "shop": "southwind.myshopify.com", "access_token_env": "SOUTHWIND_TOKEN"}


def found(*, environment=None, **changes):
    given = {"name": "southwind", "storefront": ANOTHER_SHOP, "warehouse": MINTSOFT, **changes}
    return named_alike(
        connection(warehouse=MINTSOFT), [connection(warehouse=MINTSOFT), connection(**given)], environment or {}
    )


@pytest.mark.parametrize(
    ("changes", "alike"),
    [
        ({}, True),
        ({"injection": {"sales_order_prefix": "SW-"}}, False),
        ({"storefront": connection().storefront.model_dump(exclude_defaults=True)}, False),
        ({"warehouse": {**MINTSOFT, "secrets_env": {"username": "DE_USER", "password": "UK_PASSWORD"}}}, False),
        ({"warehouse": {**MINTSOFT, "secrets_env": {"username": "UK_USER", "password": "NEW_PASSWORD"}}}, True),
        ({"warehouse": {**MINTSOFT, "base_url": "https://elsewhere.example"}}, False),
        ({"warehouse": {**MINTSOFT, "sites": ["3"], "stock_lag_seconds": 60}}, True),
        ({"warehouse": {"vendor": "scend", "base_url": "https://x.example", "secrets_env": {"token": "T"}}}, False),
    ],
)
def test_another_storefront_at_the_same_account_under_the_same_prefix_is_named(changes, alike):
    """One of them would take the other's order for its own, and never send it."""
    assert (["southwind"] if alike else []) == found(**changes)


def test_two_variables_with_one_value_are_one_account():
    other = {**MINTSOFT, "secrets_env": {"username": "DE_USER", "password": "DE_PASSWORD"}}

    assert ["southwind"] == found(warehouse=other, environment={"UK_USER": "robot", "DE_USER": "robot"})
    assert [] == found(warehouse=other, environment={"UK_USER": "robot", "DE_USER": "other"})
