"""The account as a whole: faults, limits, the books over HTTP, and the accounts that one starts with."""

from datetime import UTC, datetime

import pytest

from cogent_pipelines.simulators.common.clock import VirtualClock
from cogent_pipelines.simulators.common.gate import AnswerLost
from cogent_pipelines.simulators.common.trade import NotPossible
from cogent_pipelines.simulators.mintsoft import connection_details, empty_simulator, seeded_simulator
from cogent_pipelines_tests.simulators.common.rest_client import RestClient


def test_an_answer_can_be_lost_after_the_act(client, order, simulator):
    """The order is there; only looking finds it."""
    simulator.faults.time_out_after_acting("CreateOrder")

    with pytest.raises(AnswerLost):
        client.put("/api/Order", order())

    assert 1 == len(client.get("/api/Order/Search", OrderNumber="1001").json())


def test_an_answer_can_be_lost_before_the_act(client, order, simulator):
    simulator.faults.time_out_before_acting("CreateOrder")

    with pytest.raises(AnswerLost):
        client.put("/api/Order", order())

    assert () == simulator.trade.books().sales_orders


def test_a_refusal_can_be_ordered(client, simulator):
    """In the vendor's own form."""
    simulator.faults.refuse_before_acting("ListOrders", status=500, retry_after=7)

    answer = client.get("/api/Order/List")

    assert (500, "7", {"Message": "An error has occurred."}) == (
        answer.status_code,
        answer.headers["retry-after"],
        answer.json(),
    )
    assert 200 == client.get("/api/Order/List").status_code


def test_a_field_can_go_missing(client, created, simulator):
    created()
    simulator.faults.drift("ListOrders", path="*.OrderStatusId")

    assert [None] == [row["OrderStatusId"] for row in client.get("/api/Order/List").json()]


@pytest.mark.parametrize(
    ("form", "status", "retry_after"),
    [
        ("429_seconds", 429, "40"),
        ("429_date", 429, "Mon, 02 Nov 2026 09:01:00 GMT"),
        ("429_bare", 429, None),
        ("403_ms", 403, None),
    ],
)
def test_too_many_calls_are_refused_until_the_window_has_passed(client, switches, clock, form, status, retry_after):
    """No limit is published, so the form is a switch."""
    switches.change(rate_limit_calls=2, rate_limit_seconds=60, throttle_form=form)
    statuses = [client.get("/api/Order/List").status_code for _ in range(2)]
    clock.advance(20)
    answer = client.get("/api/Order/List")
    clock.advance(40)

    assert [200, 200] == statuses
    assert (status, retry_after) == (answer.status_code, answer.headers.get("retry-after"))
    assert ("40000 ms" in answer.text) == (form == "403_ms")
    assert 200 == client.get("/api/Order/List").status_code


def test_an_outage_ends(client, simulator, clock):
    simulator.trade.outage(60)
    during = client.get("/api/Order/List")
    clock.advance(60)

    assert (503, "text/html; charset=utf-8") == (during.status_code, during.headers["content-type"])
    assert 200 == client.get("/api/Order/List").status_code


def test_what_is_not_there_cannot_be_called(client):
    assert 404 == client.get("/api/Nonsense").status_code
    assert 405 == client.post("/api/Order", {}).status_code
    assert 200 == client.get("/API/order/list/").status_code


def test_a_warehouse_can_only_send_what_is_there(created, simulator):
    """Whoever asks for more is told so."""
    created(items=[("TEE", 12)])
    with pytest.raises(NotPossible, match="NOSUCH"):
        simulator.trade.despatch("NOSUCH")
    simulator.switches.change(partial_style="none")
    with pytest.raises(NotPossible, match="as a whole"):
        simulator.trade.despatch("1001")
    with pytest.raises(NotPossible, match="NOSUCH"):
        simulator.trade.adjust("NOSUCH", by=1)


def test_the_books_and_switches_are_there_over_http(client, created):
    created()
    books = client.get("/_sim/books").json()
    changed = client.call("PATCH", "/_sim/switches", json={"status_of_stage": {"allocated": "PRINTED"}})
    wrong = client.call("PATCH", "/_sim/switches", json={"key_hours": "long"})

    assert ({"1001": 1}, [], "allocated") == (books["times_created"], books["duplicates"], books["orders"][0]["stage"])
    assert (200, 400) == (changed.status_code, wrong.status_code)
    assert [2] == [row["OrderStatusId"] for row in client.get("/api/Order/List").json()]
    assert 1 == client.get("/_sim/trade/books").json()["sales_orders"][0]["created"]


def test_all_keys_can_be_ended(client):
    client.call("DELETE", "/_sim/sessions")

    assert 401 == client.get("/api/Order/List").status_code


@pytest.mark.parametrize(
    ("give", "orders"), [(lambda: seeded_simulator(7, clock=VirtualClock()), 8), (lambda: empty_simulator(7), 0)]
)
def test_whoever_has_the_details_can_trade(give, orders):
    """The details are all that a client needs; a seeded account has been trading."""
    simulator = give()
    details = connection_details(simulator, "http://127.0.0.1:1/")
    client = RestClient(simulator.app)
    told = {"Username": details["username"], "Password": details["password"]}
    client.headers["ms-apikey"] = client.post("/api/Auth", told).json()

    assert orders == len(client.get("/api/Order/List").json())
    assert "http://127.0.0.1:1" == details["url"]


def test_a_seeded_account_is_the_same_again():
    """By the seed, but for the time of day."""
    start = datetime(2026, 11, 2, 9, tzinfo=UTC)
    one, other = (seeded_simulator(7, clock=VirtualClock(start)).truth.books() for _ in range(2))

    assert one == other
    assert 3 == len(one["despatches"])
