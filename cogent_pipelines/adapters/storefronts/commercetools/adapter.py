"""commercetools as the flows see it: the storefront port over one project's HTTP API."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import datetime
from typing import ClassVar, Self

from cogent_pipelines.adapters.storefronts.commercetools.catalogue import Catalogue
from cogent_pipelines.adapters.storefronts.commercetools.checking import ConnectionCheck
from cogent_pipelines.adapters.storefronts.commercetools.client import Api
from cogent_pipelines.adapters.storefronts.commercetools.exported import ExportDesk
from cogent_pipelines.adapters.storefronts.commercetools.importing import StockImport
from cogent_pipelines.adapters.storefronts.commercetools.messages import MessageFeed
from cogent_pipelines.adapters.storefronts.commercetools.names import Names
from cogent_pipelines.adapters.storefronts.commercetools.orders import OrderReader
from cogent_pipelines.adapters.storefronts.commercetools.parcels import ParcelDesk
from cogent_pipelines.adapters.storefronts.commercetools.publishing import StockPublisher
from cogent_pipelines.adapters.storefronts.commercetools.returns import ReturnDesk
from cogent_pipelines.adapters.storefronts.commercetools.settings import CommercetoolsSettings
from cogent_pipelines.adapters.transport.client import VendorClient
from cogent_pipelines.adapters.transport.unforeseen import UNFORESEEN, pages, readable, why
from cogent_pipelines.canonical.fulfilment import Fulfilment, Parcel
from cogent_pipelines.canonical.identity import OrderRef
from cogent_pipelines.canonical.item import Product
from cogent_pipelines.canonical.order import Order
from cogent_pipelines.canonical.stock import PublishedStock, StockToPublish
from cogent_pipelines.ports.check import CheckLine
from cogent_pipelines.ports.clock import Clock
from cogent_pipelines.ports.extras import HandedOver, OrderNews, ReturnedGoods
from cogent_pipelines.ports.outcomes import (
    CreateFulfilmentOutcome,
    MarkExportedOutcome,
    PublishStockOutcome,
    RecordReturnOutcome,
    Unknown,
)
from cogent_pipelines.ports.storefront import UnreadableOrder, UnreadableProduct


class CommercetoolsStorefront:
    """One project, or one store of it; a `Storefront` that `RecordsReturns` and `TellsOrderNews`. Close it when done.

    References that leave it are the ids of orders, line items and deliveries.
    """

    deletion_topics: ClassVar[Collection[str]] = ("OrderDeleted", "ResourceDeleted")

    def __init__(
        self,
        settings: CommercetoolsSettings,
        client: VendorClient,
        clock: Clock,
        *,
        granted: Callable[[], frozenset[str]] = frozenset,
    ) -> None:
        """`client` reads answers with `client.judge`, and has `GrantedCredentials`; `granted` says what these were given."""
        api = Api(client, settings)
        names = Names(api, settings)
        imports = StockImport(api, settings, settings.imports, clock) if settings.imports and settings.import_url else None
        self._client = client
        self._orders = OrderReader(api, settings, names)
        self._catalogue = Catalogue(api, settings, names)
        self._stock = StockPublisher(api, settings, names=names, catalogue=self._catalogue, imports=imports)
        self._parcels = ParcelDesk(api, self._orders, names)
        self._returns = ReturnDesk(api, self._orders)
        self._messages = MessageFeed(api, settings)
        self._polls_messages = settings.poll_messages
        self._exports = ExportDesk(api, self._orders, names)
        self._check = ConnectionCheck(
            api, settings, names=names, catalogue=self._catalogue, imports=imports, granted=granted
        )

    def orders(self, since: datetime) -> Iterator[list[Order | UnreadableOrder]]:
        return pages("orders", lambda: self._orders.since(since))

    def order_changes(self, since: datetime) -> Iterator[list[tuple[OrderRef, datetime]]]:
        return pages("order changes", lambda: self._orders.changes(since))

    def orders_named(self, refs: Sequence[OrderRef]) -> list[Order]:
        with readable("orders_named"):
            return self._orders.named(refs)

    def order_news(self, since: datetime) -> Iterator[list[OrderNews]]:
        """The project's messages about orders; nothing where the settings do not poll them."""
        return pages("order news", lambda: self._messages.since(since)) if self._polls_messages else iter(())

    def products(self) -> Iterator[list[Product | UnreadableProduct]]:
        return pages("products", self._catalogue.products)

    def stock(self) -> Iterator[list[PublishedStock]]:
        return pages("stock", self._catalogue.stock)

    def publish_stock(self, levels: Sequence[StockToPublish]) -> list[PublishStockOutcome]:
        with readable("publish_stock"):
            return self._stock.publish(levels)

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
        try:
            return self._parcels.add_tracking(fulfilment_ref, parcel)
        except UNFORESEEN as error:
            return Unknown(why(error))

    def record_returns(self, returns: Sequence[ReturnedGoods]) -> list[RecordReturnOutcome]:
        try:
            return self._returns.record(returns)
        except UNFORESEEN as error:
            return [Unknown(why(error)) for _ in returns]

    def check(self) -> Iterator[CheckLine]:
        return self._check.lines()

    def close(self) -> None:
        self._client.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()


class MarkingCommercetoolsStorefront(CommercetoolsStorefront):
    """One that also `MarksExported`: its settings name an export channel."""

    def mark_exported(self, orders: Sequence[HandedOver]) -> list[MarkExportedOutcome]:
        try:
            return self._exports.mark(orders)
        except UNFORESEEN as error:
            return [Unknown(why(error)) for _ in orders]


def storefront_of(
    settings: CommercetoolsSettings,
    client: VendorClient,
    clock: Clock,
    *,
    granted: Callable[[], frozenset[str]] = frozenset,
) -> CommercetoolsStorefront:
    """The storefront that can do what the settings allow."""
    kind = MarkingCommercetoolsStorefront if settings.export_channel else CommercetoolsStorefront
    return kind(settings, client, clock, granted=granted)
