"""The largest memory that any one process of a replay ever had: itself, its children, and the database's backends."""

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
class PeakMemory:
    """Use it in a `with` block. `of` holds the peak of each process seen, in bytes."""

    server_pid: int | None
    of: dict[int, int] = field(default_factory=dict)
    names: dict[int, str] = field(default_factory=dict)
    _stop: threading.Event = field(default_factory=threading.Event)
    _thread: threading.Thread | None = None

    def __enter__(self) -> Self:
        self._thread = threading.Thread(target=self._watch, name="memory", daemon=True)
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
        return round(max(self.of.values(), default=0) / _MEGABYTE, 1)

    @property
    def largest(self) -> dict[str, float]:
        """The peak per kind of process, in megabytes."""
        found: dict[str, float] = {}
        for pid, peak in self.of.items():
            name = self.names[pid]
            found[name] = max(found.get(name, 0.0), round(peak / _MEGABYTE, 1))
        return found

    def _watch(self) -> None:
        while not self._stop.wait(_EVERY_SECONDS):
            self._look()

    def _look(self) -> None:
        for process in self._processes():
            with suppress(psutil.Error, OSError):
                self.of[process.pid] = max(self.of.get(process.pid, 0), _peak(process))
                if process.pid not in self.names:
                    self.names[process.pid] = _name(process)

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
    if process.pid == psutil.Process().pid:
        return "replay"
    command = process.cmdline()
    if "postgres" in command[0]:
        return "postgres"
    return command[-1] if "worker" in " ".join(command) else " ".join(command[3:5]) or process.name()
