"""A tenant that answers as told, in memory: by method and path, one reply after the other, the last for ever."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from random import Random
from typing import Any
from urllib.parse import parse_qsl

import httpx

from cogent_pipelines.adapters.storefronts.scayle.adapter import storefront_of
from cogent_pipelines.adapters.storefronts.scayle.credentials import ApiKey
from cogent_pipelines.adapters.storefronts.scayle.reading import Judge
from cogent_pipelines.adapters.storefronts.scayle.scopes import Scopes
from cogent_pipelines.adapters.transport.client import VendorClient
from cogent_pipelines.adapters.transport.memory import MemoryBudget, MemoryCircuit, MemoryEvidence
from cogent_pipelines.adapters.transport.redaction import Redaction
from cogent_pipelines_tests.adapters.storefronts.scayle.samples import settings as settings_of
from cogent_pipelines_tests.adapters.transport.wire import SleptClock

Json = Any
Reply = Json | int | httpx.Response | Exception | Callable[["Asked"], Any]

API = "/api/admin/v1"


class Asked:
    """One request: `path` as it was written, below the version; `query` decoded."""

    def __init__(self, request: httpx.Request) -> None:
        path, _, query = request.url.raw_path.decode().partition("?")
        self.method = request.method
        self.path = path.removeprefix(API)
        self.query = dict(parse_qsl(query))
        self.headers = request.headers
        self.body = json.loads(request.content) if request.content else None

    @property
    def name(self) -> str:
        return f"{self.method} {self.path}"


class Tenant:
    """`asked` is every request in order. Whatever nobody spoke of is not found."""

    def __init__(self) -> None:
        self.asked: list[Asked] = []
        self._replies: dict[str, list[Reply]] = {}
        self._always: list[Callable[[Asked], Any]] = []

    def on(self, name: str, *replies: Reply) -> "Tenant":
        """`name` is method and path, such as `GET /products`.

        A reply is a body, a status, a response, an error, or a function; one that gives None leaves the answer to the next.
        """
        self._replies[name] = list(replies)
        return self

    def by(self, answer: Callable[[Asked], Any]) -> "Tenant":
        """Ask this where nobody was named for the path."""
        self._always.append(answer)
        return self

    def of(self, name: str) -> list[Asked]:
        return [asked for asked in self.asked if asked.name == name]

    def bodies(self, name: str) -> list[Json]:
        return [asked.body for asked in self.of(name)]

    async def __call__(self, request: httpx.Request) -> httpx.Response:
        asked = Asked(request)
        self.asked.append(asked)
        reply = self._reply(asked)
        if isinstance(reply, Exception):
            raise reply
        if isinstance(reply, httpx.Response):
            return httpx.Response(reply.status_code, headers=reply.headers, content=reply.content)
        if isinstance(reply, int):
            return httpx.Response(reply, json=error(f"STATUS_{reply}") if reply >= 400 else None)
        return httpx.Response(200, json=reply)

    def _reply(self, asked: Asked) -> Reply:
        replies = self._replies.get(asked.name, [])
        reply = (replies.pop(0) if len(replies) > 1 else replies[0]) if replies else None
        if callable(reply):
            reply = reply(asked)
        for answer in self._always:
            reply = answer(asked) if reply is None else reply
        return 404 if reply is None else reply


def entities(*rows: Json, after: str | None = None) -> Json:
    """A page of a collection; `after` is the cursor to the next one."""
    return {"entities": list(rows), "cursor": {"next": after}}


def error(key: str, message: str = "no", context: Any = None) -> Json:
    return {"errors": [{"errorKey": key, "message": message, "context": {} if context is None else context}]}


def refused(status: int, key: str = "INVALID", message: str = "no") -> httpx.Response:
    return httpx.Response(status, json=error(key, message))


@contextmanager
def opened(tenant: Tenant, *, skus: Any = None, known: Any = None, clock: Any = None, **changes: Any) -> Iterator[Any]:
    """The storefront over that tenant; without a rate budget unless the settings say so."""
    chosen = settings_of(**changes)
    clock = clock or SleptClock()
    scopes = Scopes(chosen)
    client = VendorClient(
        account=chosen.account,
        reader=Judge(scopes),
        limit=None,
        limits=scopes.limit,
        budget=MemoryBudget(),
        circuit=MemoryCircuit(threshold=100),
        evidence=MemoryEvidence(),
        clock=clock,
        redaction=Redaction(),
        credentials=ApiKey(chosen.access_token),
        engine=httpx.MockTransport(tenant),
        concurrency=chosen.concurrency,
        random=Random(7),
        hosts=chosen.hosts,
    )
    with storefront_of(chosen, client, clock, scopes=scopes, skus=skus, known_fulfilments=known) as storefront:
        yield storefront
