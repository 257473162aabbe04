"""What has left, from two definitions: deliveries with their tracking, and movements with their quantities.

Deliveries are read first: a movement that is written meanwhile makes a parcel that has no tracking yet, and never a delivery
without goods. Both definitions answer with whole orders, so that no parcel is seen in part.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from cogent_pipelines.adapters.transport.whole_answers import is_at_fault
from cogent_pipelines.adapters.warehouses.orderwise import cells, finding, times, totals, translate
from cogent_pipelines.adapters.warehouses.orderwise.cells import Unreadable
from cogent_pipelines.adapters.warehouses.orderwise.definitions import Question
from cogent_pipelines.adapters.warehouses.orderwise.finding import Headers
from cogent_pipelines.adapters.warehouses.orderwise.parcels import Shipped, parcels
from cogent_pipelines.adapters.warehouses.orderwise.settings import DespatchSource, OrderState, OrderWiseSettings
from cogent_pipelines.adapters.warehouses.orderwise.totals import Totals
from cogent_pipelines.adapters.warehouses.orderwise.translate import DeliveryRow, LineRow, MovementRow, OrderRow
from cogent_pipelines.adapters.warehouses.orderwise.wire import Row, Wire
from cogent_pipelines.canonical.despatch import Despatch
from cogent_pipelines.canonical.identity import DespatchRef, SalesOrderRef
from cogent_pipelines.ports.errors import VendorRefused
from cogent_pipelines.ports.known_despatches import KnownDespatches
from cogent_pipelines.ports.vendor_account import Priority
from cogent_pipelines.ports.warehouse import UnreadableDespatch

_PRIORITY = Priority.DESPATCH
_UNTOUCHED = frozenset({OrderState.OPEN, OrderState.ON_HOLD, OrderState.CANCELLED})


@dataclass(slots=True)
class _Order:
    """What was read of one order; `known_as` None where no row of it could be read."""

    order_id: int
    known_as: OrderRow | None = None
    deliveries: list[DeliveryRow] = field(default_factory=list)
    movements: list[MovementRow] = field(default_factory=list)
    lines: list[LineRow] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    first_movement: int | None = None

    @property
    def header(self) -> OrderRow:
        return self.known_as or OrderRow(self.order_id, str(self.order_id), "", "")

    def shipped(self, read_at: datetime) -> Shipped:
        return Shipped(self.header, self.deliveries, self.movements, read_at, self.faults, self.first_movement)

    def may_have_left(self, settings: OrderWiseSettings) -> bool:
        """Whether its lines are worth a question: not where it is certainly untouched."""
        untouched = settings.statuses.get(self.header.status) in _UNTOUCHED
        return not untouched or any(each.shipped_at is not None for each in self.deliveries)


def since(wire: Wire, known: KnownDespatches, moment: datetime) -> Iterator[list[Despatch | UnreadableDespatch]]:
    """Every parcel of the orders on which something happened since. A status that nobody mapped stands among them.

    Raises:
        VendorError: a definition could not be run, or nothing of what it says can be read.
    """
    # What was left out of the last answer because it might still grow is asked for again, however short the overlap.
    given = {"@since": times.since(moment - wire.settings.parcels_grow_for, wire.settings)}
    reading = _Reading(wire.settings, wire.clock.now())
    reading.take_deliveries(wire.run(Question.ORDERS_CHANGED, given, priority=_PRIORITY).rows)
    if wire.settings.despatches_from is DespatchSource.LINE_TOTALS:
        yield [*reading.unmapped(), *_by_totals(wire, known, reading)]
        return
    movements = wire.run(Question.DESPATCH_LINES, given, priority=_PRIORITY).rows
    strangers = [{"@order_id": order_id} for order_id in reading.strangers_in(movements)]
    # They left between the two questions, or only their stock was moved: who they are is asked of each.
    for rows in wire.run_each(Question.ORDER_DELIVERIES, strangers, priority=_PRIORITY):
        reading.take_deliveries(rows.rows)
    reading.take_movements(movements)
    # Their goods left before, and only now something was written to them: a consignment number, say.
    quiet = [{"@order_id": order_id} for order_id in reading.without_movements()]
    for rows in wire.run_each(Question.ORDER_DESPATCH_LINES, quiet, priority=_PRIORITY):
        reading.take_movements(rows.rows)
    yield [*reading.unmapped(), *reading.parcels()]


def of(wire: Wire, known: KnownDespatches, refs: Sequence[str]) -> list[Despatch | UnreadableDespatch]:
    """Every parcel of these sales orders.

    Raises:
        VendorError: a definition could not be run, or nothing of what it says can be read.
    """
    found = finding.find_orders(wire, refs, priority=_PRIORITY)
    each = [{"@order_id": order.order_id} for orders in found.by_ref.values() for order in orders]
    reading = _Reading(wire.settings, wire.clock.now(), of_refs=frozenset(found.by_ref))
    for rows in wire.run_each(Question.ORDER_DELIVERIES, each, priority=_PRIORITY):
        reading.take_deliveries(rows.rows)
    if wire.settings.despatches_from is DespatchSource.LINE_TOTALS:
        return [*_unreadable(found), *_by_totals(wire, known, reading)]
    for rows in wire.run_each(Question.ORDER_DESPATCH_LINES, each, priority=_PRIORITY):
        reading.take_movements(rows.rows)
    return [*_unreadable(found), *reading.parcels()]


def _unreadable(found: Headers) -> list[UnreadableDespatch]:
    """One for each reference under which there is an order that cannot be read."""
    return [
        UnreadableDespatch(DespatchRef(f"order {ref}"), SalesOrderRef(ref), fault) for ref, fault in found.faults.items()
    ]


def _by_totals(wire: Wire, known: KnownDespatches, reading: "_Reading") -> list[Despatch | UnreadableDespatch]:
    """Parcels from what has left of each line in all, less what is known to have left.

    Where a reference has several orders nobody can say which parcel was whose: they are told apart by their order's id.
    """
    orders = reading.that_may_have_left()
    read_at = wire.clock.now()
    answers = wire.run_each(Question.ORDER_LINES, [{"@order_id": each.order_id} for each in orders], priority=_PRIORITY)
    for order, rows in zip(orders, answers, strict=True):
        reading.take_lines(order, rows.rows)
    remembered = known.despatches_of([SalesOrderRef(order.header.ref) for order in orders]) if orders else {}
    found = []
    for order in orders:
        own = [
            each
            for each in remembered.get(SalesOrderRef(order.header.ref), ())
            if each.ref.startswith(totals.prefix(order.header))
        ]
        whole = Totals(order.header, order.deliveries, order.lines, own, read_at, order.faults)
        found += totals.parcels(whole, wire.settings)
    return reading.judged(found)


class _Reading:
    """Rows sorted by their orders. Those of other channels are left aside; what cannot be read is kept with its reason.

    `began_at` is before anything was asked.
    """

    def __init__(self, settings: OrderWiseSettings, began_at: datetime, *, of_refs: frozenset[str] | None = None) -> None:
        self._settings = settings
        self._began_at = began_at
        self._of_refs = of_refs
        self._pattern = re.compile(settings.order_refs) if settings.order_refs else None
        self._orders: dict[int, _Order] = {}
        self._others: set[int] = set()
        self._nobodys: list[str] = []
        self._well_read: set[Question] = set()
        self._badly_read: dict[Question, dict[int | str, str]] = {}

    def take_deliveries(self, rows: Sequence[Row]) -> None:
        for row in rows:
            order_id = self._order_id(row, Question.ORDERS_CHANGED)
            if order_id is None:
                continue
            if not self._is_ours(row.get("customer_order_ref")):
                self._others.add(order_id)
                continue
            order = self._orders.setdefault(order_id, _Order(order_id))
            try:
                delivery = translate.delivery_row(row)
            except Unreadable as fault:
                self._not_read(Question.ORDERS_CHANGED, order, fault)
                continue
            self._well_read.add(Question.ORDERS_CHANGED)
            order.known_as = delivery.order
            if delivery not in order.deliveries:
                order.deliveries.append(delivery)

    def strangers_in(self, movements: Sequence[Row]) -> list[int]:
        """Orders of which movements were read, and nothing else."""
        seen = (self._order_id(row, Question.DESPATCH_LINES) for row in movements)
        return sorted({each for each in seen if each is not None and each not in self._orders and each not in self._others})

    def take_movements(self, rows: Sequence[Row]) -> None:
        for row in rows:
            order_id = self._order_id(row, Question.DESPATCH_LINES)
            order = None if order_id is None else self._orders.get(order_id)
            if order is None:
                continue
            order.first_movement = _least(order.first_movement, row)
            try:
                movement = translate.movement_row(row)
            except Unreadable as fault:
                self._not_read(Question.DESPATCH_LINES, order, fault)
                continue
            self._well_read.add(Question.DESPATCH_LINES)
            if movement not in order.movements:
                order.movements.append(movement)

    def without_movements(self) -> list[int]:
        """Orders with a delivery that has left, of which no movement was read."""
        return sorted(
            order.order_id
            for order in self._orders.values()
            if not order.movements and any(each.shipped_at is not None for each in order.deliveries)
        )

    def that_may_have_left(self) -> list[_Order]:
        return [order for order in self._orders.values() if order.may_have_left(self._settings)]

    def take_lines(self, order: _Order, rows: Sequence[Row]) -> None:
        for row in rows:
            try:
                order.lines.append(translate.line_row(row))
                self._well_read.add(Question.ORDER_LINES)
            except Unreadable as fault:
                self._not_read(Question.ORDER_LINES, order, fault)

    def unmapped(self) -> list[UnreadableDespatch]:
        """One for each status text that the connection does not map, with an order that has it."""
        headers = [order.known_as for order in self._orders.values() if order.known_as is not None]
        found: dict[str, OrderRow] = {}
        for header in headers:
            if header.status not in self._settings.statuses:
                found.setdefault(header.status, header)
        return [_unmapped(status, header) for status, header in found.items()]

    def parcels(self) -> list[Despatch | UnreadableDespatch]:
        """Every parcel.

        Raises:
            VendorRefused: of a definition's rows, which are of many orders, not one can be read.
        """
        shipped = [order.shipped(self._began_at) for order in self._orders.values()]
        return self.judged([each for order in shipped for each in parcels(order, self._settings)])

    def judged(self, found: list[Despatch | UnreadableDespatch]) -> list[Despatch | UnreadableDespatch]:
        """These, and what could not be read of no certain order.

        Raises:
            VendorRefused: of a definition's rows, which are of many orders, not one can be read.
        """
        for question, faults in self._badly_read.items():
            if question not in self._well_read and is_at_fault(faults=len(faults), read=0):
                raise VendorRefused(next(iter(faults.values())), operation="despatches")
        nobodys = [UnreadableDespatch(DespatchRef("?"), SalesOrderRef("?"), words) for words in dict.fromkeys(self._nobodys)]
        return [*found, *nobodys]

    def _not_read(self, question: Question, order: _Order, fault: Unreadable) -> None:
        words = f"{question}: {fault}"
        order.faults.append(words)
        self._badly_read.setdefault(question, {}).setdefault(order.order_id, words)

    def _order_id(self, row: Row, question: Question) -> int | None:
        try:
            return cells.whole(row, "order_id")
        except Unreadable as fault:
            words = f"a row of no order: {fault}"
            self._nobodys.append(words)
            self._badly_read.setdefault(question, {}).setdefault(words, f"{question}: {words}")
            return None

    def _is_ours(self, ref: Any) -> bool:
        """Orders keyed in by hand have no reference; one that is no text is for whoever reads the row to name."""
        if ref is None or (isinstance(ref, str) and not ref.strip()):
            return False
        if not isinstance(ref, str | int):
            return True
        name = str(ref).strip()
        if self._of_refs is not None:
            return name in self._of_refs
        return self._pattern is None or self._pattern.fullmatch(name) is not None


def _least(known: int | None, row: Row) -> int | None:
    """The lesser of a movement's number and this one; that one where a row does not say its own."""
    try:
        number = cells.whole(row, "movement_id")
    except Unreadable:
        return known
    return number if known is None else min(known, number)


def _unmapped(status: str, header: OrderRow) -> UnreadableDespatch:
    words = (
        f"order {header.number} has the status {status!r}, which the connection does not map: "
        "say under `statuses` what it means"
    )
    return UnreadableDespatch(DespatchRef(f"status {status}"), SalesOrderRef(header.ref), words)
