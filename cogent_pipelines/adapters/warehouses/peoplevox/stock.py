"""Stock levels from the inventory report. What is published of them is the flows' matter.

A page's snapshot time is taken just before its call is handed over, never after: the figures were read at some moment
between then and the answer. An order that reached the warehouse in between is then subtracted once too often for a moment,
which sells too little; the other way round it would be sold twice.
"""

import logging
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from cogent_pipelines.adapters.warehouses.peoplevox import dates, search, translate, version
from cogent_pipelines.adapters.warehouses.peoplevox.settings import CHANGE_COLUMNS, STOCK_COLUMNS, PeoplevoxSettings
from cogent_pipelines.adapters.warehouses.peoplevox.wire import Page, ReportQuery, Wire
from cogent_pipelines.canonical.identity import Sku
from cogent_pipelines.canonical.stock import StockLevel
from cogent_pipelines.ports.vendor_account import Priority

_log = logging.getLogger(__name__)
_PRIORITY = Priority.STOCK


def columns(settings: PeoplevoxSettings) -> dict[str, str]:
    return {name: heading for name, heading in {**STOCK_COLUMNS, **settings.headings.stock_columns}.items() if heading}


def change_columns(settings: PeoplevoxSettings) -> dict[str, str]:
    return {name: heading for name, heading in {**CHANGE_COLUMNS, **settings.headings.change_columns}.items() if heading}


def everything(wire: Wire) -> Iterator[list[StockLevel]]:
    """Every level of the configured sites, a page at a time.

    Raises:
        VendorError: the report could not be read.
    """
    yield from _levels(wire, _query(wire, ""))


def changed(wire: Wire, since: datetime) -> Iterator[list[StockLevel]]:
    """Levels of the items that the tenant's report of changes names; every level where there is no such report.

    That report's own figure is over all sites and of no certain age: it says only which items to ask for.

    Raises:
        VendorError: a report could not be read.
    """
    if not wire.settings.incremental_report:
        yield from everything(wire)
        return
    skus = _changed_items(wire, since)
    limits = wire.settings.limits
    if len(skus) > limits.page_size:
        # Asking by the hundred would now take more calls than asking for everything.
        yield from everything(wire)
        return
    yield from of(wire, skus)


def of(wire: Wire, skus: Sequence[str]) -> Iterator[list[StockLevel]]:
    """Levels of these items.

    Raises:
        VendorError: the report could not be read.
    """
    column = search.column(columns(wire.settings)["item"])
    wanted = set(skus)
    for portion in search.portions(skus, wire.settings.limits.terms_per_search):
        clause = search.either(search.equals(column, sku) for sku in portion)
        for levels in _levels(wire, _query(wire, clause)):
            yield [level for level in levels if level.sku in wanted]


def _query(wire: Wire, clause: str) -> ReportQuery:
    settings, of = wire.settings, columns(wire.settings)
    if settings.sites and "site" in of:
        site = search.column(of["site"])
        clause = search.both(clause, search.either(search.equals(site, ref) for ref in sorted(settings.sites)))
    known = wire.report_columns(settings.stock_report, priority=_PRIORITY)
    asked = tuple(heading for heading in of.values() if not known or heading.casefold() in known)
    return ReportQuery(settings.stock_report, clause, search.column(of["item"]), asked)


def _levels(wire: Wire, query: ReportQuery) -> Iterator[list[StockLevel]]:
    for page in _pages(wire, query):
        snapshot_at = page.asked_at - timedelta(seconds=wire.settings.report_lag_seconds)
        yield list(_of_page(page, snapshot_at, wire.settings))


def _pages(wire: Wire, query: ReportQuery) -> Iterator[Page]:
    number, seen = 0, 0
    while True:
        number += 1
        page = wire.report(query, priority=_PRIORITY, page=number)
        seen += len(page.table.rows)
        if page.table.rows:
            yield page
        if not page.table.rows or seen >= page.total:
            return


def _of_page(page: Page, snapshot_at: datetime, settings: PeoplevoxSettings) -> Iterator[StockLevel]:
    for item, available, on_hand, site in translate.cells(
        page.table,
        columns(settings),
        required=("item", "available"),
        optional=("on_hand", "site"),
        where=settings.stock_report,
    ):
        place = site.strip()
        if not _counts(item, place, settings):
            continue
        free = translate.number(available)
        if free is None:
            # No figure is not a figure of nought: the last one stands.
            _log.warning("%s prints no available figure for %s: %r", settings.stock_report, item, available)
            continue
        yield StockLevel(Sku(item), place, free, translate.number(on_hand), snapshot_at)


def _counts(item: str, site: str, settings: PeoplevoxSettings) -> bool:
    if not item.strip() or version.DEACTIVATED in item or site in settings.ignored_sites:
        return False
    return not (settings.sites and site) or site in settings.sites


def _changed_items(wire: Wire, since: datetime) -> list[str]:
    """Items that changed, each once. Sites are not asked about: a change at any of them is reason enough to look."""
    settings, of = wire.settings, change_columns(wire.settings)
    bound = dates.earliest_print(since, ZoneInfo(settings.report_time_zone))
    clause = search.at_or_after(search.column(of["timestamp"]), bound)
    query = ReportQuery(settings.incremental_report, clause, search.column(of["timestamp"]), (of["item"],))
    items: dict[str, None] = {}
    for page in _pages(wire, query):
        for [item] in translate.cells(page.table, of, required=("item",), where=settings.incremental_report):
            if version.DEACTIVATED not in item:
                items.setdefault(item)
    return list(items)
