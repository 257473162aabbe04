"""A small project on a clock that stands still, and a client that speaks to it without sockets, as a stranger's would."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import httpx
import pytest

from cogent_pipelines.simulators.commercetools import CommercetoolsSimulator, Switches, connection_details
from cogent_pipelines.simulators.commercetools.ordering import NO_EXTRAS, Extras
from cogent_pipelines.simulators.common.clock import VirtualClock
from cogent_pipelines.simulators.common.trade import Goods, ShopOrder, WantedLine, Wish
from cogent_pipelines_tests.simulators.common.in_process import Receiver, call

GOODS = (Goods("MUG", "Mug", 1250, stock=10), Goods("POT", "Teapot", 3000, stock=4), Goods("TRAY", "Tray", 999, stock=100))


class Client:
    """Speaks HTTP to the simulator in process, with a token of its own."""

    def __init__(self, sim: CommercetoolsSimulator) -> None:
        self.sim = sim
        self.details = connection_details(sim, sim.url)
        self.root = f"/{self.details['project_key']}"
        self.token: str | None = None

    def request(self, method: str, path: str, **more: Any) -> httpx.Response:
        return call(self.sim.app, method, path, base_url=self.sim.url, **more)

    def log_in(self, scope: str | None = None, **more: Any) -> httpx.Response:
        form = {"grant_type": "client_credentials", **({"scope": scope} if scope else {}), **more}
        auth = (self.details["client_id"], self.details["client_secret"])
        return self.request("POST", "/oauth/token", auth=auth, data=form)

    def call(self, method: str, path: str, **more: Any) -> httpx.Response:
        if self.token is None:
            self.token = self.log_in().json()["access_token"]
        headers = {"Authorization": f"Bearer {self.token}", **more.pop("headers", {})}
        return self.request(method, self.root + path, headers=headers, **more)

    def get(self, path: str, **params: Any) -> Any:
        """Give the document of an answer that must be good."""
        answer = self.call("GET", path, params=params)
        assert 200 == answer.status_code, answer.text
        return answer.json()

    def query(self, path: str, *where: str, **params: Any) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.get(path, where=list(where), **params)["results"]
        return found

    def told(self, type_id: str = "order") -> list[dict[str, Any]]:
        """Give the messages about resources of one type, as they were written."""
        return self.query("/messages", f'resource(typeId="{type_id}")', limit=500)

    def post(self, path: str, body: Any) -> Any:
        answer = self.call("POST", path, json=body)
        assert answer.status_code in {200, 201}, answer.text
        return answer.json()

    def refused(self, method: str, path: str, **more: Any) -> tuple[int, str, str]:
        """Give status, code and message of an answer that must be an error in the vendor's shape."""
        answer = self.call(method, path, **more)
        body = answer.json()
        assert answer.status_code == body["statusCode"], answer.text
        assert body["message"] == body["errors"][0]["message"]
        return body["statusCode"], body["errors"][0]["code"], body["message"]

    def act(self, order_id: str, *actions: dict[str, Any], version: int | None = None) -> Any:
        """Update an order at the version that it has."""
        version = version or self.get(f"/orders/{order_id}")["version"]
        return self.post(f"/orders/{order_id}", {"version": version, "actions": list(actions)})

    def act_refused(self, order_id: str, *actions: dict[str, Any]) -> tuple[int, str, str]:
        version = self.get(f"/orders/{order_id}")["version"]
        return self.refused("POST", f"/orders/{order_id}", json={"version": version, "actions": list(actions)})

    def entry(self, sku: str) -> dict[str, Any]:
        return self.query("/inventory", f'sku="{sku}"')[0]

    def stock(self, sku: str) -> tuple[int, int]:
        entry = self.entry(sku)
        return entry["quantityOnStock"], entry["availableQuantity"]


@pytest.fixture
def receiver() -> Receiver:
    return Receiver()


@pytest.fixture
def make_sim(clock: VirtualClock, receiver: Receiver) -> Callable[..., CommercetoolsSimulator]:
    def make(**switches: Any) -> CommercetoolsSimulator:
        sim = CommercetoolsSimulator(seed=7, clock=clock, switches=Switches(**switches), deliver=receiver)
        sim.trade.sell(GOODS)
        return sim

    return make


@pytest.fixture
def sim(make_sim: Callable[..., CommercetoolsSimulator]) -> CommercetoolsSimulator:
    return make_sim()


@pytest.fixture
def client(sim: CommercetoolsSimulator) -> Client:
    return Client(sim)


def wish(*lines: tuple[str, int], **more: Any) -> Wish:
    return Wish(tuple(WantedLine(sku, quantity) for sku, quantity in lines or (("MUG", 2),)), **more)


@pytest.fixture
def order_of(sim: CommercetoolsSimulator) -> Callable[..., ShopOrder]:
    """Place an order of (sku, quantity) pairs that must be taken."""

    def place(*lines: tuple[str, int], extras: Extras = NO_EXTRAS, **more: Any) -> ShopOrder:
        placed = sim.trade.place(wish(*lines, **more), extras)
        assert placed is not None
        return placed

    return place


def types_of(messages: Sequence[Mapping[str, Any]]) -> list[str]:
    return [message["type"] for message in messages]
