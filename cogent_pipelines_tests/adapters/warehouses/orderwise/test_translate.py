"""Promises about rows in general: whatever stands in them, they are read, or what cannot be read is named."""

import json
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cogent_pipelines.adapters.warehouses.orderwise import translate
from cogent_pipelines.adapters.warehouses.orderwise.cells import Unreadable, number_or_none
from cogent_pipelines.adapters.warehouses.orderwise.definitions import DEFINITIONS, Question
from cogent_pipelines.adapters.warehouses.orderwise.parcels import Shipped, parcels
from cogent_pipelines.adapters.warehouses.orderwise.translate import MovementRow, OrderRow
from cogent_pipelines.canonical.despatch import Despatch
from cogent_pipelines.canonical.identity import SalesOrderRef, Sku
from cogent_pipelines.ports.errors import VendorError
from cogent_pipelines_tests.adapters.warehouses.orderwise.connecting import NOON, SETTINGS, order

TOMORROW = NOON + timedelta(days=1)
CELLS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=True, allow_infinity=True)
    | st.text(max_size=60)
    | st.sampled_from(["2026-11-20T10:00:00", "2026-11-20T10:00:00Z", "0001-01-01T00:00:00", "9e999", "NaN", "1e12", " "])
    | st.lists(st.integers(), max_size=2)
    | st.dictionaries(st.text(max_size=3), st.integers(), max_size=2)
)
READERS = {
    Question.ORDER_BY_REF: translate.order_row,
    Question.ORDER_LINES: translate.line_row,
    Question.ORDERS_CHANGED: translate.delivery_row,
    Question.DESPATCH_LINES: translate.movement_row,
    Question.STOCK_CHANGED: translate.stock_row,
    Question.KIT_STOCK_CHANGED: translate.component_row,
    Question.ITEMS: translate.item,
}


def rows_for(question: Question) -> st.SearchStrategy[dict[str, Any]]:
    definition = DEFINITIONS[question]
    return st.fixed_dictionaries(
        dict.fromkeys(definition.columns, CELLS), optional=dict.fromkeys((*definition.optional, "is_dropship"), CELLS)
    )


@pytest.mark.parametrize("question", list(READERS))
@given(data=st.data())
def test_any_row_is_read_or_the_column_at_fault_is_named(question, data):
    """A definition may have been edited into anything."""
    row = data.draw(rows_for(question))
    try:
        READERS[question](row)
    except Unreadable as fault:
        named = str(fault)
    else:
        named = "column"
    assert named.startswith("column")


@given(text=st.text(min_size=20, max_size=60))
def test_what_cannot_be_read_is_not_quoted(text):
    """It may be somebody's name that stands in the wrong column."""
    with pytest.raises(Unreadable) as fault:
        translate.stock_row({"sku": "MUG", "stock_location_id": text + "x", "free_qty": 1})

    assert "column stock_location_id is a str, not a number" == str(fault.value)


@pytest.mark.parametrize("question", [Question.ORDERS_CHANGED, Question.STOCK_CHANGED, Question.ITEMS])
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=30)
@given(data=st.data())
def test_a_feed_of_any_rows_is_read_or_refused(connect, tenant, question, data):
    """No answer of a vendor's brings a flow down; what is refused says why."""
    rows = st.lists(rows_for(question), max_size=4)
    answer = [{"contract_version": 1, **row} for row in data.draw(rows)]
    movements = [
        {"contract_version": 2, **row} for row in data.draw(st.lists(rows_for(Question.DESPATCH_LINES), max_size=4))
    ]
    tenant.answers = {question: [_json(answer)], Question.DESPATCH_LINES: [_json(movements)]}
    warehouse = connect().warehouse
    feeds = {
        Question.ORDERS_CHANGED: lambda: warehouse.despatches(NOON),
        Question.STOCK_CHANGED: warehouse.stock_all,
        Question.ITEMS: warehouse.items,
    }
    try:
        found = [type(each).__name__ for page in feeds[question]() for each in page]
    except VendorError as refusal:
        found = [refusal.message]
    assert all(found)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=30)
@given(answer=CELLS | st.dictionaries(st.sampled_from(["orderId", "eCommerceOrderNumber", "Message"]), CELLS))
def test_any_answer_to_an_order_has_an_outcome(connect, tenant, answer):
    """One per order, and never two orders."""
    tenant.answers = {"create": [_json(answer)]}
    warehouse = connect().warehouse

    assert 1 == len(warehouse.create_sales_orders([order()]))


@given(
    data=st.lists(
        st.tuples(st.integers(0, 86_399), st.sampled_from(["MUG", "PLATE"]), st.integers(1, 9)), min_size=1, max_size=12
    ),
    cut=st.integers(0, 12),
)
def test_parcels_hold_what_moved_and_later_movements_change_no_earlier_parcel(data, cut):
    """Whatever leaves and whenever it is read: units add up, references stay."""
    day = NOON.replace(hour=0, tzinfo=None)
    moved = [
        MovementRow(
            at, 5, 1, sku, _units(units), day.replace(hour=s // 3600, minute=s % 3600 // 60, second=s % 60), sku, None
        )
        for at, (s, sku, units) in enumerate(sorted(data))
    ]
    by_line = [replace(row, line_id=1 if row.sku == "MUG" else 2) for row in moved]
    known = OrderRow(5, "41005", "SO-1", "Completed")

    early = parcels(Shipped(known, [], by_line[:cut], TOMORROW), SETTINGS)
    late = parcels(Shipped(known, [], by_line, TOMORROW), SETTINGS)

    assert sum(units for _, _, units in data) == sum(line.quantity for parcel in _read(late) for line in parcel.lines)
    assert [each.ref for each in early] == [each.ref for each in late][: len(early)]
    assert early[:-1] == late[: len(early)][:-1]
    assert {SalesOrderRef("SO-1")} == {each.sales_order_ref for each in late}
    assert {Sku(sku) for _, sku, _ in data} == {line.sku for parcel in _read(late) for line in parcel.lines}


@given(
    moments=st.lists(st.integers(0, 600), min_size=1, max_size=8),
    looks=st.lists(st.integers(0, 900), min_size=1, max_size=4),
    skew=st.integers(-120, 120),
)
def test_a_parcel_that_was_told_never_changes(moments, looks, skew):
    """Whenever it is looked, and by however much the server's clock may differ."""
    started = NOON + timedelta(seconds=skew)
    moved = [
        MovementRow(at, 5, 1, "MUG", Decimal(1), (started + timedelta(seconds=s)).replace(tzinfo=None), "MUG", None)
        for at, s in enumerate(sorted(moments))
    ]
    known = OrderRow(5, "41005", "SO-1", "Completed")
    whole = parcels(Shipped(known, [], moved, TOMORROW), SETTINGS)

    for look in sorted(looks):
        seen = [row for row, s in zip(moved, sorted(moments), strict=True) if s <= look]
        told = parcels(Shipped(known, [], seen, NOON + timedelta(seconds=look)), SETTINGS)
        assert whole[: len(told)] == told


def _read(found: list[Any]) -> list[Despatch]:
    return [each for each in found if isinstance(each, Despatch)]


def _units(units: int) -> Any:
    return Decimal(units)


def _json(answer: Any) -> httpx.Response:
    """As Python writes it, figures that JSON does not know included."""
    return httpx.Response(200, content=json.dumps(answer).encode())


@pytest.mark.parametrize("figure", ["1e999999999", "-1E+999999", "1e13", "NaN", "Infinity", "9" * 41])
def test_a_figure_that_nobody_counts_with_is_named_by_its_column(figure):
    """One such cell would otherwise take all figures of its answer with it."""
    with pytest.raises(Unreadable, match="column free_qty is a str, not a number"):
        number_or_none({"free_qty": figure}, "free_qty")
