"""What can be done to a fulfilment order short of a parcel: hold, release, move, split, cancel, report progress."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from cogent_pipelines.simulators.shopify import stock
from cogent_pipelines.simulators.shopify.catalogue import Location
from cogent_pipelines.simulators.shopify.parcels import FulfilmentOrder, FulfilmentOrderLine, Hold
from cogent_pipelines.simulators.shopify.routing import add_part_line, open_part
from cogent_pipelines.simulators.shopify.shop import Shop

MOST_HOLDS = 10
Rows = Sequence[tuple[int, int]]


class PartRefused(Exception):
    def __init__(self, message: str, field: Sequence[str] | None = None, code: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.field = field
        self.code = code


@dataclass(frozen=True, slots=True)
class Held:
    hold: Hold
    part: FulfilmentOrder
    remaining: FulfilmentOrder | None


def _changed(shop: Shop, part: FulfilmentOrder, topic: str) -> None:
    part.updated_at = shop.now_ms()
    if shop.switches.order_bumped_by_fulfillment_order:
        shop.touch(part.order)
    shop.announce(f"fulfillment_orders/{topic}", part)


def _must_exist(part: FulfilmentOrder | None) -> FulfilmentOrder:
    if part is None:
        raise PartRefused("Fulfillment order does not exist.", None, "FULFILLMENT_ORDER_NOT_FOUND")
    return part


def hold(shop: Shop, part: FulfilmentOrder | None, given: Mapping[str, Any], rows: Rows) -> Held:
    """Put a fulfilment order, or some of its units, on hold."""
    part = _must_exist(part)
    field = ["fulfillmentHold", "fulfillmentOrderLineItems"]
    if any(quantity <= 0 for _, quantity in rows):
        index = next(i for i, (_, quantity) in enumerate(rows) if quantity <= 0)
        text = "You must select at least one item to place on partial hold."
        raise PartRefused(text, [*field, str(index), "quantity"], "GREATER_THAN_ZERO")
    if len({row_id for row_id, _ in rows}) < len(rows):
        text = "must contain unique line item ids"
        raise PartRefused(text, field, "DUPLICATED_FULFILLMENT_ORDER_LINE_ITEMS")
    if part.done:
        text = "The fulfillment order is not in a state that can be held."
        raise PartRefused(text, ["id"])
    handle = given.get("handle") or None
    if len(part.holds) >= MOST_HOLDS:
        text = (
            "The maximum number of fulfillment holds for this fulfillment order has been reached for this app. "
            "An app can only have up to 10 holds on a single fulfillment order at any one time."
        )
        raise PartRefused(text, ["id"], "FULFILLMENT_ORDER_HOLD_LIMIT_REACHED")
    if any(row.handle == handle for row in part.holds):
        text = (
            "The handle provided for the fulfillment hold is already in use by this app for another hold on this "
            "fulfillment order."
        )
        raise PartRefused(text, ["fulfillmentHold", "handle"], "DUPLICATE_FULFILLMENT_HOLD_HANDLE")
    if rows and part.status == "ON_HOLD":
        text = "The fulfillment order is not in a splittable state."
        raise PartRefused(text, field, "FULFILLMENT_ORDER_NOT_SPLITTABLE")
    remaining = _rest_apart(shop, part, rows) if rows else None
    placed = Hold(shop.numbers.next("FulfillmentHold"), given["reason"], given.get("reasonNotes"), handle)
    part.holds.append(placed)
    part.status = "ON_HOLD"
    _changed(shop, part, "placed_on_hold")
    return Held(placed, part, remaining)


def release(shop: Shop, part: FulfilmentOrder | None, chosen: Sequence[int]) -> None:
    """Lift the holds named, or all."""
    part = _must_exist(part)
    part.holds = [row for row in part.holds if chosen and row.id not in chosen]
    if not part.holds and part.status == "ON_HOLD":
        part.status = "OPEN"
    _changed(shop, part, "hold_released")


def step(shop: Shop, part: FulfilmentOrder | None, before: str, after: str) -> None:
    part = _must_exist(part)
    if part.status != before:
        if after == "OPEN":
            raise PartRefused(f"Expected fulfillment order status to be valid but it was {part.status.lower()}.")
        raise PartRefused("Cannot report progress on a fulfillment order in this state.")
    part.status = after
    _changed(shop, part, "progress_reported" if after == "IN_PROGRESS" else "rescheduled")


def split(shop: Shop, part: FulfilmentOrder | None, rows: Rows, *, place: list[str]) -> FulfilmentOrder:
    """Take units out into a new fulfilment order; the new one is what is split off."""
    part = _must_exist(part)
    if not rows:
        text = "There must be at least one item selected in this fulfillment to split it."
        raise PartRefused(text, [*place, "fulfillmentOrderLineItems"], "NO_LINE_ITEMS_PROVIDED_TO_SPLIT")
    for index, (_, quantity) in enumerate(rows):
        if quantity <= 0:
            text = "You must select at least one item to split into a new fulfillment order."
            raise PartRefused(text, [*place, "fulfillmentOrderLineItems", str(index), "quantity"], "GREATER_THAN")
    taken = _taken(shop, part, rows)
    made = _part_with(shop, part, part.location, taken)
    _changed(shop, part, "split")
    return made


def move(
    shop: Shop, part: FulfilmentOrder | None, place: Location | None, rows: Rows
) -> tuple[FulfilmentOrder, FulfilmentOrder | None]:
    """Send it, or some units of it, from another location; gives what moved and what is left."""
    part = _must_exist(part)
    if place is None:
        raise PartRefused("Location not found.", ["id"])
    if part.done or part.location is place:
        raise PartRefused("Cannot change location.")
    if part.status == "IN_PROGRESS":
        text = (
            "Cannot move a fulfillment order that has had progress reported. To move a fulfillment order that has had "
            "progress reported, the fulfillment order must first be marked as open resolving the ongoing progress state."
        )
        raise PartRefused(text, ["id"], "CANNOT_MOVE_FULFILLMENT_ORDER_WITH_REPORTED_PROGRESS")
    if not rows:
        for row in part.lines:
            _restock_at(shop, row, row.remaining, place)
        part.location = place
        _changed(shop, part, "moved")
        return part, None
    taken = _taken(shop, part, rows)
    moved = _part_with(shop, part, place, taken)
    for row, quantity in taken:
        _restock_at(shop, row, quantity, place)
    _changed(shop, part, "moved")
    return moved, part


def cancel(shop: Shop, part: FulfilmentOrder | None) -> FulfilmentOrder:
    """Close it with no lines; its units come back in a new open one."""
    part = _must_exist(part)
    if part.status == "IN_PROGRESS":
        text = "Cannot cancel fulfillment order that has had progress reported. Mark as unfulfilled first."
        raise PartRefused(text, ["id"])
    if part.done:
        raise PartRefused("Fulfillment order is not in cancelable request state and can't be canceled.")
    made = open_part(shop, part.order, part.location, method=part.method, now=shop.now_ms())
    for row in part.lines:
        if row.remaining:
            add_part_line(shop, made, row.line, row.remaining)
    _empty(shop, part)
    part.status = "CLOSED"
    _changed(shop, part, "cancelled")
    return made


def _taken(shop: Shop, part: FulfilmentOrder, rows: Rows) -> list[tuple[FulfilmentOrderLine, int]]:
    taken = []
    for row_id, quantity in rows:
        row = shop.part_lines.get(row_id)
        if row is None or row.order_part is not part or quantity > row.remaining:
            raise PartRefused("Invalid fulfillment order line item quantity requested.")
        taken.append((row, quantity))
    return taken


def _part_with(
    shop: Shop, part: FulfilmentOrder, place: Location, taken: list[tuple[FulfilmentOrderLine, int]]
) -> FulfilmentOrder:
    made = open_part(shop, part.order, place, method=part.method, now=shop.now_ms())
    for row, quantity in taken:
        row.remaining -= quantity
        row.total -= quantity
        add_part_line(shop, made, row.line, quantity)
    _drop_empty_lines(shop, part)
    return made


def _rest_apart(shop: Shop, part: FulfilmentOrder, rows: Rows) -> FulfilmentOrder | None:
    """Leave only the chosen units in a fulfilment order; the rest becomes a new one."""
    chosen = {row.id: quantity for row, quantity in _taken(shop, part, rows)}
    rest = [(row, row.remaining - chosen.get(row.id, 0)) for row in part.lines]
    rest = [(row, quantity) for row, quantity in rest if quantity > 0]
    return _part_with(shop, part, part.location, rest) if rest else None


def _drop_empty_lines(shop: Shop, part: FulfilmentOrder) -> None:
    for row in part.lines:
        if row.total <= 0:
            shop.part_lines.pop(row.id, None)
    part.lines = [row for row in part.lines if row.total > 0]


def _empty(shop: Shop, part: FulfilmentOrder) -> None:
    for row in part.lines:
        shop.part_lines.pop(row.id, None)
    part.lines = []


def _restock_at(shop: Shop, row: FulfilmentOrderLine, units: int, place: Location) -> None:
    """Move the commitment of units to another location."""
    stock.release(shop, row.line, units)
    row.line.location = place
    stock.commit(shop, row.line, units)
