"""The things of a depot: articles, orders and their lines, parcels, despatches, returns. Plain data; the floor acts."""

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import IntEnum
from typing import Any

Units = Decimal | int


class Stage(IntEnum):
    """How far an order has come; how a vendor calls it is the vendor's."""

    RECEIVED = 0
    HELD = 1
    SHORT = 2
    ALLOCATED = 3
    RELEASED = 4
    PICKING = 5
    PICKED = 6
    PACKED = 7
    PART_DESPATCHED = 8
    DESPATCHED = 9
    CANCELLED = 10
    REJECTED = 11

    @property
    def word(self) -> str:
        return self.name.lower()

    @property
    def over(self) -> bool:
        return self >= Stage.DESPATCHED


@dataclass(slots=True, kw_only=True)
class Article:
    """One article with its stock. `quarantine` units lie there and nobody may have them."""

    id: int
    sku: str
    title: str = ""
    barcode: str = ""
    price_minor: int = 0
    weight_grams: int = 0
    active: bool = True
    on_hand: Units = 0
    allocated: int = 0
    quarantine: Units = 0
    on_order: int = 0
    told: dict[str, Any] = field(default_factory=dict)
    changed_at: datetime
    stock_changed_at: datetime

    @property
    def free(self) -> Units:
        return self.on_hand - self.quarantine - self.allocated


@dataclass(slots=True, kw_only=True)
class Line:
    """One line of an order; `told` is what else the client said of it."""

    id: int
    sku: str
    quantity: int
    unit_price: Decimal = Decimal(0)
    allocated: int = 0
    despatched: int = 0
    told: dict[str, Any] = field(default_factory=dict)

    @property
    def outstanding(self) -> int:
        return self.quantity - self.despatched


@dataclass(slots=True)
class Content:
    """So many units of a line in a parcel; `line_id` is nought where nobody ordered them."""

    sku: str
    quantity: int
    line_id: int = 0


@dataclass(slots=True)
class Parcel:
    ref: str
    contents: list[Content]
    tracking: str = ""
    tracking_at: datetime | None = None


@dataclass(slots=True, kw_only=True)
class Despatch:
    """What left together for one order."""

    id: int
    order: "Order"
    at: datetime
    carrier: str
    service: str
    parcels: list[Parcel]
    changed_at: datetime


@dataclass(slots=True, kw_only=True)
class Order:
    """One order. `ref` is the reference that the client chose.

    `word` is a vendor's own name for where it stands, where that is not told by `stage`. A part that was split off has
    the `family` (first order's id) of the order that it came from. `by_hand`: no client put it in.
    """

    id: int
    ref: str
    received_at: datetime
    changed_at: datetime
    lines: list[Line]
    told: dict[str, Any] = field(default_factory=dict)
    carrier: str = ""
    service: str = ""
    value_minor: int = 0
    currency: str = "GBP"
    family: int = 0
    part: int = 1
    parts: int = 1
    by_hand: bool = False
    stage: Stage = Stage.RECEIVED
    held_from: Stage = Stage.RECEIVED
    word: str = ""
    reasons: list[str] = field(default_factory=list)
    despatches: list[Despatch] = field(default_factory=list)

    @property
    def open(self) -> bool:
        return not self.stage.over


@dataclass(slots=True, kw_only=True)
class Draft:
    """An order as it is handed in."""

    ref: str
    lines: list[Line]
    told: dict[str, Any] = field(default_factory=dict)
    carrier: str = ""
    service: str = ""
    value_minor: int = 0
    currency: str = "GBP"


@dataclass(slots=True, kw_only=True)
class ReturnLine:
    id: int
    sku: str
    quantity: int
    reason: str = ""
    action: str = ""
    comments: str = ""
    restocked: bool = False
    received: int = 0


@dataclass(slots=True, kw_only=True)
class GoodsReturn:
    """What comes back, or came: `confirmed` once the floor has looked at it. `rma` is the client's number for it."""

    id: int
    rma: str
    order: Order
    created_at: datetime
    changed_at: datetime
    lines: list[ReturnLine] = field(default_factory=list)
    confirmed: bool = False
    confirmed_at: datetime | None = None
