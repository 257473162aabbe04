"""Time, handed in. Flows never ask the machine what time it is and never sleep except through a clock."""

from datetime import UTC, datetime
from time import sleep
from typing import Protocol


class Clock(Protocol):
    """`now` is aware and in UTC; `sleep` takes seconds."""

    def now(self) -> datetime: ...

    def sleep(self, seconds: float) -> None: ...


class SystemClock:
    """The machine's own time."""

    def now(self) -> datetime:
        return datetime.now(UTC)

    def sleep(self, seconds: float) -> None:
        sleep(seconds)
