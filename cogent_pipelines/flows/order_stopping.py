"""Orders that the storefront cancelled after they were sent: the warehouse is asked to stop them, if so wanted.

An order's case is the intent, and asking again for the same changes nothing: the warehouse's adapter looks at the live state
first. What cannot be stopped, or only by a person, stands in the case in the warehouse's words.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from cogent_pipelines.canonical.connection import Connection
from cogent_pipelines.flows.backoff import next_attempt
from cogent_pipelines.flows.trouble import VendorWatch
from cogent_pipelines.ledger.database import Ledger
from cogent_pipelines.ledger.stop_requests import OrderToStop, StopAnswer, StopState
from cogent_pipelines.ports.clock import Clock
from cogent_pipelines.ports.errors import VendorError
from cogent_pipelines.ports.extras import CancelsSalesOrders
from cogent_pipelines.ports.outcomes import (
    Cancelled,
    CancelSalesOrderOutcome,
    NotFound,
    Pending,
    Rejected,
    TooLate,
    Unavailable,
    Unknown,
    Unsupported,
)
from cogent_pipelines.ports.warehouse import Warehouse

FEED = "order_stopping"
_BATCH = 50
_FIRST_WAIT = timedelta(seconds=30)
_LONGEST_WAIT = timedelta(minutes=15)


def stop_cancelled_orders(
    connection: Connection, *, warehouse: Warehouse, ledger: Ledger, clock: Clock, random: Random
) -> int:
    """Ask for every cancelled order that is due; says how many the warehouse has stopped.

    Asks nothing where the connection leaves it to people, or the warehouse cannot be asked: what it had not decided is
    theirs then. One that does not answer has a case, and is asked again.
    """
    if not connection.injection.stop_cancelled or not isinstance(warehouse, CancelsSalesOrders):
        # What was asked while it was wanted would be due for ever.
        ledger.stop_requests.forget(connection.name, now=clock.now())
        return 0
    return _Stopping(connection, warehouse, ledger, clock, random).run()


@dataclass(frozen=True, slots=True)
class _Stopping:
    connection: Connection
    warehouse: CancelsSalesOrders
    ledger: Ledger
    clock: Clock
    random: Random

    def run(self) -> int:
        stopped = 0
        while batch := self.ledger.stop_requests.due(self.connection.name, now=self.clock.now(), limit=_BATCH):
            try:
                with self._watch.watched():
                    outcomes = self.warehouse.cancel_sales_orders([each.sales_order_ref for each in batch])
            except VendorError as error:
                self._record(batch, [Unavailable(error.message)] * len(batch))
                break
            stopped += self._record(batch, outcomes)
        return stopped

    def _record(self, batch: Sequence[OrderToStop], outcomes: Sequence[CancelSalesOrderOutcome]) -> int:
        now = self.clock.now()
        answers = [self._answer(order, outcome, now) for order, outcome in zip(batch, outcomes, strict=True)]
        self.ledger.stop_requests.record(self.connection.name, answers, now=now)
        return sum(answer.state is StopState.STOPPED for answer in answers)

    def _answer(self, order: OrderToStop, outcome: CancelSalesOrderOutcome, now: datetime) -> StopAnswer:
        attempt = order.attempt + 1
        if isinstance(outcome, Cancelled):
            return StopAnswer(order.order_ref, StopState.STOPPED, attempt)
        again = None
        if isinstance(outcome, Pending | Unavailable | Unknown):
            again = next_attempt(
                now,
                attempt=attempt,
                first=_FIRST_WAIT,
                longest=_LONGEST_WAIT,
                retry_after=outcome.retry_after if isinstance(outcome, Unavailable) else None,
                random=self.random,
            )
        state = StopState.NOT_STOPPED if again is None else StopState.ASKING
        return StopAnswer(order.order_ref, state, attempt, _why(outcome), again)

    @property
    def _watch(self) -> VendorWatch:
        """Of its own: a warehouse that takes orders may not stop them."""
        return VendorWatch(self.connection, self.connection.warehouse, FEED, self.ledger, self.clock)


def _why(outcome: TooLate | Pending | NotFound | Unsupported | Rejected | Unavailable | Unknown) -> str:
    match outcome:
        case TooLate():
            return f"too late, it stands there as {outcome.state}"
        case Pending():
            return "the warehouse was asked and has not decided yet"
        case NotFound():
            return "the warehouse has no such order"
        case Unsupported():
            return outcome.manual_step
        case Rejected():
            return "; ".join(outcome.reasons)
        case Unavailable() | Unknown():
            return outcome.reason
