"""Parcels into the ledger: from events at once, from the warehouse's report now and then; each to its order and its lines.

A parcel that fits nowhere waits with a case for the warehouse, and is tried again with every look.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from cogent_pipelines.canonical.connection import Connection
from cogent_pipelines.canonical.despatch import Despatch
from cogent_pipelines.canonical.exception_case import (
    BUNDLE_IN_PARTS,
    DESPATCH_LINE_MISMATCH,
    UNMATCHED_DESPATCH,
    UNREADABLE_DESPATCH,
    CaseFinding,
)
from cogent_pipelines.canonical.identity import DespatchRef, LineRef, OrderRef, SalesOrderRef
from cogent_pipelines.flows.fulfilment_report import DespatchReadReport
from cogent_pipelines.flows.parcel_planning import CannotBePlaced, Placement, placed
from cogent_pipelines.flows.trouble import VendorWatch
from cogent_pipelines.ledger.database import Ledger
from cogent_pipelines.ledger.despatches import UnmatchedDespatch
from cogent_pipelines.ledger.due_work import DESPATCH_TO_FULFILMENT
from cogent_pipelines.ledger.fulfilments import ParcelPlan
from cogent_pipelines.ledger.inbox import WAREHOUSE, WaitingEvent
from cogent_pipelines.ledger.unplanned_parcels import InParcel, OrderedLine, UnplannedParcel
from cogent_pipelines.ports.clock import Clock
from cogent_pipelines.ports.errors import TryLater
from cogent_pipelines.ports.warehouse import UnreadableDespatch, Warehouse

FEED = "despatches"
_EVENTS_AT_ONCE = 500


def read_despatches(connection: Connection, *, warehouse: Warehouse, ledger: Ledger, clock: Clock) -> DespatchReadReport:
    """Read the parcels that events tell of, and those since the watermark where the last such look is long enough ago.

    Raises:
        NeverAsIs: credentials or calls are refused; the events wait, and a case says so.
    """
    watch = VendorWatch(connection, connection.warehouse, DESPATCH_TO_FULFILMENT, ledger, clock)
    report = DespatchReadReport()
    try:
        with watch.watched():
            report += _read_events(connection, warehouse=warehouse, ledger=ledger, clock=clock)
            report += _poll(connection, warehouse=warehouse, ledger=ledger, clock=clock)
    except TryLater as error:
        report += DespatchReadReport(trouble=str(error))
    return report + plan_parcels(connection, ledger=ledger, clock=clock)


def read_parcels_of(
    connection: Connection, refs: Sequence[SalesOrderRef], *, warehouse: Warehouse, ledger: Ledger, clock: Clock
) -> set[SalesOrderRef]:
    """Read every parcel of these sales orders now; answers those of which one cannot be read.

    Raises:
        VendorError: the warehouse could not be asked.
    """
    found = warehouse.despatches_of(refs)
    _store(connection, found, ledger=ledger, now=clock.now())
    plan_parcels(connection, ledger=ledger, clock=clock)
    return {each.sales_order_ref for each in found if isinstance(each, UnreadableDespatch)}


def plan_parcels(connection: Connection, *, ledger: Ledger, clock: Clock) -> DespatchReadReport:
    """Match what is stored to orders and order lines, and make due what can be told."""
    now = clock.now()
    with ledger.transaction():
        matched = ledger.despatches.match(connection.name)
        planned, misfits = _plan(connection, ledger, now)
        ledger.fulfilments.tracking_arrived(connection.name, now=now)
        unmatched = ledger.despatches.unmatched(connection.name)
        ledger.cases.open_or_refresh(connection.name, [_unmatched(each) for each in unmatched], now=now)
        still = [each.ref for each in unmatched]
        ledger.cases.close_absent(connection.name, [UNMATCHED_DESPATCH], still, now=now)
    return DespatchReadReport(matched=len(matched), planned=planned, unmatched=len(unmatched), misfits=misfits)


# ---- reading


def _read_events(connection: Connection, *, warehouse: Warehouse, ledger: Ledger, clock: Clock) -> DespatchReadReport:
    events = ledger.inbox.waiting(connection.name, WAREHOUSE, flow=DESPATCH_TO_FULFILMENT, limit=_EVENTS_AT_ONCE)
    if not events:
        return DespatchReadReport()
    found = warehouse.despatches_of(_orders_of(events))
    with ledger.transaction():
        report = _store(connection, found, ledger=ledger, now=clock.now())
        ledger.inbox.take([event.id for event in events], now=clock.now())
    return report + DespatchReadReport(events=len(events))


def _orders_of(events: Iterable[WaitingEvent]) -> list[SalesOrderRef]:
    return list(dict.fromkeys(SalesOrderRef(event.subject) for event in events if event.subject))


def _poll(connection: Connection, *, warehouse: Warehouse, ledger: Ledger, clock: Clock) -> DespatchReadReport:
    asked_at = clock.now()
    seen = ledger.watermarks.get(connection.name, FEED)
    if seen is not None and asked_at - seen < connection.feeds.poll_every:
        return DespatchReadReport()
    since = asked_at - connection.feeds.first_look_back if seen is None else seen - connection.feeds.despatch_overlap
    report = DespatchReadReport(polled=True)
    for page in warehouse.despatches(since):
        report += _store(connection, page, ledger=ledger, now=clock.now())
    ledger.watermarks.move(connection.name, FEED, asked_at, now=clock.now())
    return report


def _store(
    connection: Connection, page: Sequence[Despatch | UnreadableDespatch], *, ledger: Ledger, now: datetime
) -> DespatchReadReport:
    """What is readable is stored, and the rest has its case."""
    despatches = [each for each in page if isinstance(each, Despatch)]
    findings = [_unreadable(each) for each in page if isinstance(each, UnreadableDespatch)]
    with ledger.transaction():
        stored = ledger.despatches.store(connection.name, despatches, now=now)
        ledger.cases.open_or_refresh(connection.name, findings, now=now)
        ledger.cases.close(connection.name, [UNREADABLE_DESPATCH], [each.ref for each in despatches], now=now)
    return DespatchReadReport(read=stored.read, new=stored.new, changed=stored.changed)


# ---- planning


def _plan(connection: Connection, ledger: Ledger, now: datetime) -> tuple[int, int]:
    """Settle which lines each parcel holds; answers how many can be told, and how many fit nowhere."""
    parcels = ledger.fulfilments.unplanned(connection.name)
    if not parcels:
        return 0, 0
    orders = sorted({parcel.order_ref for parcel in parcels})
    planning = _Planning(
        connection,
        ordered=ledger.fulfilments.ordered_lines(connection.name, orders, connection.bundles),
        gone=ledger.fulfilments.in_parcels(connection.name, orders),
        now=now,
    )
    plans = planning.plans(parcels)
    by_ref = {parcel.ref: parcel for parcel in parcels}
    ledger.fulfilments.plan(connection.name, plans, now=now)
    misfits = [plan for plan in plans if plan.state == "held"]
    waiting = [plan for plan in plans if plan.state == "waiting"]
    findings = [_misfit(by_ref[plan.ref], plan.problem) for plan in misfits]
    findings += [_in_parts(by_ref[plan.ref]) for plan in waiting]
    ledger.cases.open_or_refresh(connection.name, findings, now=now)
    fitting = [plan.ref for plan in plans if plan.state != "held"]
    ledger.cases.close(connection.name, [DESPATCH_LINE_MISMATCH], fitting, now=now)
    over = [plan.ref for plan in plans if plan.state != "waiting"]
    ledger.cases.close(connection.name, [BUNDLE_IN_PARTS], over, now=now)
    return sum(plan.state == "pending" for plan in plans), len(misfits)


@dataclass(slots=True)
class _Planning:
    """Parcels one after the other, each knowing of those before it. `ordered` and `gone` are by order."""

    connection: Connection
    ordered: Mapping[OrderRef, Sequence[OrderedLine]]
    gone: dict[OrderRef, dict[DespatchRef, InParcel]]
    now: datetime

    def plans(self, parcels: Sequence[UnplannedParcel]) -> list[ParcelPlan]:
        plans = {parcel.ref: self._plan(parcel) for parcel in parcels}
        # What waited for the rest of a bundle may have it by now.
        again = [parcel for parcel in parcels if plans[parcel.ref].state == "waiting"]
        return list({**plans, **{parcel.ref: self._plan(parcel) for parcel in again}}.values())

    def _plan(self, parcel: UnplannedParcel) -> ParcelPlan:
        plan = partial(ParcelPlan, parcel.ref, parcel.order_ref, parcel.captured_at)
        try:
            placement = self._placed_as_told(parcel)
        except CannotBePlaced as problem:
            return plan(self.now, problem=str(problem))
        lines = parcel.planned if parcel.told else placement.told
        self.gone.setdefault(parcel.order_ref, {})[parcel.ref] = InParcel(
            {each.line_ref: each.quantity for each in placement.units}, {line.line_ref: line.quantity for line in lines}
        )
        return plan(_due(self.connection, parcel, self.now), lines, placement.units, waits=placement.lacks)

    def _placed_as_told(self, parcel: UnplannedParcel) -> Placement:
        placement = placed(parcel.lines, self.ordered.get(parcel.order_ref, []), self._elsewhere(parcel))
        if parcel.told and {each.line_ref: each.quantity for each in placement.units} != parcel.placed:
            raise CannotBePlaced("the parcel holds something else than the storefront was told")
        return placement

    def _elsewhere(self, parcel: UnplannedParcel) -> InParcel:
        held, told = Counter[LineRef](), Counter[LineRef]()
        for ref, other in self.gone.get(parcel.order_ref, {}).items():
            if ref != parcel.ref:
                held.update(other.placed)
                told.update(other.told)
        return InParcel(held, told)


def _due(connection: Connection, parcel: UnplannedParcel, now: datetime) -> datetime:
    """A parcel with tracking is told now; one without waits for it, but not longer than the grace time."""
    if parcel.tracking_number:
        return now
    # A warehouse whose clock runs ahead must not make a parcel wait longer.
    left_at = min(parcel.despatched_at, parcel.captured_at)
    return max(now, left_at + connection.fulfilment.tracking_grace)


def _unreadable(parcel: UnreadableDespatch) -> CaseFinding:
    return CaseFinding(
        UNREADABLE_DESPATCH,
        parcel.ref,
        f"Parcel {parcel.ref} could not be read: {parcel.why}",
        evidence={"sales_order": parcel.sales_order_ref},
    )


def _unmatched(parcel: UnmatchedDespatch) -> CaseFinding:
    return CaseFinding(
        UNMATCHED_DESPATCH,
        parcel.ref,
        f"Parcel {parcel.ref} left for sales order {parcel.sales_order_ref!r} with {parcel.units} units; "
        "no order here has that reference.",
        evidence={"sales_order": parcel.sales_order_ref, "units": parcel.units},
    )


def _misfit(parcel: UnplannedParcel, problem: str) -> CaseFinding:
    return CaseFinding(
        DESPATCH_LINE_MISMATCH,
        parcel.ref,
        f"Parcel {parcel.ref}: {problem}.",
        order_name=parcel.order_name,
        evidence={"order": parcel.order_ref, "lines": len(parcel.lines)},
    )


def _in_parts(parcel: UnplannedParcel) -> CaseFinding:
    number = parcel.tracking_number or "not known yet"
    return CaseFinding(
        BUNDLE_IN_PARTS,
        parcel.ref,
        f"Parcel {parcel.ref} holds part of a bundle, and the rest has not left; its tracking number is {number}.",
        order_name=parcel.order_name,
        evidence={"order": parcel.order_ref, "tracking": parcel.tracking_number},
    )
