"""What must hold at rest, when faults have stopped and nothing waits: the journeys' verdict, and what schedules add to it.

Everything is judged from the vendors' books and from the wire; the ledger is asked only for open cases and for evidence.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

from cogent_pipelines.canonical.exception_case import (
    ALL_KINDS,
    CHANGED_AFTER_INJECTION,
    DESPATCH_LINE_MISMATCH,
    FULFILMENT_REJECTED,
    MISSING_TRACKING,
    OVERSOLD,
    SKU_MISMATCH,
    UNKNOWN_SKU,
    VALUE_DISCREPANCY,
    CaseKind,
)
from cogent_pipelines.ledger.exception_cases import Case
from cogent_pipelines.simulators.shopify.records import Order
from cogent_pipelines_tests.faults import evidence
from cogent_pipelines_tests.faults.shopify_peoplevox.drawing import UNKNOWN_TO_THE_WAREHOUSE
from cogent_pipelines_tests.faults.shopify_peoplevox.world import FaultWorld
from cogent_pipelines_tests.faults.violation import Violation
from cogent_pipelines_tests.journeys import verdict
from cogent_pipelines_tests.journeys.world import NAME

_LAG = timedelta(minutes=15)


def judge(world: FaultWorld) -> list[Violation]:
    """Every promise, in words where it is broken; an empty list is a good day."""
    judges: dict[str, Callable[..., Iterator[str]]] = {**verdict.JUDGES, **_JUDGES}
    return [Violation(name, said) for name, judged in judges.items() for said in judged(world)]


# ---- cases


def _cases_without_cause(world: FaultWorld) -> Iterator[str]:
    for case in world.ledger.cases.open(NAME):
        order = world.shop.shop.orders.get(int(case.subject)) if case.subject.isdecimal() else None
        if not _stands(world, case, order):
            whose = order.name if order else case.order_name or case.subject
            yield f"{whose}: {case.kind} is open without a cause: {case.message}"


def _stands(world: FaultWorld, case: Case, order: Order | None) -> bool:
    """Whether the vendors' books still show what the case says.

    A kind that is not named here has no cause at rest: nobody refuses an order, a figure or a call for good in a schedule,
    and what could not be sent for a while is sent in the end.
    """
    warehouse = world.tenant.warehouse
    causes: dict[CaseKind, Callable[[], bool]] = {
        CHANGED_AFTER_INJECTION: lambda: order is not None and _was_changed(world, order),
        VALUE_DISCREPANCY: lambda: order is not None and _was_changed(world, order),
        MISSING_TRACKING: lambda: any(not box.tracking for each in warehouse.despatches.values() for box in each.parcels),
        OVERSOLD: lambda: _is_short(world, case.subject),
        SKU_MISMATCH: lambda: warehouse.item(UNKNOWN_TO_THE_WAREHOUSE) is None,
        UNKNOWN_SKU: lambda: any(warehouse.item(line.sku or "") is None for line in (order.lines if order else ())),
        FULFILMENT_REJECTED: lambda: _is_of_changed(world, case),
        DESPATCH_LINE_MISMATCH: lambda: _is_of_changed(world, case),
    }
    cause = causes.get(ALL_KINDS[case.kind])
    return cause is not None and cause()


def _is_short(world: FaultWorld, sku: str) -> bool:
    """More is wanted than lies there, by orders at the warehouse or by those that the shop keeps back."""
    free = sum(int(level.available) for level in world.tenant.warehouse.stock.by_item.get(sku, ()))
    return sku in world.tenant.truth.oversold() or verdict._units_kept_away(world)[sku] > free


def _is_of_changed(world: FaultWorld, case: Case) -> bool:
    return any(order.name == case.order_name and _was_changed(world, order) for order in world.orders.values())


def _was_changed(world: FaultWorld, order: Order) -> bool:
    held = world.tenant.warehouse.orders.get(world.number_of(order))
    if held is None:
        return False
    wanted = Counter({str(line.id): line.current_quantity for line in order.lines if line.current_quantity})
    there = Counter({line.line: line.quantity for line in held.lines.values()})
    street = (order.shipping.address1 if order.shipping else "") or ""
    return order.cancelled_at is not None or wanted != there or street != held.text("ShippingAddressLine1")


# ---- what is not to go


def _kept_back(world: FaultWorld) -> Iterator[str]:
    """An order that is unpaid or on hold is not at the warehouse before the shop lets it go."""
    for name, until in world.kept_until.items():
        order = world.orders[name]
        held = world.tenant.warehouse.orders.get(world.number_of(order))
        if held is not None and (until is None or held.received_at < until):
            yield f"{order.name} was sent while the shop kept it back"


# ---- stock


def _oversold(world: FaultWorld) -> Iterator[str]:
    """Nobody bought what was not there.

    Goods that broke or were not found after they were sold are nobody's mistake; nor are those that a late cancellation or
    edit put on sale again at once, though the warehouse has them set aside.
    """
    changes = world.tenant.warehouse.stock.changes
    excused = {each.level.item_code for each in changes if each.activity == "Stock adjustment" and each.on_hand < 0}
    orders = [order for order in world.shop.shop.orders.values() if _was_changed(world, order)]
    excused |= {line.sku or "" for order in orders for line in order.lines}
    for sku, units in world.tenant.truth.oversold().items():
        if sku not in excused:
            yield f"{sku}: {units} more units are wanted than there are"


def _promised_away(world: FaultWorld) -> Iterator[str]:
    """No figure was told that left out what was sold already and the warehouse had not taken off yet."""
    for level in world.shop.shop.levels.values():
        sku = level.item.variant.sku or ""
        told = [(at, after) for at, name, _, after, why in level.history or () if name == "available" and "#" not in why]
        for at, quantity in told:
            moment = datetime.fromtimestamp(at / 1000, UTC)
            most = _most_to_promise(world, sku, moment)
            if most is not None and quantity > max(0, most):
                yield f"{sku}: {quantity} were told at {moment:%X}, at most {most} were free and unsold"


def _most_to_promise(world: FaultWorld, sku: str, at: datetime) -> int | None:
    """The best that any snapshot of the last minutes allowed: free then, less what was sold by now and not yet taken off.

    What the shop's own search does not show yet is sold all the same: how long that may take is in the settings.
    """
    changes = [change for change in world.tenant.warehouse.stock.changes if change.level.item_code == sku]
    sold = _sold_by(world, sku, at)
    free, best, taken = 0, None, Counter[str]()
    moments = sorted({at, at - _LAG, *(change.at for change in changes if at - _LAG < change.at <= at)})
    rest = iter(changes)
    change = next(rest, None)
    for moment in moments:
        while change is not None and change.at <= moment:
            free += int(change.on_hand) - change.allocated
            if change.order_number and change.activity in ("Allocation", "De-allocation"):
                taken[change.order_number] += change.allocated
            change = next(rest, None)
        owed = sum(max(0, units - taken[number]) for number, units in sold.items())
        best = free - owed if best is None else max(best, free - owed)
    return best


def _sold_by(world: FaultWorld, sku: str, at: datetime) -> dict[str, int]:
    """Units by order number of what was bought by then and is wanted still."""
    sold: dict[str, int] = {}
    for order in world.shop.shop.orders.values():
        if order.created_at <= at.timestamp() * 1000 and order.cancelled_at is None:
            units = sum(line.current_quantity for line in order.lines if line.sku == sku)
            if units:
                sold[world.number_of(order)] = units
    return sold


_JUDGES: dict[str, Callable[[FaultWorld], Iterator[str]]] = {
    "no case without a cause": _cases_without_cause,
    "kept back is not sent": _kept_back,
    **evidence.JUDGES,
    "told was free and unsold": _promised_away,
    "nothing oversold": _oversold,
}
