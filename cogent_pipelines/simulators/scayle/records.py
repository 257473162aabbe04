"""What a tenant keeps: merchants, warehouses, articles, orders. Plain records; the acts that change them are elsewhere."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any


class OrderState(StrEnum):
    """The order's own state; its code on the wire is `order_` and this (list-orders page, read 2026-11)."""

    PENDED = "pended"
    CONFIRMED = "confirmed"
    DELEGATED = "delegated"
    SHIPPED = "shipped"
    INVOICED = "invoiced"
    ABORTED = "aborted"
    CANCELLED = "cancelled"


class ItemState(StrEnum):
    OPEN = "open"
    DELEGATED = "delegated"
    SHIPPED = "shipped"
    OUT_OF_STOCK = "out_of_stock"
    """Dropped during delegation."""
    UNSHIPPABLE = "unshippable"
    """Given up between delegation and shipment."""
    CANCELLED = "cancelled"
    """By the customer, the service desk or the payment provider."""
    RETURNED = "returned"


GONE = frozenset({ItemState.OUT_OF_STOCK, ItemState.UNSHIPPABLE, ItemState.CANCELLED})
WAITING = frozenset({ItemState.OPEN, ItemState.DELEGATED})


@dataclass(slots=True, eq=False)
class Warehouse:
    id: int
    key: str


@dataclass(slots=True, eq=False)
class Carrier:
    id: int
    key: str
    name: str
    tracking_url: str = ""


@dataclass(slots=True, eq=False)
class Merchant:
    id: int
    key: str
    name: str
    priority: int = 1
    delegation_url: str = ""
    cancellation_url: str = ""
    warehouses: dict[int, Warehouse] = field(default_factory=dict)
    carriers: dict[tuple[str, str], Carrier] = field(default_factory=dict)
    """By carrier key and alpha-2 country."""


@dataclass(slots=True, eq=False)
class ShopCountry:
    """`vat` is a fraction: 0.2."""

    id: int
    shop_key: str
    country: str
    currency: str
    vat: float
    language: str
    priorities: dict[int, int] = field(default_factory=dict)
    """Attached warehouses by id; the higher is used first."""


@dataclass(slots=True, eq=False)
class Product:
    id: int
    key: str
    name: str
    created_at: datetime
    updated_at: datetime
    state: str = "live"
    variants: dict[int, Variant] = field(default_factory=dict)


@dataclass(slots=True, eq=False)
class Variant:
    id: int
    key: str
    product: Product
    ean: str
    price_minor: int
    currency: str
    size: str = ""
    stocks: dict[tuple[int, int], Stock] = field(default_factory=dict)
    """By warehouse and merchant."""


@dataclass(slots=True, eq=False)
class Blocker:
    """One unit that a confirmed order has taken out of the sellable quantity."""

    item: Item
    taken_at: datetime


@dataclass(slots=True, eq=False)
class Reservation:
    id: int
    key: str
    stock: Stock
    expires_at: datetime | None


@dataclass(slots=True, eq=False)
class Stock:
    """One variant in one warehouse of one merchant, as the last processed update left it."""

    variant: Variant
    warehouse: Warehouse
    merchant: Merchant
    quantity: int
    changed_at: datetime
    without_stock: bool = False
    expected_on: date | None = None
    blockers: list[Blocker] = field(default_factory=list)
    reservations: dict[int, Reservation] = field(default_factory=dict)
    unaccounted: list[Item] = field(default_factory=list)
    """Units whose blocker an update released although its sender had never been told of their order."""
    oversold: int = 0
    updates: int = 0
    ignored: int = 0
    released: int = 0
    history: list[dict[str, Any]] = field(default_factory=list)


@dataclass(slots=True, eq=False)
class Package:
    id: int
    merchant: Merchant
    warehouse: Warehouse
    carrier_key: str = ""
    shipment_key: str = ""
    return_ident_code: str = ""
    shipped_at: datetime | None = None
    left_at: datetime | None = None
    """What the merchant said: when the parcel left."""


@dataclass(slots=True, eq=False)
class Item:
    """One unit. Money in minor units of the order's currency, tax included where the name says so."""

    id: int
    key: str
    order: Order
    variant: Variant
    stock: Stock
    package: Package
    undiscounted: int
    with_tax: int
    without_tax: int
    reductions: list[dict[str, Any]]
    created_at: datetime
    updated_at: datetime
    state: ItemState = ItemState.OPEN
    delegated_at: datetime | None = None
    shipped_at: datetime | None = None
    cancelled_at: datetime | None = None
    returned_at: datetime | None = None
    return_key: str = ""
    return_reason: str = ""
    billing_code: str = ""
    custom: dict[str, Any] = field(default_factory=dict)

    @property
    def waits(self) -> bool:
        return self.state in WAITING

    @property
    def gone(self) -> bool:
        return self.state in GONE

    @property
    def left(self) -> bool:
        return self.state in {ItemState.SHIPPED, ItemState.RETURNED}


@dataclass(slots=True, eq=False)
class Invoice:
    id: int
    kind: str
    number: int
    created_at: datetime


@dataclass(slots=True, eq=False)
class Customer:
    id: int
    reference_key: str
    public_key: str
    email: str
    first_name: str
    last_name: str
    phone: str
    company: str
    created_at: datetime
    updated_at: datetime
    custom: dict[str, Any] = field(default_factory=dict)


@dataclass(slots=True, eq=False)
class Order:
    id: int
    reference_key: str
    public_key: str
    shop_country: ShopCountry
    customer: Customer
    created_at: datetime
    updated_at: datetime
    billing: dict[str, Any]
    shipping: dict[str, Any]
    paid: bool
    shipping_minor: int = 0
    discount_minor: int = 0
    state: OrderState = OrderState.PENDED
    items: list[Item] = field(default_factory=list)
    packages: list[Package] = field(default_factory=list)
    invoices: list[Invoice] = field(default_factory=list)
    confirmed_at: datetime | None = None
    delegated_at: datetime | None = None
    shipped_at: datetime | None = None
    invoiced_at: datetime | None = None
    force_closed: bool = False
    undeliverable: bool = False
    accepted_at: datetime | None = None
    """When a merchant who was asked took it."""
    billing_override: str = ""
    custom: dict[str, Any] = field(default_factory=dict)
    seen_at: datetime | None = None
    """When somebody outside was first told of it: by delegation, by a webhook that was taken, or by reading it."""

    @property
    def value_minor(self) -> int:
        return sum(item.with_tax for item in self.items) + self.shipping_minor

    @property
    def closed(self) -> bool:
        return self.state in {OrderState.SHIPPED, OrderState.INVOICED, OrderState.ABORTED, OrderState.CANCELLED}
