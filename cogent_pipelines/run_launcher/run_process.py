"""The process of one run: started by Dagster's own command for it, and found again by that command.

The command names the run. So the process is found by whoever looks on this machine, also where the one who started it is
gone, and another process that was given its number meanwhile is never taken for it.
"""

import os
import subprocess
from collections.abc import Mapping, Sequence

import psutil
from dagster._core.instance import InstanceRef
from dagster._core.origin import JobPythonOrigin, get_python_environment_entry_point
from dagster._grpc.types import ExecuteRunArgs
from dagster._serdes import serialize_value

BACKGROUND_TAG = "cogent/background"
"""The tag of a run for which nobody waits: where processors are short, its process lets the others go first."""
_NICER_BY = 10


def command_of(run_id: str, origin: JobPythonOrigin, instance: InstanceRef) -> Sequence[str]:
    """The command of a run whose code is at `origin`, with the interpreter that the origin names.

    Dagster's own version of it wants a `dagster` on the PATH, and ours need not be activated.
    """
    arguments = ExecuteRunArgs(job_origin=origin, run_id=run_id, instance_ref=instance)
    return [*get_python_environment_entry_point(origin.executable_path), "api", "execute_run", serialize_value(arguments)]


def start_process(
    command: Sequence[str], environment: Mapping[str, str], *, background: bool = False
) -> "subprocess.Popen[bytes]":
    """Start the process of a run, with these variables beside those of this process; its output goes where ours goes.

    Raises:
        OSError: the machine starts no more, or there is no such interpreter.
    """
    process = subprocess.Popen(list(command), env={**os.environ, **environment}, stdin=subprocess.DEVNULL)
    if background:
        _step_back(process.pid)
    return process


def _step_back(pid: int) -> None:
    try:
        process = psutil.Process(pid)
        process.nice(process.nice() + _NICER_BY)
    except (psutil.Error, OSError):
        # It has ended already, or the system does not let us: then it is a run like any other.
        return


def find_process(run_id: str) -> psutil.Process | None:
    """Find the run's living process on this machine; None where there is none."""
    # Not `process_iter`, which remembers: the number may have been another process's when it was asked last.
    return next((process for pid in psutil.pids() if (process := _executing(pid, run_id))), None)


def _executing(pid: int, run_id: str) -> psutil.Process | None:
    try:
        process = psutil.Process(pid)
        match process.cmdline():
            case [*_, "api", "execute_run", arguments] if run_id in arguments:
                return None if process.status() == psutil.STATUS_ZOMBIE else process
            case _:
                return None
    except (psutil.Error, OSError):
        # It has just gone.
        return None
