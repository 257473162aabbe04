"""What has left: shipments as parcels, each under a reference that stays when its tracking arrives."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import TypeVar

from cogent_pipelines.adapters.transport.whole_answers import is_at_fault
from cogent_pipelines.adapters.warehouses.rest_profile import finding, formats
from cogent_pipelines.adapters.warehouses.rest_profile.paging import FAULT, Row
from cogent_pipelines.adapters.warehouses.rest_profile.wire import Wire
from cogent_pipelines.canonical.despatch import Despatch, DespatchLine, Tracking
from cogent_pipelines.canonical.identity import DespatchRef, LineRef, SalesOrderRef, Sku
from cogent_pipelines.ports.errors import VendorRefused
from cogent_pipelines.ports.vendor_account import Priority
from cogent_pipelines.ports.warehouse import UnreadableDespatch

_PRIORITY = Priority.DESPATCH

Parcel = Despatch | UnreadableDespatch
_Ref = TypeVar("_Ref", bound=str)


def since(wire: Wire, moment: datetime) -> Iterator[list[Parcel]]:
    """Parcels that left, or whose tracking changed, since.

    Raises:
        VendorError: they could not be read, or nothing of them is as the profile says.
    """
    for page in wire.since("list_shipments", moment, priority=_PRIORITY):
        found = [parcel for row in page.rows for parcel in parcels(row, wire)]
        _refuse_if_nothing_is_readable(found)
        yield found


def of(wire: Wire, refs: Sequence[str]) -> list[Parcel]:
    """Every parcel of these orders; where one order's are refused or cannot be read, that is said in their place.

    Raises:
        VendorError: they could not be asked for, or every one of several is refused.
    """
    wanted = list(dict.fromkeys(refs))
    if not wire.has("find_shipments"):
        raise VendorRefused(f"the profile {wire.settings.profile.name} cannot look parcels up by order: add find_shipments")
    contexts, unread = _contexts(wire, wanted)
    pages = wire.read_apart("find_shipments", contexts, priority=_PRIORITY)
    asked = set(wanted)
    rows: list[tuple[str, Row]] = []
    for context, page in zip(contexts, pages, strict=True):
        if isinstance(page, VendorRefused):
            unread.append(_of_refused(context["external_ref"], page))
        else:
            rows += [(context.get("wms_ref", ""), row) for row in page.rows]
    found = [parcel for row in _with_lines(wire, rows) for parcel in parcels(row, wire)]
    return [*unread, *(parcel for parcel in found if parcel.sales_order_ref in asked or _is_nobodys(parcel))]


def _contexts(wire: Wire, refs: Sequence[str]) -> tuple[list[dict[str, str]], list[Parcel]]:
    """What each order's parcels are asked for with, and the orders of which that cannot be read."""
    if "wms_ref" not in wire.operation("find_shipments").asks_for:
        return [{"external_ref": ref} for ref in refs], []
    contexts: list[dict[str, str]] = []
    unread: list[Parcel] = []
    for ref, own in finding.wms_refs(wire, refs, priority=_PRIORITY).items():
        if isinstance(own, VendorRefused):
            unread.append(_of_refused(ref, own))
        else:
            contexts += [{"external_ref": ref, "wms_ref": wms_ref} for wms_ref in own]
    return contexts, unread


def _of_refused(ref: str, refused: VendorRefused) -> UnreadableDespatch:
    return UnreadableDespatch(_nameless_of(ref), SalesOrderRef(ref), refused.message)


def _nameless_of(order: str) -> DespatchRef:
    """A parcel that does not say its own reference is known by its order's."""
    return DespatchRef(f"of {order}")


def _is_nobodys(parcel: Parcel) -> bool:
    """It was found for one of the orders, and which one cannot be read: it must not go unnoticed."""
    return isinstance(parcel, UnreadableDespatch) and not parcel.sales_order_ref


def _with_lines(wire: Wire, rows: Sequence[tuple[str, Row]]) -> list[Row]:
    """Shipments that are whole orders, or whole parts of one, and come without lines have those of the order."""
    bare = [(wms_ref, row) for wms_ref, row in rows if wms_ref and not row.get("lines") and not row.get("parcels")]
    if not bare or not wire.has("get_lines") or not wire.settings.profile.ships_whole_orders:
        return [row for _, row in rows]
    orders = [(formats.text(row.get("external_ref")), wms_ref) for wms_ref, row in bare]
    lines = dict(zip((wms_ref for _, wms_ref in orders), finding.lines_of(wire, orders, priority=_PRIORITY), strict=True))
    return [_having(row, lines[wms_ref]) if wms_ref in lines else row for wms_ref, row in rows]


def _having(row: Row, lines: Sequence[Row] | VendorRefused) -> Row:
    return {**row, FAULT: lines.message} if isinstance(lines, VendorRefused) else {**row, "lines": lines}


def parcels(row: Row, wire: Wire) -> list[Parcel]:
    """One shipment as its parcels. Parcels that do not say what is in them are told as one, with all their numbers.

    So are those that may come later than their shipment: told without them, it must go by the same name with them.
    """
    boxes = row.get("parcels") or []
    together = wire.settings.profile.written.capabilities.boxes == "together"
    if boxes and not together and all(box.get("lines") for box in boxes):
        return [_parcel({**row, **box, "ref": _ref_of_box(row, box)}, wire) for box in boxes]
    if boxes:
        numbers = [number for box in boxes if (number := formats.text(box.get("tracking")).strip())]
        first = {name: value for name, value in boxes[0].items() if name != "ref" and value is not None}
        lines = row.get("lines") or (_lines_in(boxes) if together else None)
        return [_parcel({**row, **first, "tracking": ", ".join(dict.fromkeys(numbers)), "lines": lines}, wire)]
    return [_parcel(row, wire)]


def _lines_in(boxes: Sequence[Row]) -> list[Row] | None:
    """What is in all of them; None where one does not say."""
    of_each = [box.get("lines") for box in boxes]
    return [line for lines in of_each for line in lines or []] if all(of_each) else None


def _ref_of_box(row: Row, box: Row) -> str:
    """Empty where either has none: two boxes must never go by one name."""
    names = [formats.text(each.get("ref")).strip() for each in (row, box)]
    return "/".join(names) if all(names) else ""


def _parcel(row: Row, wire: Wire) -> Parcel:
    ways, zone = wire.settings.profile.written.formats, wire.settings.time_zone
    ref, order = DespatchRef(""), SalesOrderRef("")
    try:
        order = SalesOrderRef(formats.name(row.get("external_ref"), "external_ref"))
        ref = DespatchRef(formats.name(row.get("ref"), "ref"))
        if FAULT in row:
            raise formats.Unreadable(row[FAULT])
        return Despatch(
            ref=_known(ref, "its own reference"),
            sales_order_ref=_known(order, "our reference"),
            despatched_at=formats.moment(row.get("shipped_at"), ways.dates_in, zone, "shipped_at"),
            lines=_lines(row, wire),
            tracking=_tracking(row, wire),
        )
    except ValueError as error:
        return UnreadableDespatch(ref or _nameless_of(order), order, str(error))


def _known(text: _Ref, what: str) -> _Ref:
    if not text:
        raise formats.Unreadable(f"the shipment does not say {what}")
    return text


def _lines(row: Row, wire: Wire) -> tuple[DespatchLine, ...]:
    remembers = wire.settings.profile.written.capabilities.remembers_line_refs
    lines = []
    for each in row.get("lines") or []:
        sku = formats.sku(each.get("sku"), "the SKU of a line")
        quantity = formats.whole(each.get("quantity"), f"the quantity of {sku or 'a line'}")
        if not sku:
            raise formats.Unreadable("a line has no SKU")
        if quantity < 0:
            raise formats.Unreadable(f"the quantity of {sku} is less than nothing")
        ref = formats.text(each.get("line_ref")) if remembers else ""
        if quantity:
            lines.append(DespatchLine(Sku(sku), quantity, LineRef(ref) if ref else None))
    if not lines:
        raise formats.Unreadable("it does not say what is in it")
    return tuple(lines)


def _tracking(row: Row, wire: Wire) -> Tracking:
    return Tracking(
        carrier=wire.word("carrier", row.get("carrier")).strip(),
        service=formats.text(row.get("service")).strip(),
        number=formats.text(row.get("tracking")).strip(),
        url=formats.text(row.get("tracking_url")).strip(),
    )


def _refuse_if_nothing_is_readable(found: Sequence[Parcel]) -> None:
    """An odd parcel is a case; many, and nothing but odd ones, say that the profile is wrong."""
    odd = [each for each in found if isinstance(each, UnreadableDespatch)]
    if is_at_fault(faults=len(odd), read=len(found) - len(odd)):
        raise VendorRefused(f"no shipment can be read; of {odd[0].ref}: {odd[0].why}", operation="list_shipments")
