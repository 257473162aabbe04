"""What every call has in common: keys, identifiers, limits, errors, faults."""

from collections.abc import Callable

import pytest

from cogent_pipelines.simulators.common.clock import VirtualClock
from cogent_pipelines.simulators.common.gate import AnswerLost
from cogent_pipelines.simulators.scayle import ScayleSimulator
from cogent_pipelines_tests.simulators.scayle.conftest import ORDERS, STOCKS, Client, buy, complaints


@pytest.mark.parametrize("token", [None, "", "somebody-else"])
def test_without_a_known_key_nothing_is_answered(client: Client, token: str | None) -> None:
    """401 with the published body, even where there is nothing."""
    client.token = token

    for path in (ORDERS, "/nowhere"):
        answer = client.ask("GET", path)
        assert (401, ["missing or invalid access token"]) == (answer.status_code, complaints(answer))


def test_a_key_may_be_limited_to_resources(sim: ScayleSimulator, client: Client) -> None:
    """Writing implies reading; the rest is 403."""
    order = buy(sim)
    client.raw("POST", "/_sim/keys", json={"key": "k", "resources": {"orders": "read", "fulfillment": "write"}})
    client.token = "k"

    assert 200 == client.ask("GET", ORDERS).status_code
    assert 403 == client.ask("PUT", f"{ORDERS}/{order.id}/reference-key", json={"referenceKey": "x"}).status_code
    assert 403 == client.ask("GET", STOCKS).status_code
    assert 204 == client.ship(order).status_code


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/variants/key%3DMUG/stocks", 200),
        ("/variants/key%3dMUG/stocks", 200),
        ("/variants/5001/stocks", 200),
        ("/variants/key=MUG/stocks", 400),
        ("/variants/MUG/stocks", 400),
        ("/variants/05001/stocks", 400),
        ("/variants/key%3Dmug/stocks", 404),
        ("/variants/9/stocks", 404),
    ],
)
def test_an_identifier_is_a_number_or_an_encoded_key(client: Client, path: str, status: int) -> None:
    """Keys are told apart by case; the equals sign is encoded."""
    assert status == client.ask("GET", path).status_code


def test_a_bare_equals_sign_is_a_switch(make_sim: Callable[..., ScayleSimulator]) -> None:
    """For tenants behind something that decodes."""
    assert 200 == Client(make_sim(encoded_equals_only=False)).ask("GET", "/variants/key=MUG/stocks").status_code


def test_what_there_is_not_is_told_from_what_cannot_be_done_there(client: Client) -> None:
    """404 and 405."""
    assert (404, 405) == (client.ask("GET", "/nowhere").status_code, client.ask("DELETE", "/products").status_code)


def test_a_body_must_be_json_and_say_so(client: Client) -> None:
    """Broken, of another kind, of the wrong shape; several faults are several entries."""
    broken = client.ask("POST", STOCKS, content=b"{", headers={"Content-Type": "application/json"})
    other = client.ask("POST", STOCKS, content=b"{}", headers={"Content-Type": "text/plain"})
    empty = client.ask("POST", STOCKS, json={})

    assert [400, 400, 400] == [broken.status_code, other.status_code, empty.status_code]
    assert ["quantity is required", "warehouseReferenceKey is required"] == complaints(empty)


@pytest.mark.parametrize(("choice", "nothing"), [("list", []), ("object", {})])
def test_an_empty_context_is_a_switch(make_sim: Callable[..., ScayleSimulator], choice: str, nothing: object) -> None:
    """One SDK reads it as a list, the other as an object."""
    error = Client(make_sim(empty_context=choice)).ask("GET", "/nowhere").json()["errors"][0]

    assert ("NOT_FOUND", nothing) == (error["errorKey"], error["context"])


def test_every_scope_has_its_own_minute(sim: ScayleSimulator, client: Client, clock: VirtualClock) -> None:
    """Told in four headers; the excess is refused until the reset, and nobody else's scope suffers."""
    sim.switches.change(rate_limits={"ordersRead": 2})
    told = [client.ask("GET", ORDERS) for _ in range(3)]

    assert [(200, "1"), (200, "0"), (429, "0")] == [(row.status_code, row.headers["X-RateLimit-Remaining"]) for row in told]
    assert ("ordersRead", "2", "60") == tuple(told[2].headers[f"X-RateLimit-{name}"] for name in ("Scope", "Limit", "Reset"))
    assert "RATE_LIMIT_EXCEED" == told[2].json()["errors"][0]["errorKey"]
    assert "Retry-After" not in told[2].headers
    assert 200 == client.ask("GET", STOCKS).status_code
    clock.advance(59)
    assert (429, "1") == (client.ask("GET", ORDERS).status_code, client.ask("GET", ORDERS).headers["X-RateLimit-Reset"])
    clock.advance(1)
    assert 200 == client.ask("GET", ORDERS).status_code


def test_the_tightest_scope_is_the_posting_back(sim: ScayleSimulator, client: Client) -> None:
    """300 a minute: a despatch peak meets it first."""
    order = buy(sim)

    answer = client.ship(order)

    assert ("fulfillmentWrite", "300") == (answer.headers["X-RateLimit-Scope"], answer.headers["X-RateLimit-Limit"])


def test_limits_can_be_switched_off_and_worded_otherwise(sim: ScayleSimulator, client: Client) -> None:
    """Neither the status nor the waiting time is published."""
    sim.switches.change(rate_limits={"ordersRead": 0}, rate_limit_status=503, rate_limit_retry_after=True)
    refused = client.ask("GET", ORDERS)
    sim.switches.change(throttle=False)

    assert (503, refused.headers["X-RateLimit-Reset"]) == (refused.status_code, refused.headers["Retry-After"])
    assert 200 == client.ask("GET", ORDERS).status_code


def test_faults_strike_by_the_name_of_the_call(sim: ScayleSimulator, client: Client, clock: VirtualClock) -> None:
    """Refused before acting, failed after acting, throttled, unknown key, drifted."""
    order = buy(sim)
    sim.faults.refuse_before_acting("createShipment", status=503, retry_after=7)
    first = client.ship(order)
    sim.faults.fail_after_acting("createShipment", status=504)
    second = client.ship(order)
    sim.faults.throttle("listOrders")
    third = client.ask("GET", ORDERS)
    clock.advance(60)
    sim.faults.expire_token("getOrder")
    fourth = client.ask("GET", f"{ORDERS}/{order.id}")
    sim.faults.drift("getOrder", path="items.*.price")

    assert (503, "7", 504, 429, 401) == (
        first.status_code,
        first.headers["Retry-After"],
        second.status_code,
        third.status_code,
        fourth.status_code,
    )
    assert "invoiced" == order.state.value
    assert {None} == {item["price"] for item in client.get(f"{ORDERS}/{order.id}")["items"]}
    assert all(item["price"] for item in client.get(f"{ORDERS}/{order.id}")["items"])


def test_an_answer_lost_after_acting_leaves_the_parcel_in(sim: ScayleSimulator, client: Client) -> None:
    """The client cannot know; reading the order tells."""
    order = buy(sim)
    sim.faults.time_out_after_acting("createShipment")
    with pytest.raises(AnswerLost):
        client.ship(order)

    assert "TRACK-1" == client.get(f"{ORDERS}/{order.id}")["packages"][0]["shipmentKey"]
    assert 409 == client.ship(order).status_code


def test_faults_are_written_over_http(client: Client) -> None:
    """One book for every vendor."""
    client.raw("POST", "/_sim/faults", json={"kind": "refuse", "operation": "listOrders", "status": 502})

    answer = client.ask("GET", ORDERS)

    assert (502, ["Bad gateway"]) == (answer.status_code, complaints(answer))
    assert 1 == client.raw("GET", "/_sim/faults").json()["faults"][0]["obeyed"]


def test_switches_are_read_and_set_over_http_and_a_wrong_one_sets_nothing(sim: ScayleSimulator, client: Client) -> None:
    """Misspelt names and choices that there are not are errors."""
    told = client.raw("POST", "/_sim/switches", json={"delegation": False, "rate_limits": {"ordersRead": 5}}).json()
    assert (False, 5, 300) == (told["delegation"], told["rate_limits"]["ordersRead"], told["rate_limits"]["ordersWrite"])
    for wrong in ({"delegation": 1}, {"order_sort": "by_name"}, {"no_such": 1}, {"delegation": True, "order_sort": "x"}):
        assert 400 == client.raw("POST", "/_sim/switches", json=wrong).status_code
    assert (False, "id") == (sim.switches.delegation, sim.switches.order_sort)


def test_the_list_may_be_locked(make_sim: Callable[..., ScayleSimulator]) -> None:
    """As the vendor may lock it per tenant; one order is read all the same."""
    sim = make_sim(order_list_enabled=False)
    client, order = Client(sim), buy(sim)

    assert (403, 200) == (client.ask("GET", ORDERS).status_code, client.ask("GET", f"{ORDERS}/{order.id}").status_code)


@pytest.mark.parametrize(
    ("path", "told"),
    [
        (STOCKS, {"quantity": 1, "warehouseReferenceKey": "main", "changedAt": "0001-01-01T00:00:00+05:00"}),
        ("/webhooks/subscriptions", {"event": "order-confirmed", "version": 1, "url": "http://[::1"}),
        ("/webhooks/subscriptions", {"event": "order-confirmed", "version": 1, "url": "https://a:99999999/"}),
        (
            "/webhooks/subscriptions",
            {
                "event": "order-confirmed",
                "version": 1,
                "url": "https://a.example.com",
                "filters": [{"merchantReferenceKeys": {"include": [[]]}}],
            },
        ),
        ("/fulfillment/shipments", {"items": [3]}),
        ("/reservations", [3]),
    ],
)
def test_nonsense_is_refused_and_never_breaks_the_stand_in(client: Client, path: str, told: object) -> None:
    """A date before time, addresses that are none, lists of the wrong things."""
    assert 400 == client.ask("POST", path, json=told).status_code
