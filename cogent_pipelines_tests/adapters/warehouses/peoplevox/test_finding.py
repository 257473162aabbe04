"""Promises about looking orders up again, whatever the pages hold."""

from cogent_pipelines.adapters.warehouses.peoplevox.settings import (
    Limits,
)
from cogent_pipelines.ports.outcomes import AlreadyThere, Found, NotFound, Rejected
from cogent_pipelines_tests.adapters.warehouses.peoplevox.connecting import line, order, orders


def test_what_is_not_there_is_not_found(connect):
    """In the order that was asked for."""
    warehouse = connect().warehouse
    warehouse.create_sales_orders([order("SO-1")])

    found = warehouse.find_sales_orders(["SO-9", "SO-1"])

    assert NotFound("SO-9") == found[0]
    assert isinstance(found[1], Found)


def test_three_hundred_orders_are_read_back_in_six_calls(tenant, connect):
    """A hundred references to a call, once for headers and once for lines."""
    warehouse = connect().warehouse
    warehouse.create_sales_orders(orders(300))
    read = tenant.count("GetData")

    found = warehouse.find_sales_orders([sold.ref for sold in orders(300)])

    assert 300 == sum(isinstance(answer, Found) for answer in found)
    assert 6 == tenant.count("GetData") - read


def test_lines_that_overflow_a_page_are_all_read(connect):
    """The portion is halved until it fits, and one long order is paged."""
    warehouse = connect(limits=Limits(page_size=7)).warehouse
    warehouse.create_sales_orders([*orders(6), order("SO-L", *(line(n, f"SKU{n}") for n in range(20)))])

    found = warehouse.find_sales_orders(["SO-00000", "SO-L", "SO-00005"])

    assert [2, 20, 2] == [len(one.sales_order.lines) for one in found]


def test_more_than_was_asked_for_is_looked_through(tenant, connect):
    """A version that ignores the search answers with everybody's orders and lines."""
    connected = connect()
    connected.warehouse.create_sales_orders(orders(10))

    def deaf(asked):
        asked.parameters["SearchClause"] = ""

    tenant.before = [deaf]

    [found, missing] = connected.warehouse.find_sales_orders(["SO-00003", "SO-9"])

    assert [("MUG", 1), ("PLATE", 2)] == [(each.sku, each.quantity) for each in found.sales_order.lines]
    assert NotFound("SO-9") == missing


def test_lines_of_several_orders_are_never_paged(tenant, connect):
    """Templates are unsorted: a second page may repeat what the first had, and miss the rest."""
    connected = connect(limits=Limits(page_size=7))
    connected.warehouse.create_sales_orders(orders(9))
    tenant.calls.clear()

    connected.warehouse.find_sales_orders([one.ref for one in orders(9)])

    assert {"1"} == {call.parameters["PageNo"] for call in tenant.calls if call.operation == "GetData"}


def test_the_same_item_under_another_line_is_a_difference(tenant, connect):
    """Despatches would come back for a line that the storefront does not know."""
    connected = connect()
    connected.warehouse.create_sales_orders([order("SO-1", line(9))])

    [outcome] = connected.again().create_sales_orders([order("SO-1", line(1))])

    assert isinstance(outcome, Rejected)
    assert "lacks 1 x MUG (line L1) and has besides 1 x MUG (line L9)" in outcome.reasons[0]


def test_a_tenant_that_does_not_give_line_codes_back_is_compared_without_them(tenant, connect):
    """Otherwise every order there would seem to differ."""
    connected = connect()
    connected.warehouse.create_sales_orders([order("SO-1")])
    for row in tenant.lines.values():
        row["Line"] = ""

    assert [AlreadyThere("SO-1")] == connected.again().create_sales_orders([order("SO-1")])
