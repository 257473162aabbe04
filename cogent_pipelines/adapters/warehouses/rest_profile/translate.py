"""The vendor's rows as our values. Which rows are asked for is in `finding`, `despatches`, `stock` and `items`."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from cogent_pipelines.adapters.warehouses.rest_profile import formats
from cogent_pipelines.adapters.warehouses.rest_profile.contract import ASIDE, NOT_TAKEN, State
from cogent_pipelines.adapters.warehouses.rest_profile.paging import FAULT, Row
from cogent_pipelines.adapters.warehouses.rest_profile.wire import Wire
from cogent_pipelines.canonical.identity import LineRef, SalesOrderRef, Sku
from cogent_pipelines.canonical.item import Item
from cogent_pipelines.canonical.sales_order import HeldLine, HeldSalesOrder, SalesOrder
from cogent_pipelines.ports.errors import VendorRefused
from cogent_pipelines.ports.extras import OrderAside

_SHOWN = 100


@dataclass(frozen=True, slots=True)
class HeldPart:
    """One order as the warehouse has it, or one part of an order that it has split. `lines` None: it does not say."""

    wms_ref: str
    status: str
    state: State
    lines: tuple[HeldLine, ...] | None
    reasons: str = ""
    total: Decimal | None = None
    shipping: Decimal | None = None


@dataclass(frozen=True, slots=True)
class HeldOrder:
    """All parts that stand under one reference of ours, at least one."""

    ref: str
    parts: tuple[HeldPart, ...]

    @property
    def wms_refs(self) -> str:
        """For people and for the ledger."""
        return ",".join(part.wms_ref for part in self.parts)

    @property
    def is_cancelled(self) -> bool:
        return all(part.state is State.CANCELLED for part in self.parts)

    @property
    def alive(self) -> tuple[HeldPart, ...]:
        """Parts that are not cancelled; all of them where every one is."""
        return tuple(part for part in self.parts if part.state is not State.CANCELLED) or self.parts

    @property
    def status(self) -> str:
        return " / ".join(dict.fromkeys(part.status for part in self.parts))

    @property
    def refusal(self) -> str:
        """Why the warehouse will not ship it as it is; empty where it will."""
        aside = [part for part in self.alive if part.state in NOT_TAKEN]
        return "; ".join(dict.fromkeys(part.reasons or f"it stands as {part.status}" for part in aside))

    def with_lines(self, lines: Mapping[str, tuple[HeldLine, ...]]) -> "HeldOrder":
        """The same with the lines of those parts that had none, by the warehouse's own reference."""
        parts = [part if part.lines else replace(part, lines=lines.get(part.wms_ref, part.lines)) for part in self.parts]
        return HeldOrder(self.ref, tuple(parts))

    @property
    def lines(self) -> tuple[HeldLine, ...] | None:
        """None where the warehouse does not say of every part."""
        lines: list[HeldLine] = []
        for part in self.alive:
            if part.lines is None:
                return None
            lines += part.lines
        return tuple(lines)


def part(row: Row, wire: Wire) -> HeldPart:
    """One row of an order.

    Raises:
        VendorRefused: it has no reference, or a line that cannot be read.
    """
    if FAULT in row:
        raise VendorRefused(f"order {formats.text(row.get('external_ref'))[:_SHOWN]} cannot be read: {row[FAULT]}")
    wms_ref = formats.text(row.get("wms_ref"))
    if not wms_ref:
        raise VendorRefused("an order has no reference of the warehouse's own; look at `wms_ref` in the profile")
    if "external_ref" in row and not formats.text(row["external_ref"]):
        raise VendorRefused(f"order {wms_ref} does not say our reference; look at `external_ref` in the profile")
    rows = row.get("lines")
    return HeldPart(
        wms_ref,
        formats.text(row.get("status")),
        wire.state_of(row),
        None if rows is None else held_lines(rows, wms_ref),
        _in_words(row.get("reasons")),
        formats.number(row.get("total")),
        formats.number(row.get("shipping")),
    )


def order_aside(row: Row, wire: Wire) -> OrderAside | None:
    """How one row of an order stands; None where it is not named, or its status is a word that nobody has mapped."""
    ref, wms_ref = formats.text(row.get("external_ref")).strip(), formats.text(row.get("wms_ref"))
    state = wire.state_of(row)
    if not ref or not wms_ref or state is State.UNKNOWN or FAULT in row:
        return None
    status, reasons = formats.text(row.get("status")), _in_words(row.get("reasons"))
    return OrderAside(SalesOrderRef(ref), wms_ref, status, reasons, over=state not in ASIDE)


def held_lines(rows: Iterable[Row], where: str) -> tuple[HeldLine, ...]:
    """Lines as the warehouse holds them; a line of nothing is none.

    Raises:
        VendorRefused: one cannot be read.
    """
    try:
        lines = [_line(each, where) for each in rows]
    except formats.Unreadable as error:
        raise VendorRefused(str(error)) from error
    return tuple(line for line in lines if line.quantity)


def _line(row: Row, where: str) -> HeldLine:
    if FAULT in row:
        raise formats.Unreadable(f"a line of {where}: {row[FAULT]}")
    sku = formats.text(row.get("sku"))
    if not sku:
        raise formats.Unreadable(f"a line of {where} has no SKU")
    return HeldLine(
        line_ref=LineRef(ref) if (ref := formats.text(row.get("line_ref"))) else None,
        sku=Sku(sku),
        quantity=formats.whole(row.get("quantity"), f"the quantity of {sku} in {where}"),
        unit_price=formats.number(row.get("unit_price")),
    )


def _in_words(value: object) -> str:
    if isinstance(value, list):
        return "; ".join(filter(None, map(_in_words, value)))
    if isinstance(value, dict):
        return "; ".join(f"{name}: {_in_words(each)}" for name, each in value.items())
    return " ".join(formats.text(value).split())


def sales_order(order: HeldOrder) -> HeldSalesOrder:
    """An order as the flows know it. An order that was set aside is not released: given again, it says why."""
    single = order.parts[0] if len(order.parts) == 1 else None
    return HeldSalesOrder(
        ref=SalesOrderRef(order.ref),
        status=order.status,
        released=not order.refusal,
        cancelled=order.is_cancelled,
        lines=order.lines or (),
        total=single.total if single else None,
        shipping=single.shipping if single else None,
    )


def difference(wanted: SalesOrder, held: HeldOrder) -> str:
    """How an order there differs from the one wanted, in words; empty where it does not, or the warehouse does not say."""
    if held.lines is None:
        return ""
    want = _units((line.sku, line.quantity) for line in wanted.lines)
    have = _units((line.sku, line.quantity) for line in held.lines)
    missing, surplus = want - have, have - want
    parts = []
    if missing:
        parts.append("lacks " + _listed(missing))
    if surplus:
        parts.append("has besides " + _listed(surplus))
    return f"{held.ref} is there as {held.status} and {' and '.join(parts)}" if parts else ""


def _units(lines: Iterable[tuple[str, int]]) -> Counter[str]:
    units: Counter[str] = Counter()
    for sku, quantity in lines:
        units[sku] += quantity
    return units


def _listed(units: Counter[str]) -> str:
    return ", ".join(f"{count} x {sku}" for sku, count in sorted(units.items()))


def item(row: Row) -> Item | None:
    """One row of the catalogue; None where it has no SKU. What does not say otherwise is in use.

    Raises:
        Unreadable: a field of it says nothing.
    """
    if FAULT in row:
        raise formats.Unreadable(row[FAULT])
    sku = formats.sku(row.get("sku"), "sku")
    if not sku:
        return None
    active = row.get("active")
    return Item(
        Sku(sku),
        formats.text(row.get("name")),
        active=active is None or formats.flag(active),
        barcode=formats.text(row.get("barcode")).strip(),
    )
