"""Stock: the shop offers what is free, no more and no less, whoever buys while nobody looks."""

from contextlib import suppress
from random import Random

import pytest

from cogent_pipelines.simulators.shopify.ordering import OutOfStock
from cogent_pipelines_tests.journeys import shopkeeper
from cogent_pipelines_tests.journeys.verdict import faults
from cogent_pipelines_tests.journeys.world import World


def try_to_buy(world: World, sku: str, units: int) -> None:
    with suppress(OutOfStock):
        world.place((sku, units))


def few(world: World, sku: str, units: int) -> None:
    world.tenant.warehouse.set_stock(sku, on_hand=units)


def test_orders_that_come_between_snapshot_and_publication_are_not_sold_again(world, monkeypatch):
    """The figure was read before they were placed: the storefront does not believe it, and the sum is done again."""
    world.run_until_quiet()
    few(world, "TEE-S", 5)
    run = world.runs["stock_publication"]
    read = type(run)._read_stock

    def read_and_sell(self):
        report = read(self)
        for _ in range(3):
            try_to_buy(world, "TEE-S", 1)
        return report

    monkeypatch.setattr(type(run), "_read_stock", read_and_sell)
    world.clock.advance(61)
    world.work()
    monkeypatch.undo()
    for _ in range(6):
        try_to_buy(world, "TEE-S", 1)
        world.work()
        world.clock.advance(20)
    world.run_until_quiet()

    assert ([], set()) == (faults(world), world.cases())


@pytest.mark.parametrize("seed", range(3))
def test_a_busy_day_with_little_stock_sells_nothing_twice(world, seed):
    """Goods come and go at the warehouse, buyers take the last ones, and every answer may be late."""
    random = Random(seed)
    world.run_until_quiet()
    skus = ("TEE-S", "COAT-L", "SOCK-M")
    for sku in skus:
        few(world, sku, 6)
    world.clock.advance(61)
    world.work()
    world.shop.faults.time_out_after_acting("inventorySetQuantities", times=3, probability=0.3)
    world.shop.faults.lose_events("orders/*", times=6, probability=0.3)

    for _ in range(40):
        for _ in range(random.randint(0, 2)):
            try_to_buy(world, random.choice(skus), random.randint(1, 3))
        if random.random() < 0.15:
            world.tenant.warehouse.adjust_stock(random.choice(skus), by=random.randint(1, 5))
        if random.random() < 0.6:
            world.work()
        world.clock.advance(random.choice([1, 7, 30, 61]))
    world.run_until_quiet()

    assert [] == faults(world)


def test_goods_that_come_in_are_on_sale_within_the_next_look(world):
    """An event wakes the flow; nobody waits for the night."""
    world.run_until_quiet()
    level = next(each for each in world.shop.shop.levels.values() if each.item.variant.sku == "TEE-S")
    before = level.available

    world.tenant.warehouse.receiving.receive_goods("TEE-S", 25)
    world.clock.advance(6)
    world.work()

    assert before + 25 == level.available
    world.run_until_quiet()
    assert [] == faults(world)


def test_stock_that_somebody_changed_in_the_shop_is_put_right(world):
    """A count typed into the wrong window lasts until the storefront's figures are compared."""
    world.run_until_quiet()
    level = next(each for each in world.shop.shop.levels.values() if each.item.variant.sku == "COAT-L")
    level.available += 500
    world.clock.advance(21 * 3600)

    world.work()
    world.run_until_quiet()

    assert [] == faults(world)


def test_units_that_a_cancellation_puts_back_on_sale_though_they_have_left_are_taken_off_again(make_world):
    """The shop restocks by itself; only its own figure shows that, and the next day would be too late."""
    world = make_world(works_by_itself=False)
    order = world.place(("TEE-S", 3))
    world.run_until_quiet()
    world.tenant.warehouse.work()

    shopkeeper.cancel(world, order)
    world.run_until_quiet()

    assert [] == [said for said in faults(world) if "offers" in said]


def test_a_shortage_is_over_when_goods_come_in_for_the_order_that_waited(make_world):
    """What is free stays at nothing, so nothing is told; the case closes all the same."""
    world = make_world(works_by_itself=False)
    world.tenant.warehouse.set_stock("TEE-S", on_hand=2)
    world.run_until_quiet()
    world.place(("TEE-S", 2))
    world.tenant.warehouse.adjust_stock("TEE-S", by=-1)
    world.tenant.warehouse.adjust_stock("COAT-L", by=1)
    for flow in ("order_capture", "stock_publication"):
        world.deliver()
        world.clock.advance(61)
        world.run(flow)
    during = world.cases()

    world.run("order_injection")
    world.tenant.warehouse.adjust_stock("TEE-S", by=1)
    world.run_until_quiet()

    assert ({"oversold"}, set()) == (during, world.cases())
