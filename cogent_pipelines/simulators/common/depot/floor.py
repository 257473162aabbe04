"""The floor: taking orders in, allocating, picking, packing, sending, splitting, holding, cancelling.

Steps are taken when the clock says so (`tick`) or when somebody orders them (`carry`, `despatch`). What is refused, and
how things are called, is decided before, by the vendor.
"""

import heapq
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from cogent_pipelines.simulators.common.clock import Clock
from cogent_pipelines.simulators.common.depot.bay import Bay
from cogent_pipelines.simulators.common.depot.records import Article, Content, Despatch, Draft, Line, Order, Stage, Units
from cogent_pipelines.simulators.common.depot.stock import StockBook
from cogent_pipelines.simulators.common.depot.switches import FloorSwitches

_FREE = Decimal(0)


class NotNow(ValueError):
    """What was asked cannot be done with this order as it stands."""


class Depot:
    """One warehouse and its books."""

    def __init__(self, *, clock: Clock, switches: FloorSwitches, seed: int = 0) -> None:
        self.clock = clock
        self.switches = switches
        self.random = Random(f"depot {seed}")
        self.stock = StockBook(clock)
        self.orders: dict[int, Order] = {}
        self.by_ref: dict[str, list[Order]] = {}
        self._alike: dict[str, list[Order]] = {}
        self._at_work: set[int] = set()
        self.created: Counter[str] = Counter()
        self.bay = Bay()
        self.after_despatch: Callable[[Despatch], None] = lambda _: None
        self._due: list[tuple[datetime, int, Callable[[datetime], None]]] = []
        self._steps = 0
        self._lines = 0

    # ---- time

    def later(self, seconds: float, act: Callable[[datetime], None], *, after: datetime | None = None) -> None:
        """Plan an act; it is told the moment at which it fell due."""
        self._steps += 1
        heapq.heappush(self._due, ((after or self.clock.now()) + timedelta(seconds=seconds), self._steps, act))

    def tick(self) -> None:
        """Do everything that is due by now, in the order in which it fell due."""
        now = self.clock.now()
        while self._due and self._due[0][0] <= now:
            due, _, act = heapq.heappop(self._due)
            act(due)

    # ---- orders come in

    def line(self, sku: str, quantity: int, *, unit_price: Decimal = _FREE, told: dict[str, Any] | None = None) -> Line:
        self._lines += 1
        return Line(id=50_000 + self._lines, sku=sku, quantity=quantity, unit_price=unit_price, told=told or {})

    def accept(self, draft: Draft) -> Order:
        """Take an order in; stock is promised to it at once, or after the wait that the switch names."""
        order = self._enter(draft)
        self.created[order.ref] += 1
        self._await_stock(order)
        return order

    def accept_held(self, draft: Draft, *, word: str, reasons: Sequence[str]) -> Order:
        """Take an order in that somebody must look at first."""
        order = self._enter(draft)
        self.created[order.ref] += 1
        order.stage, order.word, order.reasons = Stage.HELD, word, list(reasons)
        return order

    def _enter(self, draft: Draft) -> Order:
        now, number = self.clock.now(), 10_000 + len(self.orders) + 1
        order = Order(
            id=number,
            ref=draft.ref,
            received_at=now,
            changed_at=now,
            lines=draft.lines,
            told=draft.told,
            carrier=draft.carrier,
            service=draft.service,
            value_minor=draft.value_minor,
            currency=draft.currency,
            family=number,
        )
        self.orders[order.id] = order
        self.by_ref.setdefault(order.ref, []).append(order)
        self._alike.setdefault(_plain(order.ref), []).append(order)
        return order

    def alike(self, ref: str) -> list[Order]:
        """Give the orders whose reference is this one, case and stray spaces aside."""
        return self._alike.get(_plain(ref), [])

    def _await_stock(self, order: Order) -> None:
        if self.switches.allocate_after_seconds <= 0:
            self._allocate(order, self.clock.now())
        else:
            self.later(self.switches.allocate_after_seconds, lambda due: self._allocate(order, due))

    def move_to(self, order: Order, stage: Stage, at: datetime, *, word: str = "") -> None:
        order.stage, order.word = stage, word
        order.changed_at = max(order.changed_at, at)

    # ---- allocating

    def _allocate(self, order: Order, at: datetime) -> None:
        if order.stage not in (Stage.RECEIVED, Stage.SHORT, Stage.PART_DESPATCHED):
            return
        before = [line.allocated for line in order.lines]
        missing = sum(self._reserve(line) for line in order.lines)
        if not missing:
            if order.stage is not Stage.PART_DESPATCHED:
                self.move_to(order, Stage.ALLOCATED, at)
            self._set_to_work(order, at)
        elif order.stage is Stage.RECEIVED:
            self._short(order, at)
        elif before != [line.allocated for line in order.lines]:
            order.changed_at = at

    def _reserve(self, line: Line) -> int:
        """Promise a line what it still needs, as far as there is stock; says how many units are missing."""
        wanted = line.outstanding - line.allocated
        units = max(0, min(wanted, self.stock.free(line.sku)))
        if units:
            self.stock.move(self.stock.articles[line.sku], allocated=units, why="allocated")
            line.allocated += units
        return wanted - units

    def _short(self, order: Order, at: datetime) -> None:
        style = self.switches.short_order
        if style == "split" and any(line.allocated for line in order.lines):
            rest = self.split(order, {line.id: line.allocated for line in order.lines})
            self.move_to(order, Stage.ALLOCATED, at)
            self._set_to_work(order, at)
            self.move_to(rest, Stage.SHORT, at)
            return
        if not self.switches.reserve_short_orders:
            self._give_back(order)
        self.move_to(order, Stage.HELD if style == "held" else Stage.SHORT, at)

    def stock_arrived(self) -> None:
        """Look again at the orders that wait for stock, the oldest first."""
        for order in list(self.orders.values()):
            if order.stage in (Stage.SHORT, Stage.PART_DESPATCHED):
                self._allocate(order, self.clock.now())

    def _give_back(self, order: Order) -> None:
        for line in order.lines:
            if line.allocated:
                self.stock.move(self.stock.articles[line.sku], allocated=-line.allocated, why="released")
                line.allocated = 0

    # ---- stock comes and goes

    def adjust(self, sku: str, by: Units, why: str = "adjusted") -> None:
        self.stock.move(self._article(sku), on_hand=by, why=why)
        self.stock_arrived()

    def lock_away(self, sku: str, units: Units) -> None:
        self.stock.lock_away(self._article(sku), units)
        self.stock_arrived()

    def _article(self, sku: str) -> Article:
        if sku not in self.stock.articles:
            raise NotNow(f"there is no article {sku}")
        return self.stock.articles[sku]

    # ---- holding and ending

    def hold(self, order: Order, *, word: str, reasons: Sequence[str] = ()) -> None:
        if not order.open:
            raise NotNow(f"order {order.ref} is {order.stage.word}")
        if order.stage is not Stage.HELD:
            order.held_from = order.stage
        order.reasons = list(reasons)
        self.move_to(order, Stage.HELD, self.clock.now(), word=word)

    def release(self, order: Order) -> None:
        """Let go on what was held, from where it was; before it was all there, stock is looked for anew."""
        if order.stage is not Stage.HELD:
            raise NotNow(f"order {order.ref} is not held")
        order.reasons, now = [], self.clock.now()
        if order.held_from < Stage.ALLOCATED:
            self.move_to(order, Stage.RECEIVED, now)
            self._await_stock(order)
        else:
            self.move_to(order, order.held_from, now)
            self._set_to_work(order, now)

    def end(self, order: Order, stage: Stage, *, reasons: Sequence[str] = (), word: str = "") -> None:
        """Cancel or reject an order that has not left."""
        if not order.open or order.despatches:
            raise NotNow(f"order {order.ref} is {order.stage.word}")
        self._give_back(order)
        order.reasons = list(reasons)
        self.move_to(order, stage, self.clock.now(), word=word)
        self.stock_arrived()

    # ---- splitting

    def split(self, order: Order, keep: Mapping[int, int]) -> Order:
        """Leave so many units per line with an order; the rest becomes the next part of its family."""
        lines = [self._split_off(line, line.outstanding - keep.get(line.id, 0)) for line in order.lines]
        order.lines = [line for line in order.lines if line.quantity]
        draft = Draft(
            ref=order.ref,
            lines=[line for line in lines if line is not None],
            told=dict(order.told),
            carrier=order.carrier,
            service=order.service,
            currency=order.currency,
        )
        part = self._enter(draft)
        part.family, part.part, part.stage = order.family, order.parts + 1, order.stage
        family = self.family(order)
        for member in family:
            member.parts, member.changed_at = len(family), self.clock.now()
        return part

    def _split_off(self, line: Line, units: int) -> Line | None:
        if not units:
            return None
        rest = self.line(line.sku, units, unit_price=line.unit_price, told=line.told)
        line.quantity -= units
        rest.allocated = max(0, line.allocated - line.outstanding)
        line.allocated -= rest.allocated
        return rest

    def family(self, order: Order) -> list[Order]:
        """Give all parts of an order, itself among them."""
        return [member for member in self.by_ref[order.ref] if member.family == order.family]

    # ---- work

    def set_all_to_work(self) -> None:
        """Begin with every order that could go on, as the switches say."""
        for order in self.orders.values():
            self._set_to_work(order, order.changed_at)

    def _set_to_work(self, order: Order, at: datetime) -> None:
        if not self.switches.works_by_itself or order.id in self._at_work:
            return
        if (seconds := self._seconds_to_next_step(order)) is not None:
            self._at_work.add(order.id)
            self.later(seconds, lambda due: self._take_a_step(order, due), after=at)

    def _seconds_to_next_step(self, order: Order) -> float | None:
        switches = self.switches
        if order.stage in (Stage.ALLOCATED, Stage.RELEASED):
            return switches.pick_after_seconds
        if order.stage in (Stage.PICKING, Stage.PICKED):
            return switches.pack_after_seconds
        if order.stage is Stage.PACKED:
            return switches.despatch_after_seconds
        if order.stage is Stage.PART_DESPATCHED and any(line.allocated for line in order.lines):
            return switches.pick_after_seconds + switches.pack_after_seconds + switches.despatch_after_seconds
        return None

    def _take_a_step(self, order: Order, at: datetime) -> None:
        self._at_work.discard(order.id)
        if not self.switches.works_by_itself:
            return
        if order.stage in (Stage.ALLOCATED, Stage.RELEASED):
            self.move_to(order, Stage.PICKING, at)
        elif order.stage in (Stage.PICKING, Stage.PICKED):
            self.move_to(order, Stage.PACKED, at)
        elif order.stage in (Stage.PACKED, Stage.PART_DESPATCHED):
            chosen = [(line, line.allocated) for line in order.lines if line.allocated]
            if chosen:
                self._send(order, chosen, parcels=1, at=at, tracking=None)
        self._set_to_work(order, at)

    def carry(self, order: Order, stage: Stage) -> bool:
        """Carry an order as far as a stage, at once; says whether it got there."""
        self.tick()
        if order.stage < Stage.ALLOCATED or not any(line.allocated for line in order.lines):
            return False
        if stage is Stage.DESPATCHED:
            self.despatch(order)
        elif order.stage < stage:
            self.move_to(order, stage, self.clock.now())
        return order.stage >= stage

    # ---- despatching

    def despatch(
        self,
        order: Order,
        *,
        quantities: Mapping[str, int] | None = None,
        parcels: int = 1,
        tracking: str | None = None,
    ) -> Despatch:
        """Send an order now: all that is promised to it, or only so many units of the SKUs named.

        `tracking` is "now", "later" (until it is told to arrive) or "never"; by default the switches decide.

        Raises:
            NotNow: it is held or over, nothing of it is there, or this warehouse sends nothing in part.
        """
        if not order.open or order.stage is Stage.HELD:
            raise NotNow(f"order {order.ref} is {order.stage.word}")
        chosen = _at_most([(line, line.allocated) for line in order.lines if line.allocated], quantities)
        if not chosen:
            raise NotNow(f"nothing of order {order.ref} can leave, it is {order.stage.word}")
        units = {line.id: taken for line, taken in chosen}
        if any(units.get(line.id, 0) < line.outstanding for line in order.lines):
            if self.switches.partial_style == "none":
                raise NotNow(f"order {order.ref} leaves as a whole or not at all")
            if self.switches.partial_style == "parts":
                self._leave_behind(order, units)
        return self._send(order, chosen, parcels=parcels, at=self.clock.now(), tracking=tracking)

    def _leave_behind(self, order: Order, units: Mapping[int, int]) -> None:
        rest, now = self.split(order, units), self.clock.now()
        if any(line.allocated < line.outstanding for line in rest.lines):
            self.move_to(rest, Stage.SHORT, now)
        else:
            self.move_to(rest, Stage.ALLOCATED, now)
            self._set_to_work(rest, now)

    def despatch_unknown(self, ref: str, sku: str, quantity: int = 1) -> Despatch:
        """Send a parcel for an order that no client put in: somebody wrote it at the warehouse."""
        line = self.line(sku, quantity)
        order = self._enter(Draft(ref=ref, lines=[line]))
        order.by_hand = True
        if sku in self.stock.articles:
            self.stock.move(self.stock.articles[sku], on_hand=-quantity, why="despatched")
        line.despatched = quantity
        return self._record(order, [Content(sku, quantity, line.id)], parcels=1, at=self.clock.now(), tracking=None)

    def _send(
        self, order: Order, chosen: Sequence[tuple[Line, int]], *, parcels: int, at: datetime, tracking: str | None
    ) -> Despatch:
        for line, units in chosen:
            self.stock.move(self.stock.articles[line.sku], on_hand=-units, allocated=-units, why="despatched")
            line.allocated -= units
            line.despatched += units
        contents = [Content(line.sku, units, line.id) for line, units in chosen]
        return self._record(order, contents, parcels=parcels, at=at, tracking=tracking)

    def _record(
        self, order: Order, contents: list[Content], *, parcels: int, at: datetime, tracking: str | None
    ) -> Despatch:
        despatch = self.bay.record(order, contents, parcels=parcels, at=at)
        done = not any(line.outstanding for line in order.lines)
        self.move_to(order, Stage.DESPATCHED if done else Stage.PART_DESPATCHED, at)
        self._plan_tracking(despatch, tracking, at)
        self.after_despatch(despatch)
        if not done:
            self._allocate(order, at)
        return despatch

    def _plan_tracking(self, despatch: Despatch, tracking: str | None, at: datetime) -> None:
        if tracking is None:
            missing = self.switches.tracking_missing_probability
            tracking = "never" if missing and self.random.random() < missing else "now"
            if tracking == "now" and self.switches.tracking_delay_seconds:
                self.later(self.switches.tracking_delay_seconds, lambda due: self.bay.track(despatch, due), after=at)
                return
        if tracking == "now":
            self.bay.track(despatch, at)


def _plain(ref: str) -> str:
    return ref.strip().casefold()


def _at_most(chosen: list[tuple[Line, int]], quantities: Mapping[str, int] | None) -> list[tuple[Line, int]]:
    """Cut a choice down to so many units of each SKU; what is not named stays behind."""
    if quantities is None:
        return chosen
    left, cut = dict(quantities), []
    for line, units in chosen:
        take = min(units, left.get(line.sku, 0))
        if take:
            left[line.sku] -= take
            cut.append((line, take))
    return cut
