"""What the warehouse says has left: one parcel with its lines and, sooner or later, its tracking."""

from dataclasses import dataclass
from datetime import datetime

from cogent_pipelines.canonical.identity import DespatchRef, LineRef, SalesOrderRef, Sku


@dataclass(frozen=True, slots=True)
class DespatchLine:
    """Units of one SKU in the parcel; `line_ref` is the storefront's line where the warehouse remembers it."""

    sku: Sku
    quantity: int
    line_ref: LineRef | None = None


@dataclass(frozen=True, slots=True)
class Tracking:
    """`number` is empty until the carrier gave one."""

    carrier: str = ""
    service: str = ""
    number: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class Despatch:
    """One parcel of one sales order. `ref` is unique per order and parcel, and stays the same when tracking arrives."""

    ref: DespatchRef
    sales_order_ref: SalesOrderRef
    despatched_at: datetime
    lines: tuple[DespatchLine, ...]
    tracking: Tracking
