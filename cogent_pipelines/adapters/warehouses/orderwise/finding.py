"""Which sales orders are there under our references, and what they hold."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_FLOOR
from typing import TypeVar

from cogent_pipelines.adapters.warehouses.orderwise import translate
from cogent_pipelines.adapters.warehouses.orderwise.cells import Unreadable
from cogent_pipelines.adapters.warehouses.orderwise.definitions import Question
from cogent_pipelines.adapters.warehouses.orderwise.settings import OrderState, OrderWiseSettings
from cogent_pipelines.adapters.warehouses.orderwise.translate import LineRow, OrderRow
from cogent_pipelines.adapters.warehouses.orderwise.wire import Row, Wire
from cogent_pipelines.canonical.identity import SalesOrderRef, Sku
from cogent_pipelines.canonical.sales_order import HeldLine, HeldSalesOrder
from cogent_pipelines.ports.errors import VendorRefused
from cogent_pipelines.ports.vendor_account import Priority

T = TypeVar("T")

SEPARATOR = "|"
"""Between references in one parameter; a reference must not hold it."""


@dataclass(frozen=True, slots=True)
class HeldOrders:
    """The sales orders under one reference, oldest first: more than one where it was entered twice. Never none."""

    orders: tuple[OrderRow, ...]
    lines: tuple[LineRow, ...]

    def live(self, settings: OrderWiseSettings) -> tuple[OrderRow, ...]:
        """Those that are not cancelled. A status that nobody mapped is taken for live."""
        return tuple(each for each in self.orders if settings.statuses.get(each.status) is not OrderState.CANCELLED)

    def lines_of(self, orders: Sequence[OrderRow]) -> tuple[LineRow, ...]:
        wanted = {each.order_id for each in orders}
        return tuple(line for line in self.lines if line.order_id in wanted)


def find(wire: Wire, refs: Sequence[str], *, priority: Priority = Priority.INJECTION) -> dict[str, HeldOrders]:
    """Those of the references that are there, each with its orders and their lines.

    Raises:
        VendorError: the warehouse could not be asked.
    """
    found = find_orders(wire, refs, priority=priority)
    each = [order.order_id for orders in found.values() for order in orders]
    answers = wire.run_each(Question.ORDER_LINES, [{"@order_id": order_id} for order_id in each], priority=priority)
    lines = {
        order_id: [_read(translate.line_row, row, Question.ORDER_LINES) for row in rows.rows]
        for order_id, rows in zip(each, answers, strict=True)
    }
    return {
        ref: HeldOrders(tuple(orders), tuple(line for order in orders for line in lines[order.order_id]))
        for ref, orders in found.items()
    }


def find_orders(wire: Wire, refs: Sequence[str], *, priority: Priority) -> dict[str, list[OrderRow]]:
    """Those of the references that are there, each with its orders, oldest first.

    Raises:
        VendorError: the warehouse could not be asked.
    """
    wanted = list(dict.fromkeys(refs))
    if wire.settings.has(Question.ORDERS_BY_REFS) and len(wanted) > 1:
        size = wire.settings.refs_per_call
        portions = [wanted[at : at + size] for at in range(0, len(wanted), size)]
        question, given = Question.ORDERS_BY_REFS, [{"@refs": SEPARATOR.join(portion)} for portion in portions]
    else:
        question, given = Question.ORDER_BY_REF, [{"@ref": ref} for ref in wanted]
    found: dict[int, OrderRow] = {}
    for rows in wire.run_each(question, given, priority=priority):
        for row in rows.rows:
            order = _read(translate.order_row, row, question)
            found.setdefault(order.order_id, order)
    return _by_ref(wanted, found)


def _read(read: Callable[[Row], T], row: Row, question: Question) -> T:
    """One row; half an order is no order, so that nothing may be left out.

    Raises:
        VendorRefused: it cannot be read.
    """
    try:
        return read(row)
    except Unreadable as fault:
        raise VendorRefused(f"{question}: {fault}", operation=f"export {question}") from fault


def _by_ref(wanted: Sequence[str], found: Mapping[int, OrderRow]) -> dict[str, list[OrderRow]]:
    """SQL Server compares without regard to case and trailing spaces: so a row may be of another spelling than asked."""
    by_ref: dict[str, list[OrderRow]] = {}
    for order in sorted(found.values(), key=lambda each: each.order_id):
        by_ref.setdefault(order.ref, []).append(order)
    return {ref: by_ref[ref] for ref in wanted if ref in by_ref}


def sales_order(ref: SalesOrderRef, held: HeldOrders, settings: OrderWiseSettings) -> HeldSalesOrder:
    """What is there under a reference, as one sales order. Where it was entered twice its lines show it."""
    live = held.live(settings)
    shown = live or held.orders
    return HeldSalesOrder(
        ref=ref,
        status=" / ".join(dict.fromkeys(order.status for order in shown)),
        # An order is entered whole by one call: there is no state in which it waits for us to say so.
        released=True,
        cancelled=not live,
        lines=tuple(
            HeldLine(None, Sku(line.sku), int(line.ordered.to_integral_value(ROUND_FLOOR)), None)
            for line in held.lines_of(shown)
            if line.ordered > 0
        ),
    )
