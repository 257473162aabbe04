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
from cogent_pipelines.adapters.warehouses.orderwise.adapter import OrderWiseWarehouse
from cogent_pipelines.adapters.warehouses.orderwise.client import judge
from cogent_pipelines.adapters.warehouses.orderwise.definitions import DEFINITIONS, Question
from cogent_pipelines.adapters.warehouses.orderwise.session import OrderWiseToken
from cogent_pipelines.adapters.warehouses.orderwise.settings import OrderFields, OrderWiseSettings
from cogent_pipelines.canonical.address import Address
from cogent_pipelines.canonical.identity import LineRef, OrderRef, SalesOrderRef, Sku
from cogent_pipelines.canonical.money import Money
from cogent_pipelines.canonical.sales_order import SalesOrder, SalesOrderLine
from cogent_pipelines_tests.adapters.warehouses.orderwise.tenant import NUMBERS, PASSWORD, SESSION, USER, Tenant

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
ADDRESS = Address(name="Ada Byron", line1="12 St James's Square", city="London", postcode="SW1Y 4JH", country_code="GB")
FIELDS = OrderFields(customer_id=1001, delivery_methods={"": 3, "NEXT-DAY": 4}, tax_rate_id=1, stock_location_id=1)
REQUIRED = {question: NUMBERS[question] for question, definition in DEFINITIONS.items() if definition.required}
SETTINGS = OrderWiseSettings(
    base_url="http://127.0.0.1:9/OWAPI",
    username=USER,
    password=PASSWORD,
    session_id=SESSION,
    definitions=REQUIRED,
    order=FIELDS,
)


def with_also(*questions: Question) -> dict[Question, int]:
    """The required definitions, and these."""
    return {**REQUIRED, **{question: NUMBERS[question] for question in questions}}


class StillClock:
    """Stands still until it is moved; sleeping moves it."""

    def __init__(self, at: datetime = NOON) -> None:
        self.at = at

    def now(self) -> datetime:
        return self.at

    def sleep(self, seconds: float) -> None:
        self.at += timedelta(seconds=seconds)


class Connected:
    """A warehouse and its client, to be closed together; `again` is another process with the same settings."""

    def __init__(self, tenant: Tenant, **changes: Any) -> None:
        self.settings = replace(SETTINGS, **changes)
        self.clock = StillClock()
        self.evidence = MemoryEvidence()
        self._engine = httpx.ASGITransport(tenant)
        self._clients: list[VendorClient] = []
        self.warehouse = self.again()

    def again(self) -> OrderWiseWarehouse:
        async def no_wait(seconds: float) -> None:
            self.clock.sleep(seconds)

        vendor = VendorClient(
            account=self.settings.account,
            reader=judge,
            limit=None,
            budget=MemoryBudget(),
            circuit=MemoryCircuit(threshold=50),
            evidence=self.evidence,
            clock=self.clock,
            redaction=Redaction().knowing(self.settings.password),
            credentials=OrderWiseToken(self.settings, self.clock),
            engine=self._engine,
            patience=Patience(attempts=2, total=1.0),
            random=Random(7),
            sleep=no_wait,
        )
        self._clients.append(vendor)
        return OrderWiseWarehouse(self.settings, vendor, self.clock)

    def close(self) -> None:
        for vendor in self._clients:
            vendor.close()


def line(number: int = 1, sku: str = "MUG", quantity: int = 1, pence: int = 1250) -> SalesOrderLine:
    """`pence` is what all units together cost."""
    return SalesOrderLine(LineRef(f"L{number}"), Sku(sku), quantity, Money(pence, "GBP"))


def order(ref: str = "SO-1", *lines: SalesOrderLine, **changes: Any) -> SalesOrder:
    """Of these lines and 4.95 for delivery; prices with tax."""
    rows = lines or (line(1), line(2, "PLATE", 2, 1000))
    shipping = changes.pop("shipping", Money(495, "GBP"))
    given: dict[str, Any] = {
        "ref": SalesOrderRef(ref),
        "order_ref": OrderRef(f"order of {ref}"),
        "order_name": f"#{ref}",
        "created_at": NOON,
        "total": Money(sum(row.value.minor for row in rows) + shipping.minor, "GBP"),
        "shipping": shipping,
        "discount": Money(0, "GBP"),
        "tax": Money(458, "GBP"),
        "lines": rows,
        "shipping_address": ADDRESS,
        "invoice_address": ADDRESS,
        "email": "ada@example.com",
        "channel": "web",
    }
    return SalesOrder(**{**given, **changes})
