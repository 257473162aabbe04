"""Webhooks: subscriptions, and the deliveries that come of what happens in the shop.

Every event is one body; each subscription of its topic gets its own delivery of it, signed with the app's secret. The
event id is shared by all deliveries of one event, the webhook id stays the same over one delivery's retries. What fails
is tried again, eight times over four hours; a subscription whose delivery fails to the end is deleted. The fault book
may lose, delay, repeat, reorder or forge.

`pump` sends what is due now; `run` keeps doing so for a server. Sending itself is handed in as `deliver`; the
queue is `common.outbox`.
"""

import asyncio
import base64
import hashlib
import hmac
import uuid
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar

import httpx
import orjson

from cogent_pipelines.simulators.common.faults import FaultBook
from cogent_pipelines.simulators.common.outbox import Outbox, fate_of
from cogent_pipelines.simulators.common.posting import Deliver, Poster, statuses
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

LOG_LIMIT = 20_000
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)


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


class _Outbox(Outbox[Delivery]):
    """Moments are a shop's: whole milliseconds."""

    def __init__(self, shop: Shop) -> None:
        super().__init__(shop.clock, delay=lambda: shop.switches.webhook_delay_seconds)
        self._shop = shop

    def now(self) -> datetime:
        return self.later(0.0)

    def later(self, seconds: float) -> datetime:
        return _EPOCH + (self._shop.now_ms() + int(seconds * 1000)) * _MILLISECOND


class Webhooks:
    """All subscriptions of one app and the queue of deliveries."""

    def __init__(self, shop: Shop, *, faults: FaultBook, secret: str, version: str, deliver: Deliver | None = None) -> None:
        self.shop = shop
        self.faults = faults
        self.secret = secret
        self.version = version
        self._poster = Poster(self._timeout)
        self.deliver: Deliver = deliver or self._poster.status
        self.subscriptions: dict[int, Subscription] = {}
        self.log: deque[LogRow] = deque(maxlen=LOG_LIMIT)
        self.counts: dict[str, int] = {}
        self.chores: list[Callable[[], None]] = []
        """What else falls due with time; done before each look at the queue."""
        self._by_topic: dict[str, list[Subscription]] = {}
        self._outbox = _Outbox(shop)
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
        fate = fate_of(self.faults, delivery.topic)
        if fate.lost:
            self._note(delivery, "lost")
            return
        if fate.forged:
            delivery.headers["X-Shopify-Hmac-Sha256"] = sign("not the secret", delivery.body)
        delivery.copies = fate.copies
        self._outbox.put(delivery, fate)

    # ---- sending

    @property
    def waiting(self) -> int:
        """How many deliveries are not settled yet."""
        return self._outbox.waiting

    @property
    def next_due(self) -> int | None:
        """In milliseconds, as all moments of a shop."""
        due = self._outbox.next_due
        return None if due is None else (due - _EPOCH) // _MILLISECOND

    async def pump(self) -> int:
        """Send everything that is due; gives how many attempts were made."""
        made = 0
        with self.shop.lock:
            for chore in self.chores:
                chore()
        self._outbox.let_go(passed=0)
        while batch := self._outbox.take():
            await asyncio.gather(*(self._send(delivery) for delivery in batch))
            made += len(batch)
        return made

    async def _send(self, delivery: Delivery) -> None:
        address, headers, body = delivery.address, delivery.headers, delivery.body
        answers = await statuses(self.deliver, address, headers, body, copies=delivery.copies)
        delivery.copies = 1
        if any(200 <= status < 300 for status in answers):
            delivery.subscription.failures = 0
            self._note(delivery, "delivered")
            return
        self._note(delivery, f"failed ({answers[0] or 'no answer'})")
        self._retry(delivery)

    def _retry(self, delivery: Delivery) -> None:
        switches = self.shop.switches
        delivery.attempt += 1
        if delivery.attempt <= switches.webhook_retries:
            self._outbox.schedule(delivery, self.wait_before(delivery.attempt))
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

    def _timeout(self) -> httpx.Timeout:
        switches = self.shop.switches
        return httpx.Timeout(switches.webhook_answer_seconds, connect=switches.webhook_connect_seconds)

    async def run(self) -> None:
        """Keep delivering until cancelled; for a server's background."""
        try:
            await self._outbox.run(self.pump, lambda: self._outbox.next_due)
        finally:
            await self._poster.close()
