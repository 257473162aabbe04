"""Stock levels. What is published of them is the flows' matter.

A page's figures are dated just before it was asked for, never after: an order that reached the warehouse in between is then
subtracted once too often for a moment, which sells too little; the other way round it would be sold twice.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from cogent_pipelines.adapters.warehouses.rest_profile import formats
from cogent_pipelines.adapters.warehouses.rest_profile.paging import FAULT, Page, Row
from cogent_pipelines.adapters.warehouses.rest_profile.spoilt import readable
from cogent_pipelines.adapters.warehouses.rest_profile.wire import Wire
from cogent_pipelines.canonical.identity import Sku
from cogent_pipelines.canonical.stock import StockLevel
from cogent_pipelines.ports.vendor_account import Priority

_PRIORITY = Priority.STOCK
_SHOWN = 100


def everything(wire: Wire) -> Iterator[list[StockLevel]]:
    """Every level of the sites that count.

    Raises:
        VendorError: they could not be read.
    """
    for page in wire.pages("list_stock", {}, priority=_PRIORITY):
        yield _levels(page, wire, "list_stock")


def changed(wire: Wire, moment: datetime) -> Iterator[list[StockLevel]]:
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


def _of_changed_items(wire: Wire, moment: datetime) -> Iterator[list[StockLevel]]:
    """The vendor says which items changed: their figures are asked for one by one, or all at once where they are many."""
    pages = wire.since("list_stock_changes", moment, priority=_PRIORITY)
    items = list(dict.fromkeys(_item(row) for page in pages for row in page.rows))
    if len(items) > wire.settings.profile.written.limits.items_per_change or not wire.has("find_stock"):
        yield from everything(wire)
        return
    contexts = [{"item_ref": item_ref or None, "sku": sku or None} for item_ref, sku in items]
    for page in wire.read_each("find_stock", contexts, priority=_PRIORITY):
        yield _levels(page, wire, "find_stock")


def _item(row: Row) -> tuple[str, str]:
    return formats.text(row.get("item_ref")), formats.text(row.get("sku"))


def _levels(page: Page, wire: Wire, operation: str) -> list[StockLevel]:
    """The levels of the sites that count. One that cannot be read is left out, so that its last figure stands.

    Raises:
        VendorRefused: there are several, and not one can be read.
    """
    return readable(page, wire, lambda row: _level(row, page.asked_at, wire), named=_named, operation=operation)


def _named(row: Row) -> str:
    return f"stock of {formats.text(row.get('sku'))[:_SHOWN] or 'an item without a SKU'}"


def _level(row: Row, asked_at: datetime, wire: Wire) -> StockLevel | None:
    """One level; None where its site does not count.

    Raises:
        Unreadable: a field of it says nothing.
    """
    if FAULT in row:
        raise formats.Unreadable(row[FAULT])
    sku, site = formats.sku(row.get("sku"), "sku"), formats.name(row.get("location"), "location")
    sites = wire.settings.sites
    if sites and site and site not in sites:
        return None
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


def sites_of(levels: Sequence[StockLevel]) -> list[str]:
    """The sites that figures come from."""
    return sorted({level.site for level in levels if level.site})
