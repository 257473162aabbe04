"""Promises about orders that may be there already: an answer that was lost, a second try, an edit in between."""

import httpx
import pytest

from cogent_pipelines.ports.errors import VendorUnavailable
from cogent_pipelines.ports.outcomes import Acknowledged, AlreadyThere, Found, Rejected, Unavailable, Unknown
from cogent_pipelines_tests.adapters.warehouses.peoplevox.connecting import line, order, orders
from cogent_pipelines_tests.adapters.warehouses.peoplevox.tenant import answer, html, once


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


def test_a_total_that_does_not_fit_the_rows_is_read_back(tenant, connect):
    """`0` saved rows with a success is a doubt, not a success."""
    tenant.after = [once("SaveData", "Sales order items", answer("SaveData", total=0))]

    assert [Acknowledged("SO-1")] == connect().warehouse.create_sales_orders([order("SO-1")])
    assert 1 == tenant.count("GetData", "Sales order items")
