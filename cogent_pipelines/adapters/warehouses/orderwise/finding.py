"""Which sales orders are there under our references, and what they hold."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_FLOOR

from cogent_pipelines.adapters.warehouses.orderwise import cells, translate
from cogent_pipelines.adapters.warehouses.orderwise.cells import Unreadable
from cogent_pipelines.adapters.warehouses.orderwise.definitions import Question
from cogent_pipelines.adapters.warehouses.orderwise.settings import OrderState, OrderWiseSettings
from cogent_pipelines.adapters.warehouses.orderwise.translate import LineRow, OrderRow
from cogent_pipelines.adapters.warehouses.orderwise.wire import Row, Wire
from cogent_pipelines.canonical.identity import SalesOrderRef, Sku
from cogent_pipelines.canonical.sales_order import HeldLine, HeldSalesOrder
from cogent_pipelines.ports.errors import VendorRefused
from cogent_pipelines.ports.vendor_account import Priority

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


@dataclass(frozen=True, slots=True)
class Headers:
    """The orders under each reference, oldest first. `faults` say of a reference what under it cannot be read."""

    by_ref: dict[str, list[OrderRow]]
    faults: dict[str, str]


@dataclass(frozen=True, slots=True)
class Looked:
    """What is there, by reference. A reference under which something cannot be read is in `faults` only."""

    orders: dict[str, HeldOrders]
    faults: dict[str, str]


def find(wire: Wire, refs: Sequence[str], *, priority: Priority = Priority.INJECTION) -> Looked:
    """What is there under the references, each with its orders and their lines.

    Raises:
        VendorError: the warehouse could not be asked.
    """
    return with_lines(wire, find_orders(wire, refs, priority=priority), priority=priority)


def find_readable(wire: Wire, refs: Sequence[str]) -> dict[str, HeldOrders]:
    """Those of the references that are there.

    Raises:
        VendorError: the warehouse could not be asked, or something is there that cannot be read: it is not known what.
    """
    looked = find(wire, refs)
    for ref, fault in looked.faults.items():
        raise VendorRefused(f"{ref} cannot be read: {fault}", operation="find sales orders")
    return looked.orders


def with_lines(wire: Wire, headers: Headers, *, priority: Priority = Priority.INJECTION) -> Looked:
    """These orders with their lines. Half an order is no order: one of which a line cannot be read is a fault.

    Raises:
        VendorError: the warehouse could not be asked.
    """
    each = [(ref, order.order_id) for ref, orders in headers.by_ref.items() for order in orders]
    given = [{"@order_id": order_id} for _, order_id in each]
    answers = wire.run_each(Question.ORDER_LINES, given, priority=priority)
    faults, lines = dict(headers.faults), dict[str, list[LineRow]]()
    for (ref, _), rows in zip(each, answers, strict=True):
        for row in rows.rows:
            try:
                lines.setdefault(ref, []).append(translate.line_row(row))
            except Unreadable as fault:
                faults.setdefault(ref, f"{Question.ORDER_LINES}: {fault}")
    readable = {ref: orders for ref, orders in headers.by_ref.items() if ref not in faults}
    return Looked({ref: HeldOrders(tuple(orders), tuple(lines.get(ref, ()))) for ref, orders in readable.items()}, faults)


def find_orders(wire: Wire, refs: Sequence[str], *, priority: Priority) -> Headers:
    """Which orders are there under the references.

    Where the tenant has both definitions, one is used for every look, so that what was proven of it holds for all.

    Raises:
        VendorError: the warehouse could not be asked.
    """
    wanted = list(dict.fromkeys(refs))
    if not wire.settings.has(Question.ORDERS_BY_REFS):
        return _asked_one_by_one(wire, wanted, priority=priority)
    size = wire.settings.refs_per_call
    portions = [wanted[at : at + size] for at in range(0, len(wanted), size)]
    given = [{"@refs": SEPARATOR.join(portion)} for portion in portions]
    found, faults, doubtful = dict[int, OrderRow](), dict[str, str](), list[str]()
    for portion, rows in zip(portions, wire.run_each(Question.ORDERS_BY_REFS, given, priority=priority), strict=True):
        for row in rows.rows:
            fault = _taken_up(row, found, Question.ORDERS_BY_REFS)
            if fault and _ref(row) is None:
                # Whose it is cannot be told from the row, only from the question.
                doubtful += portion
            elif fault:
                faults.setdefault(_ref(row) or "", fault)
    known = {order.ref for order in found.values()}
    alone = _asked_one_by_one(wire, [ref for ref in dict.fromkeys(doubtful) if ref not in known], priority=priority)
    found |= {order.order_id: order for orders in alone.by_ref.values() for order in orders}
    faults |= alone.faults
    return _sorted(wanted, found, faults)


def _asked_one_by_one(wire: Wire, wanted: Sequence[str], *, priority: Priority) -> Headers:
    found, faults = dict[int, OrderRow](), dict[str, str]()
    answers = wire.run_each(Question.ORDER_BY_REF, [{"@ref": ref} for ref in wanted], priority=priority)
    for ref, rows in zip(wanted, answers, strict=True):
        for row in rows.rows:
            fault = _taken_up(row, found, Question.ORDER_BY_REF)
            if fault and _ref(row) in (None, ref):
                faults.setdefault(ref, fault)
    return _sorted(wanted, found, faults)


def _taken_up(row: Row, found: dict[int, OrderRow], question: Question) -> str:
    """Put a row to the others; says why not, where it cannot be read."""
    try:
        order = translate.order_row(row)
    except Unreadable as fault:
        return f"{question}: {fault}"
    found.setdefault(order.order_id, order)
    return ""


def _ref(row: Row) -> str | None:
    """The reference that a row bears; None where that cannot be read."""
    try:
        return cells.name(row, "customer_order_ref").strip() or None
    except Unreadable:
        return None


def _sorted(wanted: Sequence[str], found: Mapping[int, OrderRow], faults: Mapping[str, str]) -> Headers:
    own = {ref: fault for ref, fault in faults.items() if ref in wanted}
    return Headers({ref: orders for ref, orders in _by_ref(wanted, found).items() if ref not in own}, own)


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
