"""Peoplevox as a warehouse: the port's methods, each handed to the module that does it."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from cogent_pipelines.adapters.transport.client import VendorClient
from cogent_pipelines.adapters.transport.unforeseen import UNFORESEEN, pages, readable, why
from cogent_pipelines.adapters.warehouses.peoplevox import (
    check,
    despatches,
    finding,
    injection,
    items,
    stock,
    subscriptions,
    translate,
    version,
)
from cogent_pipelines.adapters.warehouses.peoplevox.guard import Guard
from cogent_pipelines.adapters.warehouses.peoplevox.settings import LineIdentity, PeoplevoxSettings
from cogent_pipelines.adapters.warehouses.peoplevox.wire import Wire
from cogent_pipelines.canonical.despatch import Despatch
from cogent_pipelines.canonical.identity import SalesOrderRef, Sku
from cogent_pipelines.canonical.item import Item
from cogent_pipelines.canonical.sales_order import SalesOrder
from cogent_pipelines.canonical.stock import StockLevel
from cogent_pipelines.ports.check import CheckLine
from cogent_pipelines.ports.clock import Clock
from cogent_pipelines.ports.outcomes import CreateSalesOrderOutcome, FindSalesOrderOutcome, Found, NotFound, Unknown
from cogent_pipelines.ports.warehouse import UnreadableDespatch, WarehouseCapabilities


class PeoplevoxWarehouse:
    """One tenant as one connection uses it. Not for use from several threads at once."""

    def __init__(self, settings: PeoplevoxSettings, vendor: VendorClient, clock: Clock) -> None:
        self._settings = settings
        self._wire = Wire(settings, vendor, clock)
        self._guard = Guard(self._wire)

    @property
    def capabilities(self) -> WarehouseCapabilities:
        return WarehouseCapabilities(
            name="Peoplevox",
            cancels_sales_orders=True,
            removes_lines=False,
            remembers_line_refs=self._settings.line_identity is LineIdentity.ITEM_AND_LINE,
            reports_stock_changes=bool(self._settings.incremental_report),
            longest_sales_order_ref=version.SALES_ORDER_NUMBER_LIMIT,
        )

    @property
    def batch_limit(self) -> int:
        return self._settings.limits.orders_per_batch

    def create_sales_orders(self, orders: Sequence[SalesOrder]) -> list[CreateSalesOrderOutcome]:
        """Put orders in; see `injection` for what makes that safe to repeat."""
        try:
            return injection.create(self._wire, self._guard, orders) if orders else []
        except UNFORESEEN as error:
            # Some may have been put in: only a read-back can tell.
            reason = why(error)
            return [Unknown(reason) for _ in orders]

    def find_sales_orders(self, refs: Sequence[SalesOrderRef]) -> list[FindSalesOrderOutcome]:
        """Read orders back, a hundred to a call."""
        with readable("find sales orders"):
            found = finding.find(self._wire, refs) if refs else {}
            return [
                Found(translate.sales_order(found[ref].header, found[ref].rows, self._settings))
                if ref in found
                else NotFound(ref)
                for ref in refs
            ]

    def stock(self, since: datetime) -> Iterator[list[StockLevel]]:
        return pages("stock", lambda: stock.changed(self._wire, since))

    def stock_all(self) -> Iterator[list[StockLevel]]:
        return pages("stock", lambda: stock.everything(self._wire))

    def stock_of(self, skus: Sequence[Sku]) -> Iterator[list[StockLevel]]:
        """Levels of these items, such as those that an event named."""
        return pages("stock", lambda: stock.of(self._wire, skus))

    def despatches(self, since: datetime) -> Iterator[list[Despatch | UnreadableDespatch]]:
        """Parcels that left since. The report cannot be searched by when tracking came: `despatches_of` tells of those."""
        return pages("despatches", lambda: despatches.since(self._wire, since))

    def despatches_of(self, refs: Sequence[SalesOrderRef]) -> list[Despatch | UnreadableDespatch]:
        with readable("despatches"):
            return despatches.of(self._wire, refs) if refs else []

    def items(self) -> Iterator[list[Item]]:
        return pages("items", lambda: items.everything(self._wire))

    def items_named(self, skus: Sequence[Sku]) -> list[Item]:
        with readable("items"):
            return items.named(self._wire, skus)

    def check(self) -> Iterator[CheckLine]:
        return check.check(self._wire)

    def ensure_subscriptions(self, callback_url: str, known_ids: Sequence[int]) -> tuple[int, ...]:
        """Have events posted to this address; answers the ids, which the vendor will not list: keep them."""
        return subscriptions.ensure(self._wire, callback_url, known_ids)
