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
class WindowLimit:
    """At most `calls` in any `seconds`; all of them at once where none was made before.

    A call does not reach the vendor at the very moment in which it was let go: the window is longer by `margin` seconds.
    The last `kept` calls of a window are for the first priority alone, so that what can wait never uses up what cannot.
    """

    calls: int
    seconds: float
    margin: float = 0.0
    kept: int = 0

    @property
    def capacity(self) -> float:
        return float(self.calls)

    @property
    def refill_per_second(self) -> float:
        """On average, under load."""
        return self.calls / self._span.total_seconds()

    @property
    def _span(self) -> timedelta:
        return timedelta(seconds=self.seconds + self.margin)

    def recent(self, called_at: Sequence[datetime], now: datetime) -> tuple[datetime, ...]:
        """Those of the calls that still count; `called_at` is in order of time."""
        return tuple(moment for moment in called_at if moment > now - self._span)

    def free(self, recent: Sequence[datetime], priority: Priority) -> int:
        return max(0, self._most(priority) - len(recent))

    def wait(self, recent: Sequence[datetime], priority: Priority, now: datetime) -> float:
        """Seconds until one call is free for the priority."""
        must_pass = len(recent) - self._most(priority) + 1
        return max(0.0, (recent[must_pass - 1] + self._span - now).total_seconds()) if must_pass > 0 else 0.0

    def called(self, recent: Sequence[datetime], count: int, now: datetime) -> tuple[datetime, ...]:
        """With `count` more calls; a clock that is behind another's does not make them older than the last one."""
        return (*recent, *[max([now, *recent[-1:]])] * count)

    def _most(self, priority: Priority) -> int:
        return self.calls if priority is Priority.INJECTION else max(1, self.calls - self.kept)


Limit = RateLimit | WindowLimit


@dataclass(frozen=True, slots=True)
class Lease:
    """`granted` tokens may be spent now; where it is 0, ask again after `wait` seconds."""

    granted: float
    wait: float


class RateBudget(Protocol):
    def lease(self, account: str, limit: Limit, *, wanted: float, priority: Priority, now: datetime) -> Lease:
        """Take up to `wanted` tokens; several processes may ask at once."""
        ...

    def observe(self, account: str, limit: Limit, *, available: float, now: datetime) -> None:
        """Take the vendor's own word for what is left; the lower figure wins until it refills, or a window has passed."""
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
