"""The storefront as the flows need it. Synchronous, in batches; a write answers with one outcome per item, in order.

Reads raise a `VendorError`; writes raise one only where no item was attempted.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, Protocol

from cogent_pipelines.canonical.fulfilment import Fulfilment, Parcel
from cogent_pipelines.canonical.identity import OrderRef
from cogent_pipelines.canonical.item import Product
from cogent_pipelines.canonical.order import Order
from cogent_pipelines.canonical.stock import PublishedStock, StockToPublish
from cogent_pipelines.ports.check import CheckLine
from cogent_pipelines.ports.outcomes import CreateFulfilmentOutcome, PublishStockOutcome


@dataclass(frozen=True, slots=True)
class UnreadableOrder:
    """Stands in a feed where an order should; `why` names the field, and holds no personal data."""

    ref: OrderRef
    version: datetime
    why: str


@dataclass(frozen=True, slots=True)
class UnreadableProduct:
    """Stands in the catalogue where a variant should; `why` names the field."""

    ref: str
    why: str


class Storefront(Protocol):
    deletion_topics: ClassVar[Collection[str]]
    """Topics of the events by which the vendor says that an order was deleted; a deleted one is not among `orders_named`."""

    def orders(self, since: datetime) -> Iterator[list[Order | UnreadableOrder]]:
        """Orders whose version is at or after `since`, oldest version first; each whole, or said to be unreadable.

        Where an answer has nothing in it that could be an order, it is the storefront that speaks otherwise than published:
        then it raises.
        """
        ...

    def order_changes(self, since: datetime) -> Iterator[list[tuple[OrderRef, datetime]]]:
        """Which orders have a version at or after `since`, and which: the cheap look before `orders`."""
        ...

    def orders_named(self, refs: Sequence[OrderRef]) -> list[Order]:
        """These orders as they are now; those that do not exist are left out.

        What an event of the vendor's names an order by is a reference here, too, though the order comes under its own.
        """
        ...

    def products(self) -> Iterator[list[Product | UnreadableProduct]]:
        """Every sellable variant; where nothing of a page can be read, it raises."""
        ...

    def stock(self) -> Iterator[list[PublishedStock]]:
        """What the storefront says it can sell, for every variant it counts, at the connection's location."""
        ...

    def publish_stock(self, levels: Sequence[StockToPublish]) -> list[PublishStockOutcome]:
        """Tell the storefront; the same `intent` again has no second effect."""
        ...

    def create_fulfilments(self, parcels: Sequence[Parcel]) -> list[CreateFulfilmentOutcome]:
        """Record parcels; reads what is still open on each order first, so that a parcel already recorded is found."""
        ...

    def fulfilments_of(self, refs: Sequence[OrderRef]) -> Mapping[OrderRef, list[Fulfilment]]:
        """What the storefront was told of these orders."""
        ...

    def add_tracking(self, fulfilment_ref: str, parcel: Parcel) -> CreateFulfilmentOutcome:
        """Put tracking on a fulfilment that was made without."""
        ...

    def check(self) -> Iterator[CheckLine]:
        """Prove the connection without writing: one line per thing that must be right."""
        ...
