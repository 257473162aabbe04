"""Shopify as the flows see it: the storefront port over one store's Admin API."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime
from typing import ClassVar, Self

from cogent_pipelines.adapters.storefronts.shopify.catalogue import Catalogue
from cogent_pipelines.adapters.storefronts.shopify.checking import ConnectionCheck
from cogent_pipelines.adapters.storefronts.shopify.client import GraphQL
from cogent_pipelines.adapters.storefronts.shopify.locations import Locations
from cogent_pipelines.adapters.storefronts.shopify.orders import OrderReader
from cogent_pipelines.adapters.storefronts.shopify.parcels import ParcelDesk
from cogent_pipelines.adapters.storefronts.shopify.publishing import StockPublisher
from cogent_pipelines.adapters.storefronts.shopify.settings import ShopifySettings
from cogent_pipelines.adapters.storefronts.shopify.subscriptions import Subscribed, Subscriptions
from cogent_pipelines.adapters.transport.client import VendorClient
from cogent_pipelines.adapters.transport.unforeseen import UNFORESEEN, pages, readable, why
from cogent_pipelines.canonical.fulfilment import Fulfilment, Parcel
from cogent_pipelines.canonical.identity import OrderRef
from cogent_pipelines.canonical.item import Product
from cogent_pipelines.canonical.order import Order
from cogent_pipelines.canonical.stock import PublishedStock, StockToPublish
from cogent_pipelines.ports.check import CheckLine
from cogent_pipelines.ports.clock import Clock
from cogent_pipelines.ports.known_fulfilments import KnownFulfilments, NothingKnown
from cogent_pipelines.ports.outcomes import CreateFulfilmentOutcome, PublishStockOutcome, Unknown
from cogent_pipelines.ports.sku_index import EmptySkuIndex, StorefrontSkuIndex
from cogent_pipelines.ports.storefront import UnreadableOrder, UnreadableProduct


class ShopifyStorefront:
    """One Shopify store; a `Storefront`. Close it when done.

    References that leave it (orders, lines, variants, stock handles, fulfilments) are the numbers at the end of Shopify's
    global ids.
    """

    deletion_topics: ClassVar[Collection[str]] = ("orders/delete",)

    def __init__(
        self,
        settings: ShopifySettings,
        client: VendorClient,
        clock: Clock,
        *,
        skus: StorefrontSkuIndex | None = None,
        known_fulfilments: KnownFulfilments | None = None,
    ) -> None:
        """`client` reads answers with `client.judge`, and has the credentials of `credentials.credentials_of`."""
        graphql = GraphQL(client, settings)
        locations = Locations(graphql, settings)
        self._client = client
        self._orders = OrderReader(graphql, settings)
        self._catalogue = Catalogue(graphql, settings, locations=locations, index=skus or EmptySkuIndex(), clock=clock)
        self._stock = StockPublisher(graphql, settings, locations=locations, catalogue=self._catalogue)
        self._parcels = ParcelDesk(graphql, settings, known_fulfilments or NothingKnown())
        self._subscriptions = Subscriptions(graphql)
        self._check = ConnectionCheck(
            graphql, settings, locations=locations, catalogue=self._catalogue, subscriptions=self._subscriptions
        )

    def orders(self, since: datetime) -> Iterator[list[Order | UnreadableOrder]]:
        return pages("orders", lambda: self._orders.since(since))

    def order_changes(self, since: datetime) -> Iterator[list[tuple[OrderRef, datetime]]]:
        """Which orders changed and when, unread: a poll that overlaps the last one need not read again what it has.

        An order stored at a version no older than the time given is the same.
        """
        return pages("order changes", lambda: self._orders.changes(since))

    def orders_named(self, refs: Sequence[OrderRef]) -> list[Order]:
        with readable("orders_named"):
            return self._orders.named(refs)

    def products(self) -> Iterator[list[Product | UnreadableProduct]]:
        return pages("products", self._catalogue.products)

    def stock(self) -> Iterator[list[PublishedStock]]:
        return pages("stock", self._catalogue.stock)

    def publish_stock(self, levels: Sequence[StockToPublish]) -> list[PublishStockOutcome]:
        with readable("set_stock"):
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

    def check(self) -> Iterator[CheckLine]:
        return self._check.lines()

    def ensure_webhooks(self, callback_url: str) -> Subscribed:
        """Have the events that the flows need posted to this address; safe to repeat."""
        return self._subscriptions.ensure(callback_url)

    def close(self) -> None:
        self._client.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()
