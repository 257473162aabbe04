"""`make faults`: run schedules, tell what was broken, and end with one line of JSON; `BUGS=1` proves that they can see.

make faults SCHEDULES=10000 SEED=0     so many schedules from that seed on
make faults ONLY=4711                  one schedule, told whole; WITH=bug switches a deliberate bug on
make faults ONLY=4711 TRACE=1          all that crossed the wire in it, line by line, to compare two runs
make faults BUGS=1                     each deliberate bug in turn, and a table of what caught it
"""

import json
import logging
import os
import sys
import time
from collections import Counter

import click

from cogent_pipelines_tests.faults.bugs import BUGS
from cogent_pipelines_tests.faults.ledgers import ledgers
from cogent_pipelines_tests.faults.workers import hunt_many, run_many, tell_one, trace_each

_MOST_TOLD = 3
_WITHIN = 500


@click.command()
@click.option("--schedules", default=200, type=click.IntRange(min=1), show_default=True, help="How many schedules.")
@click.option("--seed", default=0, type=click.IntRange(min=0), show_default=True, help="The seed of the first one.")
@click.option("--only", type=click.IntRange(min=0), help="Run this seed alone and tell its story.")
@click.option("--with-bug", type=click.Choice(sorted(bug.name for bug in BUGS)), help="With --only: switch this bug on.")
@click.option("--trace", is_flag=True, help="With --only: print all that crossed the wire, to compare two runs.")
@click.option("--bugs", is_flag=True, help="Prove instead that each deliberate bug is caught.")
@click.option("--processes", default=os.cpu_count() or 1, type=click.IntRange(min=1), show_default="one per core")
def main(
    *, schedules: int, seed: int, only: int | None, with_bug: str | None, trace: bool, bugs: bool, processes: int
) -> None:
    logging.disable(logging.CRITICAL)
    if only is not None and trace:
        found = _trace_one(only)
    elif only is not None:
        found = _tell_one(only, with_bug)
    elif bugs:
        found = _hunt(range(seed, seed + _WITHIN), processes)
    else:
        found = _run(range(seed, seed + schedules), processes)
    sys.exit(1 if found else 0)


def _tell_one(seed: int, with_bug: str | None) -> bool:
    with ledgers(1) as [url]:
        lines = tell_one(seed, url, with_bug)
    click.echo("\n".join(lines))
    return len(lines) > 1


def _trace_one(seed: int) -> bool:
    with ledgers(1) as [url]:
        [lines] = trace_each([seed], url)
    click.echo("\n".join(lines))
    return any(line.startswith("violation") for line in lines)


def _run(seeds: range, processes: int) -> bool:
    began, faults, deaths, broken = time.monotonic(), Counter[str](), Counter[str](), list[int]()
    with ledgers(processes) as urls:
        for done, outcome in enumerate(run_many(seeds, urls), start=1):
            faults += outcome.faults
            deaths += outcome.deaths
            if outcome.violations:
                broken.append(outcome.seed)
                click.echo(f"seed {outcome.seed}: {outcome.violations[0]}")
            if done % 100 == 0:
                click.echo(f"{done} of {len(seeds)} schedules, {len(broken)} with violations", err=True)
        seconds = time.monotonic() - began
        for seed in sorted(broken)[:_MOST_TOLD]:
            click.echo("\n".join(tell_one(seed, urls[0])))
    click.echo(
        json.dumps(
            {
                "schedules": len(seeds),
                "faults_injected": dict(sorted(faults.items())),
                "crashes": dict(sorted(deaths.items())),
                "violations": len(broken),
                "seeds": sorted(broken),
                "seconds": round(seconds, 1),
            }
        )
    )
    return bool(broken)


def _hunt(seeds: range, processes: int) -> bool:
    """Print the table; True where a bug went unseen."""
    began, rows = time.monotonic(), {}
    with ledgers(processes) as urls:
        for name, tried, outcome in hunt_many(BUGS, seeds, urls):
            rows[name] = (tried, outcome)
            click.echo(f"{name}: {'caught' if outcome.violations else 'NOT CAUGHT'} after {tried}", err=True)
    click.echo("| bug | caught after (schedules) | by | seed |\n| --- | ---: | --- | ---: |")
    for bug in BUGS:
        tried, outcome = rows[bug.name]
        by = outcome.violations[0].invariant if outcome.violations else "not caught"
        click.echo(f"| {bug.what} | {tried} | {by} | {outcome.seed} |")
    missed = [bug.name for bug in BUGS if not rows[bug.name][1].violations]
    most = max(tried for tried, _ in rows.values())
    summary = {"bugs": len(BUGS), "caught": len(BUGS) - len(missed), "not_caught": missed, "most_schedules": most}
    click.echo(json.dumps({**summary, "seconds": round(time.monotonic() - began, 1)}))
    return bool(missed)


if __name__ == "__main__":
    main()
