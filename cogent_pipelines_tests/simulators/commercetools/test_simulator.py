"""The whole simulator: faults on the wire, the trade, the books, and a stranger's way through it over real HTTP."""

import threading
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from cogent_pipelines.simulators.commercetools import (
    CommercetoolsSimulator,
    connection_details,
    empty_simulator,
    seeded_simulator,
)
from cogent_pipelines.simulators.common.clock import VirtualClock
from cogent_pipelines.simulators.common.gate import AnswerLost
from cogent_pipelines.simulators.common.server import running
from cogent_pipelines.simulators.common.trade import Goods, NotPossible, TradeLine
from cogent_pipelines_tests.simulators.commercetools.conftest import Client, wish

DELIVERY = {"action": "addDelivery", "deliveryKey": "d-1"}


def delivered(client: Client, ref: str) -> list[str]:
    return [delivery["key"] for delivery in client.get(f"/orders/{ref}")["shippingInfo"]["deliveries"]]


def send(client: Client, ref: str) -> httpx.Response:
    return client.call("POST", f"/orders/{ref}", json={"version": 1, "actions": [DELIVERY]})


def test_a_delivery_whose_answer_was_lost_was_made(client: Client, order_of: Callable[..., Any]) -> None:
    """The client sees a cut connection; only its own key tells it that the delivery is there."""
    ref = order_of().ref
    client.sim.faults.time_out_after_acting("orders.update")

    with pytest.raises(AnswerLost):
        send(client, ref)

    assert ["d-1"] == delivered(client, ref)


@pytest.mark.parametrize(
    ("status", "code"), [(503, "OverCapacity"), (502, "BadGateway"), (500, "General"), (429, "TooManyRequests")]
)
def test_a_refusal_before_acting_made_nothing(client: Client, order_of: Callable[..., Any], status: int, code: str) -> None:
    """In the vendor's shape, with its code for the status."""
    ref = order_of().ref
    client.sim.faults.refuse_before_acting("orders.update", status=status, retry_after=2)

    answer = send(client, ref)

    assert (status, "2", code) == (answer.status_code, answer.headers["Retry-After"], answer.json()["errors"][0]["code"])
    assert [] == delivered(client, ref)


def test_a_failure_after_acting_made_it_all_the_same(client: Client, order_of: Callable[..., Any]) -> None:
    """500 General: the outcome is unknown, says the vendor; here it was done."""
    ref = order_of().ref
    client.sim.faults.fail_after_acting("orders.update")

    answer = send(client, ref)

    assert (500, ["d-1"]) == (answer.status_code, delivered(client, ref))


def test_somebody_else_may_come_in_between(client: Client, order_of: Callable[..., Any]) -> None:
    """A conflict by order: the version was right when it was read."""
    ref = order_of().ref
    client.sim.faults.add("vendor", operation="orders.update", what="meddle")

    conflict = send(client, ref)

    assert (409, 2) == (conflict.status_code, conflict.json()["errors"][0]["currentVersion"])
    assert [] == delivered(client, ref)


def test_a_token_can_be_expired_under_a_call(client: Client, order_of: Callable[..., Any]) -> None:
    """401 once; a new token opens again."""
    order_of()
    client.sim.faults.expire_token("orders.query")
    client.get("/inventory")
    refused = client.call("GET", "/orders").status_code
    client.token = None

    assert (401, 1) == (refused, len(client.query("/orders")))


def test_data_can_drift_to_null(client: Client, order_of: Callable[..., Any]) -> None:
    """In the answer only."""
    order_of()
    client.sim.faults.drift("orders.query", path="results.*.totalPrice")

    assert [None] == [order["totalPrice"] for order in client.query("/orders")]
    assert 2500 == client.query("/orders")[0]["totalPrice"]["centAmount"]


def test_throttling_and_html_pages_are_possible(client: Client) -> None:
    """429 in the vendor's shape; a page of some proxy's."""
    client.get("/orders")
    client.sim.faults.throttle("orders.*")
    throttled = client.call("GET", "/orders")
    client.sim.faults.answer_html("orders.*", status=502)

    assert (429, 429) == (throttled.status_code, throttled.json()["statusCode"])
    assert "<html>" in client.call("GET", "/orders").text


def test_trade_places_cancels_and_tells(sim: CommercetoolsSimulator) -> None:
    """The day's words: lines, value, parcels, what is left."""
    placed = sim.trade.place(wish(("MUG", 2), ("POT", 1), shipping_minor=500, discount_minor=100))
    assert placed is not None
    sim.trade.cancel(placed.ref)

    books = sim.trade.books()

    assert (2 * 1250 + 3000 + 400, True) == (books.orders[0].value_minor, books.orders[0].cancelled)
    assert (TradeLine("MUG", 2), TradeLine("POT", 1)) == books.orders[0].lines
    assert {"MUG": 8, "POT": 3, "TRAY": 100} == books.stock


def test_trade_refuses_what_cannot_be(client: Client, sim: CommercetoolsSimulator, order_of: Callable[..., Any]) -> None:
    """An unknown article, an unknown order, an order that has left."""
    ref = order_of().ref
    sim.trade.sell([Goods("OLD", "Old", stock=5, active=False)])
    send(client, ref)

    for act in (
        lambda: sim.trade.place(wish(("NOBODY", 1))),
        lambda: sim.trade.place(wish(("OLD", 1))),
        lambda: sim.trade.cancel("nobody"),
        lambda: sim.trade.cancel(ref),
    ):
        with pytest.raises(NotPossible):
            act()


def test_selling_again_sets_what_lies_there_beside_what_is_sold(client: Client, sim: CommercetoolsSimulator) -> None:
    sim.trade.place(wish(("MUG", 2)))
    sim.trade.sell([Goods("MUG", "Mug", 1250, stock=30)])

    assert ((32, 30), 30) == (client.stock("MUG"), sim.trade.books().stock["MUG"])


def test_a_checkout_that_does_not_look_oversells(make_sim: Callable[..., CommercetoolsSimulator]) -> None:
    """And the books count the units."""
    sim = make_sim(checkout_checks_stock=False)
    for _ in range(2):
        sim.trade.place(wish(("POT", 3)))

    assert (2, -2) == (sim.trade.books().oversold_units, sim.trade.books().stock["POT"])


def test_the_books_see_a_parcel_told_twice(client: Client, order_of: Callable[..., Any]) -> None:
    """The same tracking number in two parcels of an order."""
    ref = order_of().ref
    parcels = [{"trackingData": {"trackingId": "T"}}]
    client.act(ref, *({"action": "addDelivery", "deliveryKey": f"d-{n}", "parcels": parcels} for n in (1, 2)))

    books = client.request("GET", "/_sim/books").json()

    assert [{"order": ref, "what": "tracking number", "value": "T", "times": 2}] == books["duplicates"]
    assert (2, 1) == (books["written"]["order addDelivery"], books["calls"]["orders.update"])


def test_a_seed_decides_everything() -> None:
    """Two of one seed are alike to the last id, two of different seeds are not; an empty one sells nothing."""
    one, same, other = (seeded_simulator(seed, clock=VirtualClock()) for seed in (5, 5, 6))

    assert one.trade.books() == same.trade.books() != other.trade.books()
    assert (6, 40) == (len(one.trade.books().orders), len(one.trade.books().stock))
    assert ({}, ()) == (empty_simulator(5).trade.books().stock, empty_simulator(5).trade.books().orders)


def test_switches_faults_and_clock_over_http(client: Client) -> None:
    """Set, read, and a misspelt name changes nothing."""
    told = client.request("POST", "/_sim/switches", json={"sync_info_repeats": "append"}).json()
    wrong = [
        client.request("POST", "/_sim/switches", json=body).status_code
        for body in ({"nonsense": 1}, {"sync_info_repeats": "perhaps"}, {"query_lag_seconds": 3, "nonsense": 1})
    ]
    moved = client.request("POST", "/_sim/clock", json={"advance_seconds": 90}).json()["now"]
    rule = client.request("POST", "/_sim/faults", json={"kind": "refuse", "operation": "orders.query", "status": 503})

    assert ("append", [400, 400, 400], 0.0) == (told["sync_info_repeats"], wrong, client.sim.switches.query_lag_seconds)
    assert ("2026-11-02T09:01:30+00:00", 201) == (moved, rule.status_code)
    assert 503 == client.call("GET", "/orders").status_code


def test_orders_with_all_that_is_special_over_http(client: Client) -> None:
    """`/_sim/orders` takes this vendor's extras beside what any order has."""
    client.sim.project.add_store("north")
    body = {"lines": [{"sku": "MUG", "quantity": 1}], "extras": {"store": "north", "order_number": "X-1"}}

    placed = client.request("POST", "/_sim/orders", json=body).json()["orders"][0]

    assert ("X-1", "north") == (placed["name"], client.get(f"/orders/{placed['ref']}")["store"]["key"])


def test_a_stranger_finds_his_way_over_real_http() -> None:
    """Token, orders, hand-over, delivery, stock, and a notice at the address of the queue: by the details alone."""
    simulator = seeded_simulator(11)
    got: list[dict[str, Any]] = []
    arrived = threading.Event()

    async def receive(request: Request) -> Response:
        got.append({"secret": request.headers.get(details["bridge_header"]), **await request.json()})
        if got[-1].get("type") == "DeliveryAdded":
            arrived.set()
        return Response(status_code=204)

    receiver = Starlette(routes=[Route("/notices", receive, methods=["POST"])])
    with running(simulator.app) as url, running(receiver) as receiver_url:
        details = connection_details(simulator, url)
        with httpx.Client(base_url=f"{details['url']}/{details['project_key']}", timeout=20, trust_env=False) as shop:
            token = shop.post(
                f"{details['auth_url']}/oauth/token",
                auth=(details["client_id"], details["client_secret"]),
                data={"grant_type": "client_credentials", "scope": details["scopes"]},
            ).json()["access_token"]
            shop.headers["Authorization"] = f"Bearer {token}"
            queue = {"type": "SQS", "queueUrl": f"{receiver_url}/notices", "region": "eu-west-1"}
            wanted = [{"resourceTypeId": "order", "types": ["DeliveryAdded"]}]
            subscription = shop.post("/subscriptions", json={"destination": queue, "messages": wanted})
            due = shop.get(
                "/orders",
                params={"where": 'orderState="Open" and syncInfo is empty', "sort": "id asc", "limit": 500},
            ).json()["results"]
            mark = {"action": "updateSyncInfo", "channel": {"typeId": "channel", "key": details["export_channel_key"]}}
            for order in due:
                items = [{"id": line["id"], "quantity": line["quantity"]} for line in order["lineItems"]]
                parcels = [{"key": f"p-{order['orderNumber']}", "trackingData": {"trackingId": "T"}}]
                sent = {"action": "addDelivery", "deliveryKey": "d-1", "items": items, "parcels": parcels}
                body = {"version": order["version"], "actions": [mark, sent]}
                assert 200 == shop.post(f"/orders/{order['id']}", json=body).status_code
            left = shop.get("/orders", params={"where": "syncInfo is empty"}).json()["total"]
        assert arrived.wait(timeout=20)

    assert (201, 6, 0) == (subscription.status_code, len(due), left)
    books = simulator.trade.books()
    assert [True] * 6 == [order.handed_over for order in books.orders]
    assert [order.lines for order in books.orders] == [order.parcels[0].lines for order in books.orders]
    assert {details["bridge_secret"]} == {notice["secret"] for notice in got}
