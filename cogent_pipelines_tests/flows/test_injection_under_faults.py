"""All at once, by seed: lost answers, half orders, crashes on both sides of a call, outages, late and repeated versions."""

from contextlib import suppress
from datetime import timedelta
from random import Random

import pytest

from cogent_pipelines.flows.order_injection import inject_due_orders
from cogent_pipelines.ports.errors import AuthenticationFailed, VendorUnavailable
from cogent_pipelines_tests.factories.orders import NINE, NORTHWIND, a_line, an_order
from cogent_pipelines_tests.factories.warehouse import Crash, FakeWarehouse

ORDERS = 40
ROUNDS = 60


class Day:
    """A trading day with a seed; `settle` ends the faults and lets it finish."""

    def __init__(self, ledger, clock, seed: int) -> None:
        self.ledger, self.clock, self.random = ledger, clock, Random(seed)
        self.warehouse = FakeWarehouse()
        self.latest = {}

    def trade(self) -> None:
        for _ in range(ROUNDS):
            self._storefront_moves()
            self._something_breaks()
            with suppress(Crash, AuthenticationFailed):
                self.inject()
            self.clock.advance(self.random.choice([0, 1, 5, 60, 400]))

    def settle(self) -> None:
        self.warehouse.trouble = None
        self.warehouse.crashes_before_acting = self.warehouse.crashes_after_acting = False
        self.warehouse.loses_answer = set()
        self.warehouse.stops_half_way = set()
        self.warehouse.unavailable = {}
        for _ in range(6):
            self.inject()
            self.clock.advance(1000)

    def inject(self) -> None:
        inject_due_orders(NORTHWIND, warehouse=self.warehouse, ledger=self.ledger, clock=self.clock, random=self.random)

    def _storefront_moves(self) -> None:
        """A few orders come, come again, or come in an older version; their content stays what the warehouse may have."""
        page = []
        for _ in range(self.random.randint(0, 3)):
            number = self.random.randint(1, ORDERS)
            version = NINE + timedelta(minutes=self.random.randint(0, 50))
            order = an_order(number, lines=(a_line(1), a_line(2, sku="CUP")), version=version, tags=(f"at {version}",))
            known = self.latest.get(order.ref)
            if known is None or version > known.version:
                self.latest[order.ref] = order
            page.append(order)
        self.ledger.orders.store(NORTHWIND, page, now=self.clock.now())

    def _something_breaks(self) -> None:
        refs = [str(number) for number in range(1, ORDERS + 1)]
        self.warehouse.crashes_before_acting = self.random.random() < 0.1
        self.warehouse.crashes_after_acting = self.random.random() < 0.1
        self.warehouse.trouble = self.random.choice(
            [None] * 6 + [VendorUnavailable("503"), VendorUnavailable("429", retry_after=7), AuthenticationFailed("no")]
        )
        self.warehouse.loses_answer |= set(self.random.sample(refs, 4))
        self.warehouse.stops_half_way |= set(self.random.sample(refs, 2))
        self.warehouse.unavailable = dict.fromkeys(self.random.sample(refs, 3), 1)


@pytest.mark.parametrize("seed", range(6))
def test_whatever_breaks_every_order_ends_at_the_warehouse_once_and_whole(ledger, clock, seed):
    """Judged by the warehouse's own books; nothing lost, nothing doubled, no case left open."""
    day = Day(ledger, clock, seed)
    day.trade()

    day.settle()

    assert len(day.latest) == len(day.warehouse.sales_orders)
    assert ({1}, {}) == (set(day.warehouse.created.values()), dict(day.warehouse.sent_again))
    assert all(day.warehouse.released.values())
    assert {2} == {len(order.lines) for order in day.warehouse.sales_orders.values()}
    assert [("acknowledged", len(day.latest))] == [
        (each.state, each.count) for each in ledger.sales_orders.counts(NORTHWIND.name)
    ]
    assert list(day.latest.values()) == ledger.orders.get(NORTHWIND.name, list(day.latest))
    assert [] == ledger.cases.open()


def test_the_faults_above_do_happen(ledger, clock):
    """A day in which nothing broke would prove nothing."""
    day = Day(ledger, clock, seed=1)
    day.trade()

    assert day.warehouse.times_called("find_sales_orders") > 0
    with ledger.pool.session() as session:
        found = session.execute("select distinct kind from exception_case order by kind").fetchall()
    assert {"injection_in_doubt", "vendor_unavailable", "credentials_refused"} <= {kind for (kind,) in found}
