"""A gateway in memory: a vendor who signs, an inbox that remembers, and a client who knocks."""

import asyncio
import hashlib
import hmac
import threading
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

import httpx
from starlette.applications import Starlette

from cogent_pipelines.canonical.identity import ConnectionName
from cogent_pipelines.gateway.app import create_gateway
from cogent_pipelines.gateway.reception import Endpoint
from cogent_pipelines.ports.webhook import Arrival, EventAnswer, Refusal, RefusalKind, VerifiedEvent

T = TypeVar("T")

NOW = datetime(2026, 11, 2, 9, 30, tzinfo=UTC)
NORTHWIND = ConnectionName("northwind_uk")
ADDRESS = "/webhooks/northwind_uk/storefront"
SECRET = b"shared"


class StoppedClock:
    def now(self) -> datetime:
        return NOW

    def sleep(self, seconds: float) -> None:
        raise AssertionError(seconds)


class Signed:
    """A vendor that signs its bodies and says in headers what they are about."""

    def verify(
        self, headers: Mapping[str, str], query: Mapping[str, str], body: bytes, received_at: datetime
    ) -> VerifiedEvent | Refusal:
        if not hmac.compare_digest(signature(body), headers.get("x-signature", "")):
            return Refusal(RefusalKind.UNVERIFIED, "signature does not match")
        if not headers.get("x-topic"):
            return Refusal(RefusalKind.MALFORMED, "no topic")
        occurred_at = received_at - timedelta(hours=float(headers.get("x-age-hours", "0")))
        event_id = headers.get("x-event", "").encode("latin-1").decode("unicode_escape")
        wants = headers.get("x-wants-answer", "")
        answer = EventAnswer(201, wants.encode()) if wants else None
        return VerifiedEvent(event_id, "d", headers["x-topic"], "1001", occurred_at, body, answer)


def signature(body: bytes) -> str:
    return hmac.new(SECRET, body, hashlib.sha256).hexdigest()


class MemoryInbox:
    """Keeps events by id; may be told to be away, or to stumble over one event."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.events: dict[tuple[str, str, str], Arrival] = {}
        self.batches: list[int] = []
        self.away = False
        self.stumbles_over = ""
        self.open = threading.Event()
        self.open.set()

    def store_all(self, arrivals: Sequence[Arrival]) -> list[bool]:
        self.open.wait(10)
        with self._lock:
            self.batches.append(len(arrivals))
            if self.away or self.stumbles_over in {arrival.event.event_id for arrival in arrivals}:
                raise ConnectionError("away")
            return [self._store(arrival) for arrival in arrivals]

    def _store(self, arrival: Arrival) -> bool:
        key = (arrival.connection, arrival.source, arrival.event.event_id)
        new = key not in self.events
        self.events.setdefault(key, arrival)
        return new


def gateway(inbox: MemoryInbox | None = None, **settings: Any) -> Starlette:
    endpoint = Endpoint(NORTHWIND, "storefront", Signed())
    given = {"endpoints": [endpoint], "inbox": inbox or MemoryInbox(), "ping": lambda: None, "clock": StoppedClock()}
    return create_gateway(**(given | settings))


def visit(app: Starlette, act: Callable[[httpx.AsyncClient], Awaitable[T]]) -> T:
    """Open the gateway, let the visitor act, close it again."""

    async def stay() -> T:
        async with (
            app.router.lifespan_context(app),
            httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://gateway") as client,
        ):
            return await act(client)

    return asyncio.run(stay())


def event(event_id: str = "e1", body: bytes = b'{"id":1001}', **headers: str) -> dict[str, Any]:
    """What a post takes: a body with its signature."""
    given = {"x-event": event_id, "x-topic": "orders/create", "x-signature": signature(body)}
    return {"content": body, "headers": given | {name.replace("_", "-"): text for name, text in headers.items()}}


def get(app: Starlette, path: str) -> httpx.Response:
    return visit(app, lambda client: client.get(path))


def post(app: Starlette, what: dict[str, Any], path: str = ADDRESS) -> httpx.Response:
    return visit(app, lambda client: client.post(path, **what))
