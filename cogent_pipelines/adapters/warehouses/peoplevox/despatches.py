"""What has left, from the report with one row per despatch and item. How rows become parcels is in `parcels`.

Pages are cut by date, not by number: each further page begins at the last date of the one before, whose rows of that date
are thrown away and read again. So rows that arrive meanwhile shift nothing, and no despatch is torn apart.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import pairwise
from zoneinfo import ZoneInfo

from cogent_pipelines.adapters.warehouses.peoplevox import dates, finding, parcels, search, translate
from cogent_pipelines.adapters.warehouses.peoplevox.finding import HeldOrder
from cogent_pipelines.adapters.warehouses.peoplevox.parcels import DespatchRow
from cogent_pipelines.adapters.warehouses.peoplevox.settings import DESPATCH_COLUMNS, PeoplevoxSettings
from cogent_pipelines.adapters.warehouses.peoplevox.wire import Page, ReportQuery, Wire
from cogent_pipelines.canonical.despatch import Despatch
from cogent_pipelines.ports.errors import VendorRefused
from cogent_pipelines.ports.vendor_account import Priority
from cogent_pipelines.ports.warehouse import UnreadableDespatch

_REQUIRED = ("order", "despatch", "date", "item")
_OPTIONAL = ("quantity", "tracking", "carrier", "service", "line", "kit", "kits")
_PRIORITY = Priority.DESPATCH


def columns(settings: PeoplevoxSettings) -> dict[str, str]:
    """Our name → the report's column, for those that the settings say exist."""
    return {name: heading for name, heading in {**DESPATCH_COLUMNS, **settings.headings.despatch_columns}.items() if heading}


def since(wire: Wire, moment: datetime) -> Iterator[list[Despatch | UnreadableDespatch]]:
    """Parcels that left at or after the moment, oldest first.

    Raises:
        VendorError: the report could not be read.
    """
    # Most tenants print no seconds: a bound in the middle of a minute would lose that minute's rows.
    bound = dates.earliest_print(moment, ZoneInfo(wire.settings.report_time_zone)).replace(second=0, microsecond=0)
    while True:
        query = _query(wire, search.at_or_after(search.column(columns(wire.settings)["date"]), bound))
        page = wire.report(query, priority=_PRIORITY)
        rows = _rows(wire, page)
        if _is_last(page):
            yield _parcels(wire, [row for row in rows if row.date >= bound])
            return
        if not _is_in_order(rows, bound):
            # This tenant's version obeys neither order nor search: everything is read, and sorted out here.
            yield _parcels(wire, [row for row in _to_the_end(wire, query, page, rows) if row.date >= bound])
            return
        rows, ended = _past_one_date(wire, query, page, rows)
        last = rows[-1].date
        yield _parcels(wire, rows if ended else [row for row in rows if row.date < last])
        if ended:
            return
        bound = last


def of(wire: Wire, refs: Sequence[str]) -> list[Despatch | UnreadableDespatch]:
    """Every parcel of these sales orders that the report still shows.

    Raises:
        VendorError: the report could not be read.
    """
    column = search.column(columns(wire.settings)["order"])
    rows: list[DespatchRow] = []
    for portion in search.portions(list(dict.fromkeys(refs)), wire.settings.limits.terms_per_search):
        query = _query(wire, search.either(search.equals(column, ref) for ref in portion))
        page = wire.report(query, priority=_PRIORITY)
        rows += _to_the_end(wire, query, page, _rows(wire, page))
    wanted = set(refs)
    return _parcels(wire, [row for row in rows if row.order in wanted])


def _query(wire: Wire, clause: str) -> ReportQuery:
    settings = wire.settings
    of = columns(settings)
    if settings.despatch_channel:
        clause = search.both(clause, search.equals(search.column(of["channel"]), settings.despatch_channel))
    known = wire.report_columns(settings.despatch_report, priority=_PRIORITY)
    wanted = [of[name] for name in (*_REQUIRED, *_OPTIONAL) if name in of]
    asked = tuple(heading for heading in wanted if not known or heading.casefold() in known)
    return ReportQuery(settings.despatch_report, clause, search.column(of["date"]), asked)


def _is_last(page: Page) -> bool:
    return not page.table.rows or page.total <= len(page.table.rows)


def _is_in_order(rows: Sequence[DespatchRow], bound: datetime) -> bool:
    return rows[0].date >= bound and all(a.date <= b.date for a, b in pairwise(rows))


def _past_one_date(wire: Wire, query: ReportQuery, page: Page, rows: list[DespatchRow]) -> tuple[list[DespatchRow], bool]:
    """More pages of the same question while all rows bear one date; whether that was all there is."""
    number, seen = 1, len(page.table.rows)
    while rows[0].date == rows[-1].date:
        number += 1
        page = wire.report(query, priority=_PRIORITY, page=number)
        rows = rows + _rows(wire, page)
        seen += len(page.table.rows)
        if not page.table.rows or seen >= page.total:
            return rows, True
    return rows, False


def _to_the_end(wire: Wire, query: ReportQuery, page: Page, rows: list[DespatchRow]) -> list[DespatchRow]:
    number, seen = 1, len(page.table.rows)
    while page.table.rows and seen < page.total:
        number += 1
        page = wire.report(query, priority=_PRIORITY, page=number)
        rows = rows + _rows(wire, page)
        seen += len(page.table.rows)
    return rows


def _rows(wire: Wire, page: Page) -> list[DespatchRow]:
    """The page's rows; one whose date cannot be read has its neighbour's, and says so.

    Raises:
        VendorRefused: a column is missing, or no date of the page can be read.
    """
    settings = wire.settings
    today = dates.to_vendor(wire.clock.now(), ZoneInfo(settings.report_time_zone))
    rows: list[DespatchRow] = []
    latest: datetime | None = None
    undated = 0
    for row in translate.cells(
        page.table, columns(settings), required=_REQUIRED, optional=_OPTIONAL, where=settings.despatch_report
    ):
        order, despatch, date, item, quantity, tracking, carrier, service, line, kit, kits = map(str.strip, row)
        fault = ""
        try:
            latest = dates.parsed(date, order=settings.date_order, today=today)
        except dates.UnreadableDate as error:
            fault = f"{settings.despatch_report}: despatch {despatch}: column {columns(settings)['date']!r} is {error}"
        undated += latest is None
        rows.append(
            DespatchRow(
                order=order,
                despatch=despatch,
                date=latest or datetime.min,  # noqa: DTZ901 - replaced below: the rows before the first date
                item=item,
                quantity=translate.number(quantity),
                tracking=tracking,
                carrier=carrier,
                service=service,
                line=line,
                kit=kit,
                kits=translate.number(kits),
                fault=fault,
            )
        )
    if rows and latest is None:
        raise VendorRefused(rows[0].fault)
    return [replace(row, date=rows[undated].date) for row in rows[:undated]] + rows[undated:]


def _parcels(wire: Wire, rows: list[DespatchRow]) -> list[Despatch | UnreadableDespatch]:
    return parcels.parcels(_with_quantities(wire, rows), wire.settings)


def _with_quantities(wire: Wire, rows: list[DespatchRow]) -> list[DespatchRow]:
    """Some tenants print no quantity: then the ordered one counts, where the order has one such line and one such row."""
    blank = [row for row in rows if row.quantity is None]
    if not blank:
        return rows
    held = finding.find(wire, sorted({row.order for row in blank}), priority=_PRIORITY)
    return [row if row.quantity is not None else _with_ordered(row, rows, held) for row in rows]


def _with_ordered(row: DespatchRow, rows: list[DespatchRow], held: Mapping[str, HeldOrder]) -> DespatchRow:
    try:
        return parcels.with_ordered_quantity(row, rows, held)
    except VendorRefused as refusal:
        return replace(row, fault=row.fault or refusal.message)
