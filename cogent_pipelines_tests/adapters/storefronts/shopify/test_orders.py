"""The order feed and orders by name: whole, in order, each once."""

from datetime import UTC, datetime

import httpx
import pytest

from cogent_pipelines.adapters.storefronts.shopify.settings import PageSizes
from cogent_pipelines.adapters.storefronts.shopify.times import time_of
from cogent_pipelines.ports.errors import AuthenticationFailed, VendorRefused, VendorUnavailable
from cogent_pipelines.ports.storefront import UnreadableOrder
from cogent_pipelines_tests.adapters.storefronts.shopify.samples import fulfilment_order, line, order, owed, shipping
from cogent_pipelines_tests.adapters.storefronts.shopify.store import Store, opened, page, refused

SINCE = datetime(2026, 11, 2, 7, 59, 59, 900_000, tzinfo=UTC)
NOTHING_MOVED = {"fulfillmentOrders": page([])}


def at(clock_time):
    return f"2026-11-02T{clock_time}:00Z"


def change(number, clock_time):
    return {"id": f"gid://shopify/Order/{number}", "updatedAt": at(clock_time)}


def a_store(*orders):
    """A store with these orders, none of which fulfilment orders changed alone."""
    by_id = {one["id"]: one for one in orders}
    changes = [{"id": one["id"], "updatedAt": one["updatedAt"]} for one in orders]
    return (
        Store()
        .on("OrdersChanged", {"orders": page(changes)})
        .on("FulfilmentOrdersChanged", NOTHING_MOVED)
        .on("OrdersNamed", lambda variables: {"nodes": [by_id.get(gid) for gid in variables["ids"]]})
    )


def refs(pages):
    return [[one.ref for one in orders] for orders in pages]


def test_the_feed_asks_from_the_whole_second_before():
    """Shopify's times have whole seconds, and a search that it does not understand would return everything."""
    store = a_store(order(1))
    with opened(store) as storefront:
        assert [["1"]] == refs(storefront.orders(SINCE))

    assert "updated_at:>='2026-11-02T07:59:59Z'" == store.variables_of("OrdersChanged")[0]["query"]


def test_every_page_of_the_feed_is_read():
    """The cursor goes from page to page."""
    store = a_store(order(1), order(2, updatedAt=at("08:05")))
    store.on(
        "OrdersChanged",
        {"orders": page([change(1, "08:00")], "c1")},
        {"orders": page([change(2, "08:05")])},
    )
    with opened(store) as storefront:
        assert [["1"], ["2"]] == refs(storefront.orders(SINCE))

    assert [None, "c1"] == [asked["after"] for asked in store.variables_of("OrdersChanged")]


def test_an_order_with_a_later_hold_waits_for_its_turn():
    """Oldest version first, although Shopify sorts by a time that a hold does not move."""
    held = [fulfilment_order([owed()], status="ON_HOLD", updatedAt=at("08:30"))]
    store = a_store(order(1, fulfillmentOrders=page(held)), order(2, updatedAt=at("08:10")))
    store.on(
        "OrdersChanged",
        {"orders": page([change(1, "08:00")], "c1")},
        {"orders": page([change(2, "08:10")])},
    )
    with opened(store) as storefront:
        assert [["2"], ["1"]] == refs(storefront.orders(SINCE))


def test_a_release_that_did_not_move_the_order_is_found():
    """The fulfilment orders are polled as well; orders that the feed has anyway are not read twice."""
    released = order(
        3,
        updatedAt=at("06:00"),
        fulfillmentOrders=page([fulfilment_order([owed()], updatedAt=at("08:20"))]),
    )
    recent = order(1)
    store = a_store(recent, released)
    store.on("OrdersChanged", {"orders": page([change(1, "08:00")])})
    moved = [
        {"orderId": one["id"], "updatedAt": at("08:20"), "order": {"updatedAt": one["updatedAt"]}}
        for one in (released, recent)
    ]
    store.on("FulfilmentOrdersChanged", {"fulfillmentOrders": page(moved)})
    with opened(store) as storefront:
        assert [["1"], ["3"]] == refs(storefront.orders(SINCE))

    assert [["gid://shopify/Order/3"], ["gid://shopify/Order/1"]] == [
        asked["ids"] for asked in store.variables_of("OrdersNamed")
    ]


def test_changes_can_be_listed_without_reading_orders():
    """For a poll that overlaps the last one."""
    store = a_store(order(1))
    with opened(store) as storefront:
        listed = list(storefront.order_changes(SINCE))

    assert [[("1", datetime(2026, 11, 2, 8, tzinfo=UTC))]] == listed
    assert [] == store.variables_of("OrdersNamed")


def test_a_long_order_is_read_to_its_last_line():
    """705 lines, in pages of 250 after the first; nothing is cut off, nothing comes twice."""
    lines = [line(number) for number in range(1, 706)]
    open_lines = [owed(number) for number in range(1, 706)]
    long = order(
        1,
        lineItems=page(lines[:50], "50"),
        fulfillmentOrders=page([fulfilment_order(open_lines[:50], after="50")]),
        shippingLines=page([shipping("1.0")], "1"),
    )

    def rest(of, field, updated_at="08:00"):
        def reply(variables):
            start, size = int(variables["after"]), variables["first"]
            after = str(start + size) if start + size < len(of) else None
            return {"node": {"updatedAt": at(updated_at), field: page(of[start : start + size], after)}}

        return reply

    store = (
        a_store(long)
        .on("OrderLines", rest(lines, "lineItems"))
        .on("FulfilmentOrderLines", rest(open_lines, "lineItems"))
        .on("OrderShippingLines", {"node": {"updatedAt": at("08:00"), "shippingLines": page([shipping("2.0")])}})
    )
    with opened(store) as storefront:
        read = storefront.orders_named(["1"])[0]

    assert [str(number) for number in range(1, 706)] == [one.ref for one in read.lines]
    assert {2} == {one.to_ship for one in read.lines}
    assert 300 == read.shipping_total.shop.minor


def test_more_fulfilment_orders_than_fit_a_page_are_read_with_their_lines():
    """Each of them may go on as well."""
    first, second = fulfilment_order([owed(1, 1)], 1), fulfilment_order([owed(2, 2)], 2, after="x")
    store = (
        a_store(order(1, lineItems=page([line(1), line(2), line(3)]), fulfillmentOrders=page([first], "f1")))
        .on("OrderFulfilmentOrders", {"node": {"updatedAt": at("08:00"), "fulfillmentOrders": page([second])}})
        .on("FulfilmentOrderLines", {"node": {"updatedAt": at("08:00"), "lineItems": page([owed(3, 1)])}})
    )
    with opened(store) as storefront:
        assert [1, 2, 1] == [one.to_ship for one in storefront.orders_named(["1"])[0].lines]


def test_an_order_that_changes_between_its_pages_is_read_afresh():
    """Half of yesterday's lines and half of today's would be an order that never was."""
    before = order(1, lineItems=page([line(1)], "c"))
    after = order(1, updatedAt=at("08:07"), lineItems=page([line(1), line(9)]))
    store = (
        a_store(before)
        .on("OrdersNamed", {"nodes": [before]}, {"nodes": [after]})
        .on("OrderLines", {"node": {"updatedAt": at("08:07"), "lineItems": page([line(2)])}})
    )
    with opened(store) as storefront:
        assert ["1", "9"] == [one.ref for one in storefront.orders_named(["1"])[0].lines]


def test_an_order_that_never_stands_still_comes_later():
    """Better late than patched together."""
    store = a_store(order(1)).on("OrdersNamed", lambda _: {"nodes": [order(1, lineItems=page([line(1)], "c"))]})
    store.on("OrderLines", {"node": {"updatedAt": at("08:59"), "lineItems": page([])}})
    with opened(store) as storefront, pytest.raises(Exception, match="kept changing"):
        storefront.orders_named(["1"])


def test_orders_by_name_come_once_and_only_where_they_exist():
    """Repeated, unknown and impossible references do no harm; fifty orders are one call."""
    store = a_store(*[order(number) for number in range(1, 51)])
    wanted = [str(number) for number in range(1, 51)]
    with opened(store) as storefront:
        read = storefront.orders_named([*wanted, "1", "999", "not-a-number", "0", ""])

    assert wanted == [one.ref for one in read]
    assert 2 == len(store.variables_of("OrdersNamed"))
    assert ["gid://shopify/Order/999"] == store.variables_of("OrdersNamed")[1]["ids"]


def test_nothing_asked_is_nothing_called():
    """An empty batch costs no call."""
    store = a_store()
    with opened(store) as storefront:
        assert [] == storefront.orders_named([])

    assert [] == store.asked


def test_a_call_that_costs_too_much_is_made_smaller_and_stays_small():
    """Four orders a call is all that this store's prices allow; every order still comes, and the lesson is kept."""
    orders = [order(number) for number in range(1, 21)]
    by_id = {one["id"]: one for one in orders}

    def reply(variables):
        cost = len(variables["ids"]) * 250
        if cost > 1000:
            return refused("MAX_COST_EXCEEDED", "Query cost is too high", cost=cost, maxCost=1000)
        return {"nodes": [by_id[gid] for gid in variables["ids"]]}

    store = a_store(*orders).on("OrdersNamed", reply)
    names = [str(number) for number in range(1, 21)]
    with opened(store) as storefront:
        assert names == [one.ref for one in storefront.orders_named(names)]
        before = len(store.variables_of("OrdersNamed"))
        assert names == [one.ref for one in storefront.orders_named(names)]

    again = store.variables_of("OrdersNamed")[before:]
    assert all(len(asked["ids"]) <= 4 for asked in again)


def test_one_order_that_is_still_too_expensive_asks_for_fewer_lines():
    """The last resort before giving up."""

    def reply(variables):
        if variables["lines"] > 10:
            return refused("MAX_COST_EXCEEDED", "too high", cost=5000, maxCost=1000)
        return {"nodes": [order(1)]}

    store = a_store(order(1)).on("OrdersNamed", reply)
    with opened(store) as storefront:
        assert ["1"] == [one.ref for one in storefront.orders_named(["1"])]


def test_a_store_where_nothing_is_affordable_is_said_so():
    """No endless loop."""
    store = a_store(order(1)).on("OrdersNamed", refused("MAX_COST_EXCEEDED", "too high", cost=5000, maxCost=1000))
    with opened(store) as storefront, pytest.raises(VendorRefused, match="too high"):
        storefront.orders_named(["1"])


def test_a_search_warning_is_an_error():
    """The filter was ignored: these are all orders, not the changed ones."""
    warning = {
        "search": [{"path": ["orders"], "warnings": [{"field": "updated_at_min", "message": "Invalid search field"}]}]
    }
    body = {"data": {"orders": page([])}, "extensions": warning}
    store = a_store().on("OrdersChanged", httpx.Response(200, json=body))
    with opened(store) as storefront, pytest.raises(VendorRefused, match="updated_at_min: Invalid search field"):
        list(storefront.orders(SINCE))


def test_an_order_that_cannot_be_read_stands_in_the_feed_as_such():
    """The fault is named, at the order's own time, and the orders around it are whole."""
    store = a_store(order(1), order(2, updatedAt=at("08:01"), totalPriceSet=None), order(3, updatedAt=at("08:02")))
    with opened(store) as storefront:
        [page] = storefront.orders(SINCE)

    assert ["1", "2", "3"] == [each.ref for each in page]
    [bad] = [each for each in page if isinstance(each, UnreadableOrder)]
    assert ("2", time_of(at("08:01"))) == (bad.ref, bad.version)
    assert "order #1002 cannot be read: field totalPriceSet is null" in bad.why


def test_a_feed_of_which_nothing_can_be_read_is_refused():
    """It is the store that speaks otherwise; no order is set aside for it."""
    store = a_store(*(order(number, updatedAt=at(f"08:0{number}"), totalPriceSet=None) for number in range(1, 6)))
    with opened(store) as storefront, pytest.raises(VendorRefused, match="totalPriceSet is null"):
        list(storefront.orders(SINCE))


def test_a_missing_scope_is_named():
    """As Shopify names it."""
    denied = refused("ACCESS_DENIED", "Access denied for orders field. Required access: `read_orders` access scope.")
    store = a_store().on("OrdersChanged", denied)
    with opened(store) as storefront, pytest.raises(AuthenticationFailed, match="read_orders"):
        list(storefront.orders(SINCE))


def test_a_throttled_read_is_asked_again():
    """Nothing was run; waiting as long as Shopify's figures say helps."""
    cost = {
        "requestedQueryCost": 300,
        "throttleStatus": {"maximumAvailable": 2000, "currentlyAvailable": 100, "restoreRate": 100},
    }
    throttled = httpx.Response(
        200, json={"errors": [{"message": "Throttled", "extensions": {"code": "THROTTLED"}}], "extensions": {"cost": cost}}
    )
    store = a_store(order(1)).on("OrdersNamed", throttled, {"nodes": [order(1)]})
    with opened(store) as storefront:
        assert ["1"] == [one.ref for one in storefront.orders_named(["1"])]

    assert 2 == len(store.variables_of("OrdersNamed"))


def test_a_store_that_stays_down_is_unavailable():
    """For reads, whatever the fault: they may be asked again."""
    store = a_store().on("OrdersNamed", httpx.Response(500, text="<html>"))
    with opened(store) as storefront, pytest.raises(VendorUnavailable):
        storefront.orders_named(["1"])


def test_polling_of_fulfilment_orders_can_be_left_out():
    """For stores whose app may not read them."""
    store = a_store(order(1))
    with opened(store, poll_fulfilment_orders=False, pages=PageSizes(more=100)) as storefront:
        assert [["1"]] == refs(storefront.orders(SINCE))

    assert [] == store.variables_of("FulfilmentOrdersChanged")
    assert 100 == store.variables_of("OrdersChanged")[0]["first"]
