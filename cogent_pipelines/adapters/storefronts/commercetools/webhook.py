"""Events from the bridge to a project's queue: proved as `bridge` says, then read as far as deduplication and routing need.

The body is a notification in commercetools' Platform format, or a CloudEvent with everything in the body; either may lie in
the envelope of a cloud's own push. An event only says that an order is worth reading; the order is then read from
commercetools itself.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import orjson

from cogent_pipelines.adapters.storefronts.commercetools.bridge import Bridge, Proof, unwrapped
from cogent_pipelines.adapters.storefronts.commercetools.times import time_of
from cogent_pipelines.ports.webhook import Refusal, RefusalKind, VerifiedEvent

_LONGEST_ID = 500
_CLOUD_EVENT = "com.commercetools."

Json = dict[str, Any]


class CommercetoolsWebhook:
    """Verifies what a bridge passes on for one project."""

    def __init__(
        self,
        secrets: Sequence[str],
        *,
        project: str = "",
        proof: Proof = Proof.SIGNATURE,
        max_age: timedelta = timedelta(minutes=15),
    ) -> None:
        """`project` refuses other projects' events."""
        self._bridge = Bridge(secrets, proof, max_age)
        self._project = project

    def verify(
        self, headers: Mapping[str, str], query: Mapping[str, str], body: bytes, received_at: datetime
    ) -> VerifiedEvent | Refusal:
        del query
        fault = self._bridge.fault({name.lower(): value for name, value in headers.items()}, body, received_at)
        if fault:
            return Refusal(RefusalKind.UNVERIFIED, fault)
        return self._event(body)

    def _event(self, body: bytes) -> VerifiedEvent | Refusal:
        try:
            payload = orjson.loads(body)
            payload = unwrapped(payload) if isinstance(payload, dict) else None
        except ValueError:
            return Refusal(RefusalKind.MALFORMED, "the body is not JSON, or its envelope is empty")
        if payload is None:
            return Refusal(RefusalKind.MALFORMED, "the body is no object")
        # The attributes of a CloudEvent, none for the Platform format; and the notification itself.
        envelope, notice = (payload, _inner(payload, "data")) if "specversion" in payload else ({}, payload)
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


def _time(value: Any) -> datetime | None:
    try:
        return time_of(value) if isinstance(value, str) else None
    except ValueError:
        return None
