"""Many connections in one deployment: what loading, looking and idling cost, and whether a dead one costs the others.

Three stacks, one after the other: the demo's connection alone; the same beside many that have nothing to do; and again with
some of those dead. Orders come to the demo's connection, and its time from webhook to acknowledgement is taken each time.
The dead ones, half of which get no answer from their vendors and half of which are refused, have orders waiting too.
"""

import json
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import psutil
import psycopg

from benchmarks import made_orders
from benchmarks.bed import SEED
from benchmarks.figures import Figure, Given, Row
from benchmarks.fleet import VENDORS, Fleet, lift_limits, write_fleet
from benchmarks.full_stack import FullStack, Wanted, full_stack
from benchmarks.idle import ticks_of
from benchmarks.latency import Measured, measured_latency
from cogent_pipelines.canonical.identity import ConnectionName
from cogent_pipelines.components.nouns import SEVERAL
from cogent_pipelines.connections.yaml_files import FOLDER_VARIABLE, read_connections
from cogent_pipelines.flows import despatch_reading, order_capture, stock_reading
from cogent_pipelines.ledger.database import Ledger
from cogent_pipelines.local_stack import services
from cogent_pipelines.local_stack import stack as stacks
from cogent_pipelines.local_stack.databases import for_psycopg
from cogent_pipelines.local_stack.ports import HOST
from cogent_pipelines.local_stack.processes import Service, first_line_of
from cogent_pipelines.local_stack.supervisor import Supervisor

NAME = "many"
_COUNT, _DEAD = 100, 10
_LOAD_SECONDS, _TICK_MILLISECONDS = 8.0, 500.0
# What dead neighbours may add: to the median and to the slow ones, beside the same fleet when it is healthy.
_MORE_P50, _MORE_P99 = 0.1, 1.0
BAR = (
    f"{_COUNT} connections load within {_LOAD_SECONDS:.0f} s, a tick looks at all within {_TICK_MILLISECONDS:.0f} ms, and "
    f"{_DEAD} dead ones add {_MORE_P50} s at most to the others' p50 and {_MORE_P99:.0f} s to their p99"
)
_LOADS = 3
_TICKS = "20"
_LINGER_SECONDS = 20.0
_ORDERS_WAITING = 3
# The demo's runs hand over each minute, so that its tables are fresh while somebody looks. Here they do as anywhere else.
_LONGEST_RUN_SECONDS = 600.0
_QUIET_SECONDS = 20.0
_LONGEST_SECONDS_TO_KNOW = 300.0
_FEEDS = (order_capture.ORDERS, despatch_reading.FEED, stock_reading.FEED)
_SERVERS = {"dagster_webserver": "webserver", "dagster_daemon": "daemon", "code_server": "code server"}


@dataclass(frozen=True, slots=True)
class DeadRuns:
    """Runs of dead connections in the time that was measured: how many were under way, and how long they held places."""

    under_way: int
    seconds: float
    passed: float

    @property
    def places(self) -> float:
        """How many of Dagster's places they held on average."""
        return self.seconds / self.passed


@dataclass(frozen=True, slots=True)
class Found:
    """What one stack came to. `memory` in megabytes by server; `at_first` from the start on, `latency` when that is over."""

    latency: Measured
    at_first: Measured
    ticks: Mapping[str, Mapping[str, float]]
    memory: Mapping[str, float]
    dead: DeadRuns


def measure(given: Given) -> Figure:
    variants = {"alone": (1, 0), "healthy": (_COUNT, 0), "with dead": (_COUNT, _DEAD)}
    folder = given.home.path / "bench" / "fleet"
    with _silence() as silence:
        loads = {count: _load_seconds(folder, count, given) for count in (1, _COUNT)}
        found: dict[str, Found] = {}
        for name, (count, dead) in variants.items():
            given.say(f"many: {count} connections, {dead} of them dead")
            found[name] = _measured(given, partial(write_fleet, folder, count=count, silence=silence, dead=dead))
    return _figure(given, loads, *found.values())


def _figure(given: Given, loads: Mapping[int, float], alone: Found, healthy: Found, dead: Found) -> Figure:
    ours, theirs = dead.latency, healthy.latency
    met = (
        loads[_COUNT] <= _LOAD_SECONDS
        and all(ticks["median_ms"] <= _TICK_MILLISECONDS for each in (healthy, dead) for ticks in each.ticks.values())
        and ours.quantile(0.5) <= theirs.quantile(0.5) + _MORE_P50
        and ours.quantile(0.99) <= theirs.quantile(0.99) + _MORE_P99
    )
    return Figure(
        NAME,
        BAR,
        met,
        (
            Row(f"loading {_COUNT} connections", f"{loads[_COUNT]:.1f} s", f"{loads[1]:.1f} s (one)"),
            *(
                Row(
                    f"one tick of {sensor}, all healthy; with {_DEAD} dead",
                    f"{healthy.ticks[sensor]['median_ms']:.0f} ms; {dead.ticks[sensor]['median_ms']:.0f} ms",
                    f"{alone.ticks[sensor]['median_ms']:.0f} ms (one connection)",
                )
                for sensor in sorted(alone.ticks)
            ),
            Row("idle memory: " + ", ".join(healthy.memory), _megabytes(healthy), f"{_megabytes(alone)} (one connection)"),
            *(
                Row(
                    f"order to acknowledged ({share}), beside {_COUNT - 1}; {_DEAD} of them dead",
                    f"{theirs.quantile(q):.2f} s; {ours.quantile(q):.2f} s",
                    f"{alone.latency.quantile(q):.2f} s (alone)",
                )
                for share, q in (("p50", 0.5), ("p99", 0.99))
            ),
            Row(
                f"the same while the {_DEAD} are found out, from the start on (p50, p99)",
                f"{dead.at_first.quantile(0.5):.2f} s, {dead.at_first.quantile(0.99):.2f} s",
            ),
            Row(
                f"runs of the {_DEAD} dead under way in {dead.dead.passed:.0f} s; places held on average",
                f"{dead.dead.under_way}; {dead.dead.places:.2f}",
                "16 (places there are)",
            ),
        ),
        {
            "connections": _COUNT,
            "dead": _DEAD,
            "load_seconds": {str(count): seconds for count, seconds in loads.items()},
            "ticks": {"alone": alone.ticks, "healthy": healthy.ticks, "with_dead": dead.ticks},
            "memory_mb": {"alone": alone.memory, "healthy": healthy.memory},
            "latency": {name: each.latency.as_json() for name, each in _named(alone, healthy, dead)},
            "latency_at_first": dead.at_first.as_json(),
            "dead_runs": dead.dead.under_way,
            "dead_places_held": round(dead.dead.places, 3),
        },
        (
            f"loading is an import in a fresh process, down to what the code server hands out; the median of {_LOADS}",
            "ticks are evaluated in a process of their own; each tick of feeds looks at its share, those who waited longest",
            "the others have polled before and have nothing new; the dead never answered yet and have orders waiting",
            f"orders came to one connection for {_seconds(given):.0f} s each time",
        ),
    )


def _named(*found: Found) -> Iterator[tuple[str, Found]]:
    return zip(("alone", "healthy", "with_dead"), found, strict=True)


def _megabytes(found: Found) -> str:
    return ", ".join(f"{megabytes:.0f}" for megabytes in found.memory.values()) + " MB"


def _seconds(given: Given) -> float:
    return given.options.seconds / 3


# ---- loading


def _load_seconds(folder: Path, count: int, given: Given) -> float:
    fleet = write_fleet(folder, count=count, details={})
    return statistics.median(_load_once(fleet, given) for _ in range(_LOADS))


def _load_once(fleet: Fleet, given: Given) -> float:
    said = _run_module("benchmarks.load_once", {**given.environ, FOLDER_VARIABLE: str(fleet.folder)}, given.home.checkout)
    return float(said["seconds"])


def _run_module(module: str, environment: Mapping[str, str], folder: Path) -> dict[str, Any]:
    command = [sys.executable, "-m", module]
    done = subprocess.run(command, env=dict(environment), cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode or not done.stdout.strip():
        raise RuntimeError(f"{module} failed:\n{done.stderr[-2000:]}")
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


# ---- a stack


def _measured(given: Given, write: "partial[Fleet]") -> Found:
    fleets: list[Fleet] = []

    def beside(supervisor: Supervisor, told: stacks.Given, ledger: Ledger) -> Mapping[str, str]:
        running = [supervisor.start(_stand_in_of_many(vendor, told)) for vendor in VENDORS]
        details = {vendor: json.loads(first_line_of(each)) for vendor, each in zip(VENDORS, running, strict=True)}
        lift_limits(details)
        fleet = write(details=details)
        _settle(fleet, ledger)
        _give_orders(fleet, ledger)
        fleets.append(fleet)
        return fleet.variables

    wanted = Wanted(linger_seconds=_LINGER_SECONDS, longest_run_seconds=_LONGEST_RUN_SECONDS, beside=beside)
    with full_stack(given, wanted) as stack:
        stack.stack.refuse_broken_code()
        (fleet,) = fleets
        given.say("many: idle")
        time.sleep(_QUIET_SECONDS)
        memory = _memory(stack)
        given.say("many: orders")
        at_first = measured_latency(stack, _seconds(given))
        if fleet.dead:
            _until_they_are_known(stack, fleet)
        began = datetime.now(UTC)
        latency = measured_latency(stack, _seconds(given)) if fleet.dead else at_first
        dead = _dead_runs(stack, fleet, began)
        given.say("many: ticks")
        return Found(latency, at_first, ticks_of(stack, _TICKS), memory, dead)


def _stand_in_of_many(vendor: str, told: stacks.Given) -> Service:
    options = ["--empty", "--seed", str(SEED)]
    service = services.simulator(vendor, home=told.home, environment=told.environ, options=options)
    return replace(service, name=f"{vendor}_of_many")


def _settle(fleet: Fleet, ledger: Ledger) -> None:
    """Let the healthy ones have looked at their vendors a moment ago, so that nobody begins with their history."""
    now = datetime.now(UTC)
    for name in fleet.names:
        if name not in fleet.dead:
            for feed in _FEEDS:
                ledger.watermarks.move(ConnectionName(name), feed, now, now=now)


def _give_orders(fleet: Fleet, ledger: Ledger) -> None:
    """Let some orders wait at each dead connection, as if captured before it died."""
    now, known = datetime.now(UTC), read_connections(fleet.folder)
    for name in fleet.dead:
        connection = known[name].connection()
        ledger.items.store(connection.name, made_orders.items(), now=now)
        ledger.orders.store(connection, made_orders.orders(_ORDERS_WAITING, seed=SEED), now=now)


def _memory(stack: FullStack) -> dict[str, float]:
    """What each server holds, with the processes that it started, while nothing happens."""
    found = {}
    for running in stack.stack.supervisor.services:
        if running.service.name in _SERVERS:
            root = psutil.Process(running.process.pid)
            held = sum(_private(each) for each in (root, *root.children(recursive=True)))
            found[_SERVERS[running.service.name]] = round(held / 1e6, 1)
    return dict(sorted(found.items()))


def _private(process: psutil.Process) -> int:
    """Resident memory; where the kernel tells, pages that several share are shared out among them."""
    try:
        full = process.memory_full_info()
    except psutil.Error:
        return 0
    return int(getattr(full, "pss", full.rss))


def _until_they_are_known(stack: FullStack, fleet: Fleet) -> None:
    """Wait until every dead connection was tried and judged: until for a while no run of theirs was under way."""
    limit, quiet_since = time.monotonic() + _LONGEST_SECONDS_TO_KNOW, time.monotonic()
    while time.monotonic() < limit and time.monotonic() - quiet_since < _QUIET_SECONDS / 2:
        stack.check()
        time.sleep(1)
        if _under_way(stack, fleet):
            quiet_since = time.monotonic()


def _under_way(stack: FullStack, fleet: Fleet) -> bool:
    with psycopg.connect(for_psycopg(stack.stack.databases.dagster), autocommit=True) as session:
        row = session.execute(
            """
            select exists (
                select from runs join run_tags on run_tags.run_id = runs.run_id
                where run_tags.key = 'cogent/connection' and run_tags.value = any(%s)
                  and runs.status in ('QUEUED', 'NOT_STARTED', 'STARTING', 'STARTED'))
            """,
            [[*fleet.dead, SEVERAL]],
        ).fetchone()
    return row == (True,)


def _dead_runs(stack: FullStack, fleet: Fleet, since: datetime) -> DeadRuns:
    """Ask Dagster's own storage about the runs of dead connections that were under way since."""
    now = datetime.now(UTC)
    with psycopg.connect(for_psycopg(stack.stack.databases.dagster), autocommit=True) as session:
        rows: Sequence[tuple[float, float | None]] = session.execute(
            """
            select runs.start_time, runs.end_time from runs
            join run_tags on run_tags.run_id = runs.run_id
            where run_tags.key = 'cogent/connection' and run_tags.value = any(%s)
              and runs.start_time is not null and coalesce(runs.end_time, %s) > %s
            """,
            [list(fleet.dead), now.timestamp(), since.timestamp()],
        ).fetchall()
    held = sum((ended or now.timestamp()) - max(began, since.timestamp()) for began, ended in rows)
    return DeadRuns(len(rows), held, (now - since).total_seconds())


@contextmanager
def _silence() -> Iterator[str]:
    """A URL that takes connections and never answers."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as listener:
        listener.bind((HOST, 0))
        listener.listen(1024)
        yield f"http://{HOST}:{listener.getsockname()[1]}"
