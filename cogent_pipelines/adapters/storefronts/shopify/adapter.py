"""Shopify as the flows see it: the storefront port over one store's Admin API."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Self

import httpx

from cogent_pipelines.adapters.storefronts.shopify.catalogue import Catalogue
from cogent_pipelines.adapters.storefronts.shopify.checking import ConnectionCheck
from cogent_pipelines.adapters.storefronts.shopify.client import GraphQL
from cogent_pipelines.adapters.storefronts.shopify.credentials import credentials_of
from cogent_pipelines.adapters.storefronts.shopify.locations import Locations
from cogent_pipelines.adapters.storefronts.shopify.orders import OrderReader
from cogent_pipelines.adapters.storefronts.shopify.parcels import ParcelDesk
from cogent_pipelines.adapters.storefronts.shopify.publishing import StockPublisher
from cogent_pipelines.adapters.storefronts.shopify.reading import read_answer
from cogent_pipelines.adapters.storefronts.shopify.recorded import KnownFulfilments, NothingKnown
from cogent_pipelines.adapters.storefronts.shopify.settings import ShopifySettings
from cogent_pipelines.adapters.storefronts.shopify.subscriptions import Subscribed, Subscriptions
from cogent_pipelines.adapters.transport.client import VendorClient
from cogent_pipelines.adapters.transport.redaction import Redaction
from cogent_pipelines.adapters.transport.retry import Patience
from cogent_pipelines.canonical.fulfilment import Fulfilment, Parcel
from cogent_pipelines.canonical.identity import OrderRef
from cogent_pipelines.canonical.item import Product
from cogent_pipelines.canonical.order import Order
from cogent_pipelines.canonical.stock import PublishedStock, StockToPublish
from cogent_pipelines.ports.check import CheckLine
from cogent_pipelines.ports.clock import Clock
from cogent_pipelines.ports.outcomes import CreateFulfilmentOutcome, PublishStockOutcome
from cogent_pipelines.ports.sku_index import EmptySkuIndex, StorefrontSkuIndex
from cogent_pipelines.ports.vendor_account import Circuit, EvidenceLog, RateBudget


class ShopifyStorefront:
    """One Shopify store; a `Storefront`. Close it when done.

    References that leave it (orders, lines, variants, stock handles, fulfilments) are the numbers at the end of Shopify's
    global ids.
    """

    def __init__(
        self,
        client: VendorClient,
        settings: ShopifySettings,
        *,
        clock: Clock,
        sku_index: StorefrontSkuIndex | None = None,
        known_fulfilments: KnownFulfilments | None = None,
    ) -> None:
        """`client` must judge answers by `reading.read_answer`; `open_storefront` puts the two together."""
        graphql = GraphQL(client, settings)
        locations = Locations(graphql, settings)
        self._client = client
        self._orders = OrderReader(graphql, settings)
        self._catalogue = Catalogue(graphql, settings, locations=locations, index=sku_index or EmptySkuIndex(), clock=clock)
        self._stock = StockPublisher(graphql, settings, locations=locations, catalogue=self._catalogue)
        self._parcels = ParcelDesk(graphql, settings, known_fulfilments or NothingKnown())
        self._subscriptions = Subscriptions(graphql)
        self._check = ConnectionCheck(
            graphql, settings, locations=locations, catalogue=self._catalogue, subscriptions=self._subscriptions
        )

    def orders(self, since: datetime) -> Iterator[list[Order]]:
        return self._orders.since(since)

    def orders_named(self, refs: Sequence[OrderRef]) -> list[Order]:
        return self._orders.named(refs)

    def products(self) -> Iterator[list[Product]]:
        return self._catalogue.products()

    def stock(self) -> Iterator[list[PublishedStock]]:
        return self._catalogue.stock()

    def publish_stock(self, levels: Sequence[StockToPublish]) -> list[PublishStockOutcome]:
        return self._stock.publish(levels)

    def create_fulfilments(self, parcels: Sequence[Parcel]) -> list[CreateFulfilmentOutcome]:
        return self._parcels.create(parcels)

    def fulfilments_of(self, refs: Sequence[OrderRef]) -> Mapping[OrderRef, list[Fulfilment]]:
        return self._parcels.told(refs)

    def add_tracking(self, fulfilment_ref: str, parcel: Parcel) -> CreateFulfilmentOutcome:
        return self._parcels.add_tracking(fulfilment_ref, parcel)

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


def open_storefront(
    settings: ShopifySettings,
    *,
    budget: RateBudget,
    circuit: Circuit,
    evidence: EvidenceLog,
    clock: Clock,
    sku_index: StorefrontSkuIndex | None = None,
    known_fulfilments: KnownFulfilments | None = None,
    engine: httpx.AsyncBaseTransport | None = None,
    patience: Patience | None = None,
) -> ShopifyStorefront:
    """A store over the shared transport; nothing is called yet."""
    client = VendorClient(
        account=settings.account,
        reader=read_answer,
        limit=settings.limit,
        budget=budget,
        circuit=circuit,
        evidence=evidence,
        clock=clock,
        redaction=Redaction(),
        credentials=credentials_of(settings, clock),
        engine=engine,
        concurrency=settings.concurrency,
        patience=patience or Patience(),
        hosts=frozenset({httpx.URL(settings.origin).host}),
    )
    return ShopifyStorefront(client, settings, clock=clock, sku_index=sku_index, known_fulfilments=known_fulfilments)
