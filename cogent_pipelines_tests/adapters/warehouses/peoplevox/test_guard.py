"""Promises about looking before sending: nothing that is there is missed, and looking is cheap."""

import pytest

from cogent_pipelines.adapters.warehouses.peoplevox.settings import Limits
from cogent_pipelines.ports.outcomes import Acknowledged, AlreadyThere
from cogent_pipelines_tests.adapters.warehouses.peoplevox.connecting import order, orders
from cogent_pipelines_tests.adapters.warehouses.peoplevox.tenant import refusal


def searches(tenant):
    return [call.search for call in tenant.calls if call.operation == "GetData"]


@pytest.mark.parametrize("page_size", [3, 20, 1000])
@pytest.mark.parametrize("screen", [True, False])
def test_whatever_is_there_is_found(tenant, connect, page_size, screen):
    """Among hundreds alike, with pages too small for a screen, with the screen off."""
    connect().warehouse.create_sales_orders(orders(60)[::7])
    there = set(tenant.orders)

    warehouse = connect(limits=Limits(page_size=page_size), screen_by_prefix=screen).warehouse
    outcomes = [one for start in range(0, 60, 20) for one in warehouse.create_sales_orders(orders(60)[start : start + 20])]

    assert there == {one.ref for one in outcomes if isinstance(one, AlreadyThere)}
    assert 60 - len(there) == sum(isinstance(one, Acknowledged) for one in outcomes)


def test_references_that_share_nothing_are_asked_for_outright(tenant, connect):
    """A screen would read half the tenant."""
    unlike = [order(f"{letter}{number}-{letter}") for number, letter in enumerate("QWERTYUIOPASDFGHJKLZXCVBNM")]

    outcomes = connect().warehouse.create_sales_orders(unlike)

    assert 26 == sum(isinstance(one, Acknowledged) for one in outcomes)
    assert 4 >= len(searches(tenant))


def test_an_answer_serves_the_batches_that_follow_for_two_minutes(tenant, connect):
    """Nobody else creates orders under our references meanwhile; after that it is asked again."""
    connected = connect()
    for start in range(0, 300, 100):
        connected.warehouse.create_sales_orders(orders(300)[start : start + 100])
    within = len(searches(tenant))
    connected.clock.sleep(121)
    connected.warehouse.create_sales_orders([order(f"SO-{number:05d}") for number in range(300, 400)])

    assert (1, 2) == (within, len(searches(tenant)))


def test_a_tenant_that_does_not_know_beginnings_is_asked_outright(tenant, connect):
    """The refusal of a screen is no refusal of the orders."""
    tenant.before = [lambda asked: refusal("GetData", "no such method") if "StartsWith" in asked.search else None]

    outcomes = connect().warehouse.create_sales_orders(orders(10))

    assert 10 == sum(isinstance(one, Acknowledged) for one in outcomes)
    assert "Equals" in searches(tenant)[-1]


def test_a_tenant_that_counts_everything_is_understood(tenant, connect):
    """Its totals say nothing about a search: the empty second page does, once."""
    connect().warehouse.create_sales_orders(orders(50))
    warehouse = connect().warehouse
    everything = len(tenant.orders)

    def as_counted(asked):
        if asked.operation != "GetData":
            return None
        honest = tenant._answer(asked)
        counted = honest.text.split("<TotalCount>")[1].split("<")[0]
        honest._content = honest.text.replace(f"<TotalCount>{counted}<", f"<TotalCount>{everything}<").encode()
        return honest

    tenant.before = [as_counted]

    read = tenant.count("GetData")
    found = warehouse.find_sales_orders([one.ref for one in orders(5)])

    assert 3 == tenant.count("GetData") - read
    assert [2] * 5 == [len(one.sales_order.lines) for one in found]
