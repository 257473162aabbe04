"""Looks that outlast the tick that began them: a tick takes what was seen in its time, and waits for no silent vendor.

Who is looked at, and what is made of it, is for the sensor. They live in the code server, whose ticks follow one another;
what is under way when it ends was a read, and is lost without harm.
"""

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, wait
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Generic, TypeVar

Seen = TypeVar("Seen")

_AT_ONCE = 32


@dataclass(slots=True)
class Looks(Generic[Seen]):
    """`late` are those whose last look took longer than a tick waits: it is not waited for them again.

    The first looks of a process read certificates and open connections: for them it waits `at_first`.
    """

    patience: timedelta
    at_first: timedelta
    under_way: dict[str, "Future[Seen]"] = field(default_factory=dict)
    late: set[str] = field(default_factory=set)
    _places: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(_AT_ONCE))
    _first: bool = True
    _took: dict[str, float] = field(default_factory=dict)

    def begin(self, name: str, look: Callable[[], Seen]) -> None:
        """Look, beside all others; `look` must not raise."""
        future: Future[Seen] = Future()
        self.under_way[name] = future
        # Not a pool's threads, which Python would wait for at its end.
        threading.Thread(target=self._look, args=(name, look, future), name=f"look at {name}", daemon=True).start()

    def seen(self) -> Iterator[Seen]:
        """What is seen by now, or soon; the rest goes on and is seen later."""
        patience, self._first = self.at_first if self._first else self.patience, False
        wait([future for name, future in self.under_way.items() if name not in self.late], patience.total_seconds())
        for name, future in [*self.under_way.items()]:
            if future.done():
                del self.under_way[name]
                if self._took.pop(name) <= self.patience.total_seconds():
                    self.late.discard(name)
                yield future.result()
            else:
                self.late.add(name)

    def _look(self, name: str, look: Callable[[], Seen], future: "Future[Seen]") -> None:
        with self._places:
            began = time.monotonic()
            seen = look()
        self._took[name] = time.monotonic() - began
        future.set_result(seen)
