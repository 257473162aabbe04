"""The vendor's time.

A simulator never asks the machine for the time; it asks one of these. `SystemClock` runs with the machine, `scale`
times as fast, so that a demo compresses hours of vendor time into minutes. `VirtualClock` stands still until a test
moves it. Nothing here knows what the time is used for.
"""

import asyncio
import time
from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """What a simulator may ask about time."""

    def now(self) -> datetime:
        """Say the vendor's time, aware, in UTC."""

    async def sleep(self, seconds: float) -> None:
        """Wait for so many seconds of vendor time."""


class SystemClock:
    """The machine's time, `scale` times as fast from the moment it was made."""

    def __init__(self, *, scale: float = 1.0, start: datetime | None = None) -> None:
        if scale <= 0:
            raise ValueError(f"scale must be above 0, not {scale}")
        self.scale = scale
        self._start = start or datetime.now(UTC)
        self._origin = time.monotonic()

    def now(self) -> datetime:
        return self._start + timedelta(seconds=(time.monotonic() - self._origin) * self.scale)

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(max(0.0, seconds) / self.scale)


class VirtualClock:
    """A time that stands still until `advance` is called; a sleep in it moves it."""

    def __init__(self, start: datetime | None = None) -> None:
        self._now = start or datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
        if self._now.tzinfo is None:
            raise ValueError("a virtual clock starts at an aware time")

    def now(self) -> datetime:
        return self._now

    def advance(self, seconds: float = 0.0, *, to: datetime | None = None) -> datetime:
        """Move on by `seconds`, or to a moment; time never goes back."""
        target = to if to is not None else self._now + timedelta(seconds=seconds)
        if target < self._now:
            raise ValueError(f"time cannot go back from {self._now} to {target}")
        self._now = target
        return self._now

    async def sleep(self, seconds: float) -> None:
        self.advance(max(0.0, seconds))
        await asyncio.sleep(0)
