"""A warehouse in memory that keeps the port's promises, and its own books: tests judge by `sales_orders` and `calls`."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from cogent_pipelines.canonical.despatch import Despatch
from cogent_pipelines.canonical.identity import SalesOrderRef, Sku
from cogent_pipelines.canonical.item import Item
from cogent_pipelines.canonical.sales_order import HeldLine, HeldSalesOrder, SalesOrder
from cogent_pipelines.canonical.stock import StockLevel
from cogent_pipelines.ports.check import CheckLine
from cogent_pipelines.ports.errors import VendorError, VendorRefused
from cogent_pipelines.ports.outcomes import (
    Acknowledged,
    AlreadyThere,
    CreateSalesOrderOutcome,
    FindSalesOrderOutcome,
    Found,
    NotFound,
    Rejected,
    Taken,
    Unavailable,
    Unknown,
)
from cogent_pipelines.ports.warehouse import WarehouseCapabilities


class Crash(BaseException):
    """The process dies here; nothing of ours may catch it."""


@dataclass
class FakeWarehouse:
    """`created` counts orders made whole; `sent_again` those sent although they were whole: nobody read back before.

    Set a fault before the call: `trouble` for every call, the rest by sales order reference and once each.
    """

    stocked: dict[Sku, Item] = field(default_factory=lambda: dict(items("MUG-BLUE", "CUP")))
    sales_orders: dict[SalesOrderRef, SalesOrder] = field(default_factory=dict)
    released: dict[SalesOrderRef, bool] = field(default_factory=dict)
    cancelled: set[SalesOrderRef] = field(default_factory=set)
    created: Counter[SalesOrderRef] = field(default_factory=Counter)
    sent_again: Counter[SalesOrderRef] = field(default_factory=Counter)
    calls: list[tuple[str, int]] = field(default_factory=list)
    levels: list[StockLevel] = field(default_factory=list)
    parcels: list[Despatch] = field(default_factory=list)
    trouble: VendorError | None = None
    rejects: dict[SalesOrderRef, str] = field(default_factory=dict)
    unreadable: dict[SalesOrderRef, str] = field(default_factory=dict)
    unavailable: dict[SalesOrderRef, int] = field(default_factory=dict)
    loses_answer: set[SalesOrderRef] = field(default_factory=set)
    stops_half_way: set[SalesOrderRef] = field(default_factory=set)
    defers: set[SalesOrderRef] = field(default_factory=set)
    takes_unseen: set[SalesOrderRef] = field(default_factory=set)
    deferred: dict[SalesOrderRef, SalesOrder] = field(default_factory=dict)
    crashes_before_acting: bool = False
    crashes_after_acting: bool = False
    batch_limit: int = 100
    capabilities: WarehouseCapabilities = field(
        default_factory=lambda: WarehouseCapabilities(
            name="fake",
            cancels_sales_orders=False,
            removes_lines=False,
            remembers_line_refs=True,
            reports_stock_changes=True,
            longest_sales_order_ref=30,
        )
    )

    def create_sales_orders(self, orders: Sequence[SalesOrder]) -> list[CreateSalesOrderOutcome]:
        self._called("create_sales_orders", len(orders))
        if self.crashes_before_acting:
            raise Crash
        outcomes = [self._create(order) for order in orders]
        if self.crashes_after_acting:
            raise Crash
        return outcomes

    def _create(self, order: SalesOrder) -> CreateSalesOrderOutcome:
        if order.ref in self.rejects:
            return Rejected((self.rejects[order.ref],))
        if self.unavailable.get(order.ref, 0) > 0:
            self.unavailable[order.ref] -= 1
            return Unavailable("busy")
        if self.released.get(order.ref):
            self.sent_again[order.ref] += 1
            return AlreadyThere(order.ref)
        if order.ref in self.takes_unseen | self.defers | self.stops_half_way:
            return self._not_whole_yet(order)
        self.sales_orders[order.ref] = order
        self.released[order.ref] = True
        self.created[order.ref] += 1
        if order.ref in self.loses_answer:
            self.loses_answer.remove(order.ref)
            return Unknown("no answer")
        return Acknowledged(f"id-{order.ref}")

    def _not_whole_yet(self, order: SalesOrder) -> CreateSalesOrderOutcome:
        if order.ref in self.takes_unseen | self.defers:
            self.deferred[order.ref] = order
            self.created[order.ref] += 1
            seen_later = order.ref in self.takes_unseen
            return Taken("taken", f"id-{order.ref}") if seen_later else Unknown("taken, and not imported yet")
        self.stops_half_way.remove(order.ref)
        self.sales_orders[order.ref] = replace(order, lines=order.lines[:1])
        self.released[order.ref] = False
        return Unknown("no answer")

    def import_deferred(self) -> None:
        """What was taken is there now, and nothing more is deferred."""
        self.sales_orders |= self.deferred
        self.released |= dict.fromkeys(self.deferred, True)
        self.deferred, self.defers = {}, set()

    def find_sales_orders(self, refs: Sequence[SalesOrderRef]) -> list[FindSalesOrderOutcome]:
        self._called("find_sales_orders", len(refs))
        spoilt = [self.unreadable[ref] for ref in refs if ref in self.unreadable]
        if spoilt:
            raise VendorRefused(spoilt[0])
        return [Found(self._held(ref)) if ref in self.sales_orders else NotFound(ref) for ref in refs]

    def _held(self, ref: SalesOrderRef) -> HeldSalesOrder:
        order = self.sales_orders[ref]
        lines = tuple(HeldLine(line.line_ref, line.sku, line.quantity, line.unit_price) for line in order.lines)
        cancelled = ref in self.cancelled
        return HeldSalesOrder(ref, "Cancelled" if cancelled else "Open", self.released[ref], cancelled, lines)

    def stock(self, since: datetime) -> Iterator[list[StockLevel]]:
        self._called("stock", 0)
        yield [level for level in self.levels if level.snapshot_at >= since]

    def stock_all(self) -> Iterator[list[StockLevel]]:
        self._called("stock_all", 0)
        yield list(self.levels)

    def despatches(self, since: datetime) -> Iterator[list[Despatch]]:
        self._called("despatches", 0)
        yield [parcel for parcel in self.parcels if parcel.despatched_at >= since]

    def despatches_of(self, refs: Sequence[SalesOrderRef]) -> list[Despatch]:
        self._called("despatches_of", len(refs))
        return [parcel for parcel in self.parcels if parcel.sales_order_ref in refs]

    def items(self) -> Iterator[list[Item]]:
        self._called("items", 0)
        yield list(self.stocked.values())

    def items_named(self, skus: Sequence[Sku]) -> list[Item]:
        self._called("items_named", len(skus))
        near = {"".join(sku.split()).lower() for sku in skus}
        return [item for item in self.stocked.values() if "".join(item.sku.split()).lower() in near]

    def check(self) -> Iterator[CheckLine]:
        yield CheckLine("fake", ok=True, finding="ready")

    def times_called(self, operation: str) -> int:
        return sum(name == operation for name, _ in self.calls)

    def _called(self, operation: str, size: int) -> None:
        self.calls.append((operation, size))
        if self.trouble is not None:
            raise self.trouble


def items(*skus: str, active: bool = True) -> list[tuple[Sku, Item]]:
    return [(Sku(sku), Item(Sku(sku), f"Item {sku}", active)) for sku in skus]
