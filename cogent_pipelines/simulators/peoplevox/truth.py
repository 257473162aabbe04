"""The warehouse's own account of what happened, for tests and for `/_sim/books`.

Everything here is read from the books; nothing is changed. A client under test is judged by this account.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from cogent_pipelines.simulators.peoplevox.entities import (
    Despatch,
    GoodsIn,
    GoodsReturn,
    SalesOrder,
    StockChange,
    StockLevel,
)

if TYPE_CHECKING:
    from cogent_pipelines.simulators.peoplevox.warehouse import Warehouse


class Truth:
    """Answers about one warehouse's books."""

    def __init__(self, warehouse: "Warehouse") -> None:
        self._warehouse = warehouse

    # ---- orders

    def times_created(self, number: str) -> int:
        """Count how often an order came into being under this number, stray spaces and case aside."""
        return self._warehouse.times_created_plainly[_plain(number)]

    def times_updated(self, number: str) -> int:
        order = self._warehouse.orders.get(number)
        return order.updated if order else 0

    def status(self, number: str) -> str:
        return self._warehouse.status_of(self._warehouse.orders[number])

    def duplicates(self) -> list[list[str]]:
        """Give groups of numbers that stand for one order: variants of a number, or one customer reference twice."""
        groups: dict[str, set[str]] = defaultdict(set)
        for number, order in self._warehouse.orders.items():
            groups["number " + _plain(number)].add(number)
            if reference := order.text("CustomerPurchaseOrderReferenceNumber").strip():
                groups["reference " + reference].add(number)
        created_twice = [[number] for number, count in self._warehouse.times_created.items() if count > 1]
        seen = {tuple(sorted(numbers)) for numbers in groups.values() if len(numbers) > 1}
        return [list(numbers) for numbers in sorted(seen)] + created_twice

    def allocated_incomplete(self) -> list[str]:
        """Give the orders that were allocated before all of their lines were there."""
        return [number for number, order in self._warehouse.orders.items() if order.allocated_incomplete]

    def picked_incomplete(self) -> list[str]:
        """Give the orders that were picked before all of their lines were there."""
        return [number for number, order in self._warehouse.orders.items() if order.picked_incomplete]

    def ordered_units(self, number: str) -> dict[str, int]:
        units: dict[str, int] = defaultdict(int)
        for line in self._warehouse.orders[number].lines.values():
            units[line.item_code] += line.quantity
        return dict(units)

    def value(self, number: str) -> str:
        """Give the goods' value of an order as the warehouse stores it."""
        lines = self._warehouse.orders[number].lines.values()
        return str(sum((line.sale_price * line.quantity for line in lines if line.sale_price is not None), start=0))

    def oversold(self) -> dict[str, int]:
        """Give the items of which open orders want more than there is, with the number of units missing."""
        warehouse, wanted = self._warehouse, defaultdict[str, int](int)
        for order in warehouse.orders.values():
            for line in order.lines.values() if order.open else ():
                for item_code, each in warehouse.components.get(line.item_code, {line.item_code: 1}).items():
                    wanted[item_code] += (line.outstanding - line.allocated) * each
        free: dict[str, int] = defaultdict(int)
        for level in warehouse.stock.levels.values():
            free[level.item_code] += int(level.available)
        missing = {item_code: wanted.get(item_code, 0) - free.get(item_code, 0) for item_code in {*wanted, *free}}
        return {item_code: units for item_code, units in sorted(missing.items()) if units > 0}

    # ---- the whole, as JSON

    def books(self, *, numbers: Iterable[str] | None = None, stock_history: bool = False) -> dict[str, Any]:
        """Give everything; of a large warehouse, rather take `chapters` one by one."""
        told = {name: list(rows) for name, rows in self.chapters(numbers=numbers, stock_history=stock_history).items()}
        orders = {order["number"]: order for order in told.pop("sales_orders")}
        return {**self.summary(), "sales_orders": orders, **told}

    def summary(self) -> dict[str, Any]:
        """Give what is worth knowing at once: what went wrong, and the counts."""
        warehouse = self._warehouse
        return {
            "now": warehouse.clock.now().isoformat(),
            "deleted_sales_orders": [order.number for order in warehouse.deleted_orders],
            "times_created": dict(warehouse.times_created),
            "duplicates": self.duplicates(),
            "allocated_incomplete": self.allocated_incomplete(),
            "picked_incomplete": self.picked_incomplete(),
            "oversold": self.oversold(),
        }

    def chapters(
        self, *, numbers: Iterable[str] | None = None, stock_history: bool = False
    ) -> dict[str, Iterator[dict[str, Any]]]:
        """Give the long parts of the books, row by row, as they stand now; of some orders only, where they are named."""
        warehouse = self._warehouse
        wanted = None if numbers is None else {number for number in numbers if number in warehouse.orders}
        orders = [o for o in warehouse.orders.values() if wanted is None or o.number in wanted]
        despatches = [d for d in warehouse.despatches.values() if wanted is None or d.order_number in wanted]
        levels = list(warehouse.stock.levels.values()) if wanted is None else []
        changes = warehouse.stock.changes[:] if stock_history else []
        return {
            "sales_orders": (self.order(order) for order in orders),
            "despatches": (_despatch(despatch) for despatch in despatches),
            "stock": (_level(level) for level in levels),
            "stock_history": (_change(change) for change in changes),
            "returns": (_returned(back) for back in warehouse.receiving.returns[:]),
            "goods_in": (_received(receipt) for receipt in warehouse.receiving.goods_in[:]),
        }

    def order(self, order: SalesOrder) -> dict[str, Any]:
        return {
            "number": order.number,
            "status": self._warehouse.status_of(order),
            "reference": order.text("CustomerPurchaseOrderReferenceNumber"),
            "received_at": order.received_at.isoformat(),
            "created": self._warehouse.times_created[order.number],
            "updated": order.updated,
            "held": order.held,
            "short": order.short,
            "picked": order.picked,
            "allocated_incomplete": order.allocated_incomplete,
            "picked_incomplete": order.picked_incomplete,
            "refusals": order.refusals,
            "values": {name: str(value) for name, value in order.values.items() if value not in (None, "")},
            "lines": [
                {
                    "item_code": line.item_code,
                    "line": line.line,
                    "quantity": line.quantity,
                    "allocated": line.allocated,
                    "despatched": line.despatched,
                    "sale_price": None if line.sale_price is None else str(line.sale_price),
                    "saved": line.saved,
                }
                for line in order.lines.values()
            ],
            "despatches": [despatch.number for despatch in order.despatches],
        }

    def stock_history(self, item_code: str | None = None) -> list[dict[str, Any]]:
        changes = self._warehouse.stock.changes
        return [_change(change) for change in changes if item_code is None or change.level.item_code == item_code]


def _level(level: StockLevel) -> dict[str, Any]:
    return {
        "item_code": level.item_code,
        "site": level.site,
        "on_hand": float(level.on_hand),
        "allocated": level.allocated,
        "available": float(level.available),
    }


def _change(change: StockChange) -> dict[str, Any]:
    return {
        "at": change.at.isoformat(),
        "item_code": change.level.item_code,
        "site": change.level.site,
        "on_hand": float(change.on_hand),
        "allocated": change.allocated,
        "activity": change.activity,
        "reason": change.reason,
        "sales_order": change.order_number,
    }


def _returned(back: GoodsReturn) -> dict[str, Any]:
    return {
        "code": back.code,
        "sales_order": back.order_number,
        "item_code": back.item_code,
        "quantity": back.quantity,
        "reusable": back.reusable,
        "at": back.at.isoformat(),
    }


def _received(receipt: GoodsIn) -> dict[str, Any]:
    return {
        "reference": receipt.reference,
        "item_code": receipt.item_code,
        "quantity": receipt.quantity,
        "purchase_order": receipt.purchase_order,
        "at": receipt.at.isoformat(),
    }


def _plain(number: str) -> str:
    return number.strip().casefold()


def _despatch(despatch: Despatch) -> dict[str, Any]:
    return {
        "number": despatch.number,
        "sales_order": despatch.order_number,
        "known": despatch.order is not None,
        "at": despatch.at.isoformat(),
        "carrier": despatch.carrier,
        "service": despatch.service,
        "parcels": [
            {
                "name": parcel.name,
                "tracking": parcel.tracking,
                "lines": [
                    {
                        "item_code": line.item_code,
                        "line": line.line,
                        "quantity": line.quantity,
                        "parent": line.parent,
                        "parent_quantity": line.parent_quantity,
                    }
                    for line in parcel.lines
                ],
            }
            for parcel in despatch.parcels
        ],
    }
