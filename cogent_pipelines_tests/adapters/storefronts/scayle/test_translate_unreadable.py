"""What is no order, or not as published, is said to be unreadable by its field; what is readable adds up."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cogent_pipelines.adapters.storefronts.scayle.translate import order_of
from cogent_pipelines.canonical.money import Money
from cogent_pipelines.ports.errors import VendorRefused
from cogent_pipelines_tests.adapters.storefronts.scayle.samples import (
    SETTINGS,
    address,
    fee,
    item,
    order,
    price,
    reduction,
)
from cogent_pipelines_tests.adapters.storefronts.scayle.translating import read


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"id": None}, "field id"),
        ({"id": "abc"}, "field id"),
        ({"createdAt": None, "confirmedAt": None}, "field createdAt is missing"),
        ({"updatedAt": "soon"}, "field updatedAt is no time"),
        ({"currencyCode": None}, "field currencyCode is missing"),
        ({"items": {}}, "field items is a dict, not a list"),
        ({"items": ["x"]}, r"field items\[0\] is a str, not an object"),
        ({"items": [item(), item(2, id=None)]}, r"field items\[1\].id is missing"),
        ({"items": [item(price=None)]}, r"field items\[0\].price.withTax is missing"),
        ({"items": [item(price=price(withTax="11.90"))]}, r"field items\[0\].price.withTax is a str, not a number"),
        ({"items": [item(price=price(withTax=True))]}, r"field items\[0\].price.withTax is a bool"),
        ({"cost": {"withTax": 10**16}}, "field cost.withTax is a int"),
        ({"address": {"shipping": "Domstrasse 10"}}, "field address.shipping is a str, not an object"),
        ({"address": {"shipping": address(zipCode=["20459"])}}, "field address.shipping.zipCode is a list"),
        ({"customer": {"email": {"secret": "ada@example.com"}}}, "field customer.email is a dict"),
    ],
)
def test_what_cannot_be_read_is_named_by_its_field(changes, field):
    """And never by what stands in it: it may be somebody's address."""
    with pytest.raises(VendorRefused, match=field) as refused:
        read(changes)

    assert [] == [word for word in ("Ada", "ada@", "Domstrasse", "20459", "11.90", "soon") if word in str(refused.value)]


def test_fields_and_states_of_tomorrow_are_no_fault():
    """SCAYLE adds to its answers with every release."""
    found = read({"newThing": {"a": [1]}, "items": [item(status="levitating", shadow=1.5)]})

    assert [1] == [line.to_ship for line in found.lines]


def test_an_empty_object_may_arrive_as_an_empty_list():
    """As some of SCAYLE's parts write it."""
    found = read({"legacyCustomData": [], "shipping": [], "customer": []})

    assert ("901", None) == (found.ref, found.buyer)


PRICES = st.builds(
    lambda gross, off: price(gross, undiscountedWithTax=gross + sum(off), appliedReductions=[reduction(o) for o in off]),
    st.integers(0, 100_000),
    st.lists(st.integers(0, 5_000), max_size=3),
)


@given(
    prices=st.lists(PRICES, min_size=1, max_size=12),
    fees=st.lists(st.integers(0, 2_000), max_size=3),
)
def test_the_money_of_lines_and_delivery_is_the_money_of_the_items(prices, fees):
    """To the penny, however they fold: nothing is lost and nothing is counted twice."""
    cost = {"withTax": sum(each["withTax"] for each in prices) + sum(fees), "appliedFees": [fee(each) for each in fees]}
    items = [item(number, price=each) for number, each in enumerate(prices, 1)]
    found = order_of(order(items=items, cost=cost, shipping=None), SETTINGS)

    assert found.total == found.subtotal + found.shipping_total
    for line in found.lines:
        off = sum((each.amount.shop for each in line.discounts), Money.zero("EUR"))
        assert line.unit_price.shop * line.ordered == line.line_total.shop + off
    assert len(prices) == sum(line.ordered for line in found.lines)


SCALARS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8)
ANYTHING = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner), max_leaves=6
)


def read_or_refused(entity):
    """The number of units, or the words of the refusal."""
    try:
        return sum(line.ordered for line in order_of(entity, SETTINGS).lines)
    except VendorRefused as refusal:
        return str(refusal)


@given(field=st.sampled_from(sorted(set(order()) - {"items"})), value=ANYTHING)
def test_whatever_stands_in_a_field_the_order_is_read_or_refused(field, value):
    """Nothing that a vendor sends brings the feed down."""
    became = read_or_refused(order() | {field: value})

    assert became == 1 or "cannot be read" in became


@given(field=st.sampled_from(sorted(item())), value=ANYTHING)
def test_whatever_stands_in_an_items_field_the_order_is_read_or_refused(field, value):
    """The same one level deeper, where the money is."""
    became = read_or_refused(order(items=[item(1) | {field: value}, item(2)]))

    assert became == 2 or "cannot be read" in became
