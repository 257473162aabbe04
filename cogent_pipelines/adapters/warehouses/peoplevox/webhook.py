"""Proof that an event is genuine, and what makes it itself.

The vendor signs nothing and sends no header of ours: the proof is a secret in the address that was registered. Nor does it
number its events: an event's id is made of what it says. Two things follow. A status or a tracking number is told once,
however often it is delivered. A stock figure may return to an earlier one, so its id holds the time of arrival in steps as
well: a repeat within a step is a duplicate; one across its edge makes stock be read twice, which harms nobody.
"""

import hashlib
import hmac
from collections.abc import Mapping
from datetime import datetime, tzinfo
from zoneinfo import ZoneInfo

from cogent_pipelines.adapters.warehouses.peoplevox import dates, event_bodies
from cogent_pipelines.adapters.warehouses.peoplevox.event_bodies import EventBody
from cogent_pipelines.adapters.warehouses.peoplevox.settings import PeoplevoxSettings
from cogent_pipelines.ports.webhook import Refusal, RefusalKind, VerifiedEvent

SECRET_PARAMETER = "secret"  # noqa: S105 - the parameter's name, not its value
_SHORTEST_SECRET = 16
_STEP_SECONDS = 5


class PeoplevoxWebhook:
    """Verifies events of one tenant; `secret` is what was registered in the callback's address."""

    def __init__(self, settings: PeoplevoxSettings, secret: str) -> None:
        if len(secret) < _SHORTEST_SECRET:
            msg = f"the secret in the callback's address must have at least {_SHORTEST_SECRET} characters"
            raise ValueError(msg)
        self._settings = settings
        self._secret = secret.encode()
        self._zone: tzinfo = ZoneInfo(settings.template_time_zone)

    def verify(
        self, headers: Mapping[str, str], query: Mapping[str, str], body: bytes, received_at: datetime
    ) -> VerifiedEvent | Refusal:
        """Check the secret in constant time, then read the body."""
        del headers
        given = query.get(SECRET_PARAMETER, "").encode("utf-8", errors="surrogatepass")
        if not hmac.compare_digest(hashlib.sha256(given).digest(), hashlib.sha256(self._secret).digest()):
            return Refusal(RefusalKind.UNVERIFIED, "the secret in the address is missing or wrong")
        event = event_bodies.read(body, encoded=self._settings.event_values_encoded)
        if event is None or not event.subject:
            return Refusal(RefusalKind.MALFORMED, "the body is not of a template that we registered, or names nothing")
        return VerifiedEvent(
            event_id=_event_id(event, received_at),
            delivery_id=_delivery_id(body, received_at),
            topic=event.kind.name,
            subject=event.subject,
            occurred_at=self._occurred_at(event, received_at),
            body=body,
        )

    def _occurred_at(self, event: EventBody, received_at: datetime) -> datetime | None:
        if "time" not in event.values:
            return None
        try:
            printed = dates.parsed(event.values["time"], order=self._settings.date_order, today=received_at)
        except dates.UnreadableDate:
            return None
        return dates.from_vendor(printed, self._zone)


def callback_url(public_url: str, secret: str) -> str:
    """The address to register: ours, with the secret that proves the sender."""
    return f"{public_url}{'&' if '?' in public_url else '?'}{SECRET_PARAMETER}={secret}"


def _event_id(event: EventBody, received_at: datetime) -> str:
    parts = [event.kind.name, *(event.values[name] for name in event.kind.identity)]
    if event.kind.recurs:
        parts.append(str(int(received_at.timestamp()) // _STEP_SECONDS))
    return _digest("\x1f".join(parts).encode())


def _delivery_id(body: bytes, received_at: datetime) -> str:
    return _digest(body + received_at.isoformat().encode())


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:40]
