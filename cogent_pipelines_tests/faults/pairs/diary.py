"""What was true when: the units that were free, the orders that the warehouse had, what the shop offered, and since when.

A vendor's books say what is; a schedule is judged by what was as well. It is written down whenever something may have moved.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from cogent_pipelines.simulators.common.trade import ShopBooks, ShopOrder, WarehouseBooks


@dataclass(frozen=True, slots=True)
class Page:
    """The warehouse at a moment: free units by SKU, and the references of the orders that had been released by then."""

    at: datetime
    free: Mapping[str, int]
    there: frozenset[str]


@dataclass(frozen=True, slots=True)
class Told:
    """A call of ours changed what the shop offers of an article, to so many; `orders` are the shop's at that moment."""

    at: datetime
    sku: str
    quantity: int
    orders: tuple[ShopOrder, ...]


@dataclass(slots=True)
class Diary:
    """`left` is when each parcel left, `came` when a sales order was first there, `cancelled` when an order was."""

    pages: list[Page] = field(default_factory=list)
    told: list[Told] = field(default_factory=list)
    left: dict[str, datetime] = field(default_factory=dict)
    came: dict[str, datetime] = field(default_factory=dict)
    cancelled: dict[str, datetime] = field(default_factory=dict)
    broken: set[str] = field(default_factory=set)
    """Articles of which units broke or were missing."""

    def of_warehouse(self, books: WarehouseBooks, at: datetime) -> None:
        there = frozenset(sold.ref for sold in books.sales_orders if sold.released)
        last = self.pages[-1] if self.pages else None
        if last is None or (last.free, last.there) != (books.stock, there):
            self.pages.append(Page(at, dict(books.stock), there))
        for sold in books.sales_orders:
            self.came.setdefault(sold.ref, at)
            for parcel in sold.parcels:
                self.left.setdefault(f"{sold.ref} {parcel.ref}", at)

    def of_shop(self, books: ShopBooks, at: datetime) -> None:
        for order in books.orders:
            if order.cancelled:
                self.cancelled.setdefault(order.ref, at)

    def of_call(self, before: ShopBooks, after: ShopBooks, at: datetime) -> None:
        """What changed at the shop while a call of ours was there; an order that ended gives its units back by itself."""
        ended = {order.ref for order in after.orders if order.cancelled} - {
            order.ref for order in before.orders if order.cancelled
        }
        by_itself = {line.sku for order in after.orders if order.ref in ended for line in order.lines}
        for sku, quantity in after.stock.items():
            if quantity != before.stock.get(sku) and sku not in by_itself:
                self.told.append(Told(at, sku, quantity, after.orders))

    def moved(self) -> dict[str, datetime]:
        """When the free units of each article changed last."""
        moments: dict[str, datetime] = {}
        for page, before in zip(self.pages[1:], self.pages, strict=False):
            moments |= {sku: page.at for sku, units in page.free.items() if units != before.free.get(sku)}
        return moments
