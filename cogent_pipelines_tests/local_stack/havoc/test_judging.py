"""The judge of the havoc, on books in which something is wrong."""

import pytest

from cogent_pipelines.local_stack.demo.books import Books, SalesOrder, ShopOrder
from cogent_pipelines.local_stack.havoc.judging import judge
from cogent_pipelines.local_stack.havoc.outcome import Outcome

MUG = {"MUG": 2}
ORDER = ShopOrder("7001", "#1001", MUG, (MUG,))
SOLD = SalesOrder("1001", "7001", 1, MUG, (MUG,))


def judged(*, placed: int = 1, orders=(ORDER,), sold=(SOLD,), parcels: int = 1, **more) -> Outcome:
    outcome = Outcome()
    judge(Books(tuple(orders), tuple(sold), parcels=parcels, **more), placed, outcome)
    return outcome


def test_a_day_on_which_all_went_well():
    outcome = judged()

    assert (True, []) == (outcome.good, outcome.violations)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"sold": ()}, "lost"),
        ({"sold": (SOLD, SalesOrder("1001-2", "7001", 1, MUG))}, "duplicated"),
        ({"sold": (SalesOrder("1001", "7001", 2, MUG, (MUG,)),)}, "duplicated"),
        ({"orders": (ShopOrder("7001", "#1001", MUG, (MUG, MUG)),)}, "duplicated"),
        ({"orders": (ShopOrder("7001", "#1001", MUG),)}, "unfulfilled"),
        ({"short_at_warehouse": {"MUG": 3}}, "oversold_units"),
    ],
)
def test_each_fault_is_counted_and_said(wrong, field):
    outcome = judged(**wrong)

    assert (False, True) == (outcome.good, bool(outcome.violations))
    assert getattr(outcome, field) > 0


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"placed": 2}, "2 orders were placed, the shop has 1"),
        ({"sold": (SOLD, SalesOrder("555", "555", 1, MUG))}, "nobody ordered: 555"),
        ({"parcels": 2}, "2 parcels left, the shop was told of 1"),
        ({"shop_stock": {"MUG": 5}, "warehouse_stock": {"MUG": 4}}, "the stock of MUG differs"),
    ],
)
def test_what_has_no_count_of_its_own_is_a_violation(wrong, words):
    outcome = judged(**wrong)

    assert not outcome.good
    assert words in "\n".join(outcome.violations)
