"""The checks of orders: what is stuck, doubled or not accounted for is found, and nothing else."""

import pytest

from cogent_pipelines.canonical.exception_case import Severity
from cogent_pipelines_tests.reports.books import NOW, Books, ago
from cogent_pipelines_tests.reports.judging import judged


@pytest.mark.parametrize(
    ("fields", "how", "severity"),
    [
        ({"state": "failed", "reason": "Price is required"}, "failed", Severity.CRITICAL),
        ({"state": "held", "reason": "bad_address"}, "held", Severity.CRITICAL),
        ({"state": "held", "reason": "nothing_to_ship"}, "held", Severity.TRANSIENT),
        (
            {"state": "sent", "in_doubt": True, "lease_until": NOW, "first_sent_at": ago(minutes=3)},
            "in doubt",
            Severity.TRANSIENT,
        ),
        (
            {"state": "sent", "in_doubt": True, "lease_until": NOW, "first_sent_at": ago(hours=2)},
            "in doubt",
            Severity.CRITICAL,
        ),
        ({"state": "retrying", "due_at": NOW, "first_sent_at": ago(minutes=40)}, "retrying", Severity.TRANSIENT),
        ({"state": "pending", "due_at": ago(minutes=20)}, "passed over", Severity.TRANSIENT),
        ({"state": "pending", "due_at": ago(hours=2)}, "passed over", Severity.CRITICAL),
        (
            {"state": "sent", "lease_until": ago(minutes=20), "first_sent_at": ago(minutes=25)},
            "passed over",
            Severity.TRANSIENT,
        ),
    ],
)
def test_a_stuck_order_is_found_with_what_holds_it(
    books: Books, fields: dict[str, object], how: str, severity: Severity
) -> None:
    """What heals by waiting is told apart from what waits for a person."""
    books.a_good_day()
    books.both(1003, **fields)

    finding = judged(books, "stuck_orders")

    assert (1, severity, [how]) == (finding.count, finding.severity, list(finding.rows["how"]))
    assert "#1003" in finding.reason


@pytest.mark.parametrize(
    "fields",
    [
        {"state": "pending", "due_at": ago(minutes=2)},
        {"state": "sent", "lease_until": ago(minutes=-3)},
        {"state": "retrying", "due_at": NOW, "first_sent_at": ago(minutes=5)},
        {"state": "waiting", "reason": "payment_pending"},
        {"state": "cancelled"},
    ],
)
def test_an_order_that_is_on_its_way_is_not_stuck(books: Books, fields: dict[str, object]) -> None:
    """Waiting for the customer's payment, or for an attempt that is due soon, is no trouble."""
    books.a_good_day()
    books.both(1003, **fields)

    assert judged(books, "stuck_orders").passed


def test_a_stuck_order_says_whose_it_is_and_what_to_do(books: Books) -> None:
    """The case's own words and owner, not the state's; critical before transient."""
    books.a_good_day()
    books.both(1003, state="held", reason="unknown_sku")
    books.case("unknown_sku", "order-1003", "Not known to the warehouse: MUGG.", order_name="#1003")
    books.both(1004, state="pending", due_at=ago(minutes=20))

    finding = judged(books, "stuck_orders")

    assert ["#1003", "#1004"] == list(finding.rows["order_name"])
    assert ["merchandising", "engineering"] == list(finding.rows["owner_team"])
    assert (
        "2 orders are stuck: 1 held (#1003), 1 passed over (#1004). Look first at #1003, since 02 Nov 10:00 UTC: "
        "Not known to the warehouse: MUGG. Create the item at the warehouse, or map the SKU with `cogent map-sku`; "
        "the order goes out by itself afterwards."
    ) == finding.reason


def test_a_person_who_took_on_an_order_without_goods_is_believed(books: Books) -> None:
    """An order of gift cards only must not keep the check red for ever; an unknown SKU does, until it is mended."""
    books.a_good_day()
    taken = {"acknowledged_by": "ada", "acknowledged_at": NOW}
    books.both(1003, state="held", reason="nothing_to_ship")
    books.case("nothing_to_ship", "order-1003", "Only gift cards.", severity="transient", **taken)
    books.both(1004, state="held", reason="unknown_sku")
    books.case("unknown_sku", "order-1004", "Not known.", **taken)

    assert ["#1004"] == list(judged(books, "stuck_orders").rows["order_name"])


def test_many_stuck_orders_are_counted_though_few_are_shown(books: Books) -> None:
    """Ten thousand orders behind an outage must neither fill the page nor be hidden."""
    for number in range(1, 511):
        books.both(number, state="failed", reason="no")

    finding = judged(books, "stuck_orders")

    assert (510, 500) == (finding.count, len(finding.rows))
    assert "510 orders are stuck: 510 failed (#1, #10, #100 and 507 more)" in finding.reason


def test_one_order_at_two_references_is_found(books: Books) -> None:
    """Two storefront orders of one name, each with a sales order of its own."""
    books.a_good_day()
    books.order(1001, ref="again")
    books.sales_order(1001, ref="again", sales_order_ref="SO-1001-B", warehouse_ref="WH-1001-B")

    finding = judged(books, "duplicate_sales_orders")

    assert (1, ["#1001"], Severity.CRITICAL) == (finding.count, list(finding.rows["order_name"]), finding.severity)
    assert {"WH-1001", "WH-1001-B"} == set(finding.rows["warehouse_refs"].iloc[0].split(", "))


def test_a_case_of_a_doubled_order_is_found(books: Books) -> None:
    """What the read-back saw at the warehouse counts as well, as long as the case is open."""
    books.a_good_day()
    books.case("duplicate_sales_order", "order-1001", "SO-1001 is there twice.", order_name="#1001", team="operations")
    books.case("duplicate_sales_order", "order-1002", "was.", order_name="#1002", resolved_at=NOW, resolved_by="ada")

    assert ["#1001"] == list(judged(books, "duplicate_sales_orders").rows["order_name"])


def test_what_is_not_accounted_for_is_found(books: Books) -> None:
    """An order without its place in the queue is critical; an event that lies about becomes so after an hour."""
    books.a_good_day()
    event = {"source": "storefront", "topic": "orders/create"}
    books.row("inbox", **event, event_id="1", subject="order-9", received_at=ago(minutes=10))
    books.row("inbox", **event, event_id="2", received_at=ago(minutes=1))
    books.row("inbox", **event, event_id="3", received_at=ago(hours=3), taken_at=ago(hours=3))

    waiting = judged(books, "completeness")
    books.order(1003)
    forgotten = judged(books, "completeness")

    assert (["orders/create order-9"], Severity.TRANSIENT) == (list(waiting.rows["subject"]), waiting.severity)
    assert (["#1003", "orders/create order-9"], Severity.CRITICAL) == (list(forgotten.rows["subject"]), forgotten.severity)
    assert forgotten.reason.startswith(
        "Not accounted for: 1 order without a sales order (#1003), 1 event that nobody has taken in (orders/create order-9)"
    )
