"""An order in the warehouse's terms."""

from hypothesis import given
from hypothesis import strategies as st

from cogent_pipelines.canonical.bundle import Bundles
from cogent_pipelines.canonical.connection import InjectionRules
from cogent_pipelines.canonical.identity import SalesOrderRef, Sku
from cogent_pipelines.canonical.money import Money
from cogent_pipelines.canonical.order import B2BBuyer, Discount, TaxLine
from cogent_pipelines.flows.sales_order_building import sales_order_of, share
from cogent_pipelines.ledger.sku_lookup import SkuAnswer
from cogent_pipelines_tests.factories.orders import ADDRESS, a_line, an_order, pounds

BUNDLES = Bundles.of([("TEA-SET", [("MUG-BLUE", 2), ("CUP", 1)])])


def built(order, **rules):
    answers = {Sku(s): SkuAnswer(Sku(s), Sku(s), known=True, active=True) for s in ("MUG-BLUE", "CUP")}
    answers[Sku("OLD")] = SkuAnswer(Sku("OLD"), Sku("NEW"), known=True, active=True)
    return sales_order_of(order, SalesOrderRef("NW-1"), answers=answers, rules=InjectionRules(**rules), bundles=BUNDLES)


def gbp(minor: int) -> Money:
    return Money(minor, "GBP")


def test_a_whole_order_is_worth_what_the_customer_paid():
    """Goods and delivery, tax included as the storefront includes it."""
    order = an_order(lines=(a_line(1, quantity=3, price=1000), a_line(2, sku="OLD", quantity=1, price=250)))

    made = built(order, channel="web")

    assert (order.total.shop, order.shipping_total.shop, gbp(500 + 41 + 66)) == (made.total, made.shipping, made.tax)
    assert [("MUG-BLUE", 3, gbp(3000)), ("NEW", 1, gbp(250))] == [(x.sku, x.quantity, x.value) for x in made.lines]
    assert ("web", "", ADDRESS, ADDRESS, False) == (
        made.channel,
        made.service,
        made.shipping_address,
        made.invoice_address,
        made.is_trade,
    )


def test_only_what_is_still_owed_is_sent_with_its_part_of_the_money():
    """One of three was shipped by hand; gift cards and lines that are done stay out."""
    line = a_line(1, quantity=3, price=1000, to_ship=2, discounts=(Discount("TEN", pounds(300)),), line_total=pounds(2700))
    order = an_order(lines=(line, a_line(2, sku="CUP", to_ship=0), a_line(3, sku=None, requires_shipping=False)))

    made = built(order)

    assert [("MUG-BLUE", 2, gbp(1800))] == [(x.sku, x.quantity, x.value) for x in made.lines]
    assert (gbp(1800 + 395), gbp(200), gbp(333 + 66)) == (made.total, made.discount, made.tax)


def test_where_prices_exclude_tax_the_total_adds_it():
    """As trade and American shops sell."""
    tax = (TaxLine("Sales tax", "0.1", pounds(200)),)
    order = an_order(lines=(a_line(taxes=tax),), taxes_included=False, shipping_lines=(), buyer=B2BBuyer("c", "Row Ltd"))

    made = built(order)

    assert (gbp(2000 + 395 + 200), gbp(200), True) == (made.total, made.tax, made.is_trade)


def test_an_order_whose_lines_do_not_say_their_tax_carries_its_own():
    """Some shops tax the order only."""
    order = an_order(lines=(a_line(taxes=()),), shipping_lines=())

    assert order.tax_total.shop == built(order).tax


@given(
    value=st.integers(min_value=0, max_value=10**9),
    ordered=st.integers(min_value=1, max_value=500),
    data=st.data(),
)
def test_shares_of_a_line_never_exceed_it_and_miss_a_penny_at_most(value, ordered, data):
    """What is sent now and what was sent before never add up to more than was paid."""
    to_ship = data.draw(st.integers(min_value=1, max_value=ordered))
    now = share(gbp(value), a_line(quantity=ordered, to_ship=to_ship)).minor
    exact = value * to_ship / ordered

    assert now <= value
    assert abs(now - exact) <= 1


def test_a_bundle_is_sent_as_its_components_which_remember_the_line_that_was_sold():
    """Each has a reference of its own, made from the line's; together they are worth what was paid, to the penny."""
    made = built(an_order(lines=(a_line(7, sku="TEA-SET", quantity=2, price=1001),)))

    lines = [(x.line_ref, x.order_line_ref, x.sku, x.quantity, x.value) for x in made.lines]
    assert [("line-7/1", "line-7", "CUP", 2, gbp(667)), ("line-7/2", "line-7", "MUG-BLUE", 4, gbp(1335))] == lines
    assert {2} == {x.part_of.units for x in made.lines}


def test_of_a_bundle_that_was_partly_refunded_only_what_is_still_owed_is_sent():
    """One of three was taken back before anything was sent."""
    line = a_line(1, sku="TEA-SET", quantity=3, to_ship=2, price=1000)

    made = built(an_order(lines=(line, a_line(2))))

    assert [("CUP", 2), ("MUG-BLUE", 4), ("MUG-BLUE", 2)] == [(x.sku, x.quantity) for x in made.lines]
    assert gbp(2000 + 2000 + 395) == made.total


@given(value=st.integers(min_value=0, max_value=10**9), units=st.integers(min_value=1, max_value=500))
def test_a_bundles_money_is_split_to_the_penny(value, units):
    """Nothing is lost between the components, and none gets less than nothing."""
    made = built(an_order(lines=(a_line(1, sku="TEA-SET", quantity=units, line_total=pounds(value)),)))

    assert value == sum(x.value.minor for x in made.lines)
    assert all(x.value.minor >= 0 for x in made.lines)
