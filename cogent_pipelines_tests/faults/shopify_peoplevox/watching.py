"""What must hold at every moment: what is accounted for is there, and no write leaves before its intent is committed.

The former is looked at between any two steps and right after a death, the latter while the write is on its way.

Here the ledger is asked what it claims, and the vendors' books whether that is so.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from cogent_pipelines_tests.faults.shopify_peoplevox.world import FaultWorld
from cogent_pipelines_tests.faults.violation import INBOX, INTENT, WATERMARK, Violation
from cogent_pipelines_tests.journeys.world import NAME

# The shop's search knows whole seconds.
_GRAIN = timedelta(seconds=1)


def watch(world: FaultWorld, step: int) -> list[Violation]:
    with world.ledger.pool._connections.connection() as session:
        marks = dict(session.execute("select feed, up_to from watermark where connection = %s", [NAME]).fetchall())
        orders = dict(session.execute("select order_ref, version from storefront_order").fetchall())
        parcels = {ref for (ref,) in session.execute("select despatch_ref from despatch").fetchall()}
        figures = dict(session.execute("select sku, max(snapshot_at) from stock_level group by sku").fetchall())
        taken = session.execute(
            "select distinct subject from inbox where source = 'storefront' and taken_at is not null and note = ''"
        ).fetchall()
    said = [(WATERMARK, text) for text in _orders_passed(world, marks.get("orders"), orders)]
    said += [(WATERMARK, text) for text in _parcels_passed(world, marks.get("despatches"), parcels)]
    said += [(WATERMARK, text) for text in _figures_passed(world, marks.get("stock"), figures)]
    said += [(INBOX, text) for text in _events_taken(world, {ref for (ref,) in taken if ref}, set(orders))]
    return [Violation(name, text, step) for name, text in said]


def watch_writes(world: FaultWorld, found: list[Violation]) -> None:
    """Look at each write from outside, as another process would: is it written down that it is under way?"""

    def look(operation: str, content: bytes) -> None:
        question = _UNDER_WAY.get(operation)
        if question is None:
            return
        with world._inbox.pool._connections.connection() as session:
            under_way = {ref for (ref,) in session.execute(question).fetchall()}
        if operation.startswith("SaveData"):
            sent = {number for number in map(world.number_of, world.shop.shop.orders.values()) if number.encode() in content}
        else:
            sent = set() if under_way else {"anything"}
        found.extend(
            Violation(INTENT, f"{operation} left, and no intent says so of {ref}") for ref in sorted(sent - under_way)
        )

    world.router.before_a_write = look


_UNDER_WAY = {
    "SaveData:Sales orders": "select sales_order_ref from sales_order where state = 'sent'",
    "SaveData:Sales order items": "select sales_order_ref from sales_order where state = 'sent'",
    "fulfillmentCreate": "select despatch_ref from fulfilment where state = 'sent'",
    "fulfillmentTrackingInfoUpdate": "select despatch_ref from fulfilment where state = 'sent'",
    "inventorySetQuantities": "select sku from stock_publication where state = 'sent'",
}


def _orders_passed(world: FaultWorld, mark: datetime | None, stored: dict[str, datetime]) -> Iterator[str]:
    if mark is None:
        return
    lag = timedelta(seconds=world.shop.shop.switches.search_delay_seconds)
    for order in world.shop.shop.orders.values():
        changed = datetime.fromtimestamp(order.updated_at / 1000, UTC)
        if changed <= mark - lag - _GRAIN and stored.get(str(order.id), changed - 2 * _GRAIN) < changed - _GRAIN:
            yield f"{order.name} changed at {changed:%X}, and is not stored as it is though the watermark is {mark:%X}"


def _parcels_passed(world: FaultWorld, mark: datetime | None, stored: set[str]) -> Iterator[str]:
    if mark is None:
        return
    lag = timedelta(seconds=world.tenant.switches.report_lag_seconds)
    known = len(stored)
    left = [each for each in world.tenant.warehouse.despatches.values() if each.at < mark - lag - _GRAIN]
    parcels = sum(len(each.parcels) for each in left)
    if known < parcels:
        numbers = ", ".join(sorted({each.order_number for each in left}))
        yield f"{parcels} parcels left before the watermark {mark:%X}, {known} are stored; of orders {numbers}"


def _figures_passed(world: FaultWorld, mark: datetime | None, read: dict[str, datetime]) -> Iterator[str]:
    if mark is None:
        return
    lag = timedelta(seconds=world.tenant.switches.report_lag_seconds)
    # What leaves was allocated before: only what moves the free units is told of.
    changes = world.tenant.warehouse.stock.changes
    for sku, moved in {
        change.level.item_code: change.at for change in changes if change.on_hand != change.allocated
    }.items():
        if moved <= mark - lag - _GRAIN and read.get(sku, moved - 2 * _GRAIN) < moved - _GRAIN:
            yield f"{sku} moved at {moved:%X}, and was last read for {read.get(sku)} though the watermark is {mark:%X}"


def _events_taken(world: FaultWorld, taken: set[str], stored: set[str]) -> Iterator[str]:
    for ref in sorted(taken - stored):
        order = world.shop.shop.orders.get(int(ref)) if ref.isdecimal() else None
        yield f"{order.name if order else ref}: its event is taken, and it is not stored"
