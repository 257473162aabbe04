"""The reports about what comes in: returns, and goods from suppliers."""

from collections.abc import Iterable
from datetime import datetime

from cogent_pipelines.simulators.peoplevox.entities import GoodsIn, GoodsReturn
from cogent_pipelines.simulators.peoplevox.query import Column, Get
from cogent_pipelines.simulators.peoplevox.report_columns import Items, attributes, text_column
from cogent_pipelines.simulators.peoplevox.search import Narrowing
from cogent_pipelines.simulators.peoplevox.values import Kind
from cogent_pipelines.simulators.peoplevox.warehouse import Warehouse


def return_rows(warehouse: Warehouse, _: Narrowing, until: datetime) -> Iterable[GoodsReturn]:
    return [back for back in warehouse.receiving.returns if back.at <= until]


def _days_since_despatch(back: GoodsReturn) -> int | None:
    return (back.at - back.despatched_at).days if back.despatched_at else None


def return_columns(item: Items) -> tuple[Column, ...]:
    def of_order(name: str) -> Get:
        return lambda back: back.order.values.get(name) if back.order else None

    names: list[tuple[str, str, Kind]] = [("Item name", "Name", "text"), ("Item barcode", "Barcode", "text")]
    return (
        text_column("Return code", lambda back: back.code),
        Column("Return date", lambda back: back.at, "date"),
        Column("Quantity", lambda back: back.quantity, "int"),
        text_column("Sales order number", lambda back: back.order_number),
        Column("Despatch date", lambda back: back.despatched_at, "date"),
        text_column("Return reason", lambda back: back.reason),
        text_column("Return reason code", lambda back: back.reason_code),
        text_column("Return condition", lambda back: back.condition),
        text_column("Return comments", lambda back: back.comments),
        Column("Days since despatch", _days_since_despatch, "int"),
        *item.columns(lambda back: back.item_code, names),
        text_column("Sales order contact name", of_order("ContactName")),
        text_column("Customer phone number", lambda _: ""),
        Column("Item sale price", lambda back: back.sale_price, "decimal"),
        text_column("Sales order email", of_order("Email")),
        text_column("Customer purchase order reference number", of_order("CustomerPurchaseOrderReferenceNumber")),
        text_column("Channel name", of_order("ChannelName")),
        text_column("Payment type", of_order("PaymentMethod")),
        *item.columns(lambda back: back.item_code, attributes("Attribute{}")),
        text_column("Site reference", lambda back: back.site),
        Column("Is Reusable", lambda back: back.reusable, "bool"),
        text_column("Item code", lambda back: back.item_code),
        text_column("Line", lambda back: back.line),
    )


def goods_in_rows(warehouse: Warehouse, _: Narrowing, until: datetime) -> Iterable[GoodsIn]:
    return [receipt for receipt in warehouse.receiving.goods_in if receipt.at <= until]


def goods_in_columns(item: Items) -> tuple[Column, ...]:
    fields: list[tuple[str, str, Kind]] = [
        ("Item name", "Name", "text"),
        ("Item barcode", "Barcode", "text"),
        ("Description", "Description", "text"),
        ("Unit of measure", "UnitOfMeasure", "text"),
        ("Tags", "Tags", "text"),
        *attributes("Attribute{}"),
    ]
    return (
        text_column("Goods in reference number", lambda receipt: receipt.reference),
        Column("Delivery date", lambda receipt: receipt.at, "date"),
        Column("Reconciled date", lambda receipt: receipt.at, "date"),
        text_column("Carrier name", lambda receipt: receipt.carrier),
        text_column("User name", lambda receipt: receipt.user),
        text_column("Item code", lambda receipt: receipt.item_code),
        *item.columns(lambda receipt: receipt.item_code, fields),
        Column("Quantity", lambda receipt: receipt.quantity, "int"),
        text_column("Purchase order number", lambda receipt: receipt.purchase_order),
        text_column("Delivery note number", lambda receipt: receipt.delivery_note),
        text_column("Site reference", lambda receipt: receipt.site),
        text_column("Purchase order supplier", lambda receipt: receipt.supplier),
    )
