"""A warehouse that a profile describes: the port's methods, each handed to the module that does it."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from cogent_pipelines.adapters.transport.client import VendorClient
from cogent_pipelines.adapters.transport.unforeseen import UNFORESEEN, pages, readable, why
from cogent_pipelines.adapters.warehouses.rest_profile import (
    cancelling,
    check,
    despatches,
    finding,
    injection,
    items,
    returns,
    stock,
    translate,
    upserting,
)
from cogent_pipelines.adapters.warehouses.rest_profile.returns import AnnouncedReturn, WarehouseReturn
from cogent_pipelines.adapters.warehouses.rest_profile.settings import RestProfileSettings
from cogent_pipelines.adapters.warehouses.rest_profile.wire import Shared, Wire
from cogent_pipelines.canonical.despatch import Despatch
from cogent_pipelines.canonical.identity import SalesOrderRef, Sku
from cogent_pipelines.canonical.item import Item
from cogent_pipelines.canonical.sales_order import SalesOrder
from cogent_pipelines.canonical.stock import StockLevel, UnreadableLevel
from cogent_pipelines.ports.check import CheckLine
from cogent_pipelines.ports.clock import Clock
from cogent_pipelines.ports.extras import OrderAside
from cogent_pipelines.ports.outcomes import (
    CancelSalesOrderOutcome,
    CreateSalesOrderOutcome,
    FindSalesOrderOutcome,
    Found,
    NotFound,
    RecordReturnOutcome,
    Rejected,
    Unknown,
)
from cogent_pipelines.ports.warehouse import UnreadableDespatch, WarehouseCapabilities

_CHANGES = "list_changed_orders"


class RestProfileWarehouse:
    """One account as one connection uses it. Not for use from several threads at once.

    `shared` is what the client's reader was made with, so that both know the same words.
    """

    def __init__(self, settings: RestProfileSettings, vendor: VendorClient, clock: Clock, shared: Shared) -> None:
        self._settings = settings
        self._wire = Wire(settings, vendor, clock, shared)

    @property
    def capabilities(self) -> WarehouseCapabilities:
        profile = self._settings.profile
        can = profile.written.capabilities
        return WarehouseCapabilities(
            name=profile.title,
            cancels_sales_orders=can.cancel == "rest",
            removes_lines=False,
            remembers_line_refs=can.remembers_line_refs,
            reports_stock_changes=can.stock_delta == "changes",
            longest_sales_order_ref=can.longest_ref,
            shows_orders_within=timedelta(seconds=profile.operations["create_order"].shows_within_s),
        )

    @property
    def batch_limit(self) -> int:
        return self._settings.profile.written.limits.orders_per_batch

    def create_sales_orders(self, orders: Sequence[SalesOrder]) -> list[CreateSalesOrderOutcome]:
        """Put orders in; see `injection` for what makes that safe to repeat."""
        try:
            return injection.create(self._wire, orders) if orders else []
        except UNFORESEEN as error:
            # Some may have been put in: only a read-back can tell.
            reason = why(error)
            return [Unknown(reason) for _ in orders]

    def find_sales_orders(self, refs: Sequence[SalesOrderRef]) -> list[FindSalesOrderOutcome]:
        """Read orders back, with their lines."""
        with readable("find_order"):
            found = finding.find(self._wire, refs) if refs else {}
            return [Found(translate.sales_order(found[ref])) if ref in found else NotFound(ref) for ref in refs]

    def cancel_sales_orders(self, refs: Sequence[SalesOrderRef]) -> list[CancelSalesOrderOutcome]:
        """Stop orders; see `cancelling` for the three steps of it."""
        try:
            return cancelling.cancel(self._wire, refs) if refs else []
        except UNFORESEEN as error:
            reason = why(error)
            return [Unknown(reason) for _ in refs]

    def stock(self, since: datetime) -> Iterator[list[StockLevel | UnreadableLevel]]:
        return pages("stock", lambda: stock.changed(self._wire, since))

    def stock_all(self) -> Iterator[list[StockLevel | UnreadableLevel]]:
        return pages("stock", lambda: stock.everything(self._wire))

    def despatches(self, since: datetime) -> Iterator[list[Despatch | UnreadableDespatch]]:
        return pages("despatches", lambda: despatches.since(self._wire, since))

    def despatches_of(self, refs: Sequence[SalesOrderRef]) -> list[Despatch | UnreadableDespatch]:
        with readable("despatches"):
            return despatches.of(self._wire, refs) if refs else []

    def items(self) -> Iterator[list[Item]]:
        return pages("items", lambda: items.everything(self._wire))

    def items_named(self, skus: Sequence[Sku]) -> list[Item]:
        with readable("items"):
            return items.named(self._wire, skus)

    def upsert_items(self, wanted: Sequence[Item]) -> list[str]:
        """Make items or bring them up to date; for each the vendor's refusal, '' where it was taken."""
        with readable("upsert_item"):
            return upserting.upsert(self._wire, wanted)

    def returns(self, since: datetime) -> Iterator[list[WarehouseReturn]]:
        """Goods that came back, with the RMA that they were announced under."""
        return pages("returns", lambda: returns.since(self._wire, since))

    def announce_return(self, announced: AnnouncedReturn) -> RecordReturnOutcome:
        """Tell the warehouse what will come back."""
        if not self._wire.has("create_return"):
            return Rejected((f"{self._settings.profile.title} cannot be told of returns; announce it there by hand",))
        try:
            return returns.announce(self._wire, announced)
        except UNFORESEEN as error:
            return Unknown(why(error))

    def check(self) -> Iterator[CheckLine]:
        return check.check(self._wire)


class TellingRestProfileWarehouse(RestProfileWarehouse):
    """The same for a vendor that can be asked which orders changed, and under which references of ours."""

    def orders_put_aside(self, since: datetime) -> Iterator[list[OrderAside]]:
        """Orders whose state changed since, such as those that were put aside after they were taken."""
        return pages(_CHANGES, lambda: finding.aside(self._wire, since))


def warehouse_of(settings: RestProfileSettings, vendor: VendorClient, clock: Clock, shared: Shared) -> RestProfileWarehouse:
    """The account as its profile describes it."""
    changes = settings.profile.operations.get(_CHANGES)
    tells = changes is not None and "external_ref" in changes.response.rows.fields
    return (TellingRestProfileWarehouse if tells else RestProfileWarehouse)(settings, vendor, clock, shared)
