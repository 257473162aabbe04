"""The whole simulator: faults on the wire, the books, and a stranger's way through it over real HTTP."""

import threading
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from cogent_pipelines.simulators.common.clock import VirtualClock
from cogent_pipelines.simulators.common.gate import AnswerLost
from cogent_pipelines.simulators.common.server import running
from cogent_pipelines.simulators.shopify import ShopifySimulator, connection_details, seeded_simulator
from cogent_pipelines.simulators.shopify.ids import gid
from cogent_pipelines.simulators.shopify.webhooks import sign
from cogent_pipelines_tests.simulators.shopify.conftest import Client
from cogent_pipelines_tests.simulators.shopify.documents import FULFIL, ORDERS


def parcel_for(order: Any) -> dict[str, Any]:
    part = gid("FulfillmentOrder", order.fulfilment_orders[0].id)
    return {"lineItemsByFulfillmentOrder": [{"fulfillmentOrderId": part}], "trackingInfo": {"number": "T1"}}


def test_a_parcel_whose_answer_was_lost_was_made(
    client: Client, sim: ShopifySimulator, order_of: Callable[..., Any]
) -> None:
    """The client sees a cut connection; the books show one parcel."""
    order = order_of()
    sim.faults.time_out_after_acting(operation="fulfillmentCreate", times=1)

    with pytest.raises(AnswerLost):
        client.post(FULFIL, {"fulfillment": parcel_for(order)})

    assert ["T1"] == [parcel.tracking[0].number for parcel in order.fulfilments]


def test_a_refusal_before_acting_made_nothing(client: Client, sim: ShopifySimulator, order_of: Callable[..., Any]) -> None:
    """503 with Retry-After, in the vendor's shape."""
    order = order_of()
    sim.faults.refuse_before_acting("fulfillmentCreate", status=503, retry_after=2)

    answer = client.post(FULFIL, {"fulfillment": parcel_for(order)})

    assert (503, "2", {"errors": "Service Unavailable"}) == (
        answer.status_code,
        answer.headers["Retry-After"],
        answer.json(),
    )
    assert [] == order.fulfilments


def test_a_failure_after_acting_made_it_all_the_same(
    client: Client, sim: ShopifySimulator, order_of: Callable[..., Any]
) -> None:
    """500, and a parcel."""
    order = order_of()
    sim.faults.fail_after_acting("fulfillmentCreate", status=500)

    assert 500 == client.post(FULFIL, {"fulfillment": parcel_for(order)}).status_code
    assert 1 == len(order.fulfilments)


def test_other_faults_on_the_wire(client: Client, sim: ShopifySimulator, clock: VirtualClock) -> None:
    """Throttled, HTML, an expired token, a null where data was."""
    query = "{ shop { name } }"
    body = {"client_id": sim.client_id, "client_secret": sim.client_secret, "grant_type": "client_credentials"}
    client.token = client.request("POST", "/admin/oauth/access_token", json=body).json()["access_token"]

    sim.faults.throttle("shop")
    throttled = client.post(query)
    clock.advance(1)
    sim.faults.answer_html("shop", status=502)
    page = client.post(query)
    sim.faults.drift("shop", path="data.shop.name")
    drifted = client.ask(query)
    sim.faults.expire_token("shop")
    expired = client.post(query)

    assert (200, "THROTTLED") == (throttled.status_code, throttled.json()["errors"][0]["extensions"]["code"])
    assert (502, "<!DOCTYPE html>") == (page.status_code, page.text[:15])
    assert {"shop": {"name": None}} == drifted["data"]
    assert 401 == expired.status_code


def test_faults_can_be_ordered_over_http(client: Client, sim: ShopifySimulator) -> None:
    """POST a rule, see it, strike it."""
    rule = {"kind": "refuse", "operation": "shop", "times": 2, "status": 429, "retry_after": 1}
    made = client.request("POST", "/_sim/faults", json=rule)

    assert 201 == made.status_code
    assert 429 == client.post("{ shop { name } }").status_code
    assert [1] == [fault["obeyed"] for fault in client.request("GET", "/_sim/faults").json()["faults"]]
    assert {"struck": 1} == client.request("DELETE", "/_sim/faults").json()
    assert 400 == client.request("POST", "/_sim/faults", json={"kind": "nonsense"}).status_code


def test_the_books_tell_what_happened(client: Client, order_of: Callable[..., Any]) -> None:
    """Orders, parcels, stock with its trail."""
    order = order_of(("MUG", 2))
    client.data(FULFIL, fulfillment=parcel_for(order))

    books = client.request("GET", "/_sim/books").json()

    assert {"orders": 1, "fulfilled": 1, "fulfilments": 1} == {
        name: books["totals"][name] for name in ("orders", "fulfilled", "fulfilments")
    }
    [parcel] = books["orders"][0]["parcels"]
    assert (["T1"], [("MUG", 2)]) == (
        [row["number"] for row in parcel["tracking"]],
        [(row["sku"], row["quantity"]) for row in parcel["lines"]],
    )
    mug = next(level for level in books["stock"] if level["sku"] == "MUG")
    assert [("available", 10, 8), ("committed", 0, 2), ("committed", 2, 0)] == [
        (row["name"], row["before"], row["after"]) for row in mug["history"]
    ]
    assert ([], 0) == (books["duplicates"], books["oversold_units"])


def test_the_books_show_what_was_sent_twice(client: Client, order_of: Callable[..., Any]) -> None:
    """One tracking number on two live parcels of an order is a double."""
    order = order_of(("MUG", 2))
    row = gid("FulfillmentOrderLineItem", order.fulfilment_orders[0].lines[0].id)
    half = parcel_for(order)
    half["lineItemsByFulfillmentOrder"][0]["fulfillmentOrderLineItems"] = [{"id": row, "quantity": 1}]
    client.data(FULFIL, fulfillment=half)
    client.data(FULFIL, fulfillment=half)

    books = client.request("GET", "/_sim/books").json()

    assert [("#1001", "tracking number repeated", 2)] == [
        (found["order"], found["kind"], found["times"]) for found in books["duplicates"]
    ]


def test_orders_and_products_can_be_brought_in_bulk(client: Client) -> None:
    """Thousands in one call."""
    products = [{"sku": f"S{number}", "price": "1.00", "stock": 5000} for number in range(500)]
    orders = [{"lines": [{"sku": f"S{number % 500}", "quantity": 1}]} for number in range(1000)]

    added = client.request("POST", "/_sim/products", json=products).json()
    placed = client.request("POST", "/_sim/orders", json={"orders": orders}).json()

    assert {"products": 500, "variants": 500} == added
    assert 1000 == len({row["id"] for row in placed["orders"]})
    assert {"count": 1000, "precision": "EXACT"} == client.data("{ ordersCount { count precision } }")["ordersCount"]


def test_a_wrong_order_is_refused_with_its_reason(client: Client) -> None:
    """400 and a sentence."""
    answer = client.request("POST", "/_sim/orders", json={"lines": [{"sku": "MUG", "quantity": 0}]})

    assert 400 == answer.status_code
    assert "a line's quantity must be at least 1, not 0" in answer.json()["error"]


def test_switches_and_clock_can_be_set_over_http(client: Client, sim: ShopifySimulator) -> None:
    """A misspelt switch is refused."""
    before = sim.clock.now()

    assert 200 == client.request("POST", "/_sim/switches", json={"throttle": False}).status_code
    assert 400 == client.request("POST", "/_sim/switches", json={"thottle": False}).status_code
    client.request("POST", "/_sim/clock", json={"advance_seconds": 90})
    assert 90 == (sim.clock.now() - before).total_seconds()
    assert sim.switches.throttle is False


def test_the_same_seed_makes_the_same_shop() -> None:
    """Repeatable catalogue and orders."""

    def shown(seed: int) -> list[tuple[str, int]]:
        sim = seeded_simulator(seed)
        return [(order.name, order.total.shop) for order in sim.shop.orders.values()]

    assert shown(5) == shown(5)
    assert shown(5) != shown(6)
    assert 40 == len(seeded_simulator(5).shop.variants)


def test_a_stranger_finds_the_way_over_real_http() -> None:
    """Token, orders, fulfilment, read back; with nothing but the connection's details."""
    sim = seeded_simulator(3)
    with running(sim.app) as url, httpx.Client(base_url=url, timeout=10) as http:
        details = connection_details(sim, url)
        grant = {name: details[name] for name in ("client_id", "client_secret")} | {"grant_type": "client_credentials"}
        token = http.post("/admin/oauth/access_token", json=grant).json()["access_token"]
        http.headers["X-Shopify-Access-Token"] = token

        def ask(query: str, /, **variables: Any) -> Any:
            path = f"/admin/api/{details['api_version']}/graphql.json"
            return http.post(path, json={"query": query, "variables": variables}).json()["data"]

        orders = ask(ORDERS, first=10, query="fulfillment_status:unfulfilled")["orders"]["nodes"]
        first = next(iter(sim.shop.orders.values()))
        made = ask(FULFIL, fulfillment=parcel_for(first))["fulfillmentCreate"]

    assert 6 == len(orders)
    assert [] == made["userErrors"]
    assert "FULFILLED" == first.fulfilment_status


def test_webhooks_go_out_by_themselves_under_a_server() -> None:
    """A placed order reaches a receiver over real HTTP, signed over the bytes received."""
    arrived = threading.Event()
    got: list[tuple[bytes, str]] = []

    async def receive(request: Request) -> Response:
        got.append((await request.body(), request.headers["x-shopify-hmac-sha256"]))
        arrived.set()
        return Response(status_code=200)

    sim = seeded_simulator(3)
    receiver = Starlette(routes=[Route("/hooks", receive, methods=["POST"])])
    with running(receiver) as there, running(sim.app):
        sim.webhooks.subscribe("ORDERS_CREATE", f"{there}/hooks")
        sim.place_order(lines=[{"sku": "TEE-S", "quantity": 1}])
        assert arrived.wait(timeout=20)

    [(body, signature)] = got
    assert sign(sim.webhook_secret, body) == signature


def test_a_lost_answer_over_real_http_is_a_cut_connection() -> None:
    """The client cannot know; the books do."""
    sim = seeded_simulator(3)
    order = next(iter(sim.shop.orders.values()))
    sim.faults.time_out_after_acting(operation="fulfillmentCreate")
    with running(sim.app) as url, httpx.Client(base_url=url, timeout=10) as http:
        body = {"query": FULFIL, "variables": {"fulfillment": parcel_for(order)}}
        headers = {"X-Shopify-Access-Token": sim.access_token}

        with pytest.raises(httpx.RemoteProtocolError):
            http.post("/admin/api/2026-10/graphql.json", json=body, headers=headers)

    assert 1 == len(order.fulfilments)
