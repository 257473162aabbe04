"""Lets a planned day happen at the two stand-ins, in real time.

Orders are placed when the plan says, and what a person at the warehouse would do is done when the order has got there.
Nothing here looks at our own side: the day neither knows nor cares who carries its orders.
"""

import time
from collections.abc import Callable, Iterable, Mapping
from contextlib import nullcontext
from dataclasses import dataclass, field
from typing import Any

from cogent_pipelines.local_stack.demo import troubles
from cogent_pipelines.local_stack.demo.catalogue import TWO_PARCELS
from cogent_pipelines.local_stack.demo.plan import Placed, Plan
from cogent_pipelines.local_stack.demo.troubles import Trouble
from cogent_pipelines.local_stack.demo.vendors import Shop, StandInRefused, Warehouse, is_of

# A warehouse in fast time: an order is picked, packed and gone within eight seconds, and the vendor's fifteen calls in
# fifteen seconds are fifteen calls in three quarters of one.
PICK_SECONDS, PACK_SECONDS, DESPATCH_SECONDS = 4.0, 2.0, 2.0
RATE_LIMIT_SECONDS = 0.75
LOOK_SECONDS = 0.5
UNKNOWN_ORDER = "9990001112223"
_EVENT_FAULTS: Mapping[str, Mapping[str, Any]] = {
    troubles.LOST_WEBHOOK.name: {"kind": "lose_event", "operation": "*"},
    troubles.REPEATED_WEBHOOK.name: {"kind": "duplicate_event", "operation": "orders/*", "copies": 4},
}


@dataclass(slots=True)
class Happened:
    """What came of the plan. Orders are the shop's own records as it gave them when they were placed."""

    planted: dict[str, list[Mapping[str, Any]]] = field(default_factory=dict)
    placed: int = 0
    refused: int = 0
    first_acknowledged: float | None = None
    """Seconds from the start of the stack."""

    def orders_of(self, trouble: Trouble) -> list[Mapping[str, Any]]:
        return self.planted.get(trouble.name, [])


def open_for_business(plan: Plan, shop: Shop, warehouse: Warehouse) -> None:
    """Stock both sides with the same goods, but for what is planted, and let the warehouse work by itself."""
    decimals = {a.sku: a.warehouse_decimals for a in plan.articles if a.warehouse_decimals is not None}
    warehouse.switch(
        works_by_itself=True,
        pick_after_seconds=PICK_SECONDS,
        pack_after_seconds=PACK_SECONDS,
        despatch_after_seconds=DESPATCH_SECONDS,
        rate_limit_seconds=RATE_LIMIT_SECONDS,
        price_decimals_by_sku=decimals,
    )
    shop.switch(checkout_checks_stock=True, stock_history="none", plan="plus")
    warehouse.stock(plan.articles)
    shop.stock(plan.articles)


class Day:
    """One day under way."""

    def __init__(
        self,
        plan: Plan,
        shop: Shop,
        warehouse: Warehouse,
        *,
        say: Callable[[str], None],
        stack_seconds: Callable[[], float],
    ) -> None:
        self.plan = plan
        self.shop = shop
        self.warehouse = warehouse
        self.happened = Happened()
        self._say = say
        self._stack_seconds = stack_seconds
        self._by_hand: list[tuple[Trouble, Mapping[str, Any]]] = []

    def happen(self, meanwhile: Callable[[], None]) -> Happened:
        """Let the whole day pass. `meanwhile` is called often; it fails when a service has died."""
        began = time.monotonic()
        for at, act in self._moments():
            while (left := began + at - time.monotonic()) > 0:
                meanwhile()
                self._look()
                time.sleep(min(left, LOOK_SECONDS))
            act()
        return self.happened

    def look_until(self, done: Callable[[], bool], *, seconds: float, meanwhile: Callable[[], None]) -> bool:
        """Go on looking after the day, until something is so; says whether it ever was."""
        limit = time.monotonic() + seconds
        while time.monotonic() < limit:
            meanwhile()
            self._look()
            if done():
                return True
            time.sleep(LOOK_SECONDS)
        return False

    @property
    def by_hand_left(self) -> int:
        """Count the parcels that a person at the warehouse still means to send."""
        return len(self._by_hand)

    # ---- what happens when

    def _moments(self) -> list[tuple[float, Callable[[], None]]]:
        def placing(moment: Placed) -> Callable[[], None]:
            return lambda: self._place(moment)

        begins, ends = self.plan.outage
        length = self.plan.seconds
        moments: list[tuple[float, Callable[[], None]]] = [(moment.at, placing(moment)) for moment in self.plan.placed]
        moments += [
            (0.3 * length, lambda: self._adjust(0, by=25, reason="Goods in")),
            (0.5 * length, self._despatch_unknown),
            (0.55 * length, lambda: self._adjust(1, by=-5, reason="Stock check")),
            (begins, lambda: self._outage(ends - begins)),
            (0.8 * length, lambda: self._adjust(2, by=40, reason="Goods in")),
            (length, lambda: self._say("The day is over; what is under way settles.")),
        ]
        return sorted(moments, key=lambda moment: moment[0])

    def _place(self, moment: Placed) -> None:
        # The shop decides what becomes of an order's events while it takes the order, so the rule strikes that order alone.
        rule = _EVENT_FAULTS.get(moment.trouble.name) if moment.trouble else None
        with self.shop.fault(**rule) if rule else nullcontext():
            (order,) = self.shop.place([moment.spec])
        if order is None:
            self.happened.refused += 1
            return
        self.happened.placed += 1
        if moment.trouble is not None:
            self.happened.planted.setdefault(moment.trouble.name, []).append(order)
        if moment.trouble in (troubles.SPLIT_SHIPMENT, troubles.LATE_TRACKING):
            self._by_hand.append((moment.trouble, order))

    def _adjust(self, which: int, *, by: int, reason: str) -> None:
        self.warehouse.adjust(self.plan.articles[which].sku, by=by, reason=reason)

    def _despatch_unknown(self) -> None:
        self.warehouse.despatch_unknown(UNKNOWN_ORDER, item_code=self.plan.articles[3].sku)

    def _outage(self, seconds: float) -> None:
        self._say(f"The warehouse stops answering for {seconds:.0f} s.")
        self.warehouse.outage(seconds)

    # ---- what a person at the warehouse does once an order is there

    def _look(self) -> None:
        if self.happened.first_acknowledged is not None and not self._by_hand:
            return
        there = [order for order in self.warehouse.sales_orders().values() if order["lines"] and not order["held"]]
        if there and self.happened.first_acknowledged is None:
            self.happened.first_acknowledged = self._stack_seconds()
            self._say(f"First order at the warehouse after {self.happened.first_acknowledged:.0f} s.")
        self._by_hand = [
            (trouble, order) for trouble, order in self._by_hand if not self._sent_by_hand(trouble, order, there)
        ]

    def _sent_by_hand(self, trouble: Trouble, order: Mapping[str, Any], there: Iterable[Mapping[str, Any]]) -> bool:
        sales_order = next((found for found in there if is_of(found, order)), None)
        if sales_order is None:
            return False
        how: dict[str, Any] = (
            {"tracking": "later"} if trouble is troubles.LATE_TRACKING else {"quantities": {TWO_PARCELS.sku: 1}}
        )
        try:
            self.warehouse.despatch(sales_order["number"], **how)
        except StandInRefused as refused:
            self._say(f"{trouble.name} could not be arranged: {refused}")
        return True
