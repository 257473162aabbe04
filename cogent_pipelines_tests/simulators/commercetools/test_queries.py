"""Paging, sorting, expansion and the lag of queries."""

from collections.abc import Callable
from typing import Any

import pytest

from cogent_pipelines.simulators.commercetools import CommercetoolsSimulator, seeded_simulator
from cogent_pipelines.simulators.commercetools.ordering import Extras
from cogent_pipelines.simulators.common.clock import VirtualClock
from cogent_pipelines_tests.simulators.commercetools.conftest import Client, wish


def test_a_page_says_where_it_is(client: Client, order_of: Callable[..., Any]) -> None:
    """limit, offset, count, total and results; the total can be left out."""
    orders = [order_of(("TRAY", 1)).ref for _ in range(5)]

    page = client.get("/orders", limit=2, offset=1, sort="createdAt asc")
    bare = client.get("/orders", withTotal="false")

    assert (2, 1, 2, 5, orders[1:3]) == (
        page["limit"],
        page["offset"],
        page["count"],
        page["total"],
        [order["id"] for order in page["results"]],
    )
    assert (20, 5, False) == (bare["limit"], bare["count"], "total" in bare)


@pytest.mark.parametrize(
    "params",
    [
        {"limit": 501},
        {"limit": -1},
        {"limit": "many"},
        {"offset": 10_001},
        {"sort": "nonsense asc"},
        {"sort": "createdAt upwards"},
        {"sort": "lineItems asc"},
        {"withTotal": "perhaps"},
    ],
)
def test_a_parameter_out_of_range_is_refused(client: Client, params: dict[str, Any]) -> None:
    """400 InvalidInput that names the parameter."""
    status, code, message = client.refused("GET", "/orders", params=params)

    named = message.startswith(f"Malformed parameter: {next(iter(params))}: ")
    assert (400, "InvalidInput", True) == (status, code, named)


def test_pages_by_id_find_every_order_once(clock: VirtualClock) -> None:
    """The vendor's advice for long walks: sorted by id, from the last id on."""
    client = Client(seeded_simulator(3, orders=23, clock=clock))
    seen: list[str] = []

    while rows := client.query("/orders", f'id > "{seen[-1] if seen else ""}"', sort="id asc", limit=5, withTotal="false"):
        seen += [row["id"] for row in rows]

    assert sorted(order["id"] for order in client.sim.project.orders) == seen


def test_orders_sort_by_several_fields(client: Client, order_of: Callable[..., Any], clock: VirtualClock) -> None:
    """By the total falling, then by the number rising; what lacks a field comes last."""
    for sku in ("MUG", "POT", "MUG"):
        order_of((sku, 1))
        clock.advance(1)
    client.act(client.query("/orders")[0]["id"], {"action": "setPurchaseOrderNumber", "purchaseOrderNumber": "P"})

    by_total = client.query("/orders", sort=["totalPrice.centAmount desc", "orderNumber asc"])
    by_purchase = client.query("/orders", sort=["purchaseOrderNumber desc"])

    assert ["10002", "10001", "10003"] == [order["orderNumber"] for order in by_total]
    assert "10001" == by_purchase[0]["orderNumber"]


def test_references_expand(client: Client, order_of: Callable[..., Any]) -> None:
    """The referenced resource lies beside its reference; unasked it does not."""
    ref = order_of().ref

    plain = client.get(f"/orders/{ref}")["lineItems"][0]["supplyChannel"]
    whole = client.get(f"/orders/{ref}", expand="lineItems[*].supplyChannel")["lineItems"][0]["supplyChannel"]
    queried = client.query("/orders", expand=["lineItems[*].state[*].state", "nonsense[*]."])[0]["lineItems"][0]["state"][0]

    assert (False, "main-warehouse", "Initial") == ("obj" in plain, whole["obj"]["key"], queried["state"]["obj"]["key"])


def test_queries_may_lag_while_reading_by_id_does_not(
    make_sim: Callable[..., CommercetoolsSimulator], clock: VirtualClock
) -> None:
    """A new order is not found, a changed one is found as it was, until the lag has passed."""
    sim = make_sim(query_lag_seconds=5)
    client = Client(sim)
    clock.advance(60)
    first = sim.trade.place(wish())
    assert first is not None
    at_once = client.query("/orders")
    by_id = client.get(f"/orders/{first.ref}")["version"]
    clock.advance(6)
    client.act(first.ref, {"action": "changeOrderState", "orderState": "Confirmed"})
    as_it_was = client.query("/orders", 'orderState="Open"')
    clock.advance(6)

    assert ([], 1, 1, ["Confirmed"]) == (
        at_once,
        by_id,
        len(as_it_was),
        [order["orderState"] for order in client.query("/orders")],
    )


def test_one_order_by_number_and_in_its_store(client: Client, sim: CommercetoolsSimulator, order_of: Any) -> None:
    """By id, by number, and under the path of its store alone."""
    sim.project.add_store("north")
    sim.project.add_store("south")
    order = order_of(("MUG", 1), extras=Extras(store="north", order_number="N-1"))

    statuses = [
        client.call("GET", path).status_code
        for path in (
            f"/orders/{order.ref}",
            "/orders/order-number=N-1",
            "/in-store/key=north/orders/order-number=N-1",
            "/in-store/key=south/orders/order-number=N-1",
            "/in-store/key=west/orders",
            "/orders/nobody",
        )
    ]

    assert [200, 200, 200, 404, 404, 404] == statuses
    assert (1, 0) == (len(client.query("/in-store/key=north/orders")), len(client.query("/in-store/key=south/orders")))


def test_head_says_whether_there_is_anything(client: Client, order_of: Callable[..., Any]) -> None:
    before = client.call("HEAD", "/orders").status_code
    order_of()

    assert (404, 200) == (before, client.call("HEAD", "/orders").status_code)


def test_an_address_that_does_not_exist_is_a_404_in_the_vendors_shape(client: Client) -> None:
    assert (404, "ResourceNotFound", "URI not found: /northwind-sim/nonsense") == client.refused("GET", "/nonsense")
