"""Budget, circuit and evidence kept in this process: for tests, for `check-connection`, for one-off scripts.

Runs share theirs through the ledger.
"""

import math
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from cogent_pipelines.ports.vendor_account import (
    CircuitState,
    Exchange,
    Lease,
    Limit,
    Priority,
    RateLimit,
    WindowLimit,
    probe_interval,
)


@dataclass(slots=True)
class _Bucket:
    level: float
    at: datetime
    silent_until: datetime | None = None

    def refill(self, limit: RateLimit, now: datetime) -> None:
        passed = max(0.0, (now - self.at).total_seconds())
        self.level = min(limit.capacity, self.level + passed * limit.refill_per_second)
        self.at = max(self.at, now)


class MemoryBudget:
    """A token bucket or a window per account, first come first served."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._buckets: dict[str, _Bucket] = {}
        self._silences: dict[str, datetime] = {}
        self._called_at: dict[str, tuple[datetime, ...]] = {}

    def lease(self, account: str, limit: Limit, *, wanted: float, priority: Priority, now: datetime) -> Lease:
        # Within one process the transport already serves in order of priority.
        with self._lock:
            until = self._silences.get(account)
            if until is not None and now < until:
                return Lease(0.0, (until - now).total_seconds())
            if isinstance(limit, WindowLimit):
                return self._from_window(account, limit, wanted, priority, now)
            bucket = self._bucket(account, limit, now)
            whole = min(1.0, limit.capacity)
            if bucket.level >= min(wanted, whole):
                granted = min(wanted, bucket.level)
                bucket.level -= granted
                return Lease(granted, 0.0)
            return Lease(0.0, (min(wanted, whole) - bucket.level) / limit.refill_per_second)

    def _from_window(self, account: str, limit: WindowLimit, wanted: float, priority: Priority, now: datetime) -> Lease:
        recent = limit.recent(self._called_at.get(account, ()), now)
        granted = min(math.ceil(wanted), limit.free(recent, priority))
        self._called_at[account] = limit.called(recent, granted, now)
        return Lease(float(granted), 0.0 if granted else limit.wait(recent, priority, now))

    def observe(self, account: str, limit: Limit, *, available: float, now: datetime) -> None:
        with self._lock:
            if isinstance(limit, WindowLimit):
                recent = limit.recent(self._called_at.get(account, ()), now)
                spent = max(0, limit.calls - len(recent) - int(available))
                self._called_at[account] = limit.called(recent, spent, now)
                return
            bucket = self._bucket(account, limit, now)
            bucket.level = min(bucket.level, available)

    def hold_off(self, account: str, *, until: datetime) -> None:
        with self._lock:
            self._silences[account] = max(until, self._silences.get(account, until))

    def _bucket(self, account: str, limit: RateLimit, now: datetime) -> _Bucket:
        bucket = self._buckets.setdefault(account, _Bucket(limit.capacity, now))
        bucket.refill(limit, now)
        return bucket


@dataclass(slots=True)
class _Trip:
    failures: int = 0
    probe_at: datetime | None = None


class MemoryCircuit:
    """Opens after `threshold` failures in a row; then one probe at a time, further and further apart, until one succeeds."""

    def __init__(self, *, threshold: int = 5) -> None:
        self._threshold = threshold
        self._lock = threading.Lock()
        self._trips: dict[str, _Trip] = {}

    def may_call(self, account: str, now: datetime) -> CircuitState:
        with self._lock:
            trip = self._trips.get(account)
            if trip is None or trip.probe_at is None:
                return CircuitState.CLOSED
            if now < trip.probe_at:
                return CircuitState.OPEN
            # Whoever got the probe may die with it: the next one is due a full interval later all the same.
            trip.probe_at = now + probe_interval(trip.failures, threshold=self._threshold)
            return CircuitState.PROBING

    def succeeded(self, account: str, now: datetime) -> None:
        del now
        with self._lock:
            self._trips.pop(account, None)

    def failed(self, account: str, now: datetime, *, reason: str) -> None:
        del reason
        with self._lock:
            trip = self._trips.setdefault(account, _Trip())
            trip.failures += 1
            if trip.failures >= self._threshold:
                trip.probe_at = now + probe_interval(trip.failures, threshold=self._threshold)

    def seconds_until_probe(self, account: str, now: datetime) -> float:
        with self._lock:
            trip = self._trips.get(account)
            if trip is None or trip.probe_at is None:
                return 0.0
            return max(0.0, (trip.probe_at - now).total_seconds())


class MemoryEvidence:
    """Keeps every exchange; ids count from 1."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.exchanges: list[Exchange] = []

    def record(self, exchanges: Sequence[Exchange]) -> list[int]:
        with self._lock:
            first = len(self.exchanges) + 1
            self.exchanges.extend(exchanges)
            return list(range(first, first + len(exchanges)))
