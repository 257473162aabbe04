"""A day on which everything goes wrong, by seed: whatever is lost, late, doubled, half done or dead, the books are right."""

from contextlib import suppress
from random import Random

import pytest

from cogent_pipelines.simulators.peoplevox.floor import NothingToDespatch
from cogent_pipelines.simulators.shopify.ordering import OutOfStock
from cogent_pipelines_tests.journeys import shopkeeper
from cogent_pipelines_tests.journeys.verdict import faults
from cogent_pipelines_tests.journeys.wire import Died
from cogent_pipelines_tests.journeys.world import World

SKUS = ("TEE-S", "TEE-M", "COAT-L", "SOCK-M", "KNIT-XL", "SCARF-S")
SHOP_CALLS = ("nodes", "orders", "fulfillmentCreate", "inventorySetQuantities", "fulfillmentTrackingInfoUpdate", "*")
TENANT_CALLS = ("SaveData", "SaveData:Sales orders", "SaveData:Sales order items", "GetData", "GetReportData", "*")
WRITES = (
    "SaveData:Sales orders",
    "SaveData:Sales order items",
    "fulfillmentCreate",
    "fulfillmentTrackingInfoUpdate",
    "inventorySetQuantities",
)
MANNERS = (
    "time_out_after_acting",
    "time_out_before_acting",
    "fail_after_acting",
    "answer_html",
    "expire_token",
    "refuse_before_acting",
    "throttle",
)


class Day:
    """Every step is one thing that may happen; which one comes next is up to the seed."""

    def __init__(self, world: World, seed: int) -> None:
        self.world, self.random = world, Random(seed)
        self.deaths = 0

    def go_on(self, steps: int) -> None:
        happenings = [
            *[self.somebody_buys] * 5,
            *[self.we_work] * 8,
            *[self.a_vendor_stumbles] * 2,
            self.events_go_astray,
            self.goods_move,
            *[self.a_parcel_leaves] * 2,
            self.numbers_arrive,
            self.a_note_is_written,
            self.the_process_may_die,
            *[self.time_passes] * 4,
        ]
        for _ in range(steps):
            self.random.choice(happenings)()
            self.world.clock.advance(0.2)

    def come_to_rest(self) -> None:
        """Nothing goes wrong any more, nobody buys; the warehouse sends what it has."""
        world = self.world
        world.shop.faults.clear()
        world.tenant.faults.clear()
        world.restart()
        world.run_until_quiet()
        world.tenant.warehouse.work()
        world.tenant.warehouse.floor.tracking_arrives()
        world.run_until_quiet()

    def somebody_buys(self) -> None:
        wanted = self.random.sample(SKUS, self.random.randint(1, 3))
        with suppress(OutOfStock):
            self.world.place(*((sku, self.random.randint(1, 3)) for sku in wanted))

    def we_work(self) -> None:
        try:
            self.world.work()
        except Died:
            self.deaths += 1
            self.world.restart()

    def a_vendor_stumbles(self) -> None:
        vendor, calls = self.random.choice([(self.world.shop, SHOP_CALLS), (self.world.tenant, TENANT_CALLS)])
        fault = getattr(vendor.faults, self.random.choice(MANNERS))
        fault(self.random.choice(calls), times=self.random.randint(1, 3), probability=self.random.choice([0.3, 1.0]))
        if vendor is self.world.tenant and self.random.random() < 0.3:
            vendor.faults.half_done("SaveData", done=self.random.randint(1, 4), form=self.random.choice(["answer", "lost"]))

    def events_go_astray(self) -> None:
        vendor = self.random.choice([self.world.shop, self.world.tenant])
        what = self.random.choice(["lose_events", "duplicate_events", "reorder_events", "forge_signatures"])
        if vendor is self.world.shop or what != "forge_signatures":
            getattr(vendor.faults, what)("*", times=self.random.randint(1, 4))

    def goods_move(self) -> None:
        self.world.tenant.warehouse.adjust_stock(self.random.choice(SKUS), by=self.random.randint(1, 8))

    def a_parcel_leaves(self) -> None:
        ready = [order for order in self.world.tenant.warehouse.orders.values() if order.open and not order.held]
        if not ready:
            return
        order = self.random.choice(ready)
        some = {line.item_code: 1 for line in order.lines.values()} if self.random.random() < 0.5 else None
        with suppress(NothingToDespatch):
            tracking = self.random.choice(["now", "now", "later"])
            self.world.tenant.warehouse.floor.despatch(order.number, quantities=some, tracking=tracking)

    def numbers_arrive(self) -> None:
        self.world.tenant.warehouse.floor.tracking_arrives()

    def a_note_is_written(self) -> None:
        orders = list(self.world.shop.shop.orders.values())
        if orders and not self.world.shop.faults.all():
            shopkeeper.write_note(self.world, self.random.choice(orders), f"note {self.random.random()}")

    def the_process_may_die(self) -> None:
        self.world.dies(self.random.choice(WRITES), after=self.random.randint(0, 2), acted=self.random.random() < 0.5)

    def time_passes(self) -> None:
        self.world.clock.advance(self.random.choice([1, 10, 61, 61, 400]))


@pytest.mark.parametrize("seed", range(4))
def test_a_day_on_which_everything_goes_wrong_ends_with_both_books_right(make_world, seed):
    """Nothing lost, nothing doubled, nothing oversold, no case left over."""
    world = make_world(works_by_itself=False)
    for sku in SKUS:
        world.tenant.warehouse.set_stock(sku, on_hand=25)
    world.run_until_quiet()
    day = Day(world, seed)

    day.go_on(120)
    day.come_to_rest()

    assert ([], set()) == (faults(world), world.cases())
    assert {"FULFILLED"} == {order.fulfilment_status for order in world.shop.shop.orders.values()}
