"""Notices on their way: from what happened into a subscription's queue, and over the bridge to an address.

At least once, in no promised order. A bridge is known by its queue; a queue without one keeps what it gets. What fails
is tried again and given up after some attempts; the fault book may lose, delay, repeat, reorder or forge. `pump` sends
what is due; `run` keeps doing so for a server. Sending itself is handed in as `deliver`; the queue is `common.outbox`.
"""

import asyncio
from collections import Counter, deque
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
from cogent_pipelines.simulators.common.faults import FaultBook
from cogent_pipelines.simulators.common.outbox import Outbox, fate_of
from cogent_pipelines.simulators.common.posting import Deliver, Poster, statuses

LOG_LIMIT = 20_000
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
    _outbox: Outbox[Notice] = field(init=False)
    _poster: Poster = field(default_factory=lambda: Poster(lambda: httpx.Timeout(ANSWER_SECONDS)))

    def __post_init__(self) -> None:
        self._outbox = Outbox(self.project.clock, delay=lambda: self.project.switches.notice_delay_seconds)
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
        fate = fate_of(self.faults, notice.topic)
        if fate.lost:
            self._note(notice, "lost")
            return
        if fate.forged:
            notice.headers |= signature(self.project.switches, "not the secret", notice.body)
        notice.copies = fate.copies
        self._outbox.put(notice, fate)

    # ---- sending

    @property
    def waiting(self) -> int:
        """How many notices are not settled yet."""
        return self._outbox.waiting

    @property
    def next_due(self) -> datetime | None:
        return self._outbox.next_due

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
            self._outbox.let_go(passed=0)
        while batch := self._take_due():
            await asyncio.gather(*(self._send(notice) for notice in batch))
            made += len(batch)
        return made

    def _take_due(self) -> list[Notice]:
        with self.project.lock:
            return self._outbox.take()

    async def _send(self, notice: Notice) -> None:
        address = self.address_of(notice.queue)
        if address is None:
            self.queues.setdefault(notice.queue, deque(maxlen=LOG_LIMIT)).append(notice.body)
            self._note(notice, "in the queue")
            return
        send = self.deliver or self._poster.status
        answers = await statuses(send, address, notice.headers, notice.body, copies=notice.copies)
        notice.copies = 1
        with self.project.lock:
            if any(200 <= status < 300 for status in answers):
                self._note(notice, "delivered")
                return
            self._note(notice, f"failed ({answers[0] or 'no answer'})")
            self._retry(notice)

    def _retry(self, notice: Notice) -> None:
        switches = self.project.switches
        notice.attempt += 1
        if notice.attempt <= switches.notice_retries:
            self._outbox.schedule(notice, switches.notice_retry_seconds * 2 ** (notice.attempt - 1))
            return
        self._note(notice, "given up")
        subscription = self.project.subscriptions.get(notice.subscription_id)
        if switches.delivery_stops_after_failures and subscription is not None:
            stopped = {**subscription, "status": "ConfigurationErrorDeliveryStopped"}
            self.project.subscriptions.put(stopped, now=self.project.now())
            self._drop_all_of(notice.subscription_id)

    def _drop_all_of(self, subscription_id: str) -> None:
        for notice in self._outbox.drop(lambda each: each.subscription_id == subscription_id):
            self._note(notice, "lost")

    def _note(self, notice: Notice, outcome: str) -> None:
        self.counts[outcome.partition(" (")[0]] += 1
        self.log.append(LogRow(iso(self.project.now()), notice.topic, notice.id, notice.attempt, outcome))

    async def run(self) -> None:
        """Keep delivering until cancelled; for a server's background."""
        try:
            await self._outbox.run(self.pump, lambda: self.next_due)
        finally:
            await self._poster.close()
