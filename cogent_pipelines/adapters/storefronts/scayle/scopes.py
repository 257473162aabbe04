"""Which budget each operation draws on, and how much that allows: first as published, then as the answers' headers say.

SCAYLE counts calls per scope and minute, each scope by itself; an endpoint without a scope is not limited (scayle.dev, "Rate
limits"). Headers of every answer: `X-RateLimit-Scope`, `-Limit`, `-Remaining`, `-Reset` (seconds).
"""

from collections.abc import Mapping
from dataclasses import dataclass

from cogent_pipelines.adapters.storefronts.scayle.settings import ScayleSettings
from cogent_pipelines.ports.vendor_account import Limit, RateLimit

_FIRST_GUESS = {
    "orders": "ordersRead",
    "order": "ordersRead",
    "orders named": "ordersRead",
    "products": "productRead",
    "stock": "stocksRead",
    "set stock": "stocksWrite",
    "set stock in bulk": "stocksWrite",
    "shipment": "fulfillmentWrite",
    "cancel items": "fulfillmentWrite",
    "return items": "fulfillmentWrite",
    "mark exported": "customDataWrite",
    "subscribe": "globalWrite",
}
_OTHERWISE = "globalRead"
# A burst and a minute of the steady rate together stay within the minute's calls, wherever the minute begins.
_BURST = 0.2


@dataclass(frozen=True, slots=True)
class Allowance:
    """What one answer says of its scope; `left` and `reset` None where it does not say."""

    scope: str
    limit: int
    left: float | None
    reset: float | None


class Scopes:
    """What is known of one tenant's limits; one of it for client, reader and callers."""

    def __init__(self, settings: ScayleSettings) -> None:
        self._limited = settings.rate_limited
        self._calls = dict(settings.calls_per_minute)
        self._scope_of: dict[str, str] = {}

    def of(self, operation: str) -> str:
        """The scope that the operation was last seen to draw on."""
        return self._scope_of.get(operation) or _FIRST_GUESS.get(operation, _OTHERWISE)

    def limit(self, scope: str) -> Limit | None:
        calls = self._calls.get(scope)
        if not self._limited or calls is None:
            return None
        return RateLimit(capacity=max(1.0, calls * _BURST), refill_per_second=max(calls * (1 - _BURST) / 60, 1 / 60))

    def learn(self, operation: str, headers: Mapping[str, str]) -> Allowance | None:
        """Take an answer's word; None where it says nothing that can be understood."""
        said = allowance(headers)
        if said is not None:
            self._scope_of[operation] = said.scope
            self._calls[said.scope] = said.limit
        return said


def allowance(headers: Mapping[str, str]) -> Allowance | None:
    scope, limit = headers.get("x-ratelimit-scope", ""), _number(headers.get("x-ratelimit-limit", ""))
    if not scope or limit is None or limit < 1:
        return None
    left, reset = (_number(headers.get(f"x-ratelimit-{name}", "")) for name in ("remaining", "reset"))
    return Allowance(scope[:100], int(limit), left, reset)


def _number(text: str) -> float | None:
    try:
        number = float(text)
    except ValueError:
        return None
    return number if 0 <= number < 10**9 else None
