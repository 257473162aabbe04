"""Trading at a depot in nobody's words: `common.trade` for every vendor that stands on one."""

from collections.abc import Callable, Mapping, Sequence

from cogent_pipelines.simulators.common.depot.books import short_units
from cogent_pipelines.simulators.common.depot.floor import Depot, NotNow
from cogent_pipelines.simulators.common.depot.records import Order, Parcel, Stage
from cogent_pipelines.simulators.common.trade import (
    Goods,
    NotPossible,
    Tracking,
    TradeLine,
    TradeParcel,
    WarehouseBooks,
    WarehouseOrder,
)


class DepotTrade:
    """A `WarehouseTrade`. An order in parts is one order here."""

    def __init__(self, depot: Depot, go_away: Callable[[float], None]) -> None:
        self._depot = depot
        self._go_away = go_away

    def stock(self, goods: Sequence[Goods]) -> None:
        for one in goods:
            article = self._depot.stock.open(one.sku)
            article.title, article.price_minor, article.active = one.title, one.price_minor, one.active
            article.changed_at = self._depot.clock.now()
            self._depot.stock.count(article, one.stock)
        self._depot.stock_arrived()

    def adjust(self, sku: str, *, by: int) -> None:
        try:
            self._depot.adjust(sku, by)
        except NotNow as error:
            raise NotPossible(str(error)) from None

    def work_by_itself(self, *, seconds: float | None) -> None:
        third = (seconds or 0.0) / 3
        self._depot.switches.change(
            works_by_itself=seconds is not None,
            pick_after_seconds=third,
            pack_after_seconds=third,
            despatch_after_seconds=third,
        )
        self._depot.set_all_to_work()

    def despatch(
        self, ref: str, *, quantities: Mapping[str, int] | None = None, tracking: Tracking = "now", parcels: int = 1
    ) -> None:
        self._depot.tick()
        orders = [order for order in self._depot.by_ref.get(ref, ()) if order.open]
        if not orders:
            raise NotPossible(f"{ref} is not here, or nothing of it is left")
        # Of an order in parts, the part that can leave; where none can, the first says why.
        ready = [order for order in orders if any(line.allocated for line in order.lines)] or orders
        try:
            self._depot.despatch(ready[0], quantities=quantities, tracking=tracking, parcels=parcels)
        except NotNow as error:
            raise NotPossible(str(error)) from None

    def despatch_unknown(self, ref: str, *, sku: str) -> None:
        self._depot.despatch_unknown(ref, sku)

    def tracking_arrives(self) -> None:
        self._depot.bay.tracking_arrives(self._depot.clock.now())

    def outage(self, seconds: float) -> None:
        self._go_away(seconds)

    def tick(self) -> None:
        self._depot.tick()

    def books(self) -> WarehouseBooks:
        first = [order for order in self._depot.orders.values() if order.id == order.family and not order.by_hand]
        free = {article.sku: int(article.free // 1) for article in self._depot.stock}
        return WarehouseBooks(tuple(self._order(order) for order in first), free, short_units(self._depot))

    def _order(self, order: Order) -> WarehouseOrder:
        family = self._depot.family(order)
        units: dict[str, int] = {}
        for part in family:
            for line in part.lines:
                units[line.sku] = units.get(line.sku, 0) + line.quantity
        over = (Stage.CANCELLED, Stage.REJECTED)
        return WarehouseOrder(
            ref=order.ref,
            number=str(order.id),
            created=self._depot.created[order.ref],
            released=any(part.stage not in (Stage.HELD, *over) for part in family),
            lines=tuple(TradeLine(sku, quantity) for sku, quantity in units.items()),
            value_minor=order.value_minor,
            currency=order.currency,
            cancelled=all(part.stage in over for part in family),
            parcels=tuple(_parcel(parcel) for part in family for despatch in part.despatches for parcel in despatch.parcels),
        )


def _parcel(parcel: Parcel) -> TradeParcel:
    lines = tuple(TradeLine(content.sku, content.quantity) for content in parcel.contents)
    return TradeParcel(parcel.ref, lines, (parcel.tracking,) if parcel.tracking else ())
