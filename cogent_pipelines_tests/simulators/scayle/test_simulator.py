"""The stand-in as a whole: repeatable by seed, served by its registry, traded at in nobody's words."""

import asyncio
from collections.abc import Callable

import httpx
import pytest

from cogent_pipelines.local_stack.stand_ins import VENDORS
from cogent_pipelines.simulators.common import server
from cogent_pipelines.simulators.common.clock import SystemClock, VirtualClock
from cogent_pipelines.simulators.common.trade import Buyer, Goods, NotPossible, StorefrontTrade, WantedLine, Wish
from cogent_pipelines.simulators.scayle import (
    Answer,
    ScayleSimulator,
    Switches,
    connection_details,
    empty_simulator,
    seeded_simulator,
)
from cogent_pipelines_tests.simulators.scayle.conftest import ORDERS, Client, Receiver, buy, order_of


def test_the_seed_decides_everything() -> None:
    """The same orders to the penny, the same key."""
    first, again, other = (Client(seeded_simulator(seed, clock=VirtualClock())) for seed in (3, 3, 4))

    assert first.get(ORDERS) == again.get(ORDERS)
    assert first.get(ORDERS) != other.get(ORDERS)
    assert first.token == again.token != other.token


def test_the_details_are_enough_to_call() -> None:
    """Address, key, shop, country, warehouse, carrier: each names something that is there."""
    sim = seeded_simulator(2, clock=VirtualClock())
    details = connection_details(sim, "http://127.0.0.1:1")
    client = Client(sim)

    path = f"/shops/{details['shop_key']}/countries/{details['country_code']}/orders"
    assert 6 == len(client.get(path)["entities"])
    assert "http://127.0.0.1:1/api/admin/v1" == details["base_url"]
    [warehouse] = client.get("/warehouses")["entities"]
    assert (details["warehouse_id"], details["warehouse_reference_key"]) == (str(warehouse["id"]), warehouse["referenceKey"])
    assert details["carrier"] in {row["key"] for row in client.get("/carriers")["entities"]}
    assert [details["merchant_reference_key"]] == [row["referenceKey"] for row in client.get("/merchants")["entities"]]


def test_an_empty_one_sells_what_it_is_given() -> None:
    """Nothing is there but the account, the warehouse and the carriers."""
    sim = empty_simulator(1)
    trade: StorefrontTrade = sim.trade
    trade.sell([Goods("A", "An article", 500, stock=1)])

    assert trade.place(Wish((WantedLine("A", 1),))) is not None
    assert trade.place(Wish((WantedLine("A", 1),))) is None
    assert {"A": 0} == trade.books().stock
    assert [1] == [row["quantity"] for row in sim.tenant.refused_sales]


def test_selling_again_changes_an_article(sim: ScayleSimulator) -> None:
    """Price, name, what is offered, and whether it is on sale at all."""
    buy(sim, ("MUG", 1))
    sim.trade.sell([Goods("MUG", "Big mug", 1500, stock=9), Goods("POT", "Teapot", 3000, stock=4, active=False)])

    assert (9, 1500) == (sim.trade.books().stock["MUG"], buy(sim, ("MUG", 1)).value_minor)
    with pytest.raises(NotPossible, match="POT"):
        order_of(sim, ("POT", 1))
    with pytest.raises(NotPossible, match="one size"):
        seeded_simulator(1).trade.sell([Goods("TEE-S", "Tee", 1000, active=False)])


def test_a_country_that_nobody_knows_is_not_delivered_to(sim: ScayleSimulator) -> None:
    """A mistake of whoever asks."""
    with pytest.raises(NotPossible):
        order_of(sim, buyer=Buyer(country_code="XX"))


def test_it_is_traded_at_over_http(client: Client) -> None:
    """Shapes alone travel."""
    placed = client.raw("POST", "/_sim/trade/orders", json=[{"lines": [{"sku": "MUG", "quantity": 1}]}]).json()["orders"]
    books = client.raw("GET", "/_sim/trade/books").json()

    assert placed == books["orders"]
    assert 200 == client.raw("POST", "/_sim/trade/cancel", json={"ref": placed[0]["ref"]}).status_code
    assert 409 == client.raw("POST", "/_sim/trade/cancel", json={"ref": "1"}).status_code


def test_the_books_can_be_read_in_pieces(sim: ScayleSimulator, client: Client) -> None:
    """Many orders are read some at a time."""
    first, second, third = (buy(sim, ("MUG", 1)).id for _ in range(3))

    rows = client.raw("GET", f"/_sim/orders?after={first}&limit=1").json()["orders"]
    assert [second] == [row["id"] for row in rows]
    assert 3 == client.raw("GET", "/_sim/books?history=0").json()["totals"]["orders"]
    assert third == list(sim.tenant.orders)[-1]


def test_the_clock_is_moved_over_http_and_what_is_due_happens(
    sim: ScayleSimulator, client: Client, receiver: Receiver
) -> None:
    """A virtual clock only; delegations go out by it."""
    receiver.answer = Answer(201, b"{}")
    sim.tenant.default_merchant.delegation_url = "https://merchant.example.com/orders"
    order = buy(sim)
    client.raw("POST", "/_sim/clock", json={"advance_seconds": 60})

    assert ("delegated", 1) == (order.state.value, len(receiver.got))
    assert 400 == client.raw("POST", "/_sim/clock", json={"advance_seconds": -1}).status_code
    assert 409 == Client(ScayleSimulator(clock=SystemClock())).raw("POST", "/_sim/clock", json={}).status_code


def test_under_a_server_it_delivers_by_itself() -> None:
    """Over a real socket, with a clock that runs; the receiver is another ASGI app's worth of list."""
    got: list[dict[str, object]] = []
    arrived = asyncio.Event()

    async def deliver(_: str, __: object, body: bytes) -> Answer:
        got.append({"body": body})
        arrived.set()
        return Answer(201, b"{}")

    async def run() -> None:
        sim = seeded_simulator(1, orders=0, switches=Switches(delegation_seconds=0.0), deliver=deliver)
        sim.tenant.default_merchant.delegation_url = "https://merchant.example.com/orders"
        async with sim.running_webhooks():
            buy(sim, ("TEE-S", 1))
            await asyncio.wait_for(arrived.wait(), timeout=10)

    asyncio.run(run())
    assert 1 == len(got)


def test_it_is_served_on_a_port() -> None:
    """Percent-encoded identifiers survive a real server."""
    sim = seeded_simulator(1)
    with server.running(sim.app) as url:
        headers = {"X-Access-Token": sim.access_token}
        with httpx.Client(base_url=f"{url}/api/admin/v1", headers=headers, trust_env=False) as client:
            assert 200 == client.get("/variants/key%3DTEE-S/stocks").status_code
            assert 400 == client.get("/variants/key=TEE-S/stocks").status_code


def test_it_is_one_of_the_stand_ins() -> None:
    """`cogent simulate scayle`."""
    assert "scayle" in VENDORS


def test_a_misspelt_switch_is_an_error(make_sim: Callable[..., ScayleSimulator]) -> None:
    """At the start as later."""
    with pytest.raises(ValueError, match="order_sort"):
        make_sim(order_sort="by name")


def test_a_business_is_one_on_its_order(sim: ScayleSimulator, client: Client) -> None:
    """A company's name, its own or the buyer's."""
    order = buy(sim, trade=True)

    customer = client.get(f"{ORDERS}/{order.id}")["customer"]
    assert ("organization", "Ada Fenwick") == (customer["type"], customer["company"]["name"])
