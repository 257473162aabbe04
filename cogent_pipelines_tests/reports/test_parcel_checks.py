"""The checks of parcels: unknown, without tracking, or late."""

from dataclasses import replace
from datetime import timedelta

import pytest

from cogent_pipelines.canonical.connection import FulfilmentRules
from cogent_pipelines.canonical.exception_case import Severity
from cogent_pipelines.reports.checks import finding_of
from cogent_pipelines_tests.factories.orders import NORTHWIND
from cogent_pipelines_tests.reports.books import NOW, Books, ago
from cogent_pipelines_tests.reports.judging import judged


def test_a_parcel_that_nobody_knows_is_found(books: Books) -> None:
    """With the reference and the goods that the warehouse gave, for that is what is asked about."""
    books.a_good_day()
    books.parcel(9, order_ref=None, sales_order_ref="WHO-KNOWS", sku="TRAY", quantity=3)

    finding = judged(books, "unmatched_despatches")

    assert (["D-9"], ["3 x TRAY"], Severity.CRITICAL) == (
        list(finding.rows["despatch_ref"]),
        list(finding.rows["goods"]),
        finding.severity,
    )
    assert "“WHO-KNOWS” with 3 x TRAY" in finding.reason


def test_a_parcel_without_tracking_is_found_after_its_grace(books: Books) -> None:
    """Before, it waits by itself; the connection says how long."""
    books.a_good_day()
    books.parcel(1002, tracking_number="")
    hasty = replace(NORTHWIND, fulfilment=FulfilmentRules(tracking_grace=timedelta(minutes=30)))

    patient = judged(books, "missing_tracking")
    finding = finding_of(books.ledger, hasty, "missing_tracking", now=NOW)

    assert patient.passed
    assert (["#1002"], Severity.CRITICAL) == (list(finding.rows["order_name"]), finding.severity)
    assert "no tracking number 30 minutes after leaving: #1002" in finding.reason


@pytest.mark.parametrize(
    ("told", "severity"),
    [
        ({"state": "failed", "reason": "order was edited"}, Severity.CRITICAL),
        ({"state": "retrying", "reason": "503"}, Severity.TRANSIENT),
        ({"acknowledged_at": NOW + timedelta(hours=2)}, Severity.TRANSIENT),
        (None, Severity.TRANSIENT),
    ],
)
def test_a_parcel_that_was_told_late_or_not_at_all_is_found(
    books: Books, told: dict[str, object] | None, severity: Severity
) -> None:
    """An hour after it left the storefront does not know it, or it was told three hours later."""
    books.a_good_day()
    books.parcel(1002, sku="TRAY")
    if told is not None:
        books.fulfilment(1002, **told)

    finding = judged(books, "late_fulfilments")

    assert (["#1002"], severity) == (list(finding.rows["order_name"]), finding.severity)


def test_a_parcel_that_waits_for_tracking_or_has_just_left_is_not_late(books: Books) -> None:
    """The grace for tracking is the connection's own wish."""
    books.a_good_day()
    books.parcel(1002, tracking_number="")
    books.fulfilment(1002, state="pending", due_at=NOW + timedelta(hours=3), told_tracking_number="")
    books.both(1003)
    books.parcel(1003, despatched_at=ago(minutes=10), captured_at=ago(minutes=9))

    assert judged(books, "late_fulfilments").passed
