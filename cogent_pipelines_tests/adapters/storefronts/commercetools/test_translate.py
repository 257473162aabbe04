"""What an order of commercetools' JSON means to us."""

from datetime import UTC, datetime

import pytest

from cogent_pipelines.adapters.storefronts.commercetools.settings import CustomLines, OrderName
from cogent_pipelines.canonical.identity import Attribute
from cogent_pipelines.canonical.order import B2BBuyer, PaymentState
from cogent_pipelines.ports.errors import VendorRefused
from cogent_pipelines_tests.adapters.storefronts.commercetools.samples import (
    address,
    custom_line,
    delivery,
    line,
    order,
    return_item,
    shipping,
    uuid,
)
from cogent_pipelines_tests.adapters.storefronts.commercetools.translating import gbp, read

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


def to_addresses(*keys, **filed):
    """An order whose units go to these of its addresses."""
    addresses = [address(key=key, streetName=street) for key, street in filed.items()]
    lines = [
        line(place, shippingDetails={"targets": [{"addressKey": key, "quantity": 1}], "valid": True})
        for place, key in enumerate(keys, 1)
    ]
    return order(1, *lines, itemShippingAddresses=addresses)


def test_a_line_that_goes_where_the_order_goes_changes_nothing():
    """However it is filed, and whatever other addresses the order holds."""
    found = read(to_addresses("home", "home", home="High Street", office="Low Road"))

    assert "12 High Street" == found.shipping_address.line1


@pytest.mark.parametrize("keys", [("home", "office"), ("office",), ("office", "office")])
def test_a_line_that_goes_elsewhere_makes_the_order_one_of_several_places(keys):
    """Also with one shipping method: its units would go to the wrong house."""
    with pytest.raises(VendorRefused, match="several addresses") as fault:
        read(to_addresses(*keys, home="High Street", office="Low Road"))

    assert "Low Road" not in fault.value.message


def test_a_custom_line_goes_somewhere_too():
    """It may hold goods."""
    given = to_addresses("home", home="High Street", office="Low Road")
    given["customLineItems"] = [
        custom_line(shippingDetails={"targets": [{"addressKey": "office", "quantity": 1}], "valid": True})
    ]

    with pytest.raises(VendorRefused, match="several addresses"):
        read(given)


def test_a_line_that_goes_to_an_address_that_is_not_there_makes_the_order_unreadable():
    """Nobody knows where to."""
    with pytest.raises(VendorRefused, match="does not hold"):
        read(to_addresses("home", office="High Street"))


def test_where_only_lines_say_it_the_order_goes_there():
    """All of them to one place."""
    found = read(to_addresses("office", "office", office="Low Road") | {"shippingAddress": None})

    assert "12 Low Road" == found.shipping_address.line1


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


def test_goods_on_custom_lines_are_owed_by_whichever_warehouse_there_is():
    """They have no channel that could say whose they are."""
    given_order = order(1, line(supplyChannel={"typeId": "channel", "id": "de"}), customLineItems=[custom_line(quantity=2)])

    found = read(given_order, supply_channels=frozenset({"uk"}), custom_lines=CustomLines.GOODS)

    assert [0, 2] == [each.to_ship for each in found.lines]


def test_custom_lines_are_charges_or_goods_as_the_merchant_says():
    """Their money counts either way."""
    given_order = order(1, line(), customLineItems=[custom_line(quantity=2)])

    charge, goods = (read(given_order, custom_lines=kind).lines[1] for kind in (CustomLines.CHARGES, CustomLines.GOODS))

    assert (None, False, 0, gbp(600)) == (charge.sku, charge.requires_shipping, charge.to_ship, charge.line_total)
    assert ("gift-wrap", True, 2, gbp(600)) == (goods.sku, goods.requires_shipping, goods.to_ship, goods.line_total)
