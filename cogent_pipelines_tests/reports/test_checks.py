"""The checks: each passes on a good day, fails on its own fault and on no other's, and says what to do."""

from dataclasses import replace

import pytest

from cogent_pipelines.canonical.bundle import Bundles
from cogent_pipelines.canonical.exception_case import Severity
from cogent_pipelines.ledger.database import Ledger
from cogent_pipelines.reports.checks import CHECKS, finding_of
from cogent_pipelines_tests.factories.orders import NORTHWIND
from cogent_pipelines_tests.reports.books import NOW, Books, ago
from cogent_pipelines_tests.reports.judging import failing, judged


@pytest.mark.parametrize("check", CHECKS)
def test_every_check_passes_on_a_good_day(books: Books, check: str) -> None:
    """A check that cries on a good day is not read on a bad one."""
    books.a_good_day()

    finding = judged(books, check)

    assert (True, 0, 0) == (finding.passed, finding.count, len(finding.rows))
    assert finding.reason


@pytest.mark.parametrize("check", CHECKS)
def test_every_check_passes_on_an_empty_ledger(books: Books, check: str) -> None:
    """A connection's first minute is no trouble, and another connection's trouble is not its own."""
    books.row("storefront_product", connection="other", product_ref="p", sku="X", active=True, seen_at=NOW)

    assert judged(books, check).passed


# ---- SKUs


def test_what_cannot_be_shipped_as_sold_is_found(books: Books) -> None:
    """Unknown, spelt differently, deactivated and missing are told apart; SKUs that keep orders waiting come first."""
    books.a_good_day()
    books.both(1003, sku="tray ", state="held", reason="sku_variant")
    books.order(1004, sku=None)
    books.sales_order(1004, state="held", reason="missing_sku")
    books.item("OLD", active=False)
    books.product("OLD")
    books.product("NEW")

    finding = judged(books, "sku_mismatches")

    found = {row.problem: (row.sku, row.orders_waiting) for row in finding.rows.dropna(subset="sku").itertuples()}
    assert {"spelt_differently": ("tray ", 1), "inactive_at_warehouse": ("OLD", 0), "unknown": ("NEW", 0)} == found
    assert "blank" in set(finding.rows["problem"][:2])
    assert (4, Severity.CRITICAL) == (finding.count, finding.severity)
    assert "1 spelt differently there (tray )" in finding.reason


def test_a_mapping_that_a_person_confirmed_settles_a_sku(books: Books) -> None:
    """A suggestion does not; nor does a mapping to an item that the warehouse does not have."""
    books.a_good_day()
    for sku in ("SOLD-A", "SOLD-B", "SOLD-C"):
        books.product(sku)
    books.mapping("SOLD-A", "MUG")
    books.mapping("SOLD-B", "MUG", "suggested")
    books.mapping("SOLD-C", "GONE")

    finding = judged(books, "sku_mismatches")

    assert {"SOLD-B", "SOLD-C"} == set(finding.rows["sku"])
    assert 'Confirm: cogent map-sku northwind_uk "SOLD-B" "MUG"' in set(finding.rows["suggestion"])


def test_what_is_not_shipped_or_not_sold_needs_no_item(books: Books) -> None:
    """Gift cards, drafts and cancelled orders are nobody's trouble."""
    books.a_good_day()
    books.product("GIFT", requires_shipping=False)
    books.product("DRAFT", active=False)
    books.order(1003, sku="NEVER", cancelled_at=NOW)
    books.sales_order(1003, state="held")

    assert judged(books, "sku_mismatches").passed


# ---- money


def test_differences_in_value_are_found_with_their_causes(books: Books) -> None:
    """Explained to the penny, they need only be booked; what is unexplained needs a person."""
    books.a_good_day()
    books.difference(1001, "unit_price_rounding", 2000, 1998)

    explained = judged(books, "value_discrepancies")
    books.difference(1002, "unexplained", 2395, 2000, line_ref="", explained=False)
    unexplained = judged(books, "value_discrepancies")

    assert (1, Severity.TRANSIENT) == (explained.count, explained.severity)
    assert (
        "1 difference of 0.02 GBP in all: 1 unit price rounding (#1001). All of it is explained; book it; "
        "the largest is 0.02 GBP on #1001."
    ) == explained.reason
    assert (2, Severity.CRITICAL) == (unexplained.count, unexplained.severity)
    assert [("#1002", 395, False), ("#1001", 2, True)] == list(
        zip(unexplained.rows["order_name"], unexplained.rows["difference_minor"], unexplained.rows["explained"], strict=True)
    )


def test_what_is_never_sent_to_a_warehouse_is_no_discrepancy(books: Books) -> None:
    """Vouchers, and tax on top of prices, differ by design; finance still reads them in the reconciliation."""
    books.a_good_day()
    books.difference(1001, "not_sent", 2500, 0)
    books.difference(1002, "tax_outside_prices", 400, 0, line_ref="")

    assert judged(books, "value_discrepancies").passed


# ---- and no other


@pytest.mark.parametrize(
    ("fault", "checks"),
    [
        ("unknown_sku", ["sku_mismatches", "stuck_orders"]),
        ("unknown_parcel", ["unmatched_despatches"]),
        ("price", ["value_discrepancies"]),
        ("refused_stock", ["stock_drift"]),
    ],
)
def test_a_fault_is_found_by_its_own_checks_only(ledger: Ledger, books: Books, fault: str, checks: list[str]) -> None:
    """Ten red checks for one cause would hide the cause."""
    books.a_good_day()
    if fault == "unknown_sku":
        books.both(1003, sku="NEVER", state="held", reason="unknown_sku")
    elif fault == "unknown_parcel":
        books.parcel(9, order_ref=None)
    elif fault == "price":
        books.difference(1001, "price_changed", 2000, 1900)
    else:
        books.told("LAMP", 1, state="blocked", reason="unknown there")

    assert checks == failing(books)


# ---- bundles


def test_every_check_passes_where_a_bundle_is_sold_and_has_left(books: Books) -> None:
    """The bundle's SKU is at no warehouse, its parcel holds other units than were told, its figure is its components'."""
    connection = replace(NORTHWIND, bundles=Bundles.of([("SET", [("MUG", 2), ("TRAY", 1)])]))
    books.a_good_day()
    books.product("SET")
    books.told("SET", 2)
    books.order(1003, sku="SET", quantity=1)
    books.sales_order(1003, sku="MUG", quantity=2)
    books.parcel(1003)
    books.fulfilment(1003, quantity=1)
    placed = {"despatch_ref": "D-1003", "line_ref": "line-1003/1", "part_of": "line-1003", "quantity": 2}
    books.row("parcel_placement", **placed)

    judged = [finding_of(books.ledger, connection, check, now=NOW) for check in CHECKS]

    assert [] == [finding.reason for finding in judged if not finding.passed]


def test_a_parcel_that_waits_for_the_rest_of_a_bundle_is_late_but_heals_by_itself(books: Books) -> None:
    """It is not told, which is said; one that another parcel covers is done."""
    books.a_good_day()
    for number, state in ((1003, "waiting"), (1004, "covered")):
        books.both(number)
        books.parcel(number, despatched_at=ago(hours=5))
        books.fulfilment(number, state=state, reason="holds part of a bundle")

    finding = judged(books, "late_fulfilments")

    assert (False, 1, Severity.TRANSIENT) == (finding.passed, finding.count, finding.severity)
    assert "#1003" in finding.reason
