"""Which events there are and what each says: the catalogue of `GET /webhooks/events`, and the two published envelopes.

Field lists of the payloads are published in excerpts only; what is certain is that they carry the order with its items
(event pages, read 2026-11). Custom data is called `customData` here. Of products only the stock's events happen in this
stand-in, of customers none: they can be subscribed to, as at the vendor's, and do not come.
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from random import Random
from typing import Any

from cogent_pipelines.simulators.common.words import words
from cogent_pipelines.simulators.scayle.countries import alpha3
from cogent_pipelines.simulators.scayle.order_json import order_json
from cogent_pipelines.simulators.scayle.records import Item, Order, ShopCountry, Stock
from cogent_pipelines.simulators.scayle.stock import sellable
from cogent_pipelines.simulators.scayle.switches import Switches
from cogent_pipelines.simulators.scayle.tenant import Tenant
from cogent_pipelines.simulators.scayle.times import iso

VERSION = 1
ITEM_EVENTS = frozenset(
    words(
        "order-package-shipped order-package-undeliverable order-item-cancelled order-item-out-of-stock",
        "order-item-unshippable order-item-returned",
    )
)
EVENTS = words(
    "order-confirmed order-delegated order-package-shipped order-package-undeliverable order-partially-invoiced",
    "order-invoiced order-corrective-invoiced order-cancelled order-item-cancelled order-item-out-of-stock",
    "order-item-unshippable order-item-returned payment-capture payment-refund product-updated product-master-updated",
    "product-deleted product-variant-deleted product-variant-stock-updated product-variant-prices-updated",
    "product-variant-availability-updated customer-created customer-updated",
)
FILTERED_BY_MERCHANT = "order-", "payment-", "product-"


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened, as its subscribers are told it."""

    name: str
    key: str
    body: dict[str, Any]
    merchants: frozenset[str]
    order: Order | None


def spelt(name: str, switches: Switches) -> str:
    """Pages differ between cancelled and canceled."""
    return name.replace("cancelled", "canceled") if switches.event_spelling == "canceled" else name


def catalogue(switches: Switches) -> list[dict[str, Any]]:
    return [
        {
            "event": spelt(name, switches),
            "version": VERSION,
            "description": f"Called on {name.replace('-', ' ')}.",
            "isDeprecated": False,
            "isBlocking": False,
            "supportedFilters": {"merchants": name.startswith(FILTERED_BY_MERCHANT)},
        }
        for name in EVENTS
    ]


def order_event(tenant: Tenant, name: str, order: Order, items: Sequence[Item], random: Random) -> Event:
    told = {**order_json(order, tenant.switches), "customData": order.custom}
    if name in ITEM_EVENTS:
        numbers = {item.id for item in items}
        told["items"] = [row for row in told["items"] if row["id"] in numbers]
    newer = tenant.switches.webhook_envelope == "newer"
    payload = {"order": told} if newer else {"items": told["items"]} if name in ITEM_EVENTS else told
    if name.startswith("payment-"):
        payload["transaction"] = {
            "operationStatus": "successful",
            "transactionId": f"{name}-{order.id}-{tenant.next('transaction')}",
            "amount": sum(item.with_tax for item in items),
        }
    merchants = frozenset(item.stock.merchant.key for item in items)
    return _enveloped(tenant, name, payload, random, merchants=merchants, order=order, shop_country=order.shop_country)


def stock_event(tenant: Tenant, name: str, stock: Stock, random: Random) -> Event:
    product = stock.variant.product
    payload = {
        "productVariant": {"id": stock.variant.id, "referenceKey": stock.variant.key},
        "product": {"id": product.id, "referenceKey": product.key},
        "merchantReferenceKey": stock.merchant.key,
        "stock": {
            "warehouseReferenceKey": stock.warehouse.key,
            "quantity": sellable(tenant, stock),
            "changedAt": iso(stock.changed_at),
        },
    }
    merchants = frozenset({stock.merchant.key})
    return _enveloped(tenant, name, payload, random, merchants=merchants, order=None, shop_country=None)


def _enveloped(
    tenant: Tenant,
    name: str,
    payload: dict[str, Any],
    random: Random,
    *,
    merchants: frozenset[str],
    order: Order | None,
    shop_country: ShopCountry | None,
) -> Event:
    key = str(uuid.UUID(int=random.getrandbits(128), version=4))
    body: dict[str, Any] = {
        "key": key,
        "occurredAt": iso(tenant.now()),
        "type": spelt(name, tenant.switches),
        "payload": payload,
    }
    if tenant.switches.webhook_envelope == "newer":
        body |= {"meta": {"xRequestId": f"{random.getrandbits(64):016x}"}, "version": VERSION}
    elif shop_country is not None:
        body["locale"] = {
            "appId": shop_country.id,
            "countryCode": alpha3(shop_country.country),
            "currencyCode": shop_country.currency,
            "languageCode": shop_country.language,
        }
    return Event(name, key, body, merchants, order)
