"""Benches of the warehouses that a profile describes: a stand-in behind the adapter that its profile makes of it."""

from contextlib import ExitStack
from typing import Any

from cogent_pipelines.canonical.identity import SalesOrderRef, Sku
from cogent_pipelines.canonical.sales_order import SalesOrder
from cogent_pipelines.connections.services import VendorServices
from cogent_pipelines.connections.vendors.rest_profile import RestProfileBlock
from cogent_pipelines.simulators.common.trade import Goods
from cogent_pipelines.simulators.mintsoft import MintsoftSimulator
from cogent_pipelines.simulators.mintsoft import Switches as MintsoftSwitches
from cogent_pipelines.simulators.scend import ScendSimulator
from cogent_pipelines.simulators.scend import Switches as ScendSwitches
from cogent_pipelines_tests.contracts.benches import KNOWN, OTHER
from cogent_pipelines_tests.journeys.wire import OurClock, Router, WorldClock

_HOST = "127.0.0.1"


class _ProfileBench:
    """A stand-in on a depot behind its profile's adapter; `creates` is its name for the call that makes an order."""

    creates = "CreateOrder"

    def __init__(self, simulator: Any, clock: WorldClock, block: dict[str, Any], environment: dict[str, str]) -> None:
        self.clock, self.simulator = clock, simulator
        simulator.trade.stock([Goods(sku, sku, stock=10) for sku in (KNOWN, OTHER)])
        simulator.trade.work_by_itself(seconds=None)
        services = VendorServices.in_memory(OurClock(clock), engine=Router(clock, {_HOST: simulator.app}))
        given = {"base_url": f"http://{_HOST}", "rate_limited": False, **block}
        self._opens = lambda: RestProfileBlock.model_validate(given).open(services, environment)
        self._open = ExitStack()
        self.port = self.another_process()

    def now(self) -> Any:
        return self.clock.now()

    def another_process(self) -> Any:
        return self._open.enter_context(self._opens())

    def times_created(self, ref: SalesOrderRef) -> int:
        return self.simulator.truth.times_created(ref)

    def refuses(self, order: SalesOrder) -> None:
        """Nothing to do: the item of that order is unknown here."""

    def loses_an_answer(self, order: SalesOrder) -> None:
        self.simulator.faults.time_out_after_acting(self.creates)

    def goes_away(self) -> None:
        self.simulator.outage(3600)

    def deactivates(self, sku: Sku) -> None:
        self.simulator.trade.stock([Goods(sku, sku, stock=10, active=False)])

    def has(self, sku: Sku, units: int) -> None:
        self.clock.advance(60)
        self.simulator.trade.adjust(sku, by=units - self.simulator.trade.books().stock[sku])

    def sends(self, order: SalesOrder) -> None:
        self.simulator.trade.despatch(order.ref, tracking="later")

    def tracking_arrives(self) -> None:
        self.clock.advance(60)
        self.simulator.trade.tracking_arrives()

    def close(self) -> None:
        self._open.close()


class MintsoftBench(_ProfileBench):
    def __init__(self, switches: MintsoftSwitches | None = None) -> None:
        clock = WorldClock()
        simulator = MintsoftSimulator(clock=clock, switches=switches)
        secrets = {"username": "MINTSOFT_USER", "password": "MINTSOFT_PASSWORD"}
        account = simulator.account
        environment = {"MINTSOFT_USER": account.username, "MINTSOFT_PASSWORD": account.password}
        super().__init__(simulator, clock, {"vendor": "mintsoft", "secrets_env": secrets}, environment)


class ScendBench(_ProfileBench):
    def __init__(self, switches: ScendSwitches | None = None) -> None:
        clock = WorldClock()
        simulator = ScendSimulator(clock=clock, switches=switches)
        block = {
            "vendor": "scend",
            "base_url": f"http://{_HOST}{simulator.switches.base_path}",
            "secrets_env": {"token": "SCEND_TOKEN"},
        }
        super().__init__(simulator, clock, block, {"SCEND_TOKEN": simulator.access.token})
