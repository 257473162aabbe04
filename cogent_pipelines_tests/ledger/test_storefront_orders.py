"""Storing orders: once, whole, the newest version, and their place in the queue."""

import zlib
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest

from cogent_pipelines.canonical.connection import InjectionRules
from cogent_pipelines.canonical.exception_case import NOTHING_TO_SHIP
from cogent_pipelines.canonical.identity import OrderRef
from cogent_pipelines.canonical.order import B2BBuyer, PaymentState
from cogent_pipelines.ledger.storefront_orders import StoredReport
from cogent_pipelines_tests.factories.orders import NINE, NORTHWIND, a_line, a_rich_order, an_order

LATER = NINE + timedelta(minutes=10)


def queue(ledger) -> list[tuple[str, str, str]]:
    with ledger.pool.session() as session:
        return session.execute("select sales_order_ref, state, reason from sales_order order by order_ref").fetchall()


@pytest.mark.parametrize(
    "order",
    [
        an_order(),
        a_rich_order(),
        replace(a_rich_order(), buyer=B2BBuyer("c-1", "Row Ltd", "York"), cancelled_at=NINE, cancel_reason="customer"),
        an_order(lines=(a_line(2, sku=None), a_line(1, sku=" mug ")), tags=(), attributes=(), shipping_address=None),
    ],
)
def test_an_order_comes_back_as_it_went_in(ledger, order):
    """Every field survives, line order and second currency included."""
    ledger.orders.store(NORTHWIND, [order], now=NINE)

    assert [order] == ledger.orders.get(NORTHWIND.name, [order.ref])


def test_orders_of_one_page_keep_their_own_lines(ledger):
    """One without lines among them, and one with something engraved."""
    rich = a_rich_order()
    page = [an_order(1), replace(an_order(2), lines=()), replace(rich, ref=OrderRef("3")), replace(rich, ref=OrderRef("0"))]
    ledger.orders.store(NORTHWIND, page, now=NINE)
    ledger.orders.store(NORTHWIND, [replace(each, version=LATER) for each in page[:2]], now=LATER)

    expected = [replace(each, version=LATER) for each in page[:2]] + page[2:]
    assert expected == ledger.orders.get(NORTHWIND.name, [each.ref for each in page])


def test_a_note_with_a_nul_character_does_not_keep_a_page_of_orders_out(ledger):
    """PostgreSQL's text has no NUL."""
    ledger.orders.store(NORTHWIND, [an_order(1, note="a\0b"), an_order(2)], now=NINE)

    assert "ab" == ledger.orders.get(NORTHWIND.name, [an_order(1).ref])[0].note
    assert 2 == len(queue(ledger))


def test_one_event_stored_by_64_threads_is_one_order(ledger):
    """Repeated deliveries race; one wins, the rest find it done, and nobody deadlocks."""
    page = [an_order(number) for number in range(1001, 1011)]
    backwards = list(reversed(page))
    with ThreadPoolExecutor(64) as threads:
        reports = list(
            threads.map(lambda n: ledger.orders.store(NORTHWIND, page if n % 2 else backwards, now=NINE), range(64))
        )

    assert 10 == sum(report.new for report in reports)
    assert 0 == sum(report.newer + report.older for report in reports)
    assert [(str(n), "pending", "") for n in range(1001, 1011)] == queue(ledger)


def test_an_older_version_never_overwrites_a_newer(ledger):
    """Events overtake one another; the storefront's version decides."""
    newer = an_order(version=LATER, note="newer")
    ledger.orders.store(NORTHWIND, [newer], now=NINE)

    report = ledger.orders.store(NORTHWIND, [an_order(note="older")], now=NINE)

    assert StoredReport(received=1, older=1) == report
    assert [newer] == ledger.orders.get(NORTHWIND.name, [newer.ref])


def test_of_two_versions_in_one_page_the_newer_counts(ledger):
    """A page may bring an order twice when it moved while the page was read."""
    newer = an_order(version=LATER)

    report = ledger.orders.store(NORTHWIND, [newer, an_order()], now=NINE)

    assert StoredReport(received=2, new=1, same=1, pending=1) == report
    assert [newer] == ledger.orders.get(NORTHWIND.name, [newer.ref])


def test_the_same_version_again_changes_nothing_unless_its_content_does(ledger):
    """Overlapping windows bring the same again; a hold comes without a new version."""
    ledger.orders.store(NORTHWIND, [an_order()], now=NINE)

    same = ledger.orders.store(NORTHWIND, [an_order()], now=LATER)
    assert StoredReport(received=1, same=1) == same
    ledger.orders.store(NORTHWIND, [an_order(on_hold=True)], now=LATER)

    assert [("1001", "waiting", "on_hold")] == queue(ledger)


def test_earlier_versions_are_kept_without_personal_data(ledger):
    """What an order was stays readable; who ordered it does not spread."""
    ledger.orders.store(NORTHWIND, [an_order(note="secret")], now=NINE)
    ledger.orders.store(NORTHWIND, [an_order(version=LATER, lines=(a_line(quantity=1),))], now=LATER)

    with ledger.pool.session() as session:
        rows = session.execute("select document from storefront_order_version order by version").fetchall()
    documents = [zlib.decompress(document).decode() for (document,) in rows]
    assert 2 == len(documents)
    assert all("MUG-BLUE" in document for document in documents)
    assert not any(word in document for document in documents for word in ("secret", "Ada", "York", "example.com"))
    assert 1 == ledger.orders.prune_versions(older_than=timedelta(0), now=LATER + timedelta(days=1))


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, ("pending", "")),
        ({"payment": PaymentState.PENDING}, ("waiting", "payment_pending")),
        ({"is_test": True}, ("waiting", "test_order")),
        ({"on_hold": True}, ("waiting", "on_hold")),
        ({"cancelled_at": NINE, "cancel_reason": "fraud"}, ("cancelled", "fraud")),
        ({"lines": (a_line(requires_shipping=False),)}, ("held", "nothing_to_ship")),
        ({"lines": (a_line(to_ship=0),)}, ("waiting", "shipped_elsewhere")),
        ({"lines": (a_line(to_ship=0, current=0),)}, ("cancelled", "every_line_removed")),
    ],
)
def test_an_orders_standing_decides_its_place(ledger, changes, expected):
    """Only what is paid, free and has goods to ship is queued; the rest says why not."""
    ledger.orders.store(NORTHWIND, [an_order(**changes)], now=NINE)

    assert [("1001", *expected)] == queue(ledger)


def test_an_order_without_goods_opens_a_case_that_closes_when_it_gains_a_line(ledger):
    """Nobody has to close what the storefront corrected."""
    ledger.orders.store(NORTHWIND, [an_order(lines=())], now=NINE)
    assert [NOTHING_TO_SHIP.code] == [case.kind for case in ledger.cases.open(NORTHWIND.name)]

    ledger.orders.store(NORTHWIND, [an_order(version=LATER)], now=LATER)

    assert [("1001", "pending", "")] == queue(ledger)
    assert [] == ledger.cases.open(NORTHWIND.name)


def test_a_waiting_order_is_queued_when_it_is_paid(ledger):
    """And word of it goes out to whoever waits for work."""
    ledger.orders.store(NORTHWIND, [an_order(payment=PaymentState.PENDING)], now=NINE)
    with ledger.listening() as listener:
        ledger.orders.store(NORTHWIND, [an_order(version=LATER)], now=LATER)

        assert listener.wait(5, words=["northwind_uk:order_injection"])
    assert [("1001", "pending", "")] == queue(ledger)


def test_two_orders_of_one_name_get_two_references(ledger):
    """Names are not promised to be unique; the warehouse's reference must be."""
    twin = replace(an_order(2002), name="#1001")
    ledger.orders.store(NORTHWIND, [an_order(1001), twin], now=NINE)
    ledger.orders.store(NORTHWIND, [replace(an_order(3003), name="# 1001")], now=NINE)

    assert ["1001", "1001-2002", "1001-3003"] == [ref for ref, _, _ in queue(ledger)]


def test_a_prefix_tells_connections_apart_at_a_shared_warehouse(ledger):
    """The prefix comes from the connection's rules."""
    connection = replace(NORTHWIND, injection=InjectionRules(sales_order_prefix="NW-"))
    ledger.orders.store(connection, [an_order()], now=NINE)

    assert [("NW-1001", "pending", "")] == queue(ledger)
