"""The tables: each as its description promises, whether the ledger is full or empty, and what matters first."""

from datetime import date

import pytest

from cogent_pipelines.canonical.bundle import Bundles
from cogent_pipelines.canonical.frames import MODELS, model_of
from cogent_pipelines.ledger.database import Ledger
from cogent_pipelines.reports.tables import daily_table_of, row_count, table_of
from cogent_pipelines_tests.reports.books import CONNECTION, NOW, Books, ago

DAILY = ("order_value_reconciliation", "despatch_reconciliation")
LIVE = tuple(noun for noun in MODELS if noun not in DAILY)
LONDON = "Europe/London"


def a_bad_day(books: Books) -> None:
    """Every state and every kind of row once, so that each column is filled and each is empty somewhere."""
    books.a_good_day()
    books.both(1003, state="held", reason="unknown_sku")
    books.case("unknown_sku", "order-1003", "Not known to the warehouse: MUGG.", order_name="#1003")
    books.both(1004, state="failed", reason="Price is required")
    books.both(1005, state="retrying", reason="503", due_at=NOW, first_sent_at=ago(minutes=1))
    books.both(1006, state="sent", in_doubt=True, lease_until=NOW, first_sent_at=ago(minutes=1))
    books.both(1007, state="waiting", reason="payment_pending")
    books.both(1008, state="cancelled", reason="cancelled")
    books.both(1009, state="pending", due_at=ago(seconds=1))
    books.parcel(9, order_ref=None, sales_order_ref="WHO-KNOWS")
    books.parcel(1002, sku="TRAY", tracking_number="")
    books.fulfilment(1002, state="held", reason="despatch_line_mismatch")
    books.product(None, product_ref="bare", title="Card")
    books.product("mug ", product_ref="twin")
    books.item("SPARE")
    books.level("SPARE", -1.5, on_hand=None)
    books.told("SPARE", 0, state="blocked", reason="unknown there", published_quantity=None, published_at=None)
    books.difference(1001, "unit_price_rounding", 2000, 1998)
    books.difference(1002, "unexplained", 2395, 2000, line_ref="", explained=False)


@pytest.mark.parametrize("noun", LIVE)
def test_a_live_table_is_as_described_on_a_bad_day(ledger: Ledger, books: Books, noun: str) -> None:
    """Every column that the description names is there, of its type and within its limits; rows of every kind prove it."""
    a_bad_day(books)

    frame = table_of(ledger, CONNECTION, noun, now=NOW)

    assert not frame.empty
    model_of(noun).validate(frame, lazy=True)
    assert row_count(ledger, CONNECTION, noun) == len(frame)


@pytest.mark.parametrize("noun", DAILY)
def test_a_daily_table_is_as_described_on_a_bad_day(ledger: Ledger, books: Books, noun: str) -> None:
    """As for live tables."""
    a_bad_day(books)

    frame = daily_table_of(ledger, CONNECTION, noun, NOW.date(), timezone=LONDON)

    assert not frame.empty
    model_of(noun).validate(frame, lazy=True)
    assert row_count(ledger, CONNECTION, noun) == len(frame)


@pytest.mark.parametrize("noun", LIVE)
def test_an_empty_live_table_has_its_columns_and_types(ledger: Ledger, noun: str) -> None:
    """A connection's first minute must not fail its own schema checks."""
    frame = table_of(ledger, CONNECTION, noun)

    assert 0 == len(frame) == row_count(ledger, CONNECTION, noun)
    model_of(noun).validate(frame, lazy=True)


@pytest.mark.parametrize("noun", DAILY)
def test_an_empty_day_has_its_columns_and_types(ledger: Ledger, noun: str) -> None:
    """A day without differences is a good day, not a broken one."""
    frame = daily_table_of(ledger, CONNECTION, noun, NOW.date(), timezone=LONDON)

    assert 0 == len(frame)
    model_of(noun).validate(frame, lazy=True)


@pytest.mark.parametrize("noun", LIVE)
def test_tables_hold_no_personal_data_and_nothing_of_others(ledger: Ledger, books: Books, noun: str) -> None:
    """Names, mail addresses, streets and tracking links stay in the ledger; another connection sees nothing at all."""
    a_bad_day(books)

    text = table_of(ledger, CONNECTION, noun, now=NOW).to_csv()

    assert [] == [secret for secret in ("Ada", "@example", "postcode") if secret in text]
    assert 0 == len(table_of(ledger, "another", noun)) == row_count(ledger, "another", noun)


def test_orders_that_wait_for_a_person_come_first_with_the_reason_in_words(ledger: Ledger, books: Books) -> None:
    """What failed, then what is held, then doubt, then time; what is done comes last."""
    a_bad_day(books)

    frame = table_of(ledger, CONNECTION, "wms_sales_orders", now=NOW)

    assert ["#1004", "#1003", "#1006", "#1005", "#1009", "#1007"] == list(frame["order_name"][:6])
    held = frame.iloc[1]
    assert ("Not known to the warehouse: MUGG.", "merchandising", "critical") == (
        held["reason"],
        held["owner_team"],
        held["severity"],
    )
    assert ago(hours=2) == held["waiting_since"]
    assert "payment is pending" == frame.iloc[5]["reason"]
    assert 3600.0 == frame.set_index("order_name").loc["#1001", "seconds_to_acknowledge"]


def test_a_limit_keeps_what_is_most_urgent(ledger: Ledger, books: Books) -> None:
    """A table of a million orders shows the few that matter."""
    a_bad_day(books)

    frame = table_of(ledger, CONNECTION, "wms_sales_orders", limit=2, now=NOW)

    assert ["#1004", "#1003"] == list(frame["order_name"])


def test_open_cases_say_how_old_they_are_and_what_to_do(ledger: Ledger, books: Books) -> None:
    """Only what is wrong now is listed, critical before transient."""
    books.case("vendor_unavailable", "peoplevox: order_injection", "503", severity="transient", team="operations")
    books.case("unknown_sku", "order-1", "Not known: X.", suggestion="map X")
    books.case("unknown_sku", "order-2", "Not known: Y.", resolved_at=NOW, resolved_by="itself")

    frame = table_of(ledger, CONNECTION, "exceptions", now=NOW)

    assert ["unknown_sku", "vendor_unavailable"] == list(frame["kind"])
    assert (2.0, "map X") == (frame.iloc[0]["age_hours"], frame.iloc[0]["suggestion"])
    assert frame.iloc[0]["way_out"].startswith("Create the item at the warehouse")


def test_the_audit_tells_what_each_side_is_missing(ledger: Ledger, books: Books) -> None:
    """Unknown, spelt differently, deactivated, blank, off sale, twice, in stock and not sold: each once, with what to do."""
    for sku, active in (("MUG", True), ("m ug", True), ("OLD", False), ("TIN", True), ("PIN", True)):
        books.item(sku, active=active)
    for sku in ("mug", "OLD", "NEW", "TIN"):
        books.product(sku)
    books.product("TIN", product_ref="other tin")
    books.product(None, product_ref="bare", title="Card")
    books.product("BAG", active=False)
    books.item("BAG")
    books.level("BAG", 3)
    books.product("PIN", active=False)
    books.both(1001, sku="PIN", state="pending")

    frame = table_of(ledger, CONNECTION, "sku_audit").set_index("problem")

    assert {
        "unknown": "NEW",
        "spelt_differently": "mug",
        "inactive_at_warehouse": "OLD",
        "inactive_at_storefront": "PIN",
        "sold_twice": "TIN",
        "twin_at_warehouse": "MUG",
        "in_stock_not_on_sale": "BAG",
    } == frame["sku"].dropna().to_dict()
    assert "Card" == frame.loc["blank", "title"]
    assert f'Confirm: cogent map-sku {CONNECTION} "mug" "MUG"' == frame.loc["spelt_differently", "suggestion"]


def test_a_day_ends_at_midnight_where_the_brand_trades(ledger: Ledger, books: Books) -> None:
    """A parcel that left at 23:30 in New York belongs to that day, though it is the next in UTC."""
    books.both(1001)
    books.parcel(1001, despatched_at="2026-11-03T04:30:00+00:00")

    in_new_york = daily_table_of(
        ledger, CONNECTION, "despatch_reconciliation", date(2026, 11, 2), timezone="America/New_York"
    )
    in_london = daily_table_of(ledger, CONNECTION, "despatch_reconciliation", date(2026, 11, 2), timezone=LONDON)

    assert ["not_told"] == list(in_new_york["problem"])
    assert 0 == len(in_london)


def test_parcels_are_held_against_what_the_storefront_was_told(ledger: Ledger, books: Books) -> None:
    """One row per trouble; a parcel that was told at once, with all its units and tracking, has none."""
    for number in (1001, 1002, 1003, 1004):
        books.both(number)
        books.parcel(number)
    books.fulfilment(1001)
    books.fulfilment(1002, quantity=1)
    books.fulfilment(1003, acknowledged_at=NOW.replace(hour=15))
    books.parcel(9, order_ref=None, tracking_number="")

    frame = daily_table_of(ledger, CONNECTION, "despatch_reconciliation", NOW.date(), timezone=LONDON)

    assert [
        ("unmatched", "D-9"),
        ("not_told", "D-1004"),
        ("quantity_differs", "D-1002"),
        ("told_late", "D-1003"),
        ("no_tracking", "D-9"),
    ] == list(zip(frame["problem"], frame["despatch_ref"], strict=True))


def test_differences_in_value_say_what_they_are_of(ledger: Ledger, books: Books) -> None:
    """What is unexplained comes first; a line is called by its SKU, delivery and totals are the whole order's."""
    a_bad_day(books)

    frame = daily_table_of(ledger, CONNECTION, "order_value_reconciliation", NOW.date(), timezone=LONDON)

    assert [("#1002", "whole order", 395), ("#1001", "MUG", 2)] == list(
        zip(frame["order_name"], frame["what"], frame["difference_minor"], strict=True)
    )


# ---- bundles

SET = Bundles.of([("SET", [("MUG", 2), ("TEA", 1)])])


def test_a_bundle_is_at_the_warehouse_where_all_that_it_holds_is(ledger: Ledger, books: Books) -> None:
    """And what is sold in bundles only is sold."""
    books.product("SET")
    for sku in ("MUG", "TEA"):
        books.item(sku)

    [product] = table_of(ledger, CONNECTION, "storefront_products", bundles=SET).itertuples()
    items = table_of(ledger, CONNECTION, "wms_items", bundles=SET)

    assert ("2 x MUG, 1 x TEA", True) == (product.warehouse_sku, product.at_warehouse)
    assert [True, True] == list(items["sold"])


def test_the_audit_names_what_a_bundle_lacks_and_not_the_bundle(ledger: Ledger, books: Books) -> None:
    """A component in stock is not missed in the shop, where the bundle sells it."""
    books.product("SET", title="Tea for two")
    books.item("MUG")
    books.level("MUG", 9)

    [row] = table_of(ledger, CONNECTION, "sku_audit", bundles=SET).itertuples()

    assert ("unknown", "TEA", "Tea for two (in the bundle SET)") == (row.problem, row.sku, row.title)
    assert 1 == row_count(ledger, CONNECTION, "sku_audit", bundles=SET)


def test_a_bundle_that_was_told_as_one_unit_is_no_difference_of_parcels(ledger: Ledger, books: Books) -> None:
    """Two mugs and tea left, one set was told; a parcel with part of another is not told yet, the third was covered."""
    books.both(1001, sku="SET", quantity=1)
    for ref, state in (("D-1001", "acknowledged"), ("D-1002", "waiting"), ("D-1003", "covered")):
        books.parcel(1001, despatch_ref=ref, quantity=2)
        books.row("despatch_line", despatch_ref=ref, position=1, sku="TEA", quantity=1)
        books.fulfilment(1001, despatch_ref=ref, state=state, quantity=1)
        for place, units in ((1, 2), (2, 1)):
            placed = {"despatch_ref": ref, "line_ref": f"line-1001/{place}", "part_of": "line-1001", "quantity": units}
            books.row("parcel_placement", **placed)

    frame = daily_table_of(ledger, CONNECTION, "despatch_reconciliation", NOW.date(), timezone=LONDON)

    assert [("not_told", "D-1002")] == list(zip(frame["problem"], frame["despatch_ref"], strict=True))
