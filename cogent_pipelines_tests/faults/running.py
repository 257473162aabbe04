"""One schedule from its first step to the verdict."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from cogent_pipelines_tests.faults import invariants
from cogent_pipelines_tests.faults.deaths import Reaper
from cogent_pipelines_tests.faults.performing import OURS, perform
from cogent_pipelines_tests.faults.schedule import Schedule
from cogent_pipelines_tests.faults.violation import Violation
from cogent_pipelines_tests.faults.watching import Broken, watch, watch_writes
from cogent_pipelines_tests.faults.world import Endless, FaultWorld, one_thing_after_the_other
from cogent_pipelines_tests.journeys.wire import Died

BROKEN = "every run ends in order"


@dataclass(slots=True)
class Outcome:
    """What one schedule showed. `faults` are those that struck, by kind; `deaths` the moments at which the process died."""

    seed: int
    violations: list[Violation] = field(default_factory=list)
    faults: Counter[str] = field(default_factory=Counter)
    deaths: Counter[str] = field(default_factory=Counter)

    @property
    def invariants(self) -> set[str]:
        return {violation.invariant for violation in self.violations}


@contextmanager
def world_of(schedule: Schedule, ledger_url: str) -> Iterator[FaultWorld]:
    """The schedule's world over an empty ledger, closed at the end."""
    reaper = Reaper()
    with one_thing_after_the_other(reaper):
        world = FaultWorld(ledger_url, schedule, reaper)
        try:
            yield world
        finally:
            world.close()


def run(schedule: Schedule, ledger_url: str) -> Outcome:
    with world_of(schedule, ledger_url) as world:
        return play(schedule, world)


def play(schedule: Schedule, world: FaultWorld) -> Outcome:
    """Do every step, let everything come to rest, and judge."""
    outcome = Outcome(schedule.seed)
    try:
        _play(schedule, world, outcome)
    except Broken:
        pass  # What broke is among the violations.
    except (Exception, Died, Endless) as error:  # noqa: BLE001 - whatever breaks is what a schedule is there to find
        outcome.violations.append(Violation(BROKEN, f"{type(error).__name__}: {error}"))
    outcome.faults.update(kind for book in (world.shop.faults, world.tenant.faults) for kind, _ in book.obeyed_log)
    outcome.faults["gateway_away"] += world.gateway_refused
    outcome.deaths.update(world.reaper.deaths)
    return outcome


def _play(schedule: Schedule, world: FaultWorld, outcome: Outcome) -> None:
    watch_writes(world, outcome.violations)
    for number, step in enumerate(schedule.steps, start=1):
        perform(world, step)
        if step.kind in OURS:
            outcome.violations += watch(world, number)
            if outcome.violations:
                return
    come_to_rest(world)
    outcome.violations += invariants.judge(world)


def come_to_rest(world: FaultWorld) -> None:
    """Nothing goes wrong any more and nobody buys; the warehouse sends what it has, and the carrier gives its numbers."""
    world.shop.faults.clear()
    world.tenant.faults.clear()
    world.router.errands.clear()
    world.gateway_refuses = 0
    world.restart()
    world.runner.run(world.tenant.events.flush_held_back())
    world.run_until_quiet()
    world.tenant.warehouse.work()
    world.tenant.warehouse.floor.tracking_arrives()
    world.run_until_quiet()
