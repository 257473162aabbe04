"""Stock as the warehouse counts it, and as the storefront is told."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from cogent_pipelines.canonical.identity import Sku


@dataclass(frozen=True, slots=True)
class StockLevel:
    """The warehouse's figure for one SKU at one site, true at `snapshot_at`; `available` may be negative or fractional."""

    sku: Sku
    site: str
    available: Decimal
    on_hand: Decimal | None
    snapshot_at: datetime


@dataclass(frozen=True, slots=True)
class UnreadableLevel:
    """Stands in a feed where a figure should; `why` says what of it cannot be read."""

    sku: Sku
    why: str


@dataclass(frozen=True, slots=True)
class StockToPublish:
    """Tell the storefront that `quantity` units of one SKU can be sold, if it still believes `expected`.

    `expected` None skips the comparison (first publication). `intent` is unique for this decision and is the storefront's
    idempotency key material. `snapshot_at` is when the warehouse's figures behind it were true, never when they are told:
    a storefront that goes by time gives back what it keeps for orders older than that. None where nobody knows.
    `at_snapshot` is what such a storefront is told in place of `quantity`: the figure as it stood then, from which it
    takes by itself what was ordered since.
    """

    sku: Sku
    quantity: int
    expected: int | None
    intent: str
    snapshot_at: datetime | None = None
    at_snapshot: int | None = None


@dataclass(frozen=True, slots=True)
class PublishedStock:
    """What the storefront itself says it can sell; `tracked` is False where it does not count the SKU."""

    sku: Sku
    quantity: int
    tracked: bool = True
