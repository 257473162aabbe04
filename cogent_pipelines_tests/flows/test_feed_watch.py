"""A look at the feeds says whether a run is worth starting, and changes nothing."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from cogent_pipelines.canonical.despatch import Despatch, DespatchLine, Tracking
from cogent_pipelines.canonical.stock import StockLevel
from cogent_pipelines.flows.despatch_reading import read_despatches
from cogent_pipelines.flows.feed_watch import flows_with_news
from cogent_pipelines.flows.order_capture import ORDERS, capture_by_poll
from cogent_pipelines.ledger.due_work import DESPATCH_TO_FULFILMENT, ORDER_CAPTURE, STOCK_PUBLICATION
from cogent_pipelines.ports.errors import VendorUnavailable
from cogent_pipelines.ports.warehouse import UnreadableDespatch
from cogent_pipelines_tests.factories.orders import NINE, NORTHWIND, an_order

FLOWS = (ORDER_CAPTURE, DESPATCH_TO_FULFILMENT, STOCK_PUBLICATION)


@pytest.fixture
def news(ledger, clock, storefront, warehouse):
    """What a look finds, once everything has been read before."""
    for feed in (ORDERS, "despatches", "stock"):
        ledger.watermarks.move(NORTHWIND.name, feed, NINE, now=NINE)

    def look(*flows):
        return flows_with_news(
            NORTHWIND, flows or FLOWS, storefront=storefront, warehouse=warehouse, ledger=ledger, clock=clock
        )

    return look


def test_a_feed_that_was_never_read_is_news(ledger, clock, storefront, warehouse):
    found = flows_with_news(NORTHWIND, FLOWS, storefront=storefront, warehouse=warehouse, ledger=ledger, clock=clock)

    assert list(FLOWS) == found


def test_nothing_new_is_no_news(news):
    assert [] == news()


def test_an_order_that_is_here_in_that_version_is_no_news_and_a_newer_one_is(news, ledger, clock, storefront):
    """The overlap brings the same orders again and again."""
    storefront.place(an_order())
    assert [ORDER_CAPTURE] == news()

    capture_by_poll(NORTHWIND, storefront=storefront, ledger=ledger, clock=clock)
    assert [] == news()

    storefront.place(replace(an_order(), version=NINE + timedelta(seconds=1)))
    assert [ORDER_CAPTURE] == news()


def test_an_order_that_cannot_be_read_is_news_until_it_has_its_case(news, ledger, clock, storefront):
    """And again when it was changed; otherwise a run would be started for it with every look."""
    storefront.place(an_order())
    storefront.unreadable = {an_order().ref}
    assert [ORDER_CAPTURE] == news()

    capture_by_poll(NORTHWIND, storefront=storefront, ledger=ledger, clock=clock)
    assert [] == news()

    storefront.place(replace(an_order(), version=NINE + timedelta(seconds=1)))
    assert [ORDER_CAPTURE] == news()


def test_a_parcel_that_cannot_be_read_is_news_until_it_has_its_case(news, ledger, clock, warehouse):
    """As above."""
    bad = UnreadableDespatch("DES1:1001", "1001", "no date")
    warehouse.despatches = lambda _since: iter([[bad]])
    assert [DESPATCH_TO_FULFILMENT] == news()

    clock.advance(3600)
    read_despatches(NORTHWIND, warehouse=warehouse, ledger=ledger, clock=clock)
    assert [("unreadable_despatch", "DES1:1001")] == [(c.kind, c.subject) for c in ledger.cases.open(NORTHWIND.name)]
    assert [] == news()

    parcel = Despatch("DES1:1001", "1001", NINE, (DespatchLine("MUG-BLUE", 1),), Tracking())
    warehouse.despatches = lambda _since: iter([[parcel]])
    clock.advance(3600)
    read_despatches(NORTHWIND, warehouse=warehouse, ledger=ledger, clock=clock)
    assert ["unmatched_despatch"] == [case.kind for case in ledger.cases.open(NORTHWIND.name)]


def test_a_parcel_is_news_again_when_its_tracking_arrives(news, ledger, warehouse):
    parcel = Despatch("DES1", "1001", NINE, (DespatchLine("MUG-BLUE", 1),), Tracking())
    warehouse.parcels = [parcel]
    assert [DESPATCH_TO_FULFILMENT] == news()

    ledger.despatches.store(NORTHWIND.name, [parcel], now=NINE)
    assert [] == news()

    warehouse.parcels = [replace(parcel, tracking=Tracking(number="RM1"))]
    assert [DESPATCH_TO_FULFILMENT] == news()


def test_a_figure_that_moved_is_news(news, ledger, warehouse):
    level = StockLevel("MUG-BLUE", "Main", Decimal(5), None, NINE)
    ledger.stock.store(NORTHWIND.name, [level], now=NINE)
    warehouse.levels = [level]
    assert [] == news()

    warehouse.levels = [replace(level, available=Decimal(4), snapshot_at=NINE + timedelta(seconds=1))]
    assert [STOCK_PUBLICATION] == news()


def test_a_vendor_that_does_not_answer_has_a_case_that_ends_when_it_does(news, ledger, storefront):
    """Nobody has to start a run to learn that a vendor is away."""
    storefront.trouble = VendorUnavailable("503", operation="orders")
    assert [] == news(ORDER_CAPTURE)
    assert ["vendor_unavailable"] == [case.kind for case in ledger.cases.open(limit=5)]

    storefront.trouble = None
    news(ORDER_CAPTURE)
    assert [] == ledger.cases.open(limit=5)


def test_a_vendor_that_never_answered_starts_no_run_and_has_its_case(ledger, clock, storefront, warehouse):
    """Its runs could not read what the look could not; the other side is read all the same."""
    storefront.trouble = VendorUnavailable("503", operation="orders")
    found = flows_with_news(NORTHWIND, FLOWS, storefront=storefront, warehouse=warehouse, ledger=ledger, clock=clock)

    assert [DESPATCH_TO_FULFILMENT, STOCK_PUBLICATION] == found
    assert ["vendor_unavailable"] == [case.kind for case in ledger.cases.open(NORTHWIND.name)]
