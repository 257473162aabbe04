"""The shop as its customers and its shopkeeper use it: this vendor's half of `common.trade`."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING

from cogent_pipelines.simulators.common.trade import (
    Goods,
    NotPossible,
    ShopBooks,
    ShopOrder,
    TradeLine,
    TradeParcel,
    Wish,
)
from cogent_pipelines.simulators.scayle import books, cancelling, ordering, stock
from cogent_pipelines.simulators.scayle.records import Item, Order, Variant, Warehouse

if TYPE_CHECKING:
    from cogent_pipelines.simulators.scayle.simulator import ScayleSimulator

MAIN_WAREHOUSE = "main"


class Trade:
    """Trading at one tenant, in its first shop country. Implements `common.trade.StorefrontTrade`."""

    def __init__(self, simulator: "ScayleSimulator") -> None:
        self._simulator = simulator
        self._tenant = simulator.tenant

    # ---- the shopkeeper

    def sell(self, goods: Sequence[Goods]) -> None:
        """Put articles on sale, or change them: from now on so many units are offered.

        Raises:
            NotPossible: one size of a product is to be taken off sale by itself.
        """
        with self._tenant.lock:
            warehouse = self._warehouse()
            for each in goods:
                variant = self._tenant.variants_by_key.get(each.sku) or self._new(each)
                variant.price_minor = each.price_minor
                self._name(variant, each)
                merchant = self._tenant.default_merchant
                stock.lay(self._tenant, variant, warehouse, merchant, each.stock)

    def _name(self, variant: Variant, goods: Goods) -> None:
        """Name a product and switch it on or off; one that comes in sizes keeps its name, and no size is off by itself."""
        if len(variant.product.variants) == 1:
            variant.product.name = goods.title
            variant.product.state = "live" if goods.active else "blocked"
        elif not goods.active:
            raise NotPossible(f"{goods.sku} is one size of {variant.product.key}: only the whole product can be taken off")

    def _new(self, goods: Goods) -> Variant:
        product = self._tenant.add_product(goods.sku, goods.title)
        return self._tenant.add_variant(product, goods.sku, price_minor=goods.price_minor, currency=goods.currency)

    def _warehouse(self) -> Warehouse:
        """The first warehouse; a tenant that has none yet gets one."""
        tenant = self._tenant
        if not tenant.warehouses:
            warehouse = tenant.add_warehouse(MAIN_WAREHOUSE)
            tenant.open_shop(self._simulator.shop_country, warehouse, tenant.default_merchant)
        return next(iter(tenant.warehouses.values()))

    # ---- the customers

    def place(self, wish: Wish) -> ShopOrder | None:
        """Place an order; None where the checkout refuses because too few are left.

        Raises:
            NotPossible: an article is not on sale here, or the country is not known.
        """
        try:
            order = ordering.place(
                self._tenant,
                self._simulator.shop_country,
                [(line.sku, line.quantity) for line in wish.lines],
                buyer=_buyer(wish),
                shipping_minor=wish.shipping_minor,
                discount_minor=wish.discount_minor,
                paid=wish.paid,
            )
        except ordering.OutOfStock:
            return None
        except (ordering.NotOnSale, LookupError) as error:
            raise NotPossible(str(error)) from error
        return shop_order(order)

    def cancel(self, ref: str) -> None:
        """The customer changes his mind; where the merchant must be asked, his answer decides.

        Raises:
            NotPossible: nobody knows that order, or it has left.
        """
        with self._tenant.lock:
            self._simulator.tick()
            order = self._tenant.orders.get(int(ref)) if ref.isdecimal() else None
            if order is None:
                raise NotPossible(f"nobody knows an order {ref}")
            try:
                requests = cancelling.cancel(self._tenant, order)
            except cancelling.TooLate as error:
                raise NotPossible(str(error)) from error
            for request in requests:
                self._simulator.webhooks.ask_to_cancel(request)

    # ---- what is true

    def books(self) -> ShopBooks:
        with self._tenant.lock:
            self._simulator.tick()
            left = {
                sku: sum(stock.sellable(self._tenant, row) for row in variant.stocks.values())
                for sku, variant in self._tenant.variants_by_key.items()
            }
            orders = tuple(shop_order(order) for order in self._tenant.orders.values())
            return ShopBooks(orders, left, stock.oversold_units(self._tenant))


def _buyer(wish: Wish) -> dict[str, str]:
    """A business that did not say its name goes by the buyer's."""
    buyer = {name: str(value) for name, value in asdict(wish.buyer).items()}
    if wish.trade and not buyer["company"]:
        buyer["company"] = buyer["name"]
    return buyer


def shop_order(order: Order) -> ShopOrder:
    """Say an order in nobody's words; its units are put together again by article."""
    parcels = [
        TradeParcel(
            str(package.id),
            _lines([item for item in order.items if item.package is package]),
            (package.shipment_key,) if package.shipment_key else (),
        )
        for package in order.packages
        if package.shipped_at is not None
    ]
    return ShopOrder(
        str(order.id),
        order.public_key,
        order.created_at,
        _lines(order.items),
        order.value_minor,
        order.shop_country.currency,
        books.cancelled(order),
        tuple(parcels),
        order.accepted_at is not None,
    )


def _lines(items: Sequence[Item]) -> tuple[TradeLine, ...]:
    units = Counter(item.variant.key for item in items)
    return tuple(TradeLine(sku, quantity) for sku, quantity in units.items())
