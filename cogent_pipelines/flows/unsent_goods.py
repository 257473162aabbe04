"""Telling a storefront of units that the warehouse will never send, where it must be told or bills them in the end.

Certain is one thing only, as the warehouse's port is: a sales order that stands cancelled as a whole, at every look for the
grace time, and whose parcels are all told. What was closed short is not known (decision 15).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from cogent_pipelines.canonical.connection import Connection
from cogent_pipelines.canonical.exception_case import CANCELLED_AT_WAREHOUSE, CaseFinding
from cogent_pipelines.canonical.fulfilment import FulfilmentLine
from cogent_pipelines.canonical.identity import OrderRef, SalesOrderRef
from cogent_pipelines.canonical.sales_order import HeldSalesOrder
from cogent_pipelines.flows.despatch_reading import read_parcels_of
from cogent_pipelines.flows.fulfilment_report import FulfilmentReport
from cogent_pipelines.flows.trouble import VendorWatch
from cogent_pipelines.ledger.database import Ledger
from cogent_pipelines.ledger.unsent_goods import UnsentOrder, UnsentResult
from cogent_pipelines.ports.clock import Clock
from cogent_pipelines.ports.errors import VendorError
from cogent_pipelines.ports.extras import HearsOfUnsentGoods, UnsentGoods
from cogent_pipelines.ports.outcomes import AlreadyThere, Found, Recorded, RecordReturnOutcome, Rejected
from cogent_pipelines.ports.storefront import Storefront
from cogent_pipelines.ports.warehouse import Warehouse

FEED = "unsent_goods"
LOOK_EVERY = timedelta(hours=1)
LOOK_AGAIN = timedelta(hours=6)
# Most orders leave within a day; what is older than this was settled by people long ago.
OVERDUE = timedelta(days=1)
FORGOTTEN = timedelta(days=30)
BATCH = 100


def report_unsent_goods(
    connection: Connection, *, storefront: Storefront, warehouse: Warehouse, ledger: Ledger, clock: Clock
) -> FulfilmentReport:
    """Look whether overdue orders are cancelled at the warehouse, and tell the storefront of those that have been for long.

    Does nothing where the storefront need not know, or the connection has no grace time. A vendor that does not answer has
    a case, and is asked again.
    """
    grace = connection.fulfilment.unsent_after
    if grace is None or not isinstance(storefront, HearsOfUnsentGoods):
        return FulfilmentReport()
    now = clock.now()
    seen = ledger.watermarks.get(connection.name, FEED)
    if seen is not None and now - seen < LOOK_EVERY:
        return FulfilmentReport()
    orders = ledger.unsent_goods.to_ask_about(
        connection.name,
        acknowledged=(now - FORGOTTEN, now - OVERDUE),
        asked_before=now - LOOK_AGAIN,
        limit=BATCH,
    )
    desk = _Desk(connection, storefront, warehouse, ledger, clock, grace)
    report = desk.settle(orders) if orders else FulfilmentReport()
    _close_settled(connection, ledger=ledger, now=clock.now())
    if len(orders) < BATCH or report.trouble:
        ledger.watermarks.move(connection.name, FEED, now, now=clock.now())
    return report


def _close_settled(connection: Connection, *, ledger: Ledger, now: datetime) -> None:
    """Cancelled at the storefront too, or sent after all: nobody asks the warehouse about it again."""
    subjects = [OrderRef(case.subject) for case in ledger.cases.open(connection.name, kinds=[CANCELLED_AT_WAREHOUSE])]
    lacking = set(ledger.unsent_goods.still_lacking(connection.name, subjects))
    settled = [ref for ref in subjects if ref not in lacking]
    ledger.cases.close(connection.name, [CANCELLED_AT_WAREHOUSE], settled, now=now)


@dataclass(frozen=True, slots=True)
class _Desk:
    connection: Connection
    storefront: HearsOfUnsentGoods
    warehouse: Warehouse
    ledger: Ledger
    clock: Clock
    grace: timedelta

    def settle(self, orders: Sequence[UnsentOrder]) -> FulfilmentReport:
        try:
            with self._watch(self.connection.warehouse).watched():
                cancelled = self._look(orders)
            certain = self.ledger.unsent_goods.never_to_leave(
                self.connection.name, list(cancelled), grace=self.grace, now=self.clock.now()
            )
            if not certain:
                return FulfilmentReport()
            with self._watch(self.connection.storefront).watched():
                return self._tell(certain, cancelled)
        except VendorError as error:
            return FulfilmentReport(trouble=str(error))

    def _look(self, orders: Sequence[UnsentOrder]) -> Mapping[OrderRef, UnsentOrder]:
        """Which of these are cancelled there, every parcel of them read. One that is gone may have been archived."""
        found = self.warehouse.find_sales_orders([order.sales_order_ref for order in orders])
        held = {
            order.order_ref: outcome.sales_order
            for order, outcome in zip(orders, found, strict=True)
            if isinstance(outcome, Found) and outcome.sales_order.cancelled
        }
        cancelled = {order.order_ref: order for order in orders if order.order_ref in held}
        unread = self._read_parcels(list(cancelled.values()))
        self._write_down(orders, cancelled, held)
        return {ref: order for ref, order in cancelled.items() if order.sales_order_ref not in unread}

    def _read_parcels(self, orders: Sequence[UnsentOrder]) -> set[SalesOrderRef]:
        """What left before the cancellation; answers the sales orders of which a parcel cannot be read."""
        refs = [order.sales_order_ref for order in orders]
        if not refs:
            return set()
        return read_parcels_of(self.connection, refs, warehouse=self.warehouse, ledger=self.ledger, clock=self.clock)

    def _write_down(
        self,
        orders: Sequence[UnsentOrder],
        cancelled: Mapping[OrderRef, UnsentOrder],
        held: Mapping[OrderRef, HeldSalesOrder],
    ) -> None:
        name, now = self.connection.name, self.clock.now()
        refs = [order.order_ref for order in orders]
        findings = [self._finding(order, held[ref].status, now) for ref, order in cancelled.items()]
        with self.ledger.transaction():
            self.ledger.unsent_goods.asked(name, refs, list(cancelled), now=now)
            self.ledger.cases.open_or_refresh(name, findings, now=now)
            self.ledger.cases.close(name, [CANCELLED_AT_WAREHOUSE], [ref for ref in refs if ref not in cancelled], now=now)

    def _tell(
        self, certain: Mapping[OrderRef, tuple[FulfilmentLine, ...]], orders: Mapping[OrderRef, UnsentOrder]
    ) -> FulfilmentReport:
        """Intent, commit, call, outcome, commit. A crash between leaves an intent, which is told again and recorded once."""
        name = self.connection.name
        goods = [UnsentGoods(orders[ref].sales_order_ref, ref, lines) for ref, lines in certain.items()]
        self.ledger.unsent_goods.intend(name, list(certain))
        outcomes = self.storefront.report_unsent(goods)
        results = [UnsentResult(each.order_ref, _why(outcome)) for each, outcome in zip(goods, outcomes, strict=True)]
        told = [result.order_ref for result in results if not result.reason]
        now = self.clock.now()
        refused = [_refused(orders[result.order_ref], result.reason) for result in results if result.reason]
        with self.ledger.transaction():
            self.ledger.unsent_goods.record(name, results, now=now)
            self.ledger.cases.open_or_refresh(name, refused, now=now)
            self.ledger.cases.close(name, [CANCELLED_AT_WAREHOUSE], told, now=now)
        return FulfilmentReport(unsent=len(told))

    def _finding(self, order: UnsentOrder, status: str, now: datetime) -> CaseFinding:
        due = (order.cancelled_since or now) + self.grace
        return CaseFinding(
            CANCELLED_AT_WAREHOUSE,
            order.order_ref,
            f"Sales order {order.sales_order_ref} stands at the warehouse as {status}, and the storefront still wants it.",
            order_name=order.order_name,
            suggestion=f"The storefront is told after {due:%d %b %H:%M} UTC that the rest is not sent, unless people "
            "have the order in hand.",
            evidence={"sales_order": order.sales_order_ref, "status": status},
        )

    def _watch(self, vendor: str) -> VendorWatch:
        return VendorWatch(self.connection, vendor, FEED, self.ledger, self.clock)


def _refused(order: UnsentOrder, why: str) -> CaseFinding:
    return CaseFinding(
        CANCELLED_AT_WAREHOUSE,
        order.order_ref,
        f"Sales order {order.sales_order_ref} is cancelled at the warehouse, and the storefront could not be told: {why}.",
        order_name=order.order_name,
        suggestion="It is told again by itself; or take the units off the order there by hand.",
        evidence={"sales_order": order.sales_order_ref},
    )


def _why(outcome: RecordReturnOutcome) -> str:
    """Why it is not told; '' where it is."""
    if isinstance(outcome, Recorded | AlreadyThere):
        return ""
    return "; ".join(outcome.reasons) if isinstance(outcome, Rejected) else outcome.reason
