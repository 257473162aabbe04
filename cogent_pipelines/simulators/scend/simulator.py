"""The stand-in Scend as a whole: one account, its warehouse, its service. All of the wire is assumed; see `switches`.

Use `.app` in process with `httpx.ASGITransport`, or under a web server; `.depot` is the warehouse itself, `.truth` its
account of what happened, `.faults` the book of orders to misbehave. Nothing happens while nobody asks: what fell due
since is done, at its own time, before the next answer.
"""

from starlette.applications import Starlette
from starlette.routing import Route

from cogent_pipelines.simulators.common.clock import Clock, SystemClock
from cogent_pipelines.simulators.common.depot.books import Truth
from cogent_pipelines.simulators.common.depot.control import control_routes
from cogent_pipelines.simulators.common.depot.door import Door
from cogent_pipelines.simulators.common.depot.floor import Depot
from cogent_pipelines.simulators.common.depot.returns import Returns
from cogent_pipelines.simulators.common.depot.trade import DepotTrade
from cogent_pipelines.simulators.common.faults import FaultBook
from cogent_pipelines.simulators.common.trade_routes import warehouse_routes
from cogent_pipelines.simulators.scend.access import Access
from cogent_pipelines.simulators.scend.creating import Creating
from cogent_pipelines.simulators.scend.operations import Operations
from cogent_pipelines.simulators.scend.service import Service
from cogent_pipelines.simulators.scend.switches import Switches
from cogent_pipelines.simulators.scend.writing import RESTOCK, Writer

_METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"]


class ScendSimulator:
    """One Scend account."""

    def __init__(self, *, seed: int = 0, clock: Clock | None = None, switches: Switches | None = None) -> None:
        self.seed = seed
        self.clock: Clock = clock or SystemClock()
        self.switches = switches or Switches()
        self.faults = FaultBook(seed)
        self.depot = Depot(clock=self.clock, switches=self.switches, seed=seed)
        self.returns = Returns(self.depot)
        self.truth = Truth(self.depot, self.returns)
        self.access = Access(clock=self.clock, switches=self.switches, seed=seed)
        self.door = Door(self._service(), self.clock, self.faults, self.switches, self.tick)
        self.trade = DepotTrade(self.depot, self.outage)
        self.app = Starlette(
            routes=[
                *control_routes(self),
                *warehouse_routes(self.trade),
                Route("/{path:path}", self.door.answer, methods=_METHODS),
            ]
        )

    def _service(self) -> Service:
        writer = Writer(self.switches)
        creating = Creating(self.depot, self.switches, writer)
        operations = Operations(self.depot, self.returns, self.switches, writer, creating)
        return Service(
            access=self.access, switches=self.switches, clock=self.clock, creating=creating, operations=operations
        )

    @property
    def restocking(self) -> tuple[str, ...]:
        return (RESTOCK,)

    def tick(self) -> None:
        """Do the warehouse's work that is due by now."""
        self.depot.tick()

    def outage(self, seconds: float, *, status: int = 503) -> None:
        """Answer nothing but HTML pages for so long."""
        self.door.go_away(seconds, status=status)

    def expire_keys(self) -> None:
        self.access.forget_all()
