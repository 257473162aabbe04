"""The warehouse as the flows need it. Synchronous, in batches; a write answers with one outcome per item, in order.

Reads raise a `VendorError`; writes raise one only where no item was attempted (credentials, open circuit). Feeds are
iterators of pages so that a long history never stands in memory whole.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from cogent_pipelines.canonical.despatch import Despatch
from cogent_pipelines.canonical.identity import DespatchRef, SalesOrderRef, Sku
from cogent_pipelines.canonical.item import Item
from cogent_pipelines.canonical.sales_order import SalesOrder
from cogent_pipelines.canonical.stock import StockLevel, UnreadableLevel
from cogent_pipelines.ports.check import CheckLine
from cogent_pipelines.ports.outcomes import CreateSalesOrderOutcome, FindSalesOrderOutcome


@dataclass(frozen=True, slots=True)
class WarehouseCapabilities:
    """What the vendor cannot do; flows ask, and open a case with the manual step instead of failing.

    `shows_orders_within` is how long after it was sent an order may not be found yet: only later is its absence proof.
    """

    name: str
    cancels_sales_orders: bool
    removes_lines: bool
    remembers_line_refs: bool
    reports_stock_changes: bool
    longest_sales_order_ref: int
    shows_orders_within: timedelta = timedelta(0)


@dataclass(frozen=True, slots=True)
class UnreadableDespatch:
    """Stands in a feed where a parcel should; `why` says what of it cannot be read."""

    ref: DespatchRef
    sales_order_ref: SalesOrderRef
    why: str


class Warehouse(Protocol):
    @property
    def capabilities(self) -> WarehouseCapabilities: ...

    @property
    def batch_limit(self) -> int:
        """The most sales orders that one `create_sales_orders` takes well."""
        ...

    def create_sales_orders(self, orders: Sequence[SalesOrder]) -> list[CreateSalesOrderOutcome]:
        """Put orders in, whole, such that none can be picked before it is whole; safe to repeat for the same order."""
        ...

    def find_sales_orders(self, refs: Sequence[SalesOrderRef]) -> list[FindSalesOrderOutcome]:
        """Read orders back by our reference, with their lines."""
        ...

    def stock(self, since: datetime) -> Iterator[Sequence[StockLevel | UnreadableLevel]]:
        """Levels that changed since; SKUs that did not change may be absent, and absent is not zero.

        One may be unreadable. Where nothing at all can be read, it is the warehouse that speaks otherwise than configured:
        then it raises.
        """
        ...

    def stock_all(self) -> Iterator[Sequence[StockLevel | UnreadableLevel]]:
        """Every level, each page with the time at which its figures were true; one may be unreadable, as above."""
        ...

    def despatches(self, since: datetime) -> Iterator[list[Despatch | UnreadableDespatch]]:
        """Parcels that left, or whose tracking changed, since. The same parcel may come again; one may be unreadable.

        Where nothing at all can be read, it is the warehouse that speaks otherwise than configured: then it raises.
        """
        ...

    def despatches_of(self, refs: Sequence[SalesOrderRef]) -> list[Despatch | UnreadableDespatch]:
        """Every parcel of these sales orders."""
        ...

    def items(self) -> Iterator[list[Item]]:
        """The whole catalogue, deactivated items included."""
        ...

    def items_named(self, skus: Sequence[Sku]) -> list[Item]:
        """Those of the SKUs that the warehouse has under exactly or nearly that spelling."""
        ...

    def check(self) -> Iterator[CheckLine]:
        """Prove the connection without writing: one line per thing that must be right."""
        ...
