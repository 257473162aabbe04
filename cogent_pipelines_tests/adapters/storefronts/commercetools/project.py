"""A project that answers as told, in memory: by method and path, one reply after the other, the last for ever."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from random import Random
from typing import Any
from urllib.parse import parse_qsl

import httpx

from cogent_pipelines.adapters.storefronts.commercetools.adapter import storefront_of
from cogent_pipelines.adapters.storefronts.commercetools.client import judge
from cogent_pipelines.adapters.storefronts.commercetools.credentials import GrantedCredentials
from cogent_pipelines.adapters.storefronts.commercetools.settings import ClientGrant, CommercetoolsSettings
from cogent_pipelines.adapters.transport.client import VendorClient
from cogent_pipelines.adapters.transport.memory import MemoryBudget, MemoryCircuit, MemoryEvidence
from cogent_pipelines.adapters.transport.redaction import Redaction
from cogent_pipelines_tests.adapters.transport.wire import SleptClock

KEY = "northwind"
API, AUTH, IMPORT = "https://api.ct.example", "https://auth.ct.example", "https://import.ct.example"
LOG_IN = "POST /oauth/token"

Json = dict[str, Any]
Reply = Json | httpx.Response | Exception | Callable[["Asked"], Any]


class Asked:
    """One request: `to` is method and path without the project, `query` every pair, `body` the JSON."""

    def __init__(self, request: httpx.Request) -> None:
        self.request = request
        path = request.url.path.removeprefix(f"/{KEY}")
        self.to = f"{request.method} {path}"
        self.query = parse_qsl(request.url.query.decode())
        is_json = request.headers.get("content-type") == "application/json"
        self.body: Any = json.loads(request.content) if is_json else request.content.decode()

    def all(self, name: str) -> list[str]:
        return [value for key, value in self.query if key == name]


def token(value: str = "t-1", seconds: int = 172_800, scope: str = f"manage_project:{KEY}") -> Json:
    return {"access_token": value, "token_type": "Bearer", "expires_in": seconds, "scope": scope}


class Project:
    """`asked` is every request in order; log-ins are answered by themselves unless told otherwise."""

    def __init__(self) -> None:
        self.asked: list[Asked] = []
        self._replies: dict[str, list[Reply]] = {LOG_IN: [token()]}

    def on(self, to: str, *replies: Reply) -> "Project":
        """A reply is the object, a function of what was asked that gives it, a response, or an error to raise."""
        self._replies[to] = list(replies)
        return self

    def to(self, to: str) -> list[Asked]:
        return [asked for asked in self.asked if asked.to == to]

    @property
    def paths(self) -> list[str]:
        return [asked.to for asked in self.asked if asked.to != LOG_IN]

    async def __call__(self, request: httpx.Request) -> httpx.Response:
        asked = Asked(request)
        self.asked.append(asked)
        if asked.to not in self._replies:
            raise AssertionError(f"nobody said what to answer to {asked.to}")
        replies = self._replies[asked.to]
        reply = replies.pop(0) if len(replies) > 1 else replies[0]
        if callable(reply):
            reply = reply(asked)
        if isinstance(reply, Exception):
            raise reply
        if isinstance(reply, httpx.Response):
            return httpx.Response(reply.status_code, headers=reply.headers, content=reply.content)
        return httpx.Response(200, json=reply)


def settings(**given: Any) -> CommercetoolsSettings:
    usual = {"project": KEY, "login": ClientGrant("client", "s3cret-s3cret"), "api_url": API, "auth_url": AUTH}
    return CommercetoolsSettings(**(usual | given))


@contextmanager
def opened(project: Project, *, clock: Any = None, concurrency: int = 4, **given: Any) -> Iterator[Any]:
    """The storefront over that project."""
    chosen = settings(concurrency=concurrency, **given)
    clock = clock or SleptClock()
    credentials = GrantedCredentials(chosen, clock)
    client = VendorClient(
        account=chosen.account,
        reader=judge,
        limit=chosen.limit,
        budget=MemoryBudget(),
        circuit=MemoryCircuit(threshold=100),
        evidence=MemoryEvidence(),
        clock=clock,
        redaction=Redaction().knowing(chosen.login.client_secret),
        credentials=credentials,
        engine=httpx.MockTransport(project),
        concurrency=chosen.concurrency,
        random=Random(7),
        hosts=chosen.hosts,
    )
    try:
        yield storefront_of(chosen, client, clock, granted=lambda: credentials.granted)
    finally:
        client.close()


def page(*rows: Json) -> Json:
    return {"limit": 500, "offset": 0, "count": len(rows), "results": list(rows)}


def refused(status: int, code: str, message: str = "no", **extra: Any) -> httpx.Response:
    body = {"statusCode": status, "message": message, "errors": [{"code": code, "message": message, **extra}]}
    return httpx.Response(status, json=body)


def conflict(now: int) -> httpx.Response:
    message = f"Object x has a different version than expected. Expected: 1 - Actual: {now}."
    return refused(409, "ConcurrentModification", message, currentVersion=now)
