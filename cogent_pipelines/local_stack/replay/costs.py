"""What the processes of a replay cost, the database's backends among them: peak memory of each, and processor time."""

import threading
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

import psutil

_MEGABYTE = 1 << 20
_EVERY_SECONDS = 0.5


@dataclass(slots=True)
class Costs:
    """Use it in a `with` block. Peaks in bytes and processor time in seconds, per process, those that ended too."""

    server_pid: int | None
    peaks: dict[int, int] = field(default_factory=dict)
    spent: dict[int, float] = field(default_factory=dict)
    names: dict[int, str] = field(default_factory=dict)
    _stop: threading.Event = field(default_factory=threading.Event)
    _thread: threading.Thread | None = None

    def __enter__(self) -> Self:
        self._thread = threading.Thread(target=self._watch, name="costs", daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *exception: object) -> None:
        self._stop.set()
        if self._thread is not None:
            self._thread.join()
        self._look()

    @property
    def megabytes(self) -> float:
        """The peak of the largest process."""
        return round(max(self.peaks.values(), default=0) / _MEGABYTE, 1)

    def megabytes_by_name(self) -> dict[str, float]:
        """The peak per kind of process."""
        found: dict[str, float] = {}
        for pid, peak in self.peaks.items():
            name = self.names[pid]
            found[name] = max(found.get(name, 0.0), round(peak / _MEGABYTE, 1))
        return found

    def seconds_by_name(self) -> dict[str, float]:
        """Processor time so far per kind of process."""
        self._look()
        found: dict[str, float] = {}
        for pid, seconds in self.spent.items():
            found[self.names[pid]] = found.get(self.names[pid], 0.0) + seconds
        return found

    def _watch(self) -> None:
        while not self._stop.wait(_EVERY_SECONDS):
            self._look()

    def _look(self) -> None:
        for process in self._processes():
            with suppress(psutil.Error, OSError):
                if process.pid not in self.names:
                    self.names[process.pid] = _name(process)
                self.peaks[process.pid] = max(self.peaks.get(process.pid, 0), _peak(process))
                used = process.cpu_times()
                self.spent[process.pid] = used.user + used.system

    def _processes(self) -> Iterator[psutil.Process]:
        roots = [psutil.Process().pid, *([self.server_pid] if self.server_pid else [])]
        for pid in roots:
            with suppress(psutil.Error):
                root = psutil.Process(pid)
                yield root
                yield from root.children(recursive=True)


def _peak(process: psutil.Process) -> int:
    """The kernel's own high-water mark where it keeps one, else what is resident now."""
    with suppress(OSError):
        for line in Path(f"/proc/{process.pid}/status").read_text(encoding="ascii", errors="replace").splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) * 1024
    return int(process.memory_info().rss)


def _name(process: psutil.Process) -> str:
    """Say in a word what a process is."""
    if process.pid == psutil.Process().pid:
        return "replay"
    command = process.cmdline()
    if not command:
        return process.name()
    if "postgres" in command[0]:
        return "postgres"
    if "simulate" in command:
        return f"simulator of {command[command.index('simulate') + 1]}"
    module = command[2].rpartition(".")[2] if len(command) > 2 else process.name()  # noqa: PLR2004 - python -m module
    return f"{module} of {command[3]}" if module == "worker" else module
