"""What the money in an order of commercetools' JSON means to us, to the penny."""

import pytest

from cogent_pipelines.canonical.money import Money
from cogent_pipelines.ports.errors import VendorRefused
from cogent_pipelines_tests.adapters.storefronts.commercetools.samples import (
    line,
    money,
    order,
    precise,
    rate,
    shipping,
    taxed,
)
from cogent_pipelines_tests.adapters.storefronts.commercetools.translating import discounted, gbp, read


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


def by_method(*included):
    return [{"shippingMethodKey": f"m{place}", "taxRate": rate(included=each)} for place, each in enumerate(included, 1)]


@pytest.mark.parametrize("included", [True, False])
def test_a_line_that_travels_by_several_methods_says_its_tax_for_each(included):
    """It has no rate of its own; without these the tax would be taken to come on top."""
    given = order(1, line(perMethodTaxRate=by_method(included, included)))

    assert included is read(given).taxes_included


def test_methods_of_one_line_that_say_both_make_no_single_truth():
    """As two lines would."""
    with pytest.raises(VendorRefused, match=r"taxRate\.includedInPrice differs"):
        read(order(1, line(perMethodTaxRate=by_method(True, False))))


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
