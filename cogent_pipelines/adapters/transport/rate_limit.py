"""Tokens of one vendor account, leased from the shared budget and spent here.

How the budget is shared between processes is the ledger's matter; here, who waits goes by priority, then by arrival.
"""

import asyncio
import heapq
import itertools
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

from cogent_pipelines.adapters.transport.call import Reading, Verdict
from cogent_pipelines.ports.clock import Clock
from cogent_pipelines.ports.vendor_account import Limit, Priority, RateBudget, WindowLimit

Sleeper = Callable[[float], Awaitable[None]]

# A lease that is asked for beyond what waits right now is worth this many seconds of refill, and is given up when unused
# for as long as `_LEASE_LIFE`: tokens hoarded here would be missing elsewhere, and spent late they would exceed the limit.
_AHEAD_SECONDS = 0.5
_LEASE_LIFE = timedelta(seconds=2)
_SHORTEST_WAIT = 0.01
_LONGEST_REFILL = 1.0
# Refills are fractions: a token that lacks this little of being whole is whole.
_CRUMB = 1e-6
_OBSERVE_EVERY = timedelta(seconds=1)


Limits = Callable[[str], Limit | None]
"""The limit of each of a vendor's budgets, by its scope; it may change as the vendor's answers say. None: no limit."""


class ScopedTokens:
    """Tokens of every budget that one account has; used from the client's event loop only.

    The budget without a name is the account's own; the others are kept beside it, each for itself.
    """

    def __init__(self, *, account: str, limits: Limits, budget: RateBudget, clock: Clock, sleep: Sleeper) -> None:
        self._account = account
        self._limits = limits
        self._budget = budget
        self._clock = clock
        self._sleep = sleep
        self._by_scope: dict[str, tuple[Limit, Tokens]] = {}

    def of(self, scope: str) -> "Tokens | None":
        """Those that a call of this scope spends; None where it is not limited."""
        limit = self._limits(scope)
        if limit is None:
            return None
        known = self._by_scope.get(scope)
        if known is None or known[0] != limit:
            # Whoever waits for the old limit's tokens still gets them there.
            known = (limit, self._tokens(scope, limit))
            self._by_scope[scope] = known
        return known[1]

    def _tokens(self, scope: str, limit: Limit) -> "Tokens":
        account = f"{self._account}/{scope}" if scope else self._account
        return Tokens(account=account, limit=limit, budget=self._budget, clock=self._clock, sleep=self._sleep)


class Tokens:
    """The local end of the rate budget; used from the client's event loop only."""

    def __init__(self, *, account: str, limit: Limit, budget: RateBudget, clock: Clock, sleep: Sleeper) -> None:
        self._account = account
        self._limit = limit
        # A window counts a call when it is leased: none is leased before somebody waits for it, and none is kept.
        in_window = isinstance(limit, WindowLimit)
        self._ahead = 0.0 if in_window else limit.refill_per_second * _AHEAD_SECONDS
        self._lease_life = timedelta(0) if in_window else _LEASE_LIFE
        self._budget = budget
        self._clock = clock
        self._sleep = sleep
        self._held = 0.0
        self._leased_at = clock.now()
        self._in_flight = 0.0
        self._waiting: list[tuple[Priority, int, float, asyncio.Future[float]]] = []
        self._arrivals = itertools.count()
        self._filler: asyncio.Task[None] | None = None
        self._observed_at: datetime | None = None

    async def take(self, cost: float, priority: Priority, *, patience: float) -> float | None:
        """Spend `cost` tokens; None when they were got, else seconds after which asking again makes sense.

        Waits up to `patience` seconds. Errors of the budget itself are raised.
        """
        cost = min(cost, self._limit.capacity)
        self._forget_stale_lease()
        if not self._waiting and self._held >= cost - _CRUMB:
            self._held = max(0.0, self._held - cost)
            return None
        turn: asyncio.Future[float] = asyncio.get_running_loop().create_future()
        entry = (priority, next(self._arrivals), cost, turn)
        heapq.heappush(self._waiting, entry)
        if self._filler is None or self._filler.done():
            self._filler = asyncio.create_task(self._fill(patience))
        wait = await turn
        return None if wait <= 0 else wait

    def sent(self, cost: float) -> None:
        self._in_flight += cost

    async def returned(self, cost: float, reading: Reading | None) -> None:
        """Take the vendor's own word for the budget, at most once a second unless it is throttling."""
        self._in_flight = max(0.0, self._in_flight - cost)
        if reading is None:
            return
        now = self._clock.now()
        throttled = reading.verdict is Verdict.THROTTLED
        if throttled:
            self._held = 0.0
            if reading.retry_after is not None:
                until = now + timedelta(seconds=reading.retry_after)
                await asyncio.to_thread(self._budget.hold_off, self._account, until=until)
        elif reading.actual_cost is not None and reading.actual_cost < cost:
            # Tokens are asked for by the price that a call may have; what it did not use is spent on the next one.
            self._held += cost - reading.actual_cost
            self._leased_at = now
        if reading.tokens_left is not None and (throttled or self._may_observe(now)):
            self._observed_at = now
            # Tokens that are leased or under way are still to be charged there, so they are not available to others.
            left = max(0.0, reading.tokens_left - self._held - self._in_flight)
            await asyncio.to_thread(self._budget.observe, self._account, self._limit, available=left, now=now)

    def _may_observe(self, now: datetime) -> bool:
        return self._observed_at is None or abs(now - self._observed_at) >= _OBSERVE_EVERY

    def _forget_stale_lease(self) -> None:
        if self._held and not self._waiting and self._clock.now() - self._leased_at > self._lease_life:
            self._held = 0.0

    async def _fill(self, patience: float) -> None:
        """Lease until nobody waits; gives up on everybody when a lease is further away than `patience`."""
        try:
            waited = 0.0
            while self._waiting:
                wait = await self._lease()
                waited = 0.0 if self._serve() else waited
                if not self._waiting:
                    return
                if wait is None:
                    # All that was wanted was there; who waits now came while it was fetched.
                    continue
                wait = wait or self._seconds_until_enough()
                if waited + wait > patience:
                    self._dismiss(wait)
                    return
                await self._sleep(wait)
                waited += wait
        except Exception as error:  # noqa: BLE001 - the budget's own failure is raised where the tokens were asked for
            self._fail(error)

    async def _lease(self) -> float | None:
        """Ask for what is waited for: None where all of it came, 0 where some did, else the seconds until some may come."""
        first = self._waiting[0]
        demand = sum(entry[2] for entry in self._waiting) - self._held
        wanted = min(max(demand, self._ahead, first[2] - self._held), self._limit.capacity)
        now = self._clock.now()
        lease = await asyncio.to_thread(
            self._budget.lease,
            self._account,
            self._limit,
            wanted=wanted,
            priority=first[0],
            now=now,
        )
        if lease.granted > 0:
            self._held += lease.granted
            self._leased_at = now
            return None if lease.granted >= wanted - _CRUMB else 0.0
        return max(lease.wait, _SHORTEST_WAIT)

    def _seconds_until_enough(self) -> float:
        """After a lease that was not enough: a while in which the rest may refill, so that it is not fetched in crumbs."""
        missing = self._waiting[0][2] - self._held
        return min(max(missing / self._limit.refill_per_second, _SHORTEST_WAIT), _LONGEST_REFILL)

    def _serve(self) -> bool:
        served = False
        while self._waiting and self._held >= self._waiting[0][2] - _CRUMB:
            _, _, cost, turn = heapq.heappop(self._waiting)
            if not turn.done():
                self._held = max(0.0, self._held - cost)
                turn.set_result(0.0)
                served = True
        return served

    def _dismiss(self, wait: float) -> None:
        while self._waiting:
            turn = heapq.heappop(self._waiting)[3]
            if not turn.done():
                turn.set_result(wait)

    def _fail(self, error: Exception) -> None:
        while self._waiting:
            turn = heapq.heappop(self._waiting)[3]
            if not turn.done():
                turn.set_exception(error)
