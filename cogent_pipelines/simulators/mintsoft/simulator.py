"""The stand-in Mintsoft as a whole: one client's account, its warehouse, its service.

Use `.app` in process with `httpx.ASGITransport`, or under a web server; `.depot` is the warehouse itself, `.truth` its
account of what happened, `.faults` the book of orders to misbehave. Nothing happens while nobody asks: what fell due
since is done, at its own time, before the next answer.
"""

from datetime import datetime

from starlette.applications import Starlette
from starlette.routing import Route

from cogent_pipelines.simulators.common.clock import Clock, SystemClock
from cogent_pipelines.simulators.common.depot.books import Truth
from cogent_pipelines.simulators.common.depot.control import control_routes
from cogent_pipelines.simulators.common.depot.door import Door
from cogent_pipelines.simulators.common.depot.floor import Depot
from cogent_pipelines.simulators.common.depot.records import Despatch, Order, Stage
from cogent_pipelines.simulators.common.depot.returns import Returns
from cogent_pipelines.simulators.common.depot.trade import DepotTrade
from cogent_pipelines.simulators.common.faults import FaultBook
from cogent_pipelines.simulators.common.trade_routes import warehouse_routes
from cogent_pipelines.simulators.mintsoft.creating import Creating
from cogent_pipelines.simulators.mintsoft.keys import Account, Keys
from cogent_pipelines.simulators.mintsoft.orders import Orders
from cogent_pipelines.simulators.mintsoft.products import Products
from cogent_pipelines.simulators.mintsoft.returns import ReturnsDesk
from cogent_pipelines.simulators.mintsoft.service import Service
from cogent_pipelines.simulators.mintsoft.switches import Switches
from cogent_pipelines.simulators.mintsoft.writing import Writer

DEFAULT_ACCOUNT = Account("integration@northwind.example", "not-a-real-secret")
_METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"]


class MintsoftSimulator:
    """One Mintsoft account."""

    def __init__(
        self,
        *,
        seed: int = 0,
        clock: Clock | None = None,
        switches: Switches | None = None,
        account: Account = DEFAULT_ACCOUNT,
    ) -> None:
        self.seed = seed
        self.clock: Clock = clock or SystemClock()
        self.switches = switches or Switches()
        self.account = account
        self.faults = FaultBook(seed)
        self.depot = Depot(clock=self.clock, switches=self.switches, seed=seed)
        self.depot.after_despatch = self._plan_invoice
        self.returns = Returns(self.depot)
        self.truth = Truth(self.depot, self.returns)
        self.keys = Keys(account, clock=self.clock, switches=self.switches, seed=seed)
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
        orders = Orders(self.depot, self.switches, writer, creating)
        products = Products(self.depot, self.switches, writer, orders)
        desk = ReturnsDesk(self.depot, self.switches, writer, orders, self.returns)
        operations = [*orders.operations(), *products.operations(), *desk.operations()]
        return Service(keys=self.keys, switches=self.switches, clock=self.clock, operations=operations)

    @property
    def restocking(self) -> tuple[str, ...]:
        return tuple(self.switches.restocking_actions)

    def tick(self) -> None:
        """Do the warehouse's work that is due by now."""
        self.depot.tick()

    def outage(self, seconds: float, *, status: int = 503) -> None:
        """Answer nothing but HTML pages for so long."""
        self.door.go_away(seconds, status=status)

    def expire_keys(self) -> None:
        self.keys.forget()

    def _plan_invoice(self, despatch: Despatch) -> None:
        def invoice(order: Order, at: datetime) -> None:
            if order.stage is Stage.DESPATCHED:
                self.depot.move_to(order, Stage.DESPATCHED, at, word="INVOICED")

        if self.switches.invoice_after_seconds:
            self.depot.later(
                self.switches.invoice_after_seconds, lambda due: invoice(despatch.order, due), after=despatch.at
            )
