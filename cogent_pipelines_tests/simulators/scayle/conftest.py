"""A small tenant on a clock that stands still, and a client that speaks to it without sockets."""

import asyncio
import json
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest

from cogent_pipelines.simulators.common.clock import VirtualClock
from cogent_pipelines.simulators.common.trade import Goods, ShopOrder, WantedLine, Wish
from cogent_pipelines.simulators.scayle import Answer, ScayleSimulator, Switches
from cogent_pipelines.simulators.scayle.records import Order
from cogent_pipelines.simulators.scayle.seeded import stock_tenant
from cogent_pipelines_tests.simulators.common.in_process import call

ORDERS = "/shops/nw/countries/GB/orders"
STOCKS = "/variants/key%3DMUG/stocks"


class Receiver:
    """Where webhooks arrive; `answer` is what it says, an exception that it raises, or what a function makes of the body."""

    def __init__(self) -> None:
        self.got: list[tuple[str, dict[str, str], dict[str, Any]]] = []
        self.answer: Answer | Exception | Callable[[dict[str, Any]], Answer] = Answer(200)

    async def __call__(self, url: str, headers: Mapping[str, str], body: bytes) -> Answer:
        told = json.loads(body)
        self.got.append((url, dict(headers), told))
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer if isinstance(self.answer, Answer) else self.answer(told)

    @property
    def types(self) -> list[str]:
        return [body["type"] for _, _, body in self.got if "type" in body]


class Client:
    """Speaks HTTP to the simulator in process."""

    def __init__(self, sim: ScayleSimulator) -> None:
        self.sim = sim
        self.token: str | None = sim.access_token

    def ask(self, method: str, path: str, **more: Any) -> httpx.Response:
        """Call the Admin API."""
        headers = {} if self.token is None else {"X-Access-Token": self.token}
        return self.raw(method, "/api/admin/v1" + path, headers={**headers, **more.pop("headers", {})}, **more)

    def raw(self, method: str, path: str, **more: Any) -> httpx.Response:
        return call(self.sim.app, method, path, base_url=self.sim.url, **more)

    def get(self, path: str, **more: Any) -> Any:
        """Give the body of a read that must succeed."""
        answer = self.ask("GET", path, **more)
        assert 200 == answer.status_code, answer.text
        return answer.json()

    def put_stock(self, quantity: int, changed_at: datetime, **more: Any) -> dict[str, Any]:
        told = {"quantity": quantity, "warehouseReferenceKey": "main", "changedAt": changed_at.isoformat(), **more}
        answer = self.ask("POST", STOCKS, json=told)
        assert 200 == answer.status_code, answer.text
        stored: dict[str, Any] = answer.json()
        return stored

    def ship(self, order: Order, numbers: list[int] | None = None, /, **more: Any) -> httpx.Response:
        """Post a parcel with these items, or with all."""
        numbers = [item.id for item in order.items] if numbers is None else numbers
        told = {
            "shopKey": "nw",
            "countryCode": "gb",
            "orderId": order.id,
            "carrier": "DPD_UK",
            "shipmentKey": "TRACK-1",
            "deliveryDate": "2026-11-02T11:30:58+00:00",
            "returnIdentCode": "RIC-1",
            "items": [{"orderItemId": number, "returnKey": f"R-{number}"} for number in numbers],
        }
        return self.ask("POST", "/fulfillment/shipments", json={**told, **more})

    def give_up(self, order: Order, items: list[int]) -> httpx.Response:
        told = {
            "shopKey": "nw",
            "countryCode": "GB",
            "orderId": order.id,
            "items": [{"orderItemId": number} for number in items],
        }
        return self.ask("POST", "/fulfillment/cancellations", json=told)

    def send_back(self, *keys: str) -> httpx.Response:
        rows = [{"returnKey": key, "received": "2026-11-09 07:30:27", "returnReason": "too small"} for key in keys]
        return self.ask("POST", "/fulfillment/return-items", json=rows)


def complaints(answer: httpx.Response) -> list[str]:
    """Give the messages of an answer that must be an error of the published shape."""
    errors = answer.json()["errors"]
    assert all({"errorKey", "message", "context"} == set(error) for error in errors)
    return [error["message"] for error in errors]


@pytest.fixture
def receiver() -> Receiver:
    return Receiver()


@pytest.fixture
def make_sim(clock: VirtualClock, receiver: Receiver) -> Callable[..., ScayleSimulator]:
    def make(**switches: Any) -> ScayleSimulator:
        sim = ScayleSimulator(seed=7, clock=clock, switches=Switches(**switches), deliver=receiver)
        stock_tenant(sim)
        sim.trade.sell([Goods("MUG", "Mug", 1250, stock=10), Goods("POT", "Teapot", 3000, stock=4)])
        return sim

    return make


@pytest.fixture
def sim(make_sim: Callable[..., ScayleSimulator]) -> ScayleSimulator:
    return make_sim()


@pytest.fixture
def client(sim: ScayleSimulator) -> Client:
    return Client(sim)


@pytest.fixture
def pump(sim: ScayleSimulator) -> Callable[[], int]:
    return lambda: asyncio.run(sim.pump())


@pytest.fixture
def pump_for(sim: ScayleSimulator, clock: VirtualClock) -> Callable[[float], None]:
    """Let so many seconds go by, stopping wherever something is due."""

    def go(seconds: float) -> None:
        end = clock.now() + timedelta(seconds=seconds)
        asyncio.run(sim.pump())
        while (due := sim.next_due) is not None and due <= end:
            clock.advance(to=max(due, clock.now()))
            asyncio.run(sim.pump())
        clock.advance(to=max(end, clock.now()))
        asyncio.run(sim.pump())

    return go


def buy(sim: ScayleSimulator, *lines: tuple[str, int], **more: Any) -> Order:
    """Place an order that the checkout must take, and give the record of it."""
    placed = order_of(sim, *lines, **more)
    assert placed is not None
    return sim.tenant.orders[int(placed.ref)]


def order_of(sim: ScayleSimulator, *lines: tuple[str, int], **more: Any) -> ShopOrder | None:
    return sim.trade.place(Wish(tuple(WantedLine(sku, units) for sku, units in lines or (("MUG", 2),)), **more))


def merchant_asks(sim: ScayleSimulator) -> None:
    """The merchant has both addresses, with credentials in them."""
    merchant = sim.tenant.default_merchant
    merchant.delegation_url = "https://user:pass@merchant.example.com/orders"
    merchant.cancellation_url = "https://user:pass@merchant.example.com/cancellations"
