"""Events: subscriptions, placeholders, and calls that go out once, or late, or twice, or never.

An event is put into the queue when it happens and leaves when `deliver_due` is called; whoever runs the simulator
decides how a call travels (`Deliver`). Retrying is off by default: the vendor documents none.
"""

import asyncio
import re
from collections import deque
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from html import unescape
from random import Random
from typing import Any
from urllib.parse import quote

import httpx

from cogent_pipelines.simulators.common.clock import Clock
from cogent_pipelines.simulators.common.faults import FaultBook
from cogent_pipelines.simulators.common.outbox import Fate, Outbox, fate_of
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


@dataclass(frozen=True, slots=True)
class _Attempt:
    call: EventCall
    number: int = 1


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
        self._outbox: Outbox[_Attempt] = Outbox(clock)
        self._next_id = _FIRST_ID

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
        fate = self._fate_of(call.event)
        if fate.lost:
            self._note(call, "lost")
            return
        if fate.behind is not None:
            self._outbox.hold_back(_Attempt(call), fate)
            return
        for _ in range(fate.copies):
            self._outbox.schedule(_Attempt(call), fate.delay)
        self._outbox.let_go(passed=1, seconds=fate.delay)

    def _fate_of(self, event: str) -> Fate:
        """What the fault book and the switches have in store; what is held back waits until later events have gone out."""
        fate, switches = replace(fate_of(self._faults, event), longest=None), self._switches
        if fate.lost or self._drawn(switches.event_loss_probability):
            return replace(fate, lost=True)
        if fate.behind is not None or self._drawn(switches.event_reorder_probability):
            return replace(fate, behind=fate.behind if fate.behind is not None else 1)
        if fate.copies == 1 and self._drawn(switches.event_duplicate_probability):
            return replace(fate, copies=2)
        return fate

    def _drawn(self, probability: float) -> bool:
        return probability > 0 and self._random.random() < probability

    # ---- delivering

    @property
    def waiting(self) -> int:
        return self._outbox.waiting

    async def deliver_due(self) -> int:
        """Deliver everything that is due, one after the other but copies of a call at once; says how many were made."""
        made = 0
        while copies := self._outbox.take(alike=lambda attempt: id(attempt.call)):
            made += len(copies)
            await asyncio.gather(*(self._attempt(copy) for copy in copies))
        return made

    async def flush_held_back(self) -> int:
        """Deliver also what waits for later events that never came."""
        self._outbox.let_all_go()
        return await self.deliver_due()

    async def _attempt(self, attempt: _Attempt) -> None:
        try:
            status = await self.deliver(attempt.call)
        except (httpx.HTTPError, httpx.InvalidURL, OSError) as error:
            self._note(attempt.call, f"failed: {type(error).__name__}")
            status = 0
        else:
            self._note(attempt.call, str(status))
        if not 200 <= status < 300 and attempt.number <= self._switches.event_retries:
            self._outbox.schedule(_Attempt(attempt.call, attempt.number + 1), self._switches.event_retry_seconds)

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
