"""What an order of Shopify's JSON means to us."""

import re
from datetime import UTC, datetime

import pytest

from cogent_pipelines.adapters.storefronts.shopify.money import bag as bag_of
from cogent_pipelines.adapters.storefronts.shopify.settings import OrderName
from cogent_pipelines.adapters.storefronts.shopify.translate import order_of
from cogent_pipelines.canonical.identity import Attribute
from cogent_pipelines.canonical.money import Money, MoneyBag
from cogent_pipelines.canonical.order import B2BBuyer, PaymentState
from cogent_pipelines.ports.errors import VendorRefused
from cogent_pipelines_tests.adapters.storefronts.shopify.samples import (
    address,
    allocation,
    bag,
    fulfilment_order,
    line,
    order,
    owed,
    shipping,
    tax,
)
from cogent_pipelines_tests.adapters.storefronts.shopify.store import page


def gbp(minor):
    return MoneyBag.single(Money(minor, "GBP"))


@pytest.mark.parametrize(
    ("amount", "currency", "minor"),
    [
        ("20.0", "GBP", 2000),
        ("949.95", "GBP", 94995),
        ("0.5", "GBP", 50),
        ("12", "GBP", 1200),
        ("1200.0", "JPY", 1200),
        ("1.234", "KWD", 1234),
        ("1.2340", "KWD", 1234),
        ("-3.5", "GBP", -350),
        ("0.005", "GBP", 1),
    ],
)
def test_an_amount_is_read_to_the_minor_unit(amount, currency, minor):
    """As many decimals as Shopify cares to write; what is finer than a penny is rounded half up."""
    assert Money(minor, currency) == bag_of(bag(amount, currency)).shop


@pytest.mark.parametrize("amount", ["", "twelve", "1,5", "NaN"])
def test_what_is_no_amount_is_refused(amount):
    """Never a silent zero."""
    with pytest.raises(ValueError, match=r"amount|cannot|NaN|integer"):
        bag_of(bag(amount))


def test_both_currencies_are_kept():
    """The shop books pounds; the customer saw yen."""
    given = order(totalPriceSet=bag("28.95", "GBP", "5500.0", "JPY"))

    assert MoneyBag(Money(2895, "GBP"), Money(5500, "JPY")) == order_of(given).total


def test_discounts_of_line_and_order_come_off_the_line_to_the_penny():
    """Three at 3.33 less 1.00 by code and 0.50 by hand; the unit price stays what it was before."""
    discounts = [allocation("1.0", code="TEN"), allocation("0.5", title="Goodwill")]
    given = order(lineItems=page([line(quantity=3, originalUnitPriceSet=bag("3.33"), discountAllocations=discounts)]))

    read = order_of(given).lines[0]

    assert (gbp(333), gbp(849)) == (read.unit_price, read.line_total)
    assert [("TEN", gbp(100)), ("Goodwill", gbp(50))] == [(one.title, one.amount) for one in read.discounts]


def test_taxes_keep_name_rate_and_amount():
    """The rate as text, nothing added up; a rate that Shopify does not say is empty."""
    given = order(taxLines=[tax("4.82"), tax("0.1", None, "Levy")])

    assert [("VAT", "0.2", gbp(482)), ("Levy", "", gbp(10))] == [
        (one.title, one.rate, one.amount) for one in order_of(given).taxes
    ]


def test_delivery_that_was_taken_off_is_not_counted():
    """Removed shipping lines stay in Shopify's list; what remains adds up to the shipping total."""
    given = order(shippingLines=page([shipping("3.95"), shipping("9.95", isRemoved=True), shipping("1.0", code=None)]))

    read = order_of(given)

    assert (gbp(495), ["STD", ""]) == (read.shipping_total, [one.code for one in read.shipping_lines])


def test_totals_that_shopify_leaves_out_are_not_invented():
    """A missing subtotal is the lines' sum; missing tax and discount are nothing."""
    given = order(subtotalPriceSet=None, totalTaxSet=None, totalDiscountsSet=None)

    read = order_of(given)

    assert (gbp(2500), gbp(0), gbp(0)) == (read.subtotal, read.tax_total, read.discount_total)


def test_a_trade_order_names_its_company():
    """And a consumer's has no buyer of that kind."""
    entity = {"company": {"id": "gid://shopify/Company/5", "name": "Acme"}, "location": {"name": "Leeds"}}

    assert B2BBuyer("5", "Acme", "Leeds") == order_of(order(purchasingEntity=entity)).buyer
    assert order_of(order(purchasingEntity={})).buyer is None
    assert order_of(order(purchasingEntity=None)).buyer is None


def test_attributes_tags_and_words_are_carried():
    """Nobody here interprets them; a value that was left out is empty."""
    attributes = [{"key": "gift", "value": "yes"}, {"key": "note", "value": None}]
    given = order(
        customAttributes=attributes,
        tags=["vip"],
        note="Ring twice",
        poNumber="PO-7",
        email="ada@example.com",
        lineItems=page([line(customAttributes=attributes[:1])]),
    )

    read = order_of(given)

    assert (Attribute("gift", "yes"), Attribute("note", "")) == read.attributes
    assert (Attribute("gift", "yes"),) == read.lines[0].attributes
    assert (("vip",), "Ring twice", "PO-7", "ada@example.com") == (
        read.tags,
        read.note,
        read.purchase_order_number,
        read.email,
    )


def test_an_address_is_put_together():
    """Without a whole name the two parts serve; the region's code is shorter than its name."""
    given = order(shippingAddress=address(name=None, company="Acme", zip=None), billingAddress=None)

    read = order_of(given)

    assert ("Ada Lovelace", "Acme", "ENG", "", "GB") == (
        read.shipping_address.name,
        read.shipping_address.company,
        read.shipping_address.region,
        read.shipping_address.postcode,
        read.shipping_address.country_code,
    )
    assert read.billing_address is None


@pytest.mark.parametrize(
    ("status", "state"),
    [
        ("PAID", PaymentState.PAID),
        ("AUTHORIZED", PaymentState.AUTHORISED),
        ("PARTIALLY_REFUNDED", PaymentState.PARTLY_REFUNDED),
        (None, PaymentState.UNKNOWN),
        ("SOMETHING_NEW", PaymentState.UNKNOWN),
    ],
)
def test_a_payment_state_is_never_guessed(status, state):
    """An order without transactions has none; a state of tomorrow is unknown, not paid."""
    assert state == order_of(order(displayFinancialStatus=status)).payment


def test_what_is_owed_comes_from_fulfilment_orders():
    """Ordered 3, one removed by an edit, one left already: one is owed, spread over what is open."""
    given = order(
        lineItems=page([line(quantity=3, currentQuantity=2, unfulfilledQuantity=2)]),
        fulfillmentOrders=page(
            [fulfilment_order([owed(1, 1)], 1), fulfilment_order([owed(1, 0)], 2, status="CLOSED")],
        ),
    )

    read = order_of(given).lines[0]

    assert (3, 2, 1) == (read.ordered, read.current, read.to_ship)


def test_a_closed_fulfilment_order_owes_nothing():
    """Whatever its lines still say."""
    given = order(fulfillmentOrders=page([fulfilment_order([owed(1, 2)], status="CLOSED")]))

    assert 0 == order_of(given).lines[0].to_ship


def test_an_order_that_is_not_routed_yet_speaks_for_itself():
    """No fulfilment order yet: what is unfulfilled, less what was taken off since."""
    given = order(lineItems=page([line(quantity=5, currentQuantity=3, unfulfilledQuantity=4)]), fulfillmentOrders=page([]))

    assert 3 == order_of(given).lines[0].to_ship


def test_a_cancelled_order_owes_nothing_even_while_its_quantities_lag():
    """Quantities were seen unchanged for seconds after a cancellation."""
    given = order(cancelledAt="2026-11-02T09:00:00Z", cancelReason="CUSTOMER")

    read = order_of(given)

    assert (0, datetime(2026, 11, 2, 9, tzinfo=UTC), "customer") == (
        read.lines[0].to_ship,
        read.cancelled_at,
        read.cancel_reason,
    )


@pytest.mark.parametrize("status", ["ON_HOLD", "SCHEDULED"])
def test_an_order_of_which_a_part_waits_is_held_whole(status):
    """The released rest would be a second parcel."""
    held = order(fulfillmentOrders=page([fulfilment_order([owed(1, 1)]), fulfilment_order([owed(1, 1)], 2, status=status)]))
    released = order(
        fulfillmentOrders=page([fulfilment_order([owed(1, 2)]), fulfilment_order([owed(1, 0)], 2, status=status)])
    )

    assert (True, False) == (order_of(held).on_hold, order_of(released).on_hold)


def test_a_held_order_without_fulfilment_orders_is_held():
    """Its own status says so before it is routed."""
    assert order_of(order(fulfillmentOrders=page([]), displayFulfillmentStatus="ON_HOLD")).on_hold


def test_a_hold_is_a_newer_version_of_the_order():
    """The order's own time does not move with it."""
    given = order(fulfillmentOrders=page([fulfilment_order([owed()], updatedAt="2026-11-02T10:30:00Z")]))

    assert datetime(2026, 11, 2, 10, 30, tzinfo=UTC) == order_of(given).version


def test_what_other_locations_ship_is_not_owed_by_this_warehouse():
    """Where the warehouse's locations are named, only theirs counts."""
    elsewhere = fulfilment_order([owed(2)], 2, assignedLocation={"location": {"id": "gid://shopify/Location/8"}})
    nowhere = fulfilment_order([owed(3)], 3, assignedLocation={"location": None})
    given = order(
        lineItems=page([line(1), line(2), line(3)]),
        fulfillmentOrders=page([fulfilment_order([owed(1)]), elsewhere, nowhere]),
    )

    ours = order_of(given, locations=frozenset({"7"}))
    everybodys = order_of(given)

    assert ([2, 0, 0], [2, 2, 2]) == ([one.to_ship for one in ours.lines], [one.to_ship for one in everybodys.lines])


def test_a_line_without_a_sku_says_so():
    """An empty text is no SKU either."""
    given = order(lineItems=page([line(1, sku=None), line(2, sku="")]))

    assert [None, None] == [one.sku for one in order_of(given).lines]


def test_references_are_the_numbers_of_global_ids():
    """Short enough for a warehouse's fields, and what webhooks carry."""
    read = order_of(order(42))

    assert ("42", "1", "#1042") == (read.ref, read.lines[0].ref, read.name)
    assert "42" == order_of(order(42), name=OrderName.ID).name


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"totalPriceSet": None}, "order #1001 cannot be read: field totalPriceSet is null"),
        ({"taxesIncluded": None}, "order #1001 cannot be read: field taxesIncluded is null, not bool"),
        (
            {"lineItems": page([line(1), line(2, quantity="3")])},
            r"order #1001 cannot be read: field lineItems.nodes\[1\].quantity is a str, not int",
        ),
        ({"shippingLines": None}, "order #1001 cannot be read: field shippingLines is null, not an object"),
        ({"createdAt": "yesterday"}, "order #1001 cannot be read: ValueError"),
    ],
)
def test_a_change_on_shopifys_side_is_named_by_field_and_order(changes, fault):
    """The message says which field of which order; it never repeats a customer's data."""
    with pytest.raises(VendorRefused, match=fault):
        order_of(order(**changes))


def test_a_field_that_disappears_is_named():
    """Missing is not null."""
    given = order()
    del given["lineItems"]["nodes"][0]["currentQuantity"]

    with pytest.raises(VendorRefused, match=r"field lineItems.nodes\[0\].currentQuantity is missing"):
        order_of(given)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"totalPriceSet": bag("1e999999999")}, "not an amount of money"),
        ({"totalPriceSet": bag("9" * 30)}, "more than anything costs"),
        ({"updatedAt": "0001-01-01T00:00:00+14:00"}, "in no year of ours"),
        ({"email": 5}, "field email is a int, not a text or null"),
        ({"shippingAddress": address(zip=["YO1"])}, "field shippingAddress.zip is a list, not a text or null"),
        ({"billingAddress": {"name": "Ada"}}, "field billingAddress.firstName is missing"),
        ({"lineItems": page([line(quantity=True)])}, "quantity is a bool, not int"),
        ({"lineItems": page([line(quantity=10**9)])}, "units are more than any order has"),
        ({"lineItems": page([line(1), line(1)])}, "field lineItems holds a line twice"),
        ({"lineItems": page([line()], "more")}, "field lineItems goes on and was not read to its end"),
        ({"lineItems": page([line(sku="L" * 501)])}, "field sku has 501 characters"),
        ({"id": "gid://shopify/Order/" + "9" * 400}, "field id is no id as Shopify gives it"),
        ({"name": None}, "field name is null"),
    ],
)
def test_what_no_ledger_could_keep_is_refused_by_its_field(changes, field):
    """Before it reaches a table, where it would bring the whole page down."""
    with pytest.raises(VendorRefused, match=re.escape(field)) as refused:
        order_of(order(**changes))

    assert "Ada" not in str(refused.value)
