"""The reports about sales orders: what has left, and where every order stands."""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable
from datetime import datetime

from cogent_pipelines.simulators.peoplevox.entities import DespatchRow, Parcel, ParcelLine, SalesOrder
from cogent_pipelines.simulators.peoplevox.query import Column, Get
from cogent_pipelines.simulators.peoplevox.report_columns import Items, Rows, attributes, text_column
from cogent_pipelines.simulators.peoplevox.search import Narrowing
from cogent_pipelines.simulators.peoplevox.values import Kind
from cogent_pipelines.simulators.peoplevox.warehouse import Warehouse


def despatch_rows(warehouse: Warehouse, narrowing: Narrowing, until: datetime) -> Iterable[DespatchRow]:
    orders, despatches = narrowing.keys("Salesorder number"), narrowing.keys("Despatch number")
    found: Iterable[DespatchRow]
    if orders is not None:
        found = [row for number in orders for row in warehouse.rows_by_order.get(number, ())]
    elif despatches is not None:
        left = [warehouse.despatches[number] for number in despatches if number in warehouse.despatches]
        known = dict.fromkeys(despatch.order_number for despatch in left)
        found = [r for order in known for r in warehouse.rows_by_order[order] if r.despatch.number in despatches]
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


def despatch_columns(item: Items) -> tuple[Column, ...]:
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
        *attributes("Item attribute {}"),
    ]
    return (
        text_column("Salesorder number", lambda row: row.despatch.order_number),
        Column("Requested delivery date", of_order("RequestedDeliveryDate"), "date"),
        text_column("Despatch number", lambda row: row.despatch.number),
        text_column("Carrier", lambda row: row.despatch.carrier),
        text_column("Service", lambda row: row.despatch.service),
        Column("Despatch date", lambda row: row.despatch.at, "date"),
        text_column("Tracking number", lambda row: row.parcel.tracking),
        *item.columns(lambda row: row.line.item_code, [("Item name", "Name", "text")]),
        Column("No of items", lambda row: None if switches.no_of_items_empty else row.line.quantity, "int"),
        text_column("Destination country", of_order("ShippingAddressCountry")),
        text_column("Site reference", lambda row: row.despatch.site),
        text_column("Parent", lambda row: row.line.parent),
        Column("No. of parent items despatched", lambda row: row.line.parent_quantity or None, "int"),
        text_column("Item code", lambda row: row.line.item_code),
        text_column("Line", lambda row: row.line.line),
        text_column("Username", lambda _: "warehouse"),
        text_column("Carrier reference", lambda row: row.despatch.carrier),
        text_column("Service type code", lambda row: row.despatch.service_code),
        text_column("Customer order reference", of_order("CustomerPurchaseOrderReferenceNumber")),
        Column("Shipping cost", of_order("ShippingCost"), "decimal"),
        text_column("Email", of_order("Email")),
        text_column("Contact name", of_order("ContactName")),
        Column("Total sale", of_order("TotalSale"), "decimal"),
        Column("Discount", of_order("Discount"), "decimal"),
        Column("Tax paid", of_order("TaxPaid"), "decimal"),
        text_column("Channel name", of_order("ChannelName")),
        *(text_column(f"Sales order attribute {n}", of_order(f"Attribute{n}")) for n in range(1, 6)),
        *item.columns(lambda row: row.line.item_code, fields),
    )


def order_rows(chosen: Callable[[SalesOrder], bool] | None) -> Rows:
    def rows(warehouse: Warehouse, narrowing: Narrowing, until: datetime) -> Iterable[SalesOrder]:
        numbers = narrowing.keys("Sales order no.")
        orders = warehouse.orders
        found = orders.values() if numbers is None else [orders[number] for number in numbers if number in orders]
        return [order for order in found if order.received_at <= until and (chosen is None or chosen(order))]

    return rows


def order_columns(warehouse: Warehouse) -> tuple[Column, ...]:
    def of_order(name: str) -> Get:
        return lambda order: order.values.get(name)

    return (
        text_column("Sales order no.", lambda order: order.number),
        Column("Requested delivery date", of_order("RequestedDeliveryDate"), "date"),
        text_column("Status", warehouse.status_of),
        Column("Number of items", lambda order: sum(line.quantity for line in order.lines.values()), "int"),
        text_column("Channel", of_order("ChannelName")),
        Column("Date", lambda order: order.received_at, "date"),
        text_column("Customer", of_order("Customer")),
        text_column("Customer order reference", of_order("CustomerPurchaseOrderReferenceNumber")),
        Column("On hold", lambda order: order.held, "bool"),
        Column("Total sale", of_order("TotalSale"), "decimal"),
        text_column("Site reference", of_order("Site")),
    )
