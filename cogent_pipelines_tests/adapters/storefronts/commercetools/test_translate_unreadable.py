"""What is no order, or not as published, is said to be unreadable by its field; what is readable adds up."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cogent_pipelines.canonical.order import Order
from cogent_pipelines.ports.errors import VendorRefused
from cogent_pipelines_tests.adapters.storefronts.commercetools.samples import (
    custom_line,
    delivery,
    line,
    money,
    order,
    rate,
    return_item,
    shipping,
    taxed,
)
from cogent_pipelines_tests.adapters.storefronts.commercetools.translating import discounted, read


@pytest.mark.parametrize(
    ("broken", "field"),
    [
        ({"lineItems": None}, "lineItems"),
        ({"totalPrice": {"centAmount": 1}}, "totalPrice.currencyCode"),
        ({"lastModifiedAt": 5}, "lastModifiedAt"),
        ({"shippingAddress": "12 High Street"}, "shippingAddress"),
        ({"lineItems": [{"id": "line-1"}]}, r"lineItems\[0\]\.name"),
        ({"shippingInfo": {"shippingMethodName": 5}}, "shippingInfo.shippingMethodName"),
    ],
)
def test_what_cannot_be_read_is_named_by_its_field(broken, field):
    """And by the order; never by its value."""
    with pytest.raises(VendorRefused, match=f"CT-1 cannot be read: field {field}") as fault:
        read(order(1) | broken)

    assert "High Street" not in fault.value.message


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8) | st.just("Jo Nameless"),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


def _places(node, path=()):
    """Every place inside a value."""
    yield path
    inner = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    for key, value in inner:
        yield from _places(value, (*path, key))


def _full():
    return order(
        1,
        line(
            quantity=2,
            taxRate=rate(),
            taxedPrice=taxed(2000, 2400),
            discountedPricePerQuantity=[discounted(2, 1100, ("summer", 100))],
            custom={"fields": {"gift": True}},
        ),
        customLineItems=[custom_line()],
        shippingInfo=shipping(400, delivery(key="despatch-1", items=[("line-1", 1)])),
        returnInfo=[{"items": [return_item(1)]}],
        businessUnit={"typeId": "business-unit", "key": "acme"},
        taxedPrice=taxed(2500, 3000),
        discountOnTotalPrice={"discountedAmount": money(100), "includedDiscounts": []},
    )


def as_far_as_readable(node):
    try:
        return read(node)
    except VendorRefused as fault:
        return fault.message


_PLACES = [path for path in _places(_full()) if path]


@settings(max_examples=400, deadline=None)
@given(st.sampled_from(_PLACES), _JSON, st.booleans())
def test_whatever_stands_in_a_field_the_order_is_read_or_said_to_be_unreadable(path, value, missing):
    """Nothing else escapes, and no value stands in the reason."""
    node = _full()
    place = node
    for step in path[:-1]:
        place = place[step]
    if missing:
        del place[path[-1]]
    else:
        place[path[-1]] = value
    found = as_far_as_readable(node)

    if isinstance(found, str):
        assert "cannot be read: " in found
        assert "Jo Nameless" not in found.replace(f"order {node.get('orderNumber')} ", "").replace(
            f"order {node.get('id')} ", ""
        )
        assert "High Street" not in found
    else:
        assert isinstance(found, Order)


@settings(max_examples=200, deadline=None)
@given(
    st.lists(st.tuples(st.integers(1, 9), st.integers(0, 10_000), st.integers(0, 30)), min_size=1, max_size=5),
    st.integers(0, 5_000),
    st.integers(0, 3_000),
)
def test_lines_and_delivery_add_up_to_the_total_to_the_penny(bought, delivery_price, off):
    """Whatever was taken off, and wherever: what the customer pays is what the lines and the delivery say."""
    lines = [
        line(number, quantity=units, cents=price, totalPrice=money(units * price - units * price * cut // 100))
        for number, (units, price, cut) in enumerate(bought, 1)
    ]
    goods = sum(each["totalPrice"]["centAmount"] for each in lines)
    off = min(off, goods)
    total = goods + delivery_price - off
    found = read(
        order(
            1,
            *lines,
            shippingInfo=shipping(delivery_price),
            totalPrice=money(total),
            discountOnTotalPrice={"discountedAmount": money(off), "includedDiscounts": []},
        )
    )

    parts = [each.line_total.shop.minor for each in found.lines] + [each.price.shop.minor for each in found.shipping_lines]
    listed = sum(each.unit_price.shop.minor * each.ordered for each in found.lines) + delivery_price
    assert (total, total) == (sum(parts), listed - found.discount_total.shop.minor)


@settings(max_examples=200, deadline=None)
@given(_JSON)
def test_what_is_no_order_at_all_is_said_to_be_unreadable(value):
    """Never a crash."""
    with pytest.raises(VendorRefused):
        read(value)
