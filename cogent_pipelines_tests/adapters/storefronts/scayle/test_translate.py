"""What an order of SCAYLE's JSON means to us."""

from datetime import UTC, datetime

import pytest

from cogent_pipelines.adapters.storefronts.scayle.settings import HandOver, OrderName
from cogent_pipelines.canonical.identity import Attribute
from cogent_pipelines.canonical.order import B2BBuyer, PaymentState
from cogent_pipelines_tests.adapters.storefronts.scayle.samples import (
    address,
    cancelled,
    item,
    shipped,
    state,
)
from cogent_pipelines_tests.adapters.storefronts.scayle.translating import attributes, eur, read

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


def test_units_of_another_merchant_are_part_of_the_money_and_of_nothing_else():
    """To a figure of a time what was sold since is added back: units that our warehouse never had would be oversold."""
    theirs = {"referenceKey": "theirs"}
    items = [item(1), item(2, merchant=theirs), cancelled(3, merchant=theirs), item(4, sku="TEE-M", merchant=theirs)]

    found = read({"items": items}, merchant="default")

    assert [("TEE-S", 3, 1, 1, eur(3 * 1190)), ("TEE-M", 1, 0, 0, eur(1190))] == [
        (line.sku, line.ordered, line.current, line.to_ship, line.line_total) for line in found.lines
    ]


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
    """Fourteen days after what is ours was first delegated, for as long as any of it is owed."""
    open_, partly = read(), read({"items": [shipped(1), item(2, delegatedAt="2026-11-03T08:05:00+00:00")]})
    left, off = read({"items": [shipped(1)]}), read({"items": [cancelled(1)]})

    at = datetime(2026, 11, 16, 8, 5, tzinfo=UTC)
    assert (at, at, None, None) == (open_.closes_at, partly.closes_at, left.closes_at, off.closes_at)


def test_where_no_item_says_when_it_was_delegated_the_confirmation_counts():
    """A watch that is too early does no harm; without either there is none."""
    items = [item(delegatedAt=None), item(2, merchant={"referenceKey": "theirs"})]

    found = read({"items": items}, merchant="default")

    assert datetime(2026, 11, 16, 8, 1, tzinfo=UTC) == found.closes_at
    assert read({"items": items, "confirmedAt": None}, merchant="default").closes_at is None
