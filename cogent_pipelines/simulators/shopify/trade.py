"""Trading at the simulated shop in nobody's words: `common.trade` said in the shop's own."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from cogent_pipelines.simulators.common.trade import (
    Goods,
    NotPossible,
    ShopBooks,
    ShopOrder,
    TradeLine,
    TradeParcel,
    Wish,
)
from cogent_pipelines.simulators.shopify import books, cancelling, stock
from cogent_pipelines.simulators.shopify.cancelling import CancelRefused
from cogent_pipelines.simulators.shopify.catalogue import Variant
from cogent_pipelines.simulators.shopify.ordering import OutOfStock
from cogent_pipelines.simulators.shopify.parcels import Fulfilment
from cogent_pipelines.simulators.shopify.records import Order

if TYPE_CHECKING:
    from cogent_pipelines.simulators.shopify.simulator import ShopifySimulator

_VAT = 0.2


class ShopifyTrade:
    """A `StorefrontTrade`."""

    def __init__(self, simulator: "ShopifySimulator") -> None:
        self._simulator = simulator
        self._shop = simulator.shop

    def sell(self, goods: Sequence[Goods]) -> None:
        """Put articles on sale; from now on the checkout looks at what is there."""
        self._simulator.switches.change(checkout_checks_stock=True)
        for article in goods:
            known = self._shop.variant_by_sku(article.sku)
            if known is None:
                self._shop.add_products([_product(article)])
            else:
                self._change(known, article)

    def _change(self, known: Variant, article: Goods) -> None:
        known.product.title, known.price = article.title, article.price_minor
        known.product.status = "ACTIVE" if article.active else "ARCHIVED"
        level = self._shop.level_for(known.item, self._shop.primary_location)
        stock.move(self._shop, level, "available", article.stock - level.available, "Stock check")

    def place(self, wish: Wish) -> ShopOrder | None:
        for line in wish.lines:
            if self._shop.variant_by_sku(line.sku) is None:
                raise NotPossible(f"{line.sku} is not on sale here")
        try:
            return self._order(self._simulator.place_order(_checkout(wish)))
        except OutOfStock:
            return None

    def cancel(self, ref: str) -> None:
        order = self._shop.orders.get(int(ref)) if ref.isdecimal() else None
        try:
            given = {"reason": "CUSTOMER", "restock": True, "refund": True}
            cancelling.ask_to_cancel(self._shop, order, given)
        except CancelRefused as refused:
            raise NotPossible(refused.message) from None

    def books(self) -> ShopBooks:
        with self._shop.lock:
            return ShopBooks(
                orders=tuple(self._order(order) for order in self._shop.orders.values()),
                stock=self._stock(),
                oversold_units=books.oversold_units(self._shop),
            )

    def _stock(self) -> dict[str, int]:
        offered: dict[str, int] = {}
        for level in self._shop.levels.values():
            sku = level.item.variant.sku or ""
            offered[sku] = offered.get(sku, 0) + level.available
        return offered

    def _order(self, order: Order) -> ShopOrder:
        return ShopOrder(
            ref=str(order.id),
            name=order.name,
            placed_at=datetime.fromtimestamp(order.created_at / 1000, UTC),
            lines=tuple(TradeLine(line.sku or "", line.quantity) for line in order.lines),
            value_minor=order.total.shop,
            currency=order.currencies.shop,
            cancelled=order.cancelled_at is not None,
            parcels=tuple(_parcel(parcel) for parcel in order.fulfilments if parcel.status == "SUCCESS"),
        )


def _product(article: Goods) -> dict[str, Any]:
    return {
        "title": article.title,
        "sku": article.sku,
        "price": f"{article.price_minor / 100:.2f}",
        "stock": article.stock,
        "status": "ACTIVE" if article.active else "ARCHIVED",
    }


def _checkout(wish: Wish) -> dict[str, Any]:
    buyer = wish.buyer
    first, _, last = buyer.name.partition(" ")
    order: dict[str, Any] = {
        "lines": [{"sku": line.sku, "quantity": line.quantity} for line in wish.lines],
        "shipping": {"title": "Standard delivery", "code": "STANDARD", "price": f"{wish.shipping_minor / 100:.2f}"},
        "tax_rate": _VAT,
        "taxes_included": True,
        "email": buyer.email,
        "customer": {"first_name": first, "last_name": last, "email": buyer.email},
        "shipping_address": {
            "first_name": first,
            "last_name": last,
            "company": buyer.company or None,
            "address1": buyer.line1,
            "address2": buyer.line2 or None,
            "city": buyer.city,
            "zip": buyer.postcode or None,
            "country_code": buyer.country_code,
            "phone": buyer.phone or None,
        },
        "financial_status": "paid" if wish.paid else "pending",
    }
    if wish.discount_minor:
        order["discounts"] = [{"amount": f"{wish.discount_minor / 100:.2f}", "kind": "code", "code": "THANKS"}]
    if wish.trade:
        order["company"] = {"name": buyer.company or buyer.name, "location": {"name": "Head office"}}
    return order


def _parcel(parcel: Fulfilment) -> TradeParcel:
    return TradeParcel(
        ref=str(parcel.id),
        lines=tuple(TradeLine(row.part.line.sku or "", row.quantity) for row in parcel.lines),
        tracking_numbers=tuple(track.number for track in parcel.tracking if track.number),
    )
