"""A warehouse of some profile that talks to a stand-in vendor, and sales orders to send it."""

from random import Random
from typing import Any

import httpx

from cogent_pipelines.adapters.transport.client import VendorClient
from cogent_pipelines.adapters.transport.memory import MemoryBudget, MemoryCircuit, MemoryEvidence
from cogent_pipelines.adapters.transport.retry import Patience
from cogent_pipelines.adapters.warehouses.rest_profile.adapter import RestProfileWarehouse, warehouse_of
from cogent_pipelines.adapters.warehouses.rest_profile.client import judge
from cogent_pipelines.adapters.warehouses.rest_profile.session import credentials_of, redaction_of
from cogent_pipelines.adapters.warehouses.rest_profile.settings import RestProfileSettings
from cogent_pipelines.adapters.warehouses.rest_profile.wire import Shared
from cogent_pipelines.canonical.address import Address
from cogent_pipelines.canonical.identity import LineRef, OrderRef, SalesOrderRef, Sku
from cogent_pipelines.canonical.money import Money
from cogent_pipelines.canonical.sales_order import SalesOrder, SalesOrderLine
from cogent_pipelines_tests.factories.clocks import StillClock
from cogent_pipelines_tests.factories.orders import NINE

ADDRESS = Address(name="Ada King Byron", line1="12 Row Lane", city="York", postcode="YO1 7HH", country_code="GB")


class Connected:
    """A warehouse and its client, to be closed together; `again` is another process with the same settings."""

    def __init__(self, app: Any, settings: RestProfileSettings, clock: StillClock | None = None) -> None:
        self.settings = settings
        self.clock = clock or StillClock()
        self.evidence = MemoryEvidence()
        self._engine = httpx.ASGITransport(app)
        self._clients: list[VendorClient] = []
        self.warehouse = self.again()

    def again(self) -> RestProfileWarehouse:
        async def no_wait(seconds: float) -> None:
            self.clock.sleep(seconds)

        shared = Shared.of(self.settings)
        vendor = VendorClient(
            account=self.settings.account,
            reader=judge(self.settings, shared.functions, self.clock),
            limit=None,
            budget=MemoryBudget(),
            circuit=MemoryCircuit(threshold=50),
            evidence=self.evidence,
            clock=self.clock,
            redaction=redaction_of(self.settings),
            credentials=credentials_of(self.settings, self.clock),
            engine=self._engine,
            concurrency=self.settings.concurrency,
            patience=Patience(attempts=2, total=30.0),
            random=Random(7),
            sleep=no_wait,
        )
        self._clients.append(vendor)
        return warehouse_of(self.settings, vendor, self.clock, shared)

    def close(self) -> None:
        for vendor in self._clients:
            vendor.close()


def line(number: int = 1, sku: str = "MUG", quantity: int = 1, pence: int = 1250) -> SalesOrderLine:
    return SalesOrderLine(LineRef(f"L{number}"), Sku(sku), quantity, Money(pence * quantity, "GBP"))


def order(ref: str = "1001", *lines: SalesOrderLine, **changes: Any) -> SalesOrder:
    given: dict[str, Any] = {
        "ref": SalesOrderRef(ref),
        "order_ref": OrderRef(f"shop-{ref}"),
        "order_name": f"#{ref}",
        "created_at": NINE,
        "total": Money(4245, "GBP"),
        "shipping": Money(495, "GBP"),
        "discount": Money(0, "GBP"),
        "tax": Money(500, "GBP"),
        "lines": lines or (line(1), line(2, "PLATE", 2)),
        "shipping_address": ADDRESS,
        "invoice_address": ADDRESS,
        "email": "ada@example.com",
    }
    return SalesOrder(**{**given, **changes})
