"""What all runs of one vendor account share: the rate budget, the circuit, and the evidence of every exchange.

The transport needs these; the ledger keeps them. A vendor account is named `<vendor>:<shop or tenant>`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import IntEnum
from typing import Protocol


class Priority(IntEnum):
    """Who goes first when tokens are scarce; lower goes first."""

    INJECTION = 0
    CAPTURE = 1
    DESPATCH = 2
    STOCK = 3
    SWEEP = 4


@dataclass(frozen=True, slots=True)
class RateLimit:
    """A bucket of `capacity` tokens refilled by `refill_per_second`; what a token is, is the vendor's matter."""

    capacity: float
    refill_per_second: float


@dataclass(frozen=True, slots=True)
class Lease:
    """`granted` tokens may be spent now; where it is 0, ask again after `wait` seconds."""

    granted: float
    wait: float


class RateBudget(Protocol):
    def lease(self, account: str, limit: RateLimit, *, wanted: float, priority: Priority, now: datetime) -> Lease:
        """Take up to `wanted` tokens; several processes may ask at once."""
        ...

    def observe(self, account: str, limit: RateLimit, *, available: float, now: datetime) -> None:
        """Take the vendor's own word for what is left; the lower figure wins until it refills."""
        ...

    def hold_off(self, account: str, *, until: datetime) -> None:
        """The vendor asked for silence (`Retry-After`); nobody leases before `until`."""
        ...


class CircuitState(IntEnum):
    CLOSED = 0
    PROBING = 1
    OPEN = 2


_FIRST_PROBE = timedelta(seconds=5)
_LONGEST_PROBE = timedelta(seconds=60)


def probe_interval(failures: int, *, threshold: int) -> timedelta:
    """How long an open circuit waits for its next probe: soon after it opened, at most a minute when it lasts."""
    doublings = max(0, failures - threshold)
    return min(_LONGEST_PROBE, _FIRST_PROBE * (1 << min(doublings, 10)))


class Circuit(Protocol):
    def may_call(self, account: str, now: datetime) -> CircuitState:
        """CLOSED: call. PROBING: this caller alone may make one probe. OPEN: do not call."""
        ...

    def succeeded(self, account: str, now: datetime) -> None: ...

    def failed(self, account: str, now: datetime, *, reason: str) -> None:
        """Count a failure of the vendor (not of an item); opens after several in a row."""
        ...

    def seconds_until_probe(self, account: str, now: datetime) -> float: ...


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request and what came back, already redacted. `subjects` are order references or SKUs it concerned.

    `status` is None where no answer came; `outcome` says in one word what the transport made of it.
    """

    account: str
    operation: str
    subjects: tuple[str, ...]
    sent_at: datetime
    seconds: float
    request: bytes
    status: int | None
    response: bytes
    outcome: str


class EvidenceLog(Protocol):
    def record(self, exchanges: Sequence[Exchange]) -> list[int]:
        """Store exchanges for 13 months; answers their ids, in order."""
        ...
