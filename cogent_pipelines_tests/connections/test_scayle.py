"""A SCAYLE tenant's block of a connection: what it makes of its fields, and the address that it gives away."""

import base64
from datetime import UTC, datetime
from urllib.parse import unquote, urlsplit

import pytest
from pydantic import ValidationError

from cogent_pipelines.adapters.storefronts.scayle.settings import HandOver, ShopCountry
from cogent_pipelines.connections.assembly import MissingVariables, VendorServices, build_storefront
from cogent_pipelines.connections.events import STOREFRONT, callback_url, event_addresses, without_secrets
from cogent_pipelines.connections.settings import ConnectionSettings
from cogent_pipelines.connections.vendors.scayle import ScayleBlock, scayle_settings
from cogent_pipelines.ports.extras import HearsOfUnsentGoods, MarksExported, RecordsReturns
from cogent_pipelines.ports.webhook import Refusal, VerifiedEvent
from cogent_pipelines_tests.components.deployment import attributes
from cogent_pipelines_tests.factories.clocks import StillClock

ENVIRONMENT = {
    "SCAYLE_KEY": "key-0123456789",
    "SCAYLE_USER": "scayle",
    "SCAYLE_PASSWORD": "pass:word/1",
    "SCAYLE_OLD": "old-password",
    "NORTHWIND_CLIENT": "c",
    "NORTHWIND_USER": "u",
    "NORTHWIND_PASSWORD": "p",
}
GATEWAY = "https://hooks.example.com"


def block(**changes):
    given = {
        "vendor": "scayle",
        "tenant": "acme-live",
        "access_token_env": "SCAYLE_KEY",
        "shops": [{"shop": "ms", "country": "DE"}, {"shop": "ms", "country": "5502"}],
        "stock_warehouse": "main",
        "webhook_user_env": "SCAYLE_USER",
        "webhook_password_env": "SCAYLE_PASSWORD",
    }
    return given | changes


def connection(**changes):
    return ConnectionSettings.model_validate(attributes("northwind_de", storefront=block(**changes)))


def settings(**changes):
    return scayle_settings(ScayleBlock.model_validate(block(**changes)), ENVIRONMENT)


def login(password):
    return {"Authorization": "Basic " + base64.b64encode(f"scayle:{password}".encode()).decode()}


def test_a_block_says_where_the_tenant_is_and_how_it_is_called():
    """By its name, or by another address for a stand-in; only that host gets the key."""
    plain, elsewhere = (
        settings(),
        scayle_settings(
            ScayleBlock.model_validate(block(base_url_env="SCAYLE_URL")),
            ENVIRONMENT | {"SCAYLE_URL": "http://127.0.0.1:8000/"},
        ),
    )

    assert "https://acme-live.admin.api.scayle.cloud/api/admin/v1" == plain.api_url
    assert ("http://127.0.0.1:8000/api/admin/v1", frozenset({"127.0.0.1"})) == (elsewhere.api_url, elsewhere.hosts)
    assert (ShopCountry("ms", "DE"), ShopCountry("ms", "5502")) == plain.shops
    assert (ShopCountry("ms", "AT"),) == settings(shops_elsewhere=[{"shop": "ms", "country": "AT"}]).shops_elsewhere
    assert (HandOver.DELEGATION, "scayle:acme-live") == (plain.hand_over, plain.account)


def test_limits_are_the_published_ones_unless_the_block_knows_better():
    """Until the answers say what they really are."""
    limits = settings(calls_per_minute={"fulfillmentWrite": 100}).calls_per_minute

    assert (100, 1000) == (limits["fulfillmentWrite"], limits["ordersRead"])


def test_the_storefront_is_built_without_a_call_to_anybody():
    """It marks what was handed over only where the tenant has a field for it."""
    services = VendorServices.in_memory(StillClock())

    with (
        build_storefront(connection(), services=services, environment=ENVIRONMENT) as plain,
        build_storefront(connection(exported_field="wms"), services=services, environment=ENVIRONMENT) as marking,
    ):
        traits = [
            [isinstance(each, kind) for kind in (MarksExported, RecordsReturns, HearsOfUnsentGoods)]
            for each in (plain, marking)
        ]

    assert [[False, True, True], [True, True, True]] == traits


def test_its_stock_goes_by_the_time_of_a_figure():
    """The flows know it from the connection; other vendors' does not."""
    shopify = ConnectionSettings.model_validate(attributes("northwind_uk"))

    assert (True, False) == (connection().connection().stock.by_snapshot, shopify.connection().stock.by_snapshot)


def test_secrets_are_not_shown_and_what_is_missing_is_named():
    assert "key-0123456789" not in repr(settings())
    with pytest.raises(MissingVariables, match="SCAYLE_KEY"):
        scayle_settings(ScayleBlock.model_validate(block()), {})


@pytest.mark.parametrize(
    "changes",
    [
        {"tenant": ""},
        {"tenant_env": "TENANT"},
        {"shops": []},
        {"shops": [{"shop": "ms/../x", "country": "DE"}]},
        {"webhook_password_env": None},
        {"shops_elsewhere": [{"shop": "ms/../x", "country": "AT"}]},
        {"stock_warehouse": ""},
        {"timezone": "Europe/Nowhere"},
    ],
)
def test_what_cannot_be_right_is_refused(changes):
    with pytest.raises(ValidationError):
        ScayleBlock.model_validate(block(**changes))


def test_delegation_needs_the_login_that_scayle_shows():
    """Without an address every delegation is answered 404 for two days, and then SCAYLE cancels the order."""
    without = {"webhook_user_env": None, "webhook_password_env": None}

    with pytest.raises(
        ValidationError, match="give webhook_user_env and webhook_password_env, or choose hand_over: polling"
    ):
        ScayleBlock.model_validate(block(**without))
    assert HandOver.POLLING is settings(hand_over="polling", **without).hand_over


def test_a_delegation_of_thousands_of_units_is_taken():
    """An item is one unit; what the gateway refuses is cancelled after two days."""
    [address] = event_addresses(connection(), ENVIRONMENT)

    assert 8 * 1024 * 1024 == address.largest_body


def test_the_address_that_scayle_is_given_carries_its_login():
    """Whatever signs the password has; people are shown the address without it."""
    url = callback_url(connection(), STOREFRONT, public_url=GATEWAY, environment=ENVIRONMENT)
    parts = urlsplit(url)

    assert ("scayle", "pass:word/1") == (unquote(parts.username), unquote(parts.password))
    assert "https://hooks.example.com/webhooks/northwind_de/storefront" == without_secrets(url)


def test_events_are_accepted_with_the_old_password_while_it_is_changed():
    """And from nobody else; an event's age is not looked at, because nothing proves it."""
    [address] = event_addresses(connection(previous_webhook_password_env="SCAYLE_OLD"), ENVIRONMENT)
    body = b'{"key": "k", "payload": {}}'

    verdicts = [
        type(address.verifier.verify(login(password), {}, body, datetime(2026, 11, 2, tzinfo=UTC)))
        for password in ("pass:word/1", "old-password", "guess")
    ]

    assert ([VerifiedEvent, VerifiedEvent, Refusal], None) == (verdicts, address.max_age)


def test_without_a_login_the_tenant_is_polled():
    assert [] == event_addresses(
        connection(hand_over="polling", webhook_user_env=None, webhook_password_env=None), ENVIRONMENT
    )
