"""Showing the storefront's people which orders the warehouse has, where the storefront has a mark for it.

An order's acknowledgement is the intent, and the mark changes nothing when it is made again: there is no doubt to settle. A
storefront that is away holds up no order; the mark is made later.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from cogent_pipelines.canonical.connection import Connection
from cogent_pipelines.canonical.exception_case import EXPORT_MARK_REFUSED, CaseFinding
from cogent_pipelines.flows.backoff import next_attempt
from cogent_pipelines.flows.trouble import VendorWatch
from cogent_pipelines.ledger.database import Ledger
from cogent_pipelines.ledger.due_work import ORDER_INJECTION
from cogent_pipelines.ledger.export_marks import MarkResult, Unmarked
from cogent_pipelines.ports.clock import Clock
from cogent_pipelines.ports.errors import VendorError
from cogent_pipelines.ports.extras import HandedOver, MarksExported
from cogent_pipelines.ports.outcomes import Marked, MarkExportedOutcome, Rejected, Unavailable, Unknown
from cogent_pipelines.ports.storefront import Storefront

_FEED = "export_marks"
_BATCH = 100
# An acknowledgement is stamped a moment before it is committed.
_OVERLAP = timedelta(minutes=10)
# How far back the first look goes: a connection that begins to mark does not mark its whole past.
_FIRST_LOOK_BACK = timedelta(days=2)
_FIRST_WAIT = timedelta(seconds=30)
_LONGEST_WAIT = timedelta(hours=1)


def mark_exported(connection: Connection, *, storefront: Storefront, ledger: Ledger, clock: Clock, random: Random) -> int:
    """Mark what was acknowledged since the last look; says how many the storefront has taken.

    Does nothing at a storefront without such a mark.
    """
    if not isinstance(storefront, MarksExported):
        return 0
    return _Marking(connection, storefront, ledger, clock, random).run()


@dataclass(frozen=True, slots=True)
class _Marking:
    connection: Connection
    storefront: MarksExported
    ledger: Ledger
    clock: Clock
    random: Random

    def run(self) -> int:
        marked = 0
        while batch := self._due():
            try:
                outcomes = self.storefront.mark_exported([_handed_over(each) for each in batch])
            except VendorError as error:
                outcomes = [Unavailable(error.message)] * len(batch)
                self._watch.trouble(error)
                self._record(batch, outcomes)
                break
            marked += self._record(batch, outcomes)
        return marked

    def _due(self) -> Sequence[Unmarked]:
        now = self.clock.now()
        up_to = self.ledger.watermarks.get(self.connection.name, _FEED) or now - _FIRST_LOOK_BACK
        return self.ledger.export_marks.unmarked(self.connection.name, since=up_to - _OVERLAP, now=now, limit=_BATCH)

    def _record(self, batch: Sequence[Unmarked], outcomes: Sequence[MarkExportedOutcome]) -> int:
        """Outcome, case and watermark together."""
        now = self.clock.now()
        judged = list(zip(batch, outcomes, strict=True))
        name = self.connection.name
        refused = [_refusal(order, outcome) for order, outcome in judged if isinstance(outcome, Rejected)]
        marked = [order.order_ref for order, outcome in judged if isinstance(outcome, Marked)]
        with self.ledger.transaction():
            self.ledger.export_marks.record(name, [self._result(*each, now) for each in judged], now=now)
            self.ledger.cases.open_or_refresh(name, refused, now=now)
            self.ledger.cases.close(name, [EXPORT_MARK_REFUSED], marked, now=now)
            self.ledger.watermarks.move(name, _FEED, max(order.acknowledged_at for order in batch), now=now)
        if marked:
            self._watch.over()
        return len(marked)

    def _result(self, order: Unmarked, outcome: MarkExportedOutcome, now: datetime) -> MarkResult:
        attempt = order.attempt + 1
        if isinstance(outcome, Marked):
            return MarkResult(order.order_ref, attempt)
        again = next_attempt(
            now,
            attempt=attempt,
            first=_FIRST_WAIT,
            longest=_LONGEST_WAIT,
            retry_after=outcome.retry_after if isinstance(outcome, Unavailable) else None,
            random=self.random,
        )
        return MarkResult(order.order_ref, attempt, again, _why(outcome))

    @property
    def _watch(self) -> VendorWatch:
        return VendorWatch(self.connection, self.connection.storefront, ORDER_INJECTION, self.ledger, self.clock)


def _handed_over(order: Unmarked) -> HandedOver:
    return HandedOver(order.order_ref, order.sales_order_ref, order.acknowledged_at)


def _refusal(order: Unmarked, outcome: Rejected) -> CaseFinding:
    return CaseFinding(EXPORT_MARK_REFUSED, order.order_ref, _why(outcome), order_name=order.order_name)


def _why(outcome: Rejected | Unavailable | Unknown) -> str:
    return "; ".join(outcome.reasons) if isinstance(outcome, Rejected) else outcome.reason
