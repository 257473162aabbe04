"""Proof that an event of a profile's vendor is genuine, and what is read of it: what kind it is, and what it is about.

An event only says that something is worth reading; what happened is then read from the vendor. So an event to which its
vendor gives no id is told apart by its bytes and by the step of time it came in: a repetition within a step is a duplicate,
a later one makes the same thing be read twice, which harms nobody.
"""

import base64
import hashlib
import hmac
import re
from collections.abc import Mapping
from datetime import datetime

from cogent_pipelines.adapters.warehouses.rest_profile import client, formats, model
from cogent_pipelines.adapters.warehouses.rest_profile.compiled import Events
from cogent_pipelines.adapters.warehouses.rest_profile.expressions import Expression, ProfileFunctions
from cogent_pipelines.adapters.warehouses.rest_profile.settings import RestProfileSettings
from cogent_pipelines.ports.webhook import Refusal, RefusalKind, VerifiedEvent

SECRET_PARAMETER = "secret"  # noqa: S105 - the parameter's name, not its value
_SHORTEST_SECRET = 16
_STEP_SECONDS = 5


class RestProfileWebhook:
    """Verifies events of one account; `secret` is what the vendor signs with, or repeats."""

    def __init__(self, settings: RestProfileSettings, secret: str) -> None:
        events = settings.profile.events
        if events is None:
            raise ValueError(f"profile {settings.profile.name} has no events")
        if len(secret) < _SHORTEST_SECRET:
            raise ValueError(f"the secret of events must have at least {_SHORTEST_SECRET} characters")
        self._settings = settings
        self._events: Events = events
        self._secret = secret
        self._functions = ProfileFunctions(settings.maps())

    def verify(
        self, headers: Mapping[str, str], query: Mapping[str, str], body: bytes, received_at: datetime
    ) -> VerifiedEvent | Refusal:
        """Check the proof in constant time, then read the body."""
        named = {name.casefold(): value for name, value in headers.items()}
        if not _equal(*self._proof(named, query, body)):
            return Refusal(RefusalKind.UNVERIFIED, "the proof is missing or wrong")
        try:
            content = client.parsed(body)
        except client.NotJson:
            return Refusal(RefusalKind.MALFORMED, "the body is not JSON")
        topic = self._name(self._events.topic, content)
        if not topic:
            return Refusal(RefusalKind.MALFORMED, "the event does not say what kind it is")
        own_id = self._name(self._events.id, content)
        step = int(received_at.timestamp()) // _STEP_SECONDS
        return VerifiedEvent(
            event_id=own_id or _digest(body + str(step).encode()),
            delivery_id=_digest(body + received_at.isoformat().encode()),
            topic=topic,
            subject=self._name(self._events.subject, content),
            occurred_at=self._moment(content),
            body=body,
        )

    def _proof(self, headers: Mapping[str, str], query: Mapping[str, str], body: bytes) -> tuple[str, str]:
        """What was given, and what it should be."""
        proof = self._events.proof
        match proof.kind:
            case "address":
                return query.get(SECRET_PARAMETER, ""), self._secret
            case "header":
                return headers.get(proof.header.casefold(), ""), proof.prefix + self._secret
        return headers.get(proof.header.casefold(), ""), proof.prefix + self._signature(proof, headers, body)

    def _signature(self, proof: model.EventProof, headers: Mapping[str, str], body: bytes) -> str:
        time = headers.get(proof.time_header.casefold(), "").encode()
        parts = re.split(r"(\{body\}|\{time\})", proof.signed)
        given = {"{body}": body, "{time}": time}
        signed = b"".join(given.get(part, part.encode()) for part in parts)
        digest = hmac.new(self._secret.encode(), signed, getattr(hashlib, proof.algorithm)).digest()
        return digest.hex() if proof.encoding == "hex" else base64.b64encode(digest).decode()

    def _name(self, expression: Expression | None, content: object) -> str:
        """A text by which the inbox knows the event; empty where there is none, or none that a database can hold."""
        found = self._text(expression, content)
        return found if len(found) <= formats.LONGEST_NAME and "\x00" not in found else ""

    def _text(self, expression: Expression | None, content: object) -> str:
        try:
            return formats.text(expression.of(content, self._functions)).strip() if expression is not None else ""
        except ValueError:
            return ""

    def _moment(self, content: object) -> datetime | None:
        said = self._text(self._events.occurred_at, content)
        try:
            ways = self._settings.profile.written.formats
            return formats.moment(said, ways.dates_in, self._settings.time_zone, "occurred_at") if said else None
        except formats.Unreadable:
            return None


def _equal(given: str, wanted: str) -> bool:
    """Compare digests: neither length nor content shows in the time that it takes."""
    one, other = (hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest() for text in (given, wanted))
    return bool(given) and hmac.compare_digest(one, other)


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:40]
