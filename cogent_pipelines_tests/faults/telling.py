"""A violation as a person wants it: its seed, the shortest schedule that shows it, and the story of the order concerned."""

from contextlib import ExitStack

from cogent_pipelines_tests.faults.bugs import Bug
from cogent_pipelines_tests.faults.drawing import schedule_of
from cogent_pipelines_tests.faults.kinds import kind_of
from cogent_pipelines_tests.faults.running import play, run, world_of
from cogent_pipelines_tests.faults.schedule import Schedule
from cogent_pipelines_tests.faults.shrinking import numbered, shortest
from cogent_pipelines_tests.kept_connections import empty


def told(seed: int, pairs: str, ledger_url: str, bug: Bug | None = None) -> list[str]:
    """Run the seed again, shrink it, and tell what is left of it."""
    with ExitStack() as switched_on:
        if bug is not None:
            switched_on.enter_context(bug.switched_on(ledger_url))
        return _told(schedule_of(seed, pairs), ledger_url)


def _told(whole: Schedule, ledger_url: str) -> list[str]:
    named = f"seed {whole.seed}" + (f" of {whole.pair}" if whole.pair else "")
    empty(ledger_url)
    broken = run(whole, ledger_url).invariants
    if not broken:
        return [f"{named}: nothing is broken when it is run again"]

    def fails(schedule: Schedule) -> bool:
        empty(ledger_url)
        return bool(broken & run(schedule, ledger_url).invariants)

    short = shortest(whole, fails)
    empty(ledger_url)
    with world_of(short, ledger_url) as world:
        violations = play(short, world).violations
        lines = [f"{named}: {violation}" for violation in violations]
        kept = f"{len(short.steps)} of {len(whole.steps)} steps"
        lines += [f"  the shortest schedule that shows it: {kept}; stock {dict(short.stock)}"]
        lines += [f"  {line}" for line in numbered(short.steps)]
        if violations:
            lines += ["  what happened:", *(f"    {line}" for line in kind_of(short).story_of(violations[0], world))]
    return lines
