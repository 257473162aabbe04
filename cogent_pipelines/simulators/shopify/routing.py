"""Routing: which location sends a line, and the fulfilment orders that come of it.

The vendor does this in the background after an order is placed; `routing_delay_seconds` says how long it takes here.
"""

from cogent_pipelines.simulators.shopify.catalogue import Location
from cogent_pipelines.simulators.shopify.parcels import FulfilmentOrder, FulfilmentOrderLine
from cogent_pipelines.simulators.shopify.records import Line, Order
from cogent_pipelines.simulators.shopify.shop import Shop


def location_for(shop: Shop, line: Line) -> Location:
    """Choose the first location that has all of a line, else the primary one."""
    if len(shop.locations) > 1 and line.variant is not None:
        for location in shop.locations.values():
            level = line.variant.item.levels.get(location.id)
            if level is not None and location.active and level.available >= line.quantity:
                return location
    return shop.primary_location


def route_or_wait(shop: Shop, order: Order) -> None:
    if shop.switches.routing_delay_seconds > 0:
        shop.unrouted.append(order)
    else:
        route(shop, order)


def route_due(shop: Shop) -> None:
    """Route what has waited long enough; cheap when nothing waits."""
    if not shop.unrouted:
        return
    cut = shop.now_ms() - int(shop.switches.routing_delay_seconds * 1000)
    due = [order for order in shop.unrouted if order.updated_at <= cut or order.routed_at is not None]
    shop.unrouted = [order for order in shop.unrouted if order not in due]
    for order in due:
        if order.routed_at is None and order.cancelled_at is None:
            route(shop, order)


def route(shop: Shop, order: Order) -> None:
    """Make the fulfilment orders of a placed order: one per location and way of delivery."""
    now = shop.now_ms()
    order.routed_at = now
    parts: dict[tuple[int, str], FulfilmentOrder] = {}
    for line in order.lines:
        units = line.unfulfilled_quantity
        if not units:
            continue
        location = line.location or shop.primary_location
        key = (location.id, "SHIPPING" if line.ships else "NONE")
        if key not in parts:
            parts[key] = open_part(shop, order, location, method=key[1], now=now)
        add_part_line(shop, parts[key], line, units)
    shop.announce("fulfillment_orders/order_routing_complete", order)


def open_part(shop: Shop, order: Order, location: Location, *, method: str, now: int) -> FulfilmentOrder:
    """Open an empty fulfilment order."""
    part = FulfilmentOrder(shop.numbers.next("FulfillmentOrder"), order, location, method=method, now=now)
    order.fulfilment_orders.append(part)
    shop.parts[part.id] = part
    return part


def add_part_line(shop: Shop, part: FulfilmentOrder, line: Line, units: int) -> FulfilmentOrderLine:
    row = FulfilmentOrderLine(shop.numbers.next("FulfillmentOrderLineItem"), part, line, units)
    part.lines.append(row)
    shop.part_lines[row.id] = row
    return row
