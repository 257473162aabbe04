"""What the warehouse holds: items, stock, sales orders, despatches, returns.

Plain slotted records without behaviour beyond sums over their own fields; there are hundreds of thousands of some.
`values` are the typed cells of an import, by the template's default heading.
"""

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import IntEnum
from typing import TypeAlias

from cogent_pipelines.simulators.peoplevox.values import Value

Values: TypeAlias = dict[str, Value]

DEFAULT_SITE = "PrimarySite"


class Stage(IntEnum):
    """How far an order has come; its name as shown is a switch."""

    NEW = 0
    ALLOCATED = 1
    PICKING = 2
    PACKED = 3
    PARTIALLY_DESPATCHED = 4
    DESPATCHED = 5
    CANCELLED = 6

    @property
    def word(self) -> str:
        return self.name.lower()


@dataclass(slots=True)
class Record:
    """A row of master data: an item, a customer, a site, a carrier."""

    values: Values
    saved: int = 1


@dataclass(slots=True)
class StockLevel:
    """One item at one site."""

    item_code: str
    site: str
    on_hand: Decimal | int = 0
    allocated: int = 0
    last: "StockChange | None" = None

    @property
    def available(self) -> Decimal | int:
        return self.on_hand - self.allocated


@dataclass(slots=True)
class StockChange:
    """One movement of a stock level; what is available moves by the difference of the two."""

    number: int
    at: datetime
    level: StockLevel
    on_hand: Decimal | int
    allocated: int
    activity: str
    reason: str
    user: str
    order_number: str

    @property
    def available(self) -> Decimal | int:
        return self.on_hand - self.allocated


@dataclass(slots=True)
class Line:
    """One line of a sales order. Quantities allocated and despatched are in units of the line's own item.

    `components` are what a kit was made of when its stock was reserved.
    """

    item_code: str
    line: str
    quantity: int
    sale_price: Decimal | None
    sequence: int | None = None
    requested: datetime | None = None
    attributes: dict[str, str] | None = None
    allocated: int = 0
    despatched: int = 0
    saved: int = 1
    components: dict[str, int] | None = None

    @property
    def outstanding(self) -> int:
        return max(0, self.quantity - self.despatched)


@dataclass(slots=True)
class SalesOrder:
    """One sales order with everything that happened to it."""

    number: str
    values: Values
    received_at: datetime
    changed_at: datetime
    lines: dict[tuple[str, str], Line] = field(default_factory=dict)
    stage: Stage = Stage.NEW
    do_not_allocate: bool = False
    updated: int = 0
    picked: int = 0
    stage_since: datetime | None = None
    allocated_at: datetime | None = None
    picked_at: datetime | None = None
    allocated_incomplete: bool = False
    picked_incomplete: bool = False
    short: bool = False
    despatches: list["Despatch"] = field(default_factory=list)
    refusals: list[str] = field(default_factory=list)

    @property
    def held(self) -> bool:
        return self.do_not_allocate or self.values.get("OnHold") is True

    @property
    def open(self) -> bool:
        return self.stage not in (Stage.DESPATCHED, Stage.CANCELLED)

    def text(self, name: str) -> str:
        value = self.values.get(name)
        return value if isinstance(value, str) else ""


@dataclass(slots=True)
class ParcelLine:
    """What lies in a parcel: an item, or a component of a kit (`parent` is then the kit)."""

    item_code: str
    line: str
    quantity: int
    parent: str = ""
    parent_quantity: int = 0
    order_line: Line | None = None


@dataclass(slots=True)
class Parcel:
    """One package of a despatch."""

    name: str
    lines: list[ParcelLine]
    tracking: str = ""
    tracking_at: datetime | None = None


@dataclass(slots=True)
class Despatch:
    """What left the building together for one order; `order` is absent where nobody knows the number."""

    number: str
    at: datetime
    order_number: str
    order: SalesOrder | None
    carrier: str
    service: str
    service_code: str
    site: str
    parcels: list[Parcel]


@dataclass(frozen=True, slots=True)
class DespatchRow:
    """One line of one parcel: the grain of the despatch summary."""

    despatch: Despatch
    parcel: Parcel
    line: ParcelLine


@dataclass(frozen=True, slots=True, kw_only=True)
class GoodsReturn:
    """One item that came back."""

    code: str
    at: datetime
    item_code: str
    quantity: int
    order: SalesOrder | None
    order_number: str
    line: str
    reason_code: str
    reason: str
    condition: str
    comments: str
    reusable: bool
    site: str
    despatched_at: datetime | None
    sale_price: Decimal | None


@dataclass(frozen=True, slots=True, kw_only=True)
class GoodsIn:
    """One item received, against a purchase order or without."""

    reference: str
    at: datetime
    item_code: str
    quantity: int
    site: str
    purchase_order: str
    supplier: str
    delivery_note: str
    carrier: str
    user: str
