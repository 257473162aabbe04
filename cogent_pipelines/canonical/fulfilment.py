"""What the storefront is told of a parcel, and what it says it was told."""

from dataclasses import dataclass
from datetime import datetime

from cogent_pipelines.canonical.despatch import Tracking
from cogent_pipelines.canonical.identity import DespatchRef, LineRef, OrderRef


@dataclass(frozen=True, slots=True)
class FulfilmentLine:
    line_ref: LineRef
    quantity: int


@dataclass(frozen=True, slots=True)
class Parcel:
    """One despatch, put in the storefront's terms: which lines of which order left, and how they travel.

    `despatched_at` is when the warehouse says that it left; None where nobody knows.
    """

    despatch_ref: DespatchRef
    order_ref: OrderRef
    lines: tuple[FulfilmentLine, ...]
    tracking: Tracking
    notify_customer: bool
    despatched_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Fulfilment:
    """A fulfilment read back from the storefront; cancelled ones included, with `cancelled` set."""

    ref: str
    order_ref: OrderRef
    lines: tuple[FulfilmentLine, ...]
    tracking_numbers: tuple[str, ...]
    cancelled: bool
