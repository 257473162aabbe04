"""Our machine's clock goes back by an hour, while the vendors' go on: nothing waits for that hour to pass again."""

from datetime import timedelta

import pytest

from cogent_pipelines_tests.journeys.verdict import faults

AN_HOUR = timedelta(hours=1)


@pytest.fixture
def stepped(world):
    """A world with orders of every age in it, whose own clock has just gone back."""
    world.run_until_quiet()
    world.orders = [world.place(("TEE-S", 1))]
    for _ in range(3):
        world.work()
        world.clock.advance(20)
    world.tenant.outage(40)
    world.orders.append(world.place(("COAT-L", 1)))
    world.work()
    world.tenant.warehouse.adjust_stock("TEE-S", by=7)
    world._ours.offset = -AN_HOUR
    world.orders.append(world.place(("TEE-S", 2)))
    return world


def test_orders_parcels_and_stock_go_on_within_minutes(stepped):
    """Those that had been put off, and those that come now."""
    until = stepped.clock.now() + timedelta(minutes=10)
    while stepped.clock.now() < until:
        stepped.work()
        stepped.clock.advance(5)

    assert {"FULFILLED"} == {order.fulfilment_status for order in stepped.orders}
    assert [] == faults(stepped)


def test_a_process_that_begins_after_the_step_finds_nothing_in_its_way(stepped):
    stepped.restart()

    stepped.run_until_quiet()

    assert ([], set()) == (faults(stepped), stepped.cases())
    assert {"FULFILLED"} == {order.fulfilment_status for order in stepped.orders}
