"""A sale at a commercetools project, in each inventory mode, until the project offers what is left: judged by its books."""

from functools import partial
from random import Random

import pytest

from cogent_pipelines.canonical.connection import Connection
from cogent_pipelines.canonical.identity import connection_name
from cogent_pipelines.flows.order_capture import capture_by_poll
from cogent_pipelines.flows.stock_publication import publish_due_stock, read_stock_changes
from cogent_pipelines.ledger.database import Ledger
from cogent_pipelines.simulators.commercetools.ordering import Extras
from cogent_pipelines.simulators.common.trade import WantedLine, Wish
from cogent_pipelines_tests.contracts.benches import KNOWN
from cogent_pipelines_tests.contracts.commercetools_bench import CommercetoolsBench
from cogent_pipelines_tests.factories.stock_warehouse import StockWarehouse
from cogent_pipelines_tests.journeys.wire import OurClock

CONNECTION = Connection(name=connection_name("journey_uk"), storefront="commercetools", warehouse="peoplevox")


class World:
    """A project that offers what the warehouse has; no order has got there yet."""

    def __init__(self, ledger: Ledger) -> None:
        self.bench = CommercetoolsBench()
        self.clock = OurClock(self.bench.clock)
        self.sides = {"ledger": ledger, "clock": self.clock}
        self.warehouse = StockWarehouse(self.clock)
        self.warehouse.has(KNOWN, 60)
        self._lies_elsewhere("returns-desk", 20)
        read_stock_changes(CONNECTION, warehouse=self.warehouse, **self.sides)
        self.tells()

    def _lies_elsewhere(self, channel: str, units: int) -> None:
        project = self.bench.project.project
        at = {"typeId": "channel", "id": project.add_channel(channel, "InventorySupply")["id"]}
        entry = {"sku": KNOWN, "supplyChannel": at, "quantityOnStock": units, "availableQuantity": units}
        self.bench.project.stock.add({**project.fresh(), **entry})

    def tells(self) -> int:
        """The figures that were written to the project; a look at orders goes before."""
        before = self.bench.project.calls["inventory.update"]
        capture = partial(capture_by_poll, CONNECTION, storefront=self.bench.port, **self.sides)
        self.clock.sleep(120)
        capture()
        publish_due_stock(CONNECTION, storefront=self.bench.port, random=Random(1), capture=capture, **self.sides)
        return self.bench.project.calls["inventory.update"] - before

    def sells(self, units: int, **extras: object) -> None:
        self.clock.sleep(1)
        assert self.bench.project.trade.place(Wish((WantedLine(KNOWN, units),)), Extras(**extras))


@pytest.fixture
def world(ledger_url):
    with Ledger.connect(ledger_url) as ledger:
        world = World(ledger)
        yield world
        world.bench.close()


@pytest.mark.parametrize(("mode", "told"), [("None", 1), ("TrackOnly", 0), ("ReserveOnOrder", 0)])
def test_a_sale_lowers_what_the_project_offers_whoever_has_to_say_so(world, mode, told):
    """In None the project itself counts nothing, and would sell the units again until the next comparison."""
    assert 60 == world.bench.offered(KNOWN)
    world.sells(3, inventory_mode=mode)

    assert (told, 57) == (world.tells(), world.bench.offered(KNOWN))
    assert (0, 57) == (world.tells(), world.bench.offered(KNOWN))


def test_a_line_has_a_mode_of_its_own(world):
    """It is there only where it is not the order's."""
    world.sells(3, inventory_mode="ReserveOnOrder", line_fields={"inventoryMode": "None"})
    world.sells(2, inventory_mode="None", line_fields={"inventoryMode": "TrackOnly"})

    assert (1, 55) == (world.tells(), world.bench.offered(KNOWN))


def test_a_sale_from_another_channel_lowers_that_channels_entry(world):
    """The warehouse sends it all the same: what it has free is less, and our entry does not say so by itself."""
    world.sells(4, inventory_mode="TrackOnly", supply_channel="returns-desk")

    assert (1, 56) == (world.tells(), world.bench.offered(KNOWN))
