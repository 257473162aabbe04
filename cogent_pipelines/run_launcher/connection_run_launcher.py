"""Starts each run in a process of its own, which loads the connections that the run is of and no other.

Dagster's usual launcher asks the code server for a process, and that one loads everything that there is before it knows
which run it is: with a hundred connections, some seconds of processor time before an order moves. Here the daemon starts
the process itself, by the same command that Dagster's launchers for containers use.
"""

import logging
import subprocess
import threading
import time
from collections.abc import Mapping
from subprocess import Popen
from typing import Any

import dagster as dg
import psutil
from dagster._config.config_schema import UserConfigSchema
from dagster._core.events import JobFailureData, RunFailureReason
from dagster._core.launcher.base import CheckRunHealthResult, LaunchRunContext, RunLauncher, WorkerStatus
from dagster._serdes import ConfigurableClass, ConfigurableClassData
from dagster._utils import get_run_crash_explanation

from cogent_pipelines.connections.wanted import wanted_variable
from cogent_pipelines.run_launcher.run_process import BACKGROUND_TAG, command_of, find_process, start_process

_log = logging.getLogger(__name__)
# Of saying that a process ended, while Dagster's storage is away.
_ATTEMPTS = 300
_PAUSE_SECONDS = 2.0
# How often a run's process is compared with what is said of its run, and how often it must be seen cancelled to be ended.
_LOOKS_SECONDS = 10.0
_SEEN_CANCELLED = 2


class ConnectionRunLauncher(RunLauncher[dg.DagsterInstance], ConfigurableClass):
    """Runs as processes of this machine, watched to their end by whoever started them.

    A run goes on where the daemon that started it is killed. The next daemon's monitoring looks for its process, and
    calls the run failed where there is none.
    """

    def __init__(self, inst_data: ConfigurableClassData | None = None) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._inst_data = inst_data

    @property
    def inst_data(self) -> ConfigurableClassData | None:
        return self._inst_data

    @classmethod
    def config_type(cls) -> UserConfigSchema:
        return {}

    @classmethod
    def from_config_value(cls, inst_data: ConfigurableClassData, config_value: Mapping[str, Any]) -> "ConnectionRunLauncher":
        del config_value
        return cls(inst_data)

    def launch_run(self, context: LaunchRunContext) -> None:
        """Start the run's process.

        Raises:
            ValueError: the run does not say where its code is.
            OSError: the machine starts no more processes.
        """
        run, origin = context.dagster_run, context.job_code_origin
        if origin is None:
            raise ValueError(f"run {run.run_id} does not say where its code is; launch it from the deployment")
        command = command_of(run.run_id, origin, self._instance.get_ref())
        background = BACKGROUND_TAG in run.tags
        process = start_process(command, wanted_variable(connections_of(run)), background=background)
        watching = threading.Thread(target=_watch, args=(self._instance, run.run_id, process), daemon=True)
        watching.start()

    def terminate(self, run_id: str) -> bool:
        """Ask the run's process to end, as Ctrl-C would; False where the run or its process has ended already."""
        run = self._instance.get_run_by_id(run_id) if self.has_instance else None
        if run is None or run.is_finished:
            return False
        self._instance.report_run_canceling(run)
        process = find_process(run_id)
        try:
            if process is not None:
                process.terminate()
                return True
            words = "There is no process of this run on this machine any more, or none that this process can see."
        except psutil.NoSuchProcess:
            words = "The process of this run has just ended."
        except psutil.AccessDenied:
            words = "The process of this run is another user's; the daemon that started it ends it within half a minute."
        self._instance.report_engine_event(words, run, cls=type(self))
        return False

    @property
    def supports_check_run_worker_health(self) -> bool:
        return True

    def check_run_worker_health(self, run: dg.DagsterRun) -> CheckRunHealthResult:
        process = find_process(run.run_id)
        if process is None:
            return CheckRunHealthResult(WorkerStatus.NOT_FOUND, "there is no process of this run on this machine")
        return CheckRunHealthResult(WorkerStatus.RUNNING, run_worker_id=str(process.pid))


def connections_of(run: dg.DagsterRun) -> set[str]:
    """The connections whose assets or checks a run is to make; none where it is of a whole job, and so of all."""
    checked = {check.asset_key for check in run.asset_check_selection or ()}
    return {asset.path[0] for asset in {*(run.asset_selection or ()), *checked}}


def _watch(instance: dg.DagsterInstance, run_id: str, process: "Popen[bytes]") -> None:
    """Wait for the process, and say that the run ended with it where the run has not said so itself."""
    code = _ended(instance, run_id, process)
    for _ in range(_ATTEMPTS):
        try:
            return _close(instance, run_id, code)
        except Exception:  # noqa: BLE001 - whatever the storage raises while it is away: nobody else saw the process end
            _log.exception("the end of run %s could not be told; it is tried again in %.0f s", run_id, _PAUSE_SECONDS)
            time.sleep(_PAUSE_SECONDS)
    _log.error("the end of run %s was not told; the daemon's monitoring will find that its process is gone", run_id)
    return None


def _ended(instance: dg.DagsterInstance, run_id: str, process: "Popen[bytes]") -> int:
    """Wait for the process; end it where its run was cancelled by somebody who could not reach it.

    That is a webserver of another user, or in another container: Dagster would call the run cancelled after a minute, while
    its process went on. What was asked to end is given some time to do so.
    """
    cancelled = 0
    while True:
        try:
            return process.wait(_LOOKS_SECONDS)
        except subprocess.TimeoutExpired:
            cancelled += _is_cancelled(instance, run_id)
            if cancelled == _SEEN_CANCELLED:
                process.terminate()


def _is_cancelled(instance: dg.DagsterInstance, run_id: str) -> bool:
    try:
        run = instance.get_run_by_id(run_id)
    except Exception:  # noqa: BLE001 - whatever the storage raises while it is away: it is asked again
        return False
    return run is None or run.is_finished or run.status is dg.DagsterRunStatus.CANCELING


def _close(instance: dg.DagsterInstance, run_id: str, code: int) -> None:
    run = instance.get_run_by_id(run_id)
    if run is None or run.is_finished:
        return
    message = get_run_crash_explanation(prefix=f"Run execution process for {run_id}", exit_code=code)
    if run.status is dg.DagsterRunStatus.CANCELING:
        instance.report_run_canceled(run, message)
    else:
        # A process that was killed says nothing of its work; one that left by itself met a fault, which may be there again.
        reason = RunFailureReason.UNEXPECTED_TERMINATION if code < 0 else None
        instance.report_run_failed(run, message, JobFailureData(error=None, failure_reason=reason))
