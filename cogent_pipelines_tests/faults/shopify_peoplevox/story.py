"""What happened to one order, line by line in the order of time, from both vendors' books, our ledger and the evidence."""

from collections.abc import Iterator
from datetime import UTC, datetime

from cogent_pipelines.simulators.shopify.records import Order
from cogent_pipelines_tests.faults.shopify_peoplevox.world import FaultWorld
from cogent_pipelines_tests.faults.story import Line, exchanges, in_order, in_the_ledger
from cogent_pipelines_tests.faults.violation import Violation


def story_of(violation: Violation, world: FaultWorld) -> list[str]:
    """Tell of the order that a violation names, or of the goods where it names none."""
    shop = world.shop.shop
    order = shop.orders_by_name.get(f"#{violation.order_number}")
    if order is None:
        sku = violation.said.split(":")[0]
        told = [*_goods_at_the_shop(world, sku), *_goods_at_the_warehouse(world, sku), *exchanges(world, sku)]
    else:
        told = [*_at_the_shop(order), *_at_the_warehouse(world, order), *in_the_ledger(world, str(order.id), order.name)]
        told += exchanges(world, str(order.id)) + exchanges(world, world.number_of(order))
    return in_order(told)


def _moment(milliseconds: int) -> datetime:
    return datetime.fromtimestamp(milliseconds / 1000, UTC)


def _at_the_shop(order: Order) -> Iterator[Line]:
    lines = ", ".join(f"{line.quantity} x {line.sku}" for line in order.lines)
    yield _moment(order.created_at), "shop", f"{order.name} bought: {lines}"
    if order.cancelled_at is not None:
        yield _moment(order.cancelled_at), "shop", "cancelled"
    for parcel in order.fulfilments:
        units = ", ".join(f"{row.quantity} x {row.part.line.sku}" for row in parcel.lines)
        numbers = ", ".join(track.number for track in parcel.tracking if track.number) or "no tracking"
        yield _moment(parcel.created_at), "shop", f"fulfilment {parcel.status}: {units}; {numbers}"
    yield _moment(order.updated_at), "shop", f"last change: {order.financial_status}, {order.fulfilment_status}"


def _at_the_warehouse(world: FaultWorld, order: Order) -> Iterator[Line]:
    held = world.tenant.warehouse.orders.get(world.number_of(order))
    if held is None:
        return
    lines = ", ".join(f"{line.quantity} x {line.item_code}" for line in held.lines.values())
    yield held.received_at, "warehouse", f"order received; it holds {lines or 'no lines'}"
    for change in world.tenant.warehouse.stock.changes:
        if change.order_number == held.number:
            moved = f"on hand {change.on_hand:+}, allocated {change.allocated:+}"
            yield change.at, "warehouse", f"{change.activity} of {change.level.item_code}: {moved}"
    for despatch in held.despatches:
        for parcel in despatch.parcels:
            units = ", ".join(f"{line.quantity} x {line.item_code}" for line in parcel.lines)
            yield (
                despatch.at,
                "warehouse",
                f"{parcel.name} of {despatch.number} left: {units}; {parcel.tracking or 'no tracking'}",
            )
    yield held.changed_at, "warehouse", f"last change: {world.tenant.warehouse.status_of(held)}"


def _goods_at_the_shop(world: FaultWorld, sku: str) -> Iterator[Line]:
    for level in world.shop.shop.levels.values():
        if level.item.variant.sku == sku:
            for at, name, before, after, why in level.history or ():
                yield _moment(at), "shop", f"{name} {before} → {after} ({why})"


def _goods_at_the_warehouse(world: FaultWorld, sku: str) -> Iterator[Line]:
    for change in world.tenant.warehouse.stock.changes:
        if change.level.item_code == sku:
            moved = f"on hand {change.on_hand:+}, allocated {change.allocated:+}"
            yield change.at, "warehouse", f"{change.activity} {change.order_number}: {moved}"
