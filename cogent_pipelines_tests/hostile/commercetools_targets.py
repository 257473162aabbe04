"""commercetools' answers and a bridge's deliveries, spoilt; each target raises only where a promise is broken."""

import json
from datetime import UTC, datetime
from typing import Any

from cogent_pipelines.adapters.storefronts.commercetools.bridge import Proof, signed
from cogent_pipelines.adapters.storefronts.commercetools.settings import CustomLines, ReadingRules
from cogent_pipelines.adapters.storefronts.commercetools.translate import order_of
from cogent_pipelines.adapters.storefronts.commercetools.webhook import CommercetoolsWebhook
from cogent_pipelines.canonical.despatch import Tracking
from cogent_pipelines.canonical.fulfilment import FulfilmentLine, Parcel
from cogent_pipelines.canonical.stock import StockToPublish
from cogent_pipelines.ports.errors import VendorRefused
from cogent_pipelines.ports.extras import HandedOver, ReturnedGoods
from cogent_pipelines.ports.webhook import Refusal, VerifiedEvent
from cogent_pipelines_tests.adapters.storefronts.commercetools.project import LOG_IN, Project, opened, page, token
from cogent_pipelines_tests.adapters.storefronts.commercetools.samples import (
    address,
    channel,
    custom_line,
    delivery,
    entry,
    line,
    message,
    money,
    order,
    parcel_of,
    product,
    rate,
    return_item,
    shipping,
    taxed,
    uuid,
)
from cogent_pipelines_tests.hostile import promises
from cogent_pipelines_tests.hostile.answers import spoilt_answer
from cogent_pipelines_tests.hostile.dice import Dice, spoilt_json, spoilt_text

NOW = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
SECRET = "hush"
_PARCEL = Parcel("D1", uuid(1), (FulfilmentLine("line-1", 1),), Tracking("RM", number="RM1"), notify_customer=True)
_ORDER = order(
    1,
    line(
        quantity=2,
        taxRate=rate(),
        taxedPrice=taxed(2000, 2400),
        discountedPricePerQuantity=[
            {
                "quantity": 2,
                "discountedPrice": {
                    "value": money(1100),
                    "includedDiscounts": [{"discount": {"id": "summer"}, "discountedAmount": money(100)}],
                },
            }
        ],
        custom={"fields": {"gift": True}},
    ),
    customLineItems=[custom_line()],
    shippingInfo=shipping(400, delivery("delivery-1", parcel_of(), key="despatch-D0")),
    returnInfo=[{"items": [return_item(1)]}],
    taxedPrice=taxed(2500, 3000),
    discountOnTotalPrice={"discountedAmount": money(100), "includedDiscounts": []},
    businessUnit={"typeId": "business-unit", "key": "acme"},
    billingAddress=address(company="Acme"),
)
ANSWERS: dict[str, Any] = {
    LOG_IN: token(),
    "GET /orders": page(_ORDER),
    f"GET /orders/{uuid(1)}": _ORDER,
    f"POST /orders/{uuid(1)}": _ORDER,
    "POST /graphql": {"data": {"orders": {"results": [{"id": uuid(1), "lastModifiedAt": "2026-11-02T08:00:00.000Z"}]}}},
    "GET /product-projections": page(product(1, "TEE-S", "NEW-1")),
    "GET /inventory": page(entry()),
    "POST /inventory": entry(2, sku="NEW-1"),
    f"GET /inventory/{uuid(2001)}": entry(),
    f"POST /inventory/{uuid(2001)}": entry(),
    "GET /channels/key=uk": channel("uk", "InventorySupply", "OrderExport"),
    "GET /messages": page(message(1), message(2, sequence=3)),
    "GET ": {"key": "northwind", "name": "N", "currencies": ["GBP"], "messages": {"enabled": True}},
}


def an_order(data: bytes) -> None:
    """An order is read whole and can be kept, or it is refused with words that name a field."""
    dice = Dice(data)
    rules = ReadingRules(custom_lines=dice.one_of(list(CustomLines)), cancelled_line_states=frozenset({uuid(600)}))
    try:
        found = order_of(spoilt_json(_ORDER, dice), rules)
    except VendorRefused as refusal:
        assert "cannot be read: " in refusal.message
        return
    promises.order_can_be_kept(found)


def an_answer(data: bytes) -> None:
    """Whatever one call is answered with, reads give values or a known error, and writes an outcome for each item."""
    dice = Dice(data)
    spoilt = dice.one_of(sorted(ANSWERS))
    project = Project()
    for to, reply in ANSWERS.items():
        project.on(to, spoilt_answer(reply, dice) if to == spoilt else reply)
    with opened(project, supply_channel="uk", export_channel="uk", create_entries=True, poll_messages=True) as storefront:
        for act in (dice.one_of(_READS), dice.one_of(_READS), dice.one_of(_WRITES), dice.one_of(_WRITES)):
            judge = promises.read if act in _READS else promises.written
            judge(lambda act=act: act(storefront))


_READS = (
    lambda storefront: [one for found in storefront.orders(NOW) for one in found],
    lambda storefront: list(storefront.order_changes(NOW)),
    lambda storefront: storefront.orders_named([uuid(1), "1"]),
    lambda storefront: list(storefront.products()),
    lambda storefront: list(storefront.stock()),
    lambda storefront: list(storefront.order_news(NOW)),
    lambda storefront: storefront.fulfilments_of([uuid(1)]),
    lambda storefront: list(storefront.check()),
)
_RETURN = ReturnedGoods("RMA-1", uuid(1), (FulfilmentLine("line-1", 1),), NOW)
_WRITES = (
    lambda storefront: storefront.publish_stock([StockToPublish("TEE-S", 5, 10, "intent")]),
    lambda storefront: storefront.publish_stock([StockToPublish("NEW-1", 5, None, "intent")]),
    lambda storefront: storefront.create_fulfilments([_PARCEL]),
    lambda storefront: [storefront.add_tracking("delivery-1", _PARCEL)],
    lambda storefront: storefront.mark_exported([HandedOver(uuid(1), "SO-1", NOW)]),
    lambda storefront: storefront.record_returns([_RETURN]),
)


def an_event(data: bytes) -> None:
    """Proved or not, a delivery becomes an event or a refusal."""
    dice = Dice(data)
    body = _body(dice)
    stamp = dice.one_of([str(int(NOW.timestamp()))] * 3 + [dice.text()])
    proof = dice.one_of(list(Proof))
    headers = {
        "X-Bridge-Timestamp": stamp,
        "X-Bridge-Signature": dice.one_of([signed(SECRET.encode(), stamp, body)] * 3 + [dice.text()]),
        "X-Bridge-Secret": dice.one_of([SECRET, dice.text()]),
    }
    found = CommercetoolsWebhook([SECRET], project="northwind", proof=proof).verify(headers, {}, body, NOW)
    assert isinstance(found, VerifiedEvent | Refusal)
    if isinstance(found, VerifiedEvent):
        assert 0 < len(found.event_id) <= 500
        assert len(found.subject) <= 500
        promises.is_a_time(found.occurred_at)


def _body(dice: Dice) -> bytes:
    notice = {"notificationType": "Message", "projectKey": "northwind"} | message(1)
    event = {"specversion": "1.0", "id": "ce-1", "type": "com.commercetools.order.message.X", "data": notice}
    envelope = {"Type": "Notification", "Message": json.dumps(event)}
    text = json.dumps(spoilt_json(dice.one_of([notice, event, envelope]), dice))
    return (text if dice.below(3) else spoilt_text(text, dice)).encode("utf-8", "replace")
