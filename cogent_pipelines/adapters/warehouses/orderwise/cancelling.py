"""Stopping sales orders. No public source shows a call for it, so a person does it unless the tenant names one.

The order's state is read before anything is tried, and again afterwards: an answer alone never makes it cancelled.
"""

from collections.abc import Sequence
from typing import Any

from cogent_pipelines.adapters.transport.settled import Standing
from cogent_pipelines.adapters.warehouses.orderwise import client, finding
from cogent_pipelines.adapters.warehouses.orderwise.finding import HeldOrders, Looked
from cogent_pipelines.adapters.warehouses.orderwise.settings import CancelCall, OrderState
from cogent_pipelines.adapters.warehouses.orderwise.translate import OrderRow
from cogent_pipelines.adapters.warehouses.orderwise.wire import Wire
from cogent_pipelines.canonical.identity import SalesOrderRef
from cogent_pipelines.ports.errors import VendorError
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

_MAY_BE_STOPPED = frozenset({OrderState.OPEN, OrderState.ON_HOLD})


def cancel(wire: Wire, refs: Sequence[SalesOrderRef]) -> list[CancelSalesOrderOutcome]:
    """One outcome per reference.

    Raises:
        VendorError: OrderWise could not be asked how the orders stand.
    """
    there = finding.find(wire, refs)
    return [_outcome(wire, there, ref) for ref in refs]


def _outcome(wire: Wire, there: Looked, ref: SalesOrderRef) -> CancelSalesOrderOutcome:
    if ref in there.faults:
        return Rejected((f"{ref} is there and cannot be read: {there.faults[ref]}",))
    return _cancel(wire, there.orders[ref]) if ref in there.orders else NotFound(ref)


def _cancel(wire: Wire, held: HeldOrders) -> CancelSalesOrderOutcome:
    live = held.live(wire.settings)
    if not live:
        return Cancelled()
    for order in live:
        outcome = _not_to_be_stopped(wire, order, held)
        if outcome is not None:
            return outcome
    how = wire.settings.cancel_call
    if how is None:
        return Unsupported(_by_hand(live))
    outcomes = [_stop(wire, order, how) for order in live]
    return next((outcome for outcome in outcomes if not isinstance(outcome, Cancelled)), Cancelled())


def _not_to_be_stopped(wire: Wire, order: OrderRow, held: HeldOrders) -> CancelSalesOrderOutcome | None:
    state = wire.settings.statuses.get(order.status)
    if state is None:
        words = f"order {order.number} has the status {order.status!r}, which the connection does not map"
        return Rejected((words,))
    if state not in _MAY_BE_STOPPED or any(line.sent for line in held.lines_of([order])):
        return TooLate(order.status)
    return None


def _by_hand(orders: Sequence[OrderRow]) -> str:
    numbers = ", ".join(order.number for order in orders)
    plural = "s" if len(orders) > 1 else ""
    now = orders[0].status
    return f"In OrderWise open sales order{plural} {numbers} (now {now!r}) and cancel it there before it is picked."


def _stop(wire: Wire, order: OrderRow, how: CancelCall) -> CancelSalesOrderOutcome:
    try:
        sub_status = _sub_status(wire.ask(client.status_call(wire.settings, order.order_id)))
    except VendorError as error:
        return Unavailable(error.message)
    if how.sub_statuses and sub_status not in how.sub_statuses:
        return TooLate(" / ".join(word for word in (order.status, sub_status) if word))
    call = client.cancel_call(wire.settings, how, order_id=order.order_id, order_number=order.number, ref=order.ref)
    [settled] = wire.send_all([call])
    match settled.standing:
        case Standing.REFUSED:
            return Rejected((settled.reason,))
        case Standing.NOT_DONE | Standing.DENIED:
            return Unavailable(settled.reason, settled.retry_after)
        case Standing.ANSWERED | Standing.UNSURE:
            return _proven(wire, order, settled.reason if settled.standing is Standing.UNSURE else "")


def _sub_status(answer: Any) -> str:
    found = answer.get("subStatus") if isinstance(answer, dict) else None
    return found if isinstance(found, str) else ""


def _proven(wire: Wire, order: OrderRow, doubt: str) -> CancelSalesOrderOutcome:
    """What the order's own status says now. Asked again later where it does not say yet."""
    try:
        held = finding.find_readable(wire, [order.ref]).get(order.ref)
    except VendorError as error:
        return Unknown(doubt or error.message)
    now = next((each for each in held.orders if each.order_id == order.order_id), None) if held else None
    if now is not None and wire.settings.statuses.get(now.status) is OrderState.CANCELLED:
        return Cancelled()
    return Unknown(doubt) if doubt else Pending()
