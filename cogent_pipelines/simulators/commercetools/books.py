"""The books: what truly came to be, for whoever checks a client. The vendor has no such thing."""

from collections import Counter
from dataclasses import asdict
from typing import TYPE_CHECKING

from cogent_pipelines.simulators.commercetools.deliveries import deliveries_of
from cogent_pipelines.simulators.commercetools.documents import Document
from cogent_pipelines.simulators.commercetools.trade import parcels_told

if TYPE_CHECKING:
    from cogent_pipelines.simulators.commercetools.simulator import CommercetoolsSimulator


def books(simulator: "CommercetoolsSimulator", *, with_moves: bool = True) -> Document:
    """Give everything: orders with their parcels, what was told twice, stock with its trail, units oversold."""
    project, stock = simulator.project, simulator.stock
    orders = [order_row(simulator, order) for order in project.orders]
    return {
        "orders": orders,
        "duplicates": duplicates(simulator),
        "inventory": [_entry(simulator, entry) for entry in project.inventory],
        "moves": [asdict(move) for move in stock.moves] if with_moves else [],
        "oversold": dict(stock.oversold),
        "oversold_units": sum(stock.oversold.values()),
        "created": dict(project.created),
        "written": dict(project.written),
        "unknown_fields": dict(project.unknown_fields),
        "calls": dict(simulator.calls),
        "refusals": dict(simulator.refusals),
        "messages": {"kept": len(project.messages), "left_out": simulator.messages.left_out},
        "notices": {"waiting": simulator.notices.waiting, **simulator.notices.counts},
    }


def order_row(simulator: "CommercetoolsSimulator", order: Document) -> Document:
    ordered: Counter[str] = Counter()
    for item in order["lineItems"]:
        ordered[item["variant"].get("sku", "")] += item["quantity"]
    told: Counter[str] = Counter()
    for parcel in parcels_told(order):
        for line in parcel.lines:
            told[line.sku] += line.quantity
    return {
        "id": order["id"],
        "number": order.get("orderNumber"),
        "version": order["version"],
        "placed_at": order["createdAt"],
        "state": order["orderState"],
        "shipment_state": order.get("shipmentState"),
        "payment_state": order.get("paymentState"),
        "store": order.get("store", {}).get("key"),
        "business_unit": order.get("businessUnit", {}).get("key"),
        "value_minor": order["totalPrice"]["centAmount"],
        "ordered": dict(ordered),
        "delivered": dict(told),
        "too_much": dict(told - ordered),
        "deliveries": list(deliveries_of(order)),
        "sync_info": order["syncInfo"],
        "returns": order.get("returnInfo", []),
        "held_units": simulator.stock.held(order["id"]),
    }


def duplicates(simulator: "CommercetoolsSimulator") -> list[Document]:
    """Give what was told more than once: the same tracking number, or the same channel's mark, twice on one order."""
    found: list[Document] = []
    for order in simulator.project.orders:
        numbers = Counter(number for parcel in parcels_told(order) for number in parcel.tracking_numbers)
        marks = Counter(mark["channel"]["id"] for mark in order["syncInfo"])
        for what, counted in (("tracking number", numbers), ("sync info", marks)):
            found += [
                {"order": order["id"], "what": what, "value": value, "times": times}
                for value, times in counted.items()
                if times > 1
            ]
    return found


def _entry(simulator: "CommercetoolsSimulator", entry: Document) -> Document:
    channel = entry.get("supplyChannel")
    known = simulator.project.channels.get(channel["id"]) if channel else None
    return {
        "id": entry["id"],
        "sku": entry["sku"],
        "channel": known["key"] if known else None,
        "version": entry["version"],
        "on_stock": entry["quantityOnStock"],
        "reserved": simulator.stock.reserved(entry["id"]),
        "available": simulator.stock.available(entry),
        "oversold": simulator.stock.oversold[entry["sku"]],
    }
