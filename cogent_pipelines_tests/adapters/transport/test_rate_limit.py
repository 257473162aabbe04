"""Tokens: never more than the vendor allows, its own word obeyed, the urgent first."""

import asyncio
from datetime import datetime, timedelta
from typing import Any

import httpx

from cogent_pipelines.adapters.transport.call import Answer, Reading, Verdict
from cogent_pipelines.adapters.transport.memory import MemoryBudget
from cogent_pipelines.adapters.transport.rate_limit import Tokens
from cogent_pipelines.adapters.transport.retry import Patience
from cogent_pipelines.adapters.transport.settled import Standing
from cogent_pipelines.ports.vendor_account import Lease, Priority, RateLimit, WindowLimit
from cogent_pipelines_tests.adapters.transport.wire import ACCOUNT, SleptClock, Vendor, a_read, a_write, client_of

FIFTEEN_IN_FIFTEEN_SECONDS = RateLimit(capacity=15, refill_per_second=1)


def full(answer: Answer) -> Reading:
    """Of a vendor that says nothing of its budget but that it is spent."""
    return (
        Reading(Verdict.THROTTLED, tokens_left=0.0)
        if answer.status == httpx.codes.TOO_MANY_REQUESTS
        else Reading(Verdict.FINE)
    )


class CountingBudget(MemoryBudget):
    """Knows how often it was asked."""

    asked = 0

    def lease(self, account: str, limit: RateLimit, *, wanted: float, priority: Priority, now: datetime) -> Lease:
        self.asked += 1
        return super().lease(account, limit, wanted=wanted, priority=priority, now=now)


def test_each_scope_has_a_budget_of_its_own():
    """What one kind of call has used up keeps no other kind waiting, nor the account's own calls."""
    clock, vendor = SleptClock(), Vendor()
    limits = {"orders": RateLimit(1, 0.1), "stock": RateLimit(3, 0.1)}.get
    calls = [a_read(scope=scope) for scope in ("orders", "stock", "stock", "stock", "", "")]

    with client_of(vendor, clock=clock, limits=limits) as client:
        client.send_all(calls)
        slept_before = sum(clock.slept)
        client.send(a_read(scope="orders"))

    assert (0, 7) == (slept_before, len(vendor.requests))
    assert 9 <= sum(clock.slept) <= 11


def test_a_scopes_limit_may_change_while_it_is_used():
    """The vendor's answers say what it really is."""
    clock, vendor = SleptClock(), Vendor()
    limits = {"orders": RateLimit(1, 0.01)}

    with client_of(vendor, clock=clock, limits=limits.get) as client:
        client.send(a_read(scope="orders"))
        limits["orders"] = RateLimit(50, 50)
        client.send_all([a_read(scope="orders") for _ in range(20)])

    assert (21, True) == (len(vendor.requests), sum(clock.slept) < 2)


def test_scopes_are_separate_in_the_shared_budget():
    """Each under the account's name and its own, so that other processes spend from the same."""
    asked = []

    class Noted(MemoryBudget):
        def lease(self, account: str, limit: RateLimit, **wish: Any) -> Lease:
            asked.append(account)
            return super().lease(account, limit, **wish)

    with client_of(Vendor(), budget=Noted(), limits={"orders": RateLimit(1, 1), "": RateLimit(1, 1)}.get) as client:
        client.send_all([a_read(scope="orders"), a_read()])

    assert {f"{ACCOUNT}/orders", ACCOUNT} == set(asked)


def test_calls_beyond_the_bucket_wait_for_its_refill():
    """Forty calls under fifteen per fifteen seconds take the time of the missing twenty-five."""
    clock, vendor = SleptClock(), Vendor()
    began = clock.now()
    with client_of(vendor, limit=FIFTEEN_IN_FIFTEEN_SECONDS, clock=clock) as client:
        settled = client.send_all([a_write() for _ in range(40)])

    assert (40, {Standing.ANSWERED}) == (len(vendor.requests), {one.standing for one in settled})
    assert 25 <= round((clock.now() - began).total_seconds(), 3)


def test_a_call_that_costs_more_than_the_bucket_holds_is_sent_when_it_is_full():
    """It cannot cost more than all there is, and must not wait for ever."""
    vendor = Vendor()
    with client_of(vendor, limit=RateLimit(100, 50)) as client:
        settled = client.send(a_read(cost=500))

    assert Standing.ANSWERED == settled.standing


def test_what_a_call_did_not_use_is_spent_on_the_next():
    """Shops price a query by what it may return; ten that return little fit where one full price would."""

    def cheap(answer: Answer) -> Reading:
        del answer
        return Reading(Verdict.FINE, actual_cost=10)

    clock = SleptClock()
    with client_of(Vendor(), reader=cheap, limit=RateLimit(100, 1), clock=clock, concurrency=1) as client:
        client.send_all([a_read(cost=100) for _ in range(10)])

    assert 10 * 9 == round(sum(clock.slept))


def test_an_expensive_call_does_not_fetch_its_tokens_in_crumbs():
    """Each lease is a visit to the ledger: after one that was not enough, the rest is given time to refill."""
    budget, clock, limit = CountingBudget(), SleptClock(), RateLimit(1000, 100)
    budget.lease(ACCOUNT, limit, wanted=1000, priority=Priority.SWEEP, now=clock.now())
    with client_of(Vendor(), limit=limit, budget=budget, clock=clock) as client:
        client.send(a_read(cost=500))

    assert budget.asked < 20


def test_a_call_whose_tokens_are_too_far_away_comes_back_not_done():
    """With the time to wait, so that the flow comes back then; nothing was sent."""
    clock, budget, vendor = SleptClock(), MemoryBudget(), Vendor()
    budget.hold_off(ACCOUNT, until=clock.now() + timedelta(minutes=10))
    with client_of(vendor, limit=RateLimit(10, 1), budget=budget, clock=clock) as client:
        settled = client.send(a_write())

    assert ([], Standing.NOT_DONE, 600.0) == (vendor.requests, settled.standing, settled.retry_after)


def test_the_vendors_wish_for_silence_binds_every_caller_of_the_account():
    """Two clients share one budget: the throttling of one quiets the other."""
    clock, budget = SleptClock(), MemoryBudget()
    throttled, other = Vendor(httpx.Response(429, headers={"retry-after": "300"})), Vendor()
    shared = {"limit": RateLimit(10, 1), "budget": budget, "clock": clock}
    with client_of(throttled, **shared) as first, client_of(other, **shared) as second:
        first.send(a_write())
        settled = second.send(a_write())

    assert ([], Standing.NOT_DONE, 300.0) == (other.requests, settled.standing, settled.retry_after)


def test_the_vendors_own_figure_lowers_the_budget():
    """Somebody else spends from the same account: what the vendor says is left is what is left."""
    clock, budget, limit = SleptClock(), MemoryBudget(), RateLimit(1000, 50)
    with client_of(
        Vendor(httpx.Response(200, headers={"tokens-left": "20"})), limit=limit, budget=budget, clock=clock
    ) as client:
        client.send(a_read(cost=100))

    lease = budget.lease(ACCOUNT, limit, wanted=500, priority=Priority.SWEEP, now=clock.now())
    assert Lease(20, 0) == lease


def test_scarce_tokens_go_to_the_urgent_first():
    """A sweep that came first waits behind an injection; of one priority, first come first served."""
    clock = SleptClock()
    served: list[tuple[Priority, int]] = []

    async def sleep(seconds: float) -> None:
        clock.sleep(seconds)

    async def callers() -> None:
        tokens = Tokens(account=ACCOUNT, limit=RateLimit(1, 1), budget=MemoryBudget(), clock=clock, sleep=sleep)

        async def take(priority: Priority, arrival: int) -> None:
            await tokens.take(1, priority, patience=60)
            served.append((priority, arrival))

        await asyncio.gather(*(take(priority, arrival) for arrival in range(3) for priority in reversed(Priority)))

    asyncio.run(callers())

    assert [(priority, arrival) for priority in Priority for arrival in range(3)] == served


def test_a_handful_of_tokens_costs_one_lease():
    """Leases are asked for many waiting calls at once, not call by call."""

    budget = CountingBudget()
    with client_of(Vendor(), limit=RateLimit(10_000, 1000), budget=budget) as client:
        client.send_all([a_read() for _ in range(400)])

    assert 1 == budget.asked


def test_tokens_left_from_a_lease_are_not_spent_much_later():
    """What is not used soon goes back to nobody: spent late it would exceed the limit."""
    clock, budget, limit = SleptClock(), MemoryBudget(), RateLimit(100, 20)
    with client_of(Vendor(), limit=limit, budget=budget, clock=clock) as client:
        client.send(a_read())
        clock.pass_by(5)
        budget.hold_off(ACCOUNT, until=clock.now() + timedelta(minutes=10))
        settled = client.send(a_read())

    assert Standing.NOT_DONE == settled.standing


def test_nothing_is_sent_while_the_budget_cannot_be_asked():
    """A ledger that is away costs a delay, never a call beyond the limit; and every waiting call is told."""

    class Unreachable(MemoryBudget):
        def lease(self, *_args: object, **_kwargs: object) -> Lease:
            raise ConnectionError("ledger down")

    vendor = Vendor()
    with client_of(vendor, limit=RateLimit(10, 1), budget=Unreachable(), patience=Patience()) as client:
        settled = client.send_all([a_write() for _ in range(5)])

    assert ([], {Standing.NOT_DONE}) == (vendor.requests, {one.standing for one in settled})


def test_a_window_lets_an_idle_account_call_at_once_and_then_waits_for_it_to_pass():
    """Twenty calls: fifteen now, five a window later; none is fetched ahead of need, because it would count already."""
    clock, vendor, budget = SleptClock(), Vendor(), CountingBudget()
    limit = WindowLimit(calls=15, seconds=15)
    began = clock.now()
    with client_of(vendor, limit=limit, clock=clock, budget=budget) as client:
        client.send_all([a_write() for _ in range(15)])
        at_once = clock.now() - began
        settled = client.send_all([a_write() for _ in range(5)])

    assert (timedelta(0), {Standing.ANSWERED}) == (at_once, {one.standing for one in settled})
    assert timedelta(seconds=15) <= clock.now() - began < timedelta(seconds=17)


def test_a_throttled_call_under_a_window_waits_a_whole_window():
    """Our count was wrong, so nothing of it is trusted."""
    clock = SleptClock()
    began = clock.now()
    with client_of(Vendor(429, 200), limit=WindowLimit(calls=15, seconds=15), clock=clock, reader=full) as client:
        settled = client.send(a_write())

    assert Standing.ANSWERED == settled.standing
    assert timedelta(seconds=15) <= clock.now() - began < timedelta(seconds=18)
