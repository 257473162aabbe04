"""The books find what is lost, doubled, oversold or still under way."""

from dataclasses import replace

import pytest

from cogent_pipelines.local_stack.demo.books import Books, SalesOrder, ShopOrder

ORDER = ShopOrder("501", "#1001", {"MUG": 2}, ({"MUG": 2},))
SOLD = SalesOrder("501", "#1001", 1, {"MUG": 2}, ({"MUG": 2},))
SETTLED = Books((ORDER,), (SOLD,), shop_stock={"MUG": 8}, warehouse_stock={"MUG": 8})


def test_a_day_that_went_well_has_nothing_to_say():
    """Every order once at the warehouse, gone, told to the shop, and the stock the same on both sides."""
    told = (SETTLED.lost(held=()), SETTLED.duplicated(), SETTLED.oversold_units(), SETTLED.unsettled(held=()))

    assert ([], [], 0, []) == told


def test_an_order_that_is_not_at_the_warehouse_is_lost():
    """Unless something holds it back until a person acts."""
    books = replace(SETTLED, sales_orders=())

    assert (["#1001"], []) == (books.lost(held=()), books.lost(held={"501"}))


def test_half_an_order_is_lost_too():
    """A header without all of its lines is no order."""
    books = replace(SETTLED, sales_orders=(replace(SOLD, ordered={"MUG": 1}),))

    assert ["#1001"] == books.lost(held=())


@pytest.mark.parametrize(
    "twice",
    [
        (SOLD, replace(SOLD, number="501-1")),
        (replace(SOLD, created=2),),
        (replace(SOLD, ordered={"MUG": 4}),),
        (replace(SOLD, ordered={"MUG": 2, "BOWL": 1}),),
    ],
    ids=["two numbers", "created twice", "a line twice", "something nobody ordered"],
)
def test_whatever_the_warehouse_has_too_much_of_is_a_duplicate(twice):
    """A second copy costs money under whatever number it stands."""
    assert ["#1001"] == replace(SETTLED, sales_orders=twice).duplicated()


def test_a_parcel_told_twice_is_a_duplicate():
    """The customer would be told of goods that never left."""
    books = replace(SETTLED, orders=(replace(ORDER, fulfilments=({"MUG": 2}, {"MUG": 2})),))

    assert ["#1001"] == books.duplicated()


def test_units_promised_beyond_stock_are_oversold():
    """Whichever side shows it."""
    short = replace(SETTLED, short_at_warehouse={"MUG": 3})
    below_zero = replace(SETTLED, shop_stock={"MUG": -2})

    assert (3, 2) == (short.oversold_units(), below_zero.oversold_units())


def test_the_units_of_a_held_order_are_kept_back_at_the_shop():
    """They are sold, and the warehouse does not know it yet."""
    held = ShopOrder("502", "#1002", {"MUG": 1})
    books = replace(SETTLED, orders=(ORDER, held), shop_stock={"MUG": 7})

    assert [] == books.unsettled(held={"502"})


@pytest.mark.parametrize(
    ("books", "word"),
    [
        (replace(SETTLED, sales_orders=(replace(SOLD, parcels=()),)), "#1001 has not left the warehouse"),
        (replace(SETTLED, orders=(replace(ORDER, fulfilments=()),)), "the shop does not know of every parcel of #1001"),
        (replace(SETTLED, shop_stock={"MUG": 9}), "the stock of MUG differs"),
    ],
)
def test_what_is_under_way_is_named(books, word):
    """A person who waits is told for what."""
    assert [word] == books.unsettled(held=())


def test_an_order_is_known_by_either_of_its_names():
    """The carrier may use the order's identity, with a prefix, or the name a customer quotes."""
    for number, reference in (("501", "x"), ("UK-501", "x"), ("S1", "#1001"), ("1001", "")):
        sold = replace(SOLD, number=number, reference=reference)
        assert [] == replace(SETTLED, sales_orders=(sold,)).lost(held=())


def test_one_orders_number_inside_anothers_is_no_match():
    """#1001 is not #11001, and 501 is not 1501."""
    for number, reference in (("1501", "#11001"), ("UK-1501", "")):
        sold = replace(SOLD, number=number, reference=reference)
        assert ["#1001"] == replace(SETTLED, sales_orders=(sold,)).lost(held=())
