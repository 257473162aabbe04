"""Events from a queue bridge: proved by the bridge's signature, then read as far as deduplication and routing need.

commercetools sends subscriptions to queues and buses only, never to a web address (API reference, `types/subscription`). A
small function of the merchant's (a queue trigger, an EventBridge target) therefore passes each notification on, body
unchanged, and proves itself with a secret that both sides hold:

    X-Bridge-Timestamp: 1764230400            seconds since 1970 when it was sent
    X-Bridge-Signature: v1=5f2b…              hex HMAC-SHA256 of `<timestamp>.<body>` under the secret

Signature, then age, then content. The signature covers the timestamp, so that a delivery that somebody recorded cannot be
sent again later; no other header is read, as none is covered. The body is a notification in commercetools' Platform format,
or a CloudEvent with everything in the body. An event only says that an order is worth reading; the order is then read from
commercetools itself.
"""

import hmac
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

import orjson

from cogent_pipelines.adapters.storefronts.commercetools.times import time_of
from cogent_pipelines.ports.webhook import Refusal, RefusalKind, VerifiedEvent

TIMESTAMP_HEADER = "x-bridge-timestamp"
SIGNATURE_HEADER = "x-bridge-signature"

_SCHEME = "v1="
_AHEAD = timedelta(minutes=5)
_LONGEST_ID = 500
_LONGEST_NUMBER = 12
_CLOUD_EVENT = "com.commercetools."

Json = dict[str, Any]


class CommercetoolsWebhook:
    """Verifies what a bridge passes on for one project. Several secrets are accepted while one is being rotated."""

    def __init__(self, secrets: Sequence[str], *, project: str = "", max_age: timedelta = timedelta(minutes=15)) -> None:
        """`project` refuses other projects' events; `max_age` is how old a delivery of the bridge's may be.

        A bridge signs when it sends: an event that waited in its queue for a day is not old.
        """
        self._secrets = tuple(secret.encode() for secret in secrets if secret)
        self._project = project
        self._max_age = max_age

    def verify(
        self, headers: Mapping[str, str], query: Mapping[str, str], body: bytes, received_at: datetime
    ) -> VerifiedEvent | Refusal:
        del query
        given = {name.lower(): value for name, value in headers.items()}
        fault = self._fault(given, body, received_at)
        if fault:
            return Refusal(RefusalKind.UNVERIFIED, fault)
        return self._event(body)

    def _fault(self, given: Mapping[str, str], body: bytes, received_at: datetime) -> str:
        if not self._secrets:
            return "no bridge secret is configured"
        stamp, signature = given.get(TIMESTAMP_HEADER, ""), given.get(SIGNATURE_HEADER, "")
        if not signature or not stamp or not body:
            return "there is no signature, no timestamp or no body"
        # Every secret is tried, whichever fits: the time taken says nothing.
        offered = signature.encode("utf-8", "replace")
        matches = [hmac.compare_digest(signed(secret, stamp, body).encode(), offered) for secret in self._secrets]
        if not any(matches):
            return "the signature does not fit"
        sent_at = _seconds(stamp)
        if sent_at is None or not -_AHEAD <= received_at - sent_at <= self._max_age:
            return "the delivery is too old, from the future, or has no time that can be read"
        return ""

    def _event(self, body: bytes) -> VerifiedEvent | Refusal:
        try:
            payload = orjson.loads(body)
        except orjson.JSONDecodeError:
            return Refusal(RefusalKind.MALFORMED, "the body is not JSON")
        if not isinstance(payload, dict):
            return Refusal(RefusalKind.MALFORMED, "the body is no object")
        envelope, notice = _unwrapped(payload)
        project = notice.get("projectKey")
        if self._project and project is not None and project != self._project:
            return Refusal(RefusalKind.UNVERIFIED, "the event is of another project")
        event_id, topic = _event_id(envelope, notice), _topic(envelope, notice)
        if not topic or not event_id:
            return Refusal(RefusalKind.MALFORMED, "the notification has no kind or cannot be told apart from others")
        return VerifiedEvent(
            event_id=event_id[:_LONGEST_ID],
            delivery_id=(_text(envelope.get("id")) or event_id)[:_LONGEST_ID],
            topic=topic[:_LONGEST_ID],
            subject=_order_in(envelope, notice),
            occurred_at=_time(notice.get("createdAt") or notice.get("modifiedAt") or envelope.get("time")),
            body=body,
        )


def signed(secret: bytes, timestamp: str, body: bytes) -> str:
    """What the bridge puts into its signature header."""
    return _SCHEME + hmac.new(secret, timestamp.encode("utf-8", "replace") + b"." + body, sha256).hexdigest()


def _unwrapped(payload: Json) -> tuple[Json, Json]:
    """The CloudEvent's attributes (none for the Platform format), and the notification itself."""
    return (payload, _inner(payload, "data")) if "specversion" in payload else ({}, payload)


def _topic(envelope: Json, notice: Json) -> str:
    """The message's type, or what happened to which kind of resource: `OrderCreated`, `ResourceUpdated order`."""
    kind = _text(notice.get("notificationType"))
    if kind == "Message":
        return _text(notice.get("type")) or _text(_inner(notice, "payloadNotIncluded").get("payloadType"))
    if kind.startswith("Resource"):
        return f"{kind} {_text(_inner(notice, 'resource').get('typeId'))}".strip()
    named = _text(envelope.get("type"))
    # A payload that was too large is left out; the envelope still says what it was.
    return _text(notice.get("type")) or named.rpartition(".")[2] or kind


def _event_id(envelope: Json, notice: Json) -> str:
    """Equal on every delivery: the message's id, or the resource with the version that it came to."""
    if _text(notice.get("id")):
        return _text(notice.get("id"))
    resource = _inner(notice, "resource")
    if resource and notice.get("version") is not None:
        kind = _text(notice.get("notificationType"))
        return f"{kind} {_text(resource.get('typeId'))} {_text(resource.get('id'))} {notice.get('version')}"
    return _text(envelope.get("id"))


def _order_in(envelope: Json, notice: Json) -> str:
    """The order that the event is about; '' where it is about something else."""
    resource = _inner(notice, "resource")
    if resource:
        return _text(resource.get("id"))[:_LONGEST_ID] if resource.get("typeId") == "order" else ""
    is_order = _text(envelope.get("type")).startswith(f"{_CLOUD_EVENT}order.")
    return _text(envelope.get("subject"))[:_LONGEST_ID] if is_order else ""


def _inner(node: Json, field: str) -> Json:
    value = node.get(field)
    return value if isinstance(value, dict) else {}


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _seconds(stamp: str) -> datetime | None:
    if not (stamp.isascii() and stamp.isdigit() and len(stamp) <= _LONGEST_NUMBER):
        return None
    try:
        return datetime.fromtimestamp(int(stamp), UTC)
    except (ValueError, OverflowError, OSError):
        return None


def _time(value: Any) -> datetime | None:
    try:
        return time_of(value) if isinstance(value, str) else None
    except ValueError:
        return None
