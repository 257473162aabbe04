"""A vendor that is down is left alone, and asked now and then."""

from collections.abc import Callable
from datetime import datetime

import httpx

from cogent_pipelines.adapters.transport.memory import MemoryCircuit
from cogent_pipelines.adapters.transport.retry import Patience
from cogent_pipelines.adapters.transport.settled import Standing
from cogent_pipelines.ports.vendor_account import CircuitState
from cogent_pipelines_tests.adapters.transport.wire import ACCOUNT, SleptClock, Vendor, a_read, a_write, client_of

ONCE = Patience(attempts=1)


def failing_after(seconds: float, clock: SleptClock, sent: list[httpx.Request]) -> Callable[[httpx.Request], httpx.Response]:
    def fail(request: httpx.Request) -> httpx.Response:
        sent.append(request)
        clock.pass_by(seconds)
        return httpx.Response(503)

    return fail


def test_after_several_failures_in_a_row_nothing_is_sent_any_more():
    """The calls come back at once, not done, with the time of the next probe."""
    clock, sent = SleptClock(), []
    settings = {"clock": clock, "circuit": MemoryCircuit(threshold=3), "patience": ONCE, "concurrency": 1}
    with client_of(failing_after(1, clock, sent), **settings) as client:
        settled = client.send_all([a_write() for _ in range(10)])

    assert 3 == len(sent)
    assert {Standing.NOT_DONE} == {one.standing for one in settled}
    assert 5.0 == settled[-1].retry_after


def test_quick_failures_of_one_moment_count_once():
    """Eight connections that break in one restart must not stop an account for a minute."""
    clock, sent = SleptClock(), []
    settings = {"clock": clock, "circuit": MemoryCircuit(threshold=3), "patience": ONCE}
    with client_of(failing_after(0.01, clock, sent), **settings) as client:
        client.send_all([a_write() for _ in range(8)])

    assert 8 == len(sent)


def test_an_open_circuit_does_not_hold_up_its_callers():
    """No repeats are slept out while the circuit is open."""
    clock, circuit = SleptClock(), MemoryCircuit(threshold=1)
    circuit.failed(ACCOUNT, clock.now(), reason="down")
    with client_of(Vendor(), circuit=circuit, clock=clock) as client:
        client.send_all([a_write() for _ in range(10)])

    assert [] == clock.slept


def test_one_probe_goes_out_and_its_success_closes_the_circuit():
    """Of many calls at the time of the probe, one alone asks; when it is answered, all go."""
    clock, circuit, vendor = SleptClock(), MemoryCircuit(threshold=1), Vendor()
    circuit.failed(ACCOUNT, clock.now(), reason="down")
    clock.pass_by(60)
    with client_of(vendor, circuit=circuit, clock=clock, concurrency=1) as client:
        first = client.send(a_write())
        after = client.send_all([a_write() for _ in range(3)])

    assert (4, Standing.ANSWERED) == (len(vendor.requests), first.standing)
    assert {Standing.ANSWERED} == {one.standing for one in after}


def test_a_failed_probe_keeps_the_circuit_open_for_longer():
    """One request per interval, however many callers there are."""
    clock, circuit, vendor = SleptClock(), MemoryCircuit(threshold=1), Vendor(httpx.ConnectError("still down"))
    circuit.failed(ACCOUNT, clock.now(), reason="down")
    clock.pass_by(60)
    with client_of(vendor, circuit=circuit, clock=clock, patience=ONCE) as client:
        client.send_all([a_write() for _ in range(10)])

    assert 1 == len(vendor.requests)
    assert 10.0 == circuit.seconds_until_probe(ACCOUNT, clock.now())


def test_a_probe_that_has_to_log_in_first_still_closes_the_circuit():
    """The process that gets the probe may have no session yet; its log-in belongs to the probe."""
    clock, circuit, vendor = SleptClock(), MemoryCircuit(threshold=1), Vendor()
    circuit.failed(ACCOUNT, clock.now(), reason="down")
    clock.pass_by(60)
    with client_of(vendor, circuit=circuit, clock=clock, credentials=LogsIn()) as client:
        settled = client.send(a_write())

    assert Standing.ANSWERED == settled.standing
    assert CircuitState.CLOSED == circuit.may_call(ACCOUNT, clock.now())


class LogsIn:
    """Has no session until it was fetched with a call of its own."""

    def __init__(self) -> None:
        self._session = False

    def apply(self, call):
        return call if self._session else None

    def renew(self, stale, send):
        send(a_read()).answered()
        self._session = True


def test_only_the_vendors_own_failures_count():
    """Refusals and throttling come from a vendor that is well."""
    circuit, clock = MemoryCircuit(threshold=1), SleptClock()
    with client_of(Vendor(400, 429, 403, 200), circuit=circuit, clock=clock, patience=ONCE) as client:
        for _ in range(4):
            client.send(a_write())

    assert CircuitState.CLOSED == circuit.may_call(ACCOUNT, clock.now())


def test_a_closed_circuit_is_not_asked_for_every_call():
    """Where all is well the circuit costs nothing."""

    class Counting(MemoryCircuit):
        asked = 0

        def may_call(self, account: str, now: datetime) -> CircuitState:
            self.asked += 1
            return super().may_call(account, now)

    circuit = Counting()
    with client_of(Vendor(), circuit=circuit) as client:
        client.send_all([a_read() for _ in range(50)])

    assert 1 == circuit.asked


def test_nothing_is_sent_while_the_circuit_cannot_be_asked():
    """With the ledger away no outcome could be recorded either."""

    class Unreachable(MemoryCircuit):
        def may_call(self, account: str, now: datetime) -> CircuitState:
            raise ConnectionError(account, now)

    vendor = Vendor()
    with client_of(vendor, circuit=Unreachable()) as client:
        settled = client.send(a_write())

    assert ([], Standing.NOT_DONE) == (vendor.requests, settled.standing)
