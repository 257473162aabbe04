"""A store that answers as told, in memory: by the name of the operation, one reply after the other, the last for ever."""

import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from random import Random
from typing import Any

import httpx

from cogent_pipelines.adapters.storefronts.shopify.adapter import ShopifyStorefront
from cogent_pipelines.adapters.storefronts.shopify.client import judge
from cogent_pipelines.adapters.storefronts.shopify.credentials import credentials_of
from cogent_pipelines.adapters.storefronts.shopify.settings import ShopifySettings, StaticToken
from cogent_pipelines.adapters.transport.client import VendorClient
from cogent_pipelines.adapters.transport.memory import MemoryBudget, MemoryCircuit, MemoryEvidence
from cogent_pipelines.adapters.transport.redaction import Redaction
from cogent_pipelines_tests.adapters.transport.wire import SleptClock

SHOP = "northwind.myshopify.com"

Json = dict[str, Any]
Reply = Json | httpx.Response | Exception | Callable[[Json], Any]

_OPERATION = re.compile(r"(?:query|mutation) (\w+)")


class Store:
    """`asked` is every request in order: the operation's name and its variables."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, Json]] = []
        self.requests: list[httpx.Request] = []
        self._replies: dict[str, list[Reply]] = {}

    def on(self, operation: str, *replies: Reply) -> "Store":
        """A reply is the `data`, or a function of the variables that gives it, or a response, or an error to raise."""
        self._replies[operation] = list(replies)
        return self

    def variables_of(self, operation: str) -> list[Json]:
        return [variables for name, variables in self.asked if name == operation]

    async def __call__(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        body = json.loads(request.content)
        if "query" not in body:
            name, variables = "log in", body
        else:
            name, variables = _OPERATION.search(body["query"]).group(1), body["variables"]
        self.asked.append((name, variables))
        if name not in self._replies:
            raise AssertionError(f"nobody said what to answer to {name}")
        replies = self._replies[name]
        reply = replies.pop(0) if len(replies) > 1 else replies[0]
        if callable(reply):
            reply = reply(variables)
        if isinstance(reply, Exception):
            raise reply
        if isinstance(reply, httpx.Response):
            return httpx.Response(reply.status_code, headers=reply.headers, content=reply.content)
        return httpx.Response(200, json={"data": reply})


@contextmanager
def opened(store: Store, *, skus: Any = None, known: Any = None, clock: Any = None, **settings: Any) -> Iterator[Any]:
    """The storefront over that store; without a rate budget unless the settings say so."""
    given = {"shop": SHOP, "login": StaticToken("shpat_1"), "rate_limited": False}
    chosen = ShopifySettings(**(given | settings))
    clock = clock or SleptClock()
    client = VendorClient(
        account=chosen.account,
        reader=judge,
        limit=chosen.limit,
        budget=MemoryBudget(),
        circuit=MemoryCircuit(threshold=100),
        evidence=MemoryEvidence(),
        clock=clock,
        redaction=Redaction(),
        credentials=credentials_of(chosen, clock),
        engine=httpx.MockTransport(store),
        concurrency=chosen.concurrency,
        random=Random(7),
        hosts=chosen.hosts,
    )
    try:
        yield ShopifyStorefront(chosen, client, clock, skus=skus, known_fulfilments=known)
    finally:
        client.close()


def refused(
    code: str, message: str, *, path: list[Any] | None = None, data: Any = None, **extensions: Any
) -> httpx.Response:
    """A top-level error, with HTTP 200 as Shopify has it."""
    error: Json = {"message": message, "extensions": {"code": code, **extensions}}
    if path is not None:
        error["path"] = path
    return httpx.Response(200, json={"errors": [error], "data": data})


def page(nodes: list[Any], after: str | None = None) -> Json:
    """A connection's page; `after` is the cursor to the next one, None at the end."""
    return {"nodes": nodes, "pageInfo": {"hasNextPage": after is not None, "endCursor": after}}
