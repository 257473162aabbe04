"""Everything that is sent, and every answer that tests make up, against the documents that the vendor publishes."""

import json
import re
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest
from graphql import build_schema, parse, validate

from cogent_pipelines.adapters.storefronts.commercetools.bridge import signed
from cogent_pipelines.adapters.storefronts.commercetools.orders import LOOK, LOOK_IN_STORE
from cogent_pipelines.adapters.storefronts.commercetools.settings import ImportRules, ReadingRules
from cogent_pipelines.adapters.storefronts.commercetools.translate import order_of
from cogent_pipelines.adapters.storefronts.commercetools.webhook import CommercetoolsWebhook
from cogent_pipelines.canonical.despatch import Tracking
from cogent_pipelines.canonical.fulfilment import FulfilmentLine, Parcel
from cogent_pipelines.canonical.money import Money
from cogent_pipelines.canonical.stock import StockToPublish
from cogent_pipelines.ports.extras import HandedOver, ReturnedGoods
from cogent_pipelines.ports.webhook import VerifiedEvent
from cogent_pipelines_tests.adapters.storefronts.commercetools.project import IMPORT, opened, refused
from cogent_pipelines_tests.adapters.storefronts.commercetools.published import Published
from cogent_pipelines_tests.adapters.storefronts.commercetools.samples import (
    address,
    channel,
    custom_line,
    delivery,
    entry,
    line,
    message,
    order,
    parcel_of,
    precise,
    product,
    rate,
    return_item,
    shipping,
    taxed,
    uuid,
)
from cogent_pipelines_tests.adapters.storefronts.commercetools.shop import Shop
from cogent_pipelines_tests.adapters.storefronts.commercetools.test_importing import Importer
from cogent_pipelines_tests.adapters.storefronts.commercetools.test_publishing import Stock

pytestmark = pytest.mark.shared

FOLDER = "vendors/data/commercetools"
AT = datetime(2026, 11, 2, 9, 5, tzinfo=UTC)

SCHEMAS = {
    r"POST /orders/[^/]+": "OrderUpdate",
    r"POST /in-store/key=[^/]+/orders/[^/]+": "OrderUpdate",
    r"POST /inventory": "InventoryEntryDraft",
    r"POST /inventory/[^/]+": "InventoryEntryUpdate",
    r"POST /graphql": "GraphQLRequest",
}
IMPORT_SCHEMAS = {
    r"POST /import-containers": "ImportContainerDraft",
    r"POST /inventories/import-containers/[^/]+": "InventoryImportRequest",
}


@pytest.fixture(scope="module")
def api(reference_material: Path) -> Published:
    return Published(reference_material / FOLDER / "openapi-api.yaml")


@pytest.fixture(scope="module")
def imports(reference_material: Path) -> Published:
    return Published(reference_material / FOLDER / "openapi-import.yaml")


def parcel(ref="D1", number="T1", units=1):
    tracking = Tracking("Royal Mail", "24", number, "https://track.example/T1")
    return Parcel(ref, uuid(1), (FulfilmentLine("line-1", units),), tracking, notify_customer=True)


def all_that_is_sent_for_an_order():
    """Every action there is."""
    shop = Shop(order(1, line(quantity=3), customLineItems=[custom_line()], shippingInfo=shipping(400, delivery("bare"))))
    shop.on("GET /channels/key=wms", channel("wms", "OrderExport"))
    shop.on("POST /graphql", {"data": {"orders": {"results": []}}})
    with opened(shop, export_channel="wms") as storefront:
        storefront.create_fulfilments([parcel(number=""), parcel("D2", "T2")])
        storefront.add_tracking("bare", parcel(number="T0"))
        storefront.add_tracking(f"{uuid(1)}-d2", parcel(number="T1"))
        storefront.mark_exported([HandedOver(uuid(1), "SO-1", AT)])
        lines = (FulfilmentLine("line-1", 1), FulfilmentLine("custom-1", 1))
        storefront.record_returns([ReturnedGoods("RMA-1", uuid(1), lines, AT, "too small")])
        list(storefront.order_changes(AT))
    return shop


def an_order_by_several_methods():
    methods = [{"shippingKey": key, "shippingInfo": shipping(100), "shippingAddress": address()} for key in ("slow", "fast")]
    shop = Shop(order(1, shippingMode="Multiple", shippingInfo=None, shipping=methods))
    with opened(shop) as storefront:
        storefront.create_fulfilments([parcel()])
    return shop


def all_that_is_sent_for_stock():
    stock = Stock(entry(), sold=["NEW-1"]).on("GET /channels/key=uk", channel("uk", "InventorySupply"))
    with opened(stock, create_entries=True, supply_channel="uk") as storefront:
        storefront.publish_stock([StockToPublish("TEE-S", 5, 10, "i1"), StockToPublish("NEW-1", 5, None, "i2")])
    return stock


def all_that_is_imported():
    stock = Importer(sold=["NEW-1", "NEW-2"]).on("GET /channels/key=uk", channel("uk", "InventorySupply"))
    stock.on("GET /import-containers/stock", refused(404, "ResourceNotFound"))
    stock.on("POST /import-containers", httpx.Response(201, json={"key": "stock"}))
    rules = ImportRules("stock", least=2)
    with opened(stock, imports=rules, import_url=IMPORT, create_entries=True, supply_channel="uk") as storefront:
        storefront.publish_stock([StockToPublish("NEW-1", 5, None, "i1"), StockToPublish("NEW-2", 5, None, "i2")])
    return stock


def sent(project, schemas):
    """Bodies by the schema that each must have."""
    return [
        (name, asked.body) for asked in project.asked for pattern, name in schemas.items() if re.fullmatch(pattern, asked.to)
    ]


@pytest.mark.parametrize(
    ("scenario", "names"),
    [
        (all_that_is_sent_for_an_order, {"OrderUpdate", "GraphQLRequest"}),
        (an_order_by_several_methods, {"OrderUpdate"}),
        (all_that_is_sent_for_stock, {"InventoryEntryDraft", "InventoryEntryUpdate"}),
    ],
)
def test_every_body_that_is_sent_is_as_published(api, scenario, names):
    """No field that the document has not, none missing that it wants."""
    bodies = sent(scenario(), SCHEMAS)

    assert names == {name for name, _ in bodies}
    assert [] == [fault for name, body in bodies for fault in api.faults(name, body, name)]


def test_every_action_that_the_adapter_knows_is_among_them():
    """The comparison above leaves nothing out."""
    shop = all_that_is_sent_for_an_order()

    assert {
        "addDelivery",
        "changeShipmentState",
        "addParcelToDelivery",
        "setParcelTrackingData",
        "updateSyncInfo",
        "addReturnInfo",
    } == {action["action"] for actions in shop.written for action in actions}


def test_every_body_that_is_imported_is_as_published(imports):
    """Containers and inventories."""
    bodies = sent(all_that_is_imported(), IMPORT_SCHEMAS)

    assert {"ImportContainerDraft", "InventoryImportRequest"} == {name for name, _ in bodies}
    assert [] == [fault for name, body in bodies for fault in imports.faults(name, body, name)]


@pytest.mark.parametrize(
    "spoil",
    [
        lambda action: action.pop("items") and action["parcels"][0].update(trackingDate={}),
        lambda action: action.update(action="addDeliveries"),
        lambda action: action["items"][0].update(quantity="1"),
        lambda action: action["items"][0].pop("quantity"),
    ],
)
def test_a_body_that_is_not_as_published_would_be_found(api, spoil):
    """A misspelt field, an action that is none, a text for a number, a number that is missing."""
    [(name, body), *_] = sent(all_that_is_sent_for_an_order(), SCHEMAS)
    spoil(body["actions"][0])

    assert [] != api.faults(name, body)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        (
            "Order",
            order(
                1,
                line(quantity=2, taxRate=rate(), taxedPrice=taxed(2000, 2400)),
                customLineItems=[custom_line(money=precise(3000, 3, 300))],
                shippingInfo=shipping(400, delivery("d", parcel_of("T1"), key="k1")),
                returnInfo=[{"items": [return_item(1)]}],
            ),
        ),
        ("InventoryEntry", entry()),
        ("Channel", channel("uk", "InventorySupply")),
        ("ProductProjection", product(1, "TEE-S", "TEE-M")),
        ("OrderStateChangedMessage", message(1) | {"orderState": "Open", "oldOrderState": "Confirmed"}),
    ],
)
def test_the_answers_that_tests_make_up_are_as_published(api, name, value):
    """Else they would prove nothing about the vendor."""
    given = {key: each for key, each in value.items() if not (name == "Order" and key == "type")}

    assert [] == api.faults(name, given, name)


def test_the_cheap_look_is_valid_against_the_published_schema(reference_material):
    """No field, argument or type that it does not have, for a project and for a store."""
    schema = build_schema((reference_material / FOLDER / "graphql-schema.sdl").read_text(), assume_valid=True)

    assert [] == [error.message for text in (LOOK, LOOK_IN_STORE) for error in validate(schema, parse(text))]
    assert [] != validate(schema, parse(LOOK.replace("lastModifiedAt }", "lastModified }")))


def test_the_vendors_own_sample_of_an_order_can_be_read(reference_material):
    """One T-shirt for ten euros, tax on top, bought by a company, delivered by nobody."""
    sample = json.loads((reference_material / FOLDER / "examples/order.example.json").read_text())

    found = order_of(sample, ReadingRules())

    assert ("ba-france-123", False, Money(1000, "EUR")) == (found.buyer.company_ref, found.taxes_included, found.total.shop)
    assert [("some-sku-123", 1)] == [(each.sku, each.to_ship) for each in found.lines]


@pytest.mark.parametrize(
    ("name", "topic"),
    [
        ("message-payload", "CustomerLastNameSet"),
        ("cloudevents-payload", "ProductPublished"),
        ("resource-created-payload", "ResourceCreated product"),
        ("resource-updated-payload", "ResourceUpdated product"),
        ("resource-deleted-payload", "ResourceDeleted product"),
        ("event-payload", "ImportContainerCreated"),
    ],
)
def test_the_vendors_own_sample_notifications_are_events(reference_material, name, topic):
    """Either format."""
    body = (reference_material / FOLDER / f"examples/Subscription/{name}.example.json").read_bytes()
    stamp = str(int(AT.timestamp()))
    headers = {"x-bridge-timestamp": stamp, "x-bridge-signature": signed(b"secret", stamp, body)}

    found = CommercetoolsWebhook(["secret"]).verify(headers, {}, body, AT)

    assert isinstance(found, VerifiedEvent)
    assert topic == found.topic
