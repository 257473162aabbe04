"""SCAYLE as the flows see it: the storefront port over one tenant's Admin API."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime
from typing import ClassVar, Self

from cogent_pipelines.adapters.storefronts.scayle.bulk import BulkDesk
from cogent_pipelines.adapters.storefronts.scayle.catalogue import Catalogue
from cogent_pipelines.adapters.storefronts.scayle.checking import ConnectionCheck
from cogent_pipelines.adapters.storefronts.scayle.client import AdminApi
from cogent_pipelines.adapters.storefronts.scayle.exporting import ExportMarker
from cogent_pipelines.adapters.storefronts.scayle.leftovers import LeftoverDesk
from cogent_pipelines.adapters.storefronts.scayle.lookup import OrderLookup
from cogent_pipelines.adapters.storefronts.scayle.orders import OrderReader
from cogent_pipelines.adapters.storefronts.scayle.parcels import ParcelDesk
from cogent_pipelines.adapters.storefronts.scayle.publishing import StockPublisher
from cogent_pipelines.adapters.storefronts.scayle.scopes import Scopes
from cogent_pipelines.adapters.storefronts.scayle.settings import ScayleSettings
from cogent_pipelines.adapters.storefronts.scayle.subscriptions import Subscribed, Subscriptions
from cogent_pipelines.adapters.transport.client import VendorClient
from cogent_pipelines.adapters.transport.unforeseen import UNFORESEEN, pages, readable, why
from cogent_pipelines.canonical.fulfilment import Fulfilment, Parcel
from cogent_pipelines.canonical.identity import OrderRef
from cogent_pipelines.canonical.item import Product
from cogent_pipelines.canonical.order import Order
from cogent_pipelines.canonical.stock import PublishedStock, StockToPublish
from cogent_pipelines.ports.check import CheckLine
from cogent_pipelines.ports.clock import Clock
from cogent_pipelines.ports.extras import HandedOver, ReturnedGoods, UnsentGoods
from cogent_pipelines.ports.known_fulfilments import KnownFulfilments, NothingKnown
from cogent_pipelines.ports.outcomes import (
    CreateFulfilmentOutcome,
    MarkExportedOutcome,
    PublishStockOutcome,
    RecordReturnOutcome,
    Unknown,
)
from cogent_pipelines.ports.sku_index import EmptySkuIndex, StorefrontSkuIndex
from cogent_pipelines.ports.storefront import UnreadableOrder, UnreadableProduct


class ScayleStorefront:
    """One SCAYLE tenant; a `Storefront` that records returns and hears of unsent goods. Close it when done.

    An order's reference is SCAYLE's number, or `key=` and the tenant's own reference key, where only that is known; what
    leaves here bears the number. A line's reference is its lowest item id, a shipment's is the order's number and the
    shipment key.
    """

    # An order can be deleted, and SCAYLE names no event that tells of it.
    deletion_topics: ClassVar[Collection[str]] = ()

    def __init__(
        self,
        settings: ScayleSettings,
        client: VendorClient,
        clock: Clock,
        *,
        scopes: Scopes,
        skus: StorefrontSkuIndex | None = None,
        known_fulfilments: KnownFulfilments | None = None,
    ) -> None:
        """`client` reads answers with a `reading.Judge` of the same `scopes`, whose limits it keeps."""
        api = AdminApi(client, settings, scopes)
        self._client = client
        lookup = OrderLookup(api, settings)
        self._orders = OrderReader(api, settings, clock, lookup=lookup)
        bulk = BulkDesk(api, settings, clock)
        self._stock = StockPublisher(api, settings, bulk=bulk, index=skus or EmptySkuIndex())
        self._catalogue = Catalogue(api, settings, stock=self._stock)
        known = known_fulfilments or NothingKnown()
        self._parcels = ParcelDesk(api, settings, orders=lookup, known_fulfilments=known, clock=clock)
        self._leftovers = LeftoverDesk(api, settings, orders=lookup)
        self._marker = ExportMarker(api, settings, orders=lookup)
        self._subscriptions = Subscriptions(api)
        self._check = ConnectionCheck(api, settings, catalogue=self._catalogue, subscriptions=self._subscriptions)

    def orders(self, since: datetime) -> Iterator[list[Order | UnreadableOrder]]:
        return pages("orders", lambda: self._orders.since(since))

    def order_changes(self, since: datetime) -> Iterator[list[tuple[OrderRef, datetime]]]:
        return pages("order changes", lambda: self._orders.changes(since))

    def orders_named(self, refs: Sequence[OrderRef]) -> list[Order]:
        with readable("orders_named"):
            return self._orders.named(refs)

    def products(self) -> Iterator[list[Product | UnreadableProduct]]:
        return pages("products", self._catalogue.products)

    def stock(self) -> Iterator[list[PublishedStock]]:
        return pages("stock", self._catalogue.stock)

    def publish_stock(self, levels: Sequence[StockToPublish]) -> list[PublishStockOutcome]:
        try:
            return self._stock.publish(levels)
        except UNFORESEEN as error:
            # Some may have been told: only a look at the stored figures can tell.
            return [Unknown(why(error)) for _ in levels]

    def create_fulfilments(self, parcels: Sequence[Parcel]) -> list[CreateFulfilmentOutcome]:
        try:
            return self._parcels.create(parcels)
        except UNFORESEEN as error:
            # Some may have been recorded: only a read-back can tell.
            return [Unknown(why(error)) for _ in parcels]

    def fulfilments_of(self, refs: Sequence[OrderRef]) -> Mapping[OrderRef, list[Fulfilment]]:
        with readable("fulfilments"):
            return self._parcels.told(refs)

    def add_tracking(self, fulfilment_ref: str, parcel: Parcel) -> CreateFulfilmentOutcome:
        with readable("add_tracking"):
            return self._parcels.add_tracking(fulfilment_ref, parcel)

    def record_returns(self, returns: Sequence[ReturnedGoods]) -> list[RecordReturnOutcome]:
        try:
            return self._leftovers.record_returns(returns)
        except UNFORESEEN as error:
            return [Unknown(why(error)) for _ in returns]

    def report_unsent(self, goods: Sequence[UnsentGoods]) -> list[RecordReturnOutcome]:
        try:
            return self._leftovers.report_unsent(goods)
        except UNFORESEEN as error:
            return [Unknown(why(error)) for _ in goods]

    def check(self) -> Iterator[CheckLine]:
        return self._check.lines()

    def ensure_webhooks(self, callback_url: str) -> Subscribed:
        """Have the events that the flows need posted to this address, which carries its login; safe to repeat."""
        with readable("ensure_webhooks"):
            return self._subscriptions.ensure(callback_url)

    def close(self) -> None:
        self._client.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()


class MarkingScayleStorefront(ScayleStorefront):
    """The same for a tenant whose people look for our reference in an order's custom data."""

    def mark_exported(self, orders: Sequence[HandedOver]) -> list[MarkExportedOutcome]:
        try:
            return self._marker.mark(orders)
        except UNFORESEEN as error:
            return [Unknown(why(error)) for _ in orders]


def storefront_of(
    settings: ScayleSettings,
    client: VendorClient,
    clock: Clock,
    *,
    scopes: Scopes,
    skus: StorefrontSkuIndex | None = None,
    known_fulfilments: KnownFulfilments | None = None,
) -> ScayleStorefront:
    """The tenant as its settings want it: only with a field for it does it mark what was handed over."""
    kind = MarkingScayleStorefront if settings.exported_field else ScayleStorefront
    return kind(settings, client, clock, scopes=scopes, skus=skus, known_fulfilments=known_fulfilments)
