"""What happened to one order between any two vendors, from both books, the diary, our ledger and the evidence."""

from collections.abc import Iterator

from cogent_pipelines.simulators.common.trade import ShopOrder, TradeLine
from cogent_pipelines_tests.faults.pairs.world import PairFaultWorld
from cogent_pipelines_tests.faults.story import Line, exchanges, in_order, in_the_ledger
from cogent_pipelines_tests.faults.violation import Violation
from cogent_pipelines_tests.matrix.judge import stands_for


def story_of(violation: Violation, world: PairFaultWorld) -> list[str]:
    """Tell of the order that a violation names, or of the goods where it names none."""
    order = next(
        (each for each in world.shop_books().orders if each.name in violation.said or each.ref in violation.said), None
    )
    if order is None:
        return in_order(_of_goods(world, violation.said.split(":")[0]))
    subjects = {
        order.ref,
        order.name,
        *(sold.ref for sold in world.floor.books().sales_orders if stands_for(sold.ref, order)),
    }
    told = [*_at_the_shop(world, order), *_at_the_warehouse(world, order), *in_the_ledger(world, order.ref, order.name)]
    return in_order(told + [line for subject in sorted(subjects) for line in exchanges(world, subject)])


def _at_the_shop(world: PairFaultWorld, order: ShopOrder) -> Iterator[Line]:
    yield order.placed_at, "shop", f"{order.name} ({order.ref}) bought: {_shown(order.lines)}"
    if order.cancelled:
        yield world.diary.cancelled.get(order.ref, world.clock.now()), "shop", "cancelled"
    for parcel in order.parcels:
        yield (
            world.clock.now(),
            "shop",
            f"in the end told of {parcel.ref}: {_shown(parcel.lines)}; {parcel.tracking_numbers}",
        )


def _at_the_warehouse(world: PairFaultWorld, order: ShopOrder) -> Iterator[Line]:
    for sold in world.floor.books().sales_orders:
        if stands_for(sold.ref, order):
            came = world.diary.came.get(sold.ref, world.clock.now())
            yield came, "warehouse", f"{sold.ref} received, {sold.created} times in all: {_shown(sold.lines)}"
            for parcel in sold.parcels:
                left = world.diary.left.get(f"{sold.ref} {parcel.ref}", world.clock.now())
                yield left, "warehouse", f"{parcel.ref} left: {_shown(parcel.lines)}; {parcel.tracking_numbers}"


def _of_goods(world: PairFaultWorld, sku: str) -> Iterator[Line]:
    for page in world.diary.pages:
        yield page.at, "warehouse", f"{page.free.get(sku)} free; has {', '.join(sorted(page.there)) or 'no orders'}"
    for told in world.diary.told:
        if told.sku == sku:
            yield told.at, "shop", f"told to offer {told.quantity}"
    for order in world.shop_books().orders:
        units = sum(line.quantity for line in order.lines if line.sku == sku)
        if units:
            yield order.placed_at, "shop", f"{order.name} bought {units}"
            if order.cancelled:
                yield world.diary.cancelled.get(order.ref, world.clock.now()), "shop", f"{order.name} cancelled"
    yield from exchanges(world, sku)


def _shown(lines: tuple[TradeLine, ...]) -> str:
    return ", ".join(f"{line.quantity} x {line.sku}" for line in lines)
