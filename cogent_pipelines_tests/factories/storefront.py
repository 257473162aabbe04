"""A storefront in memory that keeps the port's promises, and its own books."""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import ClassVar

from cogent_pipelines.canonical.fulfilment import Fulfilment, Parcel
from cogent_pipelines.canonical.identity import DespatchRef, OrderRef, Sku
from cogent_pipelines.canonical.item import Product
from cogent_pipelines.canonical.order import Order
from cogent_pipelines.canonical.stock import PublishedStock, StockToPublish
from cogent_pipelines.ports.check import CheckLine
from cogent_pipelines.ports.errors import VendorError, VendorRefused
from cogent_pipelines.ports.outcomes import (
    AlreadyThere,
    Created,
    CreateFulfilmentOutcome,
    Published,
    PublishStockOutcome,
    Rejected,
    Superseded,
    Unknown,
    UnknownSku,
)
from cogent_pipelines.ports.storefront import UnreadableOrder

_WHY = "this order holds what nobody can read"


@dataclass
class FakeStorefront:
    """`trouble` fails every call; `unreadable` orders fail each call that names them, and stand in the feed as such.

    `loses_answers` parcels are recorded and not heard of.
    """

    deletion_topics: ClassVar[Collection[str]] = ("orders/delete",)

    placed: dict[OrderRef, Order] = field(default_factory=dict)
    sold: dict[Sku, int] = field(default_factory=dict)
    fulfilments: dict[DespatchRef, Fulfilment] = field(default_factory=dict)
    calls: Counter[str] = field(default_factory=Counter)
    trouble: VendorError | None = None
    trouble_after_pages: int | None = None
    unreadable: set[OrderRef] = field(default_factory=set)
    loses_answers: int = 0
    page_size: int = 2

    def place(self, *orders: Order) -> None:
        self.placed.update({order.ref: order for order in orders})

    def orders(self, since: datetime) -> Iterator[list[Order | UnreadableOrder]]:
        self._called("orders")
        found = sorted((o for o in self.placed.values() if o.version >= since), key=lambda o: (o.version, o.ref))
        pages = [found[start : start + self.page_size] for start in range(0, len(found), self.page_size)]
        for number, page in enumerate(pages):
            if number == self.trouble_after_pages:
                raise VendorError("the connection broke")
            yield [UnreadableOrder(o.ref, o.version, _WHY) if o.ref in self.unreadable else o for o in page]

    def order_changes(self, since: datetime) -> Iterator[list[tuple[OrderRef, datetime]]]:
        self._called("order_changes")
        yield sorted(((o.ref, o.version) for o in self.placed.values() if o.version >= since), key=lambda pair: pair[1])

    def orders_named(self, refs: Sequence[OrderRef]) -> list[Order]:
        self._called("orders_named")
        self._read(refs)
        return [self.placed[ref] for ref in dict.fromkeys(refs) if ref in self.placed]

    def _read(self, refs: Sequence[OrderRef]) -> None:
        if self.unreadable.intersection(refs):
            raise VendorRefused(_WHY)

    def products(self) -> Iterator[list[Product]]:
        self._called("products")
        yield [Product(f"p-{sku}", sku, f"Product {sku}", active=True) for sku in self.sold]

    def stock(self) -> Iterator[list[PublishedStock]]:
        self._called("stock")
        yield [PublishedStock(sku, quantity) for sku, quantity in self.sold.items()]

    def publish_stock(self, levels: Sequence[StockToPublish]) -> list[PublishStockOutcome]:
        self._called("publish_stock")
        return [self._publish(level) for level in levels]

    def _publish(self, level: StockToPublish) -> PublishStockOutcome:
        if level.sku not in self.sold:
            return UnknownSku("no such variant")
        if level.expected is not None and level.expected != self.sold[level.sku]:
            return Superseded(self.sold[level.sku])
        self.sold[level.sku] = level.quantity
        return Published()

    def create_fulfilments(self, parcels: Sequence[Parcel]) -> list[CreateFulfilmentOutcome]:
        self._called("create_fulfilments")
        return [self._fulfil(parcel) for parcel in parcels]

    def _fulfil(self, parcel: Parcel) -> CreateFulfilmentOutcome:
        if parcel.despatch_ref in self.fulfilments:
            return AlreadyThere(self.fulfilments[parcel.despatch_ref].ref)
        if refusals := self._not_open(parcel):
            return Rejected(refusals)
        numbers = (parcel.tracking.number,) if parcel.tracking.number else ()
        made = Fulfilment(f"f-{parcel.despatch_ref}", parcel.order_ref, parcel.lines, numbers, cancelled=False)
        self.fulfilments[parcel.despatch_ref] = made
        if self.loses_answers:
            self.loses_answers -= 1
            return Unknown("no answer came")
        return Created(made.ref)

    def _not_open(self, parcel: Parcel) -> tuple[str, ...]:
        """Why the order has not what the parcel holds; nothing where it has."""
        order = self.placed.get(parcel.order_ref)
        if order is None:
            return (f"there is no order {parcel.order_ref}",)
        still_open = Counter({line.ref: line.to_ship for line in order.lines})
        for made in self.fulfilments.values():
            if made.order_ref == order.ref:
                still_open.subtract({line.line_ref: line.quantity for line in made.lines})
        short = [line.line_ref for line in parcel.lines if line.quantity > still_open[line.line_ref]]
        return tuple(f"line {ref} has not so many units open" for ref in short)

    def fulfilments_of(self, refs: Sequence[OrderRef]) -> Mapping[OrderRef, list[Fulfilment]]:
        self._called("fulfilments_of")
        return {ref: [each for each in self.fulfilments.values() if each.order_ref == ref] for ref in refs}

    def add_tracking(self, fulfilment_ref: str, parcel: Parcel) -> CreateFulfilmentOutcome:
        self._called("add_tracking")
        known = self.fulfilments.get(parcel.despatch_ref)
        if known is None or known.ref != fulfilment_ref:
            return Rejected((f"there is no fulfilment {fulfilment_ref}",))
        if parcel.tracking.number in known.tracking_numbers:
            return AlreadyThere(fulfilment_ref)
        self.fulfilments[parcel.despatch_ref] = replace(known, tracking_numbers=(parcel.tracking.number,))
        return Created(fulfilment_ref)

    def check(self) -> Iterator[CheckLine]:
        yield CheckLine("fake", ok=True, finding="ready")

    def _called(self, operation: str) -> None:
        self.calls[operation] += 1
        if self.trouble is not None:
            raise self.trouble
