"""Many figures in one bulk request, which SCAYLE works off by itself; what became of each is read back.

In which order its operations are carried out is not published, so no variant stands in one twice.
"""

import logging
from collections.abc import Sequence
from typing import Any

from cogent_pipelines.adapters.storefronts.scayle.client import AdminApi, body_of
from cogent_pipelines.adapters.storefronts.scayle.nodes import Node, Unreadable
from cogent_pipelines.adapters.storefronts.scayle.payloads import stock
from cogent_pipelines.adapters.storefronts.scayle.reading import is_throttled, words_of
from cogent_pipelines.adapters.storefronts.scayle.settings import ScayleSettings
from cogent_pipelines.adapters.storefronts.scayle.stock_answers import Stored, ToTell, judged
from cogent_pipelines.adapters.transport.settled import Settled, Standing
from cogent_pipelines.ports.clock import Clock
from cogent_pipelines.ports.outcomes import PublishStockOutcome, Rejected, Unavailable, Unknown
from cogent_pipelines.ports.vendor_account import Priority

_log = logging.getLogger(__name__)

# Request and operation states of the official client's enums; the others are still under way.
_OVER = frozenset({"processed", "failed", "cancelled", "aborted"})
_DONE = "processed"
_SUCCESS, _TOO_MANY, _SERVER_ERROR = 300, 429, 500


class BulkDesk:
    """Bulk stock requests of one tenant."""

    def __init__(self, api: AdminApi, settings: ScayleSettings, clock: Clock) -> None:
        self._api = api
        self._settings = settings
        self._clock = clock

    def tell(self, figures: Sequence[tuple[str, ToTell]]) -> list[PublishStockOutcome] | None:
        """One outcome each, in order; `figures` are paths and what is to be told there.

        None where the request is refused as a whole: no figure is at fault, and none was told.
        """
        settled = self._send(figures)
        match settled.standing:
            case Standing.UNSURE:
                return [Unknown(settled.reason) for _ in figures]
            case Standing.REFUSED | Standing.DENIED:
                _log.warning("a bulk request of %s figures is refused: %s", len(figures), settled.reason)
                return None
            case Standing.NOT_DONE:
                return [Unavailable(settled.reason, settled.retry_after) for _ in figures]
            case Standing.ANSWERED:
                return self._followed(body_of(settled), figures)

    def _send(self, figures: Sequence[tuple[str, ToTell]]) -> Settled:
        body = {
            "operations": [
                {
                    "key": _key(place),
                    "url": path,
                    "method": "POST",
                    "body": stock(told.quantity, told.changed_at, self._settings),
                }
                for place, (path, told) in enumerate(figures)
            ],
            "callbacks": {"requestStatus": "complete"},
        }
        call = self._api.write(
            "set stock in bulk",
            "/variants/stocks/bulk-requests",
            body,
            priority=Priority.STOCK,
            subjects=[told.level.sku for _, told in figures],
        )
        return self._api.send_all([call])[0]

    def _followed(self, body: Any, figures: Sequence[tuple[str, ToTell]]) -> list[PublishStockOutcome]:
        """Wait for the request's end, and ask what became of each operation."""
        try:
            request = str(Node(body).needed_number("key"))
        except Unreadable as fault:
            return [Unknown(f"the bulk request was accepted without a key: {fault}") for _ in figures]
        unfinished = self._wait_for(request)
        if unfinished:
            return [Unknown(f"bulk request {request}: {unfinished}") for _ in figures]
        calls = [
            self._api.get(
                "bulk operation", f"/bulk-requests/{request}/operations/{_key(place)}/status", priority=Priority.STOCK
            )
            for place in range(len(figures))
        ]
        return [
            _outcome(told, settled, request) for (_, told), settled in zip(figures, self._api.send_all(calls), strict=True)
        ]

    def _wait_for(self, request: str) -> str:
        """Why nothing can be said of it yet; '' once it is over."""
        until = self._clock.now() + self._settings.bulk_patience
        while True:
            call = self._api.get("bulk request", f"/bulk-requests/{request}/status", priority=Priority.STOCK)
            [settled] = self._api.send_all([call])
            if settled.standing is not Standing.ANSWERED:
                return settled.reason
            status = body_of(settled).get("status") if isinstance(body_of(settled), dict) else None
            if status in _OVER:
                return ""
            if self._clock.now() >= until:
                return f"still {status if isinstance(status, str) else 'under way'} after {self._settings.bulk_patience}"
            self._clock.sleep(self._settings.bulk_poll.total_seconds())


def _outcome(told: ToTell, settled: Settled, request: str) -> PublishStockOutcome:
    if settled.standing is not Standing.ANSWERED:
        return Unknown(f"bulk request {request}: {settled.reason}")
    try:
        return _read(told, Node(body_of(settled)), request)
    except Unreadable as fault:
        return Unknown(f"bulk request {request}: {fault}")


def _read(told: ToTell, operation: Node, request: str) -> PublishStockOutcome:
    response, state = operation.inner("response"), operation.text("status")
    status = response.number("statusCode")
    if state not in ("processed", "failed"):
        # The request was cancelled or given up before its turn came.
        return Unavailable(f"bulk request {request}: the operation is {state or 'without a state'}")
    body = response.inner("body")
    if state != _DONE or status is None or status >= _SUCCESS:
        reason = f"HTTP {status}: {words_of(body.value)}"
        # SCAYLE was in trouble, and not the figure: told again it is the same figure.
        is_its_own = status is not None and (status == _TOO_MANY or status >= _SERVER_ERROR or is_throttled(body.value))
        return Unavailable(f"bulk request {request}: {reason}") if is_its_own else Rejected((reason,))
    stored = Stored(body.needed_number("quantity"), None) if body.has("quantity") else None
    return judged(told, stored) or Unknown(f"bulk request {request}: the answer does not say what is stored now")


def _key(place: int) -> str:
    """Operations are told apart within their request only."""
    return f"stock-{place}"
