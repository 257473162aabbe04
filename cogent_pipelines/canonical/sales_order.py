"""The warehouse's copy of an order: what we ask it to ship, and what it says it holds."""

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from cogent_pipelines.canonical.address import Address
from cogent_pipelines.canonical.identity import LineRef, OrderRef, SalesOrderRef, Sku
from cogent_pipelines.canonical.money import Money
from cogent_pipelines.canonical.values import value


@value(frozen=True, slots=True)
class PartOf:
    """The storefront's line of a bundle, and how many bundles of it are to be shipped."""

    order_line_ref: LineRef
    units: int


@value(frozen=True, slots=True)
class SalesOrderLine:
    """One line to pick. `unit_price` is exact (`value / quantity`), maybe finer than the currency; `value` is the truth.

    `part_of` is set where the storefront sold a bundle, of which this is a component.
    """

    line_ref: LineRef
    sku: Sku
    quantity: int
    value: Money
    part_of: PartOf | None = None

    @property
    def order_line_ref(self) -> LineRef:
        return self.part_of.order_line_ref if self.part_of else self.line_ref

    @property
    def unit_price(self) -> Decimal:
        return self.value.amount / self.quantity


@value(frozen=True, slots=True)
class SalesOrder:
    """What is sent. `sku`s are the warehouse's spelling; money is the shop's currency.

    An empty `service` leaves the carrier to the warehouse; `routing_rule` names the rule that chose otherwise.
    """

    ref: SalesOrderRef
    order_ref: OrderRef
    order_name: str
    created_at: datetime
    total: Money
    shipping: Money
    discount: Money
    tax: Money
    lines: tuple[SalesOrderLine, ...]
    shipping_address: Address
    invoice_address: Address
    email: str = field(default="", repr=False)
    phone: str = field(default="", repr=False)
    purchase_order_number: str = ""
    channel: str = ""
    service: str = ""
    is_trade: bool = False
    routing_rule: str = ""


@dataclass(frozen=True, slots=True)
class HeldLine:
    """A line as the warehouse holds it; `unit_price` as it rounds it, `None` where it does not say."""

    line_ref: LineRef | None
    sku: Sku
    quantity: int
    unit_price: Decimal | None


@dataclass(frozen=True, slots=True)
class HeldSalesOrder:
    """A sales order read back from the warehouse.

    `released` is False while the warehouse will not pick it yet because we have not said it is whole.
    `status` is the warehouse's own word, shown to people and never branched on outside the adapter.
    """

    ref: SalesOrderRef
    status: str
    released: bool
    cancelled: bool
    lines: tuple[HeldLine, ...]
    total: Decimal | None = None
    shipping: Decimal | None = None
