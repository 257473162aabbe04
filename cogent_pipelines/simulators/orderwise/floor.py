"""The floor: promising, allocating, picking, sending out, tracking numbers.

Steps are taken when the clock says so (`tick`, with `works_by_itself`) or when somebody orders them. An order is picked
when all that is left of it is allocated; by hand, what is allocated may leave alone.
"""

import heapq
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from decimal import ROUND_FLOOR, Decimal
from random import Random
from typing import TYPE_CHECKING

from cogent_pipelines.simulators.orderwise.entities import Delivery, Level, Line, Movement, Order, Pick, Stage

if TYPE_CHECKING:
    from cogent_pipelines.simulators.orderwise.company import Company

ORDER, PAUSED = 1, 3  # system order types (one integrator, twice)
Chosen = list[tuple[Line, Decimal]]
_TRACKING = frozenset({"now", "later", "never"})
_PICK, _SEND, _COMPLETE = "pick", "send", "complete"


class NothingToDespatch(ValueError):
    """An order of which nothing can leave now."""


class Floor:
    """The physical work of one company."""

    def __init__(self, company: "Company") -> None:
        self.company = company
        self.movements: list[Movement] = []
        self._random = Random(f"floor {company.name} {company.seed}")
        self._short: dict[int, dict[int, None]] = defaultdict(dict)
        self._ready: dict[int, datetime] = {}
        self._due: list[tuple[datetime, int, str, int]] = []
        self._steps = 0
        self._untracked: dict[int, Delivery] = {}

    # ---- what is due

    def tick(self, now: datetime) -> None:
        """Do everything due by now, in the order in which it fell due."""
        switches = self.company.switches
        if switches.works_by_itself:
            for order_id, since in self._ready.items():
                self._plan(_PICK, order_id, since, switches.pick_after_seconds)
            self._ready.clear()
        while self._due and self._due[0][0] <= now:
            due, _, step, order_id = heapq.heappop(self._due)
            self._take(step, self.company.orders[order_id], due)

    def _plan(self, step: str, order_id: int, after: datetime, seconds: float) -> None:
        self._steps += 1
        heapq.heappush(self._due, (after + timedelta(seconds=seconds), self._steps, step, order_id))

    def _take(self, step: str, order: Order, at: datetime) -> None:
        switches = self.company.switches
        if step == _COMPLETE:
            if order.stage is Stage.DESPATCHED:
                self._enter(order, Stage.COMPLETED, at)
        elif not order.open or order.stage is Stage.HELD or not switches.works_by_itself:
            return
        elif step == _PICK:
            self._picks(order, Pick.PICKING, at)
            self._plan(_SEND, order.id, at, switches.despatch_after_seconds)
        elif chosen := _all_allocated(order):
            self._send(order, chosen, parcels=1, tracking="now", at=at)

    # ---- orders coming and going

    def take_in(self, order: Order) -> None:
        """Promise what a new order wants, and allocate it; only a sales order moves goods."""
        self._promise(order, sign=1)
        self.allocate(order)

    def cancel(self, order: Order) -> None:
        if not order.open:
            raise ValueError(f"order {order.number} is {order.stage}")
        self._promise(order, sign=-1)
        self._take_back(order)
        self._ready.pop(order.id, None)
        order.pick = Pick.NONE
        self._enter(order, Stage.CANCELLED, self.company.now())

    def hold(self, order: Order) -> None:
        if not order.open:
            raise ValueError(f"order {order.number} is {order.stage}")
        self._take_back(order)
        self._ready.pop(order.id, None)
        order.pick = Pick.NONE
        self._enter(order, Stage.HELD, self.company.now())

    def release(self, order: Order) -> None:
        if order.stage is not Stage.HELD:
            raise ValueError(f"order {order.number} is {order.stage}")
        sent = any(line.sent for line in order.lines)
        self._enter(order, Stage.PARTIAL if sent else Stage.AWAITING, self.company.now())
        if order.order_type == PAUSED:
            # Unknown: here a paused order becomes an ordinary one when somebody lets it go.
            order.order_type = ORDER
            self._promise(order, sign=1)
        self.allocate(order)

    def _promise(self, order: Order, *, sign: int) -> None:
        at = self.company.now()
        for line in order.lines if order.order_type == ORDER else ():
            for level, each in self._parts(line):
                self.company.stock.change(level, at=at, promised=sign * line.to_send * each)

    def _take_back(self, order: Order) -> None:
        at = self.company.now()
        for line in order.lines:
            freed, line.allocated = line.allocated, Decimal(0)
            for level, each in self._parts(line) if freed else ():
                self.company.stock.change(level, at=at, allocated=-freed * each)
                self._serve_short(level)

    # ---- allocating

    def _parts(self, line: Line) -> Iterator[tuple[Level, Decimal]]:
        """Give what is taken from stock for one unit of a line."""
        for variant_id, each in line.parts.items():
            yield self.company.stock.level(variant_id, line.location_id), each

    def allocate(self, order: Order) -> None:
        """Reserve what lies there for what an order still wants."""
        if not order.open or order.stage is Stage.HELD or order.order_type != ORDER:
            return
        at = self.company.now()
        for line in order.lines:
            self._allocate_line(order, line, at)
        whole = all(line.allocated == line.to_send for line in order.lines)
        if whole and order.pick is Pick.NONE and any(line.to_send for line in order.lines):
            self._picks(order, Pick.ALLOCATED, at)
            self._ready[order.id] = at

    def _allocate_line(self, order: Order, line: Line, at: datetime) -> None:
        missing = line.to_send - line.allocated
        if missing <= 0:
            return
        parts = list(self._parts(line))
        units = max(Decimal(0), min(missing, *((level.overall - level.allocated) / each for level, each in parts)))
        if line.quantity == line.quantity.to_integral_value():
            units = units.to_integral_value(ROUND_FLOOR)
        line.allocated += units
        for level, each in parts:
            self.company.stock.change(level, at=at, allocated=units * each)
            if units < missing:
                self._short[level.variant_id][order.id] = None

    def stock_changed(self, level: Level) -> None:
        """Give new stock to those who wait for it; take missing stock from those who came last."""
        if level.overall >= level.allocated:
            self._serve_short(level)
            return
        for order in reversed(list(self.company.orders.values())):
            if order.open and any(line.allocated for line in order.lines) and self._uses(order, level):
                self._take_back_of_missing(order)
                if level.overall >= level.allocated:
                    return

    def _uses(self, order: Order, level: Level) -> bool:
        return any(part is level for line in order.lines for part, _ in self._parts(line))

    def _take_back_of_missing(self, order: Order) -> None:
        at = self.company.now()
        for line in order.lines:
            freed, line.allocated = line.allocated, Decimal(0)
            for level, each in self._parts(line):
                self.company.stock.change(level, at=at, allocated=-freed * each)
        self._ready.pop(order.id, None)
        self._picks(order, Pick.NONE, at)
        self.allocate(order)

    def _serve_short(self, level: Level) -> None:
        for order_id in self._short.pop(level.variant_id, {}):
            self.allocate(self.company.orders[order_id])

    # ---- stages

    def _enter(self, order: Order, stage: Stage, at: datetime) -> None:
        order.stage = stage
        order.amended_at = max(order.amended_at, at)
        self.company.picture.order_changed(order)

    def _picks(self, order: Order, pick: Pick, at: datetime) -> None:
        order.pick = pick
        order.amended_at = max(order.amended_at, at)
        self.company.picture.order_changed(order)

    def pick(self, order: Order, pick: Pick = Pick.PICKING) -> None:
        """Carry an order on by hand, as far as it is allocated."""
        if not _all_allocated(order) or not order.open or order.stage is Stage.HELD:
            raise ValueError(f"nothing of order {order.number} can be picked")
        self._picks(order, pick, self.company.now())

    # ---- sending out

    def despatch(
        self,
        order: Order,
        *,
        quantities: Mapping[str, Decimal | int] | None = None,
        parcels: int = 1,
        tracking: str = "now",
    ) -> list[Delivery]:
        """Send an order out now: all that is allocated, or only so many of the codes named.

        `tracking` is "now", "later" (until it is told to arrive) or "never".

        Raises:
            NothingToDespatch: it is closed or on hold, or nothing of it is allocated.
        """
        if tracking not in _TRACKING:
            raise ValueError(f"tracking comes now, later or never, not {tracking!r}")
        self.allocate(order)
        chosen = _all_allocated(order) if order.open and order.stage is not Stage.HELD else []
        if quantities is not None:
            chosen = self._at_most(chosen, quantities)
        if not chosen:
            raise NothingToDespatch(f"nothing of order {order.number} can leave, it is {order.stage}")
        return self._send(order, chosen, parcels=parcels, tracking=tracking, at=self.company.now())

    def despatch_regardless(self, order: Order) -> list[Delivery]:
        """Send a whole order out, whatever the books say lies there."""
        at = self.company.now()
        for line in order.lines:
            missing = line.to_send - line.allocated
            for level, each in self._parts(line):
                self.company.stock.change(level, at=at, allocated=missing * each)
            line.allocated = line.to_send
        return self._send(order, _all_allocated(order), parcels=1, tracking="now", at=at)

    def _at_most(self, chosen: Chosen, quantities: Mapping[str, Decimal | int]) -> Chosen:
        """Cut a choice down to so many of each code; what is not named stays behind."""
        left, cut = {code: Decimal(str(units)) for code, units in quantities.items()}, []
        for line, units in chosen:
            code = self.company.variants[line.variant_id].code
            take = min(units, left.get(code, Decimal(0)))
            if take > 0:
                left[code] -= take
                cut.append((line, take))
        return cut

    def _send(self, order: Order, chosen: Chosen, *, parcels: int, tracking: str, at: datetime) -> list[Delivery]:
        for line, units in chosen:
            for level, each in self._parts(line):
                gone = units * each
                self.company.stock.change(level, at=at, overall=-gone, promised=-gone, allocated=-gone)
            self._move(order, line, units, at)
            line.allocated -= units
            line.sent += units
        contents = _packed(chosen, parcels)
        if self.company.switches.parcels_as == "joined":
            sent = [self._deliver(order, {line.id: units for line, units in chosen}, len(contents), tracking, at)]
        else:
            sent = [self._deliver(order, units, 1, tracking, at) for units in contents]
        order.pick = Pick.NONE
        self._ready.pop(order.id, None)
        if any(line.to_send for line in order.lines):
            self._enter(order, Stage.PARTIAL, at)
            self.allocate(order)
        else:
            self._enter(order, Stage.DESPATCHED, at)
            self._complete(order, at)
        return sent

    def _complete(self, order: Order, at: datetime) -> None:
        wait = self.company.switches.complete_after_seconds
        if wait:
            self._plan(_COMPLETE, order.id, at, wait)
        else:
            self._enter(order, Stage.COMPLETED, at)

    def _move(self, order: Order, line: Line, units: Decimal, at: datetime) -> None:
        """Write the stock transactions of units that leave for a line."""
        whole = self.company.switches.kit_movements == "kit"
        parts = [(line.variant_id, Decimal(1))] if whole else [(level.variant_id, each) for level, each in self._parts(line)]
        for variant_id, each in parts:
            self.movements.append(
                Movement(
                    id=self.company.next_number("movement"),
                    line_id=line.id,
                    order_id=order.id,
                    variant_id=variant_id,
                    location_id=line.location_id,
                    quantity=units * each,
                    at=at,
                )
            )

    def _deliver(self, order: Order, units: dict[int, Decimal], pieces: int, tracking: str, at: datetime) -> Delivery:
        number = self.company.next_number("delivery")
        delivery = Delivery(id=number, order_id=order.id, at=at, units=units, pieces=pieces)
        order.deliveries.append(delivery)
        if tracking == "now":
            self._track(delivery)
        elif tracking == "later":
            self._untracked[number] = delivery
        return delivery

    def _track(self, delivery: Delivery) -> None:
        numbers = [f"CN{self._random.randrange(10**9):09d}" for _ in range(delivery.pieces)]
        delivery.consignment = ",".join(numbers)

    def tracking_arrives(self) -> int:
        """Let the carrier answer now for all deliveries that wait; says how many got a number."""
        arrived = list(self._untracked.values())
        self._untracked.clear()
        for delivery in arrived:
            self._track(delivery)
            order = self.company.orders[delivery.order_id]
            if self.company.switches.tracking_amends_order:
                order.amended_at = self.company.now()
            self.company.picture.order_changed(order)
        return len(arrived)


def _all_allocated(order: Order) -> Chosen:
    return [(line, line.allocated) for line in order.lines if line.allocated > 0]


def _packed(chosen: Sequence[tuple[Line, Decimal]], parcels: int) -> list[dict[int, Decimal]]:
    """Spread units over parcels as evenly as they go; never an empty one."""
    pieces: list[tuple[int, Decimal]] = []
    for line, units in chosen:
        whole = int(units)
        pieces += [(line.id, Decimal(1))] * whole
        if units != whole:
            pieces.append((line.id, units - whole))
    packed = []
    wanted = max(1, min(parcels, len(pieces)))
    for number in range(wanted):
        contents: dict[int, Decimal] = defaultdict(Decimal)
        for line_id, units in pieces[number * len(pieces) // wanted : (number + 1) * len(pieces) // wanted]:
            contents[line_id] += units
        packed.append(dict(contents))
    return packed
