"""A vendor's event at our door: how it is proved genuine, and who keeps it.

Every vendor's adapter brings a verifier, the ledger keeps the inbox; the gateway stands between the two.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from cogent_pipelines.canonical.identity import ConnectionName


@dataclass(frozen=True, slots=True)
class EventAnswer:
    """What a vendor must be told of an event that is kept, where a plain 200 is not enough; JSON."""

    status: int
    body: bytes


@dataclass(frozen=True, slots=True)
class VerifiedEvent:
    """An event whose sender proved himself.

    `event_id` is equal on every delivery of one event and is what makes a duplicate; `delivery_id` names this delivery.
    `topic` is the vendor's own word for the kind. `subject` is the order reference or SKU it is about, '' where it does not
    say. `occurred_at` is aware; None where the vendor does not say. `answer` is given once the event is kept, and again to
    every repetition; None where the vendor asks for nothing but a 2xx.
    """

    event_id: str
    delivery_id: str
    topic: str
    subject: str
    occurred_at: datetime | None
    body: bytes = field(repr=False)
    answer: EventAnswer | None = field(default=None, repr=False, compare=False)


class RefusalKind(StrEnum):
    UNVERIFIED = "unverified"
    """Signature or secret are missing or wrong."""
    MALFORMED = "malformed"
    """Genuine, but not an event that can be told apart from others (no id, no topic)."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """Not accepted. `reason` is for our own log; no secret and no body in it."""

    kind: RefusalKind
    reason: str


class WebhookVerifier(Protocol):
    """Quick and without I/O; never raises for what a stranger sends."""

    def verify(
        self, headers: Mapping[str, str], query: Mapping[str, str], body: bytes, received_at: datetime
    ) -> VerifiedEvent | Refusal:
        """Check the proof over the raw bytes in constant time, then read what is needed. `headers` ignore case."""
        ...


@dataclass(frozen=True, slots=True)
class Arrival:
    """A verified event of one connection; `source` is `storefront` or `warehouse`."""

    connection: ConnectionName
    source: str
    event: VerifiedEvent
    received_at: datetime


class InboxWriter(Protocol):
    """Keeps arrivals for ever; called from several threads."""

    def store_all(self, arrivals: Sequence[Arrival]) -> list[bool]:
        """Store and commit all of them, or raise and store none; True where an event is new, False where it was known.

        Several arrivals of one call may be deliveries of the same event; then one of them is new.
        """
        ...
