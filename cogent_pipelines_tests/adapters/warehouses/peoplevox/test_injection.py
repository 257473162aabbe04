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
from cogent_pipelines.ports.errors import AuthenticationFailed, VendorRefused, VendorUnavailable
from cogent_pipelines.ports.outcomes import Acknowledged, AlreadyThere, Found, NotFound, Rejected, Unavailable, Unknown
from cogent_pipelines_tests.adapters.warehouses.peoplevox.connecting import line, order, orders
from cogent_pipelines_tests.adapters.warehouses.peoplevox.tenant import answer, fault, html, once, refusal


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


@pytest.mark.parametrize("lost", [httpx.ReadError("cut"), html(), httpx.Response(504, text="late"), httpx.Response(500)])
def test_a_lost_answer_to_the_headers_is_unknown_and_completed_next_time(tenant, connect, lost):
    """Nothing is sent on in doubt; the read-back shows a held order, and putting it in again completes it."""
    connected = connect()
    tenant.after = [once("SaveData", "Sales orders", lost)]

    assert isinstance(connected.warehouse.create_sales_orders([order("SO-1")])[0], Unknown)
    [found] = connected.warehouse.find_sales_orders(["SO-1"])
    assert isinstance(found, Found)
    assert (False, ()) == (found.sales_order.released, found.sales_order.lines)
    assert [Acknowledged("SO-1")] == connected.again().create_sales_orders([order("SO-1")])
    assert [("MUG", "L1", "1"), ("PLATE", "L2", "2")] == tenant.lines_of("SO-1")


def test_a_lost_answer_to_the_lines_leaves_the_order_held_and_is_completed_without_doubling(tenant, connect):
    """The lines were kept: the next call finds them, sends none again, and releases."""
    connected = connect()
    tenant.after = [once("SaveData", "Sales order items", httpx.ReadError("cut"))]

    assert isinstance(connected.warehouse.create_sales_orders([order("SO-1")])[0], Unknown)
    assert not tenant.is_pickable("SO-1")
    assert [Acknowledged("SO-1")] == connected.again().create_sales_orders([order("SO-1")])
    assert 1 == tenant.count("SaveData", "Sales order items")
    assert tenant.is_pickable("SO-1")


def test_a_lost_answer_to_the_release_is_unknown_and_found_released(tenant, connect):
    """The order was released all the same: reading back says so, and nothing is sent again."""
    connected = connect()
    tenant.after = [once("SaveData", "Sales orders", httpx.ReadError("cut"), skip=1)]

    assert isinstance(connected.warehouse.create_sales_orders([order("SO-1")])[0], Unknown)
    [found] = connected.warehouse.find_sales_orders(["SO-1"])
    assert isinstance(found, Found)
    assert found.sales_order.released
    written = tenant.count("SaveData")
    assert [AlreadyThere("SO-1")] == connected.again().create_sales_orders([order("SO-1")])
    assert written == tenant.count("SaveData")


def test_an_outage_in_the_middle_leaves_a_held_header_and_may_be_tried_again(tenant, connect):
    """Not carried out is `Unavailable`, and what stands half done cannot be picked."""
    connected = connect()
    tenant.before = [lambda asked: httpx.Response(503) if asked.template == "Sales order items" and asked.rows else None]

    assert isinstance(connected.warehouse.create_sales_orders([order("SO-1")])[0], Unavailable)
    assert not tenant.is_pickable("SO-1")
    tenant.before = []
    assert [Acknowledged("SO-1")] == connected.warehouse.create_sales_orders([order("SO-1")])


def test_an_outage_before_anything_was_sent_is_an_error_of_the_call(tenant, connect):
    """No outcome is invented for orders that nobody tried to send."""
    tenant.before = [lambda _: html(503)]

    with pytest.raises(VendorUnavailable):
        connect().warehouse.create_sales_orders([order("SO-1")])


def test_an_order_that_is_on_its_way_out_is_never_put_on_hold_again(tenant, connect):
    """Repeating an order that the warehouse has despatched reads and writes nothing."""
    connected = connect()
    connected.warehouse.create_sales_orders(orders(5))
    tenant.orders["SO-00003"]["Status"] = "Despatched"
    before = list(tenant.history)

    outcomes = connected.again().create_sales_orders(orders(5))

    assert [AlreadyThere(f"SO-{number:05d}") for number in range(5)] == outcomes
    assert before == tenant.history


def test_the_same_process_may_repeat_an_order_too(tenant, connect):
    """What this process sent is remembered, whatever was read before."""
    warehouse = connect().warehouse
    warehouse.create_sales_orders(orders(5))
    before = list(tenant.history)

    assert [AlreadyThere("SO-00001")] == warehouse.create_sales_orders([order("SO-00001")])
    assert before == tenant.history


def test_a_cancelled_order_is_not_raised_from_the_dead(tenant, connect):
    """It is rejected in words."""
    connected = connect()
    connected.warehouse.create_sales_orders([order("SO-1")])
    tenant.orders["SO-1"]["Status"] = "Cancelled"

    assert [Rejected(("SO-1 is there already and is Cancelled",))] == connected.again().create_sales_orders([order("SO-1")])


def test_an_order_there_with_other_lines_is_rejected_with_the_difference(tenant, connect):
    """Lines cannot be removed by import: it is never patched in silence."""
    connected = connect()
    connected.warehouse.create_sales_orders([order("SO-1", line(1), line(2, "VASE", 3))])
    before = list(tenant.history)

    [outcome] = connected.again().create_sales_orders([order("SO-1", line(1), line(2, "PLATE", 2))])

    assert isinstance(outcome, Rejected)
    assert "lacks 2 x PLATE (line L2) and has besides 3 x VASE (line L2)" in outcome.reasons[0]
    assert before == tenant.history


def test_half_an_order_that_was_edited_since_is_made_whole_as_it_is_wanted_now(tenant, connect):
    """We died before its release, and a unit was taken off meanwhile: the line is saved over, looked at, and released."""
    connected = connect()
    connected.warehouse.create_sales_orders([order("SO-1", line(1, quantity=2))])
    tenant.orders["SO-1"]["OnHold"] = "True"

    [outcome] = connected.again().create_sales_orders([order("SO-1", line(1, quantity=1))])

    assert isinstance(outcome, Acknowledged)
    assert ([("MUG", "L1", "1")], True) == (tenant.lines_of("SO-1"), tenant.is_pickable("SO-1"))


def test_a_line_that_was_not_saved_over_after_all_keeps_the_order_held(tenant, connect):
    """The tenant said that it took the row, and shows the old quantity: a person is told, and nobody picks it."""
    connected = connect()
    connected.warehouse.create_sales_orders([order("SO-1", line(1, quantity=2))])
    tenant.orders["SO-1"]["OnHold"] = "True"
    tenant.before = [once("SaveData", "Sales order items", answer("SaveData", total=1))]

    [outcome] = connected.again().create_sales_orders([order("SO-1", line(1, quantity=1))])

    assert isinstance(outcome, Rejected)
    assert "lacks 1 x MUG (line L1) and has besides 2 x MUG (line L1)" in outcome.reasons[0]
    assert not tenant.is_pickable("SO-1")


def test_a_lost_answer_to_a_line_that_is_saved_over_is_looked_at_before_the_release(tenant, connect):
    """It was not kept: the line is sent once more, and what is there then is what is wanted."""
    connected = connect()
    connected.warehouse.create_sales_orders([order("SO-1", line(1, quantity=2))])
    tenant.orders["SO-1"]["OnHold"] = "True"
    tenant.before = [once("SaveData", "Sales order items", httpx.ReadError("cut"))]

    [outcome] = connected.again().create_sales_orders([order("SO-1", line(1, quantity=1))])

    assert isinstance(outcome, Acknowledged)
    assert ([("MUG", "L1", "1")], True) == (tenant.lines_of("SO-1"), tenant.is_pickable("SO-1"))


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


def test_a_throttled_call_is_sent_again(tenant, connect):
    """Nothing was done by a call that was refused for its number."""
    tenant.before = [
        once("SaveData", "Sales orders", httpx.Response(429, headers={"Retry-After": "0"})),
        once("SaveData", "Sales order items", refusal("SaveData", "Too many requests, please wait")),
    ]

    assert [Acknowledged("SO-1")] == connect().warehouse.create_sales_orders([order("SO-1")])


@pytest.mark.parametrize("text", ["System : Security - Invalid Session", "System : Security - Session Expired"])
def test_an_expired_session_is_renewed_and_the_call_replayed(tenant, connect, text):
    """Both wordings, in the middle of a batch, doubling nothing."""
    tenant.before = [once("SaveData", "Sales order items", refusal("SaveData", text))]

    assert [Acknowledged("SO-1")] == connect().warehouse.create_sales_orders([order("SO-1")])
    assert 2 == tenant.count("Authenticate")


def test_a_wrong_password_is_said_to_be_one(tenant, connect):
    """A refused log-in is HTTP 200 with the session's own text."""
    tenant.password = "another"

    with pytest.raises(AuthenticationFailed):
        connect().warehouse.create_sales_orders([order("SO-1")])


def test_the_us_region_gets_the_password_in_plain_text(tenant, connect):
    """Base64 would look like a bad session there."""
    tenant.password = "pass"

    assert [Acknowledged("SO-1")] == connect(region="us").warehouse.create_sales_orders([order("SO-1")])


def test_a_silent_session_is_renewed_before_it_is_used(tenant, connect):
    """After 25 minutes nothing is risked on the old one."""
    connected = connect()
    connected.warehouse.create_sales_orders([order("SO-1")])
    connected.clock.sleep(26 * 60)

    connected.warehouse.find_sales_orders(["SO-1"])

    assert 2 == tenant.count("Authenticate")


def test_evidence_holds_no_session_and_no_password(tenant, connect):
    """Every write is kept, and nothing in it opens a door."""
    connected = connect()
    connected.warehouse.create_sales_orders([order("SO-1")])

    kept = b"".join(exchange.request + exchange.response for exchange in connected.evidence.exchanges)
    assert b"ShippingAddressLine1" in kept
    assert b"session1" not in kept
    assert b"cGFzcw==" not in kept


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


def test_a_total_that_does_not_fit_the_rows_is_read_back(tenant, connect):
    """`0` saved rows with a success is a doubt, not a success."""
    tenant.after = [once("SaveData", "Sales order items", answer("SaveData", total=0))]

    assert [Acknowledged("SO-1")] == connect().warehouse.create_sales_orders([order("SO-1")])
    assert 1 == tenant.count("GetData", "Sales order items")


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


# ---- what passes by itself

INTERRUPTED = refusal("SaveData", "The import was Interrupted")
STEPS = {"header": ("Sales orders", 0), "lines": ("Sales order items", 0), "release": ("Sales orders", 1)}


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("acted", [True, False])
def test_a_refusal_that_blames_the_moment_is_read_back_and_may_be_sent_again(tenant, connect, step, acted):
    """What was saved counts; what was not is no refusal of the order, and the next call completes it."""
    connected = connect()
    template, skip = STEPS[step]
    (tenant.after if acted else tenant.before).append(once("SaveData", template, INTERRUPTED, skip=skip))

    [outcome] = connected.warehouse.create_sales_orders([order("SO-1")])
    again = connected.again().create_sales_orders([order("SO-1")])

    assert isinstance(outcome, Acknowledged if acted else Unavailable)
    assert isinstance(again[0], AlreadyThere if acted else Acknowledged)
    assert [("MUG", "L1", "1"), ("PLATE", "L2", "2")] == tenant.lines_of("SO-1")
    assert tenant.is_pickable("SO-1")


def test_an_interrupted_header_that_cannot_be_read_back_stays_in_doubt(tenant, connect):
    """Nothing proves either way."""
    tenant.after = [
        once("SaveData", "Sales orders", INTERRUPTED),
        lambda asked: html(503) if asked.operation == "GetData" and tenant.count("SaveData") else None,
    ]
    connected = connect()

    [outcome] = connected.warehouse.create_sales_orders([order("SO-1")])

    assert isinstance(outcome, Unknown)


def test_an_interrupted_call_of_many_orders_is_taken_apart_and_holds_up_nobody_else(tenant, connect):
    """Whatever row the service stumbles over each time, the others go in, and that one is tried again later."""

    def stumbles(asked):
        return (
            INTERRUPTED
            if asked.operation == "SaveData" and any(row["SalesOrderNumber"] == "SO-9" for row in asked.rows)
            else None
        )

    tenant.before = [stumbles]
    batch = [*orders(20), order("SO-9")]

    outcomes = connect().warehouse.create_sales_orders(batch)

    assert 20 == sum(isinstance(outcome, Acknowledged) for outcome in outcomes)
    assert isinstance(outcomes[-1], Unavailable)


def test_which_texts_pass_by_themselves_is_a_setting(tenant, connect):
    """A tenant's own wording is added where it is known; without it the refusal stands."""
    tenant.before = [once("SaveData", "Sales orders", refusal("SaveData", "Stock take in progress")) for _ in range(2)]

    [refused] = connect().warehouse.create_sales_orders([order("SO-1")])
    [later] = connect(transient_texts=("stock take",)).warehouse.create_sales_orders([order("SO-2")])

    assert isinstance(refused, Rejected)
    assert isinstance(later, Unavailable)
