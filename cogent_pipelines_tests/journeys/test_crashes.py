"""The process dies at any request, before it is sent or after the vendor acted; a fresh one settles what it finds."""

import pytest

from cogent_pipelines.ledger.fulfilments import Fulfilments
from cogent_pipelines.ledger.sales_orders import SalesOrders
from cogent_pipelines.ledger.stock_publications import StockPublications
from cogent_pipelines_tests.journeys.verdict import faults
from cogent_pipelines_tests.journeys.wire import Died

HEADERS, LINES = "SaveData:Sales orders", "SaveData:Sales order items"
WRITES = {
    "headers": (HEADERS, 0),
    "lines": (LINES, 0),
    "release": (HEADERS, 1),
    "a parcel": ("fulfillmentCreate", 0),
    "a parcel's tracking": ("fulfillmentTrackingInfoUpdate", 0),
    "stock": ("inventorySetQuantities", 0),
}
RECORDS = {
    "the order's intent": (SalesOrders, "intend"),
    "the order's outcome": (SalesOrders, "record"),
    "the parcel's outcome": (Fulfilments, "record"),
    "the figure's outcome": (StockPublications, "record"),
}


def trade(world):
    """Three orders, one of them in a parcel without tracking at first, and goods that come in."""
    orders = [world.place(("TEE-S", 2), ("COAT-L", 1)) for _ in range(3)]
    world.tenant.warehouse.adjust_stock("SOCK-M", by=9)
    return orders


def run_until_it_dies(world) -> bool:
    try:
        for _ in range(12):
            world.work()
            world.clock.advance(31)
            world.tenant.tick()
            for order in list(world.tenant.warehouse.orders.values()):
                if order.open and order.lines and not order.held:
                    world.tenant.warehouse.floor.despatch(order.number, tracking="later")
            if world.clock.now().minute >= 3:
                world.tenant.warehouse.floor.tracking_arrives()
    except Died:
        return True
    return False


@pytest.mark.parametrize("acted", [False, True], ids=["before it is sent", "after the vendor acted"])
@pytest.mark.parametrize("write", WRITES)
def test_a_process_that_dies_at_a_write_leaves_nothing_lost_and_nothing_doubled(make_world, write, acted):
    """Intent, call, outcome: whichever is missing, the next process reads back first."""
    world = make_world(works_by_itself=False, settings={"fulfilment": {"tracking_grace_minutes": 1}})
    orders = trade(world)
    operation, after = WRITES[write]
    world.dies(operation, after=after, acted=acted)

    died = run_until_it_dies(world)
    world.restart()
    world.run_until_quiet()
    world.tenant.warehouse.work()
    world.tenant.warehouse.floor.tracking_arrives()
    world.run_until_quiet()

    assert died
    assert ([], set()) == (faults(world), world.cases())
    assert {"FULFILLED"} == {order.fulfilment_status for order in orders}


@pytest.mark.parametrize("record", RECORDS)
def test_a_process_that_dies_before_it_writes_down_what_happened(make_world, monkeypatch, record):
    """The vendor answered, and the answer died with the process."""
    world = make_world(works_by_itself=False)
    orders = trade(world)
    noun, method = RECORDS[record]

    def dies(*_args, **_more):
        raise Died(method)

    monkeypatch.setattr(noun, method, dies)
    died = run_until_it_dies(world)
    monkeypatch.undo()
    world.restart()
    world.run_until_quiet()
    world.tenant.warehouse.work()
    world.tenant.warehouse.floor.tracking_arrives()
    world.run_until_quiet()

    assert died
    assert ([], set()) == (faults(world), world.cases())
    assert {"FULFILLED"} == {order.fulfilment_status for order in orders}
