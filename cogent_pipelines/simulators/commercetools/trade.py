"""The day's trade at this storefront: `simulators.common.trade` in the vendor's words."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from cogent_pipelines.simulators.commercetools.catalogue import Article
from cogent_pipelines.simulators.commercetools.deliveries import deliveries_of
from cogent_pipelines.simulators.commercetools.documents import Document
from cogent_pipelines.simulators.commercetools.errors import Refused
from cogent_pipelines.simulators.commercetools.ids import moment_of
from cogent_pipelines.simulators.commercetools.ordering import NO_EXTRAS, Extras
from cogent_pipelines.simulators.commercetools.updating import update
from cogent_pipelines.simulators.common.trade import (
    Goods,
    NotPossible,
    ShopBooks,
    ShopOrder,
    TradeLine,
    TradeParcel,
    Wish,
)

if TYPE_CHECKING:
    from cogent_pipelines.simulators.commercetools.simulator import CommercetoolsSimulator

_LEFT = frozenset({"Shipped", "Delivered", "Partial"})


class CommercetoolsTrade:
    """A `StorefrontTrade`; it takes the project's lock itself."""

    def __init__(self, simulator: "CommercetoolsSimulator") -> None:
        self._simulator = simulator

    def sell(self, goods: Sequence[Goods]) -> None:
        """Put articles on sale, or change them; their stock lies at the supply channel."""
        mine = self._simulator
        with mine.project.lock:
            mine.catalogue.put(
                Article(each.sku, each.title, each.price_minor, each.currency, each.sku, active=each.active)
                for each in goods
            )
            for each in goods:
                self._stock(each.sku, each.stock)

    def _stock(self, sku: str, units: int) -> None:
        mine = self._simulator
        project, channel = mine.project, mine.supply_channel
        entry = mine.stock.entry_at(sku, channel["id"])
        if entry is None:
            mine.stock.add(
                {
                    **project.fresh(),
                    "key": f"{sku}-{channel['key']}",
                    "sku": sku,
                    "supplyChannel": {"typeId": "channel", "id": channel["id"]},
                    "quantityOnStock": units,
                    "availableQuantity": units,
                }
            )
            return
        # What was sold stays sold: the units that lie there are beside those that orders hold.
        wanted = units + mine.stock.reserved(entry["id"])
        action = {"action": "changeQuantity", "quantity": wanted}
        update(
            project,
            mine.messages,
            project.inventory,
            before=entry,
            wanted={"version": entry["version"], "actions": [action]},
            acts=mine.inventory_acts,
            client=None,
        )

    def place(self, wish: Wish, extras: Extras = NO_EXTRAS) -> ShopOrder | None:
        """Place an order; None where the checkout refuses because too few are left.

        Raises:
            NotPossible: an article is not on sale here.
        """
        mine = self._simulator
        with mine.project.lock:
            mine.catch_up()
            try:
                order = mine.ordering.place(wish, extras)
            except Refused as error:
                if error.code == "OutOfStock":
                    return None
                raise NotPossible(error.message) from error
            return shop_order(order)

    def cancel(self, ref: str) -> None:
        """The customer changes his mind; `ref` is the order's id or its number.

        Raises:
            NotPossible: nobody knows that order, or it has left.
        """
        mine = self._simulator
        project = mine.project
        with project.lock:
            order = project.orders.get(ref) or project.orders.find(ref, "orderNumber")
            if order is None:
                raise NotPossible(f"nobody knows the order {ref}")
            if order.get("shipmentState") in _LEFT or next(deliveries_of(order), None) is not None:
                raise NotPossible(f"the order {ref} has left")
            action = {"action": "changeOrderState", "orderState": "Cancelled"}
            update(
                project,
                mine.messages,
                project.orders,
                before=order,
                wanted={"version": order["version"], "actions": [action]},
                acts=mine.order_acts,
                client=None,
            )

    def books(self) -> ShopBooks:
        mine = self._simulator
        with mine.project.lock:
            return ShopBooks(
                orders=tuple(shop_order(order) for order in mine.project.orders),
                stock=mine.offered(),
                oversold_units=sum(mine.stock.oversold.values()),
            )


def shop_order(order: Document) -> ShopOrder:
    return ShopOrder(
        ref=order["id"],
        name=str(order.get("orderNumber") or order["id"]),
        placed_at=moment_of(order["createdAt"]),
        lines=tuple(TradeLine(item["variant"].get("sku", ""), item["quantity"]) for item in order["lineItems"]),
        value_minor=order["totalPrice"]["centAmount"],
        currency=order["totalPrice"]["currencyCode"],
        cancelled=order["orderState"] == "Cancelled",
        parcels=parcels_told(order),
        handed_over=bool(order["syncInfo"]),
    )


def parcels_told(order: Document) -> tuple[TradeParcel, ...]:
    """Give the parcels as they were told: a delivery without parcels is one, its units are in the first that names none."""
    skus = {item["id"]: item["variant"].get("sku", "") for item in order["lineItems"]}
    told = []
    for delivery in deliveries_of(order):
        left = delivery["items"]
        if not delivery["parcels"]:
            told.append(TradeParcel(str(delivery.get("key") or delivery["id"]), _lines(left, skus)))
        for parcel in delivery["parcels"]:
            items = parcel.get("items") or left
            left = [] if items is left else left
            number = parcel.get("trackingData", {}).get("trackingId")
            ref = str(parcel.get("key") or parcel["id"])
            told.append(TradeParcel(ref, _lines(items, skus), (number,) if number else ()))
    return tuple(told)


def _lines(items: Sequence[Document], skus: Mapping[str, str]) -> tuple[TradeLine, ...]:
    units: Counter[str] = Counter()
    for item in items:
        if item["id"] in skus:
            units[skus[item["id"]]] += item["quantity"]
    return tuple(TradeLine(sku, quantity) for sku, quantity in units.items())
