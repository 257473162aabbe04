"""The two stand-ins as the demo and its judge speak to them: over HTTP, by the paths under `/_sim/`.

What is asked is said here once; when to ask is `day`, what the answers mean is `books`.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import httpx

from cogent_pipelines.local_stack.demo.catalogue import Article


class StandInRefused(RuntimeError):
    """A stand-in did not do what the demo asked; the message carries its reason."""


@dataclass(frozen=True, slots=True)
class _StandIn:
    client: httpx.Client

    @classmethod
    def at(cls, url: str) -> Any:
        return cls(httpx.Client(base_url=url, timeout=30.0, trust_env=False))

    def ask(self, path: str, **query: str) -> Any:
        return self._answer(self.client.get(path, params=query))

    def tell(self, path: str, content: Any, *, method: str = "POST") -> Any:
        return self._answer(self.client.request(method, path, json=content))

    def books(self) -> dict[str, Any]:
        return dict(self.ask("/_sim/books"))

    @contextmanager
    def fault(self, **rule: Any) -> Iterator[None]:
        """Misbehave by this rule, without end, for as long as the block lasts."""
        (written,) = self.tell("/_sim/faults", {**rule, "times": None})["faults"]
        yield
        self.tell(f"/_sim/faults/{written['id']}", None, method="DELETE")

    @staticmethod
    def _answer(response: httpx.Response) -> Any:
        if response.is_error:
            raise StandInRefused(f"{response.request.method} {response.request.url}: {response.text[:500]}")
        return response.json()


@dataclass(frozen=True, slots=True)
class Shop(_StandIn):
    """The storefront."""

    def switch(self, **switches: Any) -> None:
        self.tell("/_sim/switches", switches)

    def stock(self, articles: Iterable[Article]) -> None:
        self.tell("/_sim/products", [article.as_product() for article in articles])

    def place(self, specs: list[dict[str, Any]]) -> list[Mapping[str, Any] | None]:
        """Place orders; None stands for one that the checkout refused because too few were left."""
        return list(self.tell("/_sim/orders", specs)["orders"])


@dataclass(frozen=True, slots=True)
class Warehouse(_StandIn):
    """The warehouse."""

    def switch(self, **switches: Any) -> None:
        self.tell("/_sim/switches", switches, method="PATCH")

    def stock(self, articles: Iterable[Article]) -> None:
        items = [item for article in articles if (item := article.as_item()) is not None]
        self.tell("/_sim/items", items)

    def sales_orders(self) -> Mapping[str, Any]:
        return dict(self.books()["sales_orders"])

    def despatch(self, number: str, **how: Any) -> None:
        self.tell("/_sim/work", {"despatch": number, **how})

    def despatch_unknown(self, number: str, *, item_code: str) -> None:
        self.tell("/_sim/work", {"despatch_unknown": number, "item_code": item_code})

    def tracking_arrives(self) -> None:
        self.tell("/_sim/work", {"tracking": True})

    def adjust(self, item_code: str, *, by: int, reason: str) -> None:
        self.tell("/_sim/stock", {"item_code": item_code, "by": by, "reason": reason})

    def outage(self, seconds: float) -> None:
        self.tell("/_sim/outage", {"seconds": seconds})


def is_of(sales_order: Mapping[str, Any], order: Mapping[str, Any]) -> bool:
    """Say whether a sales order at the warehouse is that order of the shop: by its number or by its reference.

    Whoever carried it there chose one of the order's two names for it, perhaps with a prefix.
    """
    identity, name = str(order["id"]).rsplit("/", 1)[-1], str(order["name"]).lstrip("#")
    known_as = [without_prefix(str(sales_order[field])) for field in ("number", "reference")]
    return identity in known_as or name in known_as


def without_prefix(number: str) -> str:
    digits = re.search(r"\d+$", number)
    return digits.group() if digits else number
