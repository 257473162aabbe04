"""The checks: each passes on a good day, fails on its own fault and on no other's, and says what to do."""

from dataclasses import replace
from datetime import timedelta

import pytest

from cogent_pipelines.canonical.bundle import Bundles
from cogent_pipelines.canonical.connection import FulfilmentRules, StockRules
from cogent_pipelines.canonical.exception_case import Severity
from cogent_pipelines.ledger.database import Ledger
from cogent_pipelines.reports.checks import CHECKS, CheckFinding, finding_of
from cogent_pipelines_tests.factories.orders import NORTHWIND
from cogent_pipelines_tests.reports.books import NOW, Books, ago


def judged(books: Books, check: str) -> CheckFinding:
    return finding_of(books.ledger, NORTHWIND, check, now=NOW)


def failing(books: Books) -> list[str]:
    return [check for check in CHECKS if not judged(books, check).passed]


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


# ---- orders


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


# ---- parcels


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


# ---- stock


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
