"""The stand-in Peoplevox as a whole: one tenant, its warehouse, its front door, its events.

Use `.app` in process with `httpx.ASGITransport`, or under a web server; `.warehouse` is the warehouse itself, `.truth`
its account of what happened, `.faults` the book of orders to misbehave. Under a web server time passes by itself; in
process a test calls `tick` and `deliver_events` when it wants.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import timedelta
from typing import Any

from starlette.applications import Starlette
from starlette.routing import Route

from cogent_pipelines.simulators.common.clock import Clock, SystemClock
from cogent_pipelines.simulators.common.faults import Fault, FaultBook, FaultKind
from cogent_pipelines.simulators.common.trade_routes import warehouse_routes
from cogent_pipelines.simulators.peoplevox.control import Control
from cogent_pipelines.simulators.peoplevox.events import Deliver, EventDesk, HttpDelivery
from cogent_pipelines.simulators.peoplevox.front import FrontDoor
from cogent_pipelines.simulators.peoplevox.service import Service
from cogent_pipelines.simulators.peoplevox.sessions import Account, Sessions
from cogent_pipelines.simulators.peoplevox.switches import Switches
from cogent_pipelines.simulators.peoplevox.trade import PeoplevoxTrade
from cogent_pipelines.simulators.peoplevox.truth import Truth
from cogent_pipelines.simulators.peoplevox.warehouse import Warehouse
from cogent_pipelines.simulators.peoplevox.wsdl import EVENT_TYPES

DEFAULT_ACCOUNT = Account("northwind", "integration", "not-a-real-secret")
_TURN_SECONDS = 0.1


class PeoplevoxFaultBook(FaultBook):
    """A fault book whose rules may name an operation (`SaveData`) or one template of it (`SaveData:Sales orders`)."""

    def add(
        self,
        kind: FaultKind | str,
        *,
        operation: str = "*",
        times: int | None = 1,
        after: int = 0,
        probability: float = 1.0,
        **settings: Any,
    ) -> Fault:
        is_call = ":" not in operation and not operation.endswith("*") and operation not in EVENT_TYPES
        named = f"{operation}:*" if is_call else operation
        return super().add(kind, operation=named, times=times, after=after, probability=probability, **settings)


class PeoplevoxSimulator:
    """One Peoplevox tenant."""

    def __init__(
        self,
        *,
        seed: int = 0,
        clock: Clock | None = None,
        switches: Switches | None = None,
        account: Account = DEFAULT_ACCOUNT,
        deliver: Deliver | None = None,
    ) -> None:
        self.seed = seed
        self.clock: Clock = clock or SystemClock()
        self.switches = switches or Switches()
        self.account = account
        self.faults: FaultBook = PeoplevoxFaultBook(seed)
        self.warehouse = Warehouse(clock=self.clock, switches=self.switches, seed=seed)
        self.sessions = Sessions(account, clock=self.clock, switches=self.switches, seed=seed)
        self._http = HttpDelivery()
        self.events = EventDesk(
            clock=self.clock, switches=self.switches, faults=self.faults, deliver=deliver or self._http, seed=seed
        )
        self.warehouse.raise_event = self.events.raise_event
        self.service = Service(self.warehouse, self.sessions, self.events, seed)
        self.trade = PeoplevoxTrade(self)
        self.front = FrontDoor(
            service=self.service,
            sessions=self.sessions,
            faults=self.faults,
            clock=self.clock,
            switches=self.switches,
            seed=seed,
        )
        self.app = Starlette(
            routes=[
                *Control(self).routes(),
                *warehouse_routes(self.trade),
                Route("/{path:path}", self.front.answer, methods=["GET", "POST"]),
            ],
            lifespan=self._lifespan,
        )

    @property
    def truth(self) -> Truth:
        return self.warehouse.truth

    def outage(self, seconds: float, *, status: int = 503) -> None:
        """Answer nothing but HTML pages for so long."""
        self.front.outage_until = self.clock.now() + timedelta(seconds=seconds)
        self.front.outage_status = status

    def tick(self) -> None:
        """Do the warehouse's work that is due by now."""
        self.warehouse.tick()

    async def deliver_events(self) -> int:
        """Do what is due, and deliver every event that is; says how many calls were made."""
        self.warehouse.tick()
        return await self.events.deliver_due()

    @asynccontextmanager
    async def _lifespan(self, _: Starlette) -> AsyncIterator[None]:
        task = asyncio.create_task(self._live())
        try:
            yield
        finally:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task
            await self._http.close()

    async def _live(self) -> None:
        while True:
            await asyncio.sleep(_TURN_SECONDS)
            await self.deliver_events()
