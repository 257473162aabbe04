"""What follows a sale: payments, refunds, cancellations under way, edits under way."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar

from cogent_pipelines.simulators.shopify.catalogue import Location, Variant
from cogent_pipelines.simulators.shopify.money import Bag

if TYPE_CHECKING:
    from cogent_pipelines.simulators.shopify.records import Line, Order


@dataclass(slots=True)
class Transaction:
    id: int
    kind: str
    status: str
    amount: Bag
    gateway: str
    created_at: int
    parent: Transaction | None = None
    gql: ClassVar[str] = "OrderTransaction"


@dataclass(slots=True)
class RefundLine:
    id: int
    line: Line
    quantity: int
    restock_type: str
    location: Location | None
    subtotal: Bag
    tax: Bag
    gql: ClassVar[str] = "RefundLineItem"


@dataclass(slots=True)
class Refund:
    id: int
    order: Order
    note: str | None
    created_at: int
    lines: list[RefundLine]
    transactions: list[Transaction]
    shipping: Bag
    gql: ClassVar[str] = "Refund"


@dataclass(slots=True)
class CancelJob:
    id: str
    order: Order
    due: int
    reason: str
    restock: bool
    refund: bool
    note: str | None
    done: bool = False
    gql: ClassVar[str] = "OrderCancelJobResult"


@dataclass(slots=True)
class EditLine:
    """A line as the edit would leave it; an added one has no line behind it yet."""

    key: str
    line: Line | None
    variant: Variant | None
    quantity: int
    restock: bool = True
    gql: ClassVar[str] = "CalculatedLineItem"


@dataclass(slots=True)
class Edit:
    id: int
    order: Order
    lines: list[EditLine] = field(default_factory=list)
    committed: bool = False
    gql: ClassVar[str] = "CalculatedOrder"

    def changed(self) -> bool:
        return any(row.line is None or row.quantity != row.line.current_quantity for row in self.lines)
