"""Trading at the tenant's live company in nobody's words: `common.trade` said in the warehouse's own."""

from collections.abc import Mapping, Sequence
from decimal import ROUND_FLOOR, ROUND_HALF_UP, Decimal
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
from cogent_pipelines.simulators.orderwise.entities import Order, Stage
from cogent_pipelines.simulators.orderwise.floor import NothingToDespatch
from cogent_pipelines.simulators.orderwise.truth import delivered

if TYPE_CHECKING:
    from cogent_pipelines.simulators.orderwise.simulator import OrderWiseSimulator

_CURRENCY = "GBP"


class OrderWiseTrade:
    """A `WarehouseTrade`."""

    def __init__(self, simulator: "OrderWiseSimulator") -> None:
        self._simulator = simulator
        self._company = simulator.live

    def stock(self, goods: Sequence[Goods]) -> None:
        with self._company.lock:
            for article in goods:
                self._company.add_variant(
                    article.sku,
                    description=article.title,
                    # A variant's price is net of the standard rate.
                    price=Decimal(article.price_minor) / 120,
                    discontinued=not article.active,
                    on_hand=Decimal(article.stock),
                )

    def adjust(self, sku: str, *, by: int) -> None:
        with self._company.lock:
            variant = self._company.by_code.get(sku)
            if variant is None:
                raise NotPossible(f"{sku} is not in the catalogue")
            self._company.adjust(variant, by=Decimal(by))

    def work_by_itself(self, *, seconds: float | None) -> None:
        half = (seconds or 0.0) / 2
        self._simulator.switches.change(
            works_by_itself=seconds is not None, pick_after_seconds=half, despatch_after_seconds=half
        )

    def despatch(
        self, ref: str, *, quantities: Mapping[str, int] | None = None, tracking: Tracking = "now", parcels: int = 1
    ) -> None:
        with self._company.lock:
            self._company.tick()
            orders = self._company.truth.orders_of(ref)
            released = [order for order in orders if order.open and order.stage is not Stage.HELD]
            if not released:
                raise NotPossible(f"{ref} is not here, not released, or has left")
            try:
                self._company.floor.despatch(released[0], quantities=quantities, tracking=tracking, parcels=parcels)
            except NothingToDespatch as nothing:
                raise NotPossible(str(nothing)) from None

    def despatch_unknown(self, ref: str, *, sku: str) -> None:
        with self._company.lock:
            try:
                order = self._company.importing.key_in(ref, sku)
            except ValueError as fault:
                raise NotPossible(str(fault)) from None
            self._company.floor.despatch_regardless(order)

    def tracking_arrives(self) -> None:
        with self._company.lock:
            self._company.floor.tracking_arrives()

    def outage(self, seconds: float) -> None:
        self._simulator.outage(seconds)

    def tick(self) -> None:
        self._simulator.tick()

    def books(self) -> WarehouseBooks:
        """Orders that clients put in, one for each that is there: what came twice is there twice, each saying so."""
        company = self._company
        with company.lock:
            orders = [self._order(order) for order in company.orders.values() if order.session_id is not None]
            free = {company.variants[number].code: _units(company.stock.free(number)) for number in company.stock.by_variant}
            short = {code: -_units(Decimal(str(-units))) for code, units in company.truth.short().items()}
        return WarehouseBooks(tuple(orders), free, short)

    def _order(self, order: Order) -> WarehouseOrder:
        company = self._company
        return WarehouseOrder(
            ref=order.ecommerce_number,
            number=order.number,
            created=company.truth.times_created(order.ecommerce_number),
            released=order.stage is not Stage.HELD,
            lines=tuple(TradeLine(company.variants[line.variant_id].code, int(line.quantity)) for line in order.lines),
            value_minor=int(order.value.scaleb(2).quantize(Decimal(1), ROUND_HALF_UP)),
            currency=_CURRENCY,
            cancelled=order.stage is Stage.CANCELLED,
            parcels=tuple(
                TradeParcel(
                    str(delivery.id),
                    tuple(TradeLine(code, int(units)) for code, units in delivered(company, order, delivery).items()),
                    tuple(number for number in delivery.consignment.split(",") if number),
                )
                for delivery in order.deliveries
            ),
        )


def _units(number: Decimal) -> int:
    return int(number.to_integral_value(ROUND_FLOOR))
