"""`make faults`: run schedules, tell what was broken, and end with one line of JSON; `BUGS=1` proves that they can see.

make faults SCHEDULES=10000 SEED=0     so many schedules from that seed on
make faults PAIRS=mixed                between any storefront and any warehouse, as the seed says; or PAIRS=scayle-orderwise
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

from cogent_pipelines.cli.voice import interruptible
from cogent_pipelines_tests.faults.bugs import BUGS, bugs_of
from cogent_pipelines_tests.faults.drawing import CHOICES, THE_RICHER_ONE
from cogent_pipelines_tests.faults.ledgers import ledgers
from cogent_pipelines_tests.faults.workers import hunt_many, run_many, tell_one, trace_each

_MOST_TOLD = 3
_WITHIN = 500


@click.command()
@click.option("--schedules", default=200, type=click.IntRange(min=1), show_default=True, help="How many schedules.")
@click.option("--seed", default=0, type=click.IntRange(min=0), show_default=True, help="The seed of the first one.")
@click.option("--pairs", default=THE_RICHER_ONE, type=click.Choice(CHOICES), show_default=True, help="Between whom.")
@click.option("--only", type=click.IntRange(min=0), help="Run this seed alone and tell its story.")
@click.option("--with-bug", type=click.Choice(sorted(bug.name for bug in BUGS)), help="With --only: switch this bug on.")
@click.option("--trace", is_flag=True, help="With --only: print all that crossed the wire, to compare two runs.")
@click.option("--bugs", is_flag=True, help="Prove instead that each deliberate bug is caught.")
@click.option("--processes", default=os.cpu_count() or 1, type=click.IntRange(min=1), show_default="one per core")
def main(
    *,
    schedules: int,
    seed: int,
    pairs: str,
    only: int | None,
    with_bug: str | None,
    trace: bool,
    bugs: bool,
    processes: int,
) -> None:
    logging.disable(logging.CRITICAL)
    with interruptible():
        if only is not None and trace:
            found = _trace_one(only, pairs)
        elif only is not None:
            found = _tell_one(only, pairs, with_bug)
        elif bugs:
            found = _hunt(range(seed, seed + _WITHIN), pairs, processes)
        else:
            found = _run(range(seed, seed + schedules), pairs, processes)
    sys.exit(1 if found else 0)


def _tell_one(seed: int, pairs: str, with_bug: str | None) -> bool:
    with ledgers(1) as [url]:
        lines = tell_one(seed, pairs, url, with_bug)
    click.echo("\n".join(lines))
    return len(lines) > 1


def _trace_one(seed: int, pairs: str) -> bool:
    with ledgers(1) as [url]:
        [lines] = trace_each([seed], pairs, url)
    click.echo("\n".join(lines))
    return any(line.startswith("violation") for line in lines)


def _run(seeds: range, pairs: str, processes: int) -> bool:
    began, faults, deaths, broken, tried = time.monotonic(), Counter[str](), Counter[str](), dict[int, str](), Counter[str]()
    with ledgers(processes) as urls:
        for done, outcome in enumerate(run_many(seeds, pairs, urls), start=1):
            faults += outcome.faults
            deaths += outcome.deaths
            tried[outcome.pair] += 1
            if outcome.violations:
                broken[outcome.seed] = outcome.pair
                click.echo(f"{outcome.name}: {outcome.violations[0]}")
            if done % 100 == 0:
                click.echo(f"{done} of {len(seeds)} schedules, {len(broken)} with violations", err=True)
        seconds = time.monotonic() - began
        for seed in sorted(broken)[:_MOST_TOLD]:
            click.echo("\n".join(tell_one(seed, pairs, urls[0])))
    click.echo(
        json.dumps(
            {
                "schedules": len(seeds),
                "faults_injected": dict(sorted(faults.items())),
                "crashes": dict(sorted(deaths.items())),
                "violations": len(broken),
                "seeds": sorted(broken),
                **_by_pair(tried, Counter(broken.values())),
                "seconds": round(seconds, 1),
            }
        )
    )
    return bool(broken)


def _by_pair(tried: Counter[str], broken: Counter[str]) -> dict[str, dict[str, dict[str, int]]]:
    """How many schedules each pair had and how many of them showed a violation; nothing where there is one kind of pair."""
    by_pair = {pair: {"schedules": tried[pair], "violations": broken[pair]} for pair in sorted(tried) if pair}
    return {"pairs": by_pair} if by_pair else {}


def _hunt(seeds: range, pairs: str, processes: int) -> bool:
    """Print the table; True where a bug went unseen."""
    began, rows, bugs = time.monotonic(), {}, bugs_of(pairs)
    with ledgers(processes) as urls:
        for name, tried, outcome in hunt_many(bugs, seeds, pairs, urls):
            rows[name] = (tried, outcome)
            click.echo(f"{name}: {'caught' if outcome.violations else 'NOT CAUGHT'} after {tried}", err=True)
    click.echo("| bug | caught after (schedules) | by | seed |\n| --- | ---: | --- | ---: |")
    for bug in bugs:
        tried, outcome = rows[bug.name]
        by = outcome.violations[0].invariant if outcome.violations else "not caught"
        click.echo(f"| {bug.what} | {tried} | {by} | {outcome.seed} |")
    missed = [bug.name for bug in bugs if not rows[bug.name][1].violations]
    most = max(tried for tried, _ in rows.values())
    summary = {"bugs": len(bugs), "caught": len(bugs) - len(missed), "not_caught": missed, "most_schedules": most}
    click.echo(json.dumps({**summary, "seconds": round(time.monotonic() - began, 1)}))
    return bool(missed)


if __name__ == "__main__":
    main()
