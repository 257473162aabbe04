"""A violation as a person wants it: its seed, the shortest schedule that shows it, and the story of the order concerned."""

from contextlib import ExitStack

from cogent_pipelines_tests.faults.bugs import Bug
from cogent_pipelines_tests.faults.drawing import schedule_of
from cogent_pipelines_tests.faults.ledgers import empty
from cogent_pipelines_tests.faults.running import play, run, world_of
from cogent_pipelines_tests.faults.schedule import Schedule
from cogent_pipelines_tests.faults.shrinking import numbered, shortest
from cogent_pipelines_tests.faults.story import story_of


def told(seed: int, ledger_url: str, bug: Bug | None = None) -> list[str]:
    """Run the seed again, shrink it, and tell what is left of it."""
    with ExitStack() as switched_on:
        if bug is not None:
            switched_on.enter_context(bug.switched_on(ledger_url))
        return _told(seed, ledger_url)


def _told(seed: int, ledger_url: str) -> list[str]:
    whole = schedule_of(seed)
    empty(ledger_url)
    broken = run(whole, ledger_url).invariants
    if not broken:
        return [f"seed {seed}: nothing is broken when it is run again"]

    def fails(schedule: Schedule) -> bool:
        empty(ledger_url)
        return bool(broken & run(schedule, ledger_url).invariants)

    short = shortest(whole, fails)
    empty(ledger_url)
    with world_of(short, ledger_url) as world:
        violations = play(short, world).violations
        lines = [f"seed {seed}: {violation}" for violation in violations]
        kept = f"{len(short.steps)} of {len(whole.steps)} steps"
        lines += [f"  the shortest schedule that shows it: {kept}; stock {dict(short.stock)}"]
        lines += [f"  {line}" for line in numbered(short.steps)]
        if violations:
            lines += ["  what happened:", *(f"    {line}" for line in story_of(violations[0], world))]
    return lines
