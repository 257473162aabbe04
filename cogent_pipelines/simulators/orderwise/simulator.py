"""The stand-in OrderWise as a whole: one tenant with a live and a test company, one user, and the ASGI app over them.

Use `.app` in process with `httpx.ASGITransport`, or under a web server; `.live` are the live company's books, `.truth`
its account of what happened, `.faults` the book of orders to misbehave. A fault names an operation of `endpoints`,
`token`, or one export definition (`run_export_definition:orders_changed`). In process nothing happens until a call, or
`tick`.
"""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from datetime import timedelta
from typing import Any

from starlette.applications import Starlette
from starlette.routing import Route

from cogent_pipelines.simulators.common.clock import Clock, SystemClock
from cogent_pipelines.simulators.common.faults import Fault, FaultBook, FaultKind
from cogent_pipelines.simulators.common.gate import fault_routes
from cogent_pipelines.simulators.common.trade_routes import warehouse_routes
from cogent_pipelines.simulators.orderwise.company import Company
from cogent_pipelines.simulators.orderwise.control import control_routes
from cogent_pipelines.simulators.orderwise.front import FrontDoor
from cogent_pipelines.simulators.orderwise.switches import Switches
from cogent_pipelines.simulators.orderwise.tokens import Account, Tokens
from cogent_pipelines.simulators.orderwise.trade import OrderWiseTrade
from cogent_pipelines.simulators.orderwise.truth import Truth

DEFAULT_ACCOUNT = Account("integration", "not-a-real-secret")
LIVE, TEST = "owapi", "owapitest"
_METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"]
_TURN_SECONDS = 0.1


class OrderWiseFaultBook(FaultBook):
    """A fault book in which `run_export_definition` means every definition."""

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
        named = f"{operation}:*" if operation == "run_export_definition" else operation
        return super().add(kind, operation=named, times=times, after=after, probability=probability, **settings)


class OrderWiseSimulator:
    """One OrderWise tenant."""

    def __init__(
        self,
        *,
        seed: int = 0,
        clock: Clock | None = None,
        switches: Switches | None = None,
        account: Account = DEFAULT_ACCOUNT,
        exports: Mapping[str, str] | None = None,
    ) -> None:
        self.seed = seed
        self.clock: Clock = clock or SystemClock()
        self.switches = switches or Switches()
        self.faults: FaultBook = OrderWiseFaultBook(seed)
        self.tokens = Tokens(account, clock=self.clock, switches=self.switches, seed=seed)
        self.companies = {name: Company(name, clock=self.clock, switches=self.switches, seed=seed) for name in (LIVE, TEST)}
        self.trade = OrderWiseTrade(self)
        self.front = FrontDoor(self)
        self.install_exports(exports or {})
        self.app = Starlette(
            routes=[
                *control_routes(self),
                *fault_routes(self.faults),
                *warehouse_routes(self.trade),
                Route("/{path:path}", self.front.answer, methods=_METHODS),
            ],
            lifespan=self._lifespan,
        )

    @property
    def live(self) -> Company:
        return self.companies[LIVE]

    @property
    def truth(self) -> Truth:
        return self.live.truth

    def install_exports(self, texts: Mapping[str, str]) -> dict[str, int]:
        """Install API Export Definitions in both companies, as an administrator would; gives their numbers by name."""
        numbers: dict[str, int] = {}
        for company in self.companies.values():
            with company.lock:
                numbers = company.definitions.install(texts)
        return numbers

    def outage(self, seconds: float, *, status: int = 503) -> None:
        """Answer nothing but HTML pages for so long."""
        self.front.outage_until = self.clock.now() + timedelta(seconds=seconds)
        self.front.outage_status = status

    def tick(self) -> None:
        """Let happen what is due by now."""
        for company in self.companies.values():
            with company.lock:
                company.tick()

    @asynccontextmanager
    async def _lifespan(self, _: Starlette) -> AsyncIterator[None]:
        task = asyncio.create_task(self._live())
        try:
            yield
        finally:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task

    async def _live(self) -> None:
        while True:
            await asyncio.sleep(_TURN_SECONDS)
            self.tick()
