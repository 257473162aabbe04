"""What SCAYLE posts to us: delegations and cancellations, which it waits for, and events, which it does not.

All of it is proved by Basic authentication; SCAYLE signs nothing (models of all three generations of webhooks). The bodies
are therefore not trusted with content: each says that an order is worth reading, and the order is then read from SCAYLE.
"""

import base64
import hmac
from collections.abc import Mapping, Sequence
from datetime import datetime
from hashlib import sha256
from typing import Any

import orjson

from cogent_pipelines.adapters.storefronts.scayle import version
from cogent_pipelines.adapters.storefronts.scayle.identifiers import KEY, is_number
from cogent_pipelines.adapters.storefronts.scayle.settings import CancellationKey
from cogent_pipelines.adapters.storefronts.scayle.times import time_of
from cogent_pipelines.ports.webhook import EventAnswer, Refusal, RefusalKind, VerifiedEvent

DELEGATION = "order-delegation"
CANCELLATION = "order-cancellation"
_LONGEST_KEY = 400


class ScayleWebhook:
    """Verifies deliveries for one connection. Several passwords are accepted while one is being changed."""

    def __init__(
        self,
        logins: Sequence[tuple[str, str]],
        *,
        cancellation_key: CancellationKey = CancellationKey.ORDER_REFERENCE,
        cancellation_result: str = "successful",
        timezone: str = "UTC",
    ) -> None:
        """`logins` are user and password, as they stand in the addresses that SCAYLE was given."""
        self._logins = tuple(_basic(user, password) for user, password in logins if user and password)
        self._cancellation_key = cancellation_key
        self._cancellation_result = cancellation_result
        self._timezone = timezone

    def verify(
        self, headers: Mapping[str, str], query: Mapping[str, str], body: bytes, received_at: datetime
    ) -> VerifiedEvent | Refusal:
        del query, received_at
        fault = self._fault(headers)
        if fault:
            return Refusal(RefusalKind.UNVERIFIED, fault)
        try:
            payload = orjson.loads(body)
        except orjson.JSONDecodeError:
            return Refusal(RefusalKind.MALFORMED, "the body is not JSON")
        if not isinstance(payload, dict):
            return Refusal(RefusalKind.MALFORMED, "the body is no JSON object")
        return self._event(payload, body)

    def _fault(self, headers: Mapping[str, str]) -> str:
        if not self._logins:
            return "no login is configured"
        given = next((value for name, value in headers.items() if name.lower() == "authorization"), "")
        scheme, _, login = given.partition(" ")
        if scheme.lower() != "basic":
            return "there is no login"
        # Every login is tried, whichever fits: the time taken says nothing.
        matches = [hmac.compare_digest(known, login.strip().encode("utf-8", "replace")) for known in self._logins]
        return "" if any(matches) else "the login does not fit"

    def _event(self, payload: Mapping[str, Any], body: bytes) -> VerifiedEvent | Refusal:
        """What it is shows by its fields: each of the three has some that no other has."""
        if "payload" in payload:
            return _notice(payload, body, self._timezone)
        if "warehouseIds" in payload or ("orderReferenceKey" in payload and "items" not in payload):
            return self._cancellation(payload, body)
        if "items" in payload:
            return _delegation(payload, body)
        return Refusal(RefusalKind.MALFORMED, "the body is neither a delegation, nor a cancellation, nor an event")

    def _cancellation(self, payload: Mapping[str, Any], body: bytes) -> VerifiedEvent | Refusal:
        """It names a warehouse, not items: what is left of the order is read from SCAYLE afterwards."""
        key = _text(payload.get("orderReferenceKey"))
        if not key:
            return Refusal(RefusalKind.MALFORMED, "the cancellation names no order")
        is_id = self._cancellation_key is CancellationKey.ORDER_ID and is_number(key)
        answer = {"orderReferenceKey": payload["orderReferenceKey"], "cancellationResult": self._cancellation_result}
        return _kept(CANCELLATION, key if is_id else f"{KEY}{key}", answer, body)


def _delegation(payload: Mapping[str, Any], body: bytes) -> VerifiedEvent | Refusal:
    """Taken over by the answer itself; what SCAYLE gets back as `referenceKey` is the order's id.

    `orderId` is the Admin API's; `id` is that of another system of SCAYLE's, and cannot be asked for (seen with an
    integration; the documents only warn that the names differ).
    """
    number, key = _text(payload.get("orderId")), _text(payload.get("orderReferenceKey"))
    subject = number if is_number(number) else f"{KEY}{key}" if key else ""
    if not subject:
        return Refusal(RefusalKind.MALFORMED, "the delegation names no order")
    reference = payload["orderId"] if is_number(number) else key
    return _kept(DELEGATION, subject, {"referenceKey": reference, "orderDelegationResult": "acknowledged"}, body)


def _kept(topic: str, subject: str, answer: Mapping[str, Any], body: bytes) -> VerifiedEvent:
    """SCAYLE gives these no id: the same body is the same event, and has the same answer."""
    digest = sha256(body).hexdigest()[:32]
    name = f"{topic}:{digest}"
    return VerifiedEvent(
        event_id=name,
        delivery_id=name,
        topic=topic,
        subject=subject,
        occurred_at=None,
        body=body,
        answer=EventAnswer(version.DELEGATION_ACCEPTED, orjson.dumps(answer)),
    )


def _notice(payload: Mapping[str, Any], body: bytes, zone: str) -> VerifiedEvent | Refusal:
    """An event of either envelope; `key` is equal on every delivery, and the type is missing from some."""
    key = _text(payload.get("key"))
    if not key:
        return Refusal(RefusalKind.MALFORMED, "the event has no key")
    return VerifiedEvent(
        event_id=key,
        delivery_id=key,
        topic=_text(payload.get("type")) or "event",
        subject=_order_in(payload.get("payload"), _text(payload.get("type"))),
        occurred_at=_time(payload.get("occurredAt"), zone),
        body=body,
    )


def _order_in(inner: Any, topic: str) -> str:
    """The order that an event is about; '' where it does not name it: the next poll finds what changed."""
    if not isinstance(inner, dict):
        return ""
    order = inner.get("order")
    if isinstance(order, dict):
        number = _text(order.get("id"))
    elif "basketKey" in inner or "items" in inner:
        # The older envelope's payload is the order itself; an item event's has only items, and no id.
        number = _text(inner.get("id"))
    else:
        number = _text(inner.get("orderId"))
    return number if is_number(number) and not topic.startswith(("product", "customer")) else ""


def _text(value: Any) -> str:
    """A key or number as text; '' for anything else, and for what is too long to be one."""
    if isinstance(value, bool) or not isinstance(value, str | int):
        return ""
    text = str(value).strip()
    return text if len(text) <= _LONGEST_KEY else ""


def _time(value: Any, zone: str) -> datetime | None:
    try:
        return time_of(value, zone) if isinstance(value, str) else None
    except ValueError:
        return None


def _basic(user: str, password: str) -> bytes:
    return base64.b64encode(f"{user}:{password}".encode())
