"""Items, one per unit, as lines: folded so that nothing is lost, and unfolded the same way by everybody."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cogent_pipelines.adapters.storefronts.scayle.nodes import Node, Unreadable
from cogent_pipelines.adapters.storefronts.scayle.shelf import NotEnough, Shelf
from cogent_pipelines.adapters.storefronts.scayle.units import Reduction, adding_up, folded, line_named, units_of
from cogent_pipelines.canonical.fulfilment import FulfilmentLine
from cogent_pipelines.canonical.identity import LineRef, OrderRef
from cogent_pipelines_tests.adapters.storefronts.scayle.samples import (
    SETTINGS,
    cancelled,
    item,
    order,
    price,
    reduction,
    settings,
    shipped,
)


def lines_of(*items, **changes):
    return folded(units_of(Node({"items": list(items)}), settings(**changes)))


def test_units_that_nobody_can_tell_apart_are_one_line():
    """Three of one variant at one price; the line bears the lowest id, in whatever order they came."""
    [line] = lines_of(item(12), item(10), item(11))

    assert ("10", [10, 11, 12]) == (line.ref, [unit.id for unit in line.units])


@pytest.mark.parametrize(
    "other",
    [
        {"sku": "TEE-M"},
        {"variant": {"id": 71, "referenceKey": "TEE-S"}},
        {"price": price(990)},
        {"price": price(1190, tax={"vat": {"amount": 78, "rate": 0.07}})},
        {"price": price(1190, undiscountedWithTax=1290, appliedReductions=[reduction(100)])},
        {"legacyCustomData": {"engraving": "A"}},
        {"itemGroup": {"id": "set-1", "isMainItem": True}},
    ],
    ids=["sku", "variant", "price", "tax rate", "reduction", "custom data", "set"],
)
def test_units_that_differ_in_what_matters_are_two_lines(other):
    """Whoever ships or bills one must not get the other."""
    assert [["1"], ["2"]] == [[str(unit.id) for unit in line.units] for line in lines_of(item(1), item(2, **other))]


@pytest.mark.parametrize(
    "later",
    [
        {"status": "shipped", "shippedAt": "2026-11-02T08:40:00+00:00"},
        {"status": "cancelled"},
        {"packageId": 46},
        {"warehouseId": 3},
        {"merchant": {"referenceKey": "other"}},
        {"updatedAt": "2026-11-03T08:00:00+00:00"},
        {"legacyCustomData": []},
    ],
    ids=["shipped", "cancelled", "package", "warehouse", "merchant", "time", "empty custom data"],
)
def test_what_happens_to_a_unit_later_does_not_part_its_line(later):
    """A line's reference is remembered by the warehouse; it must last."""
    [line] = lines_of(item(1, **later), item(2))

    assert "1" == line.ref


@pytest.mark.parametrize(
    ("what", "is_owed"),
    [
        (item(), True),
        (item(status="available"), True),
        (item(status="deliverable"), True),
        (item(status="a state of tomorrow"), True),
        (item(status=None), True),
        (shipped(1), False),
        (item(status="delivered"), False),
        (item(status="deliverable", shippedAt="2026-11-02T08:40:00+00:00"), False),
        (cancelled(1), False),
        (item(status="canceled"), False),
        (item(status="unavailable"), False),
        (item(status="undeliverable"), False),
        (item(status="delegated", cancelledAt="2026-11-02T08:40:00+00:00"), False),
        (item(status="returned"), False),
        (item(status="shipped", returnedAt="2026-11-12T08:40:00+00:00"), False),
    ],
)
def test_a_unit_is_owed_until_it_left_or_was_taken_off(what, is_owed):
    """By its times where there are any, and by its word; a word of tomorrow does not make it vanish."""
    [line] = lines_of(what)

    assert is_owed is line.units[0].owed


def test_units_of_other_merchants_and_warehouses_are_not_ours_to_send():
    """Where the item says nothing, nobody else has it."""
    items = (
        item(1, merchant={"referenceKey": "ours"}, warehouseId=3),
        item(2, merchant={"referenceKey": "theirs"}, warehouseId=3),
        item(3, merchant={"referenceKey": "ours"}, warehouseId=4),
        item(4, merchant=None, warehouseId=None),
    )

    [line] = lines_of(*items, merchant="ours", warehouse_ids=frozenset({"3"}))

    assert [1, 4] == [unit.id for unit in line.owed()]


def test_an_item_that_is_there_twice_is_refused():
    """It would be sent twice."""
    with pytest.raises(Unreadable, match="field items"):
        units_of(Node({"items": [item(1), item(1)]}), SETTINGS)


def test_any_of_its_items_names_a_line():
    """The first may have gone from the order meanwhile."""
    [line] = lines_of(item(4), item(5))

    assert (line, line, None) == (
        line_named([line], LineRef("4")),
        line_named([line], LineRef("5")),
        line_named([line], LineRef("6")),
    )


def shelf_of(*items):
    return Shelf.of(OrderRef("901"), order(items=list(items)), SETTINGS)


def chosen(shelf, *wanted, without=frozenset()):
    lines = [FulfilmentLine(LineRef(ref), quantity) for ref, quantity in wanted]
    units = shelf.choose(lines, fits=lambda unit: unit.owed, without=frozenset(without), short="left to send")
    return [unit.id for unit in units]


def test_the_lowest_ids_that_are_still_owed_are_chosen():
    """Not what left, not what was cancelled, not what is on its way elsewhere."""
    shelf = shelf_of(shipped(1), item(2), cancelled(3), item(4), item(5))

    assert ([2, 4], [4, 5]) == (chosen(shelf, ("1", 2)), chosen(shelf, ("1", 2), without={2}))


def test_a_line_that_is_wanted_twice_gives_different_items():
    """Each item is one unit."""
    assert [1, 2, 3] == chosen(shelf_of(item(1), item(2), item(3)), ("1", 1), ("1", 2))


@pytest.mark.parametrize(
    ("wanted", "words"),
    [
        ([("1", 3)], "line 1 has 2 units left to send, and 3 are wanted"),
        ([("99", 1)], "order 901 has no line 99"),
        ([], "nothing is in it"),
    ],
)
def test_what_is_not_there_is_not_chosen(wanted, words):
    """Half of what was wanted would be told as the whole."""
    with pytest.raises(NotEnough, match=words):
        chosen(shelf_of(item(1), item(2)), *wanted)


KINDS = st.sampled_from(
    [
        {"sku": "A"},
        {"sku": "B"},
        {"sku": "A", "price": price(500)},
        {"sku": "A", "legacyCustomData": {"x": 1}},
        {"sku": "A", "itemGroup": {"id": "set"}},
    ]
)
STATES = st.sampled_from([{}, {"status": "shipped"}, {"status": "cancelled"}, {"packageId": 7}, {"status": "returned"}])
ITEMS = st.lists(
    st.tuples(st.integers(1, 10_000), KINDS, STATES), min_size=1, max_size=30, unique_by=lambda each: each[0]
).map(lambda rows: [item(number, **kind, **state) for number, kind, state in rows])


@given(items=ITEMS, seed=st.randoms())
def test_folding_keeps_every_unit_once_and_does_not_depend_on_their_order(items, seed):
    """The same items in any order are the same lines, with the same names."""
    shuffled = list(items)
    seed.shuffle(shuffled)

    lines, again = lines_of(*items), lines_of(*shuffled)

    assert sorted(each["id"] for each in items) == sorted(unit.id for line in lines for unit in line.units)
    assert [line.ref for line in lines] == [line.ref for line in again]
    assert len({line.ref for line in lines}) == len(lines)


@given(items=ITEMS, changed=STATES)
def test_a_lines_name_outlives_whatever_becomes_of_its_units(items, changed):
    """Every unit changes its state; no line changes its name or its units."""
    later = [each | changed for each in items]

    assert [(line.ref, [unit.id for unit in line.units]) for line in lines_of(*items)] == [
        (line.ref, [unit.id for unit in line.units]) for line in lines_of(*later)
    ]


@given(items=ITEMS, data=st.data())
def test_parcels_that_follow_each_other_never_share_an_item(items, data):
    """Until every owed unit is in exactly one of them."""
    shelf = shelf_of(*items)
    given_out: Counter[int] = Counter()
    for line in shelf.lines:
        left = len(line.owed())
        while left:
            quantity = data.draw(st.integers(1, left))
            given_out.update(chosen(shelf, (line.ref, quantity), without=given_out))
            left -= quantity

    assert dict.fromkeys((unit.id for line in shelf.lines for unit in line.owed()), 1) == dict(given_out)


@given(
    parts=st.lists(st.integers(-500, 5000), max_size=6).map(lambda given: [Reduction("r", each) for each in given]),
    whole=st.integers(-1000, 20_000),
)
def test_reductions_add_up_to_the_penny(parts, whole):
    """What nobody named, or somebody rounded, is a part of its own."""
    assert whole == sum(each.minor for each in adding_up(parts, whole))
