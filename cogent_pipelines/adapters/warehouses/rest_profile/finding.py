"""Reading orders back by our references, all of them at once, with their lines."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from cogent_pipelines.adapters.warehouses.rest_profile import formats, translate
from cogent_pipelines.adapters.warehouses.rest_profile.paging import FAULT, Page, Row
from cogent_pipelines.adapters.warehouses.rest_profile.translate import HeldOrder, HeldPart
from cogent_pipelines.adapters.warehouses.rest_profile.wire import Reply, Wire, none_for_all
from cogent_pipelines.canonical.sales_order import HeldLine
from cogent_pipelines.ports.errors import VendorError, VendorRefused
from cogent_pipelines.ports.extras import OrderAside
from cogent_pipelines.ports.vendor_account import Priority

_LINES = "get_lines"


def find(wire: Wire, refs: Sequence[str], *, priority: Priority = Priority.INJECTION) -> dict[str, HeldOrder]:
    """Those of the orders that are there, by reference.

    Raises:
        VendorError: one could not be asked for.
    """
    found = find_each(wire, refs, priority=priority)
    for result in found.values():
        if isinstance(result, VendorError):
            raise result
    return {ref: result for ref, result in found.items() if isinstance(result, HeldOrder)}


def find_each(
    wire: Wire, refs: Sequence[str], *, priority: Priority = Priority.INJECTION
) -> dict[str, HeldOrder | VendorError | None]:
    """For each reference the order, None where there is none, or why it could not be asked for."""
    wanted = list(dict.fromkeys(refs))
    rows = _looked_up(wire, wanted, priority)
    brings_lines = "lines" in wire.operation("find_order").response.rows.nested
    details = _details(wire, rows, priority) if wire.has("get_order") and not brings_lines else {}
    found = {ref: _put_together(wire, ref, rows[ref], details) for ref in wanted}
    return _with_lines(wire, found, priority) if wire.has("get_lines") else found


def wms_refs(wire: Wire, refs: Sequence[str], *, priority: Priority) -> dict[str, list[str] | VendorRefused]:
    """The warehouse's own references of these orders, or why they cannot be read; those that are not there are left out.

    Raises:
        VendorError: one could not be asked for, or every one of several is refused.
    """
    found: dict[str, list[str] | VendorRefused] = {}
    for ref, rows in _looked_up(wire, list(dict.fromkeys(refs)), priority).items():
        if isinstance(rows, VendorError) and not isinstance(rows, VendorRefused):
            raise rows
        found[ref] = rows if isinstance(rows, VendorRefused) else _own_refs(wire, rows)
    none_for_all(list(found.values()))
    return {ref: own for ref, own in found.items() if own}


def _own_refs(wire: Wire, rows: Sequence[Row]) -> list[str] | VendorRefused:
    try:
        return [translate.part(row, wire).wms_ref for row in rows]
    except VendorRefused as refused:
        return refused


def _looked_up(wire: Wire, refs: Sequence[str], priority: Priority) -> dict[str, list[Row] | VendorError]:
    calls = [wire.call("find_order", {"external_ref": ref}, priority=priority, subjects=(ref,)) for ref in refs]
    asked_at = wire.clock.now()
    found: dict[str, list[Row] | VendorError] = {}
    for ref, reply in zip(refs, wire.send_all(calls), strict=True):
        page = _page(wire, "find_order", reply, asked_at)
        found[ref] = page if isinstance(page, VendorError) else [row for row in page.rows if _is_of(row, ref)]
    return found


def _page(wire: Wire, name: str, reply: Reply, asked_at: datetime) -> Page | VendorError:
    try:
        return wire.page(name, reply, asked_at)
    except VendorError as error:
        return error


def _is_of(row: Row, ref: str) -> bool:
    """A search may find more than was asked for. What does not say whose it is may be this one: it is not nobody's."""
    return FAULT in row or formats.text(row.get("external_ref")) in ("", ref)


def _details(
    wire: Wire, rows: Mapping[str, list[Row] | VendorError], priority: Priority
) -> dict[str, HeldPart | VendorError | None]:
    """What is known of each part by its own reference; None where it is gone meanwhile."""
    wanted = [
        (ref, wms_ref)
        for ref, found in rows.items()
        if not isinstance(found, VendorError)
        for row in found
        if (wms_ref := formats.text(row.get("wms_ref")))
    ]
    calls = [
        wire.call("get_order", {"external_ref": ref, "wms_ref": wms_ref}, priority=priority, subjects=(ref,))
        for ref, wms_ref in wanted
    ]
    asked_at = wire.clock.now()
    details: dict[str, HeldPart | VendorError | None] = {}
    for (_, wms_ref), reply in zip(wanted, wire.send_all(calls), strict=True):
        page = _page(wire, "get_order", reply, asked_at)
        try:
            details[wms_ref] = page if isinstance(page, VendorError) else _first(page, wire)
        except VendorRefused as error:
            details[wms_ref] = error
    return details


def _with_lines(
    wire: Wire, found: Mapping[str, HeldOrder | VendorError | None], priority: Priority
) -> dict[str, HeldOrder | VendorError | None]:
    """Where an order comes without its lines, they are asked for by themselves."""
    bare = [
        (ref, part.wms_ref)
        for ref, order in found.items()
        if isinstance(order, HeldOrder)
        for part in order.parts
        if not part.lines
    ]
    lines: dict[str, tuple[HeldLine, ...]] = {}
    faults: dict[str, VendorError] = {}
    for (ref, wms_ref), reply in zip(bare, _lines_asked(wire, bare, priority), strict=True):
        try:
            lines[wms_ref] = translate.held_lines(wire.page(_LINES, reply, wire.clock.now()).rows, wms_ref)
        except VendorError as error:
            faults[ref] = error
    return {
        ref: faults.get(ref) or (order.with_lines(lines) if isinstance(order, HeldOrder) else order)
        for ref, order in found.items()
    }


def _lines_asked(wire: Wire, orders: Sequence[tuple[str, str]], priority: Priority) -> list[Reply]:
    contexts = [({"external_ref": ref, "wms_ref": wms_ref}, (ref,)) for ref, wms_ref in orders]
    return wire.send_all([wire.call(_LINES, context, priority=priority, subjects=about) for context, about in contexts])


def lines_of(wire: Wire, orders: Sequence[tuple[str, str]], *, priority: Priority) -> list[list[Row] | VendorRefused]:
    """The lines of these orders, by our reference and the warehouse's own, or why they cannot be read.

    Raises:
        VendorError: one could not be asked for, or every one of several is refused.
    """
    contexts = [{"external_ref": ref, "wms_ref": wms_ref} for ref, wms_ref in orders]
    pages = wire.read_apart(_LINES, contexts, priority=priority, subjects=[(ref,) for ref, _ in orders])
    return [page if isinstance(page, VendorRefused) else page.rows for page in pages]


def _first(page: Page, wire: Wire) -> HeldPart | None:
    return translate.part(page.rows[0], wire) if page.rows else None


def _put_together(
    wire: Wire, ref: str, rows: list[Row] | VendorError, details: Mapping[str, HeldPart | VendorError | None]
) -> HeldOrder | VendorError | None:
    if isinstance(rows, VendorError):
        return rows
    parts: list[HeldPart] = []
    for row in rows:
        detail = details.get(formats.text(row.get("wms_ref")))
        if isinstance(detail, VendorError):
            return detail
        try:
            parts.append(detail or translate.part(row, wire))
        except VendorRefused as error:
            return error
    return HeldOrder(ref, tuple(parts)) if parts else None


def aside(wire: Wire, moment: datetime) -> Iterator[list[OrderAside]]:
    """Orders whose state changed since, each part of one by itself, as they stand now.

    Raises:
        VendorError: they could not be read.
    """
    for page in wire.since("list_changed_orders", moment, priority=Priority.DESPATCH):
        found = [translate.order_aside(row, wire) for row in page.rows]
        yield [each for each in found if each is not None]
