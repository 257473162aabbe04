"""commercetools as the contract sees it: the stand-in project behind the real adapter."""

from contextlib import ExitStack
from typing import Any

from cogent_pipelines.canonical.identity import OrderRef, Sku
from cogent_pipelines.connections.services import VendorServices
from cogent_pipelines.connections.vendors.commercetools import CommercetoolsBlock
from cogent_pipelines.simulators.commercetools import CommercetoolsSimulator
from cogent_pipelines.simulators.commercetools.seeded import connection_details
from cogent_pipelines.simulators.common.trade import Goods, WantedLine, Wish
from cogent_pipelines_tests.contracts.benches import KNOWN, OTHER
from cogent_pipelines_tests.journeys.wire import OurClock, Router, WorldClock

_STOCK = 100


class CommercetoolsBench:
    """Two articles at the project's supply channel."""

    def __init__(self, **block: Any) -> None:
        self.clock = WorldClock()
        self.project = CommercetoolsSimulator(seed=5, clock=self.clock)
        self.project.trade.sell([Goods(sku, "An article", stock=_STOCK) for sku in (KNOWN, OTHER)])
        details = connection_details(self.project, self.project.url)
        self._environment = {"CT_ID": details["client_id"], "CT_SECRET": details["client_secret"]}
        self._block = CommercetoolsBlock.model_validate(
            {
                "vendor": "commercetools",
                "project": details["project_key"],
                "api_url": details["url"],
                "auth_url": details["auth_url"],
                "import_url": details["import_url"],
                "client_id_env": "CT_ID",
                "client_secret_env": "CT_SECRET",
                "supply_channel": details["supply_channel_key"],
                "export_channel": details["export_channel_key"],
            }
            | block
        )
        router = Router(self.clock, {self.project.url.removeprefix("https://"): self.project.app})
        self._services = VendorServices.in_memory(OurClock(self.clock), engine=router)
        self._open = ExitStack()
        self.port = self.another_process()

    def another_process(self) -> Any:
        return self._open.enter_context(self._block.open(self._services, self._environment))

    def event_source(self, **variables: str) -> Any:
        return self._block.event_source(self._environment | variables)

    def now(self) -> Any:
        return self.clock.now()

    def place(self, sku: Sku, quantity: int) -> OrderRef:
        self.clock.advance(1)
        placed = self.project.trade.place(Wish((WantedLine(sku, quantity),), shipping_minor=395))
        return OrderRef(placed.ref)

    def buys(self, sku: Sku, quantity: int) -> None:
        self.place(sku, quantity)

    def offered(self, sku: Sku) -> int:
        return self.project.offered()[sku]

    def told(self, order: OrderRef) -> list[tuple[int, str]]:
        """Units and tracking number of every parcel that the vendor has recorded."""
        [found] = [each for each in self.project.trade.books().orders if each.ref == order]
        return [(sum(line.quantity for line in each.lines), ",".join(each.tracking_numbers)) for each in found.parcels]

    def goes_away(self) -> None:
        self.project.faults.refuse_before_acting("*", times=None)

    def loses_an_answer(self) -> None:
        self.project.faults.time_out_after_acting("orders.update")

    def close(self) -> None:
        self._open.close()
