"""A clock that stands still until a test moves it."""

from datetime import datetime, timedelta

from cogent_pipelines_tests.factories.orders import NINE


class StillClock:
    def __init__(self, now: datetime = NINE) -> None:
        self._now = now

    def now(self) -> datetime:
        return self._now

    def sleep(self, seconds: float) -> None:
        self.advance(seconds)

    def advance(self, seconds: float = 0.0, **more: float) -> datetime:
        self._now += timedelta(seconds=seconds, **more)
        return self._now
