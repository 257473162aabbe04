"""One budget and one circuit for all runs of a vendor account."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest

from cogent_pipelines.ports.vendor_account import CircuitState, Lease, Priority, RateLimit, WindowLimit

ACCOUNT = "peoplevox:northwind"
NOW = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
LIMIT = RateLimit(capacity=15, refill_per_second=1)


def after(seconds: float) -> datetime:
    return NOW + timedelta(seconds=seconds)


def lease(ledger, wanted: float, *, priority: Priority = Priority.INJECTION, now: datetime = NOW) -> Lease:
    return ledger.accounts.lease(ACCOUNT, LIMIT, wanted=wanted, priority=priority, now=now)


def test_many_runs_together_get_no_more_than_the_bucket_holds(ledger):
    """However many ask at once, the vendor's limit is kept."""
    with ThreadPoolExecutor(8) as threads:
        leases = list(threads.map(lambda _: lease(ledger, 2), range(24)))

    assert 15 == sum(each.granted for each in leases)


def test_an_empty_bucket_says_when_to_come_back_and_refills(ledger):
    """What was used comes back at the vendor's rate, up to the capacity and no further."""
    assert Lease(15, 0) == lease(ledger, 20)
    assert Lease(0, 1) == lease(ledger, 4)
    assert Lease(3, 0) == lease(ledger, 4, now=after(3))
    assert Lease(15, 0) == lease(ledger, 99, now=after(1000))


def test_when_tokens_are_scarce_a_sweep_waits_behind_an_order(ledger):
    """Injection was sent away first, so the next tokens are its own."""
    lease(ledger, 15)
    assert 0 == lease(ledger, 1).granted

    assert 0 == lease(ledger, 1, priority=Priority.SWEEP, now=after(1)).granted
    assert 1 == lease(ledger, 1, now=after(1)).granted
    assert 1 == lease(ledger, 1, priority=Priority.SWEEP, now=after(2)).granted


def test_a_caller_that_never_comes_back_does_not_keep_its_place_for_ever(ledger):
    """A run that died while it waited must not starve the others."""
    lease(ledger, 15)
    lease(ledger, 1)

    assert 0 == lease(ledger, 2, priority=Priority.SWEEP, now=after(2)).granted
    assert 4 == lease(ledger, 4, priority=Priority.SWEEP, now=after(4)).granted


def test_the_vendors_own_word_lowers_the_bucket_and_never_raises_it(ledger):
    """Somebody else may be using the same account."""
    ledger.accounts.observe(ACCOUNT, LIMIT, available=2, now=NOW)
    assert 2 == lease(ledger, 5).granted
    ledger.accounts.observe(ACCOUNT, LIMIT, available=10, now=NOW)
    assert 0 == lease(ledger, 5).granted


def test_nobody_leases_while_the_vendor_asked_for_silence(ledger):
    """`Retry-After` binds every run, and the longest wish wins; an account may be told before it was ever leased."""
    ledger.accounts.hold_off(ACCOUNT, until=after(30))
    ledger.accounts.hold_off(ACCOUNT, until=after(10))

    assert Lease(0, 30) == lease(ledger, 1)
    assert Lease(1, 0) == lease(ledger, 1, now=after(30))


def test_the_circuit_opens_after_five_failures_in_a_row_and_hands_out_one_probe(ledger):
    """A success in between starts the count again."""
    for _ in range(4):
        ledger.accounts.failed(ACCOUNT, NOW, reason="504")
    ledger.accounts.succeeded(ACCOUNT, NOW)
    for _ in range(4):
        ledger.accounts.failed(ACCOUNT, NOW, reason="504")
    assert CircuitState.CLOSED == ledger.accounts.may_call(ACCOUNT, NOW)
    ledger.accounts.failed(ACCOUNT, NOW, reason="504")

    assert CircuitState.OPEN == ledger.accounts.may_call(ACCOUNT, after(4))
    assert 1 == ledger.accounts.seconds_until_probe(ACCOUNT, after(4))
    with ThreadPoolExecutor(8) as threads:
        states = list(threads.map(lambda _: ledger.accounts.may_call(ACCOUNT, after(5)), range(8)))
    assert 1 == states.count(CircuitState.PROBING)
    assert 7 == states.count(CircuitState.OPEN)


@pytest.mark.parametrize("probe_succeeds", [True, False])
def test_a_probe_decides_whether_the_circuit_stays_open(ledger, probe_succeeds):
    """A failed probe buys a longer silence, up to a minute."""
    for _ in range(5):
        ledger.accounts.failed(ACCOUNT, NOW, reason="connection refused")
    assert ["connection refused"] == [circuit.reason for circuit in ledger.accounts.open_circuits()]
    assert CircuitState.PROBING == ledger.accounts.may_call(ACCOUNT, after(5))

    if probe_succeeds:
        ledger.accounts.succeeded(ACCOUNT, after(6))
    else:
        ledger.accounts.failed(ACCOUNT, after(6), reason="connection refused")

    expected = CircuitState.CLOSED if probe_succeeds else CircuitState.OPEN
    assert expected == ledger.accounts.may_call(ACCOUNT, after(6))
    assert probe_succeeds == (not ledger.accounts.open_circuits())


def test_probes_of_a_vendor_that_stays_away_are_further_and_further_apart(ledger):
    """Five seconds at first, never more than a minute."""
    waits = []
    for failures in range(1, 12):
        ledger.accounts.failed(ACCOUNT, after(failures * 100), reason="still down")
        waits.append(ledger.accounts.seconds_until_probe(ACCOUNT, after(failures * 100)))

    assert [0, 0, 0, 0, 5, 10, 20, 40, 60, 60, 60] == waits


# ---- accounts whose vendor counts calls in a window

WINDOW = WindowLimit(calls=15, seconds=15, kept=4)


def from_window(ledger, wanted: float, *, priority: Priority = Priority.INJECTION, now: datetime = NOW) -> Lease:
    return ledger.accounts.lease(ACCOUNT, WINDOW, wanted=wanted, priority=priority, now=now)


def test_many_runs_together_get_no_more_calls_than_a_window_holds(ledger):
    """However many ask at once, and in how many processes."""
    with ThreadPoolExecutor(8) as threads:
        leases = list(threads.map(lambda _: from_window(ledger, 2), range(24)))

    assert 15 == sum(each.granted for each in leases)


def test_calls_come_free_one_window_after_each_was_made(ledger):
    """Nothing trickles in between: a window is a window."""
    assert Lease(10, 0) == from_window(ledger, 10)
    assert Lease(5, 0) == from_window(ledger, 9, now=after(6))
    assert Lease(0, 8) == from_window(ledger, 1, now=after(7))
    assert Lease(10, 0) == from_window(ledger, 99, now=after(15))
    assert Lease(5, 0) == from_window(ledger, 99, now=after(21))


def test_in_a_window_too_a_sweep_waits_behind_an_order(ledger):
    """The order was sent away first; the calls that come free are its own."""
    from_window(ledger, 15)
    assert 0 == from_window(ledger, 4, now=after(14)).granted

    assert 0 == from_window(ledger, 11, priority=Priority.SWEEP, now=after(15)).granted
    assert 4 == from_window(ledger, 4, now=after(15)).granted
    assert 7 == from_window(ledger, 11, priority=Priority.SWEEP, now=after(15)).granted


def test_a_vendor_that_finds_us_too_fast_closes_the_window(ledger):
    """Somebody else calls with the same account: nothing is let go until a whole window has passed."""
    from_window(ledger, 3)
    ledger.accounts.observe(ACCOUNT, WINDOW, available=0, now=after(5))

    assert Lease(0, 10) == from_window(ledger, 1, now=after(5))
    assert Lease(3, 0) == from_window(ledger, 9, now=after(15))
    assert Lease(12, 0) == from_window(ledger, 99, now=after(20))
