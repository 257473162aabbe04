"""OrderWise as a warehouse: the port's methods, each handed to the module that does it."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from cogent_pipelines.adapters.transport.client import VendorClient
from cogent_pipelines.adapters.transport.unforeseen import UNFORESEEN, pages, readable, why
from cogent_pipelines.adapters.warehouses.orderwise import cancelling, check, despatches, finding, injection, items, stock
from cogent_pipelines.adapters.warehouses.orderwise.injection import SentOrders
from cogent_pipelines.adapters.warehouses.orderwise.settings import CancelMode, OrderWiseSettings
from cogent_pipelines.adapters.warehouses.orderwise.wire import Wire
from cogent_pipelines.canonical.despatch import Despatch
from cogent_pipelines.canonical.identity import SalesOrderRef, Sku
from cogent_pipelines.canonical.item import Item
from cogent_pipelines.canonical.sales_order import SalesOrder
from cogent_pipelines.canonical.stock import StockLevel, UnreadableLevel
from cogent_pipelines.ports.check import CheckLine
from cogent_pipelines.ports.clock import Clock
from cogent_pipelines.ports.known_despatches import KnownDespatches, NoDespatchKnown
from cogent_pipelines.ports.outcomes import (
    CancelSalesOrderOutcome,
    CreateSalesOrderOutcome,
    FindSalesOrderOutcome,
    Found,
    NotFound,
    Unknown,
)
from cogent_pipelines.ports.warehouse import UnreadableDespatch, WarehouseCapabilities


class OrderWiseWarehouse:
    """One tenant as one connection uses it. Not for use from several threads at once."""

    def __init__(
        self,
        settings: OrderWiseSettings,
        vendor: VendorClient,
        clock: Clock,
        *,
        known_despatches: KnownDespatches | None = None,
    ) -> None:
        self._settings = settings
        self._known = known_despatches or NoDespatchKnown()
        self._wire = Wire(settings, vendor, clock)
        self._sent = SentOrders()

    @property
    def capabilities(self) -> WarehouseCapabilities:
        return WarehouseCapabilities(
            name="OrderWise",
            cancels_sales_orders=self._settings.cancel is not CancelMode.BY_HAND,
            removes_lines=False,
            remembers_line_refs=False,
            reports_stock_changes=True,
            longest_sales_order_ref=self._settings.lengths.reference,
            shows_orders_within=timedelta(seconds=self._settings.import_seconds),
        )

    @property
    def batch_limit(self) -> int:
        return self._settings.orders_per_batch

    def create_sales_orders(self, orders: Sequence[SalesOrder]) -> list[CreateSalesOrderOutcome]:
        """Put orders in; see `injection` for what makes that safe to repeat."""
        try:
            return injection.create(self._wire, self._sent, orders) if orders else []
        except UNFORESEEN as error:
            # Some may have been put in: only a read-back can tell.
            reason = why(error)
            return [Unknown(reason) for _ in orders]

    def find_sales_orders(self, refs: Sequence[SalesOrderRef]) -> list[FindSalesOrderOutcome]:
        """Read orders back by our reference."""
        with readable("find sales orders"):
            found = finding.find_readable(self._wire, refs) if refs else {}
            self._sent.is_found_by_reference |= bool(found)
            return [
                Found(finding.sales_order(ref, found[ref], self._settings)) if ref in found else NotFound(ref)
                for ref in refs
            ]

    def cancel_sales_orders(self, refs: Sequence[SalesOrderRef]) -> list[CancelSalesOrderOutcome]:
        """Stop these where the tenant has a call for it; else say what a person has to do."""
        with readable("cancel sales orders"):
            return cancelling.cancel(self._wire, refs) if refs else []

    def stock(self, since: datetime) -> Iterator[list[StockLevel | UnreadableLevel]]:
        return pages("stock", lambda: stock.changed(self._wire, since))

    def stock_all(self) -> Iterator[list[StockLevel | UnreadableLevel]]:
        return pages("stock", lambda: stock.everything(self._wire))

    def despatches(self, since: datetime) -> Iterator[list[Despatch | UnreadableDespatch]]:
        """Every parcel of orders that changed since; a status that nobody mapped stands among them, as unreadable."""
        return pages("despatches", lambda: despatches.since(self._wire, self._known, since))

    def despatches_of(self, refs: Sequence[SalesOrderRef]) -> list[Despatch | UnreadableDespatch]:
        with readable("despatches"):
            return despatches.of(self._wire, self._known, refs) if refs else []

    def items(self) -> Iterator[list[Item]]:
        return pages("items", lambda: items.everything(self._wire))

    def items_named(self, skus: Sequence[Sku]) -> list[Item]:
        with readable("items"):
            return items.named(self._wire, skus)

    def check(self) -> Iterator[CheckLine]:
        return check.check(self._wire)
