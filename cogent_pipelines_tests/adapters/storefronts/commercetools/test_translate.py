"""What an order of commercetools' JSON means to us."""

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cogent_pipelines.adapters.storefronts.commercetools.settings import CustomLines, OrderName, ReadingRules
from cogent_pipelines.adapters.storefronts.commercetools.translate import order_of
from cogent_pipelines.canonical.identity import Attribute
from cogent_pipelines.canonical.money import Money, MoneyBag
from cogent_pipelines.canonical.order import B2BBuyer, Order, PaymentState
from cogent_pipelines.ports.errors import VendorRefused
from cogent_pipelines_tests.adapters.storefronts.commercetools.samples import (
    address,
    custom_line,
    delivery,
    line,
    money,
    order,
    precise,
    rate,
    return_item,
    shipping,
    taxed,
    uuid,
)


def gbp(minor):
    return MoneyBag.single(Money(minor, "GBP"))


def read(given_order, **rules):
    return order_of(given_order, ReadingRules(**rules))


def discounted(quantity, cents, *parts):
    portions = [{"discount": {"typeId": "cart-discount", "id": name}, "discountedAmount": money(off)} for name, off in parts]
    return {"quantity": quantity, "discountedPrice": {"value": money(cents), "includedDiscounts": portions}}


# ---- who, when, where


def test_an_order_is_known_by_its_id_and_named_by_its_number():
    """The number may be missing, and may be given later."""
    found = read(order(7))

    assert (uuid(7), "CT-7") == (found.ref, found.name)
    assert uuid(7) == read(order(7), name=OrderName.ID).name
    assert uuid(7) == read(order(7, orderNumber=None)).name


def test_the_version_is_when_the_order_last_changed():
    """To the millisecond, aware."""
    found = read(order(at="2026-11-02T09:00:01.234Z"))

    assert datetime(2026, 11, 2, 9, 0, 1, 234_000, UTC) == found.version


@pytest.mark.parametrize(
    ("country", "line1"), [("GB", "12 High Street"), ("DE", "High Street 12"), ("NL", "High Street 12")]
)
def test_an_address_is_written_as_its_country_does(country, line1):
    """The number before the street, or behind it."""
    found = read(order(shippingAddress=address(country=country))).shipping_address

    assert ("Ada Muster", line1, "Flat 3", "Sampleton", "AB1 2CD", country) == (
        found.name,
        found.line1,
        found.line2,
        found.city,
        found.postcode,
        found.country_code,
    )


def test_an_address_without_a_street_uses_what_else_it_has():
    """A post-office box alone is an address."""
    found = read(order(shippingAddress={"country": "GB", "pOBox": "PO Box 7"})).shipping_address

    assert ("PO Box 7", "") == (found.line1, found.line2)


@pytest.mark.parametrize(
    ("said", "state"),
    [
        ("Paid", PaymentState.PAID),
        ("CreditOwed", PaymentState.PAID),
        ("BalanceDue", PaymentState.PARTLY_PAID),
        ("Pending", PaymentState.PENDING),
        ("Failed", PaymentState.VOIDED),
        (None, PaymentState.UNKNOWN),
        ("Sponsored", PaymentState.UNKNOWN),
    ],
)
def test_the_payment_state_is_read_and_what_is_new_is_unknown(said, state):
    """An order that nobody says is paid is not sent."""
    assert state is read(order(paymentState=said)).payment


def test_a_merchant_may_say_what_no_payment_state_means():
    """Trade orders on account often have none."""
    assert PaymentState.PAID is read(order(paymentState=None), payment={"": PaymentState.PAID}).payment


def test_a_business_unit_makes_it_trade():
    """With its key, its company and the customer's own order number."""
    found = read(
        order(
            businessUnit={"typeId": "business-unit", "key": "acme-uk"},
            billingAddress=address(company="Acme Ltd"),
            purchaseOrderNumber="PO-9",
            store={"typeId": "store", "key": "trade"},
        )
    )

    assert (B2BBuyer("acme-uk", "Acme Ltd", "trade"), "PO-9", "trade") == (
        found.buyer,
        found.purchase_order_number,
        found.source,
    )


def test_custom_fields_are_carried_where_they_are_single_values():
    """Of order and line; sets and references are nobody's."""
    fields = {"custom": {"type": {"typeId": "type", "id": uuid(1)}, "fields": {"gift": True, "note": "hi", "set": [1]}}}
    found = read(order(1, line(**fields), **fields))

    expected = (Attribute("gift", "true"), Attribute("note", "hi"))
    assert (expected, expected) == (found.attributes, found.lines[0].attributes)


# ---- money


def test_prices_with_tax_in_them_add_up_to_what_is_paid():
    """Goods and delivery are the total; the tax is said, not added."""
    given_order = order(
        1,
        line(quantity=2, cents=1200, taxRate=rate(), taxedPrice=taxed(2000, 2400)),
        shippingInfo=shipping(600, taxRate=rate(), taxedPrice=taxed(500, 600)),
        totalPrice=money(3000),
        taxedPrice=taxed(2500, 3000),
    )

    found = read(given_order)

    assert (True, gbp(3000), gbp(2400), gbp(600), gbp(500)) == (
        found.taxes_included,
        found.total,
        found.subtotal,
        found.shipping_total,
        found.tax_total,
    )
    assert [("VAT", "0.2", gbp(400))] == [(tax.title, tax.rate, tax.amount) for tax in found.lines[0].taxes]
    assert [gbp(100)] == [tax.amount for tax in found.shipping_lines[0].taxes]


def test_where_tax_comes_on_top_the_total_is_with_it():
    """`totalPrice` of such an order is net."""
    given_order = order(
        1,
        line(quantity=2, cents=1000, taxRate=rate(included=False), taxedPrice=taxed(2000, 2400)),
        shippingInfo=shipping(500, taxRate=rate(included=False), taxedPrice=taxed(500, 600)),
        totalPrice=money(2500),
        taxedPrice=taxed(2500, 3000),
    )

    found = read(given_order)

    assert (False, gbp(3000), gbp(2000), gbp(500), gbp(500)) == (
        found.taxes_included,
        found.total,
        found.subtotal,
        found.shipping_total,
        found.tax_total,
    )


def test_an_order_that_says_both_of_its_taxes_cannot_be_read():
    """Whichever is believed, some line's money would be wrong."""
    with pytest.raises(VendorRefused, match=r"taxRate\.includedInPrice differs"):
        read(order(1, line(taxRate=rate()), line(2, taxRate=rate(included=False))))


def test_discounts_of_a_line_are_named_and_exact():
    """Three at 10.00, two of them 1.00 cheaper by one discount and 0.50 by another."""
    per_quantity = [discounted(2, 850, ("summer", 100), ("loyal", 50)), discounted(1, 1000)]
    found = read(
        order(1, line(quantity=3, cents=1000, totalPrice=money(2700), discountedPricePerQuantity=per_quantity))
    ).lines[0]

    assert (gbp(1000), gbp(2700)) == (found.unit_price, found.line_total)
    assert [("summer", gbp(200)), ("loyal", gbp(100))] == [(each.title, each.amount) for each in found.discounts]


def test_a_product_discount_is_what_the_reduced_price_takes_off():
    """Before any cart discount."""
    price = {
        "id": "p",
        "value": money(1000),
        "discounted": {"value": money(800), "discount": {"typeId": "product-discount", "id": "sale"}},
    }
    found = read(order(1, line(quantity=2, price=price, totalPrice=money(1600)))).lines[0]

    assert [("sale", gbp(400))] == [(each.title, each.amount) for each in found.discounts]
    assert (gbp(1000), gbp(1600)) == (found.unit_price, found.line_total)


def test_a_discount_on_the_total_comes_off_the_lines_to_the_penny():
    """1.00 over lines of 10.00, 10.00 and 10.00; delivery keeps its price."""
    found = read(
        order(
            1,
            *(line(number, cents=1000) for number in (1, 2, 3)),
            totalPrice=money(3300),
            discountOnTotalPrice={
                "discountedAmount": money(100),
                "includedDiscounts": [
                    {"discount": {"typeId": "cart-discount", "id": "ten"}, "discountedAmount": money(100)}
                ],
            },
        )
    )

    assert [gbp(967), gbp(967), gbp(966)] == [each.line_total for each in found.lines]
    assert [["ten"]] * 3 == [[cut.title for cut in each.discounts] for each in found.lines]
    assert (gbp(2900), gbp(400), gbp(100)) == (found.subtotal, found.shipping_total, found.discount_total)


def test_a_discount_on_the_total_brings_the_lines_tax_down_to_the_orders():
    """Each line's own is still that of its full price."""
    found = read(
        order(
            1,
            line(1, cents=1200, taxRate=rate(), taxedPrice=taxed(1000, 1200)),
            line(2, cents=1200, taxRate=rate(), taxedPrice=taxed(1000, 1200)),
            shippingInfo=shipping(0),
            totalPrice=money(1200),
            taxedPrice=taxed(1000, 1200),
            discountOnTotalPrice={"discountedAmount": money(1200), "includedDiscounts": []},
        )
    )

    assert [gbp(100), gbp(100)] == [tax.amount for each in found.lines for tax in each.taxes]
    assert gbp(200) == found.tax_total


def test_the_tax_of_the_parts_is_the_orders_to_the_penny():
    """Each line is rounded by itself, the order once; the customer pays the order's."""
    found = read(
        order(
            1,
            *(
                line(number, cents=333, taxRate=rate(included=False), taxedPrice=taxed(333, 400, 0.2))
                for number in (1, 2, 3)
            ),
            shippingInfo=shipping(0),
            totalPrice=money(999),
            taxedPrice=taxed(999, 1199),
        )
    )

    assert 200 == sum(tax.amount.shop.minor for each in found.lines for tax in each.taxes)
    assert gbp(1199) == found.total


def test_prices_finer_than_a_penny_are_multiplied_before_they_are_rounded():
    """A thousand screws at 0.00123 are 1.23, and no discount."""
    found = read(
        order(
            1,
            line(quantity=1000, price={"id": "p", "value": precise(123, 5, 0)}, totalPrice=money(123)),
            totalPrice=money(523),
        )
    ).lines[0]

    assert (gbp(0), gbp(123), ()) == (found.unit_price, found.line_total, found.discounts)


@pytest.mark.parametrize(
    ("given_money", "expected"),
    [
        (money(1200, "JPY", 0), Money(1200, "JPY")),
        (money(1234, "KWD", 3), Money(1234, "KWD")),
        (money(1200, "JPY", 2), Money(12, "JPY")),
        (money(1200, "HUF0", 0), Money(120_000, "HUF")),
    ],
)
def test_digits_are_read_as_they_are_given(given_money, expected):
    """Whatever the vendor says a minor unit is, ours is the currency's."""
    cents, currency, digits = given_money["centAmount"], given_money["currencyCode"], given_money["fractionDigits"]
    given_order = order(
        1,
        line(price={"id": "p", "value": money(cents, currency, digits)}, totalPrice=money(cents, currency, digits)),
        totalPrice=given_money,
        shippingInfo=shipping(price=money(0, currency, digits)),
    )

    assert (expected, expected) == (read(given_order).total.shop, read(given_order).lines[0].line_total.shop)


def test_an_amount_in_another_currency_cannot_be_read():
    """It would be added up as if it were the same."""
    with pytest.raises(VendorRefused, match="an amount in EUR stands in an order in GBP"):
        read(order(1, line(totalPrice=money(1200, "EUR"))))


def test_delivery_at_a_reduced_price_says_what_was_taken_off():
    """`discountedPrice` is what is paid."""
    cut = {
        "value": money(100),
        "includedDiscounts": [{"discount": {"typeId": "cart-discount", "id": "free"}, "discountedAmount": money(300)}],
    }
    found = read(order(shippingInfo=shipping(400, discountedPrice=cut))).shipping_lines[0]

    assert ("Standard", gbp(100), [("free", gbp(300))]) == (
        found.title,
        found.price,
        [(each.title, each.amount) for each in found.discounts],
    )


# ---- several shipping methods


def several(*addresses):
    return {
        "shippingMode": "Multiple",
        "shippingInfo": None,
        "shippingAddress": None,
        "shipping": [
            {"shippingKey": f"s{place}", "shippingInfo": shipping(200), "shippingAddress": each}
            for place, each in enumerate(addresses, 1)
        ],
    }


def test_several_shipping_methods_to_one_place_are_one_order():
    """Each with what it costs; that the address is filed twice does not matter."""
    found = read(order(**several(address(id="a", key="x"), address(id="b", key="y"))))

    assert [gbp(200), gbp(200)] == [each.price for each in found.shipping_lines]
    assert "12 High Street" == found.shipping_address.line1


def test_an_order_to_several_places_cannot_be_read_and_says_why():
    """One sales order goes to one address; choosing one of them would send somebody else's goods."""
    with pytest.raises(VendorRefused, match="several addresses") as fault:
        read(order(**several(address(), address(streetName="Low Road"))))

    assert "Low Road" not in fault.value.message


# ---- what is owed


def test_what_was_delivered_is_not_owed():
    """Whoever recorded the delivery."""
    given_order = order(
        1, line(quantity=3), line(2, quantity=1), shippingInfo=shipping(400, delivery(items=[("line-1", 2)]))
    )

    assert [1, 1] == [each.to_ship for each in read(given_order).lines]


def test_units_in_a_state_that_stands_for_cancelled_are_not_owed():
    """The project's own line-item state."""
    states = [
        {"quantity": 1, "state": {"typeId": "state", "id": "gone"}},
        {"quantity": 2, "state": {"typeId": "state", "id": "new"}},
    ]
    found = read(order(1, line(quantity=3, state=states)), cancelled_line_states=frozenset({"gone"})).lines[0]

    assert (3, 2, 2) == (found.ordered, found.current, found.to_ship)


def test_what_came_back_had_left_and_what_is_announced_has_not():
    """A unit given back in a shop is not sent; an announced return changes nothing."""
    returned = read(order(1, line(quantity=3), returnInfo=[{"items": [return_item(1)]}])).lines[0]
    advised = read(order(1, line(quantity=3), returnInfo=[{"items": [return_item(1, "Advised", "NonRefundable")]}])).lines[0]

    assert (2, 3) == (returned.to_ship, advised.to_ship)


def test_only_what_was_paid_back_is_no_longer_the_customers():
    """A refund ends the customer's claim to the unit."""
    found = read(order(1, line(quantity=3), returnInfo=[{"items": [return_item(1, payment="Refunded")]}])).lines[0]

    assert (3, 2) == (found.ordered, found.current)


@pytest.mark.parametrize(
    "state",
    [{"orderState": "Cancelled"}, {"orderState": "Complete"}, {"shipmentState": "Shipped"}, {"shipmentState": "Delivered"}],
)
def test_an_order_that_is_over_owes_nothing(state):
    """Also where no delivery says so: somebody else shipped it."""
    assert [0] == [each.to_ship for each in read(order(1, line(quantity=2), **state)).lines]


def test_a_cancelled_order_says_when_it_was_at_the_latest():
    """The order itself does not say."""
    assert datetime(2026, 11, 2, 9, 0, tzinfo=UTC) == read(order(orderState="Cancelled")).cancelled_at
    assert None is read(order()).cancelled_at


@pytest.mark.parametrize(
    ("state", "held"),
    [({"shipmentState": "Backorder"}, True), ({"shipmentState": "Ready"}, False), ({"state": {"id": "fraud"}}, True)],
)
def test_an_order_waits_in_the_states_that_the_merchant_names(state, held):
    """The shipment's, or the project's own."""
    assert held is read(order(**state), held_states=frozenset({"fraud"})).on_hold


def test_only_lines_of_the_warehouses_own_channels_are_owed_by_it():
    """Others ship the rest."""
    given_order = order(
        1,
        line(supplyChannel={"typeId": "channel", "id": "uk"}),
        line(2, supplyChannel={"typeId": "channel", "id": "de"}),
        line(3),
    )

    assert [1, 0, 0] == [each.to_ship for each in read(given_order, supply_channels=frozenset({"uk"})).lines]


def test_custom_lines_are_charges_or_goods_as_the_merchant_says():
    """Their money counts either way."""
    given_order = order(1, line(), customLineItems=[custom_line(quantity=2)])

    charge, goods = (read(given_order, custom_lines=kind).lines[1] for kind in (CustomLines.CHARGES, CustomLines.GOODS))

    assert (None, False, 0, gbp(600)) == (charge.sku, charge.requires_shipping, charge.to_ship, charge.line_total)
    assert ("gift-wrap", True, 2, gbp(600)) == (goods.sku, goods.requires_shipping, goods.to_ship, goods.line_total)


# ---- what cannot be read


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
