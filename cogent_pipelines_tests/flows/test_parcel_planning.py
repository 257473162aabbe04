"""Which order lines a parcel holds."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cogent_pipelines.canonical.despatch import DespatchLine
from cogent_pipelines.canonical.fulfilment import FulfilmentLine
from cogent_pipelines.canonical.identity import LineRef, Sku
from cogent_pipelines.flows.parcel_planning import CannotBePlaced, placed
from cogent_pipelines.ledger.unplanned_parcels import OrderedLine


def ordered(number: int, sku: str, quantity: int, *, of: int | None = None) -> OrderedLine:
    """Line `number`; `of` names the storefront's line where that is another, as for a part of a bundle."""
    return OrderedLine(LineRef(f"line-{number}"), LineRef(f"line-{of or number}"), Sku(sku), quantity)


def left(sku: str, quantity: int, line: int | None = None) -> DespatchLine:
    return DespatchLine(Sku(sku), quantity, LineRef(f"line-{line}") if line else None)


def told(number: int, quantity: int) -> FulfilmentLine:
    return FulfilmentLine(LineRef(f"line-{number}"), quantity)


def test_lines_of_one_sku_are_filled_one_after_the_other():
    """The first line is whole before the second gets a unit."""
    assert (told(1, 2), told(2, 1)) == placed([left("MUG", 3)], [ordered(1, "MUG", 2), ordered(2, "MUG", 2)], {})


def test_units_in_other_parcels_are_not_open_any_more():
    """What left before is left out."""
    lines = [ordered(1, "MUG", 2), ordered(2, "MUG", 2)]

    assert (told(2, 2),) == placed([left("MUG", 2)], lines, {LineRef("line-1"): 2})


def test_remembered_lines_go_first_and_the_rest_fills_what_is_open():
    """A unit without a line never takes the place of one that has its own."""
    lines = [ordered(1, "MUG", 1), ordered(2, "MUG", 1)]

    assert {told(1, 1), told(2, 1)} == {*placed([left("MUG", 1), left("MUG", 1, line=1)], lines, {})}


def test_a_remembered_line_that_is_full_spills_into_the_next_of_its_sku():
    """A warehouse that merges lines names only the first."""
    lines = [ordered(1, "MUG", 2), ordered(2, "MUG", 2)]

    assert {told(1, 2), told(2, 1)} == {*placed([left("MUG", 3, line=1)], lines, {})}


def test_parts_of_a_bundle_come_back_to_its_line():
    """The storefront knows the line that was sold, not what it was picked from."""
    lines = [ordered(11, "CUP", 1, of=1), ordered(12, "SAUCER", 1, of=1)]

    assert (told(1, 2),) == placed([left("CUP", 1), left("SAUCER", 1)], lines, {})


def test_spaces_around_a_sku_do_not_make_it_another():
    """Reports are padded."""
    assert (told(1, 1),) == placed([left(" MUG ", 1)], [ordered(1, "MUG", 1)], {})


def test_a_sku_in_another_case_is_another_sku():
    """Nothing is folded silently."""
    with pytest.raises(CannotBePlaced, match="no such line"):
        placed([left("mug", 1)], [ordered(1, "MUG", 1)], {})


@given(
    lines=st.lists(st.tuples(st.sampled_from(["MUG", "CUP"]), st.integers(1, 5)), min_size=1, max_size=5),
    goods=st.lists(st.tuples(st.sampled_from(["MUG", "CUP"]), st.integers(1, 4)), min_size=1, max_size=4),
)
def test_every_unit_is_placed_once_and_no_line_gets_more_than_it_has(lines, goods):
    """Either the whole parcel fits, or nothing of it is told."""
    order = [ordered(number, sku, quantity) for number, (sku, quantity) in enumerate(lines, 1)]
    parcel = [left(sku, quantity) for sku, quantity in goods]
    fits = all(
        sum(q for sku, q in goods if sku == each) <= sum(q for sku, q in lines if sku == each) for each in ("MUG", "CUP")
    )

    try:
        plan = {line.line_ref: line.quantity for line in placed(parcel, order, {})}
    except CannotBePlaced:
        plan = {}

    assert fits == bool(plan)
    assert all(plan.get(line.line_ref, 0) <= line.quantity for line in order)
    assert sum(plan.values()) in (0, sum(quantity for _, quantity in goods))
