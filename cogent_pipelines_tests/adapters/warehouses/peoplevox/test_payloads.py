"""Promises about limits and formats: nothing that identifies or delivers is ever cut."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cogent_pipelines.adapters.warehouses.peoplevox.payloads import DoesNotFit, draft, line_code, money, price
from cogent_pipelines.adapters.warehouses.peoplevox.settings import PeoplevoxSettings, ReleasePolicy
from cogent_pipelines.canonical.identity import LineRef, Sku
from cogent_pipelines.canonical.money import Money
from cogent_pipelines.canonical.sales_order import SalesOrderLine
from cogent_pipelines_tests.adapters.warehouses.peoplevox.connecting import ADDRESS, SETTINGS, line, order


def lines_of(address):
    header = draft(order(shipping_address=address), SETTINGS).header
    return header["ShippingAddressLine1"], header["ShippingAddressLine2"]


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"ref": "S" * 31}, "SalesOrderNumber takes 30 characters and would get 31"),
        ({"ref": ""}, "SalesOrderNumber is empty"),
        ({"ref": 'SO"1'}, "SalesOrderNumber is empty or holds a character that cannot be searched for"),
        ({"order_name": "#" * 51}, "CustomerPurchaseOrderReferenceNumber takes 50 characters and would get 51"),
        ({"email": "a" * 501}, "Email takes 500 characters and would get 501"),
        ({"channel": "c" * 51}, "ChannelName takes 50 characters"),
        ({"service": "s" * 101}, "ServiceType takes 100 characters"),
        (
            {"shipping_address": replace(ADDRESS, city="x" * 101)},
            "ShippingAddressCity takes 100 characters and would get 101",
        ),
        ({"invoice_address": replace(ADDRESS, postcode="x" * 101)}, "InvoiceAddressPostcode takes 100 characters"),
        (
            {"shipping_address": replace(ADDRESS, line1="word " * 60)},
            "ShippingAddressLine1 and Line2 take 100 characters each",
        ),
        ({"lines": (line(sku="S" * 51),)}, "ItemCode takes 50 characters and would get 51"),
        ({"lines": (line(quantity=0, pence=0),)}, "quantity of MUG is 0"),
        ({"lines": (line(1), line(1))}, "line L1 of MUG is given twice"),
    ],
)
def test_what_does_not_fit_is_named_with_field_and_limit(changes, reason):
    """The order is refused before anything is sent."""
    with pytest.raises(DoesNotFit, match=reason):
        draft(order(**changes), SETTINGS)


def test_an_order_without_lines_is_refused():
    """Nothing to ship is no sales order."""
    with pytest.raises(DoesNotFit, match="no lines"):
        draft(order(lines=()), SETTINGS)


def test_a_refusal_shows_nobodys_address():
    """Reasons are read by many."""
    with pytest.raises(DoesNotFit) as refused:
        draft(order(email="ada@" + "x" * 500, shipping_address=replace(ADDRESS, line1="Secret " * 60)), SETTINGS)

    assert "ada@" not in str(refused.value)
    assert "Secret" not in str(refused.value)


def test_address_lines_are_sent_as_they_are_where_they_fit():
    """Company first where there is one and room for it."""
    assert ("1 High St", "Flat 2") == lines_of(replace(ADDRESS, line1="1 High St", line2="Flat 2"))
    assert ("Byron Ltd", "1 High St") == lines_of(replace(ADDRESS, company="Byron Ltd", line1="1 High St"))
    assert ("Byron Ltd", "1 High St, Flat 2") == lines_of(
        replace(ADDRESS, company="Byron Ltd", line1="1 High St", line2="Flat 2")
    )


def test_a_long_address_line_is_wrapped_between_words():
    """Into the free line, every word whole."""
    words = [f"word{number:02d}" for number in range(25)]

    first, second = lines_of(replace(ADDRESS, line1=" ".join(words)))

    assert words == [*first.split(), *second.split()]
    assert 100 >= max(len(first), len(second))


def test_breaks_in_an_address_become_spaces():
    """One cell is one line."""
    assert ("1 High St Flat 2", "") == lines_of(replace(ADDRESS, line1="1 High St\r\nFlat 2"))


def test_a_long_contact_name_is_cut_and_that_is_logged(caplog):
    """It delivers all the same; the log does not hold the name."""
    header = draft(order(shipping_address=replace(ADDRESS, name="N" * 120)), SETTINGS).header

    assert 100 == len(header["ContactName"])
    assert "SO-1: ContactName was cut from 120 to 100 characters" in caplog.text


@pytest.mark.parametrize("reference", ["14632218394811", "L1", "a" * 16])
def test_a_line_reference_that_fits_is_sent_as_it_is(reference):
    """So that despatches bring it back."""
    assert reference == line_code(reference)


@given(st.text(min_size=1), st.text(min_size=1))
def test_a_line_code_fits_and_is_one_lines_own(one, other):
    """At most sixteen characters, the same every time, different for different references."""
    assert 1 <= len(line_code(one)) <= 16
    assert line_code(one) == line_code(one)
    assert (one == other) == (line_code(one) == line_code(other))


def test_a_configured_prefix_is_left_out_of_line_codes():
    """A long name that all lines share says nothing."""
    assert "14632218394811" == line_code("gid://shopify/LineItem/14632218394811", "gid://shopify/LineItem/")
    assert line_code("gid://shopify/LineItem/14632218394811").startswith("~")


def test_money_is_rounded_half_up_to_the_tenants_decimals():
    """A third of ten pounds, and half a penny."""
    third = SalesOrderLine(LineRef("L1"), Sku("MUG"), 3, Money(1000, "GBP"))

    assert "3.33" == draft(order("SO-1", third), SETTINGS).lines[0].price
    assert "3.3333" == draft(order("SO-1", third), replace(SETTINGS, price_decimals=4)).lines[0].price
    assert ["0.13", "1500"] == [money(Decimal("0.125"), 2), money(Money(1500, "JPY").amount, 0)]


@given(st.integers(-(10**9), 10**9), st.integers(1, 10_000), st.integers(0, 4), st.sampled_from(("GBP", "JPY", "KWD")))
def test_a_price_in_whole_numbers_is_the_price_in_decimal_ones(minor, quantity, decimals, currency):
    """Whatever the currency's minor unit, and however many decimals the tenant keeps."""
    value = Money(minor, currency)

    assert Decimal(money(value.amount / quantity, decimals)) == Decimal(price(value, quantity, decimals))
    assert len(price(value, quantity, decimals).partition(".")[2]) == decimals


@pytest.mark.parametrize("billed", [ADDRESS, replace(ADDRESS), replace(ADDRESS, line1="9 Other St")])
def test_an_order_is_billed_where_it_says(billed):
    """At the address of the goods or at another."""
    header = draft(order(invoice_address=billed), SETTINGS).header

    assert (billed.line1, billed.postcode) == (header["InvoiceAddressLine1"], header["InvoiceAddressPostcode"])
    assert ADDRESS.line1 == header["ShippingAddressLine1"]


def test_what_does_not_fit_is_said_of_both_addresses():
    """Also where they are the same."""
    far = replace(ADDRESS, city="x" * 101)

    with pytest.raises(DoesNotFit, match=r"ShippingAddressCity takes .*; InvoiceAddressCity takes "):
        draft(order(shipping_address=far, invoice_address=far), SETTINGS)


def test_a_country_is_sent_as_the_tenant_calls_it():
    """The code, where nothing else is said."""
    assert "GB" == draft(order(), SETTINGS).header["ShippingAddressCountry"]
    named = replace(SETTINGS, country_names={"GB": "United Kingdom"})
    assert "United Kingdom" == draft(order(), named).header["ShippingAddressCountry"]


def test_a_wanted_date_is_sent_where_the_tenant_wants_one():
    """So many days after the order."""
    assert (
        "2026-11-22 12:00:00" == draft(order(), replace(SETTINGS, requested_delivery_days=2)).header["RequestedDeliveryDate"]
    )


def test_settings_keep_the_password_to_themselves_and_refuse_an_unknown_policy():
    """A misread policy would release half an order."""
    given_as_text = {"base_url": "https://x", "client_id": "a", "username": "b", "password": "hidden"}

    assert "hidden" not in repr(PeoplevoxSettings(**given_as_text))
    assert ReleasePolicy.HOLD_FLAG is PeoplevoxSettings(**given_as_text, release_policy="hold_flag").release_policy
    with pytest.raises(ValueError, match="hold_flags"):
        PeoplevoxSettings(**given_as_text, release_policy="hold_flags")
