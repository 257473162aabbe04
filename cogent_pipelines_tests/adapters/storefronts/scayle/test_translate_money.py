"""What the money in an order of SCAYLE's JSON means to us, to the penny."""

from cogent_pipelines.canonical.money import Money, MoneyBag
from cogent_pipelines_tests.adapters.storefronts.scayle.samples import (
    fee,
    item,
    price,
    reduction,
)
from cogent_pipelines_tests.adapters.storefronts.scayle.translating import eur, read


def test_money_is_whole_minor_units_with_tax():
    """Items, delivery and total, as SCAYLE counts them."""
    found = read({"items": [item(1), item(2)]})

    assert (eur(2380), eur(200), eur(2580), eur(222), True) == (
        found.subtotal,
        found.shipping_total,
        found.total,
        found.tax_total,
        found.taxes_included,
    )
    assert [(2, eur(1190), eur(2380))] == [(line.ordered, line.unit_price, line.line_total) for line in found.lines]


def test_what_was_taken_off_is_named_and_adds_up():
    """Three at 12.90 less 1.00 by code and 0.05 by the campaign, each; and a penny that nobody named."""
    reduced = price(
        1184,
        undiscountedWithTax=1290,
        appliedReductions=[reduction(100, code="TEN"), reduction(5, category="campaign", displayName="Autumn")],
    )
    [line] = read({"items": [item(number, price=reduced) for number in (1, 2, 3)]}).lines

    assert (eur(1290), eur(3552)) == (line.unit_price, line.line_total)
    assert [("TEN", eur(300)), ("Autumn", eur(15)), ("other reductions", eur(3))] == [
        (each.title, each.amount) for each in line.discounts
    ]
    assert line.unit_price.shop * line.ordered == line.line_total.shop + sum(
        (each.amount.shop for each in line.discounts), Money.zero("EUR")
    )


def test_delivery_that_was_reduced_says_by_how_much():
    """The two fields without discount are new; without them nothing was taken off."""
    reduced = {"policy": "least_packages", "deliveryCosts": 200, "deliveryCostsWithoutDiscount": 495}
    found = read({"shipping": reduced})
    old = read({"shipping": {"deliveryCosts": 200}})

    assert ([("delivery", eur(295))], eur(295)) == (
        [(each.title, each.amount) for each in found.shipping_lines[0].discounts],
        found.discount_total,
    )
    assert (eur(0), ()) == (old.discount_total, old.shipping_lines[0].discounts)


def test_every_fee_is_kept_and_delivery_comes_first():
    """A fee for the payment is paid, too."""
    cost = {"withTax": 1690, "appliedFees": [fee(300, category="payment", key="cod", option=None), fee(200)]}
    found = read({"cost": cost})

    assert [("standard", "deliveryCosts", eur(200)), ("cod", "payment", eur(300))] == [
        (line.title, line.code, line.price) for line in found.shipping_lines
    ]
    assert found.total == found.subtotal + found.shipping_total


def test_without_fees_delivery_is_what_the_order_says_of_it():
    """Nothing for what cost nothing."""
    shipping = {"policy": "least_packages", "deliveryCosts": 0, "expressDeliveryCosts": 990}
    found = read({"cost": {"withTax": 2180}, "shipping": shipping})

    assert [("least_packages", "expressDeliveryCosts", eur(990))] == [
        (line.title, line.code, line.price) for line in found.shipping_lines
    ]


def test_taxes_are_summed_by_rate():
    """Nineteen per cent of goods and delivery, seven of a book."""
    book = item(2, sku="BOOK", price=price(1070, tax={"vat": {"amount": 70, "rate": 0.07}}))
    found = read({"items": [item(1), book]})

    assert [("0.07", eur(70)), ("0.19", eur(190 + 32))] == [(tax.rate, tax.amount) for tax in found.taxes]
    assert [[("0.19", eur(190))], [("0.07", eur(70))]] == [
        [(tax.rate, tax.amount) for tax in line.taxes] for line in found.lines
    ]


def test_a_marketplaces_order_lacks_net_prices_and_is_read_all_the_same():
    """Its gross prices stand; no tax is invented."""
    bare = {"withTax": 1190}
    cost = {"withTax": 1190, "hasExternalPrices": True}
    found = read({"items": [item(price=bare)], "cost": cost, "shipping": None})

    assert (eur(1190), eur(1190), eur(0), ()) == (found.total, found.lines[0].unit_price, found.tax_total, found.taxes)


def test_tax_is_the_difference_where_only_net_and_gross_are_said():
    found = read({"items": [item(price={"withTax": 1190, "withoutTax": 1000})], "cost": {"withTax": 1190}})

    assert (eur(190), [("", eur(190))]) == (found.tax_total, [(tax.rate, tax.amount) for tax in found.taxes])


def test_another_currency_is_counted_in_its_own_minor_units():
    """An integer is what it is."""
    found = read({"currencyCode": "JPY"})

    assert MoneyBag.single(Money(1190, "JPY")) == found.lines[0].unit_price
