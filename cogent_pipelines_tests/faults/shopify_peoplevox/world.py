"""The world of the journeys, made for schedules: few goods, a process that can die anywhere, and a wire that remembers.

Everything runs in the order of the events, without threads of chance, so that a seed is the same story each time.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from decimal import Decimal
from typing import Any

from cogent_pipelines.simulators.common.catalogue import seeded_products
from cogent_pipelines.simulators.common.faults import FaultBook
from cogent_pipelines.simulators.peoplevox import PeoplevoxSimulator
from cogent_pipelines.simulators.peoplevox import Switches as TenantSwitches
from cogent_pipelines.simulators.peoplevox.seed import stock_tenant
from cogent_pipelines.simulators.shopify import ShopifySimulator
from cogent_pipelines.simulators.shopify import Switches as ShopSwitches
from cogent_pipelines.simulators.shopify.records import Order
from cogent_pipelines.simulators.shopify.seeded import catalogue
from cogent_pipelines_tests.faults.deaths import Reaper
from cogent_pipelines_tests.faults.mortal import MortalWorld
from cogent_pipelines_tests.faults.schedule import Schedule
from cogent_pipelines_tests.faults.shopify_peoplevox.drawing import SKUS, UNKNOWN_TO_THE_WAREHOUSE
from cogent_pipelines_tests.journeys.world import SEED, World

# Pages so short that every feed has several.
_SETTINGS = {"fulfilment": {"tracking_grace_minutes": 2}, "warehouse": {"page_size": 4}}


class FaultWorld(MortalWorld, World):
    """One schedule's world. `orders` are what was bought, by the schedule's own names."""

    def __init__(self, ledger_url: str, schedule: Schedule, reaper: Reaper) -> None:
        self.schedule = schedule
        self.reaper = reaper
        self.orders: dict[str, Order] = {}
        self.kept_until: dict[str, datetime | None] = {}
        lag = schedule.tenant.get("report_lag_seconds", 0.0)
        unlisted = schedule.shop.get("search_delay_seconds", 0.0)
        lags = {"stock": {"allocation_lag_seconds": lag}, "feeds": {"order_search_lag_seconds": unlisted}}
        super().__init__(ledger_url, settings={**_SETTINGS, **lags})

    def _vendors(self, switches: Mapping[str, Any]) -> tuple[ShopifySimulator, PeoplevoxSimulator]:
        del switches
        return self._shop(), self._tenant()

    def _shop(self) -> ShopifySimulator:
        switches = ShopSwitches(checkout_checks_stock=True, **self.schedule.shop)
        simulator = ShopifySimulator(seed=SEED, clock=self.clock, switches=switches, deliver=self._to_gateway)
        simulator.shop.add_location("Main warehouse", address={"city": "Tilbury", "countryCode": "GB"})
        sold = [{**row, "stock": self.schedule.stock[row["sku"]]} for row in catalogue(SEED) if row["sku"] in SKUS]
        unknown = {"sku": UNKNOWN_TO_THE_WAREHOUSE, "title": "Planter", "price": "12.50", "stock": 9}
        simulator.shop.add_products([*sold, unknown])
        return simulator

    def _tenant(self) -> PeoplevoxSimulator:
        switches = TenantSwitches(**self.schedule.tenant)
        given = {"clock": self.clock, "switches": switches, "deliver": self._event_to_gateway}
        simulator = PeoplevoxSimulator(seed=SEED, **given)
        stock_tenant(simulator.warehouse, tuple(item for item in seeded_products(SEED) if item.sku in SKUS))
        for sku, units in self.schedule.stock.items():
            level = simulator.warehouse.stock.level(sku, "PrimarySite")
            by = Decimal(units) - level.on_hand
            simulator.warehouse.stock.change(level, at=self.clock.now(), on_hand=by, activity="Stock check")
        return simulator

    def fault_books(self) -> tuple[FaultBook, FaultBook]:
        return self.shop.faults, self.tenant.faults

    def happens_by_itself(self) -> None:
        self.tenant.tick()

    def settle(self) -> None:
        self.runner.run(self.tenant.events.flush_held_back())
        self.run_until_quiet()
        self.tenant.warehouse.work()
        self.tenant.warehouse.floor.tracking_arrives()
        self.run_until_quiet()

    def name_of(self, order: Order) -> str:
        return next((name for name, each in self.orders.items() if each is order), "")

    @contextmanager
    def nobody_listens_in(self) -> Iterator[None]:
        """What others ask of the shop meanwhile is not for the fault book, which is about our calls."""
        book = self.shop.faults
        aside = [fault for fault in book._faults if not fault.kind.value.endswith("_event")]
        book._faults = [fault for fault in book._faults if fault not in aside]
        try:
            yield
        finally:
            book._faults = [*aside, *book._faults]
