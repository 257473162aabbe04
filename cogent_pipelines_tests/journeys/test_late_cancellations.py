"""An order that is cancelled after the warehouse got it, at Mintsoft and at Scend: judged by the stand-ins' own books."""

from dataclasses import replace
from random import Random

import pytest

from cogent_pipelines.canonical.connection import Connection, InjectionRules
from cogent_pipelines.canonical.identity import connection_name
from cogent_pipelines.flows.order_injection import inject_due_orders
from cogent_pipelines.flows.order_stopping import stop_cancelled_orders
from cogent_pipelines.ledger.database import Ledger
from cogent_pipelines.simulators.common.depot.records import Stage
from cogent_pipelines_tests.contracts.benches import KNOWN
from cogent_pipelines_tests.contracts.profile_benches import MintsoftBench, ScendBench
from cogent_pipelines_tests.factories.orders import a_line, an_order
from cogent_pipelines_tests.journeys.wire import OurClock

CONNECTION = Connection(
    name=connection_name("journey_uk"),
    storefront="scayle",
    warehouse="a depot",
    injection=InjectionRules(stop_cancelled=True),
)


class World:
    """A depot that has order 1001, which the storefront cancels."""

    def __init__(self, ledger: Ledger, depot: MintsoftBench | ScendBench) -> None:
        self.ledger, self.depot = ledger, depot
        self.clock = OurClock(depot.clock)
        self.order = an_order(1001, lines=(a_line(sku=KNOWN, quantity=1),), created_at=self.clock.now())
        self.store()
        inject_due_orders(CONNECTION, warehouse=depot.port, ledger=ledger, clock=self.clock, random=Random(1))

    def store(self, **changes: object) -> None:
        told = replace(self.order, version=self.clock.now(), **changes)
        self.ledger.orders.store(CONNECTION, [told], now=self.clock.now())

    def cancel(self) -> None:
        self.depot.clock.advance(60)
        self.store(cancelled_at=self.clock.now())

    def stop(self) -> int:
        """A look five minutes later; how many orders were stopped."""
        self.depot.clock.advance(300)
        return stop_cancelled_orders(
            CONNECTION, warehouse=self.depot.port, ledger=self.ledger, clock=self.clock, random=Random(1)
        )

    @property
    def messages(self) -> list[str]:
        return [case.message for case in self.ledger.cases.open(CONNECTION.name)]

    @property
    def at_depot(self):
        [order] = self.depot.simulator.depot.by_ref["1001"]
        return order


@pytest.fixture(params=[MintsoftBench, ScendBench], ids=["mintsoft", "scend"])
def world(request, ledger_url):
    with Ledger.connect(ledger_url) as ledger:
        world = World(ledger, request.param())
        yield world
        world.depot.close()


def test_it_is_not_picked(world):
    """And nobody has to do anything about it."""
    world.cancel()
    assert 1 == len(world.messages)

    assert 1 == world.stop()

    assert Stage.CANCELLED is world.at_depot.stage
    assert [] == world.messages


def test_the_live_state_is_asked_and_not_the_one_that_was_read(world):
    """It is being picked by now: nothing is cancelled there, and the case says how far it is."""
    world.cancel()
    world.depot.simulator.depot.carry(world.at_depot, Stage.PICKING)

    assert 0 == world.stop()

    assert Stage.PICKING is world.at_depot.stage
    [message] = world.messages
    assert "cancelled at the storefront, and at the warehouse: too late, it stands there as PICKING" in message


def test_a_lost_answer_is_seen_by_looking(world):
    world.cancel()
    world.depot.simulator.faults.time_out_after_acting("CancelOrder")

    assert 1 == world.stop()

    assert Stage.CANCELLED is world.at_depot.stage
    assert [] == world.messages


def test_a_warehouse_that_is_away_is_asked_again(world):
    """The order has its case until then."""
    world.cancel()
    world.depot.goes_away()
    assert 0 == world.stop()
    assert Stage.CANCELLED is not world.at_depot.stage

    world.depot.clock.advance(3600)

    assert 1 == world.stop()
    assert [] == world.messages
