"""How a vendor's credentials get onto a call, and how they are renewed once for many calls that expire together."""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Protocol

from cogent_pipelines.adapters.transport.call import Call
from cogent_pipelines.adapters.transport.settled import Settled
from cogent_pipelines.ports.clock import Clock
from cogent_pipelines.ports.errors import AuthenticationFailed, VendorError

# Vendors lock accounts after several bad log-ins in a row: a refused one is not tried again for so long.
_AFTER_REFUSAL = timedelta(seconds=60)


class Credentials(Protocol):
    """A vendor's token or session."""

    def apply(self, call: Call) -> Call | None:
        """The call with the token header, or the session in its body; None where there is no session yet.

        Called on the event loop for every attempt: quick, no I/O.
        """
        ...

    def renew(self, stale: Call, send: Callable[[Call], Settled]) -> None:
        """Log in again with `send`, which puts no credentials on a call. Called from a thread, once per expiry.

        `stale` is the call that was refused, as it was sent.

        Raises:
            VendorError: the log-in failed; `AuthenticationFailed` where the vendor said no.
        """
        ...


class NoCredentials:
    """For vendors and calls that need none."""

    def apply(self, call: Call) -> Call | None:
        return call

    def renew(self, stale: Call, send: Callable[[Call], Settled]) -> None:
        """Nothing to renew."""
        del stale, send


class Renewal:
    """Renews once for all calls that found the same credentials expired; used from the client's event loop only."""

    def __init__(self, credentials: Credentials, clock: Clock) -> None:
        self._credentials = credentials
        self._clock = clock
        self._generation = 0
        self._running: asyncio.Task[None] | None = None
        self._refused: AuthenticationFailed | None = None
        self._refused_until: datetime | None = None

    @property
    def generation(self) -> int:
        """Changes with every renewal; remember it when credentials are applied."""
        return self._generation

    async def renew(self, stale: Call, send: Callable[[Call], Settled], *, seen: int) -> None:
        """Have credentials renewed that were applied at generation `seen`.

        Raises:
            VendorError: the log-in failed, now or a moment ago.
        """
        if seen != self._generation:
            return
        if self._refused is not None and self._refused_until is not None and self._clock.now() < self._refused_until:
            raise AuthenticationFailed(self._refused.message, operation=self._refused.operation)
        if self._running is None:
            self._running = asyncio.create_task(self._log_in(stale, send))
        # Shielded: one caller that gives up must not take the log-in away from the others.
        await asyncio.shield(self._running)

    async def _log_in(self, stale: Call, send: Callable[[Call], Settled]) -> None:
        try:
            await asyncio.to_thread(self._credentials.renew, stale, send)
        except AuthenticationFailed as error:
            self._refused, self._refused_until = error, self._clock.now() + _AFTER_REFUSAL
            raise
        except VendorError:
            raise
        else:
            self._refused = None
            self._generation += 1
        finally:
            self._running = None
