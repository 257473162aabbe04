"""A ledger, a clock, and the two sides, for each test of a flow; a test module may bring its own sides.

Also orders on their way in: `capture` queues them, `inject` runs the flow, `states` and `cases` say what came of it.
"""

from collections.abc import Iterator
from random import Random

import pytest

from cogent_pipelines.flows.order_injection import inject_due_orders
from cogent_pipelines.ledger.database import Ledger
from cogent_pipelines_tests.factories.clocks import StillClock
from cogent_pipelines_tests.factories.orders import NORTHWIND
from cogent_pipelines_tests.factories.storefront import FakeStorefront
from cogent_pipelines_tests.factories.warehouse import FakeWarehouse


@pytest.fixture
def ledger_url(kept_ledger_url: str) -> str:
    return kept_ledger_url


@pytest.fixture
def ledger(ledger_url: str) -> Iterator[Ledger]:
    with Ledger.connect(ledger_url) as ledger:
        yield ledger


@pytest.fixture
def clock() -> StillClock:
    return StillClock()


@pytest.fixture
def warehouse() -> FakeWarehouse:
    return FakeWarehouse()


@pytest.fixture
def storefront() -> FakeStorefront:
    return FakeStorefront()


@pytest.fixture
def capture(ledger, clock):
    """Put orders in the queue."""

    def capture(*orders):
        return ledger.orders.store(NORTHWIND, orders, now=clock.now())

    return capture


@pytest.fixture
def inject(ledger, clock, warehouse):
    """Run the flow once."""

    def inject(connection=NORTHWIND):
        return inject_due_orders(connection, warehouse=warehouse, ledger=ledger, clock=clock, random=Random(1))

    return inject


@pytest.fixture
def states(ledger):
    def states() -> dict[str, str]:
        with ledger.pool.session() as session:
            return dict(session.execute("select sales_order_ref, state from sales_order order by 1").fetchall())

    return states


@pytest.fixture
def cases(ledger):
    def cases() -> list[tuple[str, str]]:
        return sorted((case.order_name, case.kind) for case in ledger.cases.open(NORTHWIND.name))

    return cases
