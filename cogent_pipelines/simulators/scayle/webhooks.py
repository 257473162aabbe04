"""Webhooks: subscriptions, the deliveries that come of what happens, and the two requests that wait for an answer.

An ordinary event goes to every subscription of its name whose merchant filter lets it pass; what fails is tried again as the
switches say, for the vendor publishes no schedule. Blocking requests (order delegation, cancellation) are sent to the
merchant's own addresses and their answers are handed back to those who asked. The fault book may lose, delay, repeat,
reorder or forge any of them; for blocking ones its operations are called `order-delegation` and `order-cancellation`.

`pump` sends what is due now; `run` keeps doing so for a server. Sending itself is handed in as `deliver`; the
queue is `common.outbox`.
"""

import asyncio
import base64
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Any

import httpx
import orjson

from cogent_pipelines.simulators.common.faults import FaultBook
from cogent_pipelines.simulators.common.outbox import Outbox, fate_of
from cogent_pipelines.simulators.scayle import cancelling, events, lifecycle
from cogent_pipelines.simulators.scayle.delegation import Delegations
from cogent_pipelines.simulators.scayle.deliver import NO_ANSWER, Answer, Deliver, HttpDelivery, address_and_auth
from cogent_pipelines.simulators.scayle.records import Item, Order, Stock
from cogent_pipelines.simulators.scayle.tenant import Listener, Tenant
from cogent_pipelines.simulators.scayle.times import iso

LOG_LIMIT = 20_000
DELEGATION = "order-delegation"
CANCELLATION = "order-cancellation"


@dataclass(slots=True, eq=False)
class Subscription:
    id: int
    event: str
    version: int
    url: str
    include: list[str] = field(default_factory=list)
    exclude: list[str] = field(default_factory=list)

    def wants(self, merchants: frozenset[str]) -> bool:
        if self.include and not merchants & set(self.include):
            return False
        return not (merchants and merchants <= set(self.exclude))


@dataclass(slots=True, eq=False)
class Delivery:
    """One body on its way to one address. `settle` hears the answer and says whether to send again, and when."""

    name: str
    url: str
    body: bytes
    key: str
    settle: Callable[[Answer], float | None]
    answer_seconds: float
    order: Order | None = None
    attempt: int = 0
    copies: int = 1
    forged: bool = False
    lost: bool = False


class Webhooks(Listener):
    """All subscriptions and everything that is on its way out."""

    def __init__(self, tenant: Tenant, *, faults: FaultBook, seed: int = 0, deliver: Deliver | None = None) -> None:
        self.tenant = tenant
        self.faults = faults
        self.delegations = Delegations(tenant)
        self.cancellations: list[cancelling.Request] = []
        self.subscriptions: dict[int, Subscription] = {}
        self.chores: list[Callable[[], None]] = []
        """What else falls due with time; done before each look at the queue."""
        self.log: deque[dict[str, Any]] = deque(maxlen=LOG_LIMIT)
        self.counts: dict[str, int] = {}
        self._http = HttpDelivery()
        self.deliver: Deliver = deliver or self._http
        self._random = Random(f"webhooks {seed}")
        self._outbox: Outbox[Delivery] = Outbox(tenant.clock, delay=lambda: tenant.switches.webhook_delay_seconds)
        tenant.listeners.append(self)

    # ---- subscriptions

    def subscribe(self, event: str, url: str, *, include: Sequence[str] = (), exclude: Sequence[str] = ()) -> Subscription:
        """Subscribe an address, with credentials in it where it wants Basic auth."""
        number = self.tenant.next("subscription", 42)
        row = Subscription(number, event, events.VERSION, url, list(include), list(exclude))
        self.subscriptions[number] = row
        return row

    # ---- events become deliveries

    def order_event(self, event: str, order: Order, items: Sequence[Item]) -> None:
        if self._listening(event):
            self._tell(events.order_event(self.tenant, event, order, items, self._random))
        self._outbox.rouse()

    def stock_event(self, event: str, stock: Stock) -> None:
        if self._listening(event):
            self._tell(events.stock_event(self.tenant, event, stock, self._random))

    def _listening(self, event: str) -> bool:
        name = events.spelt(event, self.tenant.switches)
        return any(row.event == name for row in self.subscriptions.values())

    def _tell(self, event: events.Event) -> None:
        name = events.spelt(event.name, self.tenant.switches)
        body = orjson.dumps(event.body)
        for row in self.subscriptions.values():
            if row.event == name and row.wants(event.merchants):
                self._enqueue(self._ordinary(row, event, body))

    def _ordinary(self, row: Subscription, event: events.Event, body: bytes) -> Delivery:
        switches = self.tenant.switches

        def settle(answer: Answer) -> float | None:
            if 200 <= answer.status < 300:
                if event.order is not None:
                    self.tenant.seen(event.order)
                return None
            waits = switches.webhook_waits
            return waits[delivery.attempt - 1] if delivery.attempt <= len(waits) else None

        delivery = Delivery(event.name, row.url, body, event.key, settle, switches.webhook_answer_seconds, event.order)
        return delivery

    def _enqueue(self, delivery: Delivery) -> None:
        fate = fate_of(self.faults, delivery.name)
        if fate.lost:
            self._note(delivery, "lost")
            return
        delivery.forged, delivery.copies = fate.forged, fate.copies
        self._outbox.put(delivery, fate)

    def post(self, name: str, url: str, body: dict[str, Any]) -> None:
        """Send something that is no event (a bulk request's callback) once."""
        seconds = self.tenant.switches.webhook_answer_seconds
        self._outbox.schedule(Delivery(name, url, orjson.dumps(body), "", lambda _: None, seconds), 0.0)

    # ---- the requests that wait for an answer

    def ask_to_cancel(self, request: cancelling.Request) -> None:
        """Ask a merchant for a cancellation, until he answers as published or the retries run out."""
        self.cancellations.append(request)
        switches = self.tenant.switches

        def settle(answer: Answer) -> float | None:
            request.attempts += 1
            if cancelling.answered(self.tenant, request, answer):
                return None
            if request.attempts <= len(switches.cancellation_waits):
                return switches.cancellation_waits[request.attempts - 1]
            request.outcome = "given up"
            self.tenant.note("cancellation given up: no answer of the published shape", order=request.order.id)
            return None

        key = f"cancellation-{request.order.id}-{request.merchant.id}"
        body = orjson.dumps(request.body())
        url = request.merchant.cancellation_url
        self._enqueue(Delivery(CANCELLATION, url, body, key, settle, switches.cancellation_answer_seconds, request.order))

    def _delegations_due(self) -> list[Delivery]:
        found = []
        for row in self.delegations.due():
            fate = fate_of(self.faults, DELEGATION)
            if fate.delay:
                row.due = self.tenant.now() + timedelta(seconds=fate.delay)
                continue

            def settle(answer: Answer, row: Any = row) -> float | None:
                self.delegations.answered(row, answer)
                return None

            delivery = Delivery(
                DELEGATION,
                row.merchant.delegation_url,
                orjson.dumps(self.delegations.body(row)),
                f"delegation-{row.order.id}-{row.merchant.id}",
                settle,
                self.tenant.switches.delegation_answer_seconds,
                row.order,
                row.attempts,
            )
            row.under_way = True
            delivery.lost, delivery.forged, delivery.copies = fate.lost, fate.forged, fate.copies
            found.append(delivery)
        return found

    # ---- sending

    @property
    def waiting(self) -> int:
        """How many deliveries and delegations are not settled yet."""
        return self._outbox.waiting + sum(row.open for row in self.delegations.rows.values())

    @property
    def next_due(self) -> datetime | None:
        moments = (self.delegations.next_due, self._outbox.next_due, self._outbox.held_until)
        return min((moment for moment in moments if moment is not None), default=None)

    def tick(self) -> None:
        """Let happen what time does by itself; nothing is sent."""
        with self.tenant.lock:
            for chore in self.chores:
                chore()
            lifecycle.due(self.tenant)
            self.delegations.open_new()

    async def pump(self) -> int:
        """Send everything that is due; gives how many attempts were made."""
        made = 0
        while True:
            with self.tenant.lock:
                self.tick()
                self._outbox.let_go(passed=0)
                batch = self._delegations_due() + self._outbox.take()
            if not batch:
                return made
            await asyncio.gather(*(self._send(delivery) for delivery in batch))
            made += len(batch)

    async def _send(self, delivery: Delivery) -> None:
        answers = await asyncio.gather(*(self._once(delivery) for _ in range(delivery.copies)))
        delivery.copies, delivery.forged = 1, False
        delivery.attempt += 1
        answer = next((each for each in answers if 200 <= each.status < 300), answers[0])
        self._note(delivery, _outcome(answer), status=answer.status)
        with self.tenant.lock:
            again = delivery.settle(answer)
        if again is not None:
            self._outbox.schedule(delivery, again)
        elif not 200 <= answer.status < 300 and delivery.name != DELEGATION:
            self._note(delivery, "given up")

    async def _once(self, delivery: Delivery) -> Answer:
        if delivery.lost:
            return NO_ANSWER
        address, auth = address_and_auth(delivery.url)
        if delivery.forged:
            auth = {"Authorization": "Basic " + base64.b64encode(b"somebody:else").decode()}
        headers = {"Content-Type": "application/json", "User-Agent": "SCAYLE", **auth}
        began = self.tenant.now()
        try:
            answer = await self.deliver(address, headers, delivery.body)
        except (httpx.HTTPError, httpx.InvalidURL, OSError, TimeoutError):
            return NO_ANSWER
        late = (self.tenant.now() - began).total_seconds() > delivery.answer_seconds
        return NO_ANSWER if late else answer

    def _note(self, delivery: Delivery, outcome: str, status: int | None = None) -> None:
        self.counts[outcome] = self.counts.get(outcome, 0) + 1
        row: dict[str, Any] = {
            "at": iso(self.tenant.now()),
            "event": delivery.name,
            "key": delivery.key,
            "order": None if delivery.order is None else delivery.order.id,
            "attempt": delivery.attempt,
            "outcome": outcome,
        }
        if status is not None:
            # 0: the request never arrived, as the Panel shows it.
            row["status"] = status
        self.log.append(row)

    # ---- by itself, for a server

    async def run(self) -> None:
        """Keep delivering until cancelled; for a server's background."""
        try:
            await self._outbox.run(self.pump, lambda: self.next_due)
        finally:
            await self._http.close()


def _outcome(answer: Answer) -> str:
    return "delivered" if 200 <= answer.status < 300 else "failed"
