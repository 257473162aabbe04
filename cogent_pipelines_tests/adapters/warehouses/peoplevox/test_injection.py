"""Promises about putting orders in, each against one way in which it goes wrong."""

import httpx
import pytest

from cogent_pipelines.adapters.warehouses.peoplevox.settings import (
    CustomerHandling,
    Headings,
    Limits,
    LineIdentity,
    ReleasePolicy,
)
from cogent_pipelines.ports.errors import VendorRefused
from cogent_pipelines.ports.outcomes import Acknowledged, Rejected, Unavailable, Unknown
from cogent_pipelines_tests.adapters.warehouses.peoplevox.connecting import line, order, orders
from cogent_pipelines_tests.adapters.warehouses.peoplevox.tenant import fault, once


def test_an_order_is_held_until_every_line_is_there(tenant, connect):
    """Header held, lines, release: in that order."""
    outcomes = connect().warehouse.create_sales_orders([order("SO-1")])

    assert [Acknowledged("SO-1")] == outcomes
    assert [("SO-1", "held"), ("SO-1", "line MUG"), ("SO-1", "line PLATE"), ("SO-1", "released")] == tenant.history
    assert [("MUG", "L1", "1"), ("PLATE", "L2", "2")] == tenant.lines_of("SO-1")


def test_a_header_says_what_the_order_says(tenant, connect):
    """Money with two decimals, dates as the vendor imports them, the order's name for people."""
    connect().warehouse.create_sales_orders([order("SO-1")])

    sent = tenant.orders["SO-1"]
    wanted = {
        "CustomerPurchaseOrderReferenceNumber": "#SO-1",
        "ContactName": "Ada Byron",
        "ShippingAddressLine1": "12 St James's Square",
        "TotalSale": "30.00",
        "ShippingCost": "4.95",
        "TaxPaid": "5.00",
        "CreatedDate": "2026-11-20 12:00:00",
        "ChannelName": "web",
    }
    assert wanted == {name: sent[name] for name in wanted}
    assert "ServiceType" not in sent


def test_a_batch_of_a_hundred_two_line_orders_takes_four_writing_calls(tenant, connect):
    """One for headers, two for lines, one to release; and no more than two to look first."""
    outcomes = connect().warehouse.create_sales_orders(orders(100))

    assert 100 == sum(isinstance(outcome, Acknowledged) for outcome in outcomes)
    assert 4 == tenant.count("SaveData")
    assert 2 >= tenant.count("GetData")


def test_ten_thousand_orders_fit_into_eight_minutes_of_fifteen_calls_in_fifteen_seconds(tenant, connect):
    """Everything counted: log-in, templates, looking first, saving."""
    warehouse = connect().warehouse
    sale = orders(10_000)

    for start in range(0, len(sale), 100):
        outcomes = warehouse.create_sales_orders(sale[start : start + 100])
        assert all(isinstance(outcome, Acknowledged) for outcome in outcomes)

    assert 480 >= len(tenant.calls)
    assert 10_000 == sum(tenant.is_pickable(sold.ref) for sold in sale)


def test_one_bad_order_is_found_alone_and_the_others_go_in(tenant, connect):
    """A call refused as a whole is taken apart; the vendor's own words are the bad order's reason."""
    tenant.bad_items = {"GONE"}
    batch = [*orders(40), order("SO-BAD", line(1), line(2, "GONE")), *[order(f"ZZ-{n}") for n in range(30)]]

    outcomes = connect().warehouse.create_sales_orders(batch)

    assert Rejected(("row refused: no such item",)) == outcomes[40]
    assert 70 == sum(isinstance(outcome, Acknowledged) for outcome in outcomes)
    assert not tenant.is_pickable("SO-BAD")


def test_a_bad_header_holds_up_nobody_else(tenant, connect):
    """The same for headers, where nothing of the bad order exists afterwards."""
    tenant.bad_orders = {"SO-00007"}

    outcomes = connect().warehouse.create_sales_orders(orders(20))

    assert Rejected(("row refused: no such thing",)) == outcomes[7]
    assert 19 == sum(isinstance(outcome, Acknowledged) for outcome in outcomes)
    assert "SO-00007" not in tenant.orders


def test_when_everything_is_refused_the_calls_spent_on_it_are_bounded(tenant, connect):
    """A hundred bad orders do not take two hundred calls; those not found out yet are tried later."""
    tenant.bad_items = {"MUG"}
    warehouse = connect(limits=Limits(calls_to_isolate=20)).warehouse

    outcomes = warehouse.create_sales_orders(orders(100))

    assert 3 + 20 >= tenant.count("SaveData")
    assert {Rejected, Unavailable} == {type(outcome) for outcome in outcomes}


@pytest.mark.parametrize("named", [True, False])
def test_a_half_done_call_is_settled_row_by_row(tenant, connect, named):
    """Good rows that were kept stand; the bad order gets the reason; whether or not the statuses name orders."""
    tenant.takes_good_rows, tenant.names_orders_in_statuses, tenant.bad_items = True, named, {"GONE"}
    batch = [order("SO-1"), order("SO-2", line(1), line(2, "GONE")), order("SO-3")]

    outcomes = connect().warehouse.create_sales_orders(batch)

    assert [Acknowledged("SO-1"), Rejected(("row refused: no such item",)), Acknowledged("SO-3")] == outcomes
    assert [False, True] == [tenant.is_pickable("SO-2"), tenant.is_pickable("SO-3")]


def test_the_same_item_on_two_lines_is_read_back_before_release(tenant, connect):
    """Once: a tenant that was seen to keep lines apart keeps them apart."""
    warehouse = connect().warehouse

    for ref in ("SO-1", "SO-2", "SO-3"):
        assert [Acknowledged(ref)] == warehouse.create_sales_orders([order(ref, line(1), line(2))])
    assert 1 == tenant.count("GetData", "Sales order items")


def test_a_tenant_that_merges_lines_is_found_out_before_anything_is_picked(tenant, connect):
    """The order stays held, and the reason says what is missing."""
    tenant.merges_lines = True

    [outcome] = connect().warehouse.create_sales_orders([order("SO-1", line(1), line(2, quantity=2))])

    assert isinstance(outcome, Rejected)
    assert "lacks 1 x MUG" in outcome.reasons[0]
    assert not tenant.is_pickable("SO-1")


def test_for_a_tenant_known_to_merge_lines_the_quantities_are_summed(tenant, connect):
    """One row per item, nothing lost."""
    tenant.merges_lines = True
    warehouse = connect(line_identity=LineIdentity.ITEM).warehouse

    assert [Acknowledged("SO-1")] == warehouse.create_sales_orders([order("SO-1", line(1), line(2, quantity=2))])
    assert [("MUG", "L1", "3")] == tenant.lines_of("SO-1")


def test_without_a_hold_flag_orders_are_saved_without_allocation_until_whole(tenant, connect):
    """Action 1 for headers and lines, action 0 at the end."""
    warehouse = connect(release_policy=ReleasePolicy.DO_NOT_ALLOCATE).warehouse

    assert [Acknowledged("SO-1")] == warehouse.create_sales_orders([order("SO-1")])
    saves = [(call.template, call.parameters["Action"]) for call in tenant.calls if call.operation == "SaveData"]
    assert [("Sales orders", "1"), ("Sales order items", "1"), ("Sales orders", "0")] == saves


def test_a_missing_heading_is_named_with_its_template_before_anything_is_sent(tenant, connect):
    """Without the hold flag an order could be picked half done: nothing is sent."""
    tenant.headings["Sales orders"] = tenant.headings["Sales orders"].replace(",OnHold", "")

    with pytest.raises(VendorRefused, match="'Sales orders' has no heading 'OnHold'"):
        connect().warehouse.create_sales_orders([order("SO-1")])
    assert 0 == tenant.count("SaveData")


def test_a_tenants_own_headings_are_used_both_ways(tenant, connect):
    """Renamed fields are written and read under the tenant's names."""
    tenant.headings["Sales orders"] = tenant.headings["Sales orders"].replace("ShippingAddressLine1", "ShipAdd1")
    connected = connect(headings=Headings(sales_orders={"ShippingAddressLine1": "shipadd1"}))

    connected.warehouse.create_sales_orders([order("SO-1")])

    assert "12 St James's Square" == tenant.orders["SO-1"]["ShipAdd1"]


def test_customers_are_saved_once_each_before_their_orders(tenant, connect):
    """Two orders of one buyer: one customer, named in both headers."""
    tenant.headings["Sales orders"] += ",PaymentMethod"
    warehouse = connect(customers=CustomerHandling.IMPORT).warehouse

    warehouse.create_sales_orders([order("SO-1"), order("SO-2")])

    assert ["ada@example.com"] == list(tenant.customers)
    assert "ada@example.com" == tenant.orders["SO-2"]["Customer"]


def test_what_a_stumbling_service_cannot_take_is_found_by_taking_the_call_apart(tenant, connect):
    """A SOAP fault over one poisonous order does not hold up the batch for ever."""
    tenant.before = [
        lambda asked: fault("Object reference not set") if any("SO-00002" in row.values() for row in asked.rows) else None
    ]

    outcomes = connect().warehouse.create_sales_orders(orders(4))

    assert [Acknowledged, Acknowledged, Unknown, Acknowledged] == [type(outcome) for outcome in outcomes]


def test_the_same_order_twice_in_a_batch_goes_in_once(tenant, connect):
    """Alike, it is one order; different, nobody can know which was meant."""
    warehouse = connect().warehouse

    assert [Acknowledged("SO-1")] * 2 == warehouse.create_sales_orders([order("SO-1"), order("SO-1")])
    different = warehouse.create_sales_orders([order("SO-2"), order("SO-2", line(1))])
    assert [Rejected, Rejected] == [type(outcome) for outcome in different]


def test_an_order_longer_than_a_call_is_whole_before_it_is_released(tenant, connect):
    """Its lines travel in several calls; it is held all the while."""
    long = order("SO-1", *(line(number, f"SKU{number}") for number in range(250)))

    assert [Acknowledged("SO-1")] == connect().warehouse.create_sales_orders([long])
    assert 250 == len(tenant.lines_of("SO-1"))


def test_an_order_that_the_vendor_names_is_tried_alone_at_once(tenant, connect):
    """Three calls instead of a search by halves: all, the others, the one."""
    tenant.bad_items = {"GONE-77"}
    tenant.complaints = {"GONE-77": "Item type 'GONE-77' was not found"}
    batch = [*orders(45), order("ZZ-1", line(1, "GONE-77"))]

    outcomes = connect().warehouse.create_sales_orders(batch)

    assert Rejected(("row refused: Item type 'GONE-77' was not found",)) == outcomes[-1]
    assert 3 == tenant.count("SaveData", "Sales order items")


def test_an_order_over_several_calls_is_only_as_good_as_the_worst_of_them(tenant, connect):
    """Some of its lines were lost: it is not released on the strength of the others."""
    tenant.after = [once("SaveData", "Sales order items", httpx.ReadError("cut"))]
    long = order("SO-1", *(line(number, f"SKU{number}") for number in range(250)))

    [outcome] = connect().warehouse.create_sales_orders([long])

    assert isinstance(outcome, Unknown)
    assert not tenant.is_pickable("SO-1")
