"""So many calls in so many seconds, for the whole tenant."""

from collections import deque
from datetime import datetime, timedelta

from cogent_pipelines.simulators.peoplevox.switches import Switches


class RateLimit:
    """Counts calls by the vendor's clock; those not let in are not counted."""

    def __init__(self, switches: Switches) -> None:
        self._switches = switches
        self._calls: deque[datetime] = deque()
        self._window_start: datetime | None = None

    def admits(self, now: datetime) -> bool:
        """Say whether one more call is let in, and count it."""
        limit, span = self._switches.rate_limit_calls, timedelta(seconds=self._switches.rate_limit_seconds)
        if limit <= 0:
            return True
        if self._switches.rate_limit_window == "fixed":
            if self._window_start is None or now >= self._window_start + span:
                self._window_start = now
                self._calls.clear()
        else:
            while self._calls and self._calls[0] <= now - span:
                self._calls.popleft()
        if len(self._calls) >= limit:
            return False
        self._calls.append(now)
        return True

    def seconds_until_free(self, now: datetime) -> float:
        """Say how long a call that was not let in would have to wait."""
        start = self._window_start if self._switches.rate_limit_window == "fixed" else self._calls[0]
        waits = self._switches.rate_limit_seconds - (now - (start or now)).total_seconds()
        return max(0.001, waits)
