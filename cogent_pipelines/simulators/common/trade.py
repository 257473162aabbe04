"""One way to trade at every stand-in: what a day needs of a storefront or a warehouse, whoever the vendor is.

Words here are nobody's: a vendor's simulator says them in its own. Pure shapes; how they are asked for over HTTP is
`trade_routes`. Money is in minor units, quantities are units, times are aware.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, Protocol

Tracking = Literal["now", "later"]


class NotPossible(ValueError):
    """What was asked cannot be done; the message says why."""


@dataclass(frozen=True, slots=True)
class Goods:
    """One article. `stock` are the units that lie there when it is put on sale."""

    sku: str
    title: str
    price_minor: int = 1000
    currency: str = "GBP"
    stock: int = 0
    active: bool = True


@dataclass(frozen=True, slots=True)
class Buyer:
    """Who buys and where it goes. An empty field was left out by the customer."""

    name: str = "Ada Fenwick"
    company: str = ""
    line1: str = "9 Mill Lane"
    line2: str = ""
    city: str = "Leeds"
    postcode: str = "LS10 1LE"
    country_code: str = "GB"
    phone: str = ""
    email: str = "ada@example.com"


@dataclass(frozen=True, slots=True)
class WantedLine:
    sku: str
    quantity: int


@dataclass(frozen=True, slots=True)
class Wish:
    """One order as a customer wants it. `discount_minor` is off the goods; `shipping_minor` is what delivery costs.

    `trade` makes it a business's order where the vendor has such.
    """

    lines: tuple[WantedLine, ...]
    buyer: Buyer = Buyer()
    shipping_minor: int = 0
    discount_minor: int = 0
    paid: bool = True
    trade: bool = False


@dataclass(frozen=True, slots=True)
class TradeLine:
    sku: str
    quantity: int


@dataclass(frozen=True, slots=True)
class TradeParcel:
    """A parcel; at the storefront as it was told, at the warehouse as it left."""

    ref: str
    lines: tuple[TradeLine, ...]
    tracking_numbers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ShopOrder:
    """`ref` is the order's own id, `name` what people call it; `value_minor` is what the customer pays in all."""

    ref: str
    name: str
    placed_at: datetime
    lines: tuple[TradeLine, ...]
    value_minor: int
    currency: str
    cancelled: bool = False
    parcels: tuple[TradeParcel, ...] = ()
    handed_over: bool = False
    """Whether somebody marked it as handed to the warehouse, where the vendor has such a mark."""


@dataclass(frozen=True, slots=True)
class ShopBooks:
    """`stock` is what each SKU still offers; `oversold_units` were sold although nothing was left."""

    orders: tuple[ShopOrder, ...]
    stock: Mapping[str, int]
    oversold_units: int = 0


@dataclass(frozen=True, slots=True)
class WarehouseOrder:
    """`ref` is the reference that the client chose, `number` the warehouse's own; `created` counts how often it came to be.

    `released`: it can be picked. `value_minor` is what the client said that it is worth in all.
    """

    ref: str
    number: str
    created: int
    released: bool
    lines: tuple[TradeLine, ...]
    value_minor: int
    currency: str
    cancelled: bool = False
    parcels: tuple[TradeParcel, ...] = ()


@dataclass(frozen=True, slots=True)
class WarehouseBooks:
    """`stock` is what is free per SKU; `short` are units promised to orders and not there."""

    sales_orders: tuple[WarehouseOrder, ...]
    stock: Mapping[str, int]
    short: Mapping[str, int] = field(default_factory=dict)


class StorefrontTrade(Protocol):
    """A stand-in storefront, as its customers and its shopkeeper use it."""

    def sell(self, goods: Sequence[Goods]) -> None:
        """Put articles on sale, or change them; the checkout refuses what is not there any more."""
        ...

    def place(self, wish: Wish) -> ShopOrder | None:
        """Place an order; None where the checkout refuses because too few are left.

        Raises:
            NotPossible: an article is not on sale here.
        """
        ...

    def cancel(self, ref: str) -> None:
        """The customer changes his mind.

        Raises:
            NotPossible: nobody knows that order, or it has left.
        """
        ...

    def books(self) -> ShopBooks: ...


class WarehouseTrade(Protocol):
    """A stand-in warehouse, as the people on its floor use it."""

    def stock(self, goods: Sequence[Goods]) -> None:
        """Put articles into the catalogue, or change them, with so many units on the shelf."""
        ...

    def adjust(self, sku: str, *, by: int) -> None:
        """Goods come in, or are found missing."""
        ...

    def work_by_itself(self, *, seconds: float | None) -> None:
        """Pick, pack and despatch every released order so long after it was released; None stops it."""
        ...

    def despatch(
        self, ref: str, *, quantities: Mapping[str, int] | None = None, tracking: Tracking = "now", parcels: int = 1
    ) -> None:
        """Send an order, or so many units of it per SKU, now.

        Raises:
            NotPossible: nobody knows that order, it is not released, or nothing of it is left.
        """
        ...

    def despatch_unknown(self, ref: str, *, sku: str) -> None:
        """A parcel leaves for an order that nobody put in."""
        ...

    def tracking_arrives(self) -> None:
        """Every parcel without a number gets one."""
        ...

    def outage(self, seconds: float) -> None:
        """Answer nothing but errors for so long, from now."""
        ...

    def tick(self) -> None:
        """Let happen what is due by now; nothing is due while nobody asks."""
        ...

    def books(self) -> WarehouseBooks: ...
