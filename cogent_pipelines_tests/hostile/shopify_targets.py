"""Shopify's answers and webhooks, spoilt; each target raises only where a promise is broken."""

import base64
import hmac
import json
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

import httpx

from cogent_pipelines.adapters.storefronts.shopify.translate import order_of
from cogent_pipelines.adapters.storefronts.shopify.webhook import ShopifyWebhook
from cogent_pipelines.canonical.despatch import Tracking
from cogent_pipelines.canonical.fulfilment import FulfilmentLine, Parcel
from cogent_pipelines.canonical.stock import StockToPublish
from cogent_pipelines.ports.errors import VendorRefused
from cogent_pipelines.ports.webhook import Refusal, VerifiedEvent
from cogent_pipelines_tests.adapters.storefronts.shopify.samples import address, hand_over, line, order, shipping, tax, told
from cogent_pipelines_tests.adapters.storefronts.shopify.store import Store, opened, page
from cogent_pipelines_tests.hostile import promises
from cogent_pipelines_tests.hostile.dice import Dice, spoilt_json, spoilt_text

NOW = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
SECRET = "hush"
_PARCEL = Parcel("D1", "1", (FulfilmentLine("1", 2),), Tracking(number="RM1"), notify_customer=True)
_COST = {
    "requestedQueryCost": 300,
    "actualQueryCost": 12,
    "throttleStatus": {"maximumAvailable": 2000.0, "currentlyAvailable": 1700, "restoreRate": 100.0},
}
_VARIANT = {
    "id": "gid://shopify/ProductVariant/1",
    "sku": "SKU-1",
    "barcode": None,
    "displayName": "Mug - Default Title",
    "product": {"status": "ACTIVE"},
    "inventoryItem": {"id": "gid://shopify/InventoryItem/1", "requiresShipping": True},
}
_LEVEL = {"isActive": True, "quantities": [{"name": "available", "quantity": 8}]}
_ITEM = {"sku": "SKU-1", "tracked": True}
_NO_ERRORS: dict[str, Any] = {"userErrors": []}
_TOLD = told(5, {1: 2}, tracking=("RM1",))
ANSWERS: dict[str, dict[str, Any]] = {
    "OrdersChanged": {"orders": page([{"id": "gid://shopify/Order/1", "updatedAt": "2026-11-02T08:00:00Z"}])},
    "FulfilmentOrdersChanged": {"fulfillmentOrders": page([])},
    "OrdersNamed": {"nodes": [order(1), None]},
    "Products": {"productVariants": page([_VARIANT])},
    "Stock": {"location": {"inventoryLevels": page([{**_LEVEL, "item": _ITEM}])}},
    "VariantsBySku": {"productVariants": page([_VARIANT])},
    "SetStock": {"inventorySetQuantities": {"inventoryAdjustmentGroup": None, **_NO_ERRORS}},
    "Levels": {"nodes": [{"id": "gid://shopify/InventoryItem/1", "tracked": True, "inventoryLevel": _LEVEL}]},
    "HandOver": {"nodes": [hand_over(1)]},
    "CreateFulfilment": {"fulfillmentCreate": {"fulfillment": {"id": "gid://shopify/Fulfillment/5"}, **_NO_ERRORS}},
    "Fulfilments": {"nodes": [{**hand_over(1), "fulfillments": [_TOLD]}]},
    "Tracking": {"node": {"id": "gid://shopify/Fulfillment/5", "trackingInfo": [{"number": "X"}]}},
    "UpdateTracking": {"fulfillmentTrackingInfoUpdate": {"fulfillment": {"id": "x"}, **_NO_ERRORS}},
}


def an_order(data: bytes) -> None:
    """An order is read whole and can be kept, or it is refused with words that name a field."""
    dice = Dice(data)
    whole = order(1, taxLines=[tax("4.82")], tags=["a"], billingAddress=address(), lineItems=page([line(1), line(2)]))
    node = spoilt_json({**whole, "shippingLines": page([shipping()])}, dice)
    try:
        found = order_of(node)
    except VendorRefused as refusal:
        assert "cannot be read: " in refusal.message
        return
    promises.order_can_be_kept(found)


def an_answer(data: bytes) -> None:
    """Whatever one operation is answered with, reads give values or a known error, and writes an outcome for each item."""
    dice = Dice(data)
    name = dice.one_of(sorted(ANSWERS))
    store = Store()
    for operation, reply in ANSWERS.items():
        store.on(operation, reply)
    store.on(name, spoilt_answer(ANSWERS[name], dice))
    with opened(store, location_id="7") as storefront:
        for read in (
            lambda: [one for found in storefront.orders(NOW) for one in found],
            lambda: list(storefront.order_changes(NOW)),
            lambda: storefront.orders_named(["1"]),
            lambda: list(storefront.products()),
            lambda: list(storefront.stock()),
            lambda: storefront.fulfilments_of(["1"]),
        ):
            promises.read(read)
        promises.written(lambda: storefront.publish_stock([StockToPublish("SKU-1", 10, 8, "intent")]))
        promises.written(lambda: storefront.create_fulfilments([_PARCEL]))
        promises.written(lambda: [storefront.add_tracking("5", _PARCEL)])


def a_webhook(data: bytes) -> None:
    """Signed or not, a delivery becomes an event or a refusal."""
    dice = Dice(data)
    body = _body(dice)
    signature = base64.b64encode(hmac.new(SECRET.encode(), body, sha256).digest()).decode()
    headers = {
        "X-Shopify-Topic": dice.one_of(["orders/create", "fulfillments/create", dice.text()]),
        "X-Shopify-Hmac-Sha256": dice.one_of([signature, signature, dice.text()]),
        "X-Shopify-Webhook-Id": dice.one_of(["d-1", dice.text()]),
        "X-Shopify-Event-Id": dice.one_of(["e-1", dice.text()]),
        "X-Shopify-Shop-Domain": dice.one_of(["shop.example", dice.text()]),
        "X-Shopify-Triggered-At": dice.one_of(["2026-11-02T08:59:58Z", dice.text()]),
    }
    found = ShopifyWebhook([SECRET]).verify(headers, {}, body, NOW)
    assert isinstance(found, VerifiedEvent | Refusal)
    if isinstance(found, VerifiedEvent):
        assert headers["X-Shopify-Hmac-Sha256"] == signature
        assert len(found.subject) <= 19
        promises.is_a_time(found.occurred_at)


def spoilt_answer(reply: dict[str, Any], dice: Dice) -> httpx.Response:
    """The reply as it might come: with something else in it, as broken text, or as a page of HTML."""
    body: Any = {"data": reply, "extensions": {"cost": _COST}}
    status = dice.one_of([200] * 12 + [401, 403, 429, 500, 502])
    headers = {"Retry-After": dice.one_of(["2", "inf", "nan", "1e300", "-5", "²"]).encode("latin-1")}
    match dice.below(8):
        case 0:
            text = spoilt_text(json.dumps(body), dice)
        case 1:
            errors = [{"message": "no", "extensions": {"code": dice.one_of(["THROTTLED", "MAX_COST_EXCEEDED", "X"])}}]
            text = json.dumps(spoilt_json({**body, "errors": errors}, dice))
        case _:
            text = json.dumps(spoilt_json(body, dice))
    return httpx.Response(status, headers=headers, content=text.encode("utf-8", "replace"))


def _body(dice: Dice) -> bytes:
    given = {"id": 5790, "admin_graphql_api_id": "gid://shopify/Order/5790", "order_edit": {"order_id": 7}}
    text = json.dumps(spoilt_json(given, dice))
    return (text if dice.below(3) else spoilt_text(text, dice)).encode("utf-8", "replace")
