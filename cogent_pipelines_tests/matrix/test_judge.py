"""The judge sees what is wrong with two books; else a clean matrix would mean nothing."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from cogent_pipelines.simulators.common.trade import (
    ShopBooks,
    ShopOrder,
    TradeLine,
    TradeParcel,
    WarehouseBooks,
    WarehouseOrder,
)
from cogent_pipelines_tests.matrix.judge import judge, stands_for

MUGS = (TradeLine("MUG", 2),)
GONE = TradeParcel("P1", MUGS, ("T1",))
ORDER = ShopOrder("5001", "#1001", datetime(2026, 11, 2, tzinfo=UTC), MUGS, 1990, "GBP", parcels=(GONE,))
SOLD = WarehouseOrder("1001", "SO1", 1, released=True, lines=MUGS, value_minor=1990, currency="GBP", parcels=(GONE,))


def verdict(order=ORDER, *sold, stock=(8, 8), short=0, held=None):
    shop = ShopBooks((order,), {"MUG": stock[0]})
    return judge(shop, WarehouseBooks(sold, {"MUG": stock[1]}, {"MUG": short} if short else {}), held or {})


def test_a_good_day_is_clean():
    assert verdict(ORDER, SOLD).clean


@pytest.mark.parametrize(
    ("sold", "figures"),
    [
        ((), (1, 0, 0)),
        ((replace(SOLD, lines=(TradeLine("MUG", 1),), parcels=()),), (1, 0, 0)),
        ((replace(SOLD, created=2),), (0, 1, 0)),
        ((SOLD, replace(SOLD, ref="5001")), (0, 1, 0)),
    ],
    ids=["not there", "not whole", "created twice", "there under both names"],
)
def test_what_happened_to_an_order_is_counted(sold, figures):
    """Lost, doubled, oversold."""
    found = verdict(ORDER, *sold)

    assert figures == (found.lost, found.duplicated, found.oversold_units)


@pytest.mark.parametrize(
    "told",
    [(GONE, GONE), (GONE, replace(GONE, ref="P2", tracking_numbers=("T2",)))],
    ids=["one number twice", "more than was ordered"],
)
def test_a_parcel_told_twice_is_doubled(told):
    assert 1 == verdict(replace(ORDER, parcels=told), SOLD).duplicated


def test_units_that_nobody_has_are_oversold():
    assert (3, 2) == (verdict(ORDER, SOLD, short=3).oversold_units, verdict(ORDER, SOLD, stock=(-2, 0)).oversold_units)


@pytest.mark.parametrize(
    ("order", "sold", "stock"),
    [
        (replace(ORDER, parcels=()), SOLD, (8, 8)),
        (replace(ORDER, parcels=(replace(GONE, tracking_numbers=()),)), SOLD, (8, 8)),
        (ORDER, replace(SOLD, parcels=()), (8, 8)),
        (ORDER, SOLD, (7, 8)),
        (ORDER, replace(SOLD, value_minor=1989), (8, 8)),
    ],
    ids=["not told", "told without its number", "told and not gone", "another figure", "another value"],
)
def test_what_has_not_come_to_its_end_is_named(order, sold, stock):
    found = verdict(order, sold, stock=stock)

    assert found.unsettled
    assert not found.clean


def test_another_value_that_is_explained_to_the_penny_is_no_trouble():
    """A price per unit of two decimals cannot say every sum."""
    shop, warehouse = ShopBooks((ORDER,), {}), WarehouseBooks((replace(SOLD, value_minor=1989),), {})

    assert [True, False] == [judge(shop, warehouse, {}, {"5001": minor}).clean for minor in (1, 2)]


def test_totals_that_agree_are_equal():
    """The warehouse was told the sum itself; what its rounded lines lack is explained, and no trouble."""
    assert judge(ShopBooks((ORDER,), {}), WarehouseBooks((SOLD,), {}), {}, {"5001": 1}).clean


def test_an_order_that_a_case_keeps_back_is_held_and_spoken_for():
    """Not lost; its units are not on sale."""
    found = verdict(replace(ORDER, parcels=()), stock=(6, 8), held={"5001": "unknown_sku"})

    assert (0, 1, ()) == (found.lost, found.held, found.unsettled)


@pytest.mark.parametrize("ref", ["1001", "NW-1001", "5001", "nw-5001"])
def test_a_sales_order_is_known_by_the_orders_id_or_name(ref):
    assert stands_for(ref, ORDER)
    assert not stands_for(f"{ref}9", ORDER)
