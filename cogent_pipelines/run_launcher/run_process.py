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


def command_of(run_id: str, origin: JobPythonOrigin, instance: InstanceRef) -> Sequence[str]:
    """The command of a run whose code is at `origin`, with the interpreter that its code server has.

    Dagster's own version of it wants a `dagster` on the PATH, and ours need not be activated.
    """
    arguments = ExecuteRunArgs(job_origin=origin, run_id=run_id, instance_ref=instance)
    return [*get_python_environment_entry_point(origin.executable_path), "api", "execute_run", serialize_value(arguments)]


def start_process(command: Sequence[str], environment: Mapping[str, str]) -> "subprocess.Popen[bytes]":
    """Start the process of a run, with these variables beside those of this process; its output goes where ours goes.

    Raises:
        OSError: the machine starts no more, or there is no such interpreter.
    """
    return subprocess.Popen(list(command), env={**os.environ, **environment}, stdin=subprocess.DEVNULL)


def find_process(run_id: str) -> psutil.Process | None:
    """Find the run's living process on this machine; None where there is none."""
    return next((process for process in psutil.process_iter() if _executes(process, run_id)), None)


def _executes(process: psutil.Process, run_id: str) -> bool:
    try:
        match process.cmdline():
            case [*_, "api", "execute_run", arguments]:
                return run_id in arguments and process.status() != psutil.STATUS_ZOMBIE
            case _:
                return False
    except (psutil.Error, OSError):
        # It has just gone.
        return False
