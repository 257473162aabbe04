"""Where the value of an order differs between the two sides, and why: every part of the gap has a cause, or says it has none.

The two sides are joined in SQL; only differences are kept. Amounts are minor units of the shop's currency.
"""

from dataclasses import dataclass
from datetime import date, datetime

from cogent_pipelines.canonical.identity import ConnectionName, OrderRef
from cogent_pipelines.ledger.pool import Pool


@dataclass(frozen=True, slots=True)
class Compared:
    """One day's comparison. `explained_minor` and `unexplained_minor` add up to the gap (storefront less warehouse)."""

    orders: int
    differing: int
    storefront_minor: int
    warehouse_minor: int
    explained_minor: int
    unexplained_minor: int


@dataclass(frozen=True, slots=True)
class DifferingOrder:
    """An order whose gap is not benign; `causes` are its causes with their amounts, largest first."""

    order_ref: OrderRef
    order_name: str
    currency: str
    gap_minor: int
    causes: tuple[tuple[str, int], ...]
