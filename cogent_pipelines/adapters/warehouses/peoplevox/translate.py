"""The vendor's rows as our values. Which rows are asked for is in `finding`, `despatches`, `stock` and `items`."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from cogent_pipelines.adapters.warehouses.peoplevox import headings, version
from cogent_pipelines.adapters.warehouses.peoplevox.csv_table import Table
from cogent_pipelines.adapters.warehouses.peoplevox.payloads import SHORT_MARK, LineRow
from cogent_pipelines.adapters.warehouses.peoplevox.settings import LineIdentity, PeoplevoxSettings, ReleasePolicy
from cogent_pipelines.canonical.identity import LineRef, SalesOrderRef, Sku
from cogent_pipelines.canonical.item import Item
from cogent_pipelines.canonical.sales_order import HeldLine, HeldSalesOrder
from cogent_pipelines.ports.errors import VendorRefused

_NUMBER = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]{1,2})?")
_LONGEST_NUMBER = 40
_LARGEST_NUMBER = Decimal(10**12)
_MOST_UNITS = 10**9


@dataclass(frozen=True, slots=True)
class HeldHeader:
    """A sales order's own row."""

    ref: str
    status: str
    on_hold: bool
    total: Decimal | None
    shipping: Decimal | None


@dataclass(frozen=True, slots=True)
class HeldRow:
    """One line's row, with the line code as the warehouse keeps it."""

    ref: str
    item: str
    line: str
    quantity: int
    price: Decimal | None


@dataclass(frozen=True, slots=True)
class Difference:
    """How lines held differ from lines wanted: what is missing, and what should not be there (in words).

    `foreign` is the part of `surplus` that saving the missing lines does not replace: lines that nobody wants at all.
    """

    missing: tuple[LineRow, ...]
    surplus: tuple[str, ...]
    foreign: tuple[str, ...]


def number(text: str) -> Decimal | None:
    """A decimal as the vendor prints it; None where it is blank, no number, or more than can be counted or paid."""
    bare = text.strip().strip("'").replace(",", "")
    if len(bare) > _LONGEST_NUMBER or not _NUMBER.fullmatch(bare):
        return None
    try:
        value = Decimal(bare)
    except InvalidOperation:
        return None
    return value if value.is_finite() and abs(value) <= _LARGEST_NUMBER else None


def is_true(text: str) -> bool:
    return text.strip().casefold() in {"true", "1", "yes"}


def cells(
    table: Table, of: dict[str, str], *, required: Sequence[str], optional: Sequence[str] = (), where: str
) -> Iterator[tuple[str, ...]]:
    """The named fields of every row, in order; optional columns that the answer lacks read as empty.

    Raises:
        VendorRefused: there are rows, and a required column is not among theirs.
    """
    if not table.rows:
        return
    missing = [of.get(name, name) for name in required if name not in of or not table.has(of[name])]
    if missing:
        raise VendorRefused(f"{where!r} answers without the column {', '.join(map(repr, missing))}; name it in the settings")
    places = [table.column(of[name]) if name in of and table.has(of[name]) else None for name in (*required, *optional)]
    for row in table.rows:
        yield tuple("" if at is None else row[at] for at in places)


def headers(table: Table, settings: PeoplevoxSettings) -> Iterator[HeldHeader]:
    """Rows of `Sales orders`."""
    required = ["SalesOrderNumber", "Status"]
    if settings.release_policy is ReleasePolicy.HOLD_FLAG:
        required.append("OnHold")
    optional = [name for name in ("OnHold", "TotalSale", "ShippingCost") if name not in required]
    of = headings.chosen(settings, version.SALES_ORDERS)
    names = (*required, *optional)
    for row in cells(table, of, required=required, optional=optional, where=version.SALES_ORDERS):
        value = dict(zip(names, row, strict=True))
        yield HeldHeader(
            ref=value["SalesOrderNumber"].strip(),
            status=value["Status"].strip(),
            on_hold=is_true(value["OnHold"]),
            total=number(value["TotalSale"]),
            shipping=number(value["ShippingCost"]),
        )


def lines(table: Table, settings: PeoplevoxSettings) -> Iterator[HeldRow]:
    """Rows of `Sales order items`; a line of nothing is no line, because lines cannot be removed."""
    of = headings.chosen(settings, version.SALES_ORDER_ITEMS)
    required, optional = ("SalesOrderNumber", "ItemCode", "QuantityOrdered"), ("Line", "SalePrice")
    for ref, item, quantity, line, price in cells(
        table, of, required=required, optional=optional, where=version.SALES_ORDER_ITEMS
    ):
        count = whole(quantity, f"QuantityOrdered of {item.strip()} in {ref.strip()}")
        if count:
            yield HeldRow(ref.strip(), item.strip(), line.strip(), count, number(price))


def whole(text: str, what: str) -> int:
    """A count of units.

    Raises:
        VendorRefused: it is blank, no number, or a fraction.
    """
    value = number(text)
    if value is None or value != value.to_integral_value() or abs(value) > _MOST_UNITS:
        raise VendorRefused(f"{what} is no whole number: {text[:_LONGEST_NUMBER]!r}")
    return int(value)


def sales_order(header: HeldHeader, rows: Iterable[HeldRow], settings: PeoplevoxSettings) -> HeldSalesOrder:
    return HeldSalesOrder(
        ref=SalesOrderRef(header.ref),
        status=header.status,
        released=is_released(header, settings),
        cancelled=is_one_of(header.status, settings.cancelled_statuses),
        lines=tuple(HeldLine(line_ref(row.line, settings), Sku(row.item), row.quantity, row.price) for row in rows),
        total=header.total,
        shipping=header.shipping,
    )


def is_released(header: HeldHeader, settings: PeoplevoxSettings) -> bool:
    """Whether the warehouse may pick it.

    Without the hold flag nothing readable says so: an order that the warehouse has not touched then counts as not
    released, and releasing it again does no harm.
    """
    if is_one_of(header.status, settings.despatched_statuses):
        return True
    if settings.release_policy is ReleasePolicy.HOLD_FLAG:
        return not header.on_hold
    return not is_one_of(header.status, settings.untouched_statuses)


def is_one_of(status: str, statuses: frozenset[str]) -> bool:
    return status.strip().casefold() in {known.casefold() for known in statuses}


def line_ref(code: str, settings: PeoplevoxSettings) -> LineRef | None:
    """The storefront's line behind a line code; None where the code only stands for it, or for several merged into one."""
    if not code or code.startswith(SHORT_MARK) or settings.line_identity is LineIdentity.ITEM:
        return None
    return LineRef(settings.line_ref_prefix + code)


def difference(wanted: Sequence[LineRow], held: Sequence[HeldRow], settings: PeoplevoxSettings) -> Difference:
    """Compare lines by item, line code and quantity; prices are finance's matter and stop no parcel.

    Line codes count only where the tenant tells them apart and gives them back.
    """
    by_line = settings.line_identity is LineIdentity.ITEM_AND_LINE and any(row.line for row in held)

    def key(row: LineRow | HeldRow) -> tuple[str, str, int]:
        return row.item.strip().casefold(), row.line if by_line else "", row.quantity

    unmatched = Counter(key(row) for row in held)
    missing = []
    for row in wanted:
        if unmatched[key(row)]:
            unmatched[key(row)] -= 1
        else:
            missing.append(row)
    # The same line in another quantity: to save it again is to replace it, where the tenant goes by item and line.
    replaced = {key(row)[:2] for row in missing} if by_line else set()
    surplus, foreign = [], []
    for row_held in held:
        if unmatched[key(row_held)]:
            unmatched[key(row_held)] -= 1
            of_line = f" (line {row_held.line})" if row_held.line else ""
            surplus.append(f"{row_held.quantity} x {row_held.item}{of_line}")
            if key(row_held)[:2] not in replaced:
                foreign.append(surplus[-1])
    return Difference(tuple(missing), tuple(surplus), tuple(foreign))


def items(table: Table, settings: PeoplevoxSettings) -> Iterator[Item]:
    """Rows of `Item types`; deactivated items carry a mark in their code, which is no part of the SKU."""
    of = headings.chosen(settings, version.ITEM_TYPES)
    for code, name, barcode in cells(
        table, of, required=("ItemCode",), optional=("Name", "Barcode"), where=version.ITEM_TYPES
    ):
        active = version.DEACTIVATED not in code
        yield Item(Sku(code.replace(version.DEACTIVATED, "")), name, active=active, barcode=barcode.strip())
