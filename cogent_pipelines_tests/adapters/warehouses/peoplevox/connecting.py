"""A warehouse that talks to a stand-in tenant, and sales orders to send it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

import httpx

from cogent_pipelines.adapters.transport.client import VendorClient
from cogent_pipelines.adapters.transport.memory import MemoryBudget, MemoryCircuit, MemoryEvidence
from cogent_pipelines.adapters.transport.redaction import Redaction
from cogent_pipelines.adapters.transport.retry import Patience
from cogent_pipelines.adapters.warehouses.peoplevox.adapter import PeoplevoxWarehouse
from cogent_pipelines.adapters.warehouses.peoplevox.client import judge
from cogent_pipelines.adapters.warehouses.peoplevox.session import PeoplevoxSession
from cogent_pipelines.adapters.warehouses.peoplevox.settings import PeoplevoxSettings
from cogent_pipelines.canonical.address import Address
from cogent_pipelines.canonical.identity import LineRef, OrderRef, SalesOrderRef, Sku
from cogent_pipelines.canonical.money import Money
from cogent_pipelines.canonical.sales_order import SalesOrder, SalesOrderLine

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
SETTINGS = PeoplevoxSettings(base_url="http://127.0.0.1:9", client_id="acme", username="robot", password="pass")
ADDRESS = Address(name="Ada Byron", line1="12 St James's Square", city="London", postcode="SW1Y 4JH", country_code="GB")


class StillClock:
    """Stands still until it is moved; sleeping moves it."""

    def __init__(self, at: datetime = NOON) -> None:
        self.at = at

    def now(self) -> datetime:
        return self.at

    def sleep(self, seconds: float) -> None:
        self.at += timedelta(seconds=seconds)


def client(engine: httpx.AsyncBaseTransport, settings: PeoplevoxSettings, clock: StillClock, **more: Any) -> VendorClient:
    async def no_wait(seconds: float) -> None:
        clock.sleep(seconds)

    given: dict[str, Any] = {
        "account": settings.account,
        "reader": judge(settings),
        "limit": None,
        "budget": MemoryBudget(),
        "circuit": MemoryCircuit(threshold=50),
        "evidence": MemoryEvidence(),
        "clock": clock,
        "redaction": Redaction(),
        "credentials": PeoplevoxSession(settings, clock),
        "engine": engine,
        "patience": Patience(attempts=2, total=1.0),
        "random": Random(7),
        "sleep": no_wait,
    }
    return VendorClient(**{**given, **more})


class Connected:
    """A warehouse and its client, to be closed together; `again` is another process with the same settings."""

    def __init__(self, engine: httpx.AsyncBaseTransport, **changes: Any) -> None:
        self.settings = replace(SETTINGS, **changes)
        self.clock = StillClock()
        self.evidence = MemoryEvidence()
        self._engine = engine
        self._clients: list[VendorClient] = []
        self.warehouse = self.again()

    def again(self) -> PeoplevoxWarehouse:
        vendor = client(self._engine, self.settings, self.clock, evidence=self.evidence)
        self._clients.append(vendor)
        return PeoplevoxWarehouse(self.settings, vendor, self.clock)

    def close(self) -> None:
        for vendor in self._clients:
            vendor.close()


def line(number: int = 1, sku: str = "MUG", quantity: int = 1, pence: int = 1250) -> SalesOrderLine:
    return SalesOrderLine(LineRef(f"L{number}"), Sku(sku), quantity, Money(pence * quantity, "GBP"))


def order(ref: str = "SO-1", *lines: SalesOrderLine, **changes: Any) -> SalesOrder:
    given: dict[str, Any] = {
        "ref": SalesOrderRef(ref),
        "order_ref": OrderRef(f"order of {ref}"),
        "order_name": f"#{ref}",
        "created_at": NOON,
        "total": Money(3000, "GBP"),
        "shipping": Money(495, "GBP"),
        "discount": Money(0, "GBP"),
        "tax": Money(500, "GBP"),
        "lines": lines or (line(1), line(2, "PLATE", 2)),
        "shipping_address": ADDRESS,
        "invoice_address": ADDRESS,
        "email": "ada@example.com",
        "channel": "web",
    }
    return SalesOrder(**{**given, **changes})


def orders(count: int) -> list[SalesOrder]:
    return [order(f"SO-{number:05d}") for number in range(count)]
