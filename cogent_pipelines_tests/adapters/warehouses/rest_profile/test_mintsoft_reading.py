"""Promises about stock, parcels, catalogue, cancellation and returns at Mintsoft."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from starlette.responses import JSONResponse, Response

from cogent_pipelines.adapters.warehouses.rest_profile.contract import State
from cogent_pipelines.adapters.warehouses.rest_profile.returns import AnnouncedReturn, ReturnedLine
from cogent_pipelines.canonical.despatch import DespatchLine, Tracking
from cogent_pipelines.canonical.identity import SalesOrderRef, Sku
from cogent_pipelines.canonical.item import Item
from cogent_pipelines.canonical.stock import UnreadableLevel
from cogent_pipelines.ports.errors import VendorRefused
from cogent_pipelines.ports.extras import CancelsSalesOrders, OrderAside
from cogent_pipelines.ports.outcomes import Cancelled, NotFound, Pending, Recorded, Rejected, TooLate, Unavailable, Unknown
from cogent_pipelines.ports.warehouse import UnreadableDespatch
from cogent_pipelines_tests.adapters.warehouses.rest_profile.connecting import order
from cogent_pipelines_tests.adapters.warehouses.rest_profile.mintsoft_app import always, lost, once
from cogent_pipelines_tests.factories.orders import NINE

REF = SalesOrderRef("1001")


def flat(feed):
    return [each for page in feed for each in page]


# ---- stock


def test_every_level_comes_with_the_time_it_was_asked_for(mintsoft, connect):
    """Per site; a level without a figure is no level of nought."""
    mintsoft.levels += [mintsoft.level(1, "MUG", 4, 5), {**mintsoft.level(2, "PLATE", 0, 5), "Level": None}]

    *levels, odd = flat(connect().warehouse.stock_all())

    assert UnreadableLevel(Sku("PLATE"), "field available is no figure") == odd
    assert [("MUG", "3", Decimal(10)), ("PLATE", "3", Decimal(10)), ("MUG", "5", Decimal(4))] == [
        (level.sku, level.site, level.available) for level in levels
    ]
    assert {NINE} == {level.snapshot_at for level in levels}


def test_only_the_sites_that_count_are_read(mintsoft, connect):
    mintsoft.levels.append(mintsoft.level(1, "MUG", 4, 5))

    assert [("MUG", "5")] == [(each.sku, each.site) for each in flat(connect(sites=frozenset({"5"})).warehouse.stock_all())]


def test_changed_stock_is_asked_for_item_by_item(mintsoft, connect):
    """The vendor names the products that changed; their figures are a second call."""
    mintsoft.changed_products = [2]

    levels = flat(connect().warehouse.stock(NINE))

    assert ["PLATE"] == [level.sku for level in levels]
    [call] = [call for call in mintsoft.calls if call.path.endswith("UpdatedSince")]
    assert {"FromDate": "2026-11-02T08:55:00"} == call.query


def test_many_changes_are_read_as_everything(mintsoft, connect):
    """A hundred calls would take longer than the whole list."""
    mintsoft.changed_products = list(range(101))

    assert ["MUG", "PLATE"] == [level.sku for level in flat(connect().warehouse.stock(NINE))]
    assert 2 == mintsoft.count("GET /api/Product/StockLevels")


def test_a_changed_item_without_a_figure_is_named_by_its_sku_and_holds_up_no_other(mintsoft, connect):
    """The vendor names it by its id alone: nobody may go on believing the figure that there was."""
    mintsoft.changed_products = [1, 2]
    mintsoft.levels = [level for level in mintsoft.levels if level["SKU"] != "MUG"]

    level, odd = flat(connect().warehouse.stock(NINE))

    assert "PLATE" == level.sku
    assert UnreadableLevel(Sku("MUG"), "the warehouse says that it changed, and gives no figure of it") == odd


def test_a_changed_item_that_is_refused_holds_up_no_other(mintsoft, connect):
    mintsoft.changed_products = [1, 2]
    refused = JSONResponse({"Message": "no such product"}, 400)
    mintsoft.before.append(lambda asked: refused if asked.query.get("ProductId") == "1" else None)

    assert [UnreadableLevel(Sku("MUG"), "no such product")] == flat(connect().warehouse.stock(NINE))[1:]


def test_a_vendor_that_refuses_every_changed_item_refuses_the_call(mintsoft, connect):
    """Then the next reading begins where this one did."""
    mintsoft.changed_products = [1, 2]
    mintsoft.before.append(always("GET /api/Product/StockLevels", lambda: JSONResponse({"Message": "no"}, 400)))
    mintsoft.before.insert(0, always("GET /api/Product/StockLevels/UpdatedSince", lambda: JSONResponse([1, 2])))

    with pytest.raises(VendorRefused, match="no"):
        flat(connect().warehouse.stock(NINE))


# ---- parcels


def test_a_parcel_keeps_its_reference_when_its_tracking_arrives(mintsoft, connect):
    """Orders that are still in the warehouse are no parcels."""
    warehouse = connect().warehouse
    warehouse.create_sales_orders([order("1001"), order("1002")])
    mintsoft.despatch("1001")
    [before] = flat(warehouse.despatches(NINE))
    mintsoft.despatch("1001", "TRACK1")
    [after] = flat(warehouse.despatches(NINE))

    assert ("100", "100", "1001") == (before.ref, after.ref, after.sales_order_ref)
    assert (DespatchLine(Sku("MUG"), 1), DespatchLine(Sku("PLATE"), 2)) == after.lines
    assert ["", "TRACK1"] == [before.tracking.number, after.tracking.number]
    assert datetime(2026, 11, 2, 10, 30, tzinfo=UTC) == after.despatched_at


def test_an_invoiced_order_has_left_as_well(mintsoft, connect):
    """Its id is in no public list: the account's own list of words says what it is."""
    warehouse = connect().warehouse
    warehouse.create_sales_orders([order("1001")])
    mintsoft.despatch("1001", "TRACK1")
    mintsoft.of("1001")["OrderStatusId"] = 5

    assert ["100"] == [parcel.ref for parcel in flat(warehouse.despatches(NINE))]
    assert 1 == mintsoft.count("GET /api/Order/Statuses")


def test_each_part_of_a_split_order_is_a_parcel(mintsoft, connect):
    mintsoft.parts = 2
    warehouse = connect().warehouse
    warehouse.create_sales_orders([order("1001")])
    mintsoft.despatch("1001", "T")

    found = warehouse.despatches_of([REF, SalesOrderRef("nobody")])

    assert [("100", ("MUG",)), ("101", ("PLATE",))] == [(each.ref, tuple(line.sku for line in each.lines)) for each in found]


def test_one_order_whose_parcels_are_refused_holds_up_no_other(mintsoft, connect):
    """Each answer is its own order's: what wakes the reading is taken, and the odd one is named."""
    warehouse = connect().warehouse
    warehouse.create_sales_orders([order("1001"), order("1002")])
    mintsoft.despatch("1001", "T")
    mintsoft.despatch("1002", "T")
    mintsoft.before.append(once("GET /api/Order/100", JSONResponse({"Message": "order is locked"}, 400)))

    odd, good = warehouse.despatches_of([REF, SalesOrderRef("1002")])

    assert UnreadableDespatch("of 1001", REF, "order is locked") == odd
    assert "1002" == good.sales_order_ref


def test_one_order_that_is_refused_to_the_look_for_its_parcels_holds_up_no_other(mintsoft, connect):
    warehouse = connect().warehouse
    warehouse.create_sales_orders([order("1001"), order("1002")])
    mintsoft.despatch("1002", "T")
    refused = JSONResponse({"Message": "order is locked"}, 400)
    mintsoft.before.append(lambda asked: refused if asked.query.get("OrderNumber") == "1001" else None)

    odd, good = warehouse.despatches_of([REF, SalesOrderRef("1002")])

    assert UnreadableDespatch("of 1001", REF, "order is locked") == odd
    assert "1002" == good.sales_order_ref


def test_orders_that_are_all_refused_are_a_call_that_is_refused(mintsoft, connect):
    warehouse = connect().warehouse
    mintsoft.before.append(always("GET /api/Order/Search", lambda: JSONResponse({"Message": "no"}, 400)))

    with pytest.raises(VendorRefused, match="no"):
        warehouse.despatches_of([REF, SalesOrderRef("1002")])


def test_a_carrier_is_called_what_the_customer_calls_it(mintsoft, connect):
    warehouse = connect(words={"carrier": {"Royal Mail 24": "Royal Mail"}}).warehouse
    warehouse.create_sales_orders([order("1001")])
    mintsoft.despatch("1001", "T")

    assert Tracking("Royal Mail", "Royal Mail 24", "T", "") == warehouse.despatches_of([REF])[0].tracking


def test_an_order_that_comes_without_its_items_is_asked_for_them(mintsoft, connect):
    """Nobody says publicly whether it does: read back and despatched, it is whole all the same."""
    warehouse = connect().warehouse
    mintsoft.gives_items = False
    warehouse.create_sales_orders([order("1001")])
    mintsoft.despatch("1001", "T")

    [found] = warehouse.find_sales_orders([REF])
    [parcel] = warehouse.despatches_of([REF])

    assert [("MUG", 1), ("PLATE", 2)] == [(each.sku, each.quantity) for each in found.sales_order.lines]
    assert [("MUG", 1), ("PLATE", 2)] == [(each.sku, each.quantity) for each in parcel.lines]


def test_one_parcel_that_cannot_be_read_holds_up_no_other(mintsoft, connect):
    """It says what of it cannot be read."""
    warehouse = connect().warehouse
    warehouse.create_sales_orders([order("1001"), order("1002")])
    mintsoft.despatch("1001", "T")
    mintsoft.despatch("1002", "T")
    mintsoft.of("1001")["DespatchDate"] = "soon"

    odd, good = flat(warehouse.despatches(NINE))

    assert UnreadableDespatch("100", "1001", "shipped_at: 'soon' is no date of the profile's formats") == odd
    assert "1002" == good.sales_order_ref


def test_a_vendor_whose_parcels_all_cannot_be_read_speaks_otherwise_than_the_profile(mintsoft, connect):
    warehouse = connect().warehouse
    numbers = [str(number) for number in range(1001, 1006)]
    warehouse.create_sales_orders([order(number) for number in numbers])
    for number in numbers:
        mintsoft.despatch(number, "T")
        mintsoft.of(number)["OrderItems"] = None

    with pytest.raises(VendorRefused, match="does not say what is in it"):
        flat(warehouse.despatches(NINE))


def test_a_long_list_is_read_to_its_end(mintsoft, connect):
    """Page after page, until one is empty: how many rows a page may have is not known."""
    warehouse = connect().warehouse
    warehouse.create_sales_orders([order(str(number)) for number in range(250)])
    for number in range(250):
        mintsoft.despatch(str(number), "T")

    assert 250 == len({parcel.ref for parcel in flat(warehouse.despatches(NINE))})
    assert ["1", "2", "3", "4"] == [call.query["PageNo"] for call in mintsoft.calls if call.path == "/api/Order/List"]


def test_a_vendor_that_repeats_its_page_is_not_read_for_ever(mintsoft, connect):
    rows = [{"SKU": f"S{number}", "ID": number} for number in range(100)]
    mintsoft.before.append(always("GET /api/Product/List", lambda: JSONResponse(rows)))

    with pytest.raises(VendorRefused, match="the page before it again"):
        flat(connect().warehouse.items())


# ---- catalogue


def test_the_catalogue_has_what_is_out_of_use_and_says_so(mintsoft, connect):
    mintsoft.products[1]["DisCont"] = True

    assert [
        Item(Sku("MUG"), "Mug", active=True, barcode="501"),
        Item(Sku("PLATE"), "Plate", active=False, barcode="502"),
    ] == (flat(connect().warehouse.items()))


def test_an_item_is_found_under_a_spelling_that_is_nearly_right(mintsoft, connect):
    """A search by name as well brings others, which are left out."""
    mintsoft.products.append({"ID": 3, "SKU": "MUG-XL", "Name": "Large mug"})

    assert ["MUG"] == [item.sku for item in connect().warehouse.items_named([Sku("mug "), Sku("NOSUCH")])]


def test_an_item_is_made_and_a_refusal_is_told(connect):
    wanted = [Item(Sku("CUP"), "Cup", active=True), Item(Sku("A B"), "", active=True)]

    assert ["", "SKU must not have spaces"] == connect().warehouse.upsert_items(wanted)


# ---- cancelling


def test_an_order_is_stopped_while_it_can_be_and_seen_to_be(mintsoft, connect):
    """A second time it is stopped already, and a stranger is not found."""
    warehouse = connect().warehouse
    warehouse.create_sales_orders([order("1001")])

    outcomes = [warehouse.cancel_sales_orders([REF]), warehouse.cancel_sales_orders([REF, SalesOrderRef("nobody")])]

    assert [[Cancelled()], [Cancelled(), NotFound("nobody")]] == outcomes
    assert 1 == sum(call.path.endswith("/Cancel") for call in mintsoft.calls)
    assert isinstance(warehouse, CancelsSalesOrders)


def test_an_order_that_is_being_picked_is_too_late_and_nobody_is_asked(mintsoft, connect):
    """The live state decides."""
    warehouse = connect().warehouse
    warehouse.create_sales_orders([order("1001")])
    mintsoft.of("1001")["OrderStatusId"] = 16

    assert [TooLate("PICKINGSTARTED")] == warehouse.cancel_sales_orders([REF])
    assert not any(call.path.endswith("/Cancel") for call in mintsoft.calls)


def test_a_site_may_stop_orders_longer_than_others(mintsoft, connect):
    """Then the vendor decides, in its own words."""
    warehouse = connect(cancel_while=frozenset({State.ACCEPTED, State.PICKING})).warehouse
    warehouse.create_sales_orders([order("1001")])
    mintsoft.of("1001")["OrderStatusId"] = 16

    assert [TooLate("PICKINGSTARTED")] == warehouse.cancel_sales_orders([REF])
    assert any(call.path.endswith("/Cancel") for call in mintsoft.calls)


def test_half_an_order_is_not_stopped(mintsoft, connect):
    """One part is being picked: the others are left alone."""
    mintsoft.parts = 2
    warehouse = connect().warehouse
    warehouse.create_sales_orders([order("1001")])
    mintsoft.orders[101]["OrderStatusId"] = 16

    assert [TooLate("NEW / PICKINGSTARTED")] == warehouse.cancel_sales_orders([REF])


@pytest.mark.parametrize(
    ("moment", "fault", "outcome"),
    [
        ("after", lost, Cancelled()),
        ("before", lost, Unknown("ReadTimeout: no answer")),
        ("before", lambda: Response(status_code=429, headers={"Retry-After": "600"}), Unavailable("HTTP 429", 600.0)),
        ("before", lambda: JSONResponse({"Success": True}), Pending()),
        ("before", lambda: JSONResponse({"Success": False, "Message": "no"}), Rejected(("no",))),
    ],
)
def test_what_came_of_asking_is_seen_by_looking(mintsoft, connect, moment, fault, outcome):
    """A call that acts is never sent twice by itself; what shows afterwards counts for more than the answer."""
    warehouse = connect().warehouse
    warehouse.create_sales_orders([order("1001")])
    getattr(mintsoft, moment).append(once("GET /api/Order/100/Cancel", fault()))

    assert [outcome] == warehouse.cancel_sales_orders([REF])
    assert 1 == sum(call.path.endswith("/Cancel") for call in mintsoft.calls)


# ---- what changed, and what came back


@pytest.mark.parametrize(
    ("status", "word", "over"),
    [(13, "QUERYRAISED", False), (7, "HOLDING", False), (1, "NEW", True), (4, "DESPATCHED", True)],
)
def test_what_changed_is_told_with_the_vendors_own_word(mintsoft, connect, status, word, over):
    """Such as an order that was put aside after it was taken."""
    warehouse = connect().warehouse
    warehouse.create_sales_orders([order("1001")])
    mintsoft.of("1001")["OrderStatusId"] = status

    assert [OrderAside(REF, "100", word, "", over)] == flat(warehouse.orders_put_aside(NINE))


def test_a_part_that_is_put_aside_is_told_by_itself(mintsoft, connect):
    """The other part goes on, and says nothing of this one."""
    mintsoft.parts = 2
    warehouse = connect().warehouse
    warehouse.create_sales_orders([order("1001")])
    mintsoft.orders[101]["OrderStatusId"] = 13

    found = flat(warehouse.orders_put_aside(NINE))

    assert [("100", True), ("101", False)] == [(each.warehouse_ref, each.over) for each in found]


def test_an_order_in_a_state_that_nobody_mapped_is_neither_put_aside_nor_over(mintsoft, connect):
    warehouse = connect().warehouse
    warehouse.create_sales_orders([order("1001")])
    mintsoft.of("1001")["OrderStatusId"] = 99

    assert [] == flat(warehouse.orders_put_aside(NINE))


def test_a_return_is_announced_in_steps_and_read_by_days(mintsoft, connect):
    """Under the RMA, with the warehouse's own ids of items."""
    connected = connect()
    warehouse = connected.warehouse
    warehouse.create_sales_orders([order("1001")])
    announced = AnnouncedReturn("RMA-1", REF, (ReturnedLine(Sku("PLATE"), 1),), note="chipped")

    outcome = warehouse.announce_return(announced)
    mintsoft.returns[0] |= {"Reference": "RMA-1", "OrderNumber": "1001", "Confirmed": True}
    mintsoft.returns[0]["ReturnItems"] = [{"SKU": "PLATE", "Quantity": 1, "ReturnedToStock": False, "StockAction": "SCRAP"}]
    [found] = flat(warehouse.returns(NINE - timedelta(days=1)))

    assert Recorded("900") == outcome
    [call] = [call for call in mintsoft.calls if call.path.endswith("/AddItem")]
    assert (2, 1, "RMA RMA-1 chipped") == (call.body["ProductId"], call.body["Quantity"], call.body["Comments"])
    assert ("900", "RMA-1", "1001", True) == (found.ref, found.rma, found.sales_order_ref, found.confirmed)
    assert (ReturnedLine(Sku("PLATE"), 1, "", "SCRAP", restocked=False),) == found.lines
    days = [call.query["Date"][:10] for call in mintsoft.calls if call.path.endswith("SearchByDate")]
    assert ["2026-11-01", "2026-11-02"] == days


def test_a_return_of_a_stranger_is_refused_and_one_half_announced_is_unknown(mintsoft, connect):
    warehouse = connect().warehouse
    warehouse.create_sales_orders([order("1001")])
    mintsoft.before.append(once("POST /api/Return/900/AddItem", JSONResponse({"Success": False, "Message": "no such item"})))
    line = ReturnedLine(Sku("PLATE"), 1)

    outcomes = [warehouse.announce_return(AnnouncedReturn("R", ref, (line,))) for ref in (SalesOrderRef("nobody"), REF)]

    assert [Rejected(("the warehouse has no order nobody",)), Unknown("half done: no such item")] == outcomes
