"""Child processes: started, logged, waited for, and ended to the last grandchild.

Every process of a stack carries the stack's mark in its environment and hands it to whatever it starts. So a run worker
or a code server whose parent was killed is still found, and nothing that somebody else started is ever touched.
What the processes are is `stack`.
"""

import os
import signal
import subprocess
import threading
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import psutil

MARK_VARIABLE = "COGENT_STACK"
POLL_SECONDS = 0.05


class ProcessDied(RuntimeError):
    """A process ended that should have gone on; the message names it and carries the end of its log."""


@dataclass(frozen=True, slots=True)
class Service:
    """What is to run: an absolute command, the whole environment, and how to tell that it is ready."""

    name: str
    command: Sequence[str]
    environment: Mapping[str, str] = field(repr=False)
    folder: Path
    ready: Callable[[], bool] = lambda: True
    ready_seconds: float = 120.0


@dataclass(slots=True)
class Running:
    """A service that was started. Its output goes to its log file; the first line and the last ones are kept at hand."""

    service: Service
    process: "subprocess.Popen[str]"
    log: Path
    append: bool = False
    """Whether the log goes on where an earlier process of this service left it."""
    first_line: str = ""
    first_line_seen: threading.Event = field(default_factory=threading.Event)
    silent: threading.Event = field(default_factory=threading.Event)
    last_lines: deque[str] = field(default_factory=lambda: deque(maxlen=25))

    @property
    def name(self) -> str:
        return self.service.name

    def exit_code(self) -> int | None:
        return self.process.poll()

    def follow(self, show: Callable[[str, str], None]) -> None:
        """Copy its output to the log for as long as it speaks; meant for a thread of its own."""
        output = self.process.stdout
        if output is None:
            raise ValueError(f"{self.name} was started without a pipe for its output")
        if not self.append:
            self.log.write_text("", encoding="utf-8")
        # Always at the end: what an earlier process of this service started may still be speaking.
        with output as lines, self.log.open("a", encoding="utf-8") as log:
            for line in lines:
                self.last_lines.append(line.rstrip("\n"))
                if not self.first_line_seen.is_set():
                    self.first_line = line.rstrip("\n")
                    self.first_line_seen.set()
                log.write(line)
                log.flush()
                show(self.name, line.rstrip("\n"))
        self.first_line_seen.set()
        self.silent.set()

    def describe_death(self) -> str:
        tail = "\n".join(f"    {line}" for line in self.last_lines) or "    (it said nothing)"
        return f"{self.name} ended with exit code {self.exit_code()}. The end of {self.log}:\n{tail}"


def start_service(service: Service, log: Path, show: Callable[[str, str], None], *, append: bool = False) -> Running:
    """Start one service in a process group of its own, so that the terminal's Ctrl-C reaches only the supervisor."""
    process = subprocess.Popen(
        list(service.command),
        cwd=service.folder,
        env=dict(service.environment),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
        errors="replace",
        start_new_session=True,
    )
    running = Running(service, process, log, append)
    threading.Thread(target=running.follow, args=(show,), name=f"log of {service.name}", daemon=True).start()
    return running


def wait_until_ready(running: Running) -> None:
    """Wait until the service says it is ready; fail at once when it dies, and after its own limit."""
    limit = time.monotonic() + running.service.ready_seconds
    while not running.service.ready():
        if running.exit_code() is not None:
            raise ProcessDied(running.describe_death())
        if time.monotonic() > limit:
            raise ProcessDied(f"{running.name} was not ready after {running.service.ready_seconds:.0f} s; see {running.log}")
        time.sleep(POLL_SECONDS)


def first_line_of(running: Running) -> str:
    """Give the first line a service prints, which is how a simulator announces itself."""
    if not running.first_line_seen.wait(running.service.ready_seconds) or not running.first_line:
        raise ProcessDied(running.describe_death())
    return running.first_line


def end_services(services: Sequence[Running], *, mark: str, grace_seconds: float) -> None:
    """End services, latest first, then whatever of the stack is left; nothing of it runs when this returns."""
    for running in reversed(services):
        _signal_group(running.process.pid, signal.SIGTERM)
    limit = time.monotonic() + grace_seconds
    for running in reversed(services):
        try:
            running.process.wait(max(0.0, limit - time.monotonic()))
        except subprocess.TimeoutExpired:
            _signal_group(running.process.pid, signal.SIGKILL)
            running.process.wait()
    end_marked(mark, grace_seconds=max(0.5, limit - time.monotonic()))
    for running in services:
        running.silent.wait(grace_seconds)


def end_marked(mark: str, *, grace_seconds: float = 2.0) -> int:
    """End every process that carries the mark of a stack, and say how many there were."""
    ended = 0
    # More than one round: a process may have started another while it was being ended.
    while found := marked(mark):
        ended += len(found)
        for process in found:
            _signal(process, signal.SIGTERM)
        _, alive = psutil.wait_procs(found, timeout=grace_seconds)
        for process in alive:
            _signal(process, signal.SIGKILL)
        psutil.wait_procs(alive, timeout=5)
    return ended


def marked(mark: str) -> list[psutil.Process]:
    """Find the living processes that carry the mark, this one excepted."""
    found = []
    for process in psutil.process_iter():
        try:
            carries = process.pid != os.getpid() and process.environ().get(MARK_VARIABLE) == mark
            if carries and process.status() != psutil.STATUS_ZOMBIE:
                found.append(process)
        except (psutil.NoSuchProcess, psutil.AccessDenied, psutil.ZombieProcess, OSError):
            continue
    return found


def _signal(process: psutil.Process, number: int) -> None:
    try:
        process.send_signal(number)
    except (psutil.NoSuchProcess, psutil.AccessDenied):
        return


def _signal_group(pid: int, number: int) -> None:
    # The group's number is the pid of a child of ours that was not waited for, or was the group's own leader.
    try:
        os.killpg(pid, number)
    except (ProcessLookupError, PermissionError):
        return
