"""The flows' processes of one replay: started together, watched, and stopped with a word from each."""

import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import orjson

from cogent_pipelines.local_stack.processes import ProcessDied
from cogent_pipelines.local_stack.replay.worker import FLOWS, Job

_MODULE = "cogent_pipelines.local_stack.replay.worker"
_GRACE_SECONDS = 60.0


@dataclass(slots=True)
class Workers:
    """`said` holds each flow's counts once the workers were stopped."""

    logs: Path
    running: dict[str, "subprocess.Popen[bytes]"] = field(default_factory=dict)
    said: dict[str, Any] = field(default_factory=dict)

    def check(self) -> None:
        """Fail when a worker has ended by itself."""
        for flow, process in self.running.items():
            if process.poll() is not None:
                end = "\n".join(self._log(flow).read_text(errors="replace").splitlines()[-25:])
                raise ProcessDied(f"the worker of {flow} ended with exit code {process.returncode}:\n{end}")

    def stop(self) -> dict[str, Any]:
        """End the work of all, and give what each did."""
        for flow, process in self.running.items():
            said, _ = process.communicate(timeout=_GRACE_SECONDS)
            self.said[flow] = orjson.loads(said.splitlines()[-1]) if said.strip() else {}
        self.running.clear()
        return self.said

    def start(self, flow: str, job: Job, environment: Mapping[str, str]) -> None:
        with self._log(flow).open("wb") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", _MODULE, flow],
                env=dict(environment),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
            )
        self.running[flow] = process
        assert process.stdin is not None  # noqa: S101 - it was asked for above
        process.stdin.write(job.as_line())
        process.stdin.flush()

    def _log(self, flow: str) -> Path:
        return self.logs / f"replay_{flow}.log"


@contextmanager
def workers(job: Job, environment: Mapping[str, str], logs: Path) -> Iterator[Workers]:
    """Have a worker per flow for as long as the block lasts."""
    found = Workers(logs)
    try:
        for flow in FLOWS:
            found.start(flow, job, environment)
        yield found
    finally:
        for process in found.running.values():
            process.kill()
            process.wait()
