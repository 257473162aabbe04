"""Events on their way out of a stand-in: what is due when, what waits behind others, and the loop of a server that sends.

Nothing here knows how an event is worded, signed or sent, nor what follows on a failure; that is each vendor's. What the
fault book may do to an event is the same for all: it may be lost, late, repeated, held back behind later ones, or forged.
"""

import asyncio
import heapq
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Generic, TypeVar

from cogent_pipelines.simulators.common.clock import Clock
from cogent_pipelines.simulators.common.faults import EVENT_KINDS, FaultBook, FaultKind

T = TypeVar("T")

AT_ONCE = 32
LONGEST_HOLD_BACK = 300.0
"""Seconds after which an event held back goes out even when no other followed."""
_LOOKS_EVERY = 1.0
_SHORTEST_WAIT = 0.005


@dataclass(frozen=True, slots=True)
class Fate:
    """What becomes of one event. With `behind` it waits until so many later ones went out, `longest` seconds at most."""

    lost: bool = False
    forged: bool = False
    copies: int = 1
    delay: float = 0.0
    """Seconds of the vendor's time, beside what an event takes anyhow."""
    behind: int | None = None
    longest: float | None = LONGEST_HOLD_BACK


_UNHARMED = Fate()


def fate_of(faults: FaultBook, name: str) -> Fate:
    """Ask the fault book what becomes of an event of this name, or of a request called so."""
    struck = {fault.kind: fault.settings for fault in faults.draw(name, EVENT_KINDS)}
    if not struck:
        return _UNHARMED
    late, again = struck.get(FaultKind.DELAY_EVENT), struck.get(FaultKind.DUPLICATE_EVENT)
    held = struck.get(FaultKind.REORDER_EVENT)
    return Fate(
        lost=FaultKind.LOSE_EVENT in struck,
        forged=FaultKind.FORGE_EVENT in struck,
        copies=1 if again is None else int(again.get("copies", 2)),
        delay=0.0 if late is None else float(late.get("seconds", 60)),
        behind=None if held is None else int(held.get("behind", 1)),
        longest=LONGEST_HOLD_BACK if held is None else float(held.get("seconds", LONGEST_HOLD_BACK)),
    )


@dataclass(frozen=True, slots=True)
class _HeldBack(Generic[T]):
    waits_for: int
    until: datetime | None
    item: T


class Outbox(Generic[T]):
    """What is on its way, by the moment that it is due. `delay` is how many seconds an event takes when nothing is wrong.

    A vendor whose time is coarser than the clock's says so in `now` and `later`.
    """

    def __init__(self, clock: Clock, *, delay: Callable[[], float] = lambda: 0.0) -> None:
        self._clock = clock
        self._delay = delay
        self._due: list[tuple[datetime, int, T]] = []
        self._numbered = 0
        self._held_back: list[_HeldBack[T]] = []
        self._wake: asyncio.Event | None = None
        self._loop: asyncio.AbstractEventLoop | None = None

    # ---- putting in

    def put(self, item: T, fate: Fate) -> None:
        """Let an event go out as its fate has it; who calls has seen to what is lost, forged or repeated."""
        if fate.behind is not None:
            self.hold_back(item, fate)
            return
        self.schedule(item, self._delay() + fate.delay)
        self.let_go(passed=1)

    def schedule(self, item: T, seconds: float) -> None:
        """Let something go out so many seconds from now."""
        self._numbered += 1
        heapq.heappush(self._due, (self.later(seconds), self._numbered, item))
        self.rouse()

    def hold_back(self, item: T, fate: Fate) -> None:
        until = None if fate.longest is None else self.later(fate.longest)
        self._held_back.append(_HeldBack(fate.behind or 0, until, item))

    def let_go(self, *, passed: int, seconds: float | None = None) -> None:
        """Count events past those held back; who has waited for enough of them, or long enough, follows.

        In so many seconds, or after the usual delay.
        """
        if not self._held_back:
            return
        held, self._held_back = self._held_back, []
        for each in held:
            if each.waits_for <= passed or (each.until is not None and each.until <= self.now()):
                self.schedule(each.item, self._delay() if seconds is None else seconds)
            else:
                self._held_back.append(_HeldBack(each.waits_for - passed, each.until, each.item))

    def let_all_go(self) -> None:
        """Let everything that is held back follow now."""
        held, self._held_back = self._held_back, []
        for each in held:
            self.schedule(each.item, 0.0)

    # ---- taking out

    @property
    def waiting(self) -> int:
        """How many have not been taken out yet."""
        return len(self._due) + len(self._held_back)

    @property
    def next_due(self) -> datetime | None:
        """When the next one is due, those held back aside."""
        return self._due[0][0] if self._due else None

    @property
    def held_until(self) -> datetime | None:
        """When the first of those held back goes out even when no other follows."""
        return min((each.until for each in self._held_back if each.until is not None), default=None)

    def take(self, *, alike: Callable[[T], object] | None = None) -> list[T]:
        """Take out what is due, earliest first, as many as are sent at once; with `alike` only those like the first."""
        batch: list[T] = []
        while self._due and len(batch) < AT_ONCE and self._due[0][0] <= self.now():
            if alike is not None and batch and alike(self._due[0][2]) != alike(batch[0]):
                break
            batch.append(heapq.heappop(self._due)[2])
        return batch

    def drop(self, unwanted: Callable[[T], bool]) -> list[T]:
        """Forget what is on its way and unwanted; gives what that was. What is held back stays."""
        dropped = [item for _, _, item in self._due if unwanted(item)]
        self._due = [row for row in self._due if not unwanted(row[2])]
        heapq.heapify(self._due)
        return dropped

    # ---- time

    def now(self) -> datetime:
        return self._clock.now()

    def later(self, seconds: float) -> datetime:
        """The moment so many seconds from now."""
        return self.now() + timedelta(seconds=seconds)

    # ---- by itself, for a server

    def rouse(self) -> None:
        """Let the loop look at once; safe from any thread."""
        if self._wake is not None and self._loop is not None:
            with suppress(RuntimeError):
                self._loop.call_soon_threadsafe(self._wake.set)

    async def run(self, pump: Callable[[], Awaitable[int]], next_due: Callable[[], datetime | None]) -> None:
        """Call `pump` whenever something is due by `next_due`, was put in, or a second has passed; until cancelled."""
        wake = self._wake = asyncio.Event()
        self._loop = asyncio.get_running_loop()
        try:
            while True:
                wake.clear()
                await pump()
                with suppress(TimeoutError):
                    await asyncio.wait_for(wake.wait(), timeout=self._seconds_until(next_due()))
        finally:
            self._wake = self._loop = None

    def _seconds_until(self, due: datetime | None) -> float:
        """The machine's seconds until then, as the loop waits for them."""
        if due is None:
            return _LOOKS_EVERY
        scale = getattr(self._clock, "scale", 1.0)
        left = max(0.0, (due - self.now()).total_seconds() / scale)
        return max(_SHORTEST_WAIT, min(_LOOKS_EVERY, left))


@asynccontextmanager
async def in_background(run: Callable[[], Coroutine[Any, Any, None]]) -> AsyncIterator[None]:
    """Let `run` work for as long as the block lasts, and end it then."""
    task = asyncio.create_task(run())
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
