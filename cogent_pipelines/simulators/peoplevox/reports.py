"""What GetReportData gives: the reports, their rows and their column headings.

The headings are the vendor's as seen by several connectors, inconsistent from report to report, and are meant to be.
Some reports are known by name only; their columns are assumed from their neighbours'. A report may lag behind
the books, and may cover only a window of days.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from cogent_pipelines.simulators.peoplevox.entities import (
    DespatchRow,
    GoodsIn,
    GoodsReturn,
    Parcel,
    ParcelLine,
    Record,
    SalesOrder,
    Stage,
    StockChange,
    StockLevel,
)
from cogent_pipelines.simulators.peoplevox.query import Column, Get, View
from cogent_pipelines.simulators.peoplevox.search import Narrowing
from cogent_pipelines.simulators.peoplevox.values import Kind, Value
from cogent_pipelines.simulators.peoplevox.warehouse import Warehouse

Rows = Callable[[Warehouse, Narrowing, datetime], Iterable[Any]]


@dataclass(frozen=True, slots=True)
class Report:
    """One report; `dated` is the column that a window of days applies to."""

    name: str
    columns: tuple[Column, ...]
    rows: Rows
    dated: str = ""

    def view(self) -> View:
        return View({column.name.casefold(): column for column in self.columns}, self.columns, report=True)


class Reports:
    """The reports of one warehouse."""

    def __init__(self, warehouse: Warehouse) -> None:
        self._warehouse = warehouse
        self._reports = {report.name.casefold(): report for report in _all(warehouse)}
        # The same report under the other names by which connectors call it.
        for alias, name in (("return summary", "returns summary"),):
            self._reports[alias] = self._reports[name]

    def named(self, name: str) -> Report | None:
        return self._reports.get(name.strip().casefold())

    def names(self) -> list[str]:
        return [report.name for report in self._reports.values()]

    def rows(self, report: Report, narrowing: Narrowing) -> list[Any]:
        """Give the rows that can match, as old as the lag and as young as the window make them."""
        switches, now = self._warehouse.switches, self._warehouse.clock.now()
        rows = list(report.rows(self._warehouse, narrowing, now - timedelta(seconds=switches.report_lag_seconds)))
        days = switches.report_window_days.get(report.name)
        if days is None or not report.dated:
            return rows
        dated, start = report.view().column(report.dated).get, now - timedelta(days=days)
        return [row for row in rows if isinstance(at := dated(row), datetime) and at >= start]


def _all(warehouse: Warehouse) -> list[Report]:
    item = _Items(warehouse)
    return [
        Report("Despatch summary", _despatch_columns(item), _despatch_rows, "Despatch date"),
        Report("Item inventory summary", _inventory_columns(item), _inventory_rows),
        Report("Item inventory by location", _location_columns(item), _inventory_rows),
        Report("Item availability latest reconciliation", _reconciliation_columns(item), _reconciliation_rows, "Date time"),
        Report("Incremental Changes Report v1", _incremental_columns(item), _incremental_rows, "Timestamp"),
        Report("Item movement history", _movement_columns(item), _movement_rows, "Date timestamp"),
        Report("Returns summary", _return_columns(item), _return_rows, "Return date"),
        Report("Goods in summary", _goods_in_columns(item), _goods_in_rows, "Reconciled date"),
        *(
            Report(name, _order_columns(warehouse), _order_rows(chosen), "Date")
            for name, chosen in (
                ("Sales orders by status", None),
                ("Sales order summary", None),
                ("Outstanding sales orders", lambda order: order.open),
                ("Sales orders allocated", lambda order: order.stage is Stage.ALLOCATED),
            )
        ),
    ]


def _text(name: str, get: Get) -> Column:
    return Column(name, get, "text")


class _Items:
    """Columns that come from an item's own record."""

    def __init__(self, warehouse: Warehouse) -> None:
        self._records = warehouse.items
        self.switches = warehouse.switches

    def units(self, get: Callable[[Any], Decimal | int]) -> Get:
        """Write whole units without decimals; a fraction is cut off unless the switch lets it show."""

        def shown(row: Any) -> Value:
            units = get(row)
            whole = int(units // 1)
            return whole if units == whole or not self.switches.fractional_available else Decimal(units)

        return shown

    def columns(self, code: Callable[[Any], str], fields: Sequence[tuple[str, str, Kind]]) -> list[Column]:
        return [Column(heading, self._get(code, field), kind) for heading, field, kind in fields]

    def _get(self, code: Callable[[Any], str], field: str) -> Get:
        records: dict[tuple[str, ...], Record] = self._records

        def get(row: Any) -> Value:
            record = records.get((code(row),))
            return record.values.get(field) if record else None

        return get


def _attributes(pattern: str) -> list[tuple[str, str, Kind]]:
    return [(pattern.format(number), f"Attribute{number}", "text") for number in range(1, 16)]


# ---- despatches


def _despatch_rows(warehouse: Warehouse, narrowing: Narrowing, until: datetime) -> Iterable[DespatchRow]:
    orders, despatches = narrowing.keys("Salesorder number"), narrowing.keys("Despatch number")
    found: Iterable[DespatchRow]
    if orders is not None:
        found = [row for number in orders for row in warehouse.rows_by_order.get(number, ())]
    elif despatches is not None:
        found = [row for row in warehouse.despatch_rows if row.despatch.number in despatches]
    else:
        start, end = narrowing.span("Despatch date")
        rows = warehouse.despatch_rows
        first = 0 if start is None else bisect_left(rows, start, key=_left_at)
        last = bisect_right(rows, until if end is None else min(end, until), key=_left_at)
        found = rows[first:last]
    if orders is not None or despatches is not None:
        found = [row for row in found if row.despatch.at <= until]
    return found if warehouse.switches.parcel_rows == "per_parcel" else _joined(found, warehouse.switches.parcel_rows)


def _left_at(row: DespatchRow) -> datetime:
    return row.despatch.at


def _joined(rows: Iterable[DespatchRow], how: str) -> list[DespatchRow]:
    """Put the parcels of a despatch together: one row per despatch and line."""
    groups: dict[tuple[str, str, str, str], list[DespatchRow]] = {}
    for row in rows:
        key = (row.despatch.number, row.line.item_code, row.line.line, row.line.parent)
        groups.setdefault(key, []).append(row)
    joined = []
    for group in groups.values():
        first, despatch = group[0].line, group[0].despatch
        numbers = [parcel.tracking for parcel in despatch.parcels if parcel.tracking]
        tracking = ",".join(numbers) if how == "joined_tracking" else "".join(numbers[:1])
        quantity = sum(row.line.quantity for row in group)
        line = ParcelLine(first.item_code, first.line, quantity, first.parent, first.parent_quantity, first.order_line)
        joined.append(DespatchRow(despatch, Parcel("", [line], tracking), line))
    return joined


def _despatch_columns(item: _Items) -> tuple[Column, ...]:
    def of_order(name: str) -> Get:
        return lambda row: row.despatch.order.values.get(name) if row.despatch.order else None

    switches = item.switches
    fields: list[tuple[str, str, Kind]] = [
        ("Item barcode", "Barcode", "text"),
        ("Item description", "Description", "text"),
        ("Default suppliers part number", "DefaultSuppliersPartNumber", "text"),
        ("Item buy price", "BuyPrice", "decimal"),
        ("Item wholesale price", "WholesalePrice", "decimal"),
        ("Item retail price", "RetailPrice", "decimal"),
        ("Item weight", "Weight", "decimal"),
        ("Item height", "Height", "decimal"),
        ("Item width", "Width", "decimal"),
        ("Item depth", "Depth", "decimal"),
        ("Item tags", "Tags", "text"),
        *_attributes("Item attribute {}"),
    ]
    return (
        _text("Salesorder number", lambda row: row.despatch.order_number),
        Column("Requested delivery date", of_order("RequestedDeliveryDate"), "date"),
        _text("Despatch number", lambda row: row.despatch.number),
        _text("Carrier", lambda row: row.despatch.carrier),
        _text("Service", lambda row: row.despatch.service),
        Column("Despatch date", lambda row: row.despatch.at, "date"),
        _text("Tracking number", lambda row: row.parcel.tracking),
        *item.columns(lambda row: row.line.item_code, [("Item name", "Name", "text")]),
        Column("No of items", lambda row: None if switches.no_of_items_empty else row.line.quantity, "int"),
        _text("Destination country", of_order("ShippingAddressCountry")),
        _text("Site reference", lambda row: row.despatch.site),
        _text("Parent", lambda row: row.line.parent),
        Column("No. of parent items despatched", lambda row: row.line.parent_quantity or None, "int"),
        _text("Item code", lambda row: row.line.item_code),
        _text("Line", lambda row: row.line.line),
        _text("Username", lambda _: "warehouse"),
        _text("Carrier reference", lambda row: row.despatch.carrier),
        _text("Service type code", lambda row: row.despatch.service_code),
        _text("Customer order reference", of_order("CustomerPurchaseOrderReferenceNumber")),
        Column("Shipping cost", of_order("ShippingCost"), "decimal"),
        _text("Email", of_order("Email")),
        _text("Contact name", of_order("ContactName")),
        Column("Total sale", of_order("TotalSale"), "decimal"),
        Column("Discount", of_order("Discount"), "decimal"),
        Column("Tax paid", of_order("TaxPaid"), "decimal"),
        _text("Channel name", of_order("ChannelName")),
        *(_text(f"Sales order attribute {n}", of_order(f"Attribute{n}")) for n in range(1, 6)),
        *item.columns(lambda row: row.line.item_code, fields),
    )


# ---- stock


def _inventory_rows(warehouse: Warehouse, narrowing: Narrowing, until: datetime) -> Iterable[StockLevel]:
    codes = narrowing.keys("Item code")
    lagging = warehouse.switches.report_lag_seconds > 0
    if lagging:
        levels: Iterable[StockLevel] = warehouse.stock.as_of(until)
    elif codes is not None:
        levels = [level for code in codes for level in warehouse.stock.by_item.get(code, ())]
    else:
        levels = list(warehouse.stock.levels.values())
    return levels


def _inventory_columns(item: _Items) -> tuple[Column, ...]:
    return (
        _text("Item code", lambda level: level.item_code),
        *item.columns(lambda level: level.item_code, [("Name", "Name", "text"), ("Barcode", "Barcode", "text")]),
        Column("On hand", item.units(lambda level: level.on_hand), "decimal"),
        Column("Allocated", lambda level: level.allocated, "int"),
        Column("Available", item.units(lambda level: level.available), "decimal"),
        _text("Site reference", lambda level: level.site),
    )


def _location_columns(item: _Items) -> tuple[Column, ...]:
    return (
        _text("Item Code", lambda level: level.item_code),
        *item.columns(lambda level: level.item_code, [("Name", "Name", "text")]),
        Column("Stock Count", item.units(lambda level: level.on_hand), "decimal"),
        _text("Container Barcode", lambda _: ""),
        _text("Location barcode", lambda level: f"PICK-{level.site}"),
        _text("Site reference", lambda level: level.site),
        _text("Location type", lambda _: "Pick"),
        *item.columns(
            lambda level: level.item_code,
            [("Item type group", "ItemGroup", "text"), ("Item Barcode", "Barcode", "text")],
        ),
    )


def _reconciliation_rows(warehouse: Warehouse, narrowing: Narrowing, until: datetime) -> Iterable[StockChange]:
    """Give the latest change of each level."""
    levels = _inventory_rows(warehouse, narrowing, until)
    return [level.last for level in levels if level.last is not None and level.last.at <= until]


def _reconciliation_columns(item: _Items) -> tuple[Column, ...]:
    fields: list[tuple[str, str, Kind]] = [("Name", "Name", "text"), ("Barcode", "Barcode", "text")]
    more: list[tuple[str, str, Kind]] = [
        ("Item type group", "ItemGroup", "text"),
        ("Tags", "Tags", "text"),
        *_attributes("Attribute{}"),
    ]
    return (
        _text("Item code", lambda change: change.level.item_code),
        *item.columns(lambda change: change.level.item_code, fields),
        Column("Quantity changed", item.units(lambda change: change.available), "decimal"),
        Column("On hand", item.units(lambda change: change.level.on_hand), "decimal"),
        _text("Activity", lambda change: change.activity),
        _text("Reason", lambda change: change.reason),
        _text("User", lambda change: change.user),
        Column("Date time", lambda change: change.at, "date"),
        *item.columns(lambda change: change.level.item_code, more),
        Column("Allocated", lambda change: change.level.allocated, "int"),
        Column("Available", item.units(lambda change: change.level.available), "decimal"),
        Column("On order", lambda _: 0, "int"),
        _text("Site reference", lambda change: change.level.site),
    )


def _incremental_rows(warehouse: Warehouse, narrowing: Narrowing, until: datetime) -> Iterable[StockChange]:
    """Give every change of what is available since the moment asked for."""
    start, _ = narrowing.span("Timestamp")
    return [c for c in warehouse.stock.since(start) if c.available and c.at <= until]


def _incremental_columns(item: _Items) -> tuple[Column, ...]:
    return (
        _text("Item code", lambda change: change.level.item_code),
        Column("Item current available quantity", item.units(lambda change: change.level.available), "decimal"),
        *item.columns(lambda change: change.level.item_code, [("Item Barcode", "Barcode", "text")]),
        Column("Timestamp", lambda change: change.at, "date"),
        Column("Quantity changed", item.units(lambda change: change.available), "decimal"),
        _text("Reason", lambda change: change.reason),
        _text("Site reference", lambda change: change.level.site),
    )


def _movement_rows(warehouse: Warehouse, narrowing: Narrowing, until: datetime) -> Iterable[StockChange]:
    start, _ = narrowing.span("Date timestamp")
    return [c for c in warehouse.stock.since(start) if c.on_hand and c.at <= until]


def _movement_columns(item: _Items) -> tuple[Column, ...]:
    names: list[tuple[str, str, Kind]] = [("Item name", "Name", "text"), ("Item barcode", "Barcode", "text")]
    more: list[tuple[str, str, Kind]] = [
        ("Buy Price", "BuyPrice", "decimal"),
        ("Manufacturer item no", "DefaultSuppliersPartNumber", "text"),
        ("Item group name", "ItemGroup", "text"),
        *_attributes("Attribute {}"),
    ]
    return (
        _text("Item code", lambda change: change.level.item_code),
        *item.columns(lambda change: change.level.item_code, names),
        Column("Date timestamp", lambda change: change.at, "date"),
        _text("User", lambda change: change.user),
        _text("From", lambda change: f"PICK-{change.level.site}" if change.on_hand < 0 else ""),
        _text("To", lambda change: f"PICK-{change.level.site}" if change.on_hand > 0 else ""),
        Column("Quantity", item.units(lambda change: abs(change.on_hand)), "decimal"),
        _text("Comments", lambda change: change.activity),
        _text("Sales order number", lambda change: change.order_number),
        _text("From Container", lambda _: ""),
        _text("To Container", lambda _: ""),
        Column("History Id", lambda change: change.number, "int"),
        _text("Site reference", lambda change: change.level.site),
        *item.columns(lambda change: change.level.item_code, more),
        _text("Register Reason", lambda change: change.reason),
    )


# ---- returns and goods in


def _return_rows(warehouse: Warehouse, _: Narrowing, until: datetime) -> Iterable[GoodsReturn]:
    return [back for back in warehouse.returns if back.at <= until]


def _days_since_despatch(back: GoodsReturn) -> int | None:
    return (back.at - back.despatched_at).days if back.despatched_at else None


def _return_columns(item: _Items) -> tuple[Column, ...]:
    def of_order(name: str) -> Get:
        return lambda back: back.order.values.get(name) if back.order else None

    names: list[tuple[str, str, Kind]] = [("Item name", "Name", "text"), ("Item barcode", "Barcode", "text")]
    return (
        _text("Return code", lambda back: back.code),
        Column("Return date", lambda back: back.at, "date"),
        Column("Quantity", lambda back: back.quantity, "int"),
        _text("Sales order number", lambda back: back.order_number),
        Column("Despatch date", lambda back: back.despatched_at, "date"),
        _text("Return reason", lambda back: back.reason),
        _text("Return reason code", lambda back: back.reason_code),
        _text("Return condition", lambda back: back.condition),
        _text("Return comments", lambda back: back.comments),
        Column("Days since despatch", _days_since_despatch, "int"),
        *item.columns(lambda back: back.item_code, names),
        _text("Sales order contact name", of_order("ContactName")),
        _text("Customer phone number", lambda _: ""),
        Column("Item sale price", lambda back: back.sale_price, "decimal"),
        _text("Sales order email", of_order("Email")),
        _text("Customer purchase order reference number", of_order("CustomerPurchaseOrderReferenceNumber")),
        _text("Channel name", of_order("ChannelName")),
        _text("Payment type", of_order("PaymentMethod")),
        *item.columns(lambda back: back.item_code, _attributes("Attribute{}")),
        _text("Site reference", lambda back: back.site),
        Column("Is Reusable", lambda back: back.reusable, "bool"),
        _text("Item code", lambda back: back.item_code),
        _text("Line", lambda back: back.line),
    )


def _goods_in_rows(warehouse: Warehouse, _: Narrowing, until: datetime) -> Iterable[GoodsIn]:
    return [receipt for receipt in warehouse.goods_in if receipt.at <= until]


def _goods_in_columns(item: _Items) -> tuple[Column, ...]:
    fields: list[tuple[str, str, Kind]] = [
        ("Item name", "Name", "text"),
        ("Item barcode", "Barcode", "text"),
        ("Description", "Description", "text"),
        ("Unit of measure", "UnitOfMeasure", "text"),
        ("Tags", "Tags", "text"),
        *_attributes("Attribute{}"),
    ]
    return (
        _text("Goods in reference number", lambda receipt: receipt.reference),
        Column("Delivery date", lambda receipt: receipt.at, "date"),
        Column("Reconciled date", lambda receipt: receipt.at, "date"),
        _text("Carrier name", lambda receipt: receipt.carrier),
        _text("User name", lambda receipt: receipt.user),
        _text("Item code", lambda receipt: receipt.item_code),
        *item.columns(lambda receipt: receipt.item_code, fields),
        Column("Quantity", lambda receipt: receipt.quantity, "int"),
        _text("Purchase order number", lambda receipt: receipt.purchase_order),
        _text("Delivery note number", lambda receipt: receipt.delivery_note),
        _text("Site reference", lambda receipt: receipt.site),
        _text("Purchase order supplier", lambda receipt: receipt.supplier),
    )


# ---- sales orders


def _order_rows(chosen: Callable[[SalesOrder], bool] | None) -> Rows:
    def rows(warehouse: Warehouse, narrowing: Narrowing, until: datetime) -> Iterable[SalesOrder]:
        numbers = narrowing.keys("Sales order no.")
        orders = warehouse.orders
        found = orders.values() if numbers is None else [orders[number] for number in numbers if number in orders]
        return [order for order in found if order.received_at <= until and (chosen is None or chosen(order))]

    return rows


def _order_columns(warehouse: Warehouse) -> tuple[Column, ...]:
    def of_order(name: str) -> Get:
        return lambda order: order.values.get(name)

    return (
        _text("Sales order no.", lambda order: order.number),
        Column("Requested delivery date", of_order("RequestedDeliveryDate"), "date"),
        _text("Status", warehouse.status_of),
        Column("Number of items", lambda order: sum(line.quantity for line in order.lines.values()), "int"),
        _text("Channel", of_order("ChannelName")),
        Column("Date", lambda order: order.received_at, "date"),
        _text("Customer", of_order("Customer")),
        _text("Customer order reference", of_order("CustomerPurchaseOrderReferenceNumber")),
        Column("On hold", lambda order: order.held, "bool"),
        Column("Total sale", of_order("TotalSale"), "decimal"),
        _text("Site reference", of_order("Site")),
    )
