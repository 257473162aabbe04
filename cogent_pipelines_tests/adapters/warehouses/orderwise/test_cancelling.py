"""Promises about stopping orders: the live state first, and cancelled only when the order itself says so."""

import httpx
import pytest

from cogent_pipelines.adapters.warehouses.orderwise.definitions import Question
from cogent_pipelines.adapters.warehouses.orderwise.settings import STATUSES, CancelCall, CancelMode, OrderState
from cogent_pipelines.canonical.identity import SalesOrderRef
from cogent_pipelines.ports.extras import CancelsSalesOrders
from cogent_pipelines.ports.outcomes import (
    Cancelled,
    NotFound,
    Pending,
    Rejected,
    TooLate,
    Unavailable,
    Unknown,
    Unsupported,
)
from cogent_pipelines_tests.adapters.warehouses.orderwise.tenant import LostAnswer

REF = SalesOrderRef("SO-1")
WITH_CANCELLED = {**STATUSES, "Cancelled": OrderState.CANCELLED}
BY_CALL = {
    "cancel": CancelMode.BY_CALL,
    "cancel_call": CancelCall(path="/sales/order/{order_id}/cancel", sub_statuses=frozenset({"", "Not picked"})),
    "statuses": WITH_CANCELLED,
}


def test_a_tenant_without_a_call_has_a_task_for_a_person(connect, tenant):
    """With the number under which the order is found there."""
    connected = connect()
    held = tenant.plant("SO-1", ["MUG", 1])

    [outcome] = connected.warehouse.cancel_sales_orders([REF])

    words = f"In OrderWise open sales order {held.number} (now 'Awaiting despatch') and cancel it there before it is picked."
    assert Unsupported(words) == outcome
    assert isinstance(connected.warehouse, CancelsSalesOrders)
    assert not connected.warehouse.capabilities.cancels_sales_orders


@pytest.mark.parametrize("changes", [{"statuses": WITH_CANCELLED}, BY_CALL])
def test_an_order_that_is_cancelled_there_is_cancelled(connect, tenant, changes):
    """By whomever; nothing is called."""
    tenant.plant("SO-1", ["MUG", 1], status="Cancelled")

    [outcome] = connect(**changes).warehouse.cancel_sales_orders([REF])

    assert Cancelled() == outcome
    assert "cancel" not in tenant.calls


def test_an_order_that_is_not_there_is_not_found(connect):
    """Each keeps its place."""
    assert [NotFound(REF)] == connect().warehouse.cancel_sales_orders([REF])


@pytest.mark.parametrize("status", ["Partially despatched", "Completed", "Dispatched"])
@pytest.mark.parametrize("changes", [{}, BY_CALL])
def test_what_has_left_is_too_late(connect, tenant, status, changes):
    """In the warehouse's own word."""
    tenant.plant("SO-1", ["MUG", 1], status=status)

    assert [TooLate(status)] == connect(**changes).warehouse.cancel_sales_orders([REF])
    assert "cancel" not in tenant.calls


def test_an_open_order_of_which_something_was_sent_is_too_late(connect, tenant):
    """The status is the tenant's text; the line is goods that left."""
    held = tenant.plant("SO-1", ["MUG", 3])
    held.lines[0][2] = 1

    assert [TooLate("Awaiting despatch")] == connect(**BY_CALL).warehouse.cancel_sales_orders([REF])


def test_a_status_that_nobody_mapped_is_not_touched(connect, tenant):
    """It may mean anything."""
    held = tenant.plant("SO-1", ["MUG", 1], status="Frozen")

    [outcome] = connect(**BY_CALL).warehouse.cancel_sales_orders([REF])

    assert Rejected((f"order {held.number} has the status 'Frozen', which the connection does not map",)) == outcome
    assert "cancel" not in tenant.calls


def test_the_tenants_call_is_made_and_proved(connect, tenant):
    """By the order's own status afterwards."""
    held = tenant.plant("SO-1", ["MUG", 1])

    [outcome] = connect(**BY_CALL).warehouse.cancel_sales_orders([REF])

    assert Cancelled() == outcome
    assert f"/OWAPI/sales/order/{held.order_id}/cancel" in tenant.urls


def test_an_answer_alone_makes_nothing_cancelled(connect, tenant):
    """It is asked again later."""
    tenant.plant("SO-1", ["MUG", 1])
    tenant.answers["cancel"] = [(200, {"ok": True})]

    assert [Pending()] == connect(**BY_CALL).warehouse.cancel_sales_orders([REF])


def test_a_lost_answer_is_settled_by_a_look(connect, tenant):
    """It was carried out."""
    tenant.plant("SO-1", ["MUG", 1])
    tenant.answers["cancel"] = [LostAnswer()]

    assert [Cancelled()] == connect(**BY_CALL).warehouse.cancel_sales_orders([REF])


def test_an_answer_that_proves_nothing_stays_in_doubt(connect, tenant):
    """Until a look shows it."""
    tenant.plant("SO-1", ["MUG", 1])
    tenant.answers["cancel"] = [httpx.Response(500)]

    assert [Unknown("HTTP 500")] == connect(**BY_CALL).warehouse.cancel_sales_orders([REF])


def test_a_sub_status_past_the_cut_off_is_too_late(connect, tenant):
    """Where picking shows only there."""
    tenant.plant("SO-1", ["MUG", 1], sub_status="Picking")

    assert [TooLate("Awaiting despatch / Picking")] == connect(**BY_CALL).warehouse.cancel_sales_orders([REF])


def test_an_order_that_cannot_be_read_holds_up_no_other(connect, tenant):
    """A person hears in which column, and the others are stopped."""
    tenant.plant("SO-1", ["MUG", "many"])
    tenant.plant("SO-2", ["MUG", 1])

    outcomes = connect(**BY_CALL).warehouse.cancel_sales_orders([REF, SalesOrderRef("SO-2")])

    words = "SO-1 is there and cannot be read: order_lines: column qty_ordered is a str, not a number"
    assert [Rejected((words,)), Cancelled()] == outcomes


@pytest.mark.parametrize(
    ("operation", "answer", "outcome"),
    [
        ("cancel", (400, {"Message": "Order is being picked"}), Rejected(("HTTP 400: Order is being picked",))),
        ("cancel", httpx.Response(503), Unknown("HTTP 503")),
        ("status", httpx.Response(503), Unavailable("HTTP 503")),
    ],
)
def test_what_the_tenant_answers_is_told(connect, tenant, operation, answer, outcome):
    """A refusal in its words; an outage as something that passes, or that leaves it in doubt."""
    tenant.plant("SO-1", ["MUG", 1])
    tenant.answers[operation] = [answer] * 2

    assert [outcome] == connect(**BY_CALL).warehouse.cancel_sales_orders([REF])


def test_an_order_that_is_there_twice_is_cancelled_twice(connect, tenant):
    """One that stays would be sent."""
    for _ in range(2):
        tenant.plant("SO-1", ["MUG", 1])

    assert [Cancelled()] == connect(**BY_CALL).warehouse.cancel_sales_orders([REF])
    assert 2 == tenant.calls.count("cancel")


@pytest.mark.parametrize(("mode", "call"), [(CancelMode.BY_CALL, None), (CancelMode.BY_HAND, CancelCall("x"))])
def test_a_call_without_the_mode_or_a_mode_without_the_call_is_refused(connect, mode, call):
    """Said when the connection is loaded."""
    with pytest.raises(ValueError, match="cancelling by a call needs the call"):
        connect(cancel=mode, cancel_call=call)


def test_one_question_serves_many_orders(connect, tenant):
    """Each with its own outcome, in its place."""
    tenant.plant("SO-1", ["MUG", 1])
    tenant.plant("SO-3", ["MUG", 1], status="Completed")
    refs = [SalesOrderRef(f"SO-{number}") for number in (1, 2, 3)]

    outcomes = connect(**BY_CALL).warehouse.cancel_sales_orders(refs)

    assert [Cancelled(), NotFound(refs[1]), TooLate("Completed")] == outcomes
    assert Question.ORDER_BY_REF in tenant.calls
