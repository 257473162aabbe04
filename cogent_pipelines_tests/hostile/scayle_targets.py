"""SCAYLE's answers, and what it posts to us, spoilt; each target raises only where a promise is broken."""

import base64
import json
from datetime import UTC, datetime
from typing import Any

from cogent_pipelines.adapters.storefronts.scayle.nodes import Node, Unreadable
from cogent_pipelines.adapters.storefronts.scayle.settings import CancellationKey
from cogent_pipelines.adapters.storefronts.scayle.standing import is_placed
from cogent_pipelines.adapters.storefronts.scayle.translate import order_of
from cogent_pipelines.adapters.storefronts.scayle.webhook import ScayleWebhook
from cogent_pipelines.canonical.despatch import Tracking
from cogent_pipelines.canonical.fulfilment import FulfilmentLine, Parcel
from cogent_pipelines.canonical.stock import StockToPublish
from cogent_pipelines.ports.errors import VendorRefused
from cogent_pipelines.ports.extras import HandedOver, ReturnedGoods, UnsentGoods
from cogent_pipelines.ports.webhook import VerifiedEvent
from cogent_pipelines_tests.adapters.storefronts.scayle.samples import (
    SETTINGS,
    cancelled,
    item,
    order,
    package,
    price,
    product,
    reduction,
    shipped,
    stock,
    variant,
)
from cogent_pipelines_tests.adapters.storefronts.scayle.tenant import Tenant, entities, opened
from cogent_pipelines_tests.hostile import promises
from cogent_pipelines_tests.hostile.answers import spoilt_answer
from cogent_pipelines_tests.hostile.dice import Dice, spoilt_json, spoilt_text

NOW = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
USER, PASSWORD = "scayle", "a password"
_ORDER = order(
    901,
    items=[item(1, price=price(appliedReductions=[reduction(100)])), shipped(2), cancelled(3), item(4)],
    packages=[package(45, "T0")],
    legacyCustomData={"gift": True},
)
_PATH = "/shops/ms/countries/DE/orders"
_PARCEL = Parcel(
    "D1", "901", (FulfilmentLine("1", 1),), Tracking("DHL", number="T1"), notify_customer=True, despatched_at=NOW
)
_FIGURE = StockToPublish("TEE-S", 5, None, "intent", NOW)
_BACK = ReturnedGoods("RMA-1", "901", (FulfilmentLine("2", 1),), NOW)
_UNSENT = UnsentGoods("short-1", "901", (FulfilmentLine("1", 1),))
ANSWERS: dict[str, Any] = {
    f"GET {_PATH}": entities(_ORDER),
    f"GET {_PATH}/901": _ORDER,
    f"PUT {_PATH}/901/legacy-custom-data": {},
    "GET /products": entities(product(variants=[variant(), variant(71, sku="TEE-M", stocks=[stock(3)])])),
    "GET /variants/70/stocks": entities(stock(8)),
    "GET /variants/key%3DTEE-S/stocks": entities(stock(8)),
    "POST /variants/key%3DTEE-S/stocks": stock(5),
    "POST /variants/stocks/bulk-requests": {"key": 77},
    "GET /bulk-requests/77/status": {"status": "processed"},
    "GET /bulk-requests/77/operations/stock-0/status": {
        "status": "processed",
        "response": {"statusCode": 200, "body": stock(5)},
    },
    "POST /fulfillment/shipments": {},
    "POST /fulfillment/return-items": {},
    "POST /fulfillment/cancellations": {},
    "GET /warehouses": entities({"referenceKey": "main", "shopCountries": [{"shopKey": "ms", "countryCode": "de"}]}),
    "GET /carriers": entities({"key": "DHL"}),
    "GET /merchants/key%3Ddefault": {"orderDelegationUrl": "https://***:***@g/x", "cancellationUrl": "https://***:***@g/x"},
    "GET /webhooks/events": entities({"event": "order-confirmed", "version": 1}),
    "GET /webhooks/subscriptions": entities({"event": "order-confirmed", "url": "https://g/x"}),
    "POST /webhooks/subscriptions": {"id": 1},
}
_READS = (
    lambda storefront: [one for found in storefront.orders(NOW) for one in found],
    lambda storefront: [one for found in storefront.order_changes(NOW) for one in found],
    lambda storefront: storefront.orders_named(["901", "key=ref-901"]),
    lambda storefront: [one for found in storefront.products() for one in found],
    lambda storefront: [one for found in storefront.stock() for one in found],
    lambda storefront: storefront.fulfilments_of(["901"]),
    lambda storefront: list(storefront.check()),
    lambda storefront: storefront.ensure_webhooks("https://u:p@g/x"),
)
_WRITES = (
    lambda storefront: storefront.publish_stock([_FIGURE]),
    lambda storefront: storefront.create_fulfilments([_PARCEL]),
    lambda storefront: [storefront.add_tracking("901:T0", _PARCEL)],
    lambda storefront: storefront.record_returns([_BACK]),
    lambda storefront: storefront.report_unsent([_UNSENT]),
    lambda storefront: storefront.mark_exported([HandedOver("901", "SO-1", NOW)]),
)


def an_order(data: bytes) -> None:
    """An order is read whole and can be kept, or it is refused with words that name a field."""
    try:
        found = order_of(spoilt_json(_ORDER, Dice(data)), SETTINGS)
    except VendorRefused as refusal:
        assert "cannot be read: field " in refusal.message
        return
    promises.order_can_be_kept(found)


def a_page(data: bytes) -> None:
    """Of three orders one is spoilt: the others are read as ever, and it is read, or put aside, or nobody's order yet."""
    spoilt = spoilt_json(_ORDER, Dice(data))
    tenant = Tenant().on(f"GET {_PATH}", entities(order(801), spoilt, order(802)))
    with opened(tenant) as storefront:
        others = [order_of(order(number), SETTINGS) for number in (801, 802)]
        rest = promises.others_are_read(others, lambda: [one for found in storefront.orders(NOW) for one in found])
    assert 1 == len(rest) or (not rest and not _is_placed(spoilt))


def a_catalogue(data: bytes) -> None:
    """Of three products one is spoilt: the others are read as ever, with their figures."""
    dice = Dice(data)
    spoilt = spoilt_json(product(9, variants=[variant(70, stocks=[stock(3)])]), dice)
    good = [product(number, variants=[variant(number, sku=f"COAT-{number}", stocks=[stock(4)])]) for number in (801, 802)]
    tenant = Tenant().on("GET /products", entities(good[0], spoilt, good[1]))
    tenant.on("GET /variants/70/stocks", entities(stock(8)))
    with opened(Tenant().on("GET /products", entities(*good))) as storefront:
        products = [one for found in storefront.products() for one in found]
        figures = [one for found in storefront.stock() for one in found]
    with opened(tenant) as storefront:
        promises.others_are_read(products, lambda: [one for found in storefront.products() for one in found])
        promises.others_are_read(figures, lambda: [one for found in storefront.stock() for one in found])


def an_answer(data: bytes) -> None:
    """Whatever one call is answered with, reads give values or a known error, and writes an outcome for each item."""
    dice = Dice(data)
    spoilt = dice.one_of(sorted(ANSWERS))
    tenant = Tenant()
    for to, reply in ANSWERS.items():
        tenant.on(to, spoilt_answer(reply, dice) if to == spoilt else reply)
    with opened(tenant, exported_field="warehouseRef", bulk_from=dice.one_of((1, 100))) as storefront:
        for act in (dice.one_of(_READS), dice.one_of(_READS)):
            promises.read(lambda act=act: act(storefront))
        for act in (dice.one_of(_WRITES), dice.one_of(_WRITES)):
            promises.written(lambda act=act: act(storefront))


def an_event(data: bytes) -> None:
    """Proved or not, a delegation, a cancellation or an event is one that can be kept, or is refused."""
    dice = Dice(data)
    login = base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()
    given = dice.one_of([f"Basic {login}"] * 4 + [f"Bearer {login}", "Basic", dice.text()])
    body = _body(dice)
    verifier = ScayleWebhook([(USER, PASSWORD)], cancellation_key=dice.one_of(list(CancellationKey)))
    found = verifier.verify({"Authorization": given}, {}, body, NOW)
    promises.event_can_be_kept(found)
    if isinstance(found, VerifiedEvent):
        assert f"Basic {login}" == given
        assert found.answer is None or json.loads(found.answer.body)


def _body(dice: Dice) -> bytes:
    delegation = {"id": 12, "orderId": 901, "orderReferenceKey": "ref-901", "items": [{"id": 1}]}
    cancellation = {"orderReferenceKey": "ref-901", "warehouseIds": [4]}
    event = {
        "key": "e-1",
        "type": "order-confirmed",
        "occurredAt": "2026-11-02T08:59:00+00:00",
        "payload": dice.one_of([{"order": {"id": 901}}, {"orderId": 901}, {"id": 901, "basketKey": "b", "items": []}]),
    }
    text = json.dumps(spoilt_json(dice.one_of([delegation, cancellation, event]), dice))
    return (text if dice.below(3) else spoilt_text(text, dice)).encode("utf-8", "replace")


def _is_placed(entity: Any) -> bool:
    try:
        return is_placed(Node(entity))
    except Unreadable:
        return True
