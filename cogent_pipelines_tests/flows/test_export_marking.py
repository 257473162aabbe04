"""A storefront with a mark for it shows which orders the warehouse has; one without is not bothered."""

from datetime import timedelta
from random import Random

import pytest

from cogent_pipelines.flows.export_marking import mark_exported
from cogent_pipelines.flows.order_injection import inject_due_orders
from cogent_pipelines.ledger.due_work import ORDER_INJECTION
from cogent_pipelines.ports.errors import VendorUnavailable
from cogent_pipelines.ports.outcomes import Marked, Rejected
from cogent_pipelines_tests.factories.orders import NORTHWIND, an_order
from cogent_pipelines_tests.factories.storefront import FakeStorefront

NAME = NORTHWIND.name


class MarkingStorefront(FakeStorefront):
    """`shown` counts how often each order was marked; `refuses` are not."""

    def __init__(self) -> None:
        super().__init__()
        self.shown: dict[str, str] = {}
        self.refuses: set[str] = set()

    def mark_exported(self, orders):
        if self.trouble is not None:
            raise self.trouble
        outcomes = []
        for order in orders:
            if order.sales_order_ref in self.refuses:
                outcomes.append(Rejected(("the channel has no such role",)))
                continue
            self.shown[order.order_ref] = order.sales_order_ref
            outcomes.append(Marked())
        return outcomes


@pytest.fixture
def storefront():
    return MarkingStorefront()


@pytest.fixture
def acknowledge(ledger, clock, warehouse):
    """So many more orders reach the warehouse."""

    def acknowledge(*numbers):
        ledger.orders.store(NORTHWIND, [an_order(number) for number in numbers], now=clock.now())
        inject_due_orders(NORTHWIND, warehouse=warehouse, ledger=ledger, clock=clock, random=Random(1))

    return acknowledge


@pytest.fixture
def mark(ledger, clock, storefront):
    def mark():
        return mark_exported(NORTHWIND, storefront=storefront, ledger=ledger, clock=clock, random=Random(1))

    return mark


def cases(ledger):
    return sorted(case.kind for case in ledger.cases.open(NAME))


def test_what_the_warehouse_has_is_marked_once(acknowledge, mark, storefront):
    """With our reference there; what was marked is not sent again."""
    acknowledge(1, 2)

    assert (2, 0) == (mark(), mark())
    assert {"1", "2"} == set(storefront.shown.values())
    acknowledge(3)
    assert 1 == mark()


def test_more_than_a_batch_is_marked_in_one_go(acknowledge, mark):
    acknowledge(*range(1, 231))

    assert (230, 0) == (mark(), mark())


def test_a_storefront_without_such_a_mark_is_not_asked(acknowledge, ledger, clock):
    """Nothing is kept for it either."""
    acknowledge(1)

    assert 0 == mark_exported(NORTHWIND, storefront=FakeStorefront(), ledger=ledger, clock=clock, random=Random(1))
    assert [] == ledger.export_marks.unmarked(NAME, since=clock.now() + timedelta(days=1), now=clock.now(), limit=9)


def test_a_storefront_that_is_away_is_asked_later_and_holds_up_nobody(acknowledge, mark, storefront, ledger, clock):
    """The next attempt is work of the flow that marks; the case closes with the mark."""
    acknowledge(1)
    storefront.trouble = VendorUnavailable("down")
    assert 0 == mark()
    assert (["vendor_unavailable"], 0) == (cases(ledger), mark())
    due = ledger.due_work.next_due(NAME, ORDER_INJECTION)
    storefront.trouble = None
    clock.advance((due - clock.now()).total_seconds())

    assert [ORDER_INJECTION] == [work.flow for work in ledger.due_work.due(clock.now())]
    assert (1, []) == (mark(), cases(ledger))


def test_a_refused_mark_has_a_case_until_it_is_made(acknowledge, mark, storefront, ledger, clock):
    """The order itself is well: the others are marked all the same."""
    acknowledge(1, 2)
    storefront.refuses = {"1"}

    assert (1, ["export_mark_refused"]) == (mark(), cases(ledger))
    [case] = ledger.cases.open(NAME)
    assert "the channel has no such role" == case.message
    storefront.refuses = set()
    clock.advance(3600)
    assert (1, []) == (mark(), cases(ledger))


def test_the_past_is_not_marked_when_a_connection_begins_to(acknowledge, mark, clock):
    """What was handed over long before anybody looked stays as it is."""
    acknowledge(1)
    clock.advance(3 * 24 * 3600)
    acknowledge(2)

    assert 1 == mark()
