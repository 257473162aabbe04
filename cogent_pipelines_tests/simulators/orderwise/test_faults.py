"""The simulator misbehaves as it is ordered to, by operation, and the books stay true."""

from collections.abc import Callable

import pytest

from cogent_pipelines.simulators.common.clock import VirtualClock
from cogent_pipelines.simulators.common.gate import AnswerLost
from cogent_pipelines.simulators.orderwise import OrderWiseSimulator
from cogent_pipelines_tests.simulators.orderwise.conftest import LONG_AGO, Client, message, order


def test_an_answer_may_be_lost_after_the_order_was_taken(client: Client, sim: OrderWiseSimulator):
    """The client cannot know; the order is there."""
    sim.faults.time_out_after_acting("create_sales_order")

    with pytest.raises(AnswerLost):
        client.post_order(order())
    assert 1 == sim.truth.times_created("WEB-1")


def test_a_call_may_be_lost_before_it_was_heard(client: Client, sim: OrderWiseSimulator):
    sim.faults.time_out_before_acting("create_sales_order")

    with pytest.raises(AnswerLost):
        client.post_order(order())
    assert 0 == sim.truth.times_created("WEB-1")


@pytest.mark.parametrize(("status", "page"), [(500, False), (502, True), (503, True)])
def test_a_refusal_comes_from_the_application_or_from_what_stands_before_it(
    client: Client, sim: OrderWiseSimulator, status: int, *, page: bool
):
    sim.faults.refuse_before_acting("create_sales_order", status=status)
    answer = client.post_order(order())

    assert (status, page, 0) == (
        answer.status_code,
        answer.text.startswith("<!DOCTYPE html>"),
        sim.truth.times_created("WEB-1"),
    )


def test_it_may_fail_after_it_has_acted(client: Client, sim: OrderWiseSimulator):
    sim.faults.fail_after_acting("create_sales_order")

    assert (500, 1) == (client.post_order(order()).status_code, sim.truth.times_created("WEB-1"))


def test_a_token_may_be_revoked_in_the_middle(client: Client, sim: OrderWiseSimulator):
    """The next one works again."""
    sim.faults.expire_token("run_export_definition")

    assert 401 == client.ask_export("statuses", []).status_code
    assert 200 == Client(sim).ask_export("statuses", []).status_code


def test_a_fault_may_name_one_definition(client: Client, sim: OrderWiseSimulator):
    """The others go on."""
    sim.faults.answer_html("run_export_definition:statuses")

    assert [] == client.export("by_ref", ref="X")
    assert client.ask_export("statuses", []).text.startswith("<!DOCTYPE html>")
    assert 6 == len(client.export("statuses"))


def test_a_column_may_turn_null(client: Client, sim: OrderWiseSimulator):
    client.create()
    sim.faults.drift("run_export_definition:orders_changed", path="*.order_id")

    assert [None] == [row["order_id"] for row in client.export("orders_changed", since=LONG_AGO)]


def test_an_answer_may_be_cut_short(client: Client):
    """What arrives is no JSON, with a status of 200."""
    fault = {"kind": "vendor", "operation": "run_export_definition", "settings": {"truncated": True}}
    assert 201 == client.raw("POST", "/_sim/faults", json=fault).status_code
    with pytest.raises(ValueError, match="line 1"):
        client.export("statuses")


def test_too_fast_is_429_where_the_tenant_limits(make_sim: Callable[..., OrderWiseSimulator], clock: VirtualClock):
    """No limit is published, so there is none by default."""
    client = Client(make_sim(rate_limit_per_second=2))
    statuses = [client.ask("GET", "system/stock-locations").status_code for _ in range(3)]
    clock.advance(1)

    assert [200, 200, 429, 200] == [*statuses, client.ask("GET", "system/stock-locations").status_code]


def test_throttling_may_be_ordered(client: Client, sim: OrderWiseSimulator):
    sim.faults.throttle("create_sales_order")

    assert "Too many requests" == message(client.post_order(order()))


def test_an_outage_is_web_pages_until_it_is_over(client: Client, sim: OrderWiseSimulator, clock: VirtualClock):
    client.tell("outage", {"seconds": 60})
    during = client.ask("GET", "system/stock-locations")
    clock.advance(60)

    assert (503, "text/html; charset=utf-8") == (during.status_code, during.headers["content-type"])
    assert 200 == client.ask("GET", "system/stock-locations").status_code
