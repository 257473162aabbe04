"""One call to a vendor and what came of it; vendor-neutral. How calls are made is in `client`."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from cogent_pipelines.ports.vendor_account import Priority


@dataclass(frozen=True, slots=True)
class Call:
    """A request, ready to send.

    `operation` names it in evidence and metrics (`SaveData Sales orders`); `writes` says whether it may change something at
    the vendor, in which case a lost answer is an unknown outcome and the exchange is kept as evidence. `cost` is in the
    vendor's own tokens, `scope` the one of its budgets that the call draws on where it has several. `timeout` in seconds
    covers one whole exchange.
    """

    operation: str
    method: str
    url: str
    content: bytes = field(default=b"", repr=False)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    writes: bool = False
    subjects: tuple[str, ...] = ()
    priority: Priority = Priority.SWEEP
    cost: float = 1.0
    scope: str = ""
    timeout: float = 30.0


class Silence(StrEnum):
    """Why no answer came."""

    NOT_SENT = "not_sent"
    """The request never reached the vendor (refused connection, DNS, TLS, open circuit): nothing was done."""
    LOST = "lost"
    """The request was sent, in whole or in part, and no whole answer came: it may have been done."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A whole HTTP answer, whatever its status. `seconds` is how long it took; `exchange_id` where evidence was kept."""

    call: Call
    status: int
    headers: Mapping[str, str] = field(repr=False)
    content: bytes = field(repr=False)
    seconds: float
    exchange_id: int | None = None


@dataclass(frozen=True, slots=True)
class NoAnswer:
    """No whole answer. `reason` is for people; `retry_after` in seconds where waiting is known to help."""

    call: Call
    silence: Silence
    reason: str
    retry_after: float | None = None
    exchange_id: int | None = None


Reply = Answer | NoAnswer

Reader = Callable[[Answer], "Reading"]
"""How a vendor's answer is judged: the adapter hands one to the client, which obeys it."""


class Verdict(StrEnum):
    """What an answer means for the vendor account as a whole (not for the items in it)."""

    FINE = "fine"
    """Answered in the vendor's own protocol, errors of items included."""
    THROTTLED = "throttled"
    """Too many calls; nothing was done; the same call may be sent again after a wait."""
    FAILED_BEFORE = "failed_before"
    """The vendor failed and certainly did nothing (502, 503): may be sent again."""
    FAILED_UNSURE = "failed_unsure"
    """The vendor failed and may have acted (500, 504, HTML instead of an answer to a write)."""
    EXPIRED = "expired"
    """The session or token is no longer good; nothing was done; log in again and replay."""
    REFUSED = "refused"
    """The vendor refuses the call as such (malformed, unknown, not allowed)."""
    DENIED = "denied"
    """The vendor does not accept our credentials, or they lack a scope."""


@dataclass(frozen=True, slots=True)
class Reading:
    """A verdict, and what the answer says about the budget.

    `retry_after` in seconds; `tokens_left` as the vendor counts them, and what the call really cost, None where it does not
    say. `parsed` is the body as the reader has read it, where whoever asked will read it again.
    """

    verdict: Verdict
    reason: str = ""
    retry_after: float | None = None
    tokens_left: float | None = None
    actual_cost: float | None = None
    parsed: Any = field(default=None, repr=False, compare=False)
