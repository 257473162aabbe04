"""The demo's day in nobody's words, let happen on a clock that nobody waits for.

The same orders at the same parts of the day, and the same troubles: an article that the warehouse has not got, one that it
spells otherwise, a missing postcode, a split shipment, a parcel whose tracking comes later, a despatch that nobody knows, a
webhook that is lost, one that comes four times, an outage, a sale of more than there is.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from cogent_pipelines.local_stack.demo import troubles
from cogent_pipelines.local_stack.demo.catalogue import TWO_PARCELS, Article
from cogent_pipelines.local_stack.demo.plan import Placed, Plan, plan
from cogent_pipelines.simulators.common.trade import Buyer, Goods, NotPossible, ShopOrder, WantedLine, WarehouseOrder, Wish
from cogent_pipelines_tests.matrix.judge import stands_for
from cogent_pipelines_tests.matrix.world import PairWorld

_DAY_SECONDS = 6 * 3600.0
_STEP_SECONDS = 120.0
_OUTAGE_SECONDS = 600.0
_WORK_SECONDS = 900.0
_EVENING_STEPS = 60
_UNKNOWN_ORDER = "9990001112223"
_LOST = {"kind": "lose_event", "operation": "*"}
_REPEATED = {"kind": "duplicate_event", "operation": "*", "copies": 4}


@dataclass(slots=True)
class Happened:
    """`planted` are the orders of each trouble; `refused` were not sold because too few were left."""

    placed: list[ShopOrder] = field(default_factory=list)
    refused: int = 0
    planted: dict[str, list[ShopOrder]] = field(default_factory=dict)


class Day:
    """One day under way in one world."""

    def __init__(self, world: PairWorld, *, seed: int, orders: int) -> None:
        self.world = world
        self.plan: Plan = plan(seed, orders=orders)
        self.happened = Happened()
        self._by_hand: list[tuple[str, ShopOrder]] = []

    def happen(self) -> Happened:
        """Open for business, let the day pass, and settle."""
        self._open()
        began = self.world.clock.now()
        for part, act in sorted(self._moments(), key=lambda moment: moment[0]):
            while (self.world.clock.now() - began).total_seconds() < part * _DAY_SECONDS:
                self._work()
                self.world.clock.advance(_STEP_SECONDS)
            act()
        self._settle()
        return self.happened

    def _open(self) -> None:
        articles = self.plan.articles
        self.world.floor.stock([_at_the_warehouse(a) for a in articles if a.warehouse_sku is not None])
        self.world.shop.sell([Goods(a.sku, a.title, a.price, stock=a.stock - a.arrived) for a in articles])
        self.world.floor.work_by_itself(seconds=_WORK_SECONDS)

    def _moments(self) -> Iterable[tuple[float, Callable[[], None]]]:
        begins = self.plan.outage[0] / self.plan.seconds
        articles, floor = self.plan.articles, self.world.floor
        for moment in self.plan.placed:
            yield moment.at / self.plan.seconds, self._placing(moment)
        yield 0.3, lambda: floor.adjust(articles[0].sku, by=25)
        yield 0.5, lambda: floor.despatch_unknown(_UNKNOWN_ORDER, sku=articles[3].sku)
        yield 0.55, lambda: floor.adjust(articles[1].sku, by=-5)
        yield begins, lambda: floor.outage(_OUTAGE_SECONDS)
        yield 0.8, lambda: floor.adjust(articles[2].sku, by=40)
        yield 1.0, lambda: None

    def _placing(self, moment: Placed) -> Callable[[], None]:
        return lambda: self._place(moment)

    def _place(self, moment: Placed) -> None:
        trouble = moment.trouble
        rule = {troubles.LOST_WEBHOOK: _LOST, troubles.REPEATED_WEBHOOK: _REPEATED}.get(trouble) if trouble else None
        faults = self.world.front.simulator.faults
        fault = faults.add_from_json({**rule, "times": None}) if rule else None
        order = self.world.shop.place(wish_of(moment.spec, self.plan.articles))
        if fault is not None:
            faults.clear(fault.id)
        if order is None:
            self.happened.refused += 1
            return
        self.happened.placed.append(order)
        if trouble is not None:
            self.happened.planted.setdefault(trouble.name, []).append(order)
        if trouble in (troubles.SPLIT_SHIPMENT, troubles.LATE_TRACKING):
            self._by_hand.append((trouble.name, order))

    # ---- meanwhile

    def _work(self) -> None:
        self.world.work()
        if self._by_hand:
            there = self.world.floor.books().sales_orders
            self._by_hand = [(name, order) for name, order in self._by_hand if not self._sent(name, order, there)]

    def _sent(self, trouble: str, order: ShopOrder, there: Iterable[WarehouseOrder]) -> bool:
        """What a person at the warehouse does once the order has got there; says whether it is done with."""
        sold = next((each for each in there if each.released and stands_for(each.ref, order)), None)
        if sold is None:
            return False
        how: dict[str, Any] = (
            {"tracking": "later"} if trouble == troubles.LATE_TRACKING.name else {"quantities": {TWO_PARCELS.sku: 1}}
        )
        try:
            self.world.floor.despatch(sold.ref, **how)
        except NotPossible:
            # It has left by itself already.
            return True
        return True

    def _settle(self) -> None:
        if not self.world.front.tracking_can_follow:
            for _ in range(_EVENING_STEPS):
                self._work()
                self.world.clock.advance(_STEP_SECONDS)
            self.world.floor.tracking_arrives()
        self.world.run_until_quiet()
        self.world.floor.tracking_arrives()
        self.world.run_until_quiet()


def _at_the_warehouse(article: Article) -> Goods:
    return Goods(article.warehouse_sku or article.sku, article.title, article.price, stock=article.stock)


def wish_of(spec: Mapping[str, Any], articles: Iterable[Article]) -> Wish:
    """The demo's order, in nobody's words: a percentage off becomes the pence that it is."""
    prices = {article.sku: article.price for article in articles}
    lines = tuple(WantedLine(line["sku"], line["quantity"]) for line in spec["lines"])
    goods = sum(prices[line.sku] * line.quantity for line in lines)
    percent = sum(discount.get("percentage", 0) for discount in spec.get("discounts", ()))
    address = spec["shipping_address"]
    return Wish(
        lines=lines,
        buyer=Buyer(
            name=f"{address['first_name']} {address['last_name']}",
            company=spec.get("company", {}).get("name", ""),
            line1=address["address1"],
            city=address["city"],
            postcode=address.get("zip", ""),
            country_code=address["country_code"],
            email=spec["email"],
        ),
        shipping_minor=round(float(spec["shipping"]["price"]) * 100),
        discount_minor=goods * percent // 100,
        trade="company" in spec,
    )
