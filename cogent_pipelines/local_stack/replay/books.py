"""Both stand-ins' own books, laid side by side: what was sold, what arrived, what left, what was told, and for how much.

Only the vendors' accounts are read. The one thing taken from elsewhere is which spellings the warehouse was never given.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from sys import intern
from typing import Any

from cogent_pipelines.local_stack.replay.invoices import Nature, nature_of
from cogent_pipelines.local_stack.replay.vendors import Shop, Warehouse

Units = Mapping[str, int]
_NAMED = 20


@dataclass(frozen=True, slots=True)
class Sold:
    """A sales order as the warehouse has it. `value_minor`: its lines at its prices, and delivery."""

    number: str
    times: int
    units: Units
    value_minor: int


@dataclass(slots=True)
class Judged:
    """What the two books say together. Values are in minor units, tax included where prices include it."""

    orders: int = 0
    at_the_warehouse: int = 0
    kept_back: int = 0
    fulfilments: int = 0
    fulfilled: int = 0
    storefront_value_minor: int = 0
    warehouse_value_minor: int = 0
    lost: int = 0
    duplicated: int = 0
    named: dict[str, list[str]] = field(default_factory=dict)

    def name(self, what: str, order: str) -> None:
        """Remember some names for a person to look up."""
        names = self.named.setdefault(what, [])
        if len(names) < _NAMED:
            names.append(order)


def judge(shop: Shop, warehouse: Warehouse, *, strange: AbstractSet[str]) -> Judged:
    """Compare order by order.

    An order is lost where the warehouse does not have it whole, unless it holds no goods at all or a spelling in `strange`,
    which must be held. It is doubled where the warehouse got it more than once, or more units of it, or the shop was told
    of more units than were ordered.
    """
    sold = _by_reference(warehouse)
    judged = Judged()
    for order in shop.orders():
        judged.orders += 1
        _judge_one(judged, order, sold.pop(order["name"], []), strange)
    for left in sold.values():
        # What no order of the shop accounts for was made up on the way.
        judged.duplicated += 1
        judged.name("unknown to the shop", left[0].number)
    return judged


def _judge_one(judged: Judged, order: Mapping[str, Any], sold: list[Sold], strange: AbstractSet[str]) -> None:
    goods = _units((line["sku"], line["quantity"]) for line in order["lines"] if _is_goods(line))
    there = _sum(each.units for each in sold)
    told = _told(order)
    if sold:
        judged.at_the_warehouse += 1
        judged.storefront_value_minor += order["total_minor"]
        judged.warehouse_value_minor += sum(each.value_minor for each in sold)
    if not goods or not strange.isdisjoint(goods):
        judged.kept_back += not sold
    elif not _covers(there, goods):
        judged.lost += 1
        judged.name("lost", order["name"])
    if _is_doubled(sold, there, goods) or not _covers(goods, told):
        judged.duplicated += 1
        judged.name("duplicated", order["name"])
    judged.fulfilments += sum(parcel["status"] == "SUCCESS" for parcel in order["parcels"])
    judged.fulfilled += bool(goods) and _covers(told, goods)


def _is_doubled(sold: list[Sold], there: Units, goods: Units) -> bool:
    return len(sold) > 1 or any(each.times > 1 for each in sold) or not _covers(goods, there)


def _is_goods(line: Mapping[str, Any]) -> bool:
    return bool(line["sku"]) and nature_of(line["sku"]) is Nature.GOODS


def _told(order: Mapping[str, Any]) -> Units:
    live = (parcel for parcel in order["parcels"] if parcel["status"] == "SUCCESS")
    return _units((line["sku"], line["quantity"]) for parcel in live for line in parcel["lines"])


def _by_reference(warehouse: Warehouse) -> dict[str, list[Sold]]:
    """Every sales order under the name of the order that it says it stands for."""
    found: dict[str, list[Sold]] = {}
    for order in _sales_orders(warehouse):
        found.setdefault(order["reference"], []).append(_sold(order))
    return found


def _sales_orders(warehouse: Warehouse) -> Iterator[Mapping[str, Any]]:
    return (value for chapter, _, value in warehouse.books() if chapter == "sales_orders")


def _sold(order: Mapping[str, Any]) -> Sold:
    goods = sum((Decimal(line["sale_price"] or 0) * line["quantity"] for line in order["lines"]), Decimal(0))
    value = goods + Decimal(order["values"].get("ShippingCost") or 0)
    minor = int(value.scaleb(2).quantize(Decimal(1), ROUND_HALF_UP))
    units = _units((line["item_code"], line["quantity"]) for line in order["lines"])
    return Sold(order["number"], order["created"], units, minor)


def _units(rows: Iterable[tuple[str, int]]) -> Units:
    counted: Counter[str] = Counter()
    for sku, units in rows:
        counted[intern(sku)] += units
    return dict(counted)


def _sum(parts: Iterable[Units]) -> Units:
    return _units(row for part in parts for row in part.items())


def _covers(units: Units, wanted: Units) -> bool:
    return all(units.get(sku, 0) >= count for sku, count in wanted.items())
