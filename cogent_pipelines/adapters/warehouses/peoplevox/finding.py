"""Reading sales orders back by their numbers, with their lines, in as few calls as the search dialect allows."""

from collections.abc import Sequence
from dataclasses import dataclass

from cogent_pipelines.adapters.warehouses.peoplevox import headings, search, translate, version
from cogent_pipelines.adapters.warehouses.peoplevox.csv_table import Table
from cogent_pipelines.adapters.warehouses.peoplevox.translate import HeldHeader, HeldRow
from cogent_pipelines.adapters.warehouses.peoplevox.wire import Page, Wire
from cogent_pipelines.ports.vendor_account import Priority


@dataclass(frozen=True, slots=True)
class HeldOrder:
    """A sales order as the warehouse has it, still in its words."""

    header: HeldHeader
    rows: tuple[HeldRow, ...]


def find(wire: Wire, refs: Sequence[str], *, priority: Priority = Priority.INJECTION) -> dict[str, HeldOrder]:
    """Those of the sales orders that are there, by reference.

    Raises:
        VendorError: the warehouse could not be asked.
    """
    found = find_headers(wire, refs, priority=priority)
    rows: dict[str, list[HeldRow]] = {ref: [] for ref in found}
    for table in _tables(wire, version.SALES_ORDER_ITEMS, list(found), priority):
        for row in translate.lines(table, wire.settings):
            if row.ref in rows:
                rows[row.ref].append(row)
    return {ref: HeldOrder(header, tuple(rows[ref])) for ref, header in found.items()}


def find_headers(wire: Wire, refs: Sequence[str], *, priority: Priority = Priority.INJECTION) -> dict[str, HeldHeader]:
    """Those of the sales orders that are there, without their lines."""
    wanted = set(refs)
    tables = _tables(wire, version.SALES_ORDERS, list(dict.fromkeys(refs)), priority)
    rows = (header for table in tables for header in translate.headers(table, wire.settings))
    return {header.ref: header for header in rows if header.ref in wanted}


def _tables(wire: Wire, template: str, refs: Sequence[str], priority: Priority) -> list[Table]:
    """All rows of these orders. Where they overflow a page, the orders are asked for in smaller portions.

    Templates are not sorted, so a second page may repeat or miss rows of the first; only one order's own rows are paged.
    """
    portions = list(search.portions(refs, wire.settings.limits.terms_per_search))
    clauses = [_clause(wire, template, portion) for portion in portions]
    tables = []
    pages = wire.get_each(template, clauses, priority=priority)
    for portion, clause, page in zip(portions, clauses, pages, strict=True):
        if wire.is_whole(page, template, clause, priority=priority):
            tables.append(page.table)
        elif len(portion) > 1:
            half = len(portion) // 2
            tables += _tables(wire, template, portion[:half], priority)
            tables += _tables(wire, template, portion[half:], priority)
        else:
            tables += [page.table, *_further_pages(wire, template, clause, page, priority)]
    return tables


def _further_pages(wire: Wire, template: str, clause: str, first: Page, priority: Priority) -> list[Table]:
    tables, seen, number = [], len(first.table.rows), 1
    while seen < first.total:
        number += 1
        page = wire.get(template, clause, page=number, priority=priority)
        if not page.table.rows:
            break
        tables.append(page.table)
        seen += len(page.table.rows)
    return tables


def _clause(wire: Wire, template: str, refs: Sequence[str]) -> str:
    field = headings.chosen(wire.settings, template)["SalesOrderNumber"]
    return search.either(search.equals(field, ref) for ref in refs)
