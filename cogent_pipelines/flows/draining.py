"""A run that drains: work until the queue is empty, then listen for more, until it has been quiet or long enough.

Starting a run costs seconds, so a run that has found work stays for the next order, which then waits milliseconds. What a
step does is its flow's matter.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Generic, Protocol, Self, TypeVar

from cogent_pipelines.canonical.identity import ConnectionName
from cogent_pipelines.flows.garbage import collected_seldom
from cogent_pipelines.flows.outlasting import outlast
from cogent_pipelines.ledger.database import Ledger
from cogent_pipelines.ledger.listening import work_of
from cogent_pipelines.ports.clock import Clock

# While nothing is said, the queue is looked at this often all the same: a listening connection may have broken.
_LOOK_AGAIN = timedelta(seconds=15)
# A step that could do nothing about what is due is not repeated sooner.
_BREATH = timedelta(seconds=1)
# Nor one that met a vendor who takes no calls.
_PATIENCE = timedelta(seconds=5)
# Whoever was silent for so long in one step will be so in the next.
_LONG_SILENCE = timedelta(seconds=60)


class StepReport(Protocol):
    """What a flow's report must say for itself."""

    @property
    def worked(self) -> bool:
        """Whether the step found anything that it could do; what it only put off in its trouble is none."""
        ...

    @property
    def trouble(self) -> str:
        """Why the step stopped early; '' where it did not."""
        ...

    def __add__(self, other: Self, /) -> Self: ...


Report = TypeVar("Report", bound=StepReport)


@dataclass(frozen=True, slots=True)
class Drained(Generic[Report]):
    """What all steps did together. `report` is None where another run had the lock, and nothing was done."""

    report: Report | None
    steps: int
    began_at: datetime
    ended_at: datetime


def drain(
    step: Callable[[], Report],
    *,
    listen: Callable[[float], bool],
    next_due: Callable[[], datetime | None],
    clock: Clock,
    linger: timedelta,
    until: datetime,
) -> Drained[Report]:
    """Run `step` until there is nothing to do; then wait for word, or for the next due time, and run it again.

    `listen` waits up to so many seconds and says whether there was word of work. Ends when nothing could be done for
    `linger`, and begins no step after `until`. The time that a vendor takes to fail is not taken off that, once: what it
    did not answer is asked again within seconds. A vendor that says nothing for long is left to another run.
    """
    began = clock.now()
    report = step()
    part, steps, in_trouble = report, 1, bool(report.trouble)
    stays_from = began if _was_silence(part, clock.now() - began) else clock.now()
    while (now := clock.now()) < (end := min(stays_from + linger, until)):
        wake = min(_wake(now, part, next_due()), end)
        heard = listen(max(0.0, (wake - now).total_seconds()))
        if clock.now() >= end or (not heard and wake == end):
            break
        stepped_at, part = clock.now(), step()
        report, steps = report + part, steps + 1
        fails_anew = bool(part.trouble) and not in_trouble and not _was_silence(part, clock.now() - stepped_at)
        if part.worked or fails_anew:
            stays_from, in_trouble = clock.now(), bool(part.trouble)
    return Drained(report, steps, began, clock.now())


def _was_silence(step: StepReport, took: timedelta) -> bool:
    return bool(step.trouble) and not step.worked and took > _LONG_SILENCE


def _wake(now: datetime, last: StepReport, due: datetime | None) -> datetime:
    """When to look again if nothing is said."""
    breath = _PATIENCE if last.trouble else timedelta(0) if last.worked else _BREATH
    return max(now + breath, min(now + _LOOK_AGAIN, due or now + _LOOK_AGAIN))


def drain_flow(
    step: Callable[[], Report],
    *,
    ledger: Ledger,
    connection: ConnectionName,
    flow: str,
    clock: Clock,
    linger: timedelta,
    until: datetime,
    wait_for_lock: timedelta = timedelta(0),
) -> Drained[Report]:
    """Drain one flow of one connection while holding its lock, listening from before the first step on.

    A ledger that goes away meanwhile takes the lock with it: then everything is begun anew, as far as this run still may.
    """
    began, done = clock.now(), _Done(step)

    def drained() -> bool:
        with ledger.advisory_lock(connection, flow, wait_seconds=wait_for_lock.total_seconds()) as mine:
            if mine:
                with ledger.listening() as listener, collected_seldom():
                    drain(
                        done.step,
                        listen=lambda seconds: listener.wait(seconds, words=[work_of(connection, flow)]),
                        next_due=lambda: ledger.due_work.next_due(connection, flow),
                        clock=clock,
                        linger=linger,
                        until=until,
                    )
            return mine

    outlast(drained, went_on=done.went_on, clock=clock, until=until)
    return Drained(done.report, done.steps, began, clock.now())


@dataclass(slots=True)
class _Done(Generic[Report]):
    """What the steps did together, those before the ledger went away too."""

    do: Callable[[], Report]
    report: Report | None = None
    steps: int = 0
    seen: int = 0

    def step(self) -> Report:
        part = self.do()
        self.report = part if self.report is None else self.report + part
        self.steps += 1
        return part

    def went_on(self) -> bool:
        """Whether there were steps since this was asked last."""
        before, self.seen = self.seen, self.steps
        return self.steps > before
