"""The shop's books: what really happened on this side, for judging whoever was connected to it."""

from collections import Counter
from itertools import islice
from typing import TYPE_CHECKING, Any

from cogent_pipelines.simulators.shopify.catalogue import QUANTITY_NAMES, Level
from cogent_pipelines.simulators.shopify.ids import gid, iso
from cogent_pipelines.simulators.shopify.money import Bag, wire
from cogent_pipelines.simulators.shopify.parcels import Fulfilment
from cogent_pipelines.simulators.shopify.records import Line, Order
from cogent_pipelines.simulators.shopify.shop import Shop

if TYPE_CHECKING:
    from cogent_pipelines.simulators.shopify.simulator import ShopifySimulator


def books(
    simulator: "ShopifySimulator", *, with_lines: bool = True, with_stock: bool = True, with_history: bool = True
) -> dict[str, Any]:
    """Give everything: orders with their parcels, what was sent twice, stock with its trail, units oversold."""
    shop = simulator.shop
    return {
        "now": iso(shop.now_ms()),
        "shop": shop.domain,
        "currency": shop.currency,
        "totals": totals(shop),
        "orders": orders(shop, with_lines=with_lines),
        "duplicates": duplicates(shop),
        "refused_fulfilments": shop.refused_fulfilments,
        "refused_sales": shop.refused_sales,
        "stock": [_level(level, with_history=with_history) for level in shop.levels.values()] if with_stock else [],
        "oversold_units": oversold_units(shop),
        "oversold": {_sku(level): level.oversold for level in shop.levels.values() if level.oversold},
        "units_by_sku": units_by_sku(shop),
        "webhooks": webhooks(simulator)["counts"],
        "calls": simulator.calls,
    }


def totals(shop: Shop) -> dict[str, Any]:
    held = list(shop.orders.values())
    status = Counter(order.fulfilment_status for order in held)
    return {
        "orders": len(held),
        "lines": len(shop.lines),
        "cancelled": sum(order.cancelled_at is not None for order in held),
        "fulfilled": status["FULFILLED"],
        "partially_fulfilled": status["PARTIALLY_FULFILLED"],
        "fulfilments": sum(parcel.status == "SUCCESS" for parcel in shop.fulfilments.values()),
        "value_minor": sum(order.total.shop for order in held),
        "refunded_minor": sum(order.refunded.shop for order in held),
    }


def orders(shop: Shop, *, with_lines: bool = True, after: int = 0, limit: int | None = None) -> list[dict[str, Any]]:
    """Give the orders as they were placed; of many, rather some at a time, those after a number."""
    # Numbers only grow, so that the orders stand by number.
    rows = islice((order for order in shop.orders.values() if order.id > after), limit)
    return [order_row(order, with_lines=with_lines) for order in rows]


def order_row(order: Order, *, with_lines: bool = True) -> dict[str, Any]:
    row: dict[str, Any] = {
        "id": gid("Order", order.id),
        "name": order.name,
        "created_at": iso(order.created_at),
        "updated_at": iso(order.updated_at),
        "cancelled_at": None if order.cancelled_at is None else iso(order.cancelled_at),
        "financial_status": order.financial_status,
        "fulfilment_status": order.fulfilment_status,
        "currency": order.currencies.shop,
        "presentment_currency": order.currencies.presentment,
        "total": _shown(order.total),
        "total_minor": order.total.shop,
        "current_total_minor": order.current_total.shop,
        "tax_minor": order.tax.shop,
        "shipping_minor": order.shipping_net.shop,
        "discount_minor": order.discounted.shop,
        "tags": order.tags,
        "fulfilment_orders": [
            {"id": gid("FulfillmentOrder", part.id), "status": part.status} for part in order.fulfilment_orders
        ],
        "parcels": [parcel_row(parcel) for parcel in order.fulfilments],
    }
    if with_lines:
        row["lines"] = [line_row(line) for line in order.lines]
    return row


def line_row(line: Line) -> dict[str, Any]:
    return {
        "id": gid("LineItem", line.id),
        "sku": line.sku,
        "quantity": line.quantity,
        "current_quantity": line.current_quantity,
        "fulfilled": line.fulfilled,
        "unfulfilled": line.unfulfilled_quantity,
        "unit_price_minor": line.price.shop,
        "net_minor": line.net.shop,
        "tax_minor": line.tax.shop,
    }


def parcel_row(parcel: Fulfilment) -> dict[str, Any]:
    return {
        "id": gid("Fulfillment", parcel.id),
        "name": parcel.name,
        "status": parcel.status,
        "created_at": iso(parcel.created_at),
        "notified": parcel.notified,
        "tracking": [{"company": t.company, "number": t.number, "url": t.url} for t in parcel.tracking],
        "lines": [
            {"line": gid("LineItem", row.part.line.id), "sku": row.part.line.sku, "quantity": row.quantity}
            for row in parcel.lines
        ],
    }


def duplicates(shop: Shop) -> list[dict[str, Any]]:
    """Give what went out twice: a tracking number on several live parcels of an order, or more units than ordered."""
    found = []
    for order in shop.orders.values():
        live = [parcel for parcel in order.fulfilments if parcel.status == "SUCCESS"]
        numbers = Counter(row.number for parcel in live for row in parcel.tracking if row.number)
        found += [
            {"order": order.name, "kind": "tracking number repeated", "tracking": number, "times": times}
            for number, times in numbers.items()
            if times > 1
        ]
        sent: Counter[int] = Counter()
        for parcel in live:
            for row in parcel.lines:
                sent[row.part.line.id] += row.quantity
        found += [
            {"order": order.name, "kind": "more sent than ordered", "sku": line.sku, "units": sent[line.id] - line.quantity}
            for line in order.lines
            if sent[line.id] > line.quantity
        ]
    return found


def oversold_units(shop: Shop) -> int:
    """Units that orders took beyond what was available when they were placed."""
    return sum(level.oversold for level in shop.levels.values())


def units_by_sku(shop: Shop) -> dict[str, dict[str, int]]:
    """Per SKU: ordered, taken off again, sent, still owed."""
    found: dict[str, dict[str, int]] = {}
    for order in shop.orders.values():
        for line in order.lines:
            row = found.setdefault(line.sku or "", {"ordered": 0, "removed": 0, "sent": 0, "owed": 0})
            row["ordered"] += line.quantity
            row["removed"] += line.removed + line.cancelled
            row["sent"] += line.fulfilled
            row["owed"] += 0 if order.cancelled_at is not None else line.unfulfilled_quantity
    return found


def webhooks(simulator: "ShopifySimulator") -> dict[str, Any]:
    hooks = simulator.webhooks
    return {
        "counts": hooks.counts,
        "waiting": hooks.waiting,
        "subscriptions": [
            {"id": gid("WebhookSubscription", row.id), "topic": row.topic, "uri": row.uri}
            for row in hooks.subscriptions.values()
        ],
        "log": [row.as_json() for row in hooks.log],
    }


def _level(level: Level, *, with_history: bool) -> dict[str, Any]:
    return {
        "sku": level.item.variant.sku,
        "inventory_item": gid("InventoryItem", level.item.id),
        "location": level.location.name,
        **{name: level.quantity(name) for name in QUANTITY_NAMES if name in SHOWN or level.quantity(name)},
        "oversold": level.oversold,
        "updated_at": iso(level.updated_at),
        "history": [
            {"at": iso(at), "name": name, "before": before, "after": after, "why": why}
            for at, name, before, after, why in (level.history or () if with_history else ())
        ],
    }


SHOWN = frozenset({"available", "committed", "on_hand"})


def _sku(level: Level) -> str:
    return level.item.variant.sku or gid("InventoryItem", level.item.id)


def _shown(bag: Bag) -> str:
    return wire(bag.shop, bag.currencies.shop)
