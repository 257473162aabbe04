"""Promises about what is sent: fields, money to the penny, and what is refused before it is sent."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cogent_pipelines.adapters.warehouses.orderwise.payloads import DoesNotFit, draft
from cogent_pipelines.adapters.warehouses.orderwise.settings import Lengths, OrderFields
from cogent_pipelines.canonical.identity import SalesOrderRef, Sku
from cogent_pipelines.canonical.money import Money
from cogent_pipelines.canonical.sales_order import SalesOrder
from cogent_pipelines_tests.adapters.warehouses.orderwise.connecting import ADDRESS, FIELDS, NOON, SETTINGS, line, order


def faults(wanted: SalesOrder, **changes: Any) -> tuple[str, ...]:
    with pytest.raises(DoesNotFit) as refusal:
        draft(wanted, replace(SETTINGS, **changes))
    return refusal.value.reasons


def test_an_order_is_said_in_the_vendors_blocks():
    """Every field that public clients send, under its exact name."""
    assert {
        "customer": {"id": 1001},
        "orderHeader": {
            "systemOrderType": 1,
            "eCommerceOrderNumber": "SO-1",
            "customerOrderRef": "SO-1",
            "orderDate": "2026-11-20T12:00:00",
            "deliveryMethodId": 4,
            "orderGross": 27.45,
            "deliveryGross": 4.95,
            "specialInstructions": "#SO-1 / PO 77",
        },
        "customerDeliveryAddress": {
            "deliveryName": "Ada Byron",
            "contactName": "Ada Byron",
            "address1": "12 St James's Square",
            "address2": "",
            "address3": "",
            "town": "London",
            "county": "",
            "country": "United Kingdom",
            "countryCode": "GB",
            "postcode": "SW1Y 4JH",
            "telephone": "",
            "email": "ada@example.com",
            "deliveryMethodId": 4,
        },
        "orderLines": [
            {
                "variantCode": "MUG",
                "itemNumber": 1,
                "quantity": 1,
                "itemGross": 12.5,
                "taxRateId": 1,
                "stockLocationId": 1,
            },
            {
                "variantCode": "PLATE",
                "itemNumber": 2,
                "quantity": 2,
                "itemGross": 5.0,
                "taxRateId": 1,
                "stockLocationId": 1,
            },
        ],
    } == draft(order(service="NEXT-DAY", purchase_order_number="77"), SETTINGS).body


def test_the_customer_may_be_named_by_his_account():
    """Either way works in public clients."""
    fields = replace(FIELDS, customer_id=None, account_number="WEB01")

    assert {"accountNumber": "WEB01"} == draft(order(), replace(SETTINGS, order=fields)).body["customer"]


def test_the_date_is_the_servers_own():
    """It bears no zone, so it must be the server's."""
    summer = order(created_at=NOON.replace(month=7))

    assert "2026-07-20T13:00:00" == draft(summer, SETTINGS).body["orderHeader"]["orderDate"]


def test_a_value_that_units_do_not_share_evenly_makes_two_lines():
    """Three for ten pounds: no price per unit says that, and the totals must agree."""
    wanted = order("SO-1", line(1, "MUG", 3, 1000))

    sent = draft(wanted, SETTINGS)

    assert [(2, 3.33), (1, 3.34)] == [(row["quantity"], row["itemGross"]) for row in sent.body["orderLines"]]
    assert [1, 2] == [row["itemNumber"] for row in sent.body["orderLines"]]
    assert {"mug": 3} == sent.units


def test_net_prices_are_sent_gross():
    """The order's own tax is shared out, to the penny; no rate is ever multiplied."""
    wanted = order(
        "SO-1", line(1, "MUG", 1, 1000), line(2, "PLATE", 2, 500), shipping=Money(500, "GBP"), tax=Money(401, "GBP")
    )
    wanted = replace(wanted, total=wanted.total + wanted.tax)

    body = draft(wanted, SETTINGS).body

    assert (24.01, 6.01) == (body["orderHeader"]["orderGross"], body["orderHeader"]["deliveryGross"])
    assert [(1, 12.0), (2, 3.0)] == [(row["quantity"], row["itemGross"]) for row in body["orderLines"]]


@given(
    values=st.lists(st.tuples(st.integers(1, 60), st.integers(0, 100_000)), min_size=1, max_size=8),
    shipping=st.integers(0, 5_000),
    tax=st.integers(0, 20_000),
    is_net=st.booleans(),
)
def test_lines_and_delivery_come_to_the_total_to_the_penny(values, shipping, tax, is_net):
    """However the money falls: OrderWise adds it up itself."""
    lines = [line(at, f"SKU{at}", units, pence) for at, (units, pence) in enumerate(values)]
    wanted = order("SO-1", *lines, shipping=Money(shipping, "GBP"), tax=Money(tax, "GBP"))
    if is_net:
        wanted = replace(wanted, total=wanted.total + wanted.tax)

    body = draft(wanted, SETTINGS).body

    goods = sum((Decimal(str(row["itemGross"])) * row["quantity"] for row in body["orderLines"]), Decimal(0))
    assert wanted.total.amount == goods + Decimal(str(body["orderHeader"]["deliveryGross"]))
    assert wanted.total.amount == Decimal(str(body["orderHeader"]["orderGross"]))
    assert sum(units for units, _ in values) == sum(row["quantity"] for row in body["orderLines"])


def test_an_order_that_does_not_add_up_is_refused():
    """Sent as it is, OrderWise would book another sum than the customer paid."""
    wanted = replace(order(), total=Money(5000, "GBP"))

    assert ("lines and delivery come to 27.45 GBP, with tax to 32.03 GBP; the order says 50.00 GBP",) == faults(wanted)


@pytest.mark.parametrize(("country", "tax", "rate"), [("GB", 458, 1), ("IE", 458, 9), ("US", 0, 2), ("IE", 0, 2)])
def test_the_vat_rate_follows_the_country_and_whether_there_is_tax(country, tax, rate):
    """The ids are the tenant's own."""
    fields = replace(FIELDS, tax_rates={"IE": 9}, untaxed_rate_id=2)
    wanted = order(tax=Money(tax, "GBP"), shipping_address=replace(ADDRESS, country_code=country))

    rows = draft(wanted, replace(SETTINGS, order=fields)).body["orderLines"]

    assert {rate} == {row["taxRateId"] for row in rows}


def test_what_is_not_configured_is_left_to_the_session():
    """An option of the E-Commerce Session fills it in there."""
    fields = OrderFields(customer_id=1, delivery_methods={"": 3}, customer_ref_field="")

    body = draft(order(), replace(SETTINGS, order=fields)).body

    assert {"variantCode", "itemNumber", "quantity", "itemGross"} == set(body["orderLines"][0])
    assert not {"customerOrderRef", "requiredDate"} & set(body["orderHeader"])


def test_a_long_address_is_wrapped_at_words():
    """Three lines there are; nothing of an address is ever cut."""
    address = replace(ADDRESS, line1="Flat 7, The Old Brewery Buildings", line2="Upper Riverside Walk")

    block = draft(order(shipping_address=address), replace(SETTINGS, lengths=Lengths(address_line=24))).body

    lines = [block["customerDeliveryAddress"][f"address{at}"] for at in (1, 2, 3)]
    assert ["Flat 7, The Old Brewery", "Buildings, Upper", "Riverside Walk"] == lines


def test_what_does_not_fit_is_refused_with_field_and_limit():
    """Everything that is wrong at once, and nothing personal in it."""
    wanted = order(
        "SO-1234",
        line(1, "A-VERY-LONG-CODE"),
        email="ada.byron@example.com",
        shipping_address=replace(ADDRESS, line1="x" * 50, line2="", postcode="SW1Y 4JHH", name="Augusta Ada King"),
    )
    tight = Lengths(reference=5, variant_code=10, address_line=20, postcode=8, email=10, name=12)

    reasons = faults(wanted, lengths=tight)

    assert (
        "eCommerceOrderNumber takes 5 characters and would get 7: SO-1234",
        "variantCode takes 10 characters and would get 16: A-VERY-LONG-CODE",
        "address1 to address3 take 20 characters each and would get 50 in all",
        "deliveryName takes 12 characters and would get 16",
        "contactName takes 12 characters and would get 16",
        "postcode takes 8 characters and would get 9",
        "email takes 10 characters and would get 21",
    ) == reasons


@pytest.mark.parametrize(
    ("wanted", "words"),
    [
        (replace(order(), ref=SalesOrderRef("")), "cannot be found again"),
        (replace(order(), ref=SalesOrderRef("a|b")), "cannot be found again"),
        (replace(order(), ref=SalesOrderRef("a ")), "cannot be found again"),
        (replace(order(), lines=(), total=Money(495, "GBP")), "no lines"),
        (order("SO-1", line(1, "MUG", 0)), "quantity of MUG is 0"),
        (order("SO-1", line(1, " ")), "variantCode is no code"),
        (order("SO-1", line(1, "MU\nG")), "variantCode is no code"),
        (order("SO-1", line(1, "MUG", 1, -5)), "value of MUG is -0.05 GBP"),
        (replace(order(), tax=Money(1, "EUR")), "the order is in EUR, GBP; OrderWise is sent orders in GBP"),
    ],
)
def test_what_could_not_be_carried_out_is_refused(wanted, words):
    """In words that say what to correct."""
    assert any(words in reason for reason in faults(wanted))


@given(
    ref=st.text(max_size=40),
    sku=st.text(max_size=60),
    name=st.text(max_size=150),
    street=st.text(max_size=250),
    units=st.integers(-3, 500),
    pence=st.integers(-100, 10**9),
)
def test_any_order_is_sent_or_refused_with_reasons(ref, sku, name, street, units, pence):
    """Whatever customers type."""
    wanted = replace(
        order("SO-1", line(1, sku, units, pence)),
        ref=SalesOrderRef(ref),
        shipping_address=replace(ADDRESS, name=name, line1=street),
    )
    try:
        sent = draft(wanted, SETTINGS)
    except DoesNotFit as refusal:
        said: tuple[str, ...] = refusal.reasons
    else:
        said = ("sent",)
        assert units == sum(row["quantity"] for row in sent.body["orderLines"])
        assert Sku(sku) == sent.body["orderLines"][0]["variantCode"]
    assert said
    assert all(said)
