"""An order as the storefront has it. What the warehouse is sent is in `sales_order`."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from cogent_pipelines.canonical.address import Address
from cogent_pipelines.canonical.identity import Attribute, LineRef, OrderRef, Sku
from cogent_pipelines.canonical.money import MoneyBag
from cogent_pipelines.canonical.values import value


class PaymentState(StrEnum):
    """How far an order is paid, as far as shipping is concerned."""

    PENDING = "pending"
    AUTHORISED = "authorised"
    PARTLY_PAID = "partly_paid"
    PAID = "paid"
    PARTLY_REFUNDED = "partly_refunded"
    REFUNDED = "refunded"
    VOIDED = "voided"
    EXPIRED = "expired"
    UNKNOWN = "unknown"


@value(frozen=True, slots=True)
class TaxLine:
    """One tax: its name, its rate as text (`"0.2"`), its amount. Never added up from rates by us."""

    title: str
    rate: str
    amount: MoneyBag


@value(frozen=True, slots=True)
class Discount:
    """A discount given on a line or on shipping: the code or title, and what was taken off."""

    title: str
    amount: MoneyBag


@value(frozen=True, slots=True)
class OrderLine:
    """One line: `ordered` never goes down; `current` follows edits and refunds; `to_ship` is what is still owed.

    `unit_price` is before discounts; `line_total` is after every discount, for `ordered` units. Both include tax where
    the order's `taxes_included` says so. `takes_stock`: the storefront took its units off what it shows as free when it was
    placed, as most do; where it did not, the figure there says what it said before.
    """

    ref: LineRef
    sku: Sku | None
    title: str
    ordered: int
    current: int
    to_ship: int
    requires_shipping: bool
    unit_price: MoneyBag
    line_total: MoneyBag
    discounts: tuple[Discount, ...] = ()
    taxes: tuple[TaxLine, ...] = ()
    attributes: tuple[Attribute, ...] = ()
    takes_stock: bool = True


@value(frozen=True, slots=True)
class ShippingLine:
    """What the customer paid for delivery: `price` after discounts."""

    title: str
    code: str
    price: MoneyBag
    discounts: tuple[Discount, ...] = ()
    taxes: tuple[TaxLine, ...] = ()


@dataclass(frozen=True, slots=True)
class B2BBuyer:
    """The company behind a trade order."""

    company_ref: str
    company: str
    location: str = ""


@value(frozen=True, slots=True)
class Order:
    """The latest state of an order, whole.

    `version` orders the states of one order: the storefront's own update time; an older version never overwrites a newer.
    `on_hold` is the storefront's word that nothing may be shipped yet. `closes_at` is when it closes the order by itself, as
    if everything had been sent; None where it never does, or no longer.
    """

    ref: OrderRef
    name: str
    created_at: datetime
    version: datetime
    payment: PaymentState
    taxes_included: bool
    total: MoneyBag
    subtotal: MoneyBag
    shipping_total: MoneyBag
    tax_total: MoneyBag
    discount_total: MoneyBag
    lines: tuple[OrderLine, ...]
    shipping_lines: tuple[ShippingLine, ...] = ()
    taxes: tuple[TaxLine, ...] = ()
    shipping_address: Address | None = None
    billing_address: Address | None = None
    email: str = field(default="", repr=False)
    phone: str = field(default="", repr=False)
    note: str = field(default="", repr=False)
    purchase_order_number: str = ""
    buyer: B2BBuyer | None = None
    source: str = ""
    tags: tuple[str, ...] = ()
    attributes: tuple[Attribute, ...] = ()
    cancelled_at: datetime | None = None
    cancel_reason: str = ""
    on_hold: bool = False
    is_test: bool = False
    closes_at: datetime | None = None

    @property
    def currency(self) -> str:
        """The currency that the shop books in."""
        return self.total.shop.currency
