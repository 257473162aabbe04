"""The floor: allocating, picking, packing, and sending out through the `bay`.

Steps are taken when the clock says so (`tick`) or when somebody orders them (`carry_to`, `despatch`). An order that is
allocated or picked before all of its lines were there is marked, and stays marked: a client that releases too early is
found out by these marks.
"""

import heapq
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from cogent_pipelines.simulators.peoplevox.bay import Bay, packed
from cogent_pipelines.simulators.peoplevox.entities import (
    DEFAULT_SITE,
    Despatch,
    Line,
    Parcel,
    ParcelLine,
    SalesOrder,
    Stage,
    StockLevel,
)
from cogent_pipelines.simulators.peoplevox.values import Value

if TYPE_CHECKING:
    from cogent_pipelines.simulators.peoplevox.warehouse import Warehouse

_PICK, _PACK, _DESPATCH, _TRACK = "pick", "pack", "despatch", "track"


class NothingToDespatch(ValueError):
    """An order of which nothing can leave now."""


class Floor:
    """The physical work of one warehouse."""

    def __init__(self, warehouse: "Warehouse") -> None:
        self.warehouse = warehouse
        self._pending: dict[str, datetime] = {}
        self._waiting: dict[str, dict[str, None]] = defaultdict(dict)
        self._due: list[tuple[datetime, int, str, str]] = []
        self._under_way: set[str] = set()
        self._steps = 0
        self.bay = Bay(warehouse, self._plan_tracking)

    # ---- what is due

    def touched(self, order: SalesOrder) -> None:
        """Note that an order was saved; it is looked at when the whole call is done."""
        if order.open:
            wait = timedelta(seconds=self.warehouse.switches.allocate_after_seconds)
            self._pending[order.number] = self.warehouse.clock.now() + wait

    def stock_arrived(self, item_code: str) -> None:
        """Look again at the orders that were short of an item."""
        waiting = self._waiting.pop(item_code, {})
        for number in waiting:
            if order := self.warehouse.orders.get(number):
                self.touched(order)

    def forget(self, order: SalesOrder) -> None:
        self._pending.pop(order.number, None)

    def tick(self, now: datetime) -> None:
        """Do everything due by now, in the order in which it fell due."""
        if self._pending:
            for number in [number for number, due in self._pending.items() if due <= now]:
                self._allocate_pending(number, self._pending.pop(number))
        while self._due and self._due[0][0] <= now:
            due, _, step, subject = heapq.heappop(self._due)
            self._take(step, subject, due)

    def _plan(self, step: str, subject: str, after: datetime, seconds: float) -> None:
        self._steps += 1
        heapq.heappush(self._due, (after + timedelta(seconds=seconds), self._steps, step, subject))

    def _plan_tracking(self, despatch: Despatch, after: datetime, seconds: float) -> None:
        self._plan(_TRACK, despatch.number, after, seconds)

    def _take(self, step: str, subject: str, at: datetime) -> None:
        if step == _TRACK:
            self.bay.track(self.warehouse.despatches[subject], at)
            return
        order, switches = self.warehouse.orders.get(subject), self.warehouse.switches
        if order is None or not order.open or order.held:
            self._under_way.discard(subject)
        elif step == _PICK and self._pick(order, at):
            self._plan(_PACK, subject, at, switches.pack_after_seconds)
        elif step == _PACK:
            self._pack(order, at)
            self._plan(_DESPATCH, subject, at, switches.despatch_after_seconds)
        else:
            self._under_way.discard(subject)
            if step == _DESPATCH and (chosen := self._everything_allocated(order)):
                self._send(order, chosen, 1, at)

    # ---- allocating

    def _allocate_pending(self, number: str, due: datetime) -> None:
        order = self.warehouse.orders.get(number)
        if order is None or not order.open or order.held:
            return
        works = self.warehouse.switches.works_by_itself and number not in self._under_way
        if self._allocate(order, due) and works:
            self._under_way.add(number)
            self._plan(_PICK, number, due, self.warehouse.switches.pick_after_seconds)

    def _allocate(self, order: SalesOrder, at: datetime) -> bool:
        """Reserve stock for what is outstanding; says whether the order may be picked."""
        order.allocated_at = order.allocated_at or at
        if not order.lines:
            order.allocated_incomplete = True
            return True
        site = order.text("Site") or DEFAULT_SITE
        order.short = False
        for line in order.lines.values():
            if not self._reserve(order, line, site, at):
                order.short = True
        any_allocated = any(line.allocated for line in order.lines.values())
        if order.short and not (any_allocated and order.values.get("IsPartialShipment") is True):
            return False
        if order.stage is Stage.NEW and any_allocated:
            self._enter(order, Stage.ALLOCATED, at)
        return any_allocated

    def _reserve(self, order: SalesOrder, line: Line, site: str, at: datetime) -> bool:
        """Bring a line's reservation to what it still needs, as far as stock allows; says whether it is covered."""
        missing = line.outstanding - line.allocated
        if missing == 0:
            return True
        if line.allocated == 0:
            components = self.warehouse.components.get(line.item_code)
            line.components = dict(components) if components else None
        parts = self._parts(line, site)
        units = missing
        if missing > 0 and not self.warehouse.switches.allocate_beyond_stock:
            units = max(0, min(missing, *(int(level.available // each) for level, each in parts)))
        if units:
            self._move(order, parts, units, at)
            line.allocated += units
        if units < missing:
            for level, _ in parts:
                self._waiting[level.item_code][order.number] = None
        return units >= missing

    def _move(self, order: SalesOrder, parts: Sequence[tuple[StockLevel, int]], units: int, at: datetime) -> None:
        activity = "Allocation" if units > 0 else "De-allocation"
        for level, each in parts:
            self.warehouse.stock.change(
                level, at=at, allocated=units * each, activity=activity, reason=activity, order_number=order.number
            )

    def _parts(self, line: Line, site: str) -> list[tuple[StockLevel, int]]:
        """Give what is taken from stock for one unit of a line: itself, or a kit's components."""
        stock = self.warehouse.stock
        if not line.components:
            return [(stock.level(line.item_code, site), 1)]
        return [(stock.level(item_code, site), quantity) for item_code, quantity in line.components.items()]

    def release_stock(self, order: SalesOrder) -> None:
        """Give back every reservation of an order."""
        now, site = self.warehouse.clock.now(), order.text("Site") or DEFAULT_SITE
        for line in order.lines.values():
            if line.allocated:
                parts = self._parts(line, site)
                self._move(order, parts, -line.allocated, now)
                line.allocated = 0
                for level, _ in parts:
                    self.stock_arrived(level.item_code)

    # ---- stages

    def _enter(self, order: SalesOrder, stage: Stage, at: datetime) -> None:
        warehouse = self.warehouse
        order.stage, order.stage_since, order.changed_at = stage, at, at
        warehouse.version += 1
        if "SalesOrderStatusChanges" in warehouse.wanted_events:
            shown: Mapping[str, Value] = {
                "LastModificationTime": at,
                "SalesOrderNumber": order.number,
                "SalesOrderStatu.Name": warehouse.status_of(order),
            }
            warehouse.raise_event("SalesOrderStatusChanges", shown)

    def cancel(self, order: SalesOrder) -> None:
        self.release_stock(order)
        self.forget(order)
        self._enter(order, Stage.CANCELLED, self.warehouse.clock.now())

    def _pick(self, order: SalesOrder, at: datetime) -> bool:
        """Begin picking; an order without lines is marked, and nothing is picked."""
        if not order.lines:
            order.picked_at = order.picked_at or at
            order.picked_incomplete = True
            return False
        if not any(line.allocated for line in order.lines.values()):
            return False
        order.picked += 1
        order.picked_at = order.picked_at or at
        if order.stage < Stage.PICKING:
            self._enter(order, Stage.PICKING, at)
        return True

    def _pack(self, order: SalesOrder, at: datetime) -> None:
        if order.stage is Stage.PICKING:
            self._enter(order, Stage.PACKED, at)

    def carry_to(self, stage: Stage, numbers: Iterable[str] | None = None) -> int:
        """Carry orders as far as `stage`, at once; says how many got there."""
        now, reached = self.warehouse.clock.now(), 0
        self.tick(now)
        for number in list(self.warehouse.orders) if numbers is None else list(numbers):
            order = self.warehouse.orders[number]
            if order.open and not order.held and self._carry(order, stage, now):
                reached += 1
        return reached

    def _carry(self, order: SalesOrder, stage: Stage, now: datetime) -> bool:
        self._pending.pop(order.number, None)
        may_be_picked = self._allocate(order, now)
        if stage is Stage.ALLOCATED or not may_be_picked:
            return order.stage is Stage.ALLOCATED
        if order.stage < Stage.PICKING or order.stage is Stage.PARTIALLY_DESPATCHED:
            self._pick(order, now)
        if stage >= Stage.PACKED:
            self._pack(order, now)
        if stage >= Stage.DESPATCHED and order.lines:
            self._send(order, self._everything_allocated(order), 1, now)
        return order.stage >= stage

    # ---- despatching

    def _everything_allocated(self, order: SalesOrder) -> list[tuple[Line, int]]:
        return [(line, line.allocated) for line in order.lines.values() if line.allocated]

    def despatch(
        self,
        number: str,
        *,
        quantities: Mapping[str, int] | None = None,
        parcels: int = 1,
        tracking: str | None = None,
    ) -> Despatch:
        """Send an order out now: all that is allocated, or only so many of the items named.

        `tracking` is "now", "later" (until it is told to arrive) or "never"; by default the switches decide.
        """
        order, now = self.warehouse.orders[number], self.warehouse.clock.now()
        if order.open and not order.held:
            self._carry(order, Stage.PACKED, now)
        chosen = self._everything_allocated(order) if order.open else []
        if quantities is not None:
            chosen = _at_most(chosen, quantities)
        if not chosen:
            raise NothingToDespatch(f"nothing of {number} can be despatched, it is {self.warehouse.status_of(order)}")
        return self._send(order, chosen, parcels, now, tracking)

    def despatch_unknown(self, number: str, item_code: str, quantity: int = 1, *, line: str = "") -> Despatch:
        """Send a parcel for an order number that nobody knows."""
        now = self.warehouse.clock.now()
        parcel = Parcel("Package 1", [ParcelLine(item_code, line, quantity)])
        if self.warehouse.item(item_code) is not None:
            level = self.warehouse.stock.level(item_code, DEFAULT_SITE)
            self.warehouse.stock.change(level, at=now, on_hand=-quantity, activity="Despatch", order_number=number)
        return self.bay.record(number, None, DEFAULT_SITE, [parcel], now, None)

    def _send(
        self,
        order: SalesOrder,
        chosen: Sequence[tuple[Line, int]],
        parcels: int,
        at: datetime,
        tracking: str | None = None,
    ) -> Despatch:
        site = order.text("Site") or DEFAULT_SITE
        contents: list[ParcelLine] = []
        for line, units in chosen:
            contents.extend(self._take_from_stock(order, line, units, site, at))
            line.allocated -= units
            line.despatched += units
        done = not any(line.outstanding for line in order.lines.values())
        despatch = self.bay.record(order.number, order, site, packed(contents, parcels), at, tracking)
        self._enter(order, Stage.DESPATCHED if done else Stage.PARTIALLY_DESPATCHED, at)
        return despatch

    def tracking_arrives(self, despatch_number: str | None = None) -> int:
        """Let the carrier answer now, for one despatch or for all that wait; says how many parcels got a number."""
        return self.bay.tracking_arrives(despatch_number)

    def _take_from_stock(self, order: SalesOrder, line: Line, units: int, site: str, at: datetime) -> list[ParcelLine]:
        contents = []
        for level, each in self._parts(line, site):
            quantity = units * each
            self.warehouse.stock.change(
                level,
                at=at,
                on_hand=-quantity,
                allocated=-quantity,
                activity="Despatch",
                reason="Despatch",
                order_number=order.number,
            )
            if level.item_code == line.item_code:
                contents.append(ParcelLine(level.item_code, line.line, quantity, order_line=line))
            else:
                contents.append(ParcelLine(level.item_code, line.line, quantity, line.item_code, units, line))
        return contents


def _at_most(chosen: Sequence[tuple[Line, int]], quantities: Mapping[str, int]) -> list[tuple[Line, int]]:
    """Cut a choice down to so many of each item; items not named stay behind."""
    left, cut = dict(quantities), []
    for line, units in chosen:
        take = min(units, left.get(line.item_code, 0))
        if take:
            left[line.item_code] -= take
            cut.append((line, take))
    return cut
