"""A run that drains: works, listens, and ends."""

from dataclasses import dataclass
from datetime import timedelta

from cogent_pipelines.flows.draining import drain, drain_flow
from cogent_pipelines_tests.factories.orders import NINE, NORTHWIND

LINGER = timedelta(seconds=30)
LONGEST = NINE + timedelta(minutes=10)


@dataclass(frozen=True)
class Done:
    count: int = 0
    trouble: str = ""

    @property
    def worked(self) -> bool:
        return self.count > 0

    def __add__(self, other: "Done") -> "Done":
        return Done(self.count + other.count, other.trouble)


class Work:
    """A queue by hand: `arrivals` are the seconds after nine at which one more is there, and word of it goes out."""

    def __init__(self, clock, *, arrivals=(), due=None, trouble="") -> None:
        self.clock, self.arrivals, self.due, self.trouble = clock, sorted(arrivals), due, trouble
        self.stepped_at: list[float] = []

    def elapsed(self) -> float:
        return (self.clock.now() - NINE).total_seconds()

    def step(self) -> Done:
        self.stepped_at.append(self.elapsed())
        here = [at for at in self.arrivals if at <= self.elapsed()]
        self.arrivals = self.arrivals[len(here) :]
        if self.due is not None and self.due <= self.clock.now() and not self.trouble:
            here, self.due = [*here, 0], None
        return Done(len(here), self.trouble)

    def listen(self, seconds: float) -> bool:
        heard = bool(self.arrivals) and self.arrivals[0] <= self.elapsed() + seconds
        self.clock.advance(max(0.0, self.arrivals[0] - self.elapsed()) if heard else seconds)
        return heard

    def drain(self, *, linger=LINGER, until=LONGEST):
        return drain(self.step, listen=self.listen, next_due=lambda: self.due, clock=self.clock, linger=linger, until=until)


def test_without_linger_a_run_works_once_and_ends(clock):
    """For connections where nothing is urgent."""
    work = Work(clock, arrivals=[0])

    drained = work.drain(linger=timedelta(0))

    assert (Done(1), 1, NINE) == (drained.report, drained.steps, drained.ended_at)


def test_a_lingering_run_takes_the_next_order_the_moment_it_comes(clock):
    """And ends when it has been quiet for the linger."""
    work = Work(clock, arrivals=[0, 12.5, 40])

    drained = work.drain()

    assert Done(3) == drained.report
    assert {12.5, 40} <= set(work.stepped_at)
    assert NINE + timedelta(seconds=70) == drained.ended_at


def test_a_run_wakes_for_a_retry_that_comes_due(clock):
    """Nobody says a word when a backoff has passed."""
    work = Work(clock, arrivals=[0], due=NINE + timedelta(seconds=7))

    drained = work.drain()

    assert (Done(2), True) == (drained.report, 7 in work.stepped_at)


def test_a_run_ends_at_its_longest_time_however_busy(clock):
    """Its successor waits on the lock."""
    work = Work(clock, arrivals=range(0, 2000, 5))

    drained = work.drain()

    assert LONGEST == drained.ended_at
    assert 120 == drained.report.count


def test_a_vendor_that_takes_its_time_to_fail_is_given_the_linger_all_the_same(clock):
    """A single call that nobody answered must not end the run: what it was about is asked again within seconds."""
    work = Work(clock, arrivals=[0])
    answered = work.step

    def step() -> Done:
        if work.stepped_at:
            work.trouble = "no answer"
            clock.advance(40)
        return answered()

    work.step = step
    drained = work.drain(until=NINE + timedelta(hours=1))

    assert [0.0, 55.0, 110.0] == work.stepped_at
    assert NINE + timedelta(seconds=110) == drained.ended_at


def test_a_vendor_that_says_nothing_for_minutes_is_left_to_another_run(clock):
    """Its place is somebody else's meanwhile."""
    work = Work(clock, due=NINE, trouble="no answer")
    answered = work.step

    def step() -> Done:
        clock.advance(240)
        return answered()

    work.step = step
    drained = work.drain()

    assert (1, NINE + timedelta(seconds=240)) == (drained.steps, drained.ended_at)


def test_what_is_due_and_cannot_be_done_is_not_tried_without_pause(clock):
    """A vendor that takes no calls must not make a busy loop."""
    work = Work(clock, due=NINE, trouble="503")

    drained = work.drain()

    assert ("503", 6) == (drained.report.trouble, drained.steps)


def test_a_flow_is_drained_by_one_run_at_a_time_and_hears_its_own_words(ledger, clock):
    """The second run finds the lock taken and says so; the first hears what is committed while it listens."""
    heard = []

    def step() -> Done:
        heard.append(clock.now())
        if len(heard) == 1:
            inner = drain_flow(step, **common)
            assert (None, 0) == (inner.report, inner.steps)
            ledger.notify(NORTHWIND.name, "order_injection")
        else:
            clock.advance(60)
        return Done(1)

    common = {
        "ledger": ledger,
        "connection": NORTHWIND.name,
        "flow": "order_injection",
        "clock": clock,
        "linger": LINGER,
        "until": NINE + timedelta(seconds=45),
    }

    drained = drain_flow(step, **common)

    assert (Done(2), 2) == (drained.report, drained.steps)
