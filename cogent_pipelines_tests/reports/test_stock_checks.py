"""The checks of stock: sold and not there, or believed otherwise by the storefront."""

from dataclasses import replace

import pytest

from cogent_pipelines.canonical.connection import StockRules
from cogent_pipelines.canonical.exception_case import Severity
from cogent_pipelines.reports.checks import finding_of
from cogent_pipelines_tests.factories.orders import NORTHWIND
from cogent_pipelines_tests.reports.books import NOW, Books, ago
from cogent_pipelines_tests.reports.judging import judged


def test_more_sold_than_there_is_is_found(books: Books) -> None:
    """Units at the warehouse and not yet gone, and units that are still on their way there, against the shelf."""
    books.a_good_day()
    books.item("LAMP")
    books.level("LAMP", 0, on_hand=5)
    books.both(1003, sku="LAMP", quantity=4)
    books.both(1004, sku="LAMP", quantity=3, state="held", reason="bad_address")
    books.both(1005, sku="LAMP", quantity=9)
    books.parcel(1005, sku="LAMP", quantity=9)

    finding = judged(books, "oversold_skus")

    row = finding.rows.iloc[0]
    assert (1, "LAMP", 2, 4, 3) == (
        finding.count,
        row["sku"],
        row["short_by"],
        row["units_at_warehouse"],
        row["units_not_there_yet"],
    )
    assert finding.reason.startswith("1 SKU is oversold, 2 units in all: LAMP by 2.")


def test_a_shelf_that_was_counted_before_its_parcels_are_known_is_not_judged(books: Books) -> None:
    """Units that left before the count, in parcels that are not read yet, are not sold twice."""
    books.a_good_day()
    books.level("LAMP", 0, on_hand=0, snapshot_at=ago(minutes=1))
    books.both(1003, sku="LAMP")
    books.row("watermark", feed="despatches", up_to=ago(minutes=2), moved_at=ago(minutes=2))

    unknown = judged(books, "oversold_skus").passed
    books.parcel(1003, sku="LAMP")
    known = judged(books, "oversold_skus").passed

    assert (True, True) == (unknown, known)


def test_a_negative_figure_is_oversold_whatever_else(books: Books) -> None:
    """The warehouse itself says that it has promised more than it has."""
    books.a_good_day()
    books.level("LAMP", -3, on_hand=100)

    assert [("LAMP", 3)] == list(judged(books, "oversold_skus").rows[["sku", "short_by"]].itertuples(index=False, name=None))


def test_without_a_count_of_the_shelf_what_is_free_is_judged(books: Books) -> None:
    """Orders that the figure cannot contain yet must fit into it."""
    books.a_good_day()
    books.level("LAMP", 5, on_hand=None)
    books.level("SOFA", 1, on_hand=None)
    books.both(1003, sku="LAMP", quantity=5, state="pending", due_at=NOW)
    books.both(1004, sku="SOFA", quantity=2, state="pending", due_at=NOW)

    assert ["SOFA"] == list(judged(books, "oversold_skus").rows["sku"])


@pytest.mark.parametrize(
    ("told", "severity"),
    [
        ({"quantity": 9}, Severity.TRANSIENT),
        ({"quantity": 9, "state": "retrying", "reason": "503", "attempt": 4}, Severity.TRANSIENT),
        ({"quantity": 5, "state": "blocked", "reason": "unknown there"}, Severity.CRITICAL),
        (None, Severity.TRANSIENT),
    ],
)
def test_a_storefront_that_believes_something_else_is_found(
    books: Books, told: dict[str, object] | None, severity: Severity
) -> None:
    """Five units are free and have been for twenty minutes."""
    books.a_good_day()
    books.product("LAMP")
    books.item("LAMP")
    books.level("LAMP", 5)
    if told is not None:
        books.told("LAMP", **told)  # type: ignore[arg-type]

    finding = judged(books, "stock_drift")

    assert (["LAMP"], severity) == (list(finding.rows["sku"]), finding.severity)
    assert "LAMP" in finding.reason


def test_stock_that_has_been_wrong_for_an_hour_waits_for_a_person(books: Books) -> None:
    """It should have healed by itself."""
    books.a_good_day()
    books.product("LAMP")
    books.level("LAMP", 5, changed_at=ago(hours=2))
    books.told("LAMP", 9, published_at=ago(hours=3))

    assert Severity.CRITICAL is judged(books, "stock_drift").severity


def test_a_figure_that_has_just_changed_is_not_drift(books: Books) -> None:
    """It is about to be told; so is one whose orders moved a moment ago."""
    books.a_good_day()
    for sku in ("LAMP", "SOFA"):
        books.product(sku)
        books.told(sku, 9)
    books.level("LAMP", 5, changed_at=ago(minutes=1))
    books.level("SOFA", 5)
    books.both(1003, sku="SOFA", changed_at=ago(minutes=1))

    assert judged(books, "stock_drift").passed


def test_what_was_told_less_the_buffer_and_the_demand_is_right(books: Books) -> None:
    """The storefront is told what is left to sell, not what is on the shelf."""
    books.a_good_day()
    buffered = replace(NORTHWIND, stock=StockRules(buffers_by_sku={"LAMP": 2}))
    books.product("LAMP")
    books.level("LAMP", 8)
    books.both(1003, sku="LAMP", quantity=3, state="held", reason="bad_address")
    books.told("LAMP", 3)

    assert finding_of(books.ledger, buffered, "stock_drift", now=NOW).passed
    assert ["LAMP"] == list(judged(books, "stock_drift").rows["sku"])
