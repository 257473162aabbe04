"""The warehouse's figures into the ledger, each with the time at which it was true; what differs is queued at once.

Figures and the decision about them are stored together, so that a crash between the two forgets neither.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime

from cogent_pipelines.canonical.connection import Connection
from cogent_pipelines.canonical.exception_case import UNREADABLE_STOCK, CaseFinding
from cogent_pipelines.canonical.stock import StockLevel, UnreadableLevel
from cogent_pipelines.flows.stock_report import StockReadReport
from cogent_pipelines.flows.trouble import VendorWatch
from cogent_pipelines.ledger.database import Ledger
from cogent_pipelines.ledger.due_work import STOCK_PUBLICATION
from cogent_pipelines.ledger.inbox import WAREHOUSE
from cogent_pipelines.ledger.stock_arithmetic import CHANGES_FEED
from cogent_pipelines.ports.clock import Clock
from cogent_pipelines.ports.errors import TryLater
from cogent_pipelines.ports.warehouse import Warehouse

_Page = Sequence[StockLevel | UnreadableLevel]

FEED = CHANGES_FEED
FULL_FEED = "stock_all"
# When somebody last found that a figure is too old to be told; a full reading after it has newer ones.
FULL_WANTED = "stock_all_wanted"


def read_stock_changes(connection: Connection, *, warehouse: Warehouse, ledger: Ledger, clock: Clock) -> StockReadReport:
    """Read what changed since the watermark, and account for the events that said so. The first time reads everything.

    A figure of which no change was found stands for longer: orders of before that it contains are demand no more.

    Without events the warehouse is asked only where the last look is long enough ago. Everything is read as well where a
    storefront knows a newer figure than the last that is here: what did not change has no newer one among the changes.

    Raises:
        NeverAsIs: credentials or calls are refused; the events wait, and a case says so.
    """
    asked_at = clock.now()
    # Taken before the reading: an event that comes during it may speak of a change that the answer does not have.
    events = ledger.inbox.waiting(connection.name, WAREHOUSE, flow=STOCK_PUBLICATION, limit=10_000)
    since = ledger.watermarks.get(connection.name, FEED)
    if since is not None and not events and asked_at - since < connection.feeds.poll_every:
        return StockReadReport()
    if _wants_all(connection, ledger):
        return read_all_stock(connection, warehouse=warehouse, ledger=ledger, clock=clock)
    feed = warehouse.stock_all() if since is None else warehouse.stock(since - connection.feeds.stock_overlap)
    report = _read(connection, feed, warehouse=connection.warehouse, ledger=ledger, clock=clock)
    if report.trouble:
        return report
    with ledger.transaction():
        ledger.inbox.take([event.id for event in events], now=clock.now())
        ledger.watermarks.move(connection.name, FEED, asked_at, now=clock.now())
        queued = 0 if since is None else _decide_on_what_stands(connection, since, asked_at, ledger=ledger, now=clock.now())
    return report + StockReadReport(events=len(events), queued=queued)


def _decide_on_what_stands(
    connection: Connection, since: datetime, until: datetime, *, ledger: Ledger, now: datetime
) -> int:
    picked = ledger.moved_skus.of_orders_contained(connection, since=since, until=until)
    return ledger.publications.decide(connection, picked, now=now)


def _wants_all(connection: Connection, ledger: Ledger) -> bool:
    wanted = ledger.watermarks.get(connection.name, FULL_WANTED)
    read = ledger.watermarks.get(connection.name, FULL_FEED)
    return wanted is not None and (read is None or read <= wanted)


def read_all_stock(connection: Connection, *, warehouse: Warehouse, ledger: Ledger, clock: Clock) -> StockReadReport:
    """Read every figure and decide on every SKU anew: whatever the changes missed is found here.

    Raises:
        NeverAsIs: credentials or calls are refused; a case says so.
    """
    asked_at = clock.now()
    report = _read(connection, warehouse.stock_all(), warehouse=connection.warehouse, ledger=ledger, clock=clock)
    if report.trouble:
        return report
    with ledger.transaction():
        queued = ledger.publications.decide(connection, None, now=clock.now())
        ledger.watermarks.move(connection.name, FEED, asked_at, now=clock.now())
        ledger.watermarks.move(connection.name, FULL_FEED, asked_at, now=clock.now())
    return report + StockReadReport(queued=queued)


def _read(
    connection: Connection,
    feed: Iterator[_Page],
    *,
    warehouse: str,
    ledger: Ledger,
    clock: Clock,
) -> StockReadReport:
    report = StockReadReport()
    watch = VendorWatch(connection, warehouse, STOCK_PUBLICATION, ledger, clock)
    try:
        with watch.watched():
            for page in feed:
                report += _store(connection, page, ledger=ledger, now=clock.now())
    except TryLater as error:
        return report + StockReadReport(trouble=str(error))
    return report


def _store(connection: Connection, page: _Page, *, ledger: Ledger, now: datetime) -> StockReadReport:
    levels = [each for each in page if isinstance(each, StockLevel)]
    unreadable = [each for each in page if isinstance(each, UnreadableLevel)]
    with ledger.transaction():
        stored = ledger.stock.store(connection.name, levels, now=now)
        ledger.cases.close(connection.name, (UNREADABLE_STOCK,), [level.sku for level in levels], now=now)
        if unreadable:
            ledger.stock.mark_unreadable(connection.name, [each.sku for each in unreadable], now=now)
            findings = [CaseFinding(UNREADABLE_STOCK, each.sku, each.why) for each in unreadable]
            ledger.cases.open_or_refresh(connection.name, findings, now=now)
        queued = ledger.publications.decide(connection, stored.newer, now=now)
        if queued:
            ledger.notify(connection.name, STOCK_PUBLICATION)
    return StockReadReport(read=stored.read, newer=len(stored.newer), changed=stored.changed, queued=queued)
