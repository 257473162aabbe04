"""A webhook's way in: known address, size, proof, age, inbox, answer. Nothing else happens in the request.

Status codes speak to the vendor's retries: 2xx only for what is stored, 503 for what should come again, 4xx for what
would be refused again.
"""

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, Response

from cogent_pipelines.canonical.identity import ConnectionName
from cogent_pipelines.gateway.counters import UNKNOWN, Counters, Fate
from cogent_pipelines.gateway.group_commit import GroupCommit, NotStored
from cogent_pipelines.ports.clock import Clock
from cogent_pipelines.ports.webhook import Arrival, EventAnswer, Refusal, RefusalKind, VerifiedEvent, WebhookVerifier

_log = logging.getLogger(__name__)

LARGEST_BODY = 1024 * 1024
_LONGEST_NAME = 500


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One address: `/webhooks/<connection>/<source>`.

    `max_age` is generous, both ways: vendors retry for hours and may be a day late, and a replay is stopped by its id.
    None where the vendor's clock is not ours. `largest_body` is for a vendor whose orders come whole, and must be taken:
    None is as for everybody.
    """

    connection: ConnectionName
    source: str
    verifier: WebhookVerifier
    max_age: timedelta | None = timedelta(hours=48)
    largest_body: int | None = None


@dataclass(frozen=True, slots=True)
class Limits:
    """How much and how long: a body's bytes, the seconds to read it, the seconds to wait for the inbox.

    Shopify gives up after five seconds in all.
    """

    body: int = LARGEST_BODY
    reading: float = 10.0
    storing: float = 4.0


_ANSWERS = {
    Fate.STORED: (200, "stored"),
    Fate.DUPLICATE: (200, "known already"),
    Fate.UNVERIFIED: (401, "not verified"),
    Fate.MALFORMED: (400, "not an event"),
    Fate.STALE: (400, "not of these days"),
    Fate.TOO_LARGE: (413, "too large"),
    Fate.TOO_SLOW: (408, "too slow"),
    Fate.NOT_STORED: (503, "not stored; send it again"),
}

# The ledger has it: a repetition is told the same as the first.
_KEPT = frozenset({Fate.STORED, Fate.DUPLICATE})

_FATE_OF_REFUSAL = {RefusalKind.UNVERIFIED: Fate.UNVERIFIED, RefusalKind.MALFORMED: Fate.MALFORMED}


class Reception:
    """Takes every request to a webhook address."""

    def __init__(
        self, endpoints: Sequence[Endpoint], *, inbox: GroupCommit, counters: Counters, clock: Clock, limits: Limits
    ) -> None:
        self._endpoints = {(endpoint.connection, endpoint.source): endpoint for endpoint in endpoints}
        self._inbox = inbox
        self._counters = counters
        self._clock = clock
        self._limits = limits

    async def receive(self, request: Request) -> Response:
        address = (request.path_params["connection"], request.path_params["source"])
        endpoint = self._endpoints.get(address)
        if endpoint is None:
            self._counters.receive(UNKNOWN, UNKNOWN)
            return PlainTextResponse("no such address", 404)
        self._counters.receive(*address)
        received_at = self._clock.now()
        fate, answer = await self._fate(endpoint, request, received_at)
        self._counters.settle(*address, fate, (self._clock.now() - received_at).total_seconds())
        if answer is not None and fate in _KEPT:
            return Response(answer.body, answer.status, media_type="application/json")
        status, text = _ANSWERS[fate]
        return PlainTextResponse(text, status)

    async def _fate(self, endpoint: Endpoint, request: Request, received_at: datetime) -> tuple[Fate, EventAnswer | None]:
        """What becomes of the request, and the vendor's own answer to an event that proved genuine."""
        body = await self._body(request, endpoint.largest_body or self._limits.body)
        if isinstance(body, Fate):
            return body, None
        event = endpoint.verifier.verify(request.headers, request.query_params, body, received_at)
        if isinstance(event, Refusal):
            _log.warning("%s/%s: webhook refused: %s", endpoint.connection, endpoint.source, event.reason)
            return _FATE_OF_REFUSAL[event.kind], None
        if not _is_storable(event):
            return Fate.MALFORMED, None
        if _is_stale(event, endpoint.max_age, received_at):
            return Fate.STALE, None
        return await self._stored(Arrival(endpoint.connection, endpoint.source, event, received_at)), event.answer

    async def _body(self, request: Request, most: int) -> bytes | Fate:
        """The raw bytes, as signed; reading stops where they become too many or take too long."""
        if _announced(request) > most:
            return Fate.TOO_LARGE
        body = bytearray()
        try:
            async with asyncio.timeout(self._limits.reading):
                async for chunk in request.stream():
                    body += chunk
                    if len(body) > most:
                        return Fate.TOO_LARGE
        except (TimeoutError, ClientDisconnect):
            return Fate.TOO_SLOW
        return bytes(body)

    async def _stored(self, arrival: Arrival) -> Fate:
        try:
            async with asyncio.timeout(self._limits.storing):
                new = await self._inbox.store(arrival)
        except (NotStored, TimeoutError):
            # It may be stored yet; then the vendor's next delivery is a duplicate, which is harmless.
            return Fate.NOT_STORED
        return Fate.STORED if new else Fate.DUPLICATE


def _announced(request: Request) -> int:
    announced = request.headers.get("content-length", "0")
    return int(announced) if announced.isascii() and announced.isdigit() else 0


def _is_storable(event: VerifiedEvent) -> bool:
    """An event needs an id, and names that the database can hold."""
    names = (event.event_id, event.delivery_id, event.topic, event.subject)
    return bool(event.event_id) and all(len(name) <= _LONGEST_NAME and "\x00" not in name for name in names)


def _is_stale(event: VerifiedEvent, max_age: timedelta | None, received_at: datetime) -> bool:
    if max_age is None or event.occurred_at is None:
        return False
    # Nor can anything come from the future: a time far ahead of ours was not written by the vendor.
    return abs(received_at - event.occurred_at) > max_age
