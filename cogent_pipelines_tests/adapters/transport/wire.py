"""A vendor on a thread's length: answers as told, in memory, and a clock that only moves when somebody sleeps."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

import httpx

from cogent_pipelines.adapters.transport.call import Answer, Call, Reading, Verdict
from cogent_pipelines.adapters.transport.client import VendorClient
from cogent_pipelines.adapters.transport.credentials import NoCredentials
from cogent_pipelines.adapters.transport.memory import MemoryBudget, MemoryCircuit, MemoryEvidence
from cogent_pipelines.adapters.transport.redaction import Redaction
from cogent_pipelines.ports.vendor_account import Priority

ACCOUNT = "vendor:northwind"
URL = "https://vendor.example/api"


class SleptClock:
    """Stands still, except for what is slept."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._now = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
        self.slept: list[float] = []

    def now(self) -> datetime:
        return self._now

    def sleep(self, seconds: float) -> None:
        with self._lock:
            self._now += timedelta(seconds=seconds)
            self.slept.append(seconds)

    def pass_by(self, seconds: float) -> None:
        with self._lock:
            self._now += timedelta(seconds=seconds)


def read_by_status(answer: Answer) -> Reading:
    """A vendor that says all it has to say in the status, and in two headers."""
    verdict = {
        200: Verdict.FINE,
        400: Verdict.REFUSED,
        401: Verdict.EXPIRED,
        403: Verdict.DENIED,
        429: Verdict.THROTTLED,
        500: Verdict.FAILED_UNSURE,
        503: Verdict.FAILED_BEFORE,
    }[answer.status]
    after, left = answer.headers.get("retry-after"), answer.headers.get("tokens-left")
    return Reading(
        verdict,
        reason=f"vendor said {answer.status}",
        retry_after=float(after) if after else None,
        tokens_left=float(left) if left else None,
    )


class Vendor:
    """Gives one reply after the other; the last one for ever. A reply is a status, a response, or an error to raise."""

    def __init__(self, *replies: int | httpx.Response | Exception) -> None:
        self._replies = list(replies or [200])
        self.requests: list[httpx.Request] = []

    async def __call__(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        reply = self._replies.pop(0) if len(self._replies) > 1 else self._replies[0]
        if isinstance(reply, Exception):
            raise reply
        if isinstance(reply, int):
            return httpx.Response(reply, content=b"as told")
        return httpx.Response(reply.status_code, headers=reply.headers, content=reply.content)


@contextmanager
def client_of(vendor: Callable[[httpx.Request], Any] | None, **settings: Any) -> Iterator[VendorClient]:
    """A client of that vendor; everything else as settings say, or in memory."""
    given: dict[str, Any] = {
        "account": ACCOUNT,
        "reader": read_by_status,
        "limit": None,
        "budget": MemoryBudget(),
        "circuit": MemoryCircuit(threshold=100),
        "evidence": MemoryEvidence(),
        "clock": SleptClock(),
        "redaction": Redaction(),
        "credentials": NoCredentials(),
        "engine": httpx.MockTransport(vendor) if vendor else None,
        "random": Random(7),
    }
    client = VendorClient(**(given | settings))
    try:
        yield client
    finally:
        client.close()


def a_read(**changes: Any) -> Call:
    return Call(**({"operation": "read", "method": "GET", "url": URL} | changes))


def a_write(content: bytes = b"<order/>", **changes: Any) -> Call:
    given = {"operation": "save", "method": "POST", "url": URL, "content": content, "writes": True}
    return Call(**(given | {"priority": Priority.INJECTION} | changes))
