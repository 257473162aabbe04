"""An order of SCAYLE's that the warehouse cancels, until SCAYLE bills nobody for it: judged by the stand-in's own books."""

from datetime import timedelta
from random import Random

import pytest

from cogent_pipelines.canonical.connection import Connection, FulfilmentRules, InjectionRules
from cogent_pipelines.canonical.despatch import Despatch, DespatchLine, Tracking
from cogent_pipelines.canonical.identity import DespatchRef, SalesOrderRef, Sku, connection_name
from cogent_pipelines.canonical.order import PaymentState
from cogent_pipelines.flows.despatch_to_fulfilment import fulfil_due_parcels
from cogent_pipelines.flows.order_injection import inject_due_orders
from cogent_pipelines.flows.unsent_goods import report_unsent_goods
from cogent_pipelines.ledger.database import Ledger
from cogent_pipelines.ports.extras import HearsOfUnsentGoods
from cogent_pipelines.simulators.scayle.books import totals
from cogent_pipelines_tests.contracts.benches import KNOWN
from cogent_pipelines_tests.contracts.scayle_bench import ScayleBench
from cogent_pipelines_tests.factories.warehouse import FakeWarehouse, items
from cogent_pipelines_tests.journeys.wire import OurClock

CONNECTION = Connection(
    name=connection_name("journey_uk"),
    storefront="scayle",
    warehouse="peoplevox",
    # A payment is reserved until the shipment captures it.
    injection=InjectionRules(payment_states=frozenset({PaymentState.AUTHORISED, PaymentState.PAID})),
    fulfilment=FulfilmentRules(unsent_after=timedelta(days=1)),
)
HOUR = 3600


class World:
    """A tenant with one order of three units, which the warehouse has."""

    def __init__(self, ledger: Ledger) -> None:
        self.ledger, self.scayle = ledger, ScayleBench()
        self.clock = OurClock(self.scayle.clock)
        self.warehouse = FakeWarehouse(stocked=dict(items(KNOWN)))
        self.ref = self.scayle.place(KNOWN, 3)
        self.capture()
        inject_due_orders(CONNECTION, warehouse=self.warehouse, ledger=ledger, clock=self.clock, random=Random(1))
        [self.sales_order] = self.warehouse.sales_orders

    def capture(self) -> None:
        orders = self.scayle.port.orders_named([self.ref])
        self.ledger.orders.store(CONNECTION, orders, now=self.clock.now())

    def sends_one_and_cancels(self) -> None:
        line = DespatchLine(Sku(KNOWN), 1, None)
        tracking = Tracking("Royal Mail", "24", "T1", "")
        parcel = Despatch(DespatchRef("D1"), SalesOrderRef(self.sales_order), self.clock.now(), (line,), tracking)
        self.warehouse.parcels.append(parcel)
        self.warehouse.cancelled = {self.sales_order}

    def run(self) -> int:
        """A look of the flow a day later, then the parcels; how many orders SCAYLE was told of."""
        self.scayle.clock.advance(25 * HOUR)
        sides = {"storefront": self.scayle.port, "ledger": self.ledger, "clock": self.clock}
        told = report_unsent_goods(CONNECTION, warehouse=self.warehouse, **sides)
        fulfil_due_parcels(CONNECTION, random=Random(1), **sides)
        return told.unsent

    @property
    def items(self) -> dict[str, int]:
        self.scayle.tenant.tick()
        states = totals(self.scayle.tenant.tenant)["items_by_state"]
        return {state: count for state, count in states.items() if count}


@pytest.fixture
def world(ledger_url):
    with Ledger.connect(ledger_url) as ledger:
        world = World(ledger)
        yield world
        world.scayle.close()


@pytest.mark.parametrize("lost", [False, True])
def test_what_the_warehouse_cancelled_is_taken_off_the_order_once(world, lost):
    """One unit left, two never will; a lost answer changes nothing, and no case is left behind."""
    assert isinstance(world.scayle.port, HearsOfUnsentGoods)
    world.sends_one_and_cancels()
    if lost:
        world.scayle.tenant.faults.time_out_after_acting("sendCancellation")

    told = [world.run() for _ in range(4)]
    world.capture()

    assert (1, 1) == (sum(told), world.scayle.tenant.calls["sendCancellation"])
    assert {"shipped": 1, "unshippable": 2} == world.items
    assert [] == world.ledger.cases.open(CONNECTION.name)
    [order] = world.ledger.orders.get(CONNECTION.name, [world.ref])
    assert [(3, 1, 0)] == [(line.ordered, line.current, line.to_ship) for line in order.lines]
