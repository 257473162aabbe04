"""What GetData gives: the rows and columns of each template, under the tenant's headings."""

from collections.abc import Callable, Iterable
from typing import Any

from cogent_pipelines.simulators.peoplevox.entities import Despatch, Line, Parcel, SalesOrder
from cogent_pipelines.simulators.peoplevox.query import Column, Get, View
from cogent_pipelines.simulators.peoplevox.search import Keys, Narrowing
from cogent_pipelines.simulators.peoplevox.templates import Field, Headings
from cogent_pipelines.simulators.peoplevox.warehouse import Warehouse

Rows = Iterable[Any]


def view_of(warehouse: Warehouse, headings: Headings) -> View:
    """Give a template's columns; a search may use the tenant's heading or the default one."""
    getters = _GETTERS.get(headings.template.name, _of_record)
    columns: dict[str, Column] = {}
    shown: list[Column] = []
    for heading, field in zip(headings.headings, headings.fields, strict=True):
        column = Column(heading, getters(warehouse, field), field.kind, _status_code(headings, field))
        columns[heading.casefold()] = column
        columns.setdefault(field.name.casefold(), column)
        shown.append(column)
    if headings.template.name == "Item types":
        on_hand = Column("OnHand", lambda row: warehouse.stock.on_hand(row.values["ItemCode"]), "decimal")
        columns["onhand"] = on_hand
        shown.append(on_hand)
    return View(columns, shown, report=False)


def rows_of(warehouse: Warehouse, headings: Headings, narrowing: Narrowing) -> Rows:
    """Give the rows that can match, found by key where the search names keys."""
    template = headings.template
    tenant_name = headings.headings[headings.fields.index(template.field(template.key[0]))]
    keys = narrowing.keys(template.key[0], tenant_name)
    if template.name == "Sales orders":
        return list(warehouse.orders.values()) if keys is None else _found(warehouse.orders, keys)
    if template.name == "Sales order items":
        orders = warehouse.orders.values() if keys is None else _found(warehouse.orders, keys)
        return [(order, line) for order in orders for line in order.lines.values()]
    if template.name == "Despatches":
        return list(_despatches(warehouse, narrowing, keys))
    if template.name == "Despatch packages":
        return [(despatch, parcel) for despatch in _despatches(warehouse, narrowing, keys) for parcel in despatch.parcels]
    table = warehouse.tables[template.name]
    if keys is None or len(template.key) > 1:
        return list(table.values())
    return [table[(key,)] for key in keys if (key,) in table]


def _found(table: dict[str, Any], keys: Keys) -> list[Any]:
    return [table[key] for key in keys if key in table]


def _despatches(warehouse: Warehouse, narrowing: Narrowing, keys: Keys | None) -> Iterable[Despatch]:
    if keys is not None:
        return _found(warehouse.despatches, keys)
    numbers = narrowing.keys("SalesOrderNumber")
    if numbers is None:
        return warehouse.despatches.values()
    return list({row.despatch.number: row.despatch for n in numbers for row in warehouse.rows_by_order.get(n, ())}.values())


def _status_code(headings: Headings, field: Field) -> Get | None:
    """Let a sales order's status be searched by number, as one client does; the numbers themselves are unknown."""
    if headings.template.name == "Sales orders" and field.name == "Status":
        return lambda order: int(order.stage)
    return None


def _of_record(_: Warehouse, field: Field) -> Get:
    name = field.name
    return lambda record: record.values.get(name)


def _of_order(warehouse: Warehouse, field: Field) -> Get:
    name = field.name
    if name == "Status":
        return warehouse.status_of

    def get(order: SalesOrder) -> Any:
        if name in ("IsPartialShipment", "OnHold", "StopShip"):
            return order.values.get(name) is True
        if name == "CreatedDate":
            return order.values.get(name) or order.received_at
        return order.values.get(name)

    return get


def _of_line(_: Warehouse, field: Field) -> Get:
    own: dict[str, Callable[[SalesOrder, Line], Any]] = {
        "SalesOrderNumber": lambda order, _: order.number,
        "ItemCode": lambda _, line: line.item_code,
        "QuantityOrdered": lambda _, line: line.quantity,
        "RequestedDeliveryDate": lambda _, line: line.requested,
        "Line": lambda _, line: line.line,
        "Sequence": lambda _, line: line.sequence,
        "SalePrice": lambda _, line: line.sale_price,
    }
    get = own.get(field.name)
    if get is None:
        return lambda row: (row[1].attributes or {}).get(field.name)
    return lambda row: get(*row)


def _of_despatch(_: Warehouse, field: Field) -> Get:
    own: dict[str, Get] = {
        "DespatchNumber": lambda d: d.number,
        "SalesOrderNumber": lambda d: d.order_number,
        "Carrier": lambda d: d.carrier,
        "ServiceType": lambda d: d.service,
        "DespatchDate": lambda d: d.at,
        "TrackingNumber": lambda d: next((parcel.tracking for parcel in d.parcels if parcel.tracking), ""),
        "NumberOfPackages": lambda d: len(d.parcels),
        "Site": lambda d: d.site,
    }
    return own[field.name]


def _of_package(_: Warehouse, field: Field) -> Get:
    own: dict[str, Callable[[Despatch, Parcel], Any]] = {
        "DespatchNumber": lambda despatch, _: despatch.number,
        "PackageName": lambda _, parcel: parcel.name,
        "SalesOrderNumber": lambda despatch, _: despatch.order_number,
        "TrackingNumber": lambda _, parcel: parcel.tracking,
        "DespatchDate": lambda despatch, _: despatch.at,
        "NumberOfItems": lambda _, parcel: sum(line.quantity for line in parcel.lines),
    }
    get = own[field.name]
    return lambda row: get(*row)


_GETTERS: dict[str, Callable[[Warehouse, Field], Get]] = {
    "Sales orders": _of_order,
    "Sales order items": _of_line,
    "Despatches": _of_despatch,
    "Despatch packages": _of_package,
}
