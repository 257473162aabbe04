"""Many schedules in several processes, each with a ledger of its own; outcomes come as they are ready."""

import logging
import multiprocessing
import os
from collections.abc import Iterator, Sequence
from multiprocessing.pool import Pool

from cogent_pipelines_tests.faults.bugs import Bug, bug_named
from cogent_pipelines_tests.faults.drawing import THE_RICHER_ONE, schedule_of
from cogent_pipelines_tests.faults.running import BROKEN, Outcome, run
from cogent_pipelines_tests.faults.schedule import Schedule
from cogent_pipelines_tests.faults.telling import told
from cogent_pipelines_tests.faults.tracing import trace
from cogent_pipelines_tests.kept_connections import empty

_AT_ONCE = 5
# What a mistake in good faith would never have got past its first run.
_OF_CODE = ("TypeError", "AttributeError", "NameError")
_ledger: list[str] = []


def run_many(seeds: Sequence[int], pairs: str, ledger_urls: Sequence[str]) -> Iterator[Outcome]:
    """Run each seed once, in no order of theirs."""
    with _processes(ledger_urls) as pool:
        yield from pool.imap_unordered(_run_one, [(seed, pairs) for seed in seeds], chunksize=_AT_ONCE)


def tell_one(seed: int, pairs: str, ledger_url: str, bug: str | None = None) -> list[str]:
    """Tell of a seed from a process like those that found it."""
    with _processes([ledger_url]) as pool:
        return pool.apply(_tell_one, (seed, pairs, bug))


def trace_each(seeds: Sequence[int], pairs: str, ledger_url: str) -> list[list[str]]:
    """Run the seeds one after the other in another process, and give all that each came to."""
    with _processes([ledger_url]) as pool:
        return pool.map(_trace_one, [(seed, pairs) for seed in seeds])


def hunt_many(
    bugs: Sequence[Bug], seeds: Sequence[int], pairs: str, ledger_urls: Sequence[str]
) -> Iterator[tuple[str, int, Outcome]]:
    """For each bug the number of schedules until it was caught, and the outcome that caught it, or the last one."""
    with _processes(ledger_urls) as pool:
        yield from pool.imap_unordered(_hunt_one, [(bug.name, list(seeds), pairs) for bug in bugs])


def _processes(ledger_urls: Sequence[str]) -> Pool:
    # A seed is the same run whatever the order of a set; where that should fail one day, it is the same in these at least.
    os.environ["PYTHONHASHSEED"] = "0"
    context = multiprocessing.get_context("spawn")
    queue = context.Queue()
    for url in ledger_urls:
        queue.put(url)
    return context.Pool(len(ledger_urls), _begin, (queue,))


def _begin(queue: "multiprocessing.Queue[str]") -> None:
    logging.disable(logging.CRITICAL)
    _ledger.append(queue.get())


def _run_one(task: tuple[int, str]) -> Outcome:
    empty(_ledger[0])
    return run(schedule_of(*task), _ledger[0])


def _tell_one(seed: int, pairs: str, bug: str | None) -> list[str]:
    return told(seed, pairs, _ledger[0], bug_named(bug) if bug else None)


def _trace_one(task: tuple[int, str]) -> list[str]:
    return trace(schedule_of(*task), _ledger[0])


def _hunt_one(task: tuple[str, list[int], str]) -> tuple[str, int, Outcome]:
    name, seeds, pairs = task
    bug = bug_named(name)
    schedules = [schedule_of(seed, pairs) for seed in seeds]
    return hunt(bug, [each for each in schedules if bug.met_by(each.pair or THE_RICHER_ONE)], _ledger[0])


def hunt(bug: Bug, schedules: Sequence[Schedule], ledger_url: str) -> tuple[str, int, Outcome]:
    """Run schedules with the bug switched on until one shows it.

    Raises ValueError where the bug is no longer the mistake that it was, but breaks the code in whose place it is put.
    """
    outcome = Outcome(-1)
    with bug.switched_on(ledger_url):
        for tried, schedule in enumerate(schedules, start=1):
            empty(ledger_url)
            outcome = run(schedule, ledger_url)
            if outcome.violations:
                _refuse_what_only_breaks(bug, outcome)
                return bug.name, tried, outcome
    return bug.name, len(schedules), outcome


def _refuse_what_only_breaks(bug: Bug, outcome: Outcome) -> None:
    for violation in outcome.violations:
        if violation.invariant == BROKEN and violation.said.startswith(_OF_CODE):
            raise ValueError(f"{bug.name} breaks the code ({violation.said}): this bug must be written anew")
