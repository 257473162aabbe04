"""SCAYLE behind the real adapter, as the storefront's contract needs it: a tenant that delegates to nobody and at once."""

from contextlib import ExitStack
from typing import Any

from cogent_pipelines.canonical.identity import OrderRef, Sku
from cogent_pipelines.connections.assembly import VendorServices, build_storefront
from cogent_pipelines.connections.settings import ConnectionSettings
from cogent_pipelines.simulators.common.trade import Buyer, Goods, WantedLine, Wish
from cogent_pipelines.simulators.scayle import ScayleSimulator, Switches
from cogent_pipelines.simulators.scayle.seeded import stock_tenant
from cogent_pipelines_tests.contracts.benches import KNOWN, OTHER
from cogent_pipelines_tests.journeys.wire import OurClock, Router, WorldClock

ENVIRONMENT = {"SCAYLE_KEY": "", "PVX_CLIENT": "c", "PVX_USER": "u", "PVX_PASSWORD": "p"}


def block(simulator: ScayleSimulator, **changes: Any) -> dict[str, Any]:
    """The YAML of a connection to that tenant."""
    shop = simulator.shop_country
    given = {
        "vendor": "scayle",
        "tenant": "northwind-live",
        "access_token_env": "SCAYLE_KEY",
        "shops": [{"shop": shop.shop_key, "country": shop.country}],
        "stock_warehouse": "main",
        "merchant": "default",
        "webhook_user_env": "SCAYLE_USER",
        "webhook_password_env": "SCAYLE_PASSWORD",
    }
    return given | changes


class ScayleBench:
    def __init__(self, **changes: Any) -> None:
        """`changes` are to the connection's block."""
        self.clock = WorldClock()
        switches = Switches(delegation=False, delegation_seconds=0.0)
        self.tenant = ScayleSimulator(seed=3, clock=self.clock, switches=switches)
        self.tenant.tenant.add_carrier("Royal Mail", "Royal Mail")
        stock_tenant(self.tenant)
        self.tenant.trade.sell([Goods(sku, sku, 2500, "GBP", 10) for sku in (KNOWN, OTHER)])
        # Time goes on after the shelves were filled: a figure that was counted then would be older.
        self.clock.advance(60)
        self._settings = ConnectionSettings.model_validate(
            {
                "name": "northwind_scayle",
                "storefront": block(self.tenant, **changes),
                "warehouse": {
                    "vendor": "peoplevox",
                    "client_id_env": "PVX_CLIENT",
                    "username_env": "PVX_USER",
                    "password_env": "PVX_PASSWORD",
                },
            }
        )
        host = self.tenant.url.partition("://")[2]
        router = Router(self.clock, {host: self.tenant.app})
        self._services = VendorServices.in_memory(OurClock(self.clock), engine=router)
        self._open = ExitStack()
        self.port = self.another_process()

    def another_process(self) -> Any:
        environment = ENVIRONMENT | {"SCAYLE_KEY": self.tenant.access_token}
        return self._open.enter_context(build_storefront(self._settings, services=self._services, environment=environment))

    def now(self) -> Any:
        return self.clock.now()

    def place(self, sku: Sku, quantity: int) -> OrderRef:
        self.clock.advance(1)
        placed = self.tenant.trade.place(Wish((WantedLine(sku, quantity),), Buyer(), shipping_minor=395))
        assert placed is not None
        self.tenant.tick()
        return OrderRef(placed.ref)

    def buys(self, sku: Sku, quantity: int) -> None:
        self.place(sku, quantity)

    def offered(self, sku: Sku) -> int:
        return self.tenant.trade.books().stock[sku]

    def told(self, order: OrderRef) -> list[tuple[int, str]]:
        """Units and tracking number of every parcel that the vendor has recorded."""
        [found] = [each for each in self.tenant.trade.books().orders if each.ref == order]
        return [(sum(line.quantity for line in parcel.lines), ",".join(parcel.tracking_numbers)) for parcel in found.parcels]

    def goes_away(self) -> None:
        self.tenant.faults.add("refuse", times=None, status=503)

    def loses_an_answer(self) -> None:
        self.tenant.faults.add("time_out_after_acting", operation="createShipment")

    def close(self) -> None:
        self._open.close()
