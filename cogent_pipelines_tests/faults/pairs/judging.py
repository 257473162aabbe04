"""What must hold at rest between any two vendors, when faults have stopped and nothing waits.

Everything is judged from the vendors' books, the diary and the wire; the ledger is asked only for open cases, for what
reconciliation has explained, and for evidence.

Two exceptions are the trade's own: an order that its customer cancelled may have left all the same, and then a case says so;
and a shop that takes no number after its parcel (`tracking_can_follow`) is told of the parcel when the number is there.
"""

from collections import Counter
from collections.abc import Callable, Iterator

from cogent_pipelines.canonical.exception_case import (
    ALL_KINDS,
    CHANGED_AFTER_INJECTION,
    DESPATCH_LINE_MISMATCH,
    FULFILMENT_REJECTED,
    MISSING_TRACKING,
    OVERSOLD,
    VALUE_DISCREPANCY,
    CaseKind,
)
from cogent_pipelines.ledger.exception_cases import Case
from cogent_pipelines.simulators.common.trade import ShopOrder, WarehouseOrder
from cogent_pipelines_tests.faults import evidence
from cogent_pipelines_tests.faults.pairs import offering
from cogent_pipelines_tests.faults.pairs.world import PairFaultWorld
from cogent_pipelines_tests.faults.violation import Violation
from cogent_pipelines_tests.journeys.neutral import NAME
from cogent_pipelines_tests.matrix.judge import parcels_in, stands_for, units_in
from cogent_pipelines_tests.matrix.running import explained_by, held_by

Judge = Callable[[PairFaultWorld], Iterator[str]]


def judge(world: PairFaultWorld) -> list[Violation]:
    """Every promise, in words where it is broken; an empty list is a good day."""
    judges = {**_JUDGES, **offering.JUDGES, **evidence.JUDGES}
    return [Violation(name, said) for name, judged in judges.items() for said in judged(world)]


def pairs_of(world: PairFaultWorld) -> list[tuple[ShopOrder, list[WarehouseOrder]]]:
    """Each of the shop's orders with the sales orders that stand for it."""
    sold = world.floor.books().sales_orders
    return [(order, [each for each in sold if stands_for(each.ref, order)]) for order in world.shop_books().orders]


# ---- orders


def _each_order_once(world: PairFaultWorld) -> Iterator[str]:
    """There, or away for a reason that the shop's books or a case name."""
    held, known = held_by(world), set()
    for order, sold in pairs_of(world):
        known |= {each.ref for each in sold}
        # One that came twice is one row that says so, or two that both say so.
        times = max([len(sold), *(each.created for each in sold)])
        if times > 1:
            yield f"{order.name} is at the warehouse {times} times"
        elif not sold and not (order.cancelled or order.ref in world.unpaid or order.ref in held):
            yield f"{order.name} is lost: not at the warehouse, and no case says why: {sorted(world.cases(order.ref))}"
        elif sold and not (sold[0].released or sold[0].cancelled or _may_differ(world, order)):
            yield f"{order.name} was never released at the warehouse"
    for each in world.floor.books().sales_orders:
        if each.ref not in known:
            yield f"nobody ordered {each.ref}"


def _lines_and_money(world: PairFaultWorld) -> Iterator[str]:
    explained = explained_by(world)
    for order, sold in pairs_of(world):
        for each in sold:
            if units_in(each.lines) != units_in(order.lines) and not _may_differ(world, order):
                yield f"{order.name}: ordered {order.lines}, at the warehouse {each.lines}"
            gap, known = order.value_minor - each.value_minor, explained.get(order.ref, 0)
            # A total may agree where prices per unit cannot say the sum of a line: its penny is explained all the same.
            if gap not in (0, known) and not order.cancelled:
                yield f"{order.name}: {gap} minor units between the two sides, {known} of them explained"


def _kept_back(world: PairFaultWorld) -> Iterator[str]:
    """Nobody has paid in the end: such an order is never at the warehouse."""
    for order, sold in pairs_of(world):
        if order.ref in world.unpaid and sold:
            yield f"{order.name} was sent while it was unpaid"


# ---- parcels


def _each_parcel_once(world: PairFaultWorld) -> Iterator[str]:
    for order, sold in pairs_of(world):
        told = Counter(parcels_in(order))
        left = Counter(parcel for each in sold for parcel in parcels_in(each))
        if told != left and not _may_differ(world, order):
            yield f"{order.name}: parcels {sorted(left.elements())} left, the shop was told {sorted(told.elements())}"
        for each in sold:
            gone = units_in(line for parcel in each.parcels for line in parcel.lines)
            if gone != units_in(each.lines) and not (each.cancelled or _may_differ(world, order)):
                yield f"{order.name} has not left the warehouse: {dict(gone)} of {dict(units_in(each.lines))}"


def _may_differ(world: PairFaultWorld, order: ShopOrder) -> bool:
    """Whether it was cancelled too late, and a case asks a person to see to it."""
    if not order.cancelled:
        return False
    return any(order.ref == case.subject or order.name == case.order_name for case in world.ledger.cases.open(NAME))


# ---- cases


def _cases_without_cause(world: PairFaultWorld) -> Iterator[str]:
    orders = {name: pair for pair in pairs_of(world) for name in (pair[0].ref, pair[0].name)}
    for case in world.ledger.cases.open(NAME):
        # A parcel may bear the number of another order at its warehouse.
        whose = orders.get(case.order_name) or orders.get(case.subject)
        if not _stands(world, case, whose):
            named = whose[0].name if whose else case.order_name or case.subject
            yield f"{named}: {case.kind} is open without a cause: {case.message}"


def _stands(world: PairFaultWorld, case: Case, whose: tuple[ShopOrder, list[WarehouseOrder]] | None) -> bool:
    """Whether the vendors' books still show what the case says.

    A kind that is not named here has no cause at rest: nobody refuses an order, a figure or a call for good in a schedule,
    and what could not be sent for a while is sent in the end.
    """
    cancelled = whose is not None and whose[0].cancelled
    parcels = [parcel for sold in world.floor.books().sales_orders for parcel in sold.parcels]
    causes: dict[CaseKind, Callable[[], bool]] = {
        CHANGED_AFTER_INJECTION: lambda: cancelled and bool(whose and whose[1]),
        VALUE_DISCREPANCY: lambda: cancelled,
        FULFILMENT_REJECTED: lambda: cancelled,
        DESPATCH_LINE_MISMATCH: lambda: cancelled,
        MISSING_TRACKING: lambda: any(not parcel.tracking_numbers for parcel in parcels),
        OVERSOLD: lambda: offering.is_short(world, case.subject),
    }
    cause = causes.get(ALL_KINDS[case.kind])
    return cause is not None and cause()


_JUDGES: dict[str, Judge] = {
    "each order once": _each_order_once,
    "lines and money": _lines_and_money,
    "kept back is not sent": _kept_back,
    "each parcel once": _each_parcel_once,
    "no case without a cause": _cases_without_cause,
}
