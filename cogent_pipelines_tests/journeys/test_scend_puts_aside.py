"""Orders that Scend takes and puts aside afterwards, from the storefront's order to the case and its end."""

from random import Random

import pytest

from cogent_pipelines.canonical.connection import Connection
from cogent_pipelines.canonical.identity import connection_name
from cogent_pipelines.flows.order_injection import inject_due_orders
from cogent_pipelines.flows.orders_put_aside import read_orders_put_aside
from cogent_pipelines.ledger.database import Ledger
from cogent_pipelines.simulators.common.depot.records import Stage
from cogent_pipelines_tests.contracts.benches import KNOWN
from cogent_pipelines_tests.contracts.profile_benches import ScendBench
from cogent_pipelines_tests.factories.orders import a_line, an_order
from cogent_pipelines_tests.journeys.wire import OurClock

CONNECTION = Connection(name=connection_name("journey_uk"), storefront="shopify", warehouse="scend")
MINUTE = 60


class World:
    """A Scend account that finds out about an order only minutes after it took it, and a ledger."""

    def __init__(self, ledger: Ledger) -> None:
        self.ledger, self.scend = ledger, ScendBench()
        self.clock = OurClock(self.scend.clock)

    def inject(self, number: int) -> None:
        order = an_order(number, lines=(a_line(sku=KNOWN, quantity=1),), created_at=self.clock.now())
        self.ledger.orders.store(CONNECTION, [order], now=self.clock.now())
        inject_due_orders(CONNECTION, warehouse=self.scend.port, ledger=self.ledger, clock=self.clock, random=Random(1))

    def put_aside(self, wrong: str) -> None:
        """Order 1002 is taken, and found wrong two minutes later."""
        self.inject(1001)
        self.scend.deactivates(KNOWN)
        self.scend.simulator.switches.change(inactive_sku=wrong, wrong_after_seconds=2 * MINUTE)
        self.inject(1002)

    def read(self) -> list[tuple[str, str]]:
        """Read five minutes later; the open cases by order."""
        self.scend.clock.advance(5 * MINUTE)
        read_orders_put_aside(CONNECTION, warehouse=self.scend.port, ledger=self.ledger, clock=self.clock)
        return [(case.order_name, case.message) for case in self.ledger.cases.open(CONNECTION.name)]

    @property
    def at_scend(self):
        [order] = self.scend.simulator.depot.by_ref["1002"]
        return order


@pytest.fixture
def world(ledger_url):
    with Ledger.connect(ledger_url) as ledger:
        world = World(ledger)
        yield world
        world.scend.close()


@pytest.mark.parametrize(("wrong", "word"), [("quarantine", "QUARANTINED"), ("reject_later", "REJECTED")])
def test_an_order_that_is_found_wrong_after_it_was_taken_has_a_case(world, wrong, word):
    """The acknowledgement stands, and the case says what Scend says."""
    world.put_aside(wrong)
    with world.ledger.pool.session() as session:
        states = session.execute("select order_name, state from sales_order order by order_name").fetchall()
    assert [("#1001", "acknowledged"), ("#1002", "acknowledged")] == states

    [(name, message)] = world.read()

    assert "#1002" == name
    assert message.startswith(f"Sales order 1002 stands at the warehouse as {word}: ")
    assert f"{KNOWN} is not active" in message


@pytest.mark.parametrize("end", ["release", "cancel"])
def test_the_case_closes_when_scend_releases_or_cancels_the_order(world, end):
    world.put_aside("quarantine")
    assert 1 == len(world.read())

    depot = world.scend.simulator.depot
    depot.release(world.at_scend) if end == "release" else depot.end(world.at_scend, Stage.CANCELLED)

    assert [] == world.read()
