"""One schedule from its first step to the verdict."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from cogent_pipelines_tests.faults.at_once import one_thing_after_the_other
from cogent_pipelines_tests.faults.deaths import Reaper
from cogent_pipelines_tests.faults.kinds import KindOfWorld, kind_of
from cogent_pipelines_tests.faults.mortal import MortalWorld
from cogent_pipelines_tests.faults.performing import OURS, perform
from cogent_pipelines_tests.faults.router import Endless
from cogent_pipelines_tests.faults.schedule import Schedule
from cogent_pipelines_tests.faults.violation import Violation
from cogent_pipelines_tests.journeys.wire import Died

BROKEN = "every run ends in order"


@dataclass(slots=True)
class Outcome:
    """What one schedule showed. `faults` are those that struck, by kind; `deaths` the moments at which the process died."""

    seed: int
    pair: str = ""
    violations: list[Violation] = field(default_factory=list)
    faults: Counter[str] = field(default_factory=Counter)
    deaths: Counter[str] = field(default_factory=Counter)

    @property
    def name(self) -> str:
        return f"seed {self.seed}" + (f" of {self.pair}" if self.pair else "")

    @property
    def invariants(self) -> set[str]:
        return {violation.invariant for violation in self.violations}


@contextmanager
def world_of(schedule: Schedule, ledger_url: str) -> Iterator[MortalWorld]:
    """The schedule's world over an empty ledger, closed at the end."""
    reaper = Reaper()
    with one_thing_after_the_other(reaper):
        world = kind_of(schedule).open(ledger_url, schedule, reaper)
        try:
            yield world
        finally:
            world.close()


def run(schedule: Schedule, ledger_url: str) -> Outcome:
    with world_of(schedule, ledger_url) as world:
        return play(schedule, world)


def play(schedule: Schedule, world: MortalWorld) -> Outcome:
    """Do every step, let everything come to rest, and judge."""
    outcome = Outcome(schedule.seed, schedule.pair)
    try:
        _play(schedule, world, kind_of(schedule), outcome)
    except (Exception, Died, Endless) as error:  # noqa: BLE001 - whatever breaks is what a schedule is there to find
        outcome.violations.append(Violation(BROKEN, f"{type(error).__name__}: {error}"))
    outcome.faults.update(kind for book in world.fault_books() for kind, _ in book.obeyed_log)
    outcome.faults["gateway_away"] += world.gateway_refused
    outcome.deaths.update(world.reaper.deaths)
    return outcome


def _play(schedule: Schedule, world: MortalWorld, kind: KindOfWorld, outcome: Outcome) -> None:
    kind.watch_writes(world, outcome.violations)
    for number, step in enumerate(schedule.steps, start=1):
        perform(world, step, kind.steps)
        if step.kind in OURS:
            outcome.violations += kind.watch(world, number)
            if outcome.violations:
                return
    world.come_to_rest()
    outcome.violations += kind.judge(world)
