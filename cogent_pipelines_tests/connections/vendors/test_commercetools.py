"""A commercetools project's block: what may be left out, what may not, and what becomes of it."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from pydantic import ValidationError

from cogent_pipelines.adapters.storefronts.commercetools.bridge import signed
from cogent_pipelines.adapters.storefronts.commercetools.settings import CustomLines, ImportRules, OrderName
from cogent_pipelines.canonical.order import PaymentState
from cogent_pipelines.connections.secrets import MissingVariables
from cogent_pipelines.connections.services import VendorServices
from cogent_pipelines.connections.vendors.commercetools import CommercetoolsBlock, commercetools_settings
from cogent_pipelines.ports.extras import MarksExported
from cogent_pipelines.ports.webhook import Refusal, VerifiedEvent
from cogent_pipelines_tests.factories.clocks import StillClock

ENVIRONMENT = {"CT_ID": "client-1", "CT_SECRET": "s3cret-s3cret", "CT_BRIDGE": "new-secret", "CT_OLD": "old-secret"}
LEAST = {
    "vendor": "commercetools",
    "project": "northwind",
    "region": "europe-west1.gcp",
    "client_id_env": "CT_ID",
    "client_secret_env": "CT_SECRET",
}


def block(**more):
    return CommercetoolsBlock.model_validate(LEAST | more)


def settings(**more):
    return commercetools_settings(block(**more), ENVIRONMENT)


def test_a_region_makes_the_three_addresses():
    """As the vendor names its hosts."""
    found = settings()

    assert (
        "https://api.europe-west1.gcp.commercetools.com/northwind",
        "https://auth.europe-west1.gcp.commercetools.com/oauth/token",
        "https://import.europe-west1.gcp.commercetools.com/northwind",
    ) == (found.project_url, found.token_url, found.import_project_url)
    assert {f"{name}.europe-west1.gcp.commercetools.com" for name in ("api", "auth", "import")} == found.hosts


def test_every_address_may_come_from_a_variable():
    """For a stand-in on this machine; the project's key as well."""
    given = {
        "region": "",
        "project": "",
        "project_env": "P",
        "api_url_env": "A",
        "auth_url_env": "B",
        "import_url": "http://i",
    }
    environment = ENVIRONMENT | {"P": "sim", "A": "http://127.0.0.1:1/", "B": "http://127.0.0.1:2"}

    found = commercetools_settings(block(**given), environment)

    assert ("http://127.0.0.1:1/sim", "http://127.0.0.1:2/oauth/token", "http://i/sim") == (
        found.project_url,
        found.token_url,
        found.import_project_url,
    )


@pytest.mark.parametrize(
    ("broken", "words"),
    [
        ({"project": ""}, "project"),
        ({"project_env": "P"}, "project"),
        ({"region": ""}, "api_url"),
        ({"region": "", "api_url": "https://a"}, "auth_url"),
        ({"client_secret_env": "the secret itself"}, "client_secret_env"),
        ({"payment_states": {"Paid": "sponsored"}}, "payment_states"),
        ({"regoin": "x"}, "regoin"),
        ({"region": "", "api_url": "https://a", "auth_url": "https://b", "import_container": "stock"}, "import_url"),
    ],
)
def test_a_block_that_cannot_work_is_refused_by_its_field(broken, words):
    """Before anything is called."""
    with pytest.raises(ValidationError, match=words):
        block(**broken)


def test_variables_that_are_missing_are_named_together():
    """And no value is."""
    with pytest.raises(MissingVariables, match="CT_ID, CT_SECRET, CT_API"):
        commercetools_settings(block(api_url_env="CT_API"), {})


def test_every_choice_reaches_the_adapter():
    """Sets, states and the import."""
    found = settings(
        store="uk",
        supply_channel="uk-dc",
        fulfilment_channels=["uk-dc"],
        export_channel="wms",
        create_inventory_entries=True,
        import_container="stock",
        import_from=50,
        order_name="id",
        custom_line_items="goods",
        payment_states={"none": "paid", "Pending": "authorised"},
        held_states=["fraud"],
        scopes=["manage_orders", "manage_products"],
    )

    assert ImportRules("stock", least=50) == found.imports
    assert (OrderName.ID, CustomLines.GOODS, True) == (found.name, found.custom_lines, found.create_entries)
    assert [PaymentState.PAID, PaymentState.AUTHORISED, PaymentState.VOIDED] == [
        found.payment[each] for each in ("", "Pending", "Failed")
    ]
    assert ("manage_orders:northwind:uk", "manage_products:northwind") == found.whole_scopes
    assert ({"uk-dc"}, {"fraud"}, "wms") == (found.fulfilment_channels, found.held_states, found.export_channel)


def test_secrets_are_not_shown_where_settings_are_printed():
    """Settings end in tracebacks."""
    assert "s3cret" not in repr(settings())


@pytest.mark.parametrize("channel", ["", "wms"])
def test_the_storefront_is_opened_without_a_call_to_anybody(channel):
    """And marks orders only where there is a channel for it."""
    with block(export_channel=channel).open(VendorServices.in_memory(StillClock()), ENVIRONMENT) as storefront:
        assert bool(channel) is isinstance(storefront, MarksExported)


NOW = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
BODY = json.dumps(
    {
        "notificationType": "Message",
        "projectKey": "northwind",
        "id": "m-1",
        "type": "OrderCreated",
        "resource": {"typeId": "order", "id": "o-1"},
        "createdAt": "2026-11-01T09:00:00.000Z",
    }
).encode()


def arrives(source, secret, *, at=NOW):
    stamp = str(int(NOW.timestamp()))
    headers = {"X-Bridge-Timestamp": stamp, "X-Bridge-Signature": signed(secret.encode(), stamp, BODY)}
    return source.verifier.verify(headers, {}, BODY, at)


def test_without_a_bridge_secret_the_project_is_polled():
    """No address for events."""
    assert None is block().event_source(ENVIRONMENT)


def test_a_bridge_proves_itself_with_either_secret_while_one_is_rotated():
    """The old one may be gone already; an event that waited a day in its queue is taken."""
    source = block(bridge_secret_env="CT_BRIDGE", previous_bridge_secret_env="CT_OLD").event_source(ENVIRONMENT)
    later = block(bridge_secret_env="CT_BRIDGE", previous_bridge_secret_env="GONE").event_source(ENVIRONMENT)

    assert [VerifiedEvent, VerifiedEvent] == [type(arrives(source, secret)) for secret in ("new-secret", "old-secret")]
    assert [VerifiedEvent, Refusal] == [type(arrives(later, secret)) for secret in ("new-secret", "old-secret")]
    assert Refusal is type(arrives(source, "new-secret", at=NOW + timedelta(hours=1)))
    assert None is source.max_age


def test_a_push_may_show_the_secret_itself():
    """Where the block says so."""
    source = block(bridge_secret_env="CT_BRIDGE", bridge_proof="secret").event_source(ENVIRONMENT)

    assert isinstance(source.verifier.verify({"X-Bridge-Secret": "new-secret"}, {}, BODY, NOW), VerifiedEvent)
    assert isinstance(arrives(source, "new-secret"), Refusal)


def test_a_bridge_secret_that_is_not_set_is_named():
    """By its variable."""
    with pytest.raises(MissingVariables, match="NOT_SET"):
        block(bridge_secret_env="NOT_SET").event_source(ENVIRONMENT)
