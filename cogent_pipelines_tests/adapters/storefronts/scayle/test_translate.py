"""What an order of SCAYLE's JSON means to us."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cogent_pipelines.adapters.storefronts.scayle.settings import HandOver, OrderName
from cogent_pipelines.adapters.storefronts.scayle.translate import order_of
from cogent_pipelines.canonical.identity import Attribute
from cogent_pipelines.canonical.money import Money, MoneyBag
from cogent_pipelines.canonical.order import B2BBuyer, PaymentState
from cogent_pipelines.ports.errors import VendorRefused
from cogent_pipelines_tests.adapters.storefronts.scayle.samples import (
    SETTINGS,
    address,
    cancelled,
    fee,
    item,
    order,
    price,
    reduction,
    settings,
    shipped,
    state,
)


def eur(minor):
    return MoneyBag.single(Money(minor, "EUR"))


def read(changes=None, **chosen):
    return order_of(order(**(changes or {})), settings(**chosen))


def attributes(found):
    return [(each.key, each.value) for each in found.attributes]


# ---- names and times


def test_an_order_has_its_number_its_name_and_its_times():
    """The number is what can be asked for; the name is what the customer was told; it was placed when it was confirmed."""
    found = read()

    assert ("901", "P-901", "2026-11-02T08:01:00+00:00", "2026-11-02T08:05:00+00:00") == (
        found.ref,
        found.name,
        found.created_at.isoformat(),
        found.version.isoformat(),
    )


@pytest.mark.parametrize(
    ("wanted", "changes", "name"),
    [
        (OrderName.PUBLIC_KEY, {}, "P-901"),
        (OrderName.REFERENCE_KEY, {}, "ref-901"),
        (OrderName.ID, {}, "901"),
        (OrderName.PUBLIC_KEY, {"publicKey": None}, "901"),
    ],
)
def test_the_name_is_the_one_that_was_chosen(wanted, changes, name):
    """Where the order lacks it, its number."""
    assert name == read(changes, order_name=wanted).name


def test_a_time_without_an_offset_is_of_the_tenants_zone():
    """The documents show both kinds."""
    found = read({"updatedAt": "2026-11-02 08:05:00"}, timezone="Europe/Berlin")

    assert "2026-11-02T08:05:00+01:00" == found.version.isoformat()


def test_an_order_was_placed_when_it_was_made_where_nobody_says_when_it_was_confirmed():
    assert "2026-11-02T08:00:00+00:00" == read({"confirmedAt": None}).created_at.isoformat()


def test_an_order_that_never_changed_has_the_time_of_its_making():
    assert "2026-11-02T08:00:00+00:00" == read({"updatedAt": None}).version.isoformat()


# ---- money


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


# ---- states


@pytest.mark.parametrize(
    ("status", "billing", "payment"),
    [
        ("order_open", "billing_open", PaymentState.PENDING),
        ("payment_pending", "billing_pending", PaymentState.PENDING),
        ("payment_reserved", "billing_payment_pending", PaymentState.AUTHORISED),
        ("invoice_partially_completed", "billing_payment_pending", PaymentState.PAID),
        ("invoice_completed", "billing_completed", PaymentState.PAID),
        ("invoice_completed", "billing_partially_refunded", PaymentState.PARTLY_REFUNDED),
        ("invoice_completed", "billing_refunded", PaymentState.REFUNDED),
        ("payment_reserved", "billing_denied", PaymentState.VOIDED),
        ("cancellation_pending", "billing_completed", PaymentState.VOIDED),
        ("cancellation_completed", "billing_refunded", PaymentState.REFUNDED),
        ("a status of tomorrow", "a code of tomorrow", PaymentState.UNKNOWN),
        (None, "", PaymentState.UNKNOWN),
    ],
)
def test_a_payment_is_as_far_as_its_states_say(status, billing, payment):
    """The billing layer says what happened after the money was taken; nothing is guessed."""
    assert payment is read({"status": status, "detailedStatus": state("order_delegated", billing=billing)}).payment


@pytest.mark.parametrize(
    ("hand_over", "code", "delegated", "holds"),
    [
        (HandOver.DELEGATION, "order_confirmed", None, True),
        (HandOver.DELEGATION, "order_delegated", None, False),
        (HandOver.DELEGATION, "order_confirmed", "2026-11-02T08:05:00+00:00", False),
        (HandOver.DELEGATION, "order_shipped", None, False),
        (HandOver.DELEGATION, "", None, True),
        (HandOver.POLLING, "order_created", None, True),
        (HandOver.POLLING, "order_pended", None, True),
        (HandOver.POLLING, "order_confirmed", None, False),
        (HandOver.POLLING, "order_delegated", None, False),
        (HandOver.POLLING, "", None, False),
    ],
)
def test_an_order_is_held_until_it_is_ours(hand_over, code, delegated, holds):
    """With delegation until SCAYLE hands it over; without until its payment is confirmed."""
    changes = {"items": [item(delegatedAt=delegated)], "detailedStatus": state(code)}

    assert holds is read(changes, hand_over=hand_over).on_hold


def test_another_merchants_delegation_does_not_release_ours():
    """`order_delegated` means that at least one merchant took at least one item."""
    items = [
        item(1, merchant={"referenceKey": "theirs"}),
        item(2, merchant={"referenceKey": "ours"}, delegatedAt=None),
    ]

    assert read({"items": items}, merchant="ours").on_hold


def test_what_is_owed_follows_the_items():
    """Ordered 4; one left, one was cancelled: two are owed, and three are still sold."""
    found = read({"items": [shipped(1), cancelled(2), item(3), item(4)]})

    assert [(4, 3, 2)] == [(line.ordered, line.current, line.to_ship) for line in found.lines]
    assert found.cancelled_at is None


@pytest.mark.parametrize(
    "changes",
    [
        {"status": "cancellation_pending"},
        {"status": "cancellation_completed"},
        {"detailedStatus": state("order_aborted")},
        {"detailedStatus": state("order_cancelled")},
        {"items": [cancelled(1), cancelled(2)]},
    ],
)
def test_a_cancelled_order_owes_nothing(changes):
    """By either layer of states, or because no item is left."""
    found = read(changes)

    assert (True, [0], False) == (
        found.cancelled_at is not None,
        [line.to_ship for line in found.lines],
        found.on_hold,
    )


def test_a_cancellation_has_the_time_of_its_last_item():
    """And the order's own where no item says."""
    by_item = read({"items": [cancelled(1), cancelled(2, cancelledAt="2026-11-02T08:35:00+00:00")]})
    by_status = read({"status": "cancellation_completed"})

    assert ("2026-11-02T08:35:00+00:00", "2026-11-02T08:05:00+00:00") == (
        by_item.cancelled_at.isoformat(),
        by_status.cancelled_at.isoformat(),
    )


# ---- people and places


def test_an_address_has_two_letters_for_its_country_and_the_number_behind_the_street():
    """Three letters stand in SCAYLE's addresses."""
    found = read().shipping_address

    assert ("Ada Lovelace", "Domstrasse 10", "Hinterhaus", "Hamburg", "20459", "DE") == (
        found.name,
        found.line1,
        found.line2,
        found.city,
        found.postcode,
        found.country_code,
    )


def test_a_parcel_shop_is_part_of_the_address():
    """Without the customer's number there the parcel cannot be handed out."""
    point = {"type": "hermes_parcelshop", "key": "12345-a", "description": "Pedros Kiosk", "customerKey": "bced-234"}
    found = read({"address": {"shipping": address(collectionPoint=point, additional=None)}})

    assert "Pedros Kiosk, bced-234" == found.shipping_address.line2
    assert ("collectionPoint.key", "12345-a") in attributes(found)
    assert found.billing_address is None


def test_a_trade_order_names_its_company():
    """On the order and in its addresses; a consumer has none."""
    customer = {"email": "buyer@example.com", "company": {"id": 5, "name": "Acme GmbH"}}
    found = read({"customer": customer})

    assert (B2BBuyer("5", "Acme GmbH"), "Acme GmbH") == (found.buyer, found.shipping_address.company)
    assert (None, "") == (read().buyer, read().shipping_address.company)


def test_a_phone_of_an_unpublished_kind_does_not_cost_the_order():
    """The models call it an object."""
    found = read({"address": {"shipping": address(phone={"prefix": "49"})}, "customer": {"phone": "+49 40 1"}})

    assert ("", "+49 40 1") == (found.shipping_address.phone, found.phone)


# ---- what is carried


def test_keys_vouchers_payments_and_custom_data_are_carried():
    """Nobody here interprets them; what nobody said is not there."""
    found = read(
        {
            "legacyCustomData": {"po": "4711", "gift": {"wrap": True}, "empty": None},
            "customer": {"referenceKey": "C-7", "legacyCustomData": {"tier": 2}},
            "vouchers": [{"code": "TEN"}],
            "voucher": {"code": "TEN"},
            "payment": [
                {"key": "creditcard", "amount": 1000},
                {"key": "giftcard", "amount": 390, "isGiftCard": True},
            ],
            "basketKey": "b-1",
        }
    )

    carried = attributes(found)

    assert [
        ("referenceKey", "ref-901"),
        ("basketKey", "b-1"),
        ("customer.referenceKey", "C-7"),
        ("voucher", "TEN"),
        ("payment", "creditcard"),
        ("payment", "giftcard"),
        ("giftCards", "390"),
        ("customData.po", "4711"),
        ("customData.gift", '{"wrap":true}'),
        ("customer.customData.tier", "2"),
    ] == [pair for pair in carried if pair[0] not in ("publicKey", "shopKey", "countryCode", "channel")]


def test_custom_data_of_a_line_are_carried_with_it():
    """What is engraved belongs to the unit."""
    [line] = read({"items": [item(legacyCustomData={"engraving": "Ada"})]}).lines

    assert Attribute("customData.engraving", "Ada") in line.attributes


def test_groups_of_the_customer_and_the_channel_can_be_routed_by():
    """The shop country stands in where no channel is named."""
    found, plain = read(), read({"channel": None})

    assert (("vip",), "web", "ms/DE") == (found.tags, found.source, plain.source)


def test_an_order_says_when_scayle_closes_it():
    """Fourteen days after what is ours was first delegated; nothing once something left, or nothing is owed."""
    open_, left, off = read(), read({"items": [shipped(1), item(2)]}), read({"items": [cancelled(1)]})

    assert datetime(2026, 11, 16, 8, 5, tzinfo=UTC) == open_.closes_at
    assert (None, None) == (left.closes_at, off.closes_at)


# ---- what cannot be read


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
