"""The wire of a schedule: passes the reaper with every call, remembers what was sent, and lets things happen meanwhile."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

import httpx

from cogent_pipelines_tests.faults.deaths import ACTED, CALL, Reaper
from cogent_pipelines_tests.journeys.wire import TRAVEL_SECONDS, Router, WorldClock, operation_of

# A schedule makes some three hundred calls.
_MOST_CALLS = 1200


class Endless(BaseException):
    """Our process calls on and on; nothing of ours may catch it."""


@dataclass(frozen=True, slots=True)
class Sent:
    """One request that left our process; `life` counts the processes."""

    at: datetime
    host: str
    operation: str
    writes: bool
    life: int


@dataclass(slots=True)
class Errand:
    """Something that happens outside while a call is on its way: at the `after`th call of the operation, or of any."""

    operation: str
    after: int
    run: Callable[[], None]

    def is_now(self, operation: str) -> bool:
        if self.operation not in ("", operation):
            return False
        self.after -= 1
        return self.after < 0


class RememberingRouter(Router):
    """Passes the reaper with every call, and remembers what was sent."""

    def __init__(self, clock: WorldClock, apps: dict[str, object], reaper: Reaper) -> None:
        super().__init__(clock, apps)
        self._reaper = reaper
        self.sent: list[Sent] = []
        self.before_a_write: Callable[[str, bytes], None] = lambda *_: None
        self.errands: list[Errand] = []
        self.trace: list[str] = []
        self.life = 1

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        operation = self._named(request)
        self._reaper.passes(CALL, operation)
        if len(self.calls) >= _MOST_CALLS:
            raise Endless(f"{len(self.calls)} calls, the last of them {operation}")
        self.calls.append(operation)
        self._note(f"→ {self._told(request, operation)} {digest(request.content)}")
        writes = self._writes(request, operation)
        self.sent.append(Sent(self._clock.now(), request.url.host, operation, writes, self.life))
        if writes:
            self.before_a_write(operation, request.content)
        self._clock.advance(TRAVEL_SECONDS)
        for errand in [errand for errand in self.errands if errand.is_now(operation)]:
            self.errands.remove(errand)
            errand.run()
        answer = await self._answer(request, operation)
        self._clock.advance(TRAVEL_SECONDS)
        self._note(f"← {operation} {answer.status_code} {digest(await answer.aread())}")
        self._reaper.passes(ACTED, operation)
        return answer

    def _named(self, request: httpx.Request) -> str:
        return operation_of(request)

    def _told(self, request: httpx.Request, operation: str) -> str:
        """The operation as a trace shows it."""
        del request
        return operation

    def _writes(self, request: httpx.Request, operation: str) -> bool:
        return operation.startswith("SaveData") or b'"mutation' in request.content

    async def _answer(self, request: httpx.Request, operation: str) -> httpx.Response:
        del operation
        return await self._transports[request.url.host].handle_async_request(request)

    def _note(self, what: str) -> None:
        self.trace.append(f"{self._clock.now():%X.%f} life {self.life} {what}")


def digest(content: bytes) -> str:
    return sha256(content).hexdigest()[:12]
