"""A small shop on a clock that stands still, and a client that speaks to it without sockets."""

from collections.abc import Callable, Mapping
from typing import Any

import httpx
import pytest

from cogent_pipelines.simulators.common.clock import VirtualClock
from cogent_pipelines.simulators.shopify import ShopifySimulator, Switches
from cogent_pipelines_tests.simulators.common import in_process

LEEDS = {
    "first_name": "Ada",
    "last_name": "Fenwick",
    "company": "Fenwick & Co",
    "address1": "4 Canal Yard",
    "city": "Leeds",
    "zip": "LS10 1LE",
    "country": "United Kingdom",
    "country_code": "GB",
}


class Receiver(in_process.Receiver):
    @property
    def topics(self) -> list[str]:
        return [headers["X-Shopify-Topic"] for _, headers, _ in self.got]


class Client:
    """Speaks HTTP to the simulator in process."""

    def __init__(self, sim: ShopifySimulator) -> None:
        self.sim = sim
        self.token = sim.access_token
        self.version = "2026-10"

    def request(self, method: str, path: str, **more: Any) -> httpx.Response:
        return in_process.call(self.sim.app, method, path, base_url=self.sim.url, **more)

    def post(self, query: str, variables: Mapping[str, Any] | None = None, **more: Any) -> httpx.Response:
        body = {"query": query, "variables": variables or {}, **more}
        path = f"/admin/api/{self.version}/graphql.json"
        return self.request("POST", path, json=body, headers={"X-Shopify-Access-Token": self.token})

    def ask(self, query: str, /, **variables: Any) -> dict[str, Any]:
        """Give the whole answer."""
        answer: dict[str, Any] = self.post(query, variables).json()
        return answer

    def data(self, query: str, /, **variables: Any) -> Any:
        """Give the data of an answer that must have no errors."""
        answer = self.ask(query, **variables)
        assert "errors" not in answer, answer["errors"]
        return answer["data"]

    def errors(self, query: str, /, **variables: Any) -> list[dict[str, Any]]:
        """Give the top-level errors of an answer that must have some."""
        found: list[dict[str, Any]] = self.ask(query, **variables)["errors"]
        return found


@pytest.fixture
def receiver() -> Receiver:
    return Receiver()


@pytest.fixture
def make_sim(clock: VirtualClock, receiver: Receiver) -> Callable[..., ShopifySimulator]:
    def make(**switches: Any) -> ShopifySimulator:
        sim = ShopifySimulator(seed=7, clock=clock, switches=Switches(**switches), deliver=receiver)
        sim.shop.add_location("Leeds", address={"city": "Leeds", "countryCode": "GB"})
        sim.shop.add_products(
            [
                {"sku": "MUG", "title": "Mug", "price": "12.50", "stock": 10, "barcode": "500", "grams": 300},
                {"sku": "POT", "title": "Teapot", "price": "30", "stock": 4},
                {"sku": "mug", "title": "Small mug", "price": "6", "stock": 2},
            ]
        )
        return sim

    return make


@pytest.fixture
def sim(make_sim: Callable[..., ShopifySimulator]) -> ShopifySimulator:
    return make_sim()


@pytest.fixture
def client(sim: ShopifySimulator) -> Client:
    return Client(sim)


@pytest.fixture
def order_of(sim: ShopifySimulator) -> Callable[..., Any]:
    """Place an order of (sku, quantity) pairs."""

    def place(*lines: tuple[str, int], **more: Any) -> Any:
        rows = [{"sku": sku, "quantity": quantity} for sku, quantity in lines or (("MUG", 2),)]
        return sim.place_order(lines=rows, shipping_address=LEEDS, **more)

    return place
