"""The diary knows when something was so, and what a call of ours changed at the shop."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from cogent_pipelines.simulators.common.trade import (
    ShopBooks,
    ShopOrder,
    TradeLine,
    TradeParcel,
    WarehouseBooks,
    WarehouseOrder,
)
from cogent_pipelines_tests.faults.pairs.diary import Diary

NOON = datetime(2026, 11, 2, 12, tzinfo=UTC)
LATER = NOON + timedelta(minutes=5)
MUGS = (TradeLine("MUG", 2),)
ORDER = ShopOrder("5001", "#1001", NOON, MUGS, 1990, "GBP")
SOLD = WarehouseOrder("1001", "SO1", 1, released=True, lines=MUGS, value_minor=1990, currency="GBP")


def test_what_did_not_move_is_written_down_once():
    """With the moment since which it is so."""
    diary = Diary()
    for books, at in ((WarehouseBooks((), {"MUG": 5, "CUP": 1}), NOON), (WarehouseBooks((), {"MUG": 5, "CUP": 1}), LATER)):
        diary.of_warehouse(books, at)
    diary.of_warehouse(WarehouseBooks((SOLD,), {"MUG": 3, "CUP": 1}), LATER)

    assert [NOON, LATER] == [page.at for page in diary.pages]
    assert {"MUG": LATER} == diary.moved()
    assert [frozenset(), {"1001"}] == [page.there for page in diary.pages]


def test_a_parcel_left_when_it_was_first_seen():
    """Not when it was looked at again."""
    diary, gone = Diary(), replace(SOLD, parcels=(TradeParcel("P1", MUGS),))
    for at in (NOON, LATER):
        diary.of_warehouse(WarehouseBooks((gone,), {"MUG": 3}), at)

    assert {"1001 P1": NOON} == diary.left


def test_what_a_call_of_ours_changed_is_what_was_told():
    """Units that an order gives back as it ends were told by nobody."""
    diary, before = Diary(), ShopBooks((ORDER,), {"MUG": 3, "CUP": 1})
    diary.of_call(before, ShopBooks((ORDER,), {"MUG": 3, "CUP": 4}), NOON)
    diary.of_call(before, ShopBooks((replace(ORDER, cancelled=True),), {"MUG": 5, "CUP": 1}), NOON)

    assert [("CUP", 4)] == [(told.sku, told.quantity) for told in diary.told]
