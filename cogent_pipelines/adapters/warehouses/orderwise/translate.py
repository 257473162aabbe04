"""Rows of the export definitions as our values. Pure; which definition is run when, is in `finding`, `stock` and others."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from cogent_pipelines.adapters.warehouses.orderwise import cells
from cogent_pipelines.canonical.identity import Sku
from cogent_pipelines.canonical.item import Item

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class OrderRow:
    """A sales order; `status` is the tenant's text, exact to the space, by which it is mapped."""

    order_id: int
    number: str
    ref: str
    status: str


@dataclass(frozen=True, slots=True)
class LineRow:
    """A line of a sales order: `sku` as OrderWise spells it."""

    line_id: int
    order_id: int
    sku: str
    ordered: Decimal
    sent: Decimal
    is_dropship: bool = False


@dataclass(frozen=True, slots=True)
class DeliveryRow:
    """A delivery of an order, or the order alone where `shipped_at` is None; times are the server's, naive.

    `dropship_lines` is how many of the order's lines a supplier sends, as far as the tenant's definition says.
    """

    order: OrderRow
    shipped_at: datetime | None
    consignment: str
    url: str
    courier: str
    dropship_lines: int = 0


@dataclass(frozen=True, slots=True)
class MovementRow:
    """Goods of one order line that left; `moved` is another than `sku` where it is a component of a kit."""

    movement_id: int
    order_id: int
    line_id: int
    sku: str
    quantity: Decimal
    at: datetime
    moved: str
    units_per_kit: Decimal | None


@dataclass(frozen=True, slots=True)
class StockRow:
    """A variant at one stock location; `calculated_at` is when the figure was made, `read_at` when it was read."""

    sku: str
    location: int
    free: Decimal
    overall: Decimal | None
    calculated_at: datetime | None
    read_at: datetime | None
    is_kit: bool


@dataclass(frozen=True, slots=True)
class ComponentRow:
    """A component of a kit at one stock location; nowhere and nothing where it has no stock record."""

    kit: str
    component: str
    each: Decimal
    location: int | None
    free: Decimal
    calculated_at: datetime | None
    read_at: datetime | None


def order_row(row: Row) -> OrderRow:
    """Read an order.

    Raises:
        Unreadable: a column says nothing.
    """
    return OrderRow(
        cells.whole(row, "order_id"),
        cells.name(row, "order_number").strip(),
        cells.name(row, "customer_order_ref").strip(),
        cells.name(row, "status_text"),
    )


def line_row(row: Row) -> LineRow:
    """Read a line.

    Raises:
        Unreadable: a column says nothing.
    """
    return LineRow(
        cells.whole(row, "line_id"),
        cells.whole(row, "order_id"),
        _sku(row, "sku"),
        cells.number(row, "qty_ordered"),
        cells.number(row, "qty_sent"),
        cells.flag(row, "is_dropship"),
    )


def delivery_row(row: Row) -> DeliveryRow:
    """Read a delivery.

    Raises:
        Unreadable: a column says nothing.
    """
    return DeliveryRow(
        order_row(row),
        cells.moment_or_none(row, "shipped_at"),
        cells.text(row, "consignment_number").strip(),
        cells.text(row, "tracking_url").strip(),
        cells.text(row, "courier").strip(),
        0 if row.get("dropship_lines") is None else cells.whole(row, "dropship_lines"),
    )


def movement_row(row: Row) -> MovementRow:
    """Read a movement.

    Raises:
        Unreadable: a column says nothing.
    """
    at = cells.moment_or_none(row, "despatched_at")
    if at is None:
        raise cells.Unreadable("column despatched_at is empty, not a date")
    sku = _sku(row, "sku")
    return MovementRow(
        cells.whole(row, "movement_id"),
        cells.whole(row, "order_id"),
        cells.whole(row, "line_id"),
        sku,
        cells.number(row, "qty"),
        at,
        cells.text(row, "moved_sku") or sku,
        cells.number_or_none(row, "units_per_kit"),
    )


def stock_row(row: Row) -> StockRow:
    """Read a figure.

    Raises:
        Unreadable: a column says nothing.
    """
    return StockRow(
        _sku(row, "sku"),
        cells.whole(row, "stock_location_id"),
        cells.number(row, "free_qty"),
        cells.number_or_none(row, "overall_qty"),
        cells.moment_or_none(row, "calculated_at"),
        cells.moment_or_none(row, "read_at"),
        cells.flag(row, "is_kit"),
    )


def component_row(row: Row) -> ComponentRow:
    """Read a component.

    Raises:
        Unreadable: a column says nothing, or a kit would hold none of it.
    """
    each = cells.number(row, "units_per_kit")
    if each <= 0:
        raise cells.Unreadable(f"column units_per_kit is {each}, and a kit holds some of each component")
    return ComponentRow(
        _sku(row, "sku"),
        _sku(row, "component_sku"),
        each,
        None if row.get("stock_location_id") is None else cells.whole(row, "stock_location_id"),
        cells.number_or_none(row, "free_qty") or Decimal(0),
        cells.moment_or_none(row, "calculated_at"),
        cells.moment_or_none(row, "read_at"),
    )


def item(row: Row) -> Item:
    """Read a variant; the code as OrderWise spells it, spaces and all.

    Raises:
        Unreadable: a column says nothing.
    """
    return Item(Sku(_sku(row, "sku")), cells.text(row, "name").strip(), active=not cells.flag(row, "is_discontinued"))


def _sku(row: Row, column: str) -> str:
    sku = cells.name(row, column)
    if not sku.strip():
        raise cells.Unreadable(f"column {column} is empty, not a variant code")
    return sku


def folded(sku: str) -> str:
    """A variant code as OrderWise compares it: case and surrounding spaces do not count (SQL Server's own comparison)."""
    return sku.strip().casefold()


def loosely(sku: str) -> str:
    """Without inner spaces as well: for suggesting what might be meant."""
    return "".join(sku.split()).casefold()


def difference(wanted: Mapping[str, int], held: Sequence[LineRow]) -> str:
    """How an order there differs from the one wanted, in words; empty where it is the same. Codes are `folded`."""
    there: dict[str, Decimal] = {}
    spelt: dict[str, str] = {}
    for line in held:
        code = folded(line.sku)
        spelt.setdefault(code, line.sku.strip())
        there[code] = there.get(code, Decimal(0)) + line.ordered
    more = {code: there.get(code, Decimal(0)) - wanted.get(code, 0) for code in {**wanted, **there}}
    lacking = [f"{-units:f} x {spelt.get(code, code)}" for code, units in more.items() if units < 0]
    surplus = [f"{units:f} x {spelt[code]}" for code, units in more.items() if units > 0]
    parts = [f"lacks {', '.join(lacking)}"] if lacking else []
    return " and ".join([*parts, f"has besides {', '.join(surplus)}"] if surplus else parts)
