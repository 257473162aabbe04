"""What any world needs to be a schedule's: a process that can die anywhere, a wire that remembers, a gateway at times away.

Who the vendors are is said by the world that this is mixed into.
"""

from collections.abc import Mapping
from contextlib import ExitStack, suppress
from datetime import timedelta
from typing import Any

import httpx

from cogent_pipelines.ledger.database import Ledger
from cogent_pipelines.simulators.common.faults import FaultBook
from cogent_pipelines_tests.faults.deaths import Reaper, make_mortal
from cogent_pipelines_tests.faults.router import RememberingRouter
from cogent_pipelines_tests.faults.schedule import Schedule
from cogent_pipelines_tests.journeys.neutral import NeutralWorld
from cogent_pipelines_tests.journeys.wire import Died

_AWAY = 503
_A_LITTLE = 1.0


class MortalWorld(NeutralWorld):
    """`gateway_refuses` is how many of the next events find the gateway away, `gateway_refused` how many did."""

    router: RememberingRouter
    schedule: Schedule
    reaper: Reaper
    gateway_refuses = 0
    gateway_refused = 0

    # ---- what a subclass says

    def fault_books(self) -> tuple[FaultBook, FaultBook]:
        """The storefront's and the warehouse's."""
        raise NotImplementedError

    def happens_by_itself(self) -> None:
        """What the vendors do as time passes."""
        raise NotImplementedError

    def settle(self) -> None:
        """Nothing goes wrong any more, nobody buys; the warehouse sends what it has, and the carrier gives its numbers."""
        raise NotImplementedError

    # ---- what all have

    def asked(self, question: str, given: Mapping[str, Any] | None = None) -> list[Any]:
        """Ask the ledger over a connection that no death concerns."""
        with self.ledger.pool._connections.connection() as session:
            return session.execute(question, given).fetchall()  # type: ignore[arg-type]

    def come_to_rest(self) -> None:
        for book in self.fault_books():
            book.clear()
        self.router.errands.clear()
        self.gateway_refuses = 0
        self.restart()
        self.settle()
        # A figure that no change was reported of stands for longer, but only when none can be reported any more.
        stands = (self.connection.stands_until or timedelta(0)) + self.connection.stock.allocation_lag
        self.clock.advance(stands.total_seconds() + _A_LITTLE)
        self.run_until_still()

    def _wire(self, apps: dict[str, object]) -> RememberingRouter:
        return RememberingRouter(self.clock, apps, self.reaper)

    def _connect(self) -> Ledger:
        ledger = super()._connect()
        make_mortal(ledger.pool, self.reaper)
        return ledger

    def restart(self) -> None:
        """The dead process is gone, nothing of it ends in order; another begins."""
        if not self.reaper.dead:
            self.reaper.next = None
        with suppress(Died):
            self._open.close()
        self._open = ExitStack()
        self.reaper.reborn()
        self.router.life += 1
        self._start()

    async def _answer_of_gateway(self, url: str, headers: Mapping[str, str], body: bytes) -> httpx.Response:
        if self.gateway_refuses > 0:
            self.gateway_refuses -= 1
            self.gateway_refused += 1
            return httpx.Response(_AWAY)
        return await super()._answer_of_gateway(url, headers, body)
