"""What all runs of one vendor account share: its tokens (a bucket, or a window) and its circuit.

Each is decided under the account's row lock.

Implements the ports `RateBudget` and `Circuit`. The arithmetic is in pure functions, the row is read and written around it.
"""

import math
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from cogent_pipelines.ledger.pool import Pool, Session
from cogent_pipelines.ports.vendor_account import CircuitState, Lease, Limit, Priority, WindowLimit, probe_interval

THRESHOLD = 5
# Who was sent away comes back when it was told to; until this much later its place is kept before those behind it.
_PLACE_KEPT = timedelta(seconds=2)
# How far the clocks of machines that share an account may differ.
_APART = timedelta(seconds=30)
# Refills are fractions: a token that lacks this little of being whole is whole.
_CRUMB = 1e-9


@dataclass(frozen=True, slots=True)
class Bucket:
    """`turned_away_until[p]`: until then somebody of priority `p` is waiting for tokens.

    `called_at` counts for accounts with a window, `tokens` for all others.
    """

    tokens: float
    refilled_at: datetime
    hold_until: datetime | None
    turned_away_until: tuple[datetime | None, ...]
    called_at: tuple[datetime, ...] = ()

    def refilled(self, limit: Limit, now: datetime) -> "Bucket":
        if isinstance(limit, WindowLimit):
            return replace(self, called_at=limit.recent(self.called_at, now))
        passed = max(0.0, (now - self.refilled_at).total_seconds())
        tokens = min(limit.capacity, self.tokens + passed * limit.refill_per_second)
        # Machines differ by seconds, and none may refill what another has; a clock that went back further is followed.
        ahead = self.refilled_at - now
        refilled_at = self.refilled_at if timedelta(0) < ahead < _APART else now
        return replace(self, tokens=tokens, refilled_at=refilled_at)

    def available(self, limit: Limit, priority: Priority) -> float:
        """What may be spent at once, of a bucket that was refilled a moment ago."""
        return float(limit.free(self.called_at, priority)) if isinstance(limit, WindowLimit) else self.tokens

    def wait(self, limit: Limit, least: float, priority: Priority, now: datetime) -> float:
        """Seconds until so much is there."""
        if isinstance(limit, WindowLimit):
            return limit.wait(self.called_at, priority, now)
        return (least - self.tokens) / limit.refill_per_second

    def without(self, limit: Limit, spent: float, now: datetime) -> "Bucket":
        if isinstance(limit, WindowLimit):
            return replace(self, called_at=limit.called(self.called_at, math.ceil(spent), now))
        return replace(self, tokens=max(0.0, self.tokens - spent))

    def somebody_before(self, priority: Priority, now: datetime) -> bool:
        return any(until is not None and until > now for until in self.turned_away_until[:priority])

    def with_place(self, priority: Priority, until: datetime | None) -> "Bucket":
        places = list(self.turned_away_until)
        places[priority] = until
        return replace(self, turned_away_until=tuple(places))


def leased(bucket: Bucket, limit: Limit, *, wanted: float, priority: Priority, now: datetime) -> tuple[Bucket, Lease]:
    """Give what can be given: all that is wanted, or what there is where that is at least one whole token."""
    bucket = bucket.refilled(limit, now)
    available = bucket.available(limit, priority)
    least = min(wanted, 1.0, limit.capacity)
    if bucket.hold_until is not None and now < bucket.hold_until:
        wait = (bucket.hold_until - now).total_seconds()
        return bucket.with_place(priority, bucket.hold_until + _PLACE_KEPT), Lease(0.0, wait)
    scarce = available < wanted + 1.0
    if scarce and bucket.somebody_before(priority, now):
        wait = max(least / limit.refill_per_second, 0.05)
        return bucket.with_place(priority, now + timedelta(seconds=wait) + _PLACE_KEPT), Lease(0.0, wait)
    if available + _CRUMB >= least:
        granted = min(wanted, available)
        satisfied = granted >= wanted - _CRUMB
        bucket = bucket.without(limit, granted, now)
        return bucket.with_place(priority, None if satisfied else now + _PLACE_KEPT), Lease(granted, 0.0)
    wait = bucket.wait(limit, least, priority, now)
    return bucket.with_place(priority, now + timedelta(seconds=wait) + _PLACE_KEPT), Lease(0.0, wait)


@dataclass(frozen=True, slots=True)
class OpenCircuit:
    """A vendor account that is not called at present."""

    account: str
    failures: int
    opened_at: datetime
    probe_at: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class VendorAccounts:
    pool: Pool

    # ---- the rate budget

    def lease(self, account: str, limit: Limit, *, wanted: float, priority: Priority, now: datetime) -> Lease:
        """Take up to `wanted` tokens; when they are scarce, whoever goes first gets them first."""
        with self._bucket(account, limit, now) as (session, bucket):
            left, lease = leased(bucket, limit, wanted=wanted, priority=priority, now=now)
            _write(session, account, left)
        return lease

    def observe(self, account: str, limit: Limit, *, available: float, now: datetime) -> None:
        """Take the vendor's own word for what is left; the lower figure wins until it refills, or a window has passed."""
        with self._bucket(account, limit, now) as (session, bucket):
            refilled = bucket.refilled(limit, now)
            spent = refilled.available(limit, Priority.INJECTION) - max(0.0, available)
            _write(session, account, refilled.without(limit, max(0.0, spent), now))

    def hold_off(self, account: str, *, until: datetime) -> None:
        """Nobody leases before `until`."""
        with self.pool.session() as session:
            session.execute(
                """
                insert into vendor_account (account, tokens, refilled_at, hold_until) values (%s, 'infinity', %s, %s)
                on conflict (account) do update set hold_until = greatest(vendor_account.hold_until, excluded.hold_until)
                """,
                [account, until, until],
            )

    # ---- the circuit

    def may_call(self, account: str, now: datetime) -> CircuitState:
        """CLOSED: call. PROBING: the caller, and nobody else for an interval, may make one probe. OPEN: do not call."""
        with self.pool.transaction() as session:
            row = session.execute("select probe_at, failures from vendor_account where account = %s", [account]).fetchone()
            if row is None or row[0] is None:
                return CircuitState.CLOSED
            # Whoever got the probe may die with it: the next one is due a full interval later all the same.
            won = session.execute(
                "update vendor_account set probe_at = %s where account = %s and probe_at <= %s",
                [now + probe_interval(row[1], threshold=THRESHOLD), account, now],
            ).rowcount
        return CircuitState.PROBING if won else CircuitState.OPEN

    def succeeded(self, account: str, now: datetime) -> None:
        """The vendor answered; the circuit closes."""
        del now
        with self.pool.session() as session:
            session.execute(
                """
                update vendor_account set failures = 0, opened_at = null, probe_at = null, last_reason = ''
                where account = %s and (failures > 0 or probe_at is not null)
                """,
                [account],
            )

    def failed(self, account: str, now: datetime, *, reason: str) -> None:
        """Count a failure; the circuit opens after several in a row."""
        with self.pool.transaction() as session:
            row = session.execute("select failures from vendor_account where account = %s for update", [account]).fetchone()
            failures = (row[0] if row else 0) + 1
            session.execute(
                """
                insert into vendor_account as kept (account, tokens, refilled_at, failures, last_reason)
                values (%(account)s, 'infinity', %(now)s, 1, %(reason)s)
                on conflict (account) do update set
                    failures = kept.failures + 1,
                    last_reason = excluded.last_reason,
                    opened_at = case when kept.failures + 1 >= %(threshold)s
                        then coalesce(kept.opened_at, %(now)s) end,
                    probe_at = case when kept.failures + 1 >= %(threshold)s
                        then greatest(kept.probe_at, %(probe_at)s) end
                """,
                {
                    "account": account,
                    "now": now,
                    "reason": reason[:500],
                    "threshold": THRESHOLD,
                    "probe_at": now + probe_interval(failures, threshold=THRESHOLD),
                },
            )

    def seconds_until_probe(self, account: str, now: datetime) -> float:
        with self.pool.session() as session:
            row = session.execute("select probe_at from vendor_account where account = %s", [account]).fetchone()
        return max(0.0, (row[0] - now).total_seconds()) if row and row[0] else 0.0

    def open_circuits(self) -> list[OpenCircuit]:
        """Every account that is not called at present, and why."""
        with self.pool.session() as session:
            rows = session.execute(
                """
                select account, failures, opened_at, probe_at, last_reason from vendor_account
                where probe_at is not null order by account
                """
            ).fetchall()
        return [OpenCircuit(*row) for row in rows]

    @contextmanager
    def _bucket(self, account: str, limit: Limit, now: datetime) -> Iterator[tuple[Session, Bucket]]:
        with self.pool.transaction() as session:
            select = """
                select tokens, refilled_at, hold_until, waiting_at, called_at from vendor_account
                where account = %s for update
                """
            row = session.execute(select, [account]).fetchone()
            if row is None:
                session.execute(
                    """
                    insert into vendor_account (account, tokens, refilled_at) values (%s, %s, %s)
                    on conflict (account) do nothing
                    """,
                    [account, limit.capacity, now],
                )
                row = session.execute(select, [account]).fetchone()
            assert row is not None, "accounts are never deleted"  # noqa: S101 - for the type checker
            tokens, refilled_at, hold_until, waiting_at, called_at = row
            tokens = min(tokens, limit.capacity)
            yield session, Bucket(tokens, refilled_at, hold_until, tuple(waiting_at), tuple(called_at))


def _write(session: Session, account: str, bucket: Bucket) -> None:
    session.execute(
        """
        update vendor_account set tokens = %s, refilled_at = %s, waiting_at = %s, called_at = %s::timestamptz[]
        where account = %s
        """,
        [bucket.tokens, bucket.refilled_at, list(bucket.turned_away_until), list(bucket.called_at), account],
    )
