"""Which order lines a parcel holds."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cogent_pipelines.canonical.despatch import DespatchLine
from cogent_pipelines.canonical.fulfilment import FulfilmentLine
from cogent_pipelines.canonical.identity import LineRef, Sku
from cogent_pipelines.flows.parcel_planning import CannotBePlaced, placed
from cogent_pipelines.ledger.unplanned_parcels import InParcel, OrderedLine


def ordered(number: int, sku: str, quantity: int, *, of: int | None = None, each: int = 1) -> OrderedLine:
    """Line `number`; `of` names the storefront's line where that is a bundle, with `each` of this in it."""
    in_bundle = each if of else None
    return OrderedLine(LineRef(f"line-{number}"), LineRef(f"line-{of or number}"), Sku(sku), quantity, in_bundle)


def elsewhere(placed: dict[int, int] | None = None, told: dict[int, int] | None = None) -> InParcel:
    """Units in other parcels, by the number of the line that was sent; and as the storefront was told of them."""
    return InParcel(
        *({LineRef(f"line-{number}"): units for number, units in (each or {}).items()} for each in (placed, told))
    )


def left(sku: str, quantity: int, line: int | None = None) -> DespatchLine:
    return DespatchLine(Sku(sku), quantity, LineRef(f"line-{line}") if line else None)


def told(number: int, quantity: int) -> FulfilmentLine:
    return FulfilmentLine(LineRef(f"line-{number}"), quantity)


def test_lines_of_one_sku_are_filled_one_after_the_other():
    """The first line is whole before the second gets a unit."""
    assert (told(1, 2), told(2, 1)) == placed(
        [left("MUG", 3)], [ordered(1, "MUG", 2), ordered(2, "MUG", 2)], elsewhere()
    ).told


def test_units_in_other_parcels_are_not_open_any_more():
    """What left before is left out."""
    lines = [ordered(1, "MUG", 2), ordered(2, "MUG", 2)]

    assert (told(2, 2),) == placed([left("MUG", 2)], lines, elsewhere({1: 2})).told


def test_remembered_lines_go_first_and_the_rest_fills_what_is_open():
    """A unit without a line never takes the place of one that has its own."""
    lines = [ordered(1, "MUG", 1), ordered(2, "MUG", 1)]

    assert {told(1, 1), told(2, 1)} == {*placed([left("MUG", 1), left("MUG", 1, line=1)], lines, elsewhere()).told}


def test_a_remembered_line_that_is_full_spills_into_the_next_of_its_sku():
    """A warehouse that merges lines names only the first."""
    lines = [ordered(1, "MUG", 2), ordered(2, "MUG", 2)]

    assert {told(1, 2), told(2, 1)} == {*placed([left("MUG", 3, line=1)], lines, elsewhere()).told}


TEA_SET = (ordered(11, "CUP", 4, of=1, each=2), ordered(12, "SAUCER", 2, of=1))
"""Two tea sets of two cups and a saucer."""


def test_parts_of_a_bundle_come_back_to_its_line():
    """The storefront knows the line that was sold, in units of what it sold."""
    made = placed([left("CUP", 4), left("SAUCER", 2)], TEA_SET, elsewhere())

    assert ((told(1, 2),), False) == (made.told, made.lacks)
    assert [("line-11", 4, "line-1"), ("line-12", 2, "line-1")] == [(x.line_ref, x.quantity, x.part_of) for x in made.units]


def test_a_parcel_with_part_of_a_bundle_completes_none():
    """Nothing is told, and the parcel says that the rest is missing."""
    made = placed([left("CUP", 4)], TEA_SET, elsewhere())

    assert ((), True) == (made.told, made.lacks)


def test_the_parcel_with_the_last_component_completes_what_others_began():
    made = placed([left("SAUCER", 1)], TEA_SET, elsewhere({11: 3}))

    assert ((told(1, 1),), False) == (made.told, made.lacks)


def test_bundles_that_others_completed_are_not_told_again():
    """One of the two was told with another parcel; what is left here completes the second, or none."""
    rest = placed([left("CUP", 2), left("SAUCER", 1)], TEA_SET, elsewhere({11: 2, 12: 1}, {1: 1}))
    covered = placed([left("CUP", 2)], TEA_SET, elsewhere({11: 2, 12: 2}, {1: 2}))

    assert ((told(1, 1),), False) == (rest.told, rest.lacks)
    assert ((), False) == (covered.told, covered.lacks)


def test_what_is_sold_alone_as_well_is_told_for_its_own_line_first():
    """Without a remembered line, units fill the lines in order."""
    lines = [ordered(2, "CUP", 1), *TEA_SET]

    made = placed([left("CUP", 2)], lines, elsewhere())

    assert ((told(2, 1),), True) == (made.told, made.lacks)


@given(data=st.data(), sets=st.integers(1, 4))
def test_however_a_bundle_is_spread_over_parcels_each_unit_is_told_once(data, sets):
    """Told never exceeds what is complete, and everything is told when everything has left."""
    lines = [ordered(11, "CUP", 2 * sets, of=1, each=2), ordered(12, "SAUCER", sets, of=1)]
    goods = data.draw(st.permutations(["CUP"] * 2 * sets + ["SAUCER"] * sets))
    cuts = sorted(data.draw(st.sets(st.integers(1, len(goods) - 1))))
    placed_units, told_units, gone = dict.fromkeys((11, 12), 0), 0, []

    for start, end in zip([0, *cuts], [*cuts, len(goods)], strict=True):
        parcel = [left(sku, 1) for sku in goods[start:end]]
        made = placed(parcel, lines, elsewhere(placed_units, {1: told_units}))
        gone += goods[start:end]
        placed_units = {11: gone.count("CUP"), 12: gone.count("SAUCER")}
        told_units += sum(line.quantity for line in made.told)
        assert min(gone.count("CUP") // 2, gone.count("SAUCER")) == told_units

    assert sets == told_units


def test_spaces_around_a_sku_do_not_make_it_another():
    """Reports are padded."""
    assert (told(1, 1),) == placed([left(" MUG ", 1)], [ordered(1, "MUG", 1)], elsewhere()).told


def test_a_sku_in_another_case_is_another_sku():
    """Nothing is folded silently."""
    with pytest.raises(CannotBePlaced, match="no such line"):
        placed([left("mug", 1)], [ordered(1, "MUG", 1)], elsewhere())


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
        plan = {line.line_ref: line.quantity for line in placed(parcel, order, elsewhere()).told}
    except CannotBePlaced:
        plan = {}

    assert fits == bool(plan)
    assert all(plan.get(line.line_ref, 0) <= line.quantity for line in order)
    assert sum(plan.values()) in (0, sum(quantity for _, quantity in goods))
