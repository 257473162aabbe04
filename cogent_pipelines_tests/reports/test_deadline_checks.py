"""What a storefront is about to close as sent, and has not left, is found in time, with whose it is."""

from datetime import datetime, timedelta

import orjson
import pytest

from cogent_pipelines.canonical.exception_case import Severity
from cogent_pipelines.reports.checks import CheckFinding, finding_of
from cogent_pipelines_tests.factories.orders import NORTHWIND
from cogent_pipelines_tests.reports.books import NOW, Books


def judged(books: Books) -> CheckFinding:
    return finding_of(books.ledger, NORTHWIND, "closing_orders", now=NOW)


def closing(at: datetime) -> str:
    """The details of an order that closes then."""
    return orjson.dumps({"closes_at": at}).decode()


def order(books: Books, number: int, *, days: float, **sent: object) -> None:
    """Order `#number`, two mugs, closed in so many days; `sent` are fields of its sales order."""
    books.order(number, details=closing(NOW + timedelta(days=days)))
    books.sales_order(number, **sent)


@pytest.mark.parametrize(
    ("days", "severity"), [(3.9, Severity.TRANSIENT), (1.9, Severity.CRITICAL), (-5, Severity.CRITICAL)]
)
def test_an_order_that_closes_soon_with_something_left_to_send_is_found(
    books: Books, days: float, severity: Severity
) -> None:
    """Days ahead, so that the goods can still be found; and as long as it is open after its time."""
    books.a_good_day()
    order(books, 1003, days=days)

    finding = judged(books)

    [row] = finding.rows.itertuples()
    assert ("#1003", "2 x MUG", "warehouse", "acknowledged") == (row.order_name, row.missing, row.owner_team, row.state)
    assert (NOW + timedelta(days=days), pytest.approx(days * 24)) == (row.closes_at, row.hours_left)
    assert (1, severity) == (finding.count, finding.severity)


def test_the_check_says_which_order_to_look_at_first_and_what_to_do(books: Books) -> None:
    order(books, 1003, days=3)
    order(books, 1004, days=1)

    assert (
        "2 orders are closed by the storefront within 4 days, as if everything had been sent: #1004, #1003. Look first at "
        "#1004, which closes 03 Nov 12:00 UTC without 2 x MUG. "
        "Ask the warehouse when it leaves; cancel at the storefront what it will never send."
    ) == judged(books).reason


@pytest.mark.parametrize("days", [4.1, 14])
def test_an_order_that_has_time_is_not_shown(books: Books, days: float) -> None:
    order(books, 1003, days=days)

    assert judged(books).passed


def test_an_order_of_which_everything_is_told_or_that_was_cancelled_is_not_shown(books: Books) -> None:
    """The storefront may say so a little later."""
    order(books, 1003, days=1)
    books.parcel(1003)
    books.fulfilment(1003)
    books.order(1004, details=closing(NOW), cancelled_at=NOW)
    books.sales_order(1004)

    assert judged(books).passed


def test_of_an_order_that_left_in_part_the_rest_is_missing(books: Books) -> None:
    order(books, 1003, days=1)
    books.parcel(1003, quantity=1)
    books.fulfilment(1003, quantity=1)

    assert ["1 x MUG"] == list(judged(books).rows["missing"])


def test_a_parcel_that_is_not_told_yet_is_ours_to_tell(books: Books) -> None:
    """The goods have left: asking the warehouse would find nothing."""
    order(books, 1003, days=1)
    books.parcel(1003)
    books.fulfilment(1003, state="retrying", due_at=NOW)

    [row] = judged(books).rows.itertuples()

    assert ("operations", "a parcel has left and is not told yet") == (row.owner_team, row.why)


def test_an_order_that_never_reached_the_warehouse_is_its_cases_owners(books: Books) -> None:
    """With the words of what keeps it."""
    order(books, 1003, days=1, state="held", reason="unknown_sku")
    books.case("unknown_sku", "order-1003", "Not known to the warehouse: MUG.", order_name="#1003")

    [row] = judged(books).rows.itertuples()

    assert ("held", "merchandising", "Not known to the warehouse: MUG.") == (row.state, row.owner_team, row.why)
    assert "cogent map-sku" in row.way_out


def test_an_order_that_was_put_aside_says_why(books: Books) -> None:
    order(books, 1003, days=1)
    evidence = orjson.dumps({"order": "order-1003"}).decode()
    books.case("order_put_aside", "WH-1003", "Quarantined: no postcode.", team="warehouse", evidence=evidence)

    finding = judged(books)

    assert ["Quarantined: no postcode."] == list(finding.rows["why"])
    assert "without 2 x MUG: Quarantined: no postcode. Ask the warehouse" in finding.reason
