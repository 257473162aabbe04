"""The reports about stock: levels, where they lie, what changed them."""

from collections.abc import Iterable
from datetime import datetime

from cogent_pipelines.simulators.peoplevox.entities import StockChange, StockLevel
from cogent_pipelines.simulators.peoplevox.query import Column
from cogent_pipelines.simulators.peoplevox.report_columns import Items, attributes, text_column
from cogent_pipelines.simulators.peoplevox.search import Narrowing
from cogent_pipelines.simulators.peoplevox.values import Kind
from cogent_pipelines.simulators.peoplevox.warehouse import Warehouse


def inventory_rows(warehouse: Warehouse, narrowing: Narrowing, until: datetime) -> Iterable[StockLevel]:
    codes = narrowing.keys("Item code")
    lagging = warehouse.switches.report_lag_seconds > 0
    if lagging:
        levels: Iterable[StockLevel] = warehouse.stock.as_of(until)
    elif codes is not None:
        levels = [level for code in codes for level in warehouse.stock.by_item.get(code, ())]
    else:
        levels = list(warehouse.stock.levels.values())
    return levels


def inventory_columns(item: Items) -> tuple[Column, ...]:
    return (
        text_column("Item code", lambda level: level.item_code),
        *item.columns(lambda level: level.item_code, [("Name", "Name", "text"), ("Barcode", "Barcode", "text")]),
        Column("On hand", item.units(lambda level: level.on_hand), "decimal"),
        Column("Allocated", lambda level: level.allocated, "int"),
        Column("Available", item.units(lambda level: level.available), "decimal"),
        text_column("Site reference", lambda level: level.site),
    )


def location_columns(item: Items) -> tuple[Column, ...]:
    return (
        text_column("Item Code", lambda level: level.item_code),
        *item.columns(lambda level: level.item_code, [("Name", "Name", "text")]),
        Column("Stock Count", item.units(lambda level: level.on_hand), "decimal"),
        text_column("Container Barcode", lambda _: ""),
        text_column("Location barcode", lambda level: f"PICK-{level.site}"),
        text_column("Site reference", lambda level: level.site),
        text_column("Location type", lambda _: "Pick"),
        *item.columns(
            lambda level: level.item_code,
            [("Item type group", "ItemGroup", "text"), ("Item Barcode", "Barcode", "text")],
        ),
    )


def reconciliation_rows(warehouse: Warehouse, narrowing: Narrowing, until: datetime) -> Iterable[StockChange]:
    """Give the latest change of each level."""
    levels = inventory_rows(warehouse, narrowing, until)
    return [level.last for level in levels if level.last is not None and level.last.at <= until]


def reconciliation_columns(item: Items) -> tuple[Column, ...]:
    fields: list[tuple[str, str, Kind]] = [("Name", "Name", "text"), ("Barcode", "Barcode", "text")]
    more: list[tuple[str, str, Kind]] = [
        ("Item type group", "ItemGroup", "text"),
        ("Tags", "Tags", "text"),
        *attributes("Attribute{}"),
    ]
    return (
        text_column("Item code", lambda change: change.level.item_code),
        *item.columns(lambda change: change.level.item_code, fields),
        Column("Quantity changed", item.units(lambda change: change.available), "decimal"),
        Column("On hand", item.units(lambda change: change.level.on_hand), "decimal"),
        text_column("Activity", lambda change: change.activity),
        text_column("Reason", lambda change: change.reason),
        text_column("User", lambda change: change.user),
        Column("Date time", lambda change: change.at, "date"),
        *item.columns(lambda change: change.level.item_code, more),
        Column("Allocated", lambda change: change.level.allocated, "int"),
        Column("Available", item.units(lambda change: change.level.available), "decimal"),
        Column("On order", lambda _: 0, "int"),
        text_column("Site reference", lambda change: change.level.site),
    )


def incremental_rows(warehouse: Warehouse, narrowing: Narrowing, until: datetime) -> Iterable[StockChange]:
    """Give every change of what is available since the moment asked for."""
    start, _ = narrowing.span("Timestamp")
    return [c for c in warehouse.stock.since(start) if c.available and c.at <= until]


def incremental_columns(item: Items) -> tuple[Column, ...]:
    return (
        text_column("Item code", lambda change: change.level.item_code),
        Column("Item current available quantity", item.units(lambda change: change.level.available), "decimal"),
        *item.columns(lambda change: change.level.item_code, [("Item Barcode", "Barcode", "text")]),
        Column("Timestamp", lambda change: change.at, "date"),
        Column("Quantity changed", item.units(lambda change: change.available), "decimal"),
        text_column("Reason", lambda change: change.reason),
        text_column("Site reference", lambda change: change.level.site),
    )


def movement_rows(warehouse: Warehouse, narrowing: Narrowing, until: datetime) -> Iterable[StockChange]:
    start, _ = narrowing.span("Date timestamp")
    return [c for c in warehouse.stock.since(start) if c.on_hand and c.at <= until]


def movement_columns(item: Items) -> tuple[Column, ...]:
    names: list[tuple[str, str, Kind]] = [("Item name", "Name", "text"), ("Item barcode", "Barcode", "text")]
    more: list[tuple[str, str, Kind]] = [
        ("Buy Price", "BuyPrice", "decimal"),
        ("Manufacturer item no", "DefaultSuppliersPartNumber", "text"),
        ("Item group name", "ItemGroup", "text"),
        *attributes("Attribute {}"),
    ]
    return (
        text_column("Item code", lambda change: change.level.item_code),
        *item.columns(lambda change: change.level.item_code, names),
        Column("Date timestamp", lambda change: change.at, "date"),
        text_column("User", lambda change: change.user),
        text_column("From", lambda change: f"PICK-{change.level.site}" if change.on_hand < 0 else ""),
        text_column("To", lambda change: f"PICK-{change.level.site}" if change.on_hand > 0 else ""),
        Column("Quantity", item.units(lambda change: abs(change.on_hand)), "decimal"),
        text_column("Comments", lambda change: change.activity),
        text_column("Sales order number", lambda change: change.order_number),
        text_column("From Container", lambda _: ""),
        text_column("To Container", lambda _: ""),
        Column("History Id", lambda change: change.number, "int"),
        text_column("Site reference", lambda change: change.level.site),
        *item.columns(lambda change: change.level.item_code, more),
        text_column("Register Reason", lambda change: change.reason),
    )
