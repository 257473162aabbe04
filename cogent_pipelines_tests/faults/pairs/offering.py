"""What must hold of the goods that a shop offers: free, unsold, and in the end exactly what there is."""

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import timedelta

from cogent_pipelines.simulators.common.trade import ShopOrder
from cogent_pipelines_tests.faults.pairs.diary import Page, Told
from cogent_pipelines_tests.faults.pairs.world import PairFaultWorld
from cogent_pipelines_tests.matrix.judge import stands_for, units_in
from cogent_pipelines_tests.matrix.running import held_by

_LAG = timedelta(minutes=15)


def _units_kept_away(world: PairFaultWorld) -> Counter[str]:
    """Units of orders that the warehouse does not have, and that are wanted still."""
    held = held_by(world)
    kept = [
        order
        for order in world.shop_books().orders
        if not order.cancelled and (order.ref in held or order.ref in world.unpaid)
    ]
    return units_in(line for order in kept for line in order.lines)


def is_short(world: PairFaultWorld, sku: str) -> bool:
    """More is wanted than lies there, by orders at the warehouse or by those that are kept back."""
    books = world.floor.books()
    return bool(books.short.get(sku)) or _units_kept_away(world)[sku] > books.stock.get(sku, 0)


def _offered_is_free(world: PairFaultWorld) -> Iterator[str]:
    offered, kept = world.shop_books().stock, _units_kept_away(world)
    for sku, units in world.floor.books().stock.items():
        if sku in offered and offered[sku] != max(0, units - kept[sku]):
            yield f"{sku}: the shop offers {offered[sku]}, {units} are free, {kept[sku]} of them spoken for"


def _oversold(world: PairFaultWorld) -> Iterator[str]:
    """Nobody bought what was not there.

    Goods that broke or were not found after they were sold are nobody's mistake; nor are those that a late cancellation put
    on sale again at once, though the warehouse has them set aside.
    """
    excused = world.diary.broken | {
        line.sku for order in world.shop_books().orders if order.cancelled for line in order.lines
    }
    for sku, units in world.short.items():
        if sku not in excused:
            yield f"{sku}: {units} more units are wanted than there are"


def _told_was_free(world: PairFaultWorld) -> Iterator[str]:
    """No call told more than was free and not sold yet, as of any one moment of the last minutes."""
    for told in world.diary.told:
        most = _most_to_promise(world.diary.pages, told)
        if told.quantity > max(0, most):
            yield f"{told.sku}: {told.quantity} were told at {told.at:%X}, at most {most} were free and unsold"


def _most_to_promise(pages: list[Page], told: Told) -> int:
    """Free at a moment, less what was sold by now and the warehouse had not got then; the best of the moments."""
    since = told.at - _LAG
    known = [page for page in pages if page.at <= told.at]
    recent = [page for page in known if page.at > since]
    before = [page for page in known if page.at <= since][-1:]
    wanted = [order for order in told.orders if not order.cancelled and units_in(order.lines)[told.sku]]
    return max(page.free.get(told.sku, 0) - _owed(wanted, page, told.sku) for page in before + recent)


def _owed(wanted: list[ShopOrder], page: Page, sku: str) -> int:
    return sum(units_in(order.lines)[sku] for order in wanted if not _is_there(page, order))


def _is_there(page: Page, order: ShopOrder) -> bool:
    return any(stands_for(ref, order) for ref in page.there)


JUDGES: dict[str, Callable[[PairFaultWorld], Iterator[str]]] = {
    "offered is free": _offered_is_free,
    "nothing oversold": _oversold,
    "told was free and unsold": _told_was_free,
}
