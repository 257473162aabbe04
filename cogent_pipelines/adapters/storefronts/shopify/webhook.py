"""Shopify's webhooks: proved by their HMAC over the raw bytes, then read as far as deduplication and routing need.

The signature covers the body only. Nothing in the headers is proved by it, and deliveries may be a day late, so neither age
nor content is trusted: an event says that an order is worth reading, and the order is then read from Shopify itself.
"""

import base64
import hmac
from collections.abc import Mapping, Sequence
from datetime import datetime
from hashlib import sha256
from typing import Any

import orjson

from cogent_pipelines.adapters.storefronts.shopify.ids import is_reference, reference
from cogent_pipelines.adapters.storefronts.shopify.times import time_of
from cogent_pipelines.ports.webhook import Refusal, RefusalKind, VerifiedEvent

# Two families of headers: classic webhooks, and "Events" (official client, `lib/types.ts`).
_FAMILIES = ("x-shopify-", "shopify-")

# Objects inside a payload that may name their order.
_INNER = ("order_edit", "fulfillment_order")


class ShopifyWebhook:
    """Verifies deliveries for one store. Several secrets are accepted while one is being rotated."""

    def __init__(self, secrets: Sequence[str], *, shop: str = "") -> None:
        """`shop` refuses other stores' events: every store that installed the app shares its secret."""
        self._secrets = tuple(secret.encode() for secret in secrets if secret)
        self._shop = shop.lower()

    def verify(
        self, headers: Mapping[str, str], query: Mapping[str, str], body: bytes, received_at: datetime
    ) -> VerifiedEvent | Refusal:
        del query, received_at
        given = _Headers(headers)
        fault = self._fault(given, body)
        if fault:
            return Refusal(RefusalKind.UNVERIFIED, fault)
        return _event(given, body)

    def _fault(self, given: "_Headers", body: bytes) -> str:
        if not self._secrets:
            return "no webhook secret is configured"
        if not body:
            return "the body is empty"
        signature = given["hmac-sha256"].encode("utf-8", "replace")
        if not signature:
            return "there is no signature"
        # Every secret is tried, whichever fits: the time taken says nothing.
        matches = [hmac.compare_digest(_signature(secret, body), signature) for secret in self._secrets]
        if not any(matches):
            return "the signature does not fit"
        if self._shop and given["shop-domain"].lower() != self._shop:
            return f"the event is of another store ({given['shop-domain']!r:.80})"
        return ""


class _Headers:
    """Header values by the part of the name that both families share; '' where absent."""

    def __init__(self, headers: Mapping[str, str]) -> None:
        lower = {name.lower(): value for name, value in headers.items()}
        family = next((one for one in _FAMILIES if f"{one}hmac-sha256" in lower), _FAMILIES[0])
        self._values = {name.removeprefix(family): value for name, value in lower.items() if name.startswith(family)}

    def __getitem__(self, name: str) -> str:
        return self._values.get(name, "")


def _event(given: _Headers, body: bytes) -> VerifiedEvent | Refusal:
    topic = given["topic"]
    delivery_id = given["webhook-id"]
    # Equal on every delivery of one event; older deliveries have only the id of the delivery, which its retries share.
    event_id = given["event-id"] or delivery_id
    if not topic or not event_id:
        return Refusal(RefusalKind.MALFORMED, "the delivery names no topic or has no id")
    try:
        payload = orjson.loads(body)
    except orjson.JSONDecodeError:
        return Refusal(RefusalKind.MALFORMED, f"the body of {topic} is not JSON")
    return VerifiedEvent(
        event_id=event_id,
        delivery_id=delivery_id or event_id,
        topic=topic,
        subject=_order_of(topic, payload if isinstance(payload, dict) else {}),
        occurred_at=_time(given["triggered-at"]),
        body=body,
    )


def _order_of(topic: str, payload: Mapping[str, Any]) -> str:
    """The order that the event is about; '' where the payload does not name it."""
    own = topic.lower().startswith("orders/") and (_ref(payload.get("admin_graphql_api_id")) or _ref(payload.get("id")))
    if own:
        return own
    # Of a fulfilment order Shopify sends its own id, and not always its order's: the next poll finds what changed.
    inner = [payload.get(name) for name in _INNER]
    places = [payload, *(place for place in inner if isinstance(place, dict))]
    return next((ref for place in places if (ref := _ref(place.get("order_id")))), "")


def _ref(value: Any) -> str:
    text = reference(str(value)) if isinstance(value, str | int) and not isinstance(value, bool) else ""
    return text if text and is_reference(text) else ""


def _signature(secret: bytes, body: bytes) -> bytes:
    return base64.b64encode(hmac.new(secret, body, sha256).digest())


def _time(text: str) -> datetime | None:
    try:
        return time_of(text)
    except ValueError:
        return None
