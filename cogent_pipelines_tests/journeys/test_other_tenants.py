"""Tenants differ in what they call things, how they print them and what they tell: the same day ends the same everywhere."""

import pytest

from cogent_pipelines.ledger.due_work import ORDER_CAPTURE, ORDER_INJECTION
from cogent_pipelines_tests.journeys.verdict import faults

RENAMED = {"SalesOrderNumber": "OrderNo", "OnHold": "Parked", "ShippingAddressPostcode": "ShipZip"}
TENANTS = {
    "keeps orders back by not allocating": ({"release": "do_not_allocate"}, {}),
    "keeps orders back by not allocating until the header is saved": (
        {"release": "do_not_allocate"},
        {"released_by": "header_save"},
    ),
    "makes one line of an item": ({"line_identity": "item"}, {"line_identity": "item"}),
    "has headings of its own": ({"headings": {"sales_orders": RENAMED}}, {"tenant_headings": {"Sales orders": RENAMED}}),
    "has no report of changes": ({"incremental_stock_report": ""}, {}),
    "prints months first": (
        {"date_order": "mdy"},
        {"date_format_report": "%m/%d/%Y %H:%M", "date_format_data": "%m/%d/%Y %H:%M:%S"},
    ),
    "prints the time of New York": ({"timezone": "America/New_York"}, {"zone_report": "America/New_York"}),
    "prints every tracking number in one row": ({}, {"parcel_rows": "joined_tracking"}),
    "prints no quantities": ({}, {"no_of_items_empty": True}),
    "answers without details": ({}, {"save_detail": "none"}),
    "names no references": ({}, {"line_reference": "empty", "save_detail": "first_row"}),
    "gives few rows at once": ({"page_size": 7, "rows_per_call": 5}, {"max_items_per_page": 5}),
    "tells twice, late and out of order": ({}, {"event_duplicate_probability": 0.5, "event_reorder_probability": 0.5}),
    "takes its time to allocate": ({}, {"allocate_after_seconds": 45.0}),
    "has tracking an hour later": ({}, {"tracking_delay_seconds": 3600.0}),
}


@pytest.mark.parametrize("tenant", TENANTS)
def test_an_ordinary_day_at_a_tenant_that(make_world, tenant):
    """Orders, parcels, stock; judged like any other day."""
    settings, switches = TENANTS[tenant]
    world = make_world(settings={"warehouse": settings}, **switches)
    for units in (1, 2, 3):
        world.place(("TEE-S", units), ("COAT-L", 1), ("SOCK-M", 2))
    world.tenant.warehouse.adjust_stock("KNIT-XL", by=5)

    world.run_until_quiet()

    assert ([], set()) == (faults(world), world.cases())
    assert {"FULFILLED"} == {order.fulfilment_status for order in world.shop.shop.orders.values()}


def test_orders_to_an_idle_account_do_not_wait_for_the_vendors_pace(make_world):
    """Three orders, one after the other: twelve calls are in the window's allowance, and go as fast as they travel."""
    world = make_world(rate_limit_calls=15, rate_limit_seconds=15.0)
    world.place()
    world.run_until_quiet()
    world.clock.advance(60)
    refused, waits = world.tenant.front.throttled, []

    for _ in range(3):
        order = world.place()
        world.deliver()
        world.run(ORDER_CAPTURE)
        captured = world.clock.now()
        world.run(ORDER_INJECTION)
        waits.append((world.clock.now() - captured).total_seconds())
        assert "acknowledged" == world.state_of(order)

    assert (0, True) == (world.tenant.front.throttled - refused, max(waits) < 1)
    world.run_until_quiet()
    assert [] == faults(world)
