"""Calls a minute by scope; each scope by itself, told in four headers on every answer (rate-limits page, read 2026-11)."""

import math
from dataclasses import dataclass

from cogent_pipelines.simulators.scayle.tenant import Tenant

WINDOW = 60.0


@dataclass(slots=True)
class _Window:
    began: float
    used: int = 0


class RateLimits:
    """A window of a minute for each scope, opened by its first call."""

    def __init__(self, tenant: Tenant) -> None:
        self._tenant = tenant
        self._windows: dict[str, _Window] = {}

    def take(self, scope: str) -> tuple[bool, dict[str, str]]:
        """Count one call: whether it passes, and the headers to tell."""
        switches = self._tenant.switches
        limit = switches.rate_limits.get(scope)
        if limit is None:
            return True, {}
        window = self._window(scope)
        passes = window.used < limit or not switches.throttle
        window.used += passes
        return passes, self.headers(scope)

    def drain(self, scope: str) -> None:
        """Use up a scope, as when others have."""
        limit = self._tenant.switches.rate_limits.get(scope)
        if limit is not None:
            self._window(scope).used = limit

    def headers(self, scope: str) -> dict[str, str]:
        limit = self._tenant.switches.rate_limits.get(scope)
        if limit is None:
            return {}
        window = self._window(scope)
        return {
            "X-RateLimit-Scope": scope,
            "X-RateLimit-Limit": str(limit),
            "X-RateLimit-Remaining": str(max(0, limit - window.used)),
            "X-RateLimit-Reset": str(self.reset(scope)),
        }

    def reset(self, scope: str) -> int:
        """Seconds until the scope is free again."""
        return max(1, math.ceil(self._window(scope).began + WINDOW - self._now()))

    def _now(self) -> float:
        return self._tenant.now().timestamp()

    def _window(self, scope: str) -> _Window:
        window = self._windows.get(scope)
        if window is None or self._now() - window.began >= WINDOW:
            window = self._windows[scope] = _Window(self._now())
        return window
