"""The two stand-ins' own books, laid side by side: what was sold, what arrived, what left, what was told.

Only the vendors' accounts are read here. Whether our ledger agrees is not asked.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from cogent_pipelines.local_stack.demo.vendors import Shop, Warehouse, without_prefix

Units = Mapping[str, int]


@dataclass(frozen=True, slots=True)
class ShopOrder:
    """An order as the shop has it. `fulfilments` are the parcels that it was told of."""

    identity: str
    name: str
    ordered: Units
    fulfilments: tuple[Units, ...] = ()

    @property
    def fulfilled(self) -> Units:
        return _sum(self.fulfilments)


@dataclass(frozen=True, slots=True)
class SalesOrder:
    """An order as the warehouse has it. `created` counts how often it came into being."""

    number: str
    reference: str
    created: int
    ordered: Units
    parcels: tuple[Units, ...] = ()

    @property
    def despatched(self) -> Units:
        return _sum(self.parcels)


@dataclass(frozen=True)
class Books:
    """Both sides at one moment."""

    orders: tuple[ShopOrder, ...]
    sales_orders: tuple[SalesOrder, ...]
    shop_stock: Units = field(default_factory=dict)
    warehouse_stock: Units = field(default_factory=dict)
    short_at_warehouse: Units = field(default_factory=dict)
    """Units that the warehouse promised and does not have, by item."""
    sold_beyond_stock: int = 0
    """Units that the shop says it sold although it had none left to sell."""
    parcels: int = 0

    @cached_property
    def counterparts(self) -> Mapping[str, list[SalesOrder]]:
        """The sales orders of each order of the shop, by the order's identity."""
        known_as: dict[str, list[SalesOrder]] = {}
        for sold in self.sales_orders:
            for name in {without_prefix(sold.number), without_prefix(sold.reference)}:
                known_as.setdefault(name, []).append(sold)
        return {order.identity: _unique(known_as, order) for order in self.orders}

    def lost(self, *, held: Collection[str]) -> list[str]:
        """Name the orders that are not at the warehouse, or not whole, though nothing had to hold them back."""
        return [
            order.name
            for order in self.orders
            if order.identity not in held and not _covers(_sum(s.ordered for s in self.counterparts[order.identity]), order)
        ]

    def duplicated(self) -> list[str]:
        """Name the orders that the warehouse got twice, wholly or in part, or whose parcels the shop was told twice."""
        return [
            order.name
            for order in self.orders
            if self._twice_at_the_warehouse(order) or not _at_most(order.fulfilled, order.ordered)
        ]

    def strangers(self) -> list[str]:
        """Number the sales orders that stand for no order of the shop."""
        meant = {sold.number for found in self.counterparts.values() for sold in found}
        return [sold.number for sold in self.sales_orders if sold.number not in meant]

    def oversold_units(self) -> int:
        """Count the units sold that neither side has: promised beyond stock, or below zero at the shop."""
        below_zero = -sum(units for units in self.shop_stock.values() if units < 0)
        return max(self.sold_beyond_stock, below_zero, sum(self.short_at_warehouse.values()))

    def fulfilments(self) -> int:
        return sum(len(order.fulfilments) for order in self.orders)

    def unsettled(self, *, held: Collection[str]) -> list[str]:
        """Say what is still under way; empty when the day has settled."""
        waiting = [f"{name} is not at the warehouse" for name in self.lost(held=held)]
        for order in self.orders:
            for sold in self.counterparts[order.identity]:
                if sold.despatched != sold.ordered:
                    waiting.append(f"{order.name} has not left the warehouse")
                elif order.fulfilled != sold.despatched:
                    waiting.append(f"the shop does not know of every parcel of {order.name}")
        return waiting + self._stock_apart(held)

    def _stock_apart(self, held: Collection[str]) -> list[str]:
        kept = _sum(order.ordered for order in self.orders if order.identity in held)
        expected = {sku: units - kept.get(sku, 0) for sku, units in self.warehouse_stock.items() if sku in self.shop_stock}
        return [f"the stock of {sku} differs" for sku, units in expected.items() if self.shop_stock[sku] != max(0, units)]

    def _twice_at_the_warehouse(self, order: ShopOrder) -> bool:
        found = self.counterparts[order.identity]
        too_much = not _at_most(_sum(sold.ordered for sold in found), order.ordered)
        return len(found) > 1 or too_much or any(sold.created > 1 for sold in found)


def read_books(shop: Shop, warehouse: Warehouse) -> Books:
    """Read both sides, the warehouse first: what it has, the shop had before."""
    warehouses, shops = warehouse.books(), shop.books()
    parcels: dict[str, list[Units]] = {}
    for despatch in warehouses["despatches"]:
        for parcel in despatch["parcels"]:
            units = _units((line["parent"] or line["item_code"], line["quantity"]) for line in parcel["lines"])
            parcels.setdefault(despatch["sales_order"], []).append(units)
    return Books(
        orders=tuple(_shop_order(order) for order in shops["orders"]),
        sales_orders=tuple(
            SalesOrder(
                number=order["number"],
                reference=order["reference"],
                created=order["created"],
                ordered=_units((line["item_code"], line["quantity"]) for line in order["lines"]),
                parcels=tuple(parcels.get(order["number"], ())),
            )
            for order in warehouses["sales_orders"].values()
        ),
        shop_stock={level["sku"]: level["available"] for level in shops["stock"]},
        warehouse_stock=_units((level["item_code"], int(level["available"])) for level in warehouses["stock"]),
        short_at_warehouse={sku: int(units) for sku, units in warehouses["oversold"].items()},
        sold_beyond_stock=shops["oversold_units"],
        parcels=sum(len(despatch["parcels"]) for despatch in warehouses["despatches"]),
    )


def _shop_order(order: Mapping[str, Any]) -> ShopOrder:
    return ShopOrder(
        identity=str(order["id"]).rsplit("/", 1)[-1],
        name=order["name"],
        ordered=_units((line["sku"] or "", line["quantity"]) for line in order["lines"]),
        fulfilments=tuple(
            _units((line["sku"] or "", line["quantity"]) for line in parcel["lines"])
            for parcel in order["parcels"]
            if parcel["status"] == "SUCCESS"
        ),
    )


def _unique(known_as: Mapping[str, list[SalesOrder]], order: ShopOrder) -> list[SalesOrder]:
    """Those that go by either of the order's two names."""
    found = [sold for name in (order.identity, order.name.lstrip("#")) for sold in known_as.get(name, ())]
    return list({sold.number: sold for sold in found}.values())


def _covers(units: Units, order: ShopOrder) -> bool:
    return all(units.get(sku, 0) >= wanted for sku, wanted in order.ordered.items())


def _at_most(units: Units, limit: Units) -> bool:
    return all(count <= limit.get(sku, 0) for sku, count in units.items())


def _units(rows: Iterable[tuple[str, int]]) -> Units:
    counted: Counter[str] = Counter()
    for sku, units in rows:
        counted[sku] += units
    return dict(counted)


def _sum(parts: Iterable[Units]) -> Units:
    return _units(row for part in parts for row in part.items())
