"""Orders out of the storefront: from its events, from a poll that overlaps, and from a daily sweep over days.

An event only says which order to look at: what is stored is read from the storefront. The watermark moves over what is
stored, page by page, and over nothing else.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from types import MappingProxyType

from cogent_pipelines.canonical.connection import Connection
from cogent_pipelines.canonical.exception_case import UNREADABLE_ORDER, CaseFinding
from cogent_pipelines.canonical.identity import OrderRef
from cogent_pipelines.canonical.order import Order
from cogent_pipelines.flows.capture_report import CaptureReport
from cogent_pipelines.flows.measures import Latencies
from cogent_pipelines.flows.trouble import VendorWatch
from cogent_pipelines.ledger.database import Ledger
from cogent_pipelines.ledger.due_work import ORDER_CAPTURE
from cogent_pipelines.ledger.inbox import STOREFRONT, WaitingEvent
from cogent_pipelines.ports.clock import Clock
from cogent_pipelines.ports.errors import NeverAsIs, VendorError, VendorRefused
from cogent_pipelines.ports.storefront import Storefront, UnreadableOrder

ORDERS = "orders"
# When the last poll began that read the feed to its end: what the feed listed by then is stored.
ORDERS_READ = "orders_read"
SWEEP = "order_sweep"
# A storefront answers for this many orders at once without being slow.
_AT_ONCE = 50
_EVENTS_AT_ONCE = 500
# Fewer may be all at fault in a quiet hour, and must not keep the poll from the others; each has its case, and the sweep
# reads it again.
_REFUSED_TOGETHER = 5
# No order changes in the future: a later time than that is a mistake, and must not carry the watermark away with it.
_CLOCKS_DIFFER_BY = timedelta(hours=1)
_DELETED = "deleted at the storefront"


def capture_from_inbox(connection: Connection, *, storefront: Storefront, ledger: Ledger, clock: Clock) -> CaptureReport:
    """Store every order that a waiting event names, as the storefront has it now.

    A storefront that cannot answer at present ends the flow early, with its words in `trouble`; the events wait.

    Raises:
        NeverAsIs: credentials or calls are refused; the events wait, and a case says so.
    """
    return _Capture(connection, storefront, ledger, clock).from_inbox()


def capture_by_poll(connection: Connection, *, storefront: Storefront, ledger: Ledger, clock: Clock) -> CaptureReport:
    """Store what changed since the watermark, looking back a little further for what came late.

    Raises:
        NeverAsIs: as above.
    """
    feeds, now = connection.feeds, clock.now()
    watermark = ledger.watermarks.get(connection.name, ORDERS)
    since = now - feeds.first_look_back if watermark is None else watermark - feeds.order_overlap
    report = _Capture(connection, storefront, ledger, clock).since(since, feed=ORDERS)
    if not report.trouble:
        ledger.watermarks.move(connection.name, ORDERS_READ, now, now=clock.now())
    return report


def sweep_orders(connection: Connection, *, storefront: Storefront, ledger: Ledger, clock: Clock) -> CaptureReport:
    """Read the last days again whole, and what could not be read before: what this finds new, events and polls have missed.

    Raises:
        NeverAsIs: as above.
    """
    began = clock.now()
    capture = _Capture(connection, storefront, ledger, clock)
    report = capture.since(began - connection.feeds.sweep_look_back, feed=None)
    if not report.trouble:
        report += capture.set_aside()
    if not report.trouble:
        ledger.watermarks.move(connection.name, SWEEP, began, now=clock.now())
    return report


@dataclass(frozen=True, slots=True)
class _Capture:
    """One pass of capture."""

    connection: Connection
    storefront: Storefront
    ledger: Ledger
    clock: Clock

    # ---- from events

    def from_inbox(self) -> CaptureReport:
        report = CaptureReport()
        name = self.connection.name
        while events := self.ledger.inbox.waiting(name, STOREFRONT, flow=ORDER_CAPTURE, limit=_EVENTS_AT_ONCE):
            for batch in _by_orders(events):
                try:
                    report += self._take(batch)
                except VendorError as error:
                    return report + self._stopped(error)
            if len(events) < _EVENTS_AT_ONCE:
                # That was all; what came meanwhile is the next pass's. Where the shop sells all the time, this one would
                # never end, and nobody would poll for what no event told of.
                break
        if report.events:
            self._watch.over()
        return report

    def _take(self, events: Sequence[WaitingEvent]) -> CaptureReport:
        """Fetch the orders that these events name, store them, and account for the events, in one transaction."""
        refs = list(dict.fromkeys(OrderRef(event.subject) for event in events if event.subject))
        orders, unreadable = self._fetch(refs)
        found = _found(refs, orders, unreadable)
        with self.ledger.transaction():
            now = self.clock.now()
            deleted = self._deleted(events, set(refs) - found - set(unreadable), now)
            stored = self.ledger.orders.store(self.connection, [*orders, *deleted], now=now)
            for note, ids in _notes(events, found, unreadable).items():
                self.ledger.inbox.take(ids, now=now, note=note)
            self._settle_unreadable(found, unreadable, now)
        return CaptureReport.of(stored) + CaptureReport(
            events=len(events),
            gone=len(set(refs) - found - set(unreadable)),
            unreadable=len(unreadable),
            latency=Latencies.of(
                (event.subject, (now - event.received_at).total_seconds()) for event in events if event.subject in found
            ),
        )

    def _deleted(self, events: Sequence[WaitingEvent], gone: set[OrderRef], now: datetime) -> list[Order]:
        """Orders of which an event says that they were deleted, and which are not there: as good as cancelled.

        Without such an event it may be that we are not shown an order, and then it is still to be sent.
        """
        said = {OrderRef(event.subject) for event in events if event.topic in self.storefront.deletion_topics}
        known = self.ledger.orders.get(self.connection.name, sorted(said & gone))
        return [replace(each, cancelled_at=now, cancel_reason=_DELETED) for each in known if each.cancelled_at is None]

    def _fetch(self, refs: Sequence[OrderRef]) -> tuple[list[Order], dict[OrderRef, str]]:
        """Fetch orders, and say of each that cannot be read why not."""
        orders, unreadable = self._halved(refs)
        if len(unreadable) == len(refs) >= _REFUSED_TOGETHER:
            # Not one could be read: it is the call that is refused, not the orders.
            raise VendorRefused(next(iter(unreadable.values())), operation="orders_named")
        return orders, unreadable

    def _halved(self, refs: Sequence[OrderRef]) -> tuple[list[Order], dict[OrderRef, str]]:
        """Fetch orders; where the storefront's answer cannot be read, the batch is halved until each bad order is alone."""
        if not refs:
            return [], {}
        try:
            return self.storefront.orders_named(refs), {}
        except VendorRefused as refusal:
            if len(refs) == 1:
                return [], {refs[0]: refusal.message}
        middle = len(refs) // 2
        orders, unreadable = self._halved(refs[:middle])
        more_orders, more_unreadable = self._halved(refs[middle:])
        return [*orders, *more_orders], unreadable | more_unreadable

    def _settle_unreadable(
        self,
        found: set[OrderRef],
        unreadable: dict[OrderRef, str],
        now: datetime,
        versions: Mapping[OrderRef, datetime] = MappingProxyType({}),
    ) -> None:
        """`versions` are those that cannot be read: a look at the feed finds them no news as long as they are the same."""
        findings = [
            CaseFinding(
                UNREADABLE_ORDER,
                ref,
                f"The order could not be read: {why}",
                evidence={"version": versions[ref].isoformat()} if ref in versions else {},
            )
            for ref, why in unreadable.items()
        ]
        self.ledger.cases.open_or_refresh(self.connection.name, findings, now=now)
        self.ledger.cases.close(self.connection.name, [UNREADABLE_ORDER], found, now=now)

    # ---- from the feed

    def since(self, since: datetime, *, feed: str | None) -> CaptureReport:
        """Store every page as it comes; `feed` is the watermark that follows."""
        report, up_to = CaptureReport(), since
        try:
            for page in self.storefront.orders(since):
                newest = self.clock.now() + _CLOCKS_DIFFER_BY
                up_to = max([up_to, *(order.version for order in page if order.version <= newest)])
                report += self._store_page(page, feed=feed, up_to=up_to)
        except VendorError as error:
            return report + self._stopped(error)
        if feed is not None:
            self.ledger.watermarks.move(self.connection.name, feed, up_to, now=self.clock.now())
        self._watch.over()
        return report

    def _store_page(self, page: Sequence[Order | UnreadableOrder], *, feed: str | None, up_to: datetime) -> CaptureReport:
        """What is readable is stored, and the rest has its case, before the watermark moves over either."""
        orders = [each for each in page if isinstance(each, Order)]
        unreadable = {each.ref: each.why for each in page if isinstance(each, UnreadableOrder)}
        with self.ledger.transaction():
            now = self.clock.now()
            stored = self.ledger.orders.store(self.connection, orders, now=now)
            versions = {each.ref: each.version for each in page if each.ref in unreadable}
            self._settle_unreadable({order.ref for order in orders}, unreadable, now, versions)
            if feed is not None:
                self.ledger.watermarks.move(self.connection.name, feed, up_to, now=now)
        return CaptureReport.of(stored) + CaptureReport(pages=1, unreadable=len(unreadable))

    # ---- from the cases

    def set_aside(self) -> CaptureReport:
        """Look again at the orders that could not be read, however long ago that was."""
        report = CaptureReport()
        cases = self.ledger.cases.open(self.connection.name, kinds=[UNREADABLE_ORDER])
        refs = [OrderRef(case.subject) for case in cases]
        for start in range(0, len(refs), _AT_ONCE):
            try:
                report += self._read_again(refs[start : start + _AT_ONCE])
            except VendorError as error:
                return report + self._stopped(error)
        return report

    def _read_again(self, refs: Sequence[OrderRef]) -> CaptureReport:
        orders, unreadable = self._halved(refs)
        with self.ledger.transaction():
            now = self.clock.now()
            stored = self.ledger.orders.store(self.connection, orders, now=now)
            # What the storefront no longer has will never be read.
            self._settle_unreadable(set(refs) - set(unreadable), unreadable, now)
        return CaptureReport.of(stored)

    # ---- what is the same everywhere

    def _stopped(self, error: VendorError) -> CaptureReport:
        self._watch.trouble(error)
        if isinstance(error, NeverAsIs):
            raise error
        return CaptureReport(trouble=str(error))

    @property
    def _watch(self) -> VendorWatch:
        return VendorWatch(self.connection, self.connection.storefront, ORDER_CAPTURE, self.ledger, self.clock)


def _found(refs: Sequence[OrderRef], orders: Sequence[Order], unreadable: Mapping[OrderRef, str]) -> set[OrderRef]:
    """Which of the names asked for have an order. Some vendors' events name it otherwise than the order names itself."""
    found = {order.ref for order in orders}
    if len(orders) + len(unreadable) >= len(refs):
        found |= set(refs) - set(unreadable)
    return found


def _by_orders(events: Sequence[WaitingEvent]) -> Iterator[list[WaitingEvent]]:
    """Cut events into batches that name few enough orders; all events of one order stay in one batch."""
    of_order: dict[str, list[WaitingEvent]] = {}
    for event in events:
        of_order.setdefault(event.subject, []).append(event)
    subjects = list(of_order)
    for start in range(0, len(subjects), _AT_ONCE):
        yield [event for subject in subjects[start : start + _AT_ONCE] for event in of_order[subject]]


def _notes(events: Sequence[WaitingEvent], found: set[OrderRef], unreadable: dict[OrderRef, str]) -> dict[str, list[int]]:
    """The ids of the events by what was made of them."""
    notes: dict[str, list[int]] = {}
    for event in events:
        notes.setdefault(_note(event, found, unreadable), []).append(event.id)
    return notes


def _note(event: WaitingEvent, found: set[OrderRef], unreadable: dict[OrderRef, str]) -> str:
    if not event.subject:
        return "names no order"
    if event.subject in unreadable:
        return "the order could not be read"
    return "" if event.subject in found else "the storefront no longer has this order"
