"""The two stand-ins as a replay speaks to them, over HTTP by their paths under `/_sim/`.

Their own limits are lifted here; what their books mean is `books`.
"""

import itertools
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Self

import httpx
import orjson

from cogent_pipelines.connections.settings import ConnectionSettings
from cogent_pipelines.local_stack.replay.settings import replayed_blocks
from cogent_pipelines.local_stack.replay.streamed import Members

_ARTICLES_AT_ONCE = 500
_ORDERS_AT_ONCE = 250


class StandInRefused(RuntimeError):
    """A stand-in did not do what it was told; the message carries its reason."""


@dataclass(frozen=True, slots=True)
class _StandIn:
    client: httpx.Client

    @classmethod
    @contextmanager
    def at(cls, url: str) -> Iterator[Self]:
        with httpx.Client(base_url=url, timeout=300.0, trust_env=False) as client:
            yield cls(client)

    def ask(self, path: str) -> Any:
        return _read(self.client.get(path))

    def tell(self, path: str, content: bytes, *, method: str = "POST") -> Any:
        return _read(self.client.request(method, path, content=content))

    def _pieces(self, path: str) -> Iterator[bytes]:
        with self.client.stream("GET", path) as response:
            if response.is_error:
                response.read()
                _read(response)
            yield from response.iter_bytes(1 << 16)

    def _add(self, path: str, articles: Iterable[dict[str, Any]]) -> None:
        for some in _batched(articles, _ARTICLES_AT_ONCE):
            self.tell(path, orjson.dumps(some))


class Shop(_StandIn):
    """The storefront."""

    def lift_limits(self) -> None:
        """Throttle nothing, sell without asking, and keep no trail of stock movements that nobody will read."""
        self.switch(throttle=False, stock_history="none")

    def switch(self, **switches: Any) -> None:
        self.tell("/_sim/switches", orjson.dumps(switches))

    def add_products(self, products: Iterable[dict[str, Any]]) -> None:
        self._add("/_sim/products", products)

    def place(self, orders: Iterable[bytes]) -> None:
        """Place orders, each the JSON that the stand-in takes."""
        self.tell("/_sim/orders", b"[" + b",".join(orders) + b"]")

    def orders(self) -> Iterator[dict[str, Any]]:
        """Read the books' orders, some at a time."""
        after = 0
        while some := self.ask(f"/_sim/orders?after={after}&limit={_ORDERS_AT_ONCE}")["orders"]:
            yield from some
            after = int(some[-1]["id"].rpartition("/")[2])


class Warehouse(_StandIn):
    """The warehouse system and its floor."""

    def lift_limits(self, settings: ConnectionSettings) -> None:
        """Take calls without end, and be a tenant such as the connection's settings describe."""
        _, block = replayed_blocks(settings)
        self.switch(
            rate_limit_calls=0,
            region=block.region,
            line_identity="item" if block.line_identity == "item" else "item+line",
            zone_data=block.timezone,
            zone_report=block.timezone,
        )

    def switch(self, **switches: Any) -> None:
        self.tell("/_sim/switches", orjson.dumps(switches), method="PATCH")

    def add_items(self, items: Iterable[dict[str, Any]]) -> None:
        self._add("/_sim/items", items)

    def despatch(self, numbers: Sequence[str]) -> None:
        """Have these orders leave, each whole in one parcel with tracking."""
        self.tell("/_sim/work", orjson.dumps({"orders": numbers, "until": "despatched"}))

    def books(self) -> Iterator[tuple[str, str, Any]]:
        """Read the books member by member; see `Members`."""
        return iter(Members(self._pieces("/_sim/books")))


def _batched(rows: Iterable[dict[str, Any]], size: int) -> Iterator[list[dict[str, Any]]]:
    remaining = iter(rows)
    while some := list(itertools.islice(remaining, size)):
        yield some


def _read(response: httpx.Response) -> Any:
    if response.is_error:
        raise StandInRefused(f"{response.request.method} {response.request.url}: {response.text[:500]}")
    return orjson.loads(response.content)
