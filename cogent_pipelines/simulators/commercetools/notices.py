"""Notices on their way: from what happened into a subscription's queue, and over the bridge to an address.

At least once, in no promised order. A bridge is known by its queue; a queue without one keeps what it gets. What fails
is tried again and given up after some attempts; the fault book may lose, delay, repeat, reorder or forge. `pump` sends
what is due; `run` keeps doing so for a server. Sending itself is handed in as `deliver`.
"""

import asyncio
import heapq
from collections import Counter, deque
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from urllib.parse import urlsplit

import httpx
import orjson

from cogent_pipelines.simulators.commercetools.documents import Document
from cogent_pipelines.simulators.commercetools.ids import iso, moment_of
from cogent_pipelines.simulators.commercetools.messages import Messages
from cogent_pipelines.simulators.commercetools.notice_bodies import (
    change_notice,
    cloud_event,
    enveloped,
    message_notice,
    signature,
)
from cogent_pipelines.simulators.commercetools.project import Project
from cogent_pipelines.simulators.commercetools.subscriptions import queue_of, wants_change, wants_message
from cogent_pipelines.simulators.common.faults import EVENT_KINDS, Fault, FaultBook, FaultKind

Deliver = Callable[[str, Mapping[str, str], bytes], Awaitable[int]]
"""Sends one body to one address and gives the HTTP status; raises when there was no answer in time."""

AT_ONCE = 32
LOG_LIMIT = 20_000
LONGEST_HOLD_BACK = 300.0
ANSWER_SECONDS = 10.0
_STOPPED = frozenset({"ConfigurationErrorDeliveryStopped", "ManuallySuspended"})
_CLOUDS = ("amazonaws.com", "azure.net", "windows.net")
_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


@dataclass(slots=True)
class Notice:
    """One notice for one subscription."""

    id: str
    topic: str
    """A message's type, or ResourceCreated, ResourceUpdated, ResourceDeleted."""
    subscription_id: str
    queue: str
    body: bytes
    headers: dict[str, str]
    attempt: int = 0
    copies: int = 1


@dataclass(frozen=True, slots=True)
class LogRow:
    at: str
    topic: str
    notice_id: str
    attempt: int
    outcome: str


@dataclass(slots=True)
class _HeldBack:
    waits_for: int
    until: datetime
    notice: Notice


@dataclass(slots=True)
class Notices:
    """All notices of a project. `bridges` are the addresses by the queues' names."""

    project: Project
    messages: Messages
    faults: FaultBook
    secret: str
    deliver: Deliver | None = None
    bridges: dict[str, str] = field(default_factory=dict)
    log: deque[LogRow] = field(default_factory=lambda: deque(maxlen=LOG_LIMIT))
    counts: Counter[str] = field(default_factory=Counter)
    queues: dict[str, deque[bytes]] = field(default_factory=dict)
    """What lies in queues that have no bridge."""
    _due: list[tuple[datetime, int, Notice]] = field(default_factory=list)
    _numbered: int = 0
    _held_back: list[_HeldBack] = field(default_factory=list)
    _client: httpx.AsyncClient | None = None
    _wake: asyncio.Event | None = None
    _loop: asyncio.AbstractEventLoop | None = None

    def __post_init__(self) -> None:
        self.messages.hearers.append(self._heard_message)
        self.project.listeners.append(("*", self._heard_change))

    # ---- hearing

    def _heard_message(self, message: Document) -> None:
        project = self.project
        notice = None
        for subscription in self._listening():
            if wants_message(subscription, message):
                notice = notice or message_notice(message, project=project.key, limit=project.switches.notice_limit_bytes)
                self._enqueue(subscription, notice, topic=message["type"], event_id=message["id"])

    def _heard_change(self, what: str, resource: Document, old_version: int | None) -> None:
        for subscription in self._listening():
            if wants_change(subscription, resource["typeId"]):
                self._say_change(subscription, what, resource, old_version)

    def _say_change(self, subscription: Document, what: str, resource: Document, old_version: int | None) -> None:
        notice = change_notice(what, resource, old_version, project=self.project.key)
        self._enqueue(subscription, notice, topic=notice["notificationType"], event_id=self.project.new_id())

    def _listening(self) -> list[Document]:
        if not len(self.project.subscriptions):
            return []
        oldest = timedelta(seconds=self.project.switches.subscription_activation_seconds)
        newest = self.project.now() - oldest
        return [
            each
            for each in self.project.subscriptions
            if each["status"] not in _STOPPED and moment_of(each["createdAt"]) <= newest
        ]

    def test(self, subscription: Document) -> None:
        """Send the notice that says that a subscription works."""
        if self.project.switches.test_notice:
            self._say_change(subscription, "created", {"typeId": "subscription", **subscription}, None)

    def _enqueue(self, subscription: Document, notice: Document, *, topic: str, event_id: str) -> None:
        switches = self.project.switches
        form = notice if subscription["format"]["type"] == "Platform" else cloud_event(notice, event_id=event_id)
        queue = queue_of(subscription)
        body = enveloped(
            orjson.dumps(form), wraps=switches.bridge_wraps, notice_id=event_id, queue=queue, stamp=self.project.stamp()
        )
        headers = {"Content-Type": "application/json", **signature(switches, self.secret, body)}
        self._under_faults(Notice(event_id, topic, subscription["id"], queue, body, headers))

    def _under_faults(self, notice: Notice) -> None:
        delay = self.project.switches.notice_delay_seconds
        struck = {fault.kind: fault for fault in self.faults.draw(notice.topic, EVENT_KINDS)}
        if FaultKind.LOSE_EVENT in struck:
            self._note(notice, "lost")
            return
        if FaultKind.FORGE_EVENT in struck:
            notice.headers |= signature(self.project.switches, "not the secret", notice.body)
        if fault := struck.get(FaultKind.DUPLICATE_EVENT):
            notice.copies = int(fault.settings.get("copies", 2))
        if fault := struck.get(FaultKind.DELAY_EVENT):
            delay += float(fault.settings.get("seconds", 60))
        if fault := struck.get(FaultKind.REORDER_EVENT):
            self._hold_back(notice, fault)
            return
        self._schedule(notice, delay)
        self._let_go(passed=1)

    def _hold_back(self, notice: Notice, fault: Fault) -> None:
        longest = self.project.now() + timedelta(seconds=float(fault.settings.get("seconds", LONGEST_HOLD_BACK)))
        self._held_back.append(_HeldBack(int(fault.settings.get("behind", 1)), longest, notice))

    def _let_go(self, *, passed: int) -> None:
        """Count notices past those held back; who has waited for enough of them, or long enough, follows."""
        held, self._held_back = self._held_back, []
        for each in held:
            if each.waits_for <= passed or each.until <= self.project.now():
                self._schedule(each.notice, self.project.switches.notice_delay_seconds)
            else:
                self._held_back.append(_HeldBack(each.waits_for - passed, each.until, each.notice))

    def _schedule(self, notice: Notice, seconds: float) -> None:
        self._numbered += 1
        heapq.heappush(self._due, (self.project.now() + timedelta(seconds=seconds), self._numbered, notice))
        if self._wake is not None and self._loop is not None:
            with suppress(RuntimeError):
                self._loop.call_soon_threadsafe(self._wake.set)

    # ---- sending

    @property
    def waiting(self) -> int:
        """How many notices are not settled yet."""
        return len(self._due) + len(self._held_back)

    @property
    def next_due(self) -> datetime | None:
        return self._due[0][0] if self._due else None

    def address_of(self, queue: str) -> str | None:
        """Say where a queue's bridge leads.

        A queue's address that is not the cloud's own is taken for the bridge's; left to itself the simulator calls nobody
        but this machine.
        """
        if queue in self.bridges:
            return self.bridges[queue]
        try:
            parts = urlsplit(queue)
        except ValueError:
            return None
        host = parts.hostname or ""
        may_call = host in _LOOPBACK or (self.deliver is not None and not host.endswith(_CLOUDS))
        return queue if parts.scheme in {"http", "https"} and may_call else None

    async def pump(self) -> int:
        """Send everything that is due; gives how many attempts were made."""
        made = 0
        with self.project.lock:
            if self._held_back:
                self._let_go(passed=0)
        while batch := self._take_due():
            await asyncio.gather(*(self._send(notice) for notice in batch))
            made += len(batch)
        return made

    def _take_due(self) -> list[Notice]:
        batch: list[Notice] = []
        with self.project.lock:
            while self._due and len(batch) < AT_ONCE and self._due[0][0] <= self.project.now():
                batch.append(heapq.heappop(self._due)[2])
        return batch

    async def _send(self, notice: Notice) -> None:
        address = self.address_of(notice.queue)
        if address is None:
            self.queues.setdefault(notice.queue, deque(maxlen=LOG_LIMIT)).append(notice.body)
            self._note(notice, "in the queue")
            return
        answers = await asyncio.gather(*(self._once(address, notice) for _ in range(notice.copies)))
        notice.copies = 1
        with self.project.lock:
            if any(200 <= status < 300 for status in answers):
                self._note(notice, "delivered")
                return
            self._note(notice, f"failed ({answers[0] or 'no answer'})")
            self._retry(notice)

    async def _once(self, address: str, notice: Notice) -> int:
        send = self.deliver or self._post
        try:
            return await send(address, notice.headers, notice.body)
        except (httpx.HTTPError, OSError, TimeoutError):
            return 0

    def _retry(self, notice: Notice) -> None:
        switches = self.project.switches
        notice.attempt += 1
        if notice.attempt <= switches.notice_retries:
            self._schedule(notice, switches.notice_retry_seconds * 2 ** (notice.attempt - 1))
            return
        self._note(notice, "given up")
        subscription = self.project.subscriptions.get(notice.subscription_id)
        if switches.delivery_stops_after_failures and subscription is not None:
            stopped = {**subscription, "status": "ConfigurationErrorDeliveryStopped"}
            self.project.subscriptions.put(stopped, now=self.project.now())
            self._drop_all_of(notice.subscription_id)

    def _drop_all_of(self, subscription_id: str) -> None:
        for _, _, notice in self._due:
            if notice.subscription_id == subscription_id:
                self._note(notice, "lost")
        self._due = [row for row in self._due if row[2].subscription_id != subscription_id]
        heapq.heapify(self._due)

    def _note(self, notice: Notice, outcome: str) -> None:
        self.counts[outcome.partition(" (")[0]] += 1
        self.log.append(LogRow(iso(self.project.now()), notice.topic, notice.id, notice.attempt, outcome))

    async def _post(self, address: str, headers: Mapping[str, str], body: bytes) -> int:
        if self._client is None:
            self._client = httpx.AsyncClient(timeout=ANSWER_SECONDS, follow_redirects=False, trust_env=False)
        answer = await self._client.post(address, headers=dict(headers), content=body)
        return answer.status_code

    async def run(self) -> None:
        """Keep delivering until cancelled; for a server's background."""
        self._wake, self._loop = asyncio.Event(), asyncio.get_running_loop()
        try:
            while True:
                self._wake.clear()
                await self.pump()
                await self._wait()
        finally:
            self._wake = self._loop = None
            if self._client is not None:
                await self._client.aclose()
                self._client = None

    async def _wait(self) -> None:
        assert self._wake is not None  # noqa: S101 - only `run` waits
        seconds = 1.0
        if self.next_due is not None:
            scale = getattr(self.project.clock, "scale", 1.0)
            seconds = min(seconds, max(0.0, (self.next_due - self.project.now()).total_seconds() / scale))
        with suppress(TimeoutError):
            await asyncio.wait_for(self._wake.wait(), timeout=max(seconds, 0.005))
