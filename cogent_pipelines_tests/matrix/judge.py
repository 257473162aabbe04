"""What two vendors' books say of a day, laid side by side. Our ledger is asked only what it holds back, and why."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass

from cogent_pipelines.simulators.common.trade import ShopBooks, ShopOrder, TradeLine, WarehouseBooks, WarehouseOrder


@dataclass(frozen=True, slots=True)
class Verdict:
    """One pair's day in figures. `unsettled` says in words what has not come to its end."""

    orders: int
    acknowledged: int
    held: int
    fulfilments: int
    lost: int
    duplicated: int
    oversold_units: int
    unsettled: tuple[str, ...] = ()

    @property
    def clean(self) -> bool:
        return not (self.lost or self.duplicated or self.oversold_units or self.unsettled)

    def as_json(self) -> dict[str, int]:
        return {name: value for name, value in asdict(self).items() if name != "unsettled"}


def stands_for(ref: str, order: ShopOrder) -> bool:
    """Whether a sales order of this reference is that order of the shop: its id or its name, perhaps with a prefix."""
    return _plain(ref) in {_plain(order.ref), _plain(order.name)}


def judge(
    shop: ShopBooks, warehouse: WarehouseBooks, held: Mapping[str, str], explained: Mapping[str, int] | None = None
) -> Verdict:
    """Lay the books side by side.

    `held` are the orders (by their id) that a named case keeps back; `explained` what reconciliation has explained of an
    order's value, in minor units: the storefront's less the warehouse's.
    """
    known_as: dict[str, list[WarehouseOrder]] = {}
    for sold in warehouse.sales_orders:
        known_as.setdefault(_plain(sold.ref), []).append(sold)
    there = {
        order.ref: [sold for name in {_plain(order.ref), _plain(order.name)} for sold in known_as.get(name, ())]
        for order in shop.orders
    }
    lost = [order.name for order in shop.orders if order.ref not in held and not _whole(order, there[order.ref])]
    return Verdict(
        orders=len(shop.orders),
        acknowledged=sum(any(sold.released for sold in there[order.ref]) for order in shop.orders),
        held=len([order for order in shop.orders if order.ref in held]),
        fulfilments=sum(len(order.parcels) for order in shop.orders),
        lost=len(lost),
        duplicated=sum(_twice(order, there[order.ref]) for order in shop.orders),
        oversold_units=max(shop.oversold_units, sum(warehouse.short.values()), _below_zero(shop.stock)),
        unsettled=(
            *_unsettled(shop, warehouse, there, held),
            *_unexplained(shop, there, explained or {}),
        ),
    )


def _whole(order: ShopOrder, sold: Iterable[WarehouseOrder]) -> bool:
    wanted = units_in(order.lines)
    return any(units_in(each.lines) == wanted for each in sold)


def _twice(order: ShopOrder, sold: list[WarehouseOrder]) -> bool:
    """At the warehouse twice, or told of more than was ordered, or of one tracking number twice."""
    told = units_in(line for parcel in order.parcels for line in parcel.lines)
    numbers = Counter(number for parcel in order.parcels for number in parcel.tracking_numbers)
    return (
        len(sold) > 1
        or any(each.created > 1 for each in sold)
        or bool(told - units_in(order.lines))
        or any(times > 1 for times in numbers.values())
    )


def _unsettled(
    shop: ShopBooks,
    warehouse: WarehouseBooks,
    there: Mapping[str, list[WarehouseOrder]],
    held: Mapping[str, str],
) -> Iterable[str]:
    for order in shop.orders:
        for sold in there[order.ref]:
            left = parcels_in(sold)
            if units_in(line for parcel in sold.parcels for line in parcel.lines) != units_in(sold.lines):
                yield f"{order.name} has not left the warehouse"
            if Counter((lines, numbers) for lines, numbers in parcels_in(order)) != Counter(left):
                yield f"{order.name}: the shop was told {parcels_in(order)}, and {left} left"
    kept = units_in(line for order in shop.orders if order.ref in held and not order.cancelled for line in order.lines)
    for sku, units in warehouse.stock.items():
        if sku in shop.stock and shop.stock[sku] != max(0, units - kept[sku]):
            yield f"the shop offers {shop.stock[sku]} of {sku}, and {units} are free, {kept[sku]} of them spoken for"


def _unexplained(shop: ShopBooks, there: Mapping[str, list[WarehouseOrder]], explained: Mapping[str, int]) -> Iterable[str]:
    """A warehouse that keeps prices per unit cannot say every sum; what it cannot must be explained to the penny."""
    for order in shop.orders:
        for sold in there[order.ref]:
            gap, known = order.value_minor - sold.value_minor, explained.get(order.ref, 0)
            # Totals that agree are equal, whatever the lines of a warehouse that rounds each of them come to.
            if gap and gap != known:
                yield f"{order.name}: {gap} minor units between the two sides, {known} of them explained"


def parcels_in(order: ShopOrder | WarehouseOrder) -> list[tuple[tuple[tuple[str, int], ...], tuple[str, ...]]]:
    return [(tuple(sorted(units_in(parcel.lines).items())), parcel.tracking_numbers) for parcel in order.parcels]


def units_in(lines: Iterable[TradeLine]) -> Counter[str]:
    counted: Counter[str] = Counter()
    for line in lines:
        counted[line.sku] += line.quantity
    return counted


def _below_zero(stock: Mapping[str, int]) -> int:
    return -sum(units for units in stock.values() if units < 0)


def _plain(name: str) -> str:
    """Without `#`, prefix and case: what is left of the name from its first digit on, or all of it."""
    text = name.rpartition("/")[2].lstrip("#").strip()
    found = re.search(r"\d.*$", text)
    return (found.group() if found else text).casefold()
