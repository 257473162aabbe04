"""Proving a tenant before go-live, without writing: one line for each thing that must be right, and what to do if not."""

from collections.abc import Callable, Iterator
from datetime import datetime
from functools import partial
from zoneinfo import ZoneInfo

from cogent_pipelines.adapters.warehouses.peoplevox import (
    csv_table,
    dates,
    despatches,
    headings,
    items,
    search,
    stock,
    translate,
    version,
)
from cogent_pipelines.adapters.warehouses.peoplevox.settings import CustomerHandling, PeoplevoxSettings
from cogent_pipelines.adapters.warehouses.peoplevox.wire import ReportQuery, Wire
from cogent_pipelines.ports.check import CheckLine
from cogent_pipelines.ports.errors import AuthenticationFailed, VendorError
from cogent_pipelines.ports.vendor_account import Priority

_SAMPLE = 20
_PRIORITY = Priority.SWEEP


def check(wire: Wire) -> Iterator[CheckLine]:
    """Every line of the proof; ends after the first where the log-in fails."""
    login = _guarded("log-in", "check client id, user and password, and the region", partial(_login, wire))
    lines = list(login)
    yield from lines
    if not all(line.ok for line in lines):
        return
    for subject, remedy, work in _steps(wire):
        yield from _guarded(subject, remedy, work)


def _steps(wire: Wire) -> Iterator[tuple[str, str, Callable[[], CheckLine]]]:
    settings = wire.settings
    templates = [version.SALES_ORDERS, version.SALES_ORDER_ITEMS, version.ITEM_TYPES]
    if settings.customers is CustomerHandling.IMPORT:
        templates.append(version.CUSTOMERS)
    for template in templates:
        remedy = "configure the template in Peoplevox (Integration → Configure), or name its headings in the settings"
        yield f"template {template}", remedy, partial(_template, wire, template)
    yield "read-back", "let the user read sales orders", partial(_read_back, wire)
    for report, columns, needed in _reports(settings):
        remedy = "name the report and its columns in the settings"
        yield f"report {report}", remedy, partial(_report, wire, report, columns, needed)
    yield "dates", "set the order of day and month, and the time zone", partial(_clock, wire)
    yield "sites", "name sites by their reference", partial(_sites, wire)
    for template in (version.CARRIERS, version.SERVICE_TYPES):
        yield template.lower(), "configure the template so that services can be checked", partial(_names, wire, template)
    yield "items", "let the user read item types", partial(_items, wire)


def _guarded(subject: str, remedy: str, work: Callable[[], CheckLine]) -> Iterator[CheckLine]:
    try:
        yield work()
    except AuthenticationFailed as error:
        yield CheckLine(
            subject, ok=False, finding=error.message, remedy="check client id, user and password, and the region"
        )
    except VendorError as error:
        yield CheckLine(subject, ok=False, finding=error.message, remedy=remedy)


def _login(wire: Wire) -> CheckLine:
    """Any read needs a session; the smallest is a heading line."""
    wire.tenant_headings(version.SALES_ORDERS, priority=_PRIORITY)
    return CheckLine("log-in", ok=True, finding=f"{wire.settings.username} at {wire.settings.endpoint}")


def _template(wire: Wire, template: str) -> CheckLine:
    tenant = wire.tenant_headings(template, priority=_PRIORITY)
    found = headings.configured(wire.settings, template, tenant)
    absent = headings.absent(wire.settings, template, tenant)
    remedy = f"these are not sent: {', '.join(absent)}" if absent else ""
    return CheckLine(f"template {template}", ok=True, finding=f"{len(found)} of our headings found", remedy=remedy)


def _read_back(wire: Wire) -> CheckLine:
    """Orders can be read with the columns we need, and a search by number and by beginning finds what is there."""
    page = wire.get(version.SALES_ORDERS, "", size=1, priority=_PRIORITY)
    first = next(translate.headers(page.table, wire.settings), None)
    if first is None:
        return CheckLine("read-back", ok=True, finding="no sales orders yet", remedy="check again after the first order")
    field = headings.chosen(wire.settings, version.SALES_ORDERS)["SalesOrderNumber"]
    outright, begun = wire.get_each(
        version.SALES_ORDERS,
        [search.equals(field, first.ref), search.starts_with(field, first.ref[:-1] or first.ref)],
        priority=_PRIORITY,
        size=wire.settings.limits.page_size,
    )
    if not any(header.ref == first.ref for header in translate.headers(outright.table, wire.settings)):
        return CheckLine("read-back", ok=False, finding="a sales order is not found by its number", remedy="ask the vendor")
    # A beginning may fit more orders than a page holds; then the count has to serve.
    if begun.total < 1:
        remedy = "switch screen_by_prefix off"
        return CheckLine("read-back", ok=False, finding="a sales order is not found by its beginning", remedy=remedy)
    return CheckLine("read-back", ok=True, finding=f"{page.total} sales orders, status {first.status!r} read")


def _reports(settings: PeoplevoxSettings) -> Iterator[tuple[str, dict[str, str], tuple[str, ...]]]:
    yield settings.despatch_report, despatches.columns(settings), ("order", "despatch", "date", "item", "quantity")
    yield settings.stock_report, stock.columns(settings), ("item", "available")
    if settings.incremental_report:
        yield settings.incremental_report, stock.change_columns(settings), ("item", "timestamp")


def _report(wire: Wire, report: str, columns: dict[str, str], needed: tuple[str, ...]) -> CheckLine:
    subject = f"report {report}"
    known = wire.report_columns(report)
    if not known:
        page = wire.report(ReportQuery(report), priority=_PRIORITY)
        known = frozenset(page.table.positions)
    lacking = [columns[name] for name in columns if columns[name].casefold() not in known]
    wrong = [columns.get(name, name) for name in needed if columns.get(name, "").casefold() not in known]
    if wrong:
        return CheckLine(
            subject, ok=False, finding=f"no column {', '.join(wrong)}", remedy="name the columns in the settings"
        )
    remedy = f"without {', '.join(lacking)}" if lacking else ""
    return CheckLine(subject, ok=True, finding=f"{len(known)} columns", remedy=remedy)


def _clock(wire: Wire) -> CheckLine:
    """The latest despatches must be dated as the settings say, and none in the future."""
    settings = wire.settings
    of = despatches.columns(settings)
    query = ReportQuery(settings.despatch_report, "", f"{search.column(of['date'])} desc", (of["date"],))
    page = wire.report(query, priority=_PRIORITY)
    zone = ZoneInfo(settings.report_time_zone)
    now = wire.clock.now()
    cells = [
        cell
        for [cell] in translate.cells(page.table, of, required=("date",), where=settings.despatch_report)
        if cell.strip().strip("'")
    ]
    if not cells:
        return CheckLine("dates", ok=True, finding="no despatch to judge by", remedy="check again after the first despatch")
    return _dates(cells, settings, dates.to_vendor(now, zone), cells[0])


def _dates(cells: list[str], settings: PeoplevoxSettings, local_now: datetime, sample: str) -> CheckLine:
    remedy = "set date_order and report_time_zone to what the tenant prints"
    try:
        latest = max(dates.parsed(cell, order=settings.date_order, today=local_now) for cell in cells)
    except dates.UnreadableDate as error:
        return CheckLine("dates", ok=False, finding=str(error), remedy=remedy)
    if (latest - local_now).total_seconds() > 60:  # noqa: PLR2004 - a minute for clocks that differ
        return CheckLine("dates", ok=False, finding=f"a despatch is dated {latest}, after now ({local_now})", remedy=remedy)
    return CheckLine("dates", ok=True, finding=f"latest despatch {latest} {settings.report_time_zone} (as in {sample})")


def _sites(wire: Wire) -> CheckLine:
    wanted = wire.settings.sites | ({wire.settings.site} if wire.settings.site else set())
    page = wire.get(version.SITES, "", priority=_PRIORITY)
    of = {"Reference": "Reference", "Name": "Name"}
    rows = translate.cells(page.table, of, required=("Reference",), optional=("Name",), where=version.SITES)
    there = {reference.strip() for reference, _ in rows}
    missing = sorted(wanted - there)
    if missing:
        known = ", ".join(sorted(there - wire.settings.ignored_sites))
        return CheckLine("sites", ok=False, finding=f"no site {', '.join(missing)}", remedy=f"the tenant has {known}")
    return CheckLine("sites", ok=True, finding=", ".join(sorted(there)) or "none")


def _names(wire: Wire, template: str) -> CheckLine:
    """Carriers and services differ in every tenant: what is there is shown, to be compared with the routing rules."""
    try:
        page = wire.get(template, "", size=_SAMPLE, priority=_PRIORITY)
    except AuthenticationFailed:
        raise
    except VendorError as error:
        # Nothing of ours reads them: a tenant may go live without.
        return CheckLine(template.lower(), ok=True, finding=error.message, remedy="names of services cannot be checked")
    at = next((page.table.column(name) for name in ("Code", "Name") if page.table.has(name)), 0)
    names = [row[at].strip() for row in page.table.rows]
    return CheckLine(template.lower(), ok=True, finding=f"{page.total}: {', '.join(names) or 'none'}")


def _items(wire: Wire) -> CheckLine:
    page = wire.get(version.ITEM_TYPES, "", size=_SAMPLE, priority=_PRIORITY)
    sample = [item for item in translate.items(page.table, wire.settings) if item.active and csv_table.is_plain(item.sku)]
    if not sample:
        return CheckLine("items", ok=False, finding="no item to sample", remedy="load the catalogue into Peoplevox")
    found = items.named(wire, [sample[0].sku], priority=_PRIORITY)
    if not any(item.sku == sample[0].sku for item in found):
        return CheckLine("items", ok=False, finding=f"{sample[0].sku} is not found by its code", remedy="ask the vendor")
    return CheckLine("items", ok=True, finding=f"{page.total} items, such as {', '.join(item.sku for item in sample[:3])}")
