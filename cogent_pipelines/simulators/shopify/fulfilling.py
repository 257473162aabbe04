"""Parcels: making, tracking and taking back fulfilments. The wording of the refusals is as recorded from the vendor."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from cogent_pipelines.simulators.shopify import stock
from cogent_pipelines.simulators.shopify.ids import ms_of
from cogent_pipelines.simulators.shopify.parcels import (
    Fulfilment,
    FulfilmentEvent,
    FulfilmentLine,
    FulfilmentOrder,
    FulfilmentOrderLine,
    Tracking,
)
from cogent_pipelines.simulators.shopify.records import Order
from cogent_pipelines.simulators.shopify.routing import add_part_line, open_part
from cogent_pipelines.simulators.shopify.shop import Shop

UNFULFILLABLE = frozenset({"CLOSED", "CANCELLED", "ON_HOLD", "SCHEDULED", "INCOMPLETE"})


@dataclass(frozen=True, slots=True)
class Wanted:
    """Units of one fulfilment order that a parcel holds; no rows means everything left."""

    part_id: int
    rows: Sequence[tuple[int, int]] | None


class FulfilmentRefused(Exception):
    def __init__(self, message: str, field: list[str] | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.field = ["fulfillment"] if field is None else field


def tracking_of(given: Mapping[str, Any] | None) -> list[Tracking]:
    """Read the tracking input: one number, or lists of numbers and URLs that become several rows."""
    if not given:
        return []
    numbers = list(given.get("numbers") or ([given["number"]] if given.get("number") else []))
    urls = list(given.get("urls") or ([given["url"]] if given.get("url") else []))
    company = given.get("company")
    rows = max(len(numbers), len(urls))
    if not rows:
        return [Tracking(company, None, None)] if company else []
    pad: list[str | None] = [None] * rows
    return [Tracking(company, number, url) for number, url in zip((numbers + pad)[:rows], (urls + pad)[:rows], strict=True)]


def create_fulfilment(shop: Shop, wanted: Sequence[Wanted], *, tracking: list[Tracking], notify: bool = False) -> Fulfilment:
    """Make one parcel, or raise `FulfilmentRefused` and change nothing."""
    parts = [shop.parts.get(row.part_id) for row in wanted]
    if any(part is None for part in parts):
        raise FulfilmentRefused("Fulfillment order does not exist.")
    found = [part for part in parts if part is not None]
    _must_belong_together(shop, found)
    units: list[tuple[FulfilmentOrderLine, int]] = []
    for row, part in zip(wanted, found, strict=True):
        units += _units(shop, row, part)
    if not units:
        raise FulfilmentRefused("Invalid fulfillment order line item quantity requested.")
    parcel = _make(shop, found[0].order, units, tracking=tracking, notify=notify)
    _settle(shop, found, parcel)
    return parcel


def _must_belong_together(shop: Shop, parts: list[FulfilmentOrder]) -> None:
    orders = sorted({part.order.id for part in parts})
    if len(orders) > 1:
        raise FulfilmentRefused(
            f"All fulfillment orders must belong to the same order. Multiple orders with ids {orders} were found."
        )
    locations = sorted({part.location.id for part in parts})
    if len(locations) > 1:
        raise FulfilmentRefused(
            "All fulfillment orders must be assigned to a single location. "
            f"Multiple locations with ids {locations} were found."
        )
    for part in parts:
        if part.status in UNFULFILLABLE:
            _note_refusal(shop, part)
            raise FulfilmentRefused(f"Fulfillment order {part.id} has an unfulfillable status= {part.status.lower()}.")


def _note_refusal(shop: Shop, part: FulfilmentOrder) -> None:
    row = {"at": shop.now_ms(), "order": part.order.name, "fulfilment_order": part.id, "status": part.status}
    shop.refused_fulfilments.append(row)


def _units(shop: Shop, wanted: Wanted, part: FulfilmentOrder) -> list[tuple[FulfilmentOrderLine, int]]:
    if not wanted.rows:
        return [(row, row.remaining) for row in part.lines if row.remaining]
    asked: dict[int, int] = {}
    for row_id, quantity in wanted.rows:
        asked[row_id] = asked.get(row_id, 0) + quantity
    taken = []
    for row_id, quantity in asked.items():
        row = shop.part_lines.get(row_id)
        if row is None or row.order_part is not part:
            raise FulfilmentRefused("Fulfillment order line item does not exist.")
        if quantity > row.remaining:
            _note_refusal(shop, part)
            raise FulfilmentRefused("Invalid fulfillment order line item quantity requested.")
        taken.append((row, quantity))
    return taken


def _make(
    shop: Shop,
    order: Order,
    units: list[tuple[FulfilmentOrderLine, int]],
    *,
    tracking: list[Tracking],
    notify: bool,
) -> Fulfilment:
    now = shop.now_ms()
    lines = [FulfilmentLine(shop.numbers.next("FulfillmentLineItem"), row, quantity) for row, quantity in units]
    parcel = Fulfilment(
        shop.numbers.next("Fulfillment"),
        order,
        len(order.fulfilments) + 1,
        units[0][0].order_part.location,
        lines,
        tracking,
        now,
        now,
        notified=notify,
    )
    for row, quantity in units:
        row.remaining -= quantity
        row.line.fulfilled += quantity
        stock.send(shop, row.line, quantity)
    order.fulfilments.append(parcel)
    shop.fulfilments[parcel.id] = parcel
    return parcel


def _settle(shop: Shop, parts: list[FulfilmentOrder], parcel: Fulfilment) -> None:
    now = shop.now_ms()
    order = parcel.order
    for part in parts:
        part.status = "IN_PROGRESS" if any(row.remaining for row in part.lines) else "CLOSED"
        part.updated_at = now
    done = order.fulfilment_status == "FULFILLED"
    if done and order.closed_at is None and order.financial_status in {"PAID", "PARTIALLY_REFUNDED", "REFUNDED"}:
        # The vendor archives an order that is paid and fulfilled (a shop setting, on by default).
        order.closed_at = now
    shop.touch(order)
    shop.announce("fulfillments/create", parcel)
    shop.announce("orders/fulfilled" if done else "orders/partially_fulfilled", order)
    shop.announce("orders/updated", order)


def update_tracking(shop: Shop, parcel: Fulfilment, tracking: list[Tracking], *, notify: bool) -> None:
    parcel.tracking = tracking
    parcel.notified = parcel.notified or notify
    parcel.updated_at = shop.now_ms()
    shop.touch(parcel.order)
    shop.announce("fulfillments/update", parcel)
    shop.announce("orders/updated", parcel.order)


def cancel_fulfilment(shop: Shop, parcel: Fulfilment) -> None:
    """Take a parcel back; twice is as good as once.

    Where the units go is not recorded: here they return to their fulfilment order while it is open, and become a new
    open one, under a new id, when it was closed.
    """
    if parcel.status == "CANCELLED":
        return
    now = shop.now_ms()
    parcel.status, parcel.display_status, parcel.updated_at = "CANCELLED", "CANCELED", now
    reopened: dict[int, FulfilmentOrder] = {}
    for row in parcel.lines:
        part = row.part.order_part
        row.part.line.fulfilled -= row.quantity
        stock.unsend(shop, row.part.line, row.quantity)
        if part.done:
            if part.id not in reopened:
                reopened[part.id] = open_part(shop, part.order, part.location, method=part.method, now=now)
            add_part_line(shop, reopened[part.id], row.part.line, row.quantity)
        else:
            row.part.remaining += row.quantity
            part.updated_at = now
            if all(line.remaining == line.total for line in part.lines):
                part.status = "OPEN"
    order = parcel.order
    if order.cancelled_at is None:
        order.closed_at = None
    shop.touch(order)
    shop.announce("fulfillments/update", parcel)
    shop.announce("orders/updated", order)


DISPLAY_OF_EVENT = {
    "CONFIRMED": "CONFIRMED",
    "LABEL_PRINTED": "LABEL_PRINTED",
    "LABEL_PURCHASED": "LABEL_PURCHASED",
    "READY_FOR_PICKUP": "READY_FOR_PICKUP",
    "IN_TRANSIT": "IN_TRANSIT",
    "CARRIER_PICKED_UP": "CARRIER_PICKED_UP",
    "OUT_FOR_DELIVERY": "OUT_FOR_DELIVERY",
    "ATTEMPTED_DELIVERY": "ATTEMPTED_DELIVERY",
    "DELAYED": "DELAYED",
    "DELIVERED": "DELIVERED",
    "FAILURE": "FAILURE",
}


def add_event(shop: Shop, parcel: Fulfilment, given: Mapping[str, Any]) -> FulfilmentEvent:
    """Write down where a parcel is."""
    now = shop.now_ms()
    happened = ms_of(given["happenedAt"]) if given.get("happenedAt") else now
    own = {"status", "happenedAt", "message", "fulfillmentId"}
    event = FulfilmentEvent(
        shop.numbers.next("FulfillmentEvent"),
        given["status"],
        happened,
        now,
        given.get("message"),
        {key: value for key, value in given.items() if key not in own},
    )
    parcel.events.append(event)
    if parcel.status != "CANCELLED":
        parcel.display_status = DISPLAY_OF_EVENT.get(event.status, parcel.display_status)
    parcel.updated_at = now
    shop.announce("fulfillment_events/create", parcel)
    return event
