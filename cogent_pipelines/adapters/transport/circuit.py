"""The local end of a vendor account's circuit: asks before each call, remembers a closed answer for a moment.

When it opens and when it lets a probe through is decided where the circuit is kept.
"""

import asyncio
from datetime import datetime, timedelta

from cogent_pipelines.ports.clock import Clock
from cogent_pipelines.ports.vendor_account import Circuit, CircuitState

# For so long a call goes out without asking: long enough to cost nothing, short enough to stop soon after another process
# has found the vendor down.
_REMEMBER = timedelta(seconds=1)
LONGEST_PROBE_INTERVAL = 60.0
# Quick failures this close together are one event: eight connections that break in one restart say no more than one.
_ONE_EVENT = timedelta(seconds=0.5)


class CircuitGate:
    """Used from the client's event loop only."""

    def __init__(self, *, account: str, circuit: Circuit, clock: Clock) -> None:
        self._account = account
        self._circuit = circuit
        self._clock = clock
        self._asking = asyncio.Lock()
        self._closed_until: datetime | None = None
        self._open_until: datetime | None = None
        self._probe_at: datetime | None = None
        self._failed_at: datetime | None = None
        self._owes_success = True

    async def admit(self) -> float | None:
        """None: call. A number: the circuit is open, and the next probe is that many seconds away."""
        known = self._known()
        if known is not None:
            return known if known > 0 else None
        async with self._asking:
            known = self._known()
            if known is None:
                known = await self._ask()
        return known if known > 0 else None

    async def succeeded(self) -> None:
        """The vendor answered; told only where there is something to mend."""
        if self._owes_success:
            self._owes_success = False
            self._open_until = None
            await asyncio.to_thread(self._circuit.succeeded, self._account, self._clock.now())

    async def failed(self, reason: str, *, seconds: float) -> None:
        """Tell a failure that took `seconds`; a long silence counts each time, quick failures once per event."""
        now = self._clock.now()
        quick = timedelta(seconds=seconds) < _ONE_EVENT
        if quick and self._failed_at is not None and timedelta(0) <= now - self._failed_at < _ONE_EVENT:
            return
        self._failed_at = now
        self._owes_success = True
        self._closed_until = None
        await asyncio.to_thread(self._circuit.failed, self._account, now, reason=reason)

    def _known(self) -> float | None:
        now = self._clock.now()
        if self._closed_until is not None and _still(self._closed_until, now):
            return 0.0
        if self._open_until is not None and self._probe_at is not None and _still(self._open_until, now):
            return (self._probe_at - now).total_seconds()
        return None

    async def _ask(self) -> float:
        now = self._clock.now()
        state = await asyncio.to_thread(self._circuit.may_call, self._account, now)
        if state is CircuitState.CLOSED:
            self._closed_until = now + _REMEMBER
            return 0.0
        self._owes_success = True
        if state is CircuitState.PROBING:
            return 0.0
        wait = await asyncio.to_thread(self._circuit.seconds_until_probe, self._account, now)
        wait = min(max(wait, 0.1), LONGEST_PROBE_INTERVAL)
        self._probe_at = now + timedelta(seconds=wait)
        self._open_until = min(self._probe_at, now + _REMEMBER)
        return wait


def _still(until: datetime, now: datetime) -> bool:
    """Whether what was remembered until then still holds; what holds for longer, a clock that went back has put ahead."""
    return timedelta(0) < until - now <= _REMEMBER
