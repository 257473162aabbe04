"""OrderWise on the bench: the adapter over the simulated tenant, which runs the shipped export definitions as SQL."""

from contextlib import ExitStack
from datetime import datetime
from decimal import Decimal
from typing import Any

from cogent_pipelines.adapters.warehouses.orderwise.definitions import DEFINITIONS
from cogent_pipelines.canonical.identity import SalesOrderRef, Sku
from cogent_pipelines.canonical.sales_order import SalesOrder
from cogent_pipelines.connections.services import VendorServices
from cogent_pipelines.connections.vendors.orderwise import OrderWiseBlock
from cogent_pipelines.ports.warehouse import Warehouse
from cogent_pipelines.simulators.orderwise import OrderWiseSimulator, connection_details, empty_simulator
from cogent_pipelines_tests.contracts.benches import KNOWN, OTHER
from cogent_pipelines_tests.journeys.wire import OurClock, Router, WorldClock

HOST = "northwind.orderwisecloud.com"


def shipped_definitions() -> dict[str, str]:
    """Every export definition that a tenant can install, by name."""
    return {str(question): definition.sql for question, definition in DEFINITIONS.items()}


def block_of(tenant: OrderWiseSimulator, **changes: Any) -> OrderWiseBlock:
    """The connection's YAML for a simulated tenant."""
    details = connection_details(tenant, f"https://{HOST}")
    given = {
        "vendor": "orderwise",
        "base_url": details["base_url"],
        "username_env": "OW_USER",
        "password_env": "OW_PASSWORD",
        "session_id": int(details["session_id"]),
        "customer_id": int(details["customer_id"]),
        "delivery_methods": {"": int(details["delivery_method_id"])},
        "tax_rate_id": int(details["tax_rate_id"]),
        "stock_location_id": int(details["stock_location_id"]),
        "stock_locations": [int(details["stock_location_id"])],
        "statuses": {"Cancelled": "cancelled"},
        "export_definitions": {name: int(details[f"export_{name}"]) for name in shipped_definitions()},
        "rate_limited": False,
    }
    return OrderWiseBlock.model_validate({**given, **changes})


def environment_of(tenant: OrderWiseSimulator) -> dict[str, str]:
    account = tenant.tokens.account
    return {"OW_USER": account.username, "OW_PASSWORD": account.password}


class OrderWiseBench:
    """`changes` are fields of the connection's block."""

    def __init__(self, **changes: Any) -> None:
        self.clock = WorldClock()
        self.tenant = empty_simulator(1, clock=self.clock, exports=shipped_definitions())
        for code in (KNOWN, OTHER):
            self.tenant.live.add_variant(code, description=code, price=Decimal(10), on_hand=Decimal(10))
        router = Router(self.clock, {HOST: self.tenant.app})
        self._services = VendorServices.in_memory(OurClock(self.clock), engine=router)
        self._block = block_of(self.tenant, **changes)
        self._open = ExitStack()
        self.port = self.another_process()

    def now(self) -> datetime:
        return self.clock.now()

    def another_process(self) -> Warehouse:
        return self._open.enter_context(self._block.open(self._services, environment_of(self.tenant)))

    def times_created(self, ref: SalesOrderRef) -> int:
        return self.tenant.truth.times_created(ref)

    def refuses(self, order: SalesOrder) -> None:
        """Nothing to do: the variant of that order is unknown here."""

    def loses_an_answer(self, order: SalesOrder) -> None:
        self.tenant.faults.time_out_after_acting("create_sales_order")

    def goes_away(self) -> None:
        self.tenant.outage(3600)

    def deactivates(self, sku: Sku) -> None:
        self.tenant.live.add_variant(sku, discontinued=True)

    def has(self, sku: Sku, units: int) -> None:
        self.clock.advance(60)
        company = self.tenant.live
        company.set_stock(company.by_code[sku], on_hand=Decimal(units))

    def sends(self, order: SalesOrder) -> None:
        self.tenant.trade.despatch(order.ref, tracking="later")
        # A parcel that may still grow is not told: the gap between two of them, and what the clocks may differ.
        self.clock.advance(self._block.parcel_gap_seconds + self._block.clock_tolerance_seconds)

    def tracking_arrives(self) -> None:
        self.tenant.trade.tracking_arrives()

    def close(self) -> None:
        self._open.close()
