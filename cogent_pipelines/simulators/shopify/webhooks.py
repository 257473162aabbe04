"""Webhooks: subscriptions, and the deliveries that come of what happens in the shop.

Every event is one body; each subscription of its topic gets its own delivery of it, signed with the app's secret. The
event id is shared by all deliveries of one event, the webhook id stays the same over one delivery's retries. What fails
is tried again, eight times over four hours; a subscription whose delivery fails to the end is deleted. The fault book
may lose, delay, repeat, reorder or forge.

`pump` sends what is due now; `run` keeps doing so for a server. Sending itself is handed in as `deliver`.
"""

import asyncio
import base64
import hashlib
import heapq
import hmac
import uuid
from collections import deque
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, ClassVar

import httpx
import orjson

from cogent_pipelines.simulators.common.faults import EVENT_KINDS, Fault, FaultBook, FaultKind
from cogent_pipelines.simulators.common.words import words
from cogent_pipelines.simulators.shopify.ids import iso
from cogent_pipelines.simulators.shopify.payloads import payload_of
from cogent_pipelines.simulators.shopify.records import Order
from cogent_pipelines.simulators.shopify.shop import Shop

TWO_WORD_RESOURCES = words(
    "app_subscriptions bulk_operations company_contacts company_locations customer_groups draft_orders",
    "fulfillment_events fulfillment_holds fulfillment_orders inventory_items inventory_levels",
    "inventory_shipments inventory_transfers order_transactions product_listings reverse_deliveries",
    "reverse_fulfillment_orders selling_plan_groups subscription_contracts tender_transactions",
)

Deliver = Callable[[str, Mapping[str, str], bytes], Awaitable[int]]
"""Sends one body to one address and gives the HTTP status; raises when there was no answer in time."""

AT_ONCE = 32
LOG_LIMIT = 20_000
LONGEST_HOLD_BACK = 300.0
"""Seconds after which an event held back goes out even when no other followed."""


@dataclass(slots=True)
class Subscription:
    id: int
    topic: str
    """As the API's enum has it: ORDERS_CREATE."""
    uri: str
    format: str
    created_at: int
    updated_at: int
    name: str | None = None
    filter: str | None = None
    include_fields: list[str] = field(default_factory=list)
    metafield_namespaces: list[str] = field(default_factory=list)
    failures: int = 0
    gql: ClassVar[str] = "WebhookSubscription"


@dataclass(slots=True)
class Delivery:
    """One event on its way to one subscription."""

    subscription: Subscription
    topic: str
    address: str
    body: bytes
    headers: dict[str, str]
    webhook_id: str
    event_id: str
    attempt: int = 0
    copies: int = 1


@dataclass(slots=True)
class LogRow:
    at: int
    topic: str
    webhook_id: str
    event_id: str
    attempt: int
    outcome: str

    def as_json(self) -> dict[str, Any]:
        return {
            "at": iso(self.at),
            "topic": self.topic,
            "webhook_id": self.webhook_id,
            "event_id": self.event_id,
            "attempt": self.attempt,
            "outcome": self.outcome,
        }


def sign(secret: str, body: bytes) -> str:
    return base64.b64encode(hmac.new(secret.encode(), body, hashlib.sha256).digest()).decode()


def wire_topic(enum_name: str) -> str:
    """ORDERS_PARTIALLY_FULFILLED → orders/partially_fulfilled: the resource is the part known to have an underscore."""
    text = enum_name.lower()
    for resource in TWO_WORD_RESOURCES:
        if text.startswith(resource + "_"):
            return f"{resource}/{text[len(resource) + 1 :]}"
    head, _, tail = text.partition("_")
    return f"{head}/{tail}"


class Webhooks:
    """All subscriptions of one app and the queue of deliveries."""

    def __init__(self, shop: Shop, *, faults: FaultBook, secret: str, version: str, deliver: Deliver | None = None) -> None:
        self.shop = shop
        self.faults = faults
        self.secret = secret
        self.version = version
        self.deliver = deliver or self._post
        self.subscriptions: dict[int, Subscription] = {}
        self.log: deque[LogRow] = deque(maxlen=LOG_LIMIT)
        self.counts: dict[str, int] = {}
        self.chores: list[Callable[[], None]] = []
        """What else falls due with time; done before each look at the queue."""
        self._by_topic: dict[str, list[Subscription]] = {}
        self._queue: list[tuple[int, int, Delivery]] = []
        self._sequence = 0
        self._held_back: list[tuple[int, int, Delivery]] = []
        self._client: httpx.AsyncClient | None = None
        self._wake: asyncio.Event | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        shop.listeners.append(self._heard)

    # ---- subscriptions

    def subscribe(self, topic: str, uri: str, *, format_: str = "JSON", **more: Any) -> Subscription:
        """Subscribe an address to a topic (ORDERS_CREATE or orders/create)."""
        now = self.shop.now_ms()
        enum_name = topic.upper().replace("/", "_")
        subscription = Subscription(self.shop.numbers.next("WebhookSubscription"), enum_name, uri, format_, now, now, **more)
        self.subscriptions[subscription.id] = subscription
        self._by_topic.setdefault(wire_topic(enum_name), []).append(subscription)
        return subscription

    def unsubscribe(self, number: int) -> bool:
        subscription = self.subscriptions.pop(number, None)
        if subscription is None:
            return False
        self._by_topic[wire_topic(subscription.topic)].remove(subscription)
        return True

    # ---- events

    def _heard(self, topic: str, record: object) -> None:
        subscribers = self._by_topic.get(topic)
        if not subscribers:
            return
        payload = payload_of(record)
        if topic == "fulfillment_orders/order_routing_complete" and isinstance(record, Order):
            payload = {"fulfillment_order": {"order_id": record.id, "status": "open"}, "order_id": record.id}
        event_id = self._id()
        triggered = iso(self.shop.now_ms())
        for subscription in list(subscribers):
            self._enqueue(self._delivery(subscription, topic, payload, event_id, triggered))

    def _id(self) -> str:
        return str(uuid.UUID(int=self.shop.random.getrandbits(128), version=4))

    def _delivery(
        self, subscription: Subscription, topic: str, payload: dict[str, Any], event_id: str, triggered: str
    ) -> Delivery:
        if subscription.include_fields:
            tops = {name.split(".")[0] for name in subscription.include_fields}
            payload = {key: value for key, value in payload.items() if key in tops}
        body = orjson.dumps(payload)
        webhook_id = self._id()
        headers = {
            "Content-Type": "application/json",
            "User-Agent": "Shopify-Captain-Hook",
            "X-Shopify-Topic": topic,
            "X-Shopify-Hmac-Sha256": sign(self.secret, body),
            "X-Shopify-Shop-Domain": self.shop.domain,
            "X-Shopify-API-Version": self.version,
            "X-Shopify-Webhook-Id": webhook_id,
            "X-Shopify-Event-Id": event_id,
            "X-Shopify-Triggered-At": triggered,
        }
        if subscription.name:
            headers["X-Shopify-Name"] = subscription.name
        return Delivery(subscription, topic, subscription.uri, body, headers, webhook_id, event_id)

    def _enqueue(self, delivery: Delivery) -> None:
        delay = self.shop.switches.webhook_delay_seconds
        struck = {fault.kind: fault for fault in self.faults.draw(delivery.topic, EVENT_KINDS)}
        if FaultKind.LOSE_EVENT in struck:
            self._note(delivery, "lost")
            return
        if FaultKind.FORGE_EVENT in struck:
            delivery.headers["X-Shopify-Hmac-Sha256"] = sign("not the secret", delivery.body)
        if fault := struck.get(FaultKind.DUPLICATE_EVENT):
            delivery.copies = int(fault.settings.get("copies", 2))
        if fault := struck.get(FaultKind.DELAY_EVENT):
            delay += float(fault.settings.get("seconds", 60))
        if fault := struck.get(FaultKind.REORDER_EVENT):
            self._hold_back(delivery, fault)
            return
        self._schedule(delivery, delay)
        self._let_go()

    def _hold_back(self, delivery: Delivery, fault: Fault) -> None:
        longest = self.shop.now_ms() + int(float(fault.settings.get("seconds", LONGEST_HOLD_BACK)) * 1000)
        self._held_back.append((int(fault.settings.get("behind", 1)), longest, delivery))

    def _let_go(self, *, passed: int = 1) -> None:
        """Count events past those held back; who has waited for enough of them, or long enough, follows."""
        held, self._held_back = self._held_back, []
        for waits_for, longest, delivery in held:
            if waits_for <= passed or longest <= self.shop.now_ms():
                self._schedule(delivery, self.shop.switches.webhook_delay_seconds)
            else:
                self._held_back.append((waits_for - passed, longest, delivery))

    def _schedule(self, delivery: Delivery, seconds: float) -> None:
        self._sequence += 1
        due = self.shop.now_ms() + int(seconds * 1000)
        heapq.heappush(self._queue, (due, self._sequence, delivery))
        if self._wake is not None and self._loop is not None:
            with suppress(RuntimeError):
                self._loop.call_soon_threadsafe(self._wake.set)

    # ---- sending

    @property
    def waiting(self) -> int:
        """How many deliveries are not settled yet."""
        return len(self._queue) + len(self._held_back)

    @property
    def next_due(self) -> int | None:
        return self._queue[0][0] if self._queue else None

    async def pump(self) -> int:
        """Send everything that is due; gives how many attempts were made."""
        made = 0
        with self.shop.lock:
            for chore in self.chores:
                chore()
        if self._held_back:
            self._let_go(passed=0)
        while self._queue and self._queue[0][0] <= self.shop.now_ms():
            batch: list[Delivery] = []
            while self._queue and len(batch) < AT_ONCE and self._queue[0][0] <= self.shop.now_ms():
                batch.append(heapq.heappop(self._queue)[2])
            await asyncio.gather(*(self._send(delivery) for delivery in batch))
            made += len(batch)
        return made

    async def _send(self, delivery: Delivery) -> None:
        answers = await asyncio.gather(*(self._once(delivery) for _ in range(delivery.copies)))
        delivery.copies = 1
        if any(200 <= status < 300 for status in answers):
            delivery.subscription.failures = 0
            self._note(delivery, "delivered")
            return
        self._note(delivery, f"failed ({answers[0] or 'no answer'})")
        self._retry(delivery)

    async def _once(self, delivery: Delivery) -> int:
        try:
            return await self.deliver(delivery.address, delivery.headers, delivery.body)
        except (httpx.HTTPError, OSError, TimeoutError):
            return 0

    def _retry(self, delivery: Delivery) -> None:
        switches = self.shop.switches
        delivery.attempt += 1
        if delivery.attempt <= switches.webhook_retries:
            self._schedule(delivery, self.wait_before(delivery.attempt))
            return
        self._note(delivery, "given up")
        if switches.webhook_delete_after_failures and self.unsubscribe(delivery.subscription.id):
            self._note(delivery, "subscription deleted")

    def wait_before(self, attempt: int) -> float:
        """Seconds before a retry: each twice the one before, all together the span."""
        switches = self.shop.switches
        unit = switches.webhook_retry_span_seconds / (2**switches.webhook_retries - 1)
        return float(unit * 2 ** (attempt - 1))

    def _note(self, delivery: Delivery, outcome: str) -> None:
        key = outcome.partition(" (")[0]
        self.counts[key] = self.counts.get(key, 0) + 1
        row = LogRow(self.shop.now_ms(), delivery.topic, delivery.webhook_id, delivery.event_id, delivery.attempt, outcome)
        self.log.append(row)

    async def _post(self, address: str, headers: Mapping[str, str], body: bytes) -> int:
        if self._client is None:
            switches = self.shop.switches
            timeout = httpx.Timeout(switches.webhook_answer_seconds, connect=switches.webhook_connect_seconds)
            self._client = httpx.AsyncClient(timeout=timeout, follow_redirects=False, trust_env=False)
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
            scale = getattr(self.shop.clock, "scale", 1.0)
            seconds = min(seconds, max(0.0, (self.next_due - self.shop.now_ms()) / 1000 / scale))
        with suppress(TimeoutError):
            await asyncio.wait_for(self._wake.wait(), timeout=max(seconds, 0.005))
