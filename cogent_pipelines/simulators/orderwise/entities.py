"""The records of one company: what it sells, to whom, what was ordered, what left. Shapes only; nothing here acts."""

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any


class Stage(StrEnum):
    """How far an order is; the tenant's own words for it are `Switches.status_names`."""

    AWAITING = "awaiting"
    HELD = "held"
    CANCELLED = "cancelled"
    PARTIAL = "partial"
    DESPATCHED = "despatched"
    COMPLETED = "completed"


class Pick(StrEnum):
    """How far the floor is with what is to be sent next."""

    NONE = ""
    ALLOCATED = "allocated"
    PICKING = "picking"
    PICKED = "picked"


OPEN = frozenset({Stage.AWAITING, Stage.HELD, Stage.PARTIAL})


@dataclass(slots=True, kw_only=True)
class Variant:
    """Something sold. `code` is kept with whatever spaces and case it was typed with; `price` is net."""

    id: int
    code: str
    description: str = ""
    product_id: int = 0
    ean: str = ""
    price: Decimal = Decimal(0)
    cost: Decimal = Decimal(0)
    weight: float = 0.0
    discontinued: bool = False
    tax_rate_id: int = 1
    location_id: int = 1
    components: dict[int, Decimal] = field(default_factory=dict)
    master_id: int | None = None
    created_at: datetime
    amended_at: datetime

    @property
    def parts(self) -> dict[int, Decimal]:
        """What one unit takes from stock: itself, its master, or a kit's components."""
        return dict(self.components) or {self.master_id or self.id: Decimal(1)}

    @property
    def is_kit(self) -> bool:
        return bool(self.components)


@dataclass(slots=True, kw_only=True)
class Level:
    """One variant at one stock location. `promised` is what open orders still want; free stock is what is left of it.

    The `shown_` figures are those of the last recalculation.
    """

    id: int
    variant_id: int
    location_id: int
    overall: Decimal = Decimal(0)
    promised: Decimal = Decimal(0)
    allocated: Decimal = Decimal(0)
    shown_free: Decimal = Decimal(0)
    shown_overall: Decimal = Decimal(0)

    @property
    def free(self) -> Decimal:
        return self.overall - self.promised


@dataclass(slots=True, kw_only=True)
class Customer:
    id: int
    account_number: str
    name: str
    on_hold: bool = False
    amended_at: datetime
    _addresses: dict[frozenset[tuple[str, Any]], dict[str, Any]] = field(default_factory=dict)

    @property
    def addresses(self) -> list[dict[str, Any]]:
        return list(self._addresses.values())

    def knows(self, address: dict[str, Any]) -> bool:
        return frozenset(address.items()) in self._addresses

    def learn(self, address: dict[str, Any]) -> None:
        self._addresses.setdefault(frozenset(address.items()), address)


@dataclass(slots=True, kw_only=True)
class Line:
    """A line of an order; `gross` is the price of one unit as the client gave it.

    `parts` is what one unit takes from stock, by variant, as it was when the order came: a kit may change later.
    """

    id: int
    variant_id: int
    location_id: int
    parts: dict[int, Decimal]
    quantity: Decimal
    gross: Decimal
    tax_rate_id: int
    item_number: int
    allocated: Decimal = Decimal(0)
    sent: Decimal = Decimal(0)

    @property
    def to_send(self) -> Decimal:
        return self.quantity - self.sent


@dataclass(slots=True, kw_only=True)
class Delivery:
    """A parcel that left: units by line id. `consignment` is empty until the carrier has given a number."""

    id: int
    order_id: int
    at: datetime
    units: dict[int, Decimal]
    pieces: int = 1
    consignment: str = ""


@dataclass(slots=True, kw_only=True)
class Movement:
    """A customer sales transaction: units of one variant that left for one line."""

    id: int
    line_id: int
    order_id: int
    variant_id: int
    location_id: int
    quantity: Decimal
    at: datetime


@dataclass(slots=True, kw_only=True)
class Order:
    """A sales order. `session_id` is None where somebody keyed it in at the warehouse."""

    id: int
    number: str
    session_id: int | None
    ecommerce_number: str
    cust_order_ref: str
    customer_id: int
    order_type: int
    delivery_method_id: int
    created_at: datetime
    amended_at: datetime
    order_date: datetime | None = None
    required_at: datetime | None = None
    address: dict[str, Any] = field(default_factory=dict)
    instructions: str = ""
    order_gross: Decimal | None = None
    delivery_gross: Decimal = Decimal(0)
    lines: list[Line] = field(default_factory=list)
    deliveries: list[Delivery] = field(default_factory=list)
    stage: Stage = Stage.AWAITING
    pick: Pick = Pick.NONE
    ignored_fields: list[str] = field(default_factory=list)

    @property
    def open(self) -> bool:
        return self.stage in OPEN

    @property
    def value(self) -> Decimal:
        """What the client said that it is worth in all; where it said no total, what its lines come to."""
        return self.order_gross if self.order_gross is not None else self.lines_value

    @property
    def lines_value(self) -> Decimal:
        return sum((line.gross * line.quantity for line in self.lines), start=self.delivery_gross)
