"""Stock levels. What is published of them is the flows' matter.

A page's figures are dated just before it was asked for, never after: an order that reached the warehouse in between is then
subtracted once too often for a moment, which sells too little; the other way round it would be sold twice.

A figure that cannot be read stands as such under its SKU: nobody may go on believing the one before it.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta

from cogent_pipelines.adapters.warehouses.rest_profile import formats, spoilt
from cogent_pipelines.adapters.warehouses.rest_profile.paging import FAULT, Page, Row
from cogent_pipelines.adapters.warehouses.rest_profile.wire import Wire
from cogent_pipelines.canonical.identity import Sku
from cogent_pipelines.canonical.stock import StockLevel, UnreadableLevel
from cogent_pipelines.ports.errors import VendorRefused
from cogent_pipelines.ports.vendor_account import Priority

_PRIORITY = Priority.STOCK
_SHOWN = 100
_GIVES_NONE = "the warehouse says that it changed, and gives no figure of it"

Level = StockLevel | UnreadableLevel


def everything(wire: Wire) -> Iterator[list[Level]]:
    """Every level of the sites that count.

    Raises:
        VendorError: they could not be read.
    """
    for page in wire.pages("list_stock", {}, priority=_PRIORITY):
        yield _levels(page, wire, "list_stock")


def changed(wire: Wire, moment: datetime) -> Iterator[list[Level]]:
    """Levels that changed since; all of them where the vendor cannot be asked for changes.

    Raises:
        VendorError: they could not be read.
    """
    if not wire.has("list_stock_changes"):
        yield from everything(wire)
        return
    names_items_only = "available" not in wire.operation("list_stock_changes").response.rows.fields
    if not names_items_only:
        for page in wire.since("list_stock_changes", moment, priority=_PRIORITY):
            yield _levels(page, wire, "list_stock_changes")
        return
    yield from _of_changed_items(wire, moment)


def _of_changed_items(wire: Wire, moment: datetime) -> Iterator[list[Level]]:
    """The vendor says which items changed: their figures are asked for one by one, or all at once where they are many."""
    pages = wire.since("list_stock_changes", moment, priority=_PRIORITY)
    items = list(dict.fromkeys(_item(row) for page in pages for row in page.rows))
    too_many = len(items) > wire.settings.profile.written.limits.items_per_change
    if too_many or ("", "") in items or not wire.has("find_stock"):
        yield from everything(wire)
        return
    contexts = [{"item_ref": item_ref or None, "sku": sku or None} for item_ref, sku in items]
    without: dict[tuple[str, str], str] = {}
    for item, page in zip(items, wire.read_apart("find_stock", contexts, priority=_PRIORITY), strict=True):
        if isinstance(page, VendorRefused):
            without[item] = page.message
        elif not page.rows:
            without[item] = _GIVES_NONE
        else:
            # However few there are of one item: its rows speak for no other's.
            yield _read(page, wire)[0]
    if without:
        yield _without_a_figure(wire, without)


def _item(row: Row) -> tuple[str, str]:
    return formats.text(row.get("item_ref")), formats.text(row.get("sku"))


def _without_a_figure(wire: Wire, items: Mapping[tuple[str, str], str]) -> list[Level]:
    """Changed items of which no figure is to be had, by their SKUs. One that the catalogue does not know either is named."""
    names = _names(wire) if any(not sku for _, sku in items) else {}
    known = [(sku or names.get(item_ref, ""), item_ref, reason) for (item_ref, sku), reason in items.items()]
    spoilt.say(wire, [f"stock of item {ref[:_SHOWN]}, not in the catalogue: {why}" for sku, ref, why in known if not sku])
    return [UnreadableLevel(Sku(sku), reason) for sku, _, reason in known if sku]


def _names(wire: Wire) -> dict[str, str]:
    """The SKU of each of the vendor's own references of items, as its catalogue has them."""
    if "item_ref" not in wire.operation("list_items").response.rows.fields:
        return {}
    rows = (row for page in wire.pages("list_items", {}, priority=_PRIORITY) for row in page.rows)
    return {formats.text(row.get("item_ref")): formats.text(row.get("sku")) for row in rows}


def _levels(page: Page, wire: Wire, operation: str) -> list[Level]:
    """The levels of the sites that count, those that cannot be read among them; a row without a SKU is only said.

    Raises:
        VendorRefused: there are several, and not one can be read.
    """
    found, faults = _read(page, wire)
    spoilt.refuse_if_all(faults, page, operation)
    return found


def _read(page: Page, wire: Wire) -> tuple[list[Level], list[str]]:
    found: list[Level] = []
    faults: list[str] = []
    for row in page.rows:
        try:
            level = _level(row, page.asked_at, wire)
        except formats.Unreadable as error:
            sku = _sku_of(row)
            faults.append(f"stock of {sku[:_SHOWN] or 'an item without a SKU'}: {error}")
            found += [UnreadableLevel(Sku(sku), str(error))] if sku else []
        else:
            found += [] if level is None else [level]
    spoilt.say(wire, faults)
    return found, faults


def _sku_of(row: Row) -> str:
    """The SKU of a row of which something cannot be read; empty where it is the SKU itself."""
    try:
        return formats.sku(row.get("sku"), "sku")
    except formats.Unreadable:
        return ""


def _level(row: Row, asked_at: datetime, wire: Wire) -> StockLevel | None:
    """One level; None where its site does not count.

    Raises:
        Unreadable: a field of it says nothing.
    """
    sku, site = formats.sku(row.get("sku"), "sku"), formats.name(row.get("location"), "location")
    sites = wire.settings.sites
    if sites and site and site not in sites:
        return None
    if FAULT in row:
        raise formats.Unreadable(row[FAULT])
    if not sku:
        raise formats.Unreadable("field sku is empty")
    available = formats.number(row.get("available"))
    if available is None:
        # No figure is not a figure of nought.
        raise formats.Unreadable("field available is no figure")
    return StockLevel(Sku(sku), site, available, formats.number(row.get("on_hand")), _snapshot(row, asked_at, wire))


def _snapshot(row: Row, asked_at: datetime, wire: Wire) -> datetime:
    """When the figure was true: as the vendor says where it says so, but never later than it was asked for."""
    asked_at -= timedelta(seconds=wire.settings.stock_lag_seconds)
    said = row.get("counted_at")
    if said is None:
        return asked_at
    return min(
        asked_at, formats.moment(said, wire.settings.profile.written.formats.dates_in, wire.settings.time_zone, "counted_at")
    )


def sites_of(levels: Sequence[Level]) -> list[str]:
    """The sites that figures come from."""
    return sorted({level.site for level in levels if isinstance(level, StockLevel) and level.site})
