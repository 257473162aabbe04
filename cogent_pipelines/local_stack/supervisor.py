"""The one who starts the services of a stack, watches them, and leaves nothing behind.

Nothing is restarted silently: a service that dies is named, with the end of its log, and the stack comes down. Should
the supervisor itself be killed, its watchdog ends the rest.
"""

import json
import os
import secrets
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import psutil

from cogent_pipelines.local_stack.embedded_postgres import EmbeddedPostgres
from cogent_pipelines.local_stack.home import Home
from cogent_pipelines.local_stack.processes import (
    MARK_VARIABLE,
    ProcessDied,
    Running,
    Service,
    end_marked,
    end_services,
    start_service,
    wait_until_ready,
)

GRACE_SECONDS = 8.0


class StackIsRunning(RuntimeError):
    """Another stack of this home is up; the message says which process to end."""


def _quiet(name: str, line: str) -> None:
    del name, line


@dataclass(slots=True)
class Supervisor:
    """Use it in a `with` block: leaving the block, for whatever reason, ends every process it started."""

    home: Home
    show: Callable[[str, str], None] = _quiet
    mark: str = field(default_factory=lambda: secrets.token_hex(8))
    services: list[Running] = field(default_factory=list)
    postgres: EmbeddedPostgres | None = None
    farewells: list[Callable[[], object]] = field(default_factory=list)
    """What is done before anything is ended; none may take long, and what goes wrong with one is only shown."""
    _watchdog: "subprocess.Popen[bytes] | None" = None

    def __enter__(self) -> Self:
        self.home.prepared()
        refuse_second_stack(self.home)
        end_what_was_left(self.home)
        self._write_down(postgres=False)
        self._watchdog = _start_watchdog(self.home, self.mark)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        with _not_interrupted():
            self._end()

    def _end(self) -> None:
        for farewell in self.farewells:
            try:
                farewell()
            except Exception as fault:  # noqa: BLE001 - whatever it is, everything is ended all the same
                self.show("supervisor", f"before the end: {type(fault).__name__}: {fault}")
        end_services(self.services, mark=self.mark, grace_seconds=GRACE_SECONDS)
        if self.postgres is not None:
            self.postgres.stop()
        self.home.processes.unlink(missing_ok=True)
        if self._watchdog is not None and self._watchdog.stdin is not None:
            self._watchdog.stdin.close()
            self._watchdog.wait()

    def owns(self, server: EmbeddedPostgres | None, *, ledger: str) -> None:
        """Take over a server that this stack started, which is stopped last; and note the ledger that is in use."""
        self.postgres = server
        self._write_down(postgres=server is not None, ledger=ledger)

    def start(self, service: Service) -> Running:
        """Start a service and give it back at once; see `wait_for`."""
        marked = Service(
            name=service.name,
            command=service.command,
            environment={**service.environment, MARK_VARIABLE: self.mark},
            folder=service.folder,
            ready=service.ready,
            ready_seconds=service.ready_seconds,
        )
        running = start_service(marked, self.home.logs / f"{service.name}.log", self.show)
        self.services.append(running)
        return running

    def start_again(self, dead: Running) -> Running:
        """Start a service anew that has died, in its old place; its log goes on where it ended.

        The supervisor itself never does so: whoever keeps a service running calls this.
        """
        running = start_service(dead.service, dead.log, self.show, append=True)
        self.services[self.services.index(dead)] = running
        return running

    def wait_for(self, *services: Running) -> None:
        for running in services:
            wait_until_ready(running)

    def check(self) -> None:
        """Fail when a service has died."""
        for running in self.services:
            if running.exit_code() is not None:
                raise ProcessDied(running.describe_death())

    def watch(self, *, seconds: float | None = None) -> None:
        """Watch the services, for so long or until one dies or somebody interrupts."""
        limit = None if seconds is None else time.monotonic() + seconds
        while limit is None or time.monotonic() < limit:
            self.check()
            time.sleep(0.25)

    def _write_down(self, *, postgres: bool, ledger: str = "") -> None:
        record = {"mark": self.mark, "supervisor": os.getpid(), "born": psutil.Process().create_time()}
        # The ledger's URL may hold a password.
        self.home.processes.touch(mode=0o600)
        self.home.processes.write_text(json.dumps({**record, "postgres": postgres, "ledger": ledger}))


@contextmanager
def _not_interrupted() -> Iterator[None]:
    """Whoever presses Ctrl-C twice still wants everything ended; afterwards it means again what it meant before."""
    handlers = {number: signal.signal(number, signal.SIG_IGN) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in handlers.items():
            signal.signal(number, signal.SIG_DFL if handler is None else handler)


def refuse_second_stack(home: Home) -> None:
    pid = supervisor_of(home)
    if pid is not None and pid != os.getpid():
        raise StackIsRunning(
            f"A stack of {home.path} is already up (process {pid}). End it with Ctrl-C there, or: cogent down"
        )


def supervisor_of(home: Home) -> int | None:
    """Give the process number of the stack that is up in this home."""
    record = _record(home)
    try:
        process = psutil.Process(int(record["supervisor"]))
        # A number alone may by now belong to another process; number and birth together do not.
        return process.pid if abs(process.create_time() - float(record["born"])) < 1.0 else None
    except (KeyError, psutil.NoSuchProcess):
        return None


def ledger_in_use(home: Home) -> str | None:
    """Give the URL of the ledger that the stack of this home works with; None where none is up."""
    return _record(home).get("ledger") or None if supervisor_of(home) is not None else None


def end_running_stack(home: Home, *, seconds: float = 60.0) -> int | None:
    """Ask the stack of this home to end, wait until it has, and give its process number; None where none is up."""
    pid = supervisor_of(home)
    if pid is None:
        return None
    process = psutil.Process(pid)
    process.terminate()
    process.wait(timeout=seconds)
    return pid


def end_what_was_left(home: Home, *, mark: str | None = None) -> int:
    """End what a killed stack of this home left running, its PostgreSQL included; say how many processes there were.

    With a mark, only if that stack is the one written down: by now another may be up.
    """
    record = _record(home)
    if not record or (mark is not None and mark != record["mark"]):
        return 0
    ended = end_marked(str(record["mark"]))
    if record.get("postgres"):
        EmbeddedPostgres(home.postgres).stop()
    home.processes.unlink(missing_ok=True)
    return ended


def _record(home: Home) -> dict[str, Any]:
    try:
        record = json.loads(home.processes.read_text())
    except (FileNotFoundError, ValueError):
        return {}
    return record if isinstance(record, dict) else {}


def _start_watchdog(home: Home, mark: str) -> "subprocess.Popen[bytes]":
    command = [sys.executable, "-m", "cogent_pipelines.local_stack.watchdog", str(home.checkout), str(home.path), mark]
    return subprocess.Popen(command, stdin=subprocess.PIPE, start_new_session=True, cwd=Path("/"))
