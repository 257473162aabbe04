"""Finding the process that is to be killed, and killing it outright."""

import os
import re
import signal
from collections.abc import Callable
from dataclasses import dataclass

import httpx

from cogent_pipelines.local_stack.dagster_api import DagsterApi, DagsterRefused
from cogent_pipelines.local_stack.embedded_postgres import EmbeddedPostgres
from cogent_pipelines.local_stack.havoc.wanted import Victim
from cogent_pipelines.local_stack.supervisor import Supervisor

_SERVICE = {Victim.DAEMON: "dagster_daemon", Victim.GATEWAY: "gateway"}
_FLOW_TAG = "cogent/flow"


@dataclass(frozen=True, slots=True)
class Found:
    """A process that is there now. `what` is for a person."""

    pid: int
    what: str


@dataclass(frozen=True, slots=True)
class Hunter:
    """Knows where each kind of victim is."""

    supervisor: Supervisor
    postgres: EmbeddedPostgres
    dagster: DagsterApi

    def find(self, victim: Victim, draw: float) -> Found | None:
        """Find one; None where there is none at this moment."""
        ways: dict[Victim, Callable[[], list[Found]]] = {
            Victim.RUN: self._runs,
            Victim.DAEMON: lambda: self._service(Victim.DAEMON),
            Victim.GATEWAY: lambda: self._service(Victim.GATEWAY),
            Victim.POSTGRES: self._server,
        }
        found = ways[victim]()
        return found[min(len(found) - 1, int(draw * len(found)))] if found else None

    def _service(self, victim: Victim) -> list[Found]:
        named = [running for running in self.supervisor.services if running.name == _SERVICE[victim]]
        return [Found(each.process.pid, each.name) for each in named if each.exit_code() is None]

    def _server(self) -> list[Found]:
        pid = self.postgres.pid() if self.postgres.running() else None
        return [] if pid is None else [Found(pid, "PostgreSQL")]

    def _runs(self) -> list[Found]:
        """Runs of the live flows that Dagster says are under way, and whose processes are."""
        try:
            runs = self.dagster.processes_of_runs()
        except (httpx.HTTPError, DagsterRefused, KeyError, ValueError):
            # Dagster's storage may be away; then none can be found.
            return []
        found = [Found(run.pid, f"the run of {run.tags[_FLOW_TAG]}") for run in runs if _FLOW_TAG in run.tags]
        return sorted((each for each in found if _is_ours(each.pid)), key=lambda each: each.what)


def kill(found: Found) -> bool:
    """Kill it, so that nothing of it runs another line; False where it had just ended by itself."""
    try:
        os.kill(found.pid, signal.SIGKILL)
    except ProcessLookupError:
        return False
    return True


def _is_ours(pid: int) -> bool:
    """Say whether the process is a Dagster run's: by now the number may be another's."""
    try:
        with open(f"/proc/{pid}/cmdline", "rb") as file:  # noqa: PTH123 - a file that is no file
            return re.search(rb"multiprocessing|dagster", file.read()) is not None
    except OSError:
        return False
