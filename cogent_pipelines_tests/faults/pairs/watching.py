"""What must hold at every moment: what is accounted for is there, and no write leaves before its intent is committed.

The former is looked at between any two steps and right after a death, the latter while the write is on its way.

Here the ledger is asked what it claims, and the vendors' books and the diary whether that is so.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta

from cogent_pipelines_tests.faults.pairs.router import BACK
from cogent_pipelines_tests.faults.pairs.world import PairFaultWorld
from cogent_pipelines_tests.faults.violation import INBOX, INTENT, WATERMARK, Violation

# Vendors' searches know whole seconds.
_GRAIN = timedelta(seconds=1)
_UNDER_WAY_AT_THE_WAREHOUSE = "select sales_order_ref from sales_order where state = 'sent'"
_UNDER_WAY_AT_THE_SHOP = """
    select despatch_ref from fulfilment where state = 'sent'
    union all select sku from stock_publication where state = 'sent'
    union all select order_ref from sales_order where state = 'acknowledged'
"""
"""A mark that the warehouse has an order may be made as often as one likes: what it needs is the warehouse's word."""


def watch(world: PairFaultWorld, step: int) -> list[Violation]:
    marks = world.watermarks()
    said = [(WATERMARK, text) for text in _orders_passed(world, marks.get("orders"))]
    said += [(WATERMARK, text) for text in _parcels_passed(world, marks.get("despatches"))]
    said += [(WATERMARK, text) for text in _figures_passed(world, marks.get("stock"))]
    said += [(INBOX, text) for text in _events_taken(world)]
    return [Violation(name, text, step) for name, text in said]


def watch_writes(world: PairFaultWorld, found: list[Violation]) -> None:
    """Look at each write from outside, as another process would: is it written down that it is under way?"""

    def look(operation: str, content: bytes) -> None:
        del content
        question = _UNDER_WAY_AT_THE_WAREHOUSE if operation.startswith(BACK) else _UNDER_WAY_AT_THE_SHOP
        with world._inbox.pool._connections.connection() as session:
            under_way = session.execute(question).fetchall()
        if not under_way:
            found.append(Violation(INTENT, f"{operation} left at {world.clock.now():%X}, and no intent says so"))

    world.router.before_a_write = look


def _orders_passed(world: PairFaultWorld, mark: datetime | None) -> Iterator[str]:
    if mark is None:
        return
    stored = dict(world.asked("select order_ref, cancelled_at is not null from storefront_order"))
    for order in world.shop_books().orders:
        if order.placed_at <= mark - _GRAIN and order.ref not in stored:
            yield f"{order.name} was placed at {order.placed_at:%X}, and is not stored though the watermark is {mark:%X}"
        ended = world.diary.cancelled.get(order.ref)
        if ended is not None and ended <= mark - _GRAIN and not stored.get(order.ref):
            yield f"{order.name} was cancelled at {ended:%X}, and is not stored so though the watermark is {mark:%X}"


def _parcels_passed(world: PairFaultWorld, mark: datetime | None) -> Iterator[str]:
    if mark is None:
        return
    [(known,)] = world.asked("select count(*) from despatch")
    grown = mark - _GRAIN - timedelta(seconds=world.back.parcels_grow_seconds)
    left = [whose for whose, at in world.diary.left.items() if at < grown]
    if known < len(left):
        yield f"{len(left)} parcels left before the watermark {mark:%X}, {known} are stored; {', '.join(sorted(left))}"


def _figures_passed(world: PairFaultWorld, mark: datetime | None) -> Iterator[str]:
    if mark is None:
        return
    read = dict(world.asked("select sku, max(snapshot_at) from stock_level group by sku"))
    for sku, moved in world.diary.moved().items():
        if moved <= mark - _GRAIN and read.get(sku, moved - 2 * _GRAIN) < moved - _GRAIN:
            yield f"{sku} moved at {moved:%X}, and was last read for {read.get(sku)} though the watermark is {mark:%X}"


def _events_taken(world: PairFaultWorld) -> Iterator[str]:
    """Events that name an order of the shop by its id."""
    rows = world.asked(
        """
        select distinct subject from inbox where source = 'storefront' and taken_at is not null and note = ''
        and not exists (select from storefront_order where order_ref = inbox.subject)
        """
    )
    missing = {ref for (ref,) in rows}
    for order in world.shop_books().orders:
        if order.ref in missing:
            yield f"{order.name}: its event is taken, and it is not stored"
