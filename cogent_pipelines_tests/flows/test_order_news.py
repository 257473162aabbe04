"""What the storefront tells of its orders has them read again; what it never told has a case."""

from dataclasses import dataclass, field
from datetime import timedelta

import pytest

from cogent_pipelines.flows.capture_report import CaptureReport
from cogent_pipelines.flows.feed_watch import flows_with_news
from cogent_pipelines.flows.order_capture import ORDERS, capture_from_inbox
from cogent_pipelines.flows.order_news import FEED, read_order_news
from cogent_pipelines.ledger.due_work import ORDER_CAPTURE
from cogent_pipelines.ledger.inbox import STOREFRONT
from cogent_pipelines.ports.errors import VendorUnavailable
from cogent_pipelines.ports.extras import OrderNews, TellsOrderNews
from cogent_pipelines.ports.webhook import Arrival, VerifiedEvent
from cogent_pipelines_tests.factories.orders import NINE, NORTHWIND, an_order
from cogent_pipelines_tests.factories.storefront import FakeStorefront

NAME = NORTHWIND.name
MINUTE = 60
DAY = 24 * 60 * MINUTE
ORDER = an_order(1001)


@dataclass
class TellingStorefront(FakeStorefront):
    """Tells what `said` holds, page by page; breaks off after `pages_before_trouble`."""

    said: list[OrderNews] = field(default_factory=list)
    asked: list[timedelta] = field(default_factory=list)
    pages_before_trouble: int | None = None

    def says(self, sequence, at, ref=ORDER.ref, kind="OrderStateChanged"):
        self.said.append(OrderNews(ref, f"{ref} {sequence}", kind, sequence, at))

    def order_news(self, since):
        self.asked.append(since - NINE)
        for number, each in enumerate([each for each in self.said if each.at >= since]):
            if number == self.pages_before_trouble:
                raise VendorUnavailable("gateway time-out")
            yield [each]


@pytest.fixture
def storefront(ledger, clock):
    """It has order 1001, which is here, too; its news was read to number 3."""
    storefront = TellingStorefront()
    storefront.place(ORDER)
    ledger.orders.store(NORTHWIND, [ORDER], now=clock.now())
    ledger.order_news.move(NAME, {ORDER.ref: 3})
    return storefront


@pytest.fixture
def read(ledger, clock, storefront):
    """Read a minute later, or some."""

    def read(seconds=MINUTE):
        clock.advance(seconds)
        return read_order_news(NORTHWIND, storefront=storefront, ledger=ledger, clock=clock)

    return read


@pytest.fixture
def news(ledger, clock, storefront, warehouse):
    """Whether a look says that a run is worth starting."""
    ledger.watermarks.move(NAME, ORDERS, NINE, now=NINE)
    ledger.watermarks.move(NAME, FEED, NINE, now=NINE)

    def news():
        found = flows_with_news(
            NORTHWIND, [ORDER_CAPTURE], storefront=storefront, warehouse=warehouse, ledger=ledger, clock=clock
        )
        return found == [ORDER_CAPTURE]

    return news


def cases(ledger):
    return [(case.kind, case.subject, case.order_name, case.evidence["missing"]) for case in ledger.cases.open(NAME)]


def missed(numbers):
    return [("order_news_missing", ORDER.ref, ORDER.name, numbers)]


def test_an_order_of_which_something_is_told_is_read_again(read, storefront, ledger, clock):
    """Once, however often the overlap brings it."""
    storefront.says(4, clock.now())
    assert [1, 0] == [read().news, read().news]

    report = capture_from_inbox(NORTHWIND, storefront=storefront, ledger=ledger, clock=clock)

    assert (1, 1, 1) == (report.events, report.received, storefront.calls["orders_named"])
    assert [] == ledger.cases.open(NAME)


def test_an_event_that_is_here_is_the_same_news(read, storefront, ledger, clock):
    """The bridge and the poll may both bring it."""
    event = VerifiedEvent(f"{ORDER.ref} 4", "delivery", "OrderStateChanged", ORDER.ref, NINE, b"{}")
    ledger.inbox.store_all([Arrival(NAME, STOREFRONT, event, NINE)])
    storefront.says(4, clock.now())

    assert 0 == read().news


def test_an_order_that_is_gone_is_told_of_and_no_trouble(read, storefront, ledger, clock):
    """Its news is the only trace of it."""
    storefront.says(1, clock.now(), ref="gone", kind="OrderDeleted")
    read()

    report = capture_from_inbox(NORTHWIND, storefront=storefront, ledger=ledger, clock=clock)

    assert (1, "") == (report.gone, report.trouble)


def test_a_storefront_that_does_not_tell_is_left_alone(ledger, clock):
    """Most have no such account."""
    plain = FakeStorefront()
    assert not isinstance(plain, TellsOrderNews)

    assert CaptureReport() == read_order_news(NORTHWIND, storefront=plain, ledger=ledger, clock=clock)
    assert ledger.watermarks.get(NAME, FEED) is None


def test_each_look_begins_a_little_before_the_last(read, storefront):
    """The first goes no further back: what orders are, the poll finds."""
    read()
    read()

    assert [timedelta(minutes=-4), timedelta(minutes=-4)] == storefront.asked


def test_a_number_that_never_came_has_a_case(read, storefront, ledger, clock):
    """A note for engineering, with the order's name and the numbers; only once nothing late can come any more."""
    storefront.says(4, clock.now())
    storefront.says(7, clock.now())
    read()
    assert [] == ledger.cases.open(NAME)

    read(3 * MINUTE)

    assert missed("5-6") == cases(ledger)
    [case] = ledger.cases.open(NAME)
    assert ("transient", "engineering") == (case.severity, case.team)
    assert "number 5-6 never came" in case.message
    assert {ORDER.ref: 7} == ledger.order_news.up_to(NAME, [ORDER.ref])


def test_what_comes_late_is_no_gap(read, storefront, ledger, clock):
    """The later of two may show first."""
    storefront.says(5, clock.now())
    read()
    storefront.says(4, NINE)
    read(3 * MINUTE)

    assert [] == ledger.cases.open(NAME)


def test_a_case_shrinks_with_what_comes_after_all_and_ends_with_the_last_of_it(read, storefront, ledger, clock):
    """And it is not opened a second time for the same."""
    storefront.says(7, clock.now())
    read(4 * MINUTE)
    storefront.says(5, clock.now())
    read()
    assert missed("4, 6") == cases(ledger)

    storefront.says(4, clock.now())
    storefront.says(6, clock.now())
    read()

    assert [] == ledger.cases.open(NAME)


def test_a_second_gap_of_an_order_joins_its_case(read, storefront, ledger, clock):
    storefront.says(5, clock.now())
    read(4 * MINUTE)
    storefront.says(7, clock.now())
    read(4 * MINUTE)

    assert missed("4, 6") == cases(ledger)


def test_a_case_is_a_note_that_ends_after_a_day(read, storefront, ledger, clock):
    """The order was read again; one that a person closes before stays closed."""
    storefront.says(5, clock.now())
    read(4 * MINUTE)
    [case] = ledger.cases.open(NAME)
    ledger.cases.resolve([case.id], by="ada", now=clock.now())
    read()
    assert [] == ledger.cases.open(NAME)

    storefront.says(7, clock.now())
    read(4 * MINUTE)
    assert missed("6") == cases(ledger)
    read(DAY)

    assert [] == ledger.cases.open(NAME)


def test_what_is_missed_of_an_order_that_is_not_ours_is_nobodys_matter(read, storefront, ledger, clock):
    """A project may have several stores."""
    storefront.says(1, clock.now(), ref="another store's")
    storefront.says(5, clock.now(), ref="another store's")
    read(4 * MINUTE)

    assert [] == ledger.cases.open(NAME)


def test_a_storefront_that_breaks_off_has_a_case_and_is_read_again_from_there(read, storefront, ledger, clock):
    """What was read is kept; nothing is called missing that was not read to the end."""
    storefront.says(4, clock.now())
    storefront.says(6, clock.now())
    storefront.says(5, clock.now())
    storefront.pages_before_trouble = 2
    report = read(4 * MINUTE)

    assert (2, "") == (report.news, report.trouble)
    assert ["vendor_unavailable"] == [case.kind for case in ledger.cases.open(NAME)]
    assert ledger.watermarks.get(NAME, FEED) is None

    storefront.pages_before_trouble = None
    assert 1 == read(0).news
    assert [] == ledger.cases.open(NAME)


def test_a_look_finds_what_is_not_here_yet_and_stores_nothing(news, read, storefront, ledger, clock):
    """An idle connection starts no run."""
    assert not news()

    storefront.says(4, clock.now())
    assert news()
    assert [] == ledger.inbox.waiting(NAME, STOREFRONT)

    read()
    assert not news()


def test_a_gap_that_has_become_certain_is_news(news, read, storefront, ledger, clock):
    """Nothing else might happen to that order."""
    storefront.says(6, clock.now())
    read()
    assert not news()

    clock.advance(3 * MINUTE)
    assert news()
    read(0)
    assert not news()


def test_a_storefront_that_is_away_is_no_news_and_has_its_case(news, storefront, clock, ledger):
    storefront.says(4, clock.now())
    storefront.pages_before_trouble = 0

    assert not news()
    assert ["vendor_unavailable"] == [case.kind for case in ledger.cases.open(NAME)]
