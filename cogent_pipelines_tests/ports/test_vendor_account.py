"""A limit that counts calls in a window: whatever is asked for, and whenever, no window ever holds more."""

from bisect import bisect_right
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from cogent_pipelines.ledger.vendor_accounts import Bucket, leased
from cogent_pipelines.ports.vendor_account import Priority, WindowLimit
from cogent_pipelines.simulators.peoplevox.rate_limit import RateLimit as VendorsOwn
from cogent_pipelines.simulators.peoplevox.switches import Switches

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
FIFTEEN = WindowLimit(calls=15, seconds=15)
WITH_PLACES_KEPT = WindowLimit(calls=15, seconds=15, margin=0.5, kept=4)

REQUESTS = st.lists(
    st.tuples(
        st.one_of(st.none(), st.floats(0, 40, allow_nan=False), st.floats(0, 2, allow_nan=False)),
        st.integers(1, 20),
        st.sampled_from(Priority),
    ),
    min_size=1,
    max_size=120,
)
"""Seconds since the request before, or as long as that was told to wait; how many calls are wanted, and who wants them."""
Requests = list[tuple[float | None, int, Priority]]


def after(seconds: float) -> datetime:
    return NOON + timedelta(seconds=seconds)


def fresh() -> Bucket:
    return Bucket(0.0, NOON, None, (None,) * len(Priority))


def played(limit: WindowLimit, requests: Requests) -> tuple[Bucket, datetime, list[datetime]]:
    """What is left at last, when that was, and when each call was let go; each caller comes once and takes what it gets."""
    bucket, now, told, calls = fresh(), NOON, 0.0, []
    for passed, wanted, priority in requests:
        now += timedelta(seconds=told if passed is None else passed)
        bucket, lease = leased(bucket, limit, wanted=wanted, priority=priority, now=now)
        told = lease.wait
        calls += [now] * int(lease.granted)
    return bucket, now, calls


def fullest(calls: list[datetime], seconds: float) -> int:
    """The most calls that any window of so many seconds holds; a window holds its beginning and not its end."""
    return max(
        (bisect_right(calls, at + timedelta(seconds=seconds, microseconds=-1)) - n for n, at in enumerate(calls)), default=0
    )


@given(requests=REQUESTS)
def test_no_window_ever_holds_more_calls_than_are_allowed(requests):
    assert 15 >= fullest(played(FIFTEEN, requests)[2], 15)
    assert 15 >= fullest(played(WITH_PLACES_KEPT, requests)[2], 15.5)


@given(requests=REQUESTS, window=st.sampled_from(["sliding", "fixed"]), late=st.lists(st.floats(0, 0.499), max_size=200))
def test_the_vendor_refuses_nothing_however_it_lays_its_windows_and_however_late_calls_arrive(requests, window, late):
    """Nobody knows which kind of window the vendor has; calls travel for up to the margin."""
    vendor = VendorsOwn(Switches(rate_limit_calls=15, rate_limit_seconds=15, rate_limit_window=window))
    calls = played(WITH_PLACES_KEPT, requests)[2]
    travel = [*late, *[0.0] * len(calls)]
    arrivals = sorted(at + timedelta(seconds=seconds) for at, seconds in zip(calls, travel, strict=False))

    assert all(vendor.admits(at) for at in arrivals)


@given(requests=REQUESTS)
def test_who_waits_as_long_as_told_gets_a_call_where_nobody_else_takes_it(requests):
    """The wait is neither too short, which would cost a visit, nor longer than a window."""
    bucket, now, _ = played(FIFTEEN, requests)
    recent = FIFTEEN.recent(bucket.called_at, now)

    wait = FIFTEEN.wait(recent, Priority.INJECTION, now)

    later = now + timedelta(seconds=wait)
    assert FIFTEEN.free(FIFTEEN.recent(recent, later), Priority.INJECTION) > 0
    assert (wait > 0) == (FIFTEEN.free(recent, Priority.INJECTION) == 0)
    assert wait <= 15


def test_an_idle_account_gives_its_whole_allowance_at_once():
    bucket, lease = leased(fresh(), FIFTEEN, wanted=15, priority=Priority.INJECTION, now=NOON)

    assert (15.0, 0.0) == (lease.granted, lease.wait)
    assert 15.0 == leased(bucket, FIFTEEN, wanted=1, priority=Priority.INJECTION, now=NOON)[1].wait
    assert 15.0 == leased(bucket, FIFTEEN, wanted=99, priority=Priority.INJECTION, now=after(15))[1].granted


def test_what_can_wait_leaves_an_orders_calls_alone():
    """A sweep takes what it may; an order that comes the moment after is sent at once."""
    bucket, sweep = leased(fresh(), WITH_PLACES_KEPT, wanted=15, priority=Priority.SWEEP, now=NOON)
    bucket, more = leased(bucket, WITH_PLACES_KEPT, wanted=1, priority=Priority.DESPATCH, now=after(1))
    _, order = leased(bucket, WITH_PLACES_KEPT, wanted=4, priority=Priority.INJECTION, now=after(1))

    assert (11.0, 0.0, 4.0) == (sweep.granted, more.granted, order.granted)


def test_a_clock_that_is_behind_makes_no_call_older_than_the_one_before():
    """Two machines are never of one mind; what was let go later counts for longer."""
    bucket, _ = leased(fresh(), FIFTEEN, wanted=10, priority=Priority.INJECTION, now=after(2))
    bucket, _ = leased(bucket, FIFTEEN, wanted=5, priority=Priority.INJECTION, now=NOON)

    assert [after(2)] * 15 == list(bucket.called_at)


def test_a_limit_of_one_call_still_serves_everybody():
    """What is kept for orders never shuts the others out."""
    one = WindowLimit(calls=1, seconds=15, kept=4)

    assert 1.0 == leased(fresh(), one, wanted=3, priority=Priority.SWEEP, now=NOON)[1].granted
