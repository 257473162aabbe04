"""Events: subscriptions, placeholders, and calls that go out once, or late, or twice, or never.

An event is put into the queue when it happens and leaves when `deliver_due` is called; whoever runs the simulator
decides how a call travels (`Deliver`). Retrying is off by default: the vendor documents none.
"""

import asyncio
import heapq
import re
from collections import deque
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from html import unescape
from random import Random
from typing import Any
from urllib.parse import quote

import httpx

from cogent_pipelines.simulators.common.clock import Clock
from cogent_pipelines.simulators.common.faults import EVENT_KINDS, Fault, FaultBook, FaultKind
from cogent_pipelines.simulators.peoplevox.switches import Switches
from cogent_pipelines.simulators.peoplevox.values import Value, writer

_PLACEHOLDER = re.compile(r"\{([A-Za-z][A-Za-z0-9_.]*)\}")
_FIRST_ID = 101  # old tenants show ids in the hundreds
_LOG_LENGTH = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscription:
    """One registered callback; `post_params` is `None` for one that is called with GET."""

    id: int
    event: str
    url: str
    post_params: str | None
    wants_site: Callable[[str], bool]
    encode: bool | None
    filter: str = ""


@dataclass(frozen=True, slots=True)
class EventCall:
    """One call to a subscriber, with every placeholder filled in."""

    subscription: int
    event: str
    method: str
    url: str
    headers: dict[str, str]
    body: bytes


Deliver = Callable[[EventCall], Awaitable[int]]


class HttpDelivery:
    """Carries calls over real HTTP, with one client as long as one event loop lasts."""

    def __init__(self) -> None:
        self._client: httpx.AsyncClient | None = None
        self._loop: asyncio.AbstractEventLoop | None = None

    async def __call__(self, call: EventCall) -> int:
        loop = asyncio.get_running_loop()
        if self._client is None or self._loop is not loop:
            self._client, self._loop = httpx.AsyncClient(timeout=10.0, follow_redirects=False), loop
        answer = await self._client.request(call.method, call.url, headers=call.headers, content=call.body)
        return answer.status_code

    async def close(self) -> None:
        if self._client is not None and self._loop is asyncio.get_running_loop():
            await self._client.aclose()
        self._client = None


@dataclass(order=True, slots=True)
class _Queued:
    due: datetime
    number: int
    call: EventCall = field(compare=False)
    attempt: int = field(default=1, compare=False)


@dataclass(slots=True)
class _HeldBack:
    call: EventCall
    behind: int


class EventDesk:
    """All subscriptions of a tenant and the calls on their way."""

    def __init__(self, *, clock: Clock, switches: Switches, faults: FaultBook, deliver: Deliver, seed: int) -> None:
        self.subscriptions: dict[int, Subscription] = {}
        self.log: deque[dict[str, Any]] = deque(maxlen=_LOG_LENGTH)
        self.deliver = deliver
        self._clock = clock
        self._switches = switches
        self._faults = faults
        self._random = Random(f"events {seed}")
        self._queue: list[_Queued] = []
        self._held_back: list[_HeldBack] = []
        self._next_id = _FIRST_ID
        self._number = 0

    # ---- subscribing

    def subscribe(
        self,
        event: str,
        url: str,
        *,
        post_params: str | None = None,
        encode: bool | None = None,
        wants_site: Callable[[str], bool] | None = None,
        filter_text: str = "",
    ) -> int:
        """Register a callback; the same one twice is called twice."""
        number = self._next_id
        self._next_id += 1
        self.subscriptions[number] = Subscription(
            id=number,
            event=event,
            url=url,
            post_params=post_params,
            wants_site=wants_site or (lambda _: True),
            encode=encode,
            filter=filter_text,
        )
        return number

    def unsubscribe(self, number: int) -> bool:
        return self.subscriptions.pop(number, None) is not None

    def wanted(self) -> set[str]:
        return {subscription.event for subscription in self.subscriptions.values()}

    # ---- raising

    def raise_event(self, event: str, values: Mapping[str, Value]) -> None:
        for subscription in list(self.subscriptions.values()):
            site = values.get("Site.Reference")
            if subscription.event == event and (site is None or subscription.wants_site(str(site))):
                self._post(self._filled_in(subscription, values))

    def _filled_in(self, subscription: Subscription, values: Mapping[str, Value]) -> EventCall:
        encode = self._switches.event_values_encoded if subscription.encode is None else subscription.encode
        write = writer(self._switches, report=False)

        def fill(found: re.Match[str]) -> str:
            if found[1] not in values:
                return found[0]  # what an unknown placeholder becomes is not documented; it is left standing
            text = write(values[found[1]])
            return quote(text, safe="") if encode else text

        url = _PLACEHOLDER.sub(fill, subscription.url)
        if subscription.post_params is None:
            return EventCall(subscription.id, subscription.event, "GET", url, {}, b"")
        params = subscription.post_params
        if self._switches.event_post_params_unescaped:
            params = unescape(params)
        headers = {"content-type": self._switches.event_post_content_type}
        body = _PLACEHOLDER.sub(fill, params).encode()
        return EventCall(subscription.id, subscription.event, "POST", url, headers, body)

    def _post(self, call: EventCall) -> None:
        struck = {fault.kind: fault for fault in self._faults.draw(call.event, EVENT_KINDS)}
        if self._lost(struck):
            self._note(call, "lost")
            return
        now = self._clock.now()
        if fault := struck.get(FaultKind.DELAY_EVENT):
            now += timedelta(seconds=float(fault.settings.get("seconds", 60.0)))
        if FaultKind.REORDER_EVENT in struck or self._drawn(self._switches.event_reorder_probability):
            fault = struck.get(FaultKind.REORDER_EVENT)
            self._held_back.append(_HeldBack(call, int(fault.settings.get("behind", 1)) if fault else 1))
            return
        for _ in range(self._copies(struck)):
            self._enqueue(call, now)
        self._let_go(now)

    def _lost(self, struck: Mapping[FaultKind, Fault]) -> bool:
        return FaultKind.LOSE_EVENT in struck or self._drawn(self._switches.event_loss_probability)

    def _copies(self, struck: Mapping[FaultKind, Fault]) -> int:
        if fault := struck.get(FaultKind.DUPLICATE_EVENT):
            return int(fault.settings.get("copies", 2))
        return 2 if self._drawn(self._switches.event_duplicate_probability) else 1

    def _drawn(self, probability: float) -> bool:
        return probability > 0 and self._random.random() < probability

    def _let_go(self, now: datetime) -> None:
        """Send what was held back until later events had gone out."""
        for held in list(self._held_back):
            held.behind -= 1
            if held.behind <= 0:
                self._held_back.remove(held)
                self._enqueue(held.call, now)

    def _enqueue(self, call: EventCall, due: datetime, attempt: int = 1) -> None:
        self._number += 1
        heapq.heappush(self._queue, _Queued(due, self._number, call, attempt))

    # ---- delivering

    @property
    def waiting(self) -> int:
        return len(self._queue) + len(self._held_back)

    async def deliver_due(self) -> int:
        """Deliver everything that is due, one after the other but copies of a call at once; says how many were made."""
        made = 0
        while self._queue and self._queue[0].due <= self._clock.now():
            copies = [heapq.heappop(self._queue)]
            while self._queue and self._queue[0].call is copies[0].call and self._queue[0].due <= self._clock.now():
                copies.append(heapq.heappop(self._queue))
            made += len(copies)
            await asyncio.gather(*(self._attempt(copy) for copy in copies))
        return made

    async def flush_held_back(self) -> int:
        """Deliver also what waits for later events that never came."""
        for held in self._held_back:
            self._enqueue(held.call, self._clock.now())
        self._held_back.clear()
        return await self.deliver_due()

    async def _attempt(self, queued: _Queued) -> None:
        try:
            status = await self.deliver(queued.call)
        except (httpx.HTTPError, httpx.InvalidURL, OSError) as error:
            self._note(queued.call, f"failed: {type(error).__name__}")
            status = 0
        else:
            self._note(queued.call, str(status))
        if not 200 <= status < 300 and queued.attempt <= self._switches.event_retries:
            due = self._clock.now() + timedelta(seconds=self._switches.event_retry_seconds)
            self._enqueue(queued.call, due, queued.attempt + 1)

    def _note(self, call: EventCall, outcome: str) -> None:
        self.log.append(
            {
                "at": self._clock.now().isoformat(),
                "subscription": call.subscription,
                "event": call.event,
                "method": call.method,
                "url": call.url,
                "body": call.body.decode(),
                "outcome": outcome,
            }
        )
