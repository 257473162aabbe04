"""Both vendors on one clock behind one transport: each host is its stand-in, every request takes a moment to travel.

A `Death` ends the process at a chosen request, before it is sent or after the vendor has acted.
"""

import re
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import httpx

from cogent_pipelines.simulators.common.clock import VirtualClock

TRAVEL_SECONDS = 0.02
_TEMPLATE = re.compile(rb"<TemplateName>([^<]*)</TemplateName>")
_ROOT_FIELD = re.compile(r"(?:query|mutation)\s+\w+[^{]*\{\s*(\w+)")


class Died(BaseException):
    """The process ends here; nothing of ours may catch it."""


class WorldClock(VirtualClock):
    """The vendors' time, which threads move one after the other."""

    def __init__(self, start: datetime | None = None) -> None:
        super().__init__(start)
        self._turn = threading.Lock()

    def advance(self, seconds: float = 0.0, *, to: datetime | None = None) -> datetime:
        with self._turn:
            return super().advance(seconds, to=to)


class OurClock:
    """The same time as the flows have it: sleeping moves it. `offset` is by how much our machine's clock is wrong."""

    def __init__(self, world: WorldClock) -> None:
        self._world = world
        self.offset = timedelta(0)

    def now(self) -> datetime:
        return self._world.now() + self.offset

    def sleep(self, seconds: float) -> None:
        self._world.advance(seconds)


@dataclass(slots=True)
class Death:
    """Strikes the request of this operation after `after` others of it: before it is sent, or once the vendor `acted`."""

    operation: str
    after: int = 0
    acted: bool = False
    struck: bool = False

    def strikes(self, operation: str) -> bool:
        if self.struck or operation != self.operation:
            return False
        self.after -= 1
        self.struck = self.after < 0
        return self.struck


class Router(httpx.AsyncBaseTransport):
    """Sends each host to its ASGI app; `calls` is every operation in order, `spoils` changes answers on their way."""

    def __init__(self, clock: WorldClock, apps: dict[str, object]) -> None:
        self._clock = clock
        self._transports = {host: httpx.ASGITransport(app) for host, app in apps.items()}
        self.calls: list[str] = []
        self.death: Death | None = None
        self.spoils: Callable[[str, bytes], bytes] | None = None

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        operation = operation_of(request)
        self.calls.append(operation)
        dies = self.death is not None and self.death.strikes(operation)
        if dies and not self.death.acted:
            raise Died(operation)
        self._clock.advance(TRAVEL_SECONDS)
        answer = await self._transports[request.url.host].handle_async_request(request)
        self._clock.advance(TRAVEL_SECONDS)
        if dies:
            raise Died(operation)
        return answer if self.spoils is None else await self._spoilt(operation, answer)

    async def _spoilt(self, operation: str, answer: httpx.Response) -> httpx.Response:
        content = self.spoils(operation, await answer.aread())
        headers = {name: value for name, value in answer.headers.items() if name != "content-length"}
        return httpx.Response(answer.status_code, headers=headers, content=content)

    def times(self, operation: str) -> int:
        return self.calls.count(operation)


def operation_of(request: httpx.Request) -> str:
    """`SaveData:Sales orders`, `fulfillmentCreate`: as the stand-ins' fault books call it."""
    action = request.headers.get("soapaction")
    if action:
        template = _TEMPLATE.search(request.content)
        name = action.strip('"').rpartition("/")[2]
        return f"{name}:{template[1].decode()}" if template else name
    found = _ROOT_FIELD.search(request.content.decode().replace("\\n", " "))
    return found[1] if found else request.url.path.rpartition("/")[2]


def later(moment: datetime | None, than: datetime, seconds: float) -> datetime:
    """The moment, but at least so many seconds ahead."""
    return max(moment or than, than + timedelta(seconds=seconds))
