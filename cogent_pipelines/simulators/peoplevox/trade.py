"""Trading at the simulated tenant in nobody's words: `common.trade` said in the warehouse's own."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING

from cogent_pipelines.simulators.common.trade import (
    Goods,
    NotPossible,
    Tracking,
    TradeLine,
    TradeParcel,
    WarehouseBooks,
    WarehouseOrder,
)
from cogent_pipelines.simulators.peoplevox.entities import Parcel, SalesOrder
from cogent_pipelines.simulators.peoplevox.floor import NothingToDespatch

if TYPE_CHECKING:
    from cogent_pipelines.simulators.peoplevox.simulator import PeoplevoxSimulator

_CURRENCY = "GBP"


class PeoplevoxTrade:
    """A `WarehouseTrade`."""

    def __init__(self, simulator: "PeoplevoxSimulator") -> None:
        self._simulator = simulator
        self._warehouse = simulator.warehouse

    def stock(self, goods: Sequence[Goods]) -> None:
        self._warehouse.add_items(
            {"ItemCode": article.sku, "Name": article.title, "OnHand": article.stock} for article in goods
        )
        for article in goods:
            if not article.active:
                self._warehouse.deactivate_item(article.sku)

    def adjust(self, sku: str, *, by: int) -> None:
        self._warehouse.adjust_stock(sku, by=by)

    def work_by_itself(self, *, seconds: float | None) -> None:
        third = (seconds or 0.0) / 3
        self._simulator.switches.change(
            works_by_itself=seconds is not None,
            pick_after_seconds=third,
            pack_after_seconds=third,
            despatch_after_seconds=third,
        )

    def despatch(
        self, ref: str, *, quantities: Mapping[str, int] | None = None, tracking: Tracking = "now", parcels: int = 1
    ) -> None:
        order = self._warehouse.orders.get(ref)
        if order is None or order.held:
            raise NotPossible(f"{ref} is not here, or not released")
        try:
            self._warehouse.floor.despatch(ref, quantities=quantities, tracking=tracking, parcels=parcels)
        except NothingToDespatch as nothing:
            raise NotPossible(str(nothing)) from None

    def despatch_unknown(self, ref: str, *, sku: str) -> None:
        self._warehouse.floor.despatch_unknown(ref, item_code=sku)

    def tracking_arrives(self) -> None:
        self._warehouse.floor.tracking_arrives()

    def outage(self, seconds: float) -> None:
        self._simulator.outage(seconds)

    def tick(self) -> None:
        self._warehouse.tick()

    def books(self) -> WarehouseBooks:
        free: dict[str, int] = defaultdict(int)
        for level in self._warehouse.stock.levels.values():
            free[level.item_code] += int(level.available)
        orders = tuple(self._order(order) for order in self._warehouse.orders.values())
        return WarehouseBooks(orders, dict(free), self._warehouse.truth.oversold())

    def _order(self, order: SalesOrder) -> WarehouseOrder:
        lines = order.lines.values()
        goods = sum(((line.sale_price or Decimal(0)) * line.quantity for line in lines), start=Decimal(0))
        value = goods + Decimal(str(order.values.get("ShippingCost") or 0))
        return WarehouseOrder(
            ref=order.number,
            number=order.number,
            created=self._warehouse.truth.times_created(order.number),
            released=not order.held and bool(order.lines),
            lines=tuple(TradeLine(line.item_code, line.quantity) for line in lines),
            value_minor=int(value.scaleb(2).quantize(Decimal(1), ROUND_HALF_UP)),
            currency=_CURRENCY,
            cancelled=not order.open and not order.despatches,
            parcels=tuple(self._parcels(order)),
        )

    @staticmethod
    def _parcels(order: SalesOrder) -> list[TradeParcel]:
        return [
            TradeParcel(f"{despatch.number}/{parcel.name}", _lines(parcel), (parcel.tracking,) if parcel.tracking else ())
            for despatch in order.despatches
            for parcel in despatch.parcels
        ]


def _lines(parcel: Parcel) -> tuple[TradeLine, ...]:
    """What was ordered of it: the components of a kit count as the kit, once."""
    units: dict[tuple[str, str], int] = {}
    for line in parcel.lines:
        key = line.line, line.parent or line.item_code
        units[key] = line.parent_quantity if line.parent else units.get(key, 0) + line.quantity
    return tuple(TradeLine(item_code, quantity) for (_, item_code), quantity in units.items())
