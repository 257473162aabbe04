"""An order that the warehouse puts aside after it took it has a case of its own, until the order moves on."""

from dataclasses import replace
from datetime import timedelta
from random import Random

import pytest

from cogent_pipelines.flows.feed_watch import flows_with_news
from cogent_pipelines.flows.fulfilment_report import DespatchReadReport
from cogent_pipelines.flows.order_injection import inject_due_orders
from cogent_pipelines.flows.orders_put_aside import FEED, read_orders_put_aside
from cogent_pipelines.ledger.due_work import DESPATCH_TO_FULFILMENT
from cogent_pipelines.ports.errors import VendorRefused, VendorUnavailable
from cogent_pipelines.ports.extras import OrderAside, TellsOfOrdersPutAside
from cogent_pipelines_tests.factories.orders import NINE, NORTHWIND, an_order
from cogent_pipelines_tests.factories.warehouse import FakeWarehouse

NAME = NORTHWIND.name
MINUTE = 60


class TellingWarehouse(FakeWarehouse):
    """`said` is what it tells of each order or part of one; `asked` since when it was asked."""

    def __init__(self) -> None:
        super().__init__()
        self.said: dict[str, OrderAside] = {}
        self.asked: list[timedelta] = []
        self.away: Exception | None = None

    def says(self, number, status, reasons="", *, part="", over=False):
        ref = f"W-{number}{part}"
        self.said[ref] = OrderAside(str(number), ref, status, reasons, over)

    def orders_put_aside(self, since):
        self.asked.append(since - NINE)
        if self.away is not None:
            raise self.away
        for each in self.said.values():
            yield [each]


@pytest.fixture
def warehouse(ledger, clock):
    """It has taken orders 1001 and 1002."""
    warehouse = TellingWarehouse()
    ledger.orders.store(NORTHWIND, [an_order(1001), an_order(1002)], now=clock.now())
    inject_due_orders(NORTHWIND, warehouse=warehouse, ledger=ledger, clock=clock, random=Random(1))
    return warehouse


@pytest.fixture
def read(ledger, clock, warehouse):
    """Read a minute later."""

    def read():
        clock.advance(MINUTE)
        return read_orders_put_aside(NORTHWIND, warehouse=warehouse, ledger=ledger, clock=clock)

    return read


@pytest.fixture
def news(ledger, clock, storefront, warehouse):
    """Whether a look says that a run is worth starting."""
    ledger.watermarks.move(NAME, "despatches", NINE, now=NINE)

    def news():
        found = flows_with_news(
            NORTHWIND,
            [DESPATCH_TO_FULFILMENT],
            storefront=storefront,
            warehouse=warehouse,
            ledger=ledger,
            clock=clock,
        )
        return found == [DESPATCH_TO_FULFILMENT]

    return news


def open_cases(ledger):
    return [(case.kind, case.order_name) for case in ledger.cases.open(NAME)]


def test_an_order_that_is_put_aside_has_a_case_with_the_warehouses_words(read, warehouse, ledger):
    """Critical, the warehouse's, and one however often it is told."""
    warehouse.says(1001, "QUARANTINED", "PostCode is missing.")
    warehouse.says(1002, "PICKING", over=True)

    assert [1, 0] == [read().put_aside, read().put_aside]

    [case] = ledger.cases.open(NAME)
    assert ("order_put_aside", "critical", "warehouse", "#1001") == (case.kind, case.severity, case.team, case.order_name)
    assert "Sales order 1001 stands at the warehouse as QUARANTINED: PostCode is missing." == case.message
    assert ("gid://shop/Order/1001", "QUARANTINED") == (case.evidence["order"], case.evidence["status"])


def test_the_case_closes_when_the_order_moves_on(read, warehouse, ledger):
    """Released, despatched or cancelled: the warehouse says which states those are."""
    warehouse.says(1001, "ON_HOLD")
    read()

    warehouse.says(1001, "PICKING", over=True)
    read()

    assert [] == ledger.cases.open(NAME)


def test_each_part_of_an_order_has_its_own_case(read, warehouse, ledger):
    """That one part leaves says nothing of the part in quarantine."""
    warehouse.says(1001, "QUARANTINED", part="/1")
    warehouse.says(1001, "ON_HOLD", part="/2")
    read()
    warehouse.says(1001, "DESPATCHED", part="/2", over=True)
    read()

    assert ["W-1001/1"] == [case.subject for case in ledger.cases.open(NAME)]


def test_what_is_not_ours_or_was_never_taken_is_left_alone(read, warehouse, ledger, clock):
    """The account may be shared; and what is refused while it is sent has its case there."""
    warehouse.rejects["1003"] = "no such carrier"
    ledger.orders.store(NORTHWIND, [an_order(1003)], now=clock.now())
    inject_due_orders(NORTHWIND, warehouse=warehouse, ledger=ledger, clock=clock, random=Random(1))
    warehouse.says(1003, "REJECTED")
    warehouse.says(9999, "QUARANTINED")

    assert 0 == read().put_aside
    assert [("injection_rejected", "#1003")] == open_cases(ledger)


def test_an_order_that_was_rejected_for_good_is_closed_by_its_cancellation_at_the_storefront(read, warehouse, ledger, clock):
    """The warehouse changes it no more: nothing else would ever close the case."""
    warehouse.says(1001, "REJECTED", "unknown postcode")
    read()
    assert [("order_put_aside", "#1001")] == open_cases(ledger)

    later = clock.now()
    ledger.orders.store(NORTHWIND, [replace(an_order(1001), version=later, cancelled_at=later)], now=later)
    read()

    assert [("changed_after_injection", "#1001")] == open_cases(ledger)


def test_it_is_asked_at_the_pace_of_the_poll_and_some_way_back(ledger, clock, warehouse):
    """The first time as far back as the connection says; then over what was seen already."""
    feeds = NORTHWIND.feeds

    def look():
        return read_orders_put_aside(NORTHWIND, warehouse=warehouse, ledger=ledger, clock=clock)

    look()
    clock.advance(MINUTE - 1)
    look()
    clock.advance(1)
    look()

    assert [-feeds.first_look_back, -feeds.despatch_overlap] == warehouse.asked


def test_a_warehouse_that_cannot_say_is_not_asked(ledger, clock):
    report = read_orders_put_aside(NORTHWIND, warehouse=FakeWarehouse(), ledger=ledger, clock=clock)

    assert (DespatchReadReport(), None) == (report, ledger.watermarks.get(NAME, FEED))
    assert not isinstance(FakeWarehouse(), TellsOfOrdersPutAside)


@pytest.mark.parametrize(
    ("error", "kind"),
    [(VendorUnavailable("503"), "vendor_unavailable"), (VendorRefused("no such list"), "vendor_refused")],
)
def test_a_reading_that_fails_is_a_case_of_its_own_and_is_made_up_for(read, warehouse, ledger, error, kind):
    """It stops no parcel from being told: nothing is raised. The watermark stays, and the next reading begins there."""
    warehouse.says(1001, "QUARANTINED")
    warehouse.away = error
    assert str(error) == read().trouble
    assert [(kind, f"peoplevox: {FEED}")] == [(case.kind, case.subject) for case in ledger.cases.open(NAME)]
    assert ledger.watermarks.get(NAME, FEED) is None

    warehouse.away = None
    read()

    assert [("order_put_aside", "#1001")] == open_cases(ledger)


def test_what_would_open_change_or_close_a_case_is_worth_a_run_and_nothing_else_is(news, read, warehouse):
    """Otherwise an idle connection would hear of it with its next parcel only, or start a run with every look."""
    assert not news()
    for status, over in (("QUARANTINED", False), ("ON_HOLD", False), ("PICKING", True)):
        warehouse.says(1001, status, over=over)
        assert news()
        read()
        assert not news()


def test_a_look_that_fails_is_a_case_and_no_news(news, warehouse, ledger):
    warehouse.away = VendorRefused("no such list")

    assert not news()
    assert [("vendor_refused", f"peoplevox: {FEED}")] == [(case.kind, case.subject) for case in ledger.cases.open(NAME)]
