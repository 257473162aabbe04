"""Idle: what a stack costs that has nothing to do.

An hour's worth of each sensor's ticks is evaluated one after another against the stack's own ledger and instance; none may
ask for a run. Then nothing is done at all for a minute, and the processor time of every process is counted.
"""

import json
import subprocess
import sys
import time

import psycopg

from benchmarks.figures import Figure, Given, Row
from benchmarks.full_stack import FullStack, Wanted, full_stack
from cogent_pipelines.local_stack.databases import for_psycopg

NAME = "idle"
BAR = "an hour's ticks with nothing to do start 0 runs"
_SECONDS = 60.0
_QUIET_SECONDS = 30.0
_LONGEST_WAIT_SECONDS = 300.0


def measure(given: Given) -> Figure:
    with full_stack(given, Wanted(linger_seconds=5.0)) as stack:
        given.say("idle: waiting until the first looks at both vendors are done")
        _wait_until_quiet(stack)
        given.say(f"idle: {_SECONDS:.0f} s of nothing")
        runs, before = _runs(stack), stack.costs.seconds_by_name()
        began = time.monotonic()
        time.sleep(_SECONDS)
        passed = time.monotonic() - began
        after = stack.costs.seconds_by_name()
        started = _runs(stack) - runs
        given.say("idle: an hour's ticks")
        ticks = ticks_of(stack)
    shares = {name: (after[name] - before.get(name, 0.0)) / passed for name in after}
    asked = sum(sensor["run_requests"] for sensor in ticks.values())
    count = sum(sensor["ticks"] for sensor in ticks.values())
    whole = sum(shares.values())
    largest = sorted(shares.items(), key=lambda pair: -pair[1])[:4]
    return Figure(
        NAME,
        BAR,
        asked == 0 and started == 0,
        (
            Row(f"runs asked for in an hour's {count:,} ticks", str(asked), "0"),
            Row(f"runs started in {passed:.0f} s", str(started), "0"),
            Row("processor, all processes together", f"{100 * whole:.0f} % of one core"),
            Row("of it", ", ".join(f"{name} {100 * share:.0f} %" for name, share in largest)),
        ),
        {
            "runs_started": asked + started,
            "ticks": ticks,
            "cpu_share_of_one_core": round(whole, 3),
            "cpu_share_by_process": {name: round(share, 4) for name, share in shares.items()},
        },
        ("sensors look every 5 and 30 s; webserver, daemon, code server, gateway, database and both stand-ins counted",),
    )


def _wait_until_quiet(stack: FullStack) -> None:
    """Until no run is under way and none was started for a while."""
    limit, seen, since = time.monotonic() + _LONGEST_WAIT_SECONDS, -1, time.monotonic()
    while time.monotonic() < limit:
        runs = _runs(stack)
        if runs != seen or _under_way(stack):
            seen, since = runs, time.monotonic()
        if time.monotonic() - since > _QUIET_SECONDS:
            return
        stack.check()
        time.sleep(1.0)


def _runs(stack: FullStack) -> int:
    return count_of(stack, "select count(*) from runs")


def _under_way(stack: FullStack) -> int:
    return count_of(stack, "select count(*) from runs where status not in ('SUCCESS', 'FAILURE', 'CANCELED')")


def count_of(stack: FullStack, question: str) -> int:
    """Ask Dagster's own storage."""
    with psycopg.connect(for_psycopg(stack.stack.databases.dagster), autocommit=True) as session:
        row = session.execute(question.encode()).fetchone()
    return int(row[0]) if row else 0


def ticks_of(stack: FullStack, *count: str) -> dict[str, dict[str, float]]:
    """Evaluate the sensors in a process that has the stack's environment: an hour's worth of each, or so many."""
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.idle_ticks", *count],
        env=dict(stack.environment),
        cwd=stack.stack.supervisor.home.checkout,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode or not done.stdout.strip():
        raise RuntimeError(f"the sensors could not be evaluated:\n{done.stderr[-2000:]}")
    found: dict[str, dict[str, float]] = json.loads(done.stdout.splitlines()[-1])
    return found
