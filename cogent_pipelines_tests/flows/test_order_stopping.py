"""An order that is cancelled after it was sent is stopped at the warehouse, or its case says why not."""

from dataclasses import replace
from random import Random

import pytest

from cogent_pipelines.canonical.connection import InjectionRules
from cogent_pipelines.flows.order_injection import inject_due_orders
from cogent_pipelines.flows.order_stopping import stop_cancelled_orders
from cogent_pipelines.ledger.due_work import ORDER_CAPTURE
from cogent_pipelines.ports.errors import VendorUnavailable
from cogent_pipelines.ports.extras import CancelsSalesOrders
from cogent_pipelines.ports.outcomes import (
    Cancelled,
    NotFound,
    Pending,
    Rejected,
    TooLate,
    Unavailable,
    Unknown,
    Unsupported,
)
from cogent_pipelines_tests.factories.orders import NORTHWIND, a_line, an_order
from cogent_pipelines_tests.factories.warehouse import FakeWarehouse

NAME = NORTHWIND.name
STOPPING = replace(NORTHWIND, injection=InjectionRules(stop_cancelled=True))
FIRST, SECOND = an_order(1001), an_order(1002)


class StoppableWarehouse(FakeWarehouse):
    """`asked` is what it was asked; `answers` are given first, then it stops everything."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[list[str]] = []
        self.answers: list[object] = []
        self.away: Exception | None = None

    def cancel_sales_orders(self, refs):
        self.asked.append(list(refs))
        if self.away is not None:
            raise self.away
        return [self.answers.pop(0) if self.answers else Cancelled() for _ in refs]


@pytest.fixture
def warehouse(ledger, clock):
    """It has both orders."""
    warehouse = StoppableWarehouse()
    ledger.orders.store(NORTHWIND, [FIRST, SECOND], now=clock.now())
    inject_due_orders(NORTHWIND, warehouse=warehouse, ledger=ledger, clock=clock, random=Random(1))
    return warehouse


@pytest.fixture
def cancels(ledger, clock):
    """The storefront cancels orders a minute later."""

    def cancels(*orders):
        clock.advance(60)
        told = [replace(order, version=clock.now(), cancelled_at=clock.now()) for order in orders]
        ledger.orders.store(NORTHWIND, told, now=clock.now())

    return cancels


@pytest.fixture
def stop(ledger, clock, warehouse):
    def stop(connection=STOPPING, *, warehouse=warehouse):
        return stop_cancelled_orders(connection, warehouse=warehouse, ledger=ledger, clock=clock, random=Random(1))

    return stop


def cases(ledger):
    return [(case.kind, case.order_name) for case in ledger.cases.open(NAME)]


def test_a_cancelled_order_is_stopped_and_its_case_closes(stop, cancels, warehouse, ledger):
    """Once; the other order is nobody's matter."""
    cancels(FIRST)
    assert [("changed_after_injection", "#1001")] == cases(ledger)

    assert [1, 0] == [stop(), stop()]

    assert [["1001"]] == warehouse.asked
    assert [] == cases(ledger)


def test_a_stopped_order_that_is_read_again_stays_settled(stop, cancels, warehouse, ledger):
    """The overlap brings it again and again."""
    cancels(FIRST)
    stop()
    cancels(FIRST)

    assert [] == cases(ledger)
    assert 0 == stop()


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (TooLate("PICKING"), "too late, it stands there as PICKING"),
        (Unsupported("In OrderWise open sales order 3622 and cancel it there."), "open sales order 3622"),
        (Rejected(("the status is not mapped", "and no part")), "the status is not mapped; and no part"),
        (NotFound("1001"), "the warehouse has no such order"),
    ],
)
def test_what_cannot_be_stopped_is_a_persons_task_in_the_warehouses_words(
    stop, cancels, warehouse, ledger, clock, answer, words
):
    """It is not asked again, however often the order is read."""
    warehouse.answers = [answer]
    cancels(FIRST)
    assert 0 == stop()

    clock.advance(7200)
    cancels(FIRST)
    stop()

    [case] = ledger.cases.open(NAME)
    assert ("changed_after_injection", True) == (case.kind, words in case.message)
    assert 1 == len(warehouse.asked)
    assert [] == [due for due in ledger.due_work.due(clock.now()) if due.flow == ORDER_CAPTURE]


@pytest.mark.parametrize("answer", [Pending(), Unavailable("gateway time-out"), Unknown("no answer")])
def test_what_is_not_decided_is_asked_again_later(stop, cancels, warehouse, ledger, clock, answer):
    """And wakes the flow when it is time."""
    warehouse.answers = [answer]
    cancels(FIRST)
    assert [0, 0] == [stop(), stop()]
    assert 1 == len(warehouse.asked)
    assert [("changed_after_injection", "#1001")] == cases(ledger)

    clock.advance(60)
    assert [ORDER_CAPTURE] == [due.flow for due in ledger.due_work.due(clock.now()) if due.flow == ORDER_CAPTURE]
    assert 1 == stop()
    assert [] == cases(ledger)


def test_what_was_not_decided_is_peoples_once_it_is_not_wanted_any_more(stop, cancels, warehouse, ledger, clock):
    """Nothing of it stays due, which would start a run every few seconds; wanted again, it is asked again."""
    warehouse.answers = [Pending()]
    cancels(FIRST)
    stop()
    clock.advance(60)

    assert 0 == stop(NORTHWIND)

    assert [] == [due for due in ledger.due_work.due(clock.now()) if due.flow == ORDER_CAPTURE]
    assert [("changed_after_injection", "#1001")] == cases(ledger)
    assert 1 == stop()


def test_a_warehouse_that_is_away_has_its_case_and_is_asked_again(stop, cancels, warehouse, ledger, clock):
    """No order is lost on the way."""
    warehouse.away = VendorUnavailable("connection refused")
    cancels(FIRST, SECOND)
    assert 0 == stop()
    assert {"changed_after_injection", "vendor_unavailable"} == {kind for kind, _ in cases(ledger)}

    warehouse.away = None
    clock.advance(60)

    assert 2 == stop()
    assert [] == cases(ledger)


def test_an_order_that_was_changed_and_not_cancelled_is_left_to_people(stop, warehouse, ledger, clock):
    """Half an order cannot be stopped."""
    clock.advance(60)
    [line] = FIRST.lines
    less = replace(FIRST, version=clock.now(), lines=(a_line(1, quantity=line.ordered + 1),))
    ledger.orders.store(NORTHWIND, [less], now=clock.now())
    assert [("changed_after_injection", "#1001")] == cases(ledger)

    assert 0 == stop()
    assert [] == warehouse.asked


def test_a_case_that_a_person_has_closed_is_not_taken_up(stop, cancels, warehouse, ledger, clock):
    """It was done by hand."""
    cancels(FIRST)
    [case] = ledger.cases.open(NAME)
    ledger.cases.resolve([case.id], by="ada", now=clock.now())

    assert 0 == stop()
    assert [] == warehouse.asked


def test_people_do_it_where_the_connection_does_not_say_otherwise(stop, cancels, warehouse, ledger):
    """Or the warehouse cannot be asked."""
    plain = FakeWarehouse()
    assert (True, False) == (isinstance(warehouse, CancelsSalesOrders), isinstance(plain, CancelsSalesOrders))
    cancels(FIRST)

    assert (0, 0) == (stop(NORTHWIND), stop(warehouse=plain))
    assert [] == warehouse.asked
