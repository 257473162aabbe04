"""A pair's world, made for schedules: few goods, a process that can die anywhere, a wire that remembers, and a diary."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from typing import Any

from cogent_pipelines.connections.settings import ConnectionSettings
from cogent_pipelines.simulators.common.catalogue import seeded_products
from cogent_pipelines.simulators.common.faults import FaultBook
from cogent_pipelines.simulators.common.trade import Goods, NotPossible, ShopBooks, ShopOrder, WarehouseBooks, WarehouseOrder
from cogent_pipelines_tests.faults.deaths import Reaper
from cogent_pipelines_tests.faults.mortal import MortalWorld
from cogent_pipelines_tests.faults.pairs.diary import Diary
from cogent_pipelines_tests.faults.pairs.drawing import SKUS
from cogent_pipelines_tests.faults.pairs.router import BACK, FRONT, PairRouter
from cogent_pipelines_tests.faults.schedule import Schedule
from cogent_pipelines_tests.journeys.neutral import SEED
from cogent_pipelines_tests.matrix.judge import stands_for
from cogent_pipelines_tests.matrix.world import PairWorld


class PairFaultWorld(MortalWorld, PairWorld):
    """One schedule's world. `orders` are the references of what was bought, by the schedule's own names."""

    router: PairRouter

    def __init__(self, ledger_url: str, schedule: Schedule, reaper: Reaper) -> None:
        self.schedule = schedule
        self.reaper = reaper
        self.orders: dict[str, str] = {}
        self.unpaid: set[str] = set()
        self.short: dict[str, int] = {}
        self.diary = Diary()
        super().__init__(ledger_url, schedule.pair)
        self.outage_until = self.clock.now()

    def _open_vendors(self) -> dict[str, object]:
        apps = super()._open_vendors()
        articles = [item for item in seeded_products(SEED) if item.sku in SKUS]
        goods = [
            Goods(item.sku, f"{item.title} {item.size}", item.price_minor, stock=self.schedule.stock[item.sku])
            for item in articles
        ]
        self.floor.stock(goods)
        self.shop.sell(goods)
        self.floor.work_by_itself(seconds=None)
        return apps

    def _settings(self, changes: Mapping[str, Any]) -> ConnectionSettings:
        pages = {"storefront": self.front.short_pages, "warehouse": self.back.short_pages}
        return super()._settings({**changes, **pages})

    def _wire(self, apps: dict[str, object]) -> PairRouter:
        router = PairRouter(self.clock, apps, self.reaper)
        router.sides = {**dict.fromkeys(self.front.hosts, FRONT), **dict.fromkeys(self.back.hosts, BACK)}
        router.books = dict(zip((FRONT, BACK), self.fault_books(), strict=True))
        sides = {FRONT: self.front, BACK: self.back}
        router.fixed = frozenset(side for side, vendor in sides.items() if vendor.has_fixed_token)
        router.before, router.after = self._before_a_call, self._after_a_call
        return router

    # ---- what is true, and was

    def fault_books(self) -> tuple[FaultBook, FaultBook]:
        return self.front.simulator.faults, self.back.simulator.faults

    def write_down(self) -> tuple[ShopBooks, WarehouseBooks]:
        """Note how things are now, in the diary."""
        shop, warehouse = self.shop_books(), self.floor.books()
        self.diary.of_shop(shop, self.clock.now())
        self.diary.of_warehouse(warehouse, self.clock.now())
        return shop, warehouse

    def _before_a_call(self, operation: str) -> None:
        if operation.startswith(FRONT):
            self._offered, _ = self.write_down()

    def _after_a_call(self, operation: str) -> None:
        if operation.startswith(FRONT):
            offered = self.shop_books()
            self.diary.of_call(self._offered, offered, self.clock.now())
        else:
            self.diary.of_warehouse(self.floor.books(), self.clock.now())

    def shop_books(self) -> ShopBooks:
        """The shop's books, without orders that are none yet because nobody has paid (`Side.unpaid_is_an_order`)."""
        books = self.shop.books()
        if self.front.unpaid_is_an_order:
            return books
        return replace(books, orders=tuple(order for order in books.orders if order.ref not in self.unpaid))

    def order(self, name: str) -> ShopOrder | None:
        """What was bought under this name."""
        ref = self.orders.get(name)
        return next((order for order in self.shop.books().orders if order.ref == ref), None)

    def sold(self, order: ShopOrder) -> WarehouseOrder | None:
        """The sales order that stands for it, once it may be picked."""
        return next(
            (each for each in self.floor.books().sales_orders if each.released and stands_for(each.ref, order)), None
        )

    def send_all(self, ref: str) -> None:
        """What can leave of an order leaves; one in parts part by part."""
        with suppress(NotPossible):
            while True:
                self.floor.despatch(ref)

    # ---- time

    def happens_by_itself(self) -> None:
        self.floor.tick()
        self.write_down()

    def come_to_rest(self) -> None:
        self.router.strikes.clear()
        self.clock.advance(to=max(self.clock.now(), self.outage_until))
        super().come_to_rest()

    def settle(self) -> None:
        if not self.front.tracking_can_follow:
            # Waiting until nothing is due would wait for the end of the grace.
            self.floor.tracking_arrives()
        self.run_until_quiet()
        self.short = dict(self.floor.books().short)
        for sku, units in self.short.items():
            self.floor.adjust(sku, by=units)
        self.clock.advance(self.back.parcel_gap_seconds)
        for sold in self.floor.books().sales_orders:
            self.send_all(sold.ref)
        self.clock.advance(self.back.parcels_grow_seconds)
        self.run_until_quiet()
        self.floor.tracking_arrives()
        self.run_until_quiet()
        self.write_down()

    # ---- what ours says of it

    def watermarks(self) -> dict[str, datetime]:
        return dict(self.asked("select feed, up_to from watermark"))
