"""Asking rows: a clause made into a test, an order, a page, a CSV.

A `View` is a set of named columns over rows of any kind; `answer` runs one request against it. Which rows there are is
`reads` (templates) and `reports`.
"""

import operator
import random
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from cogent_pipelines.simulators.peoplevox.csv_text import write_csv
from cogent_pipelines.simulators.peoplevox.search import And, BadSearch, Clause, Compare, Literal_, Not, Or
from cogent_pipelines.simulators.peoplevox.switches import Switches
from cogent_pipelines.simulators.peoplevox.values import BadValue, Kind, Value, read_date, writer

Get = Callable[[Any], Value]
Test = Callable[[Any], bool]


@dataclass(frozen=True, slots=True)
class Column:
    """One column of an answer; `code` is what a number is compared with, where that is not the value itself."""

    name: str
    get: Get
    kind: Kind = "text"
    code: Get | None = None


@dataclass(frozen=True, slots=True)
class View:
    """Columns by the names a search may use (folded), and those written, in order."""

    columns: Mapping[str, Column]
    written: Sequence[Column]
    report: bool

    def column(self, name: str) -> Column:
        found = self.columns.get(name.strip().casefold())
        if found is None:
            raise BadSearch(f"no column is called '{name}'")
        return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    number: int = 1
    size: int = 0


_ORDERINGS: dict[str, Callable[[Any, Any], bool]] = {
    ">": operator.gt,
    ">=": operator.ge,
    "<": operator.lt,
    "<=": operator.le,
}


def tester(clause: Clause, view: View, switches: Switches) -> Test:
    """Make a clause into a test of one row."""
    if isinstance(clause, Not):
        inner = tester(clause.clause, view, switches)
        return lambda row: not inner(row)
    if isinstance(clause, And):
        tests = [tester(part, view, switches) for part in clause.clauses]
        return lambda row: all(test(row) for test in tests)
    if isinstance(clause, Or):
        tests = _or_tests(clause, view, switches)
        return tests[0] if len(tests) == 1 else lambda row: any(test(row) for test in tests)
    return _compare(clause, view.column(clause.column), switches)


def _or_tests(clause: Or, view: View, switches: Switches) -> list[Test]:
    """Join the equalities on one text column into one look-up; clients send a hundred of them."""
    wanted: dict[str, set[str]] = {}
    tests: list[Test] = []
    for part in clause.clauses:
        if isinstance(part, Compare) and part.operator == "==" and isinstance(part.value, str):
            column = view.column(part.column)
            if column.kind == "text":
                wanted.setdefault(column.name, set()).add(_folded(part.value, switches))
                continue
        tests.append(tester(part, view, switches))
    for name, values in wanted.items():
        tests.append(_is_one_of(view.column(name).get, values, switches))
    return tests


def _is_one_of(get: Get, values: set[str], switches: Switches) -> Test:
    if switches.search_ignores_case:
        return lambda row: str(get(row) or "").casefold() in values
    return lambda row: (get(row) or "") in values


def _folded(text: str, switches: Switches) -> str:
    return text.casefold() if switches.search_ignores_case else text


def _compare(clause: Compare, column: Column, switches: Switches) -> Test:
    if clause.operator in ("contains", "startswith", "endswith"):
        return _text_test(clause, column, switches)
    get, wanted = _comparable(clause.value, column, switches)
    if clause.operator == "==":
        return lambda row: get(row) == wanted
    if clause.operator == "!=":
        return lambda row: get(row) != wanted
    if wanted is None:
        raise BadSearch(f"'{column.name}' cannot be ordered against null")
    ordering = _ORDERINGS[clause.operator]

    def ordered(row: Any) -> bool:
        value = get(row)
        return value is not None and ordering(value, wanted)

    return ordered


def _text_test(clause: Compare, column: Column, switches: Switches) -> Test:
    if column.kind != "text" or not isinstance(clause.value, str):
        raise BadSearch(f"'{column.name}' is not text")
    part, get = _folded(clause.value, switches), column.get

    def text(row: Any) -> str:
        value = get(row)
        return _folded(value, switches) if isinstance(value, str) else ""

    if clause.operator == "contains":
        return lambda row: part in text(row)
    if clause.operator == "startswith":
        return lambda row: text(row).startswith(part)
    return lambda row: text(row).endswith(part)


def _comparable(value: Literal_, column: Column, switches: Switches) -> tuple[Get, Value]:
    """Give how to read the column, and the literal in the column's own kind."""
    if isinstance(value, Decimal) and column.code is not None:
        return column.code, value
    if value is None:
        return column.get, value
    if column.kind == "text":
        if not isinstance(value, str):
            raise BadSearch(f"'{column.name}' is text and is compared with text in quotes")
        if switches.search_ignores_case:
            return (lambda row: _folded(str(column.get(row) or ""), switches)), _folded(value, switches)
        return (lambda row: column.get(row) or ""), value
    return column.get, _typed(value, column, switches)


def _typed(value: Literal_, column: Column, switches: Switches) -> Value:
    if column.kind == "date" and isinstance(value, str):
        try:
            return read_date(value, switches.zone_report)
        except BadValue as error:
            raise BadSearch(str(error)) from None
    kinds: dict[str, type[str | Decimal | bool | datetime]] = {
        "date": datetime,
        "bool": bool,
        "int": Decimal,
        "decimal": Decimal,
    }
    if not isinstance(value, kinds[column.kind]):
        raise BadSearch(f"'{column.name}' is of kind {column.kind} and cannot be compared with {value!r}")
    return value


_ORDER_PART = re.compile(
    r"^\s*(?:\[(?P<bracketed>[^\]]+)\]|(?P<bare>.+?))(?:\s+(?P<way>asc|desc|ascending|descending))?\s*$", re.IGNORECASE
)


def ordered(rows: list[Any], clause: str, view: View) -> list[Any]:
    """Sort by `[Column] desc, [Other]`."""
    for part in reversed([part for part in clause.split(",") if part.strip()]):
        found = _ORDER_PART.match(part)
        if not found:
            raise BadSearch(f"not understood: '{part}'")
        get = view.column(found["bracketed"] or found["bare"]).get
        descending = (found["way"] or "").lower().startswith("desc")
        rows = sorted(rows, key=lambda row, get=get: _sort_key(get(row)), reverse=descending)
    return rows


def _sort_key(value: Value) -> tuple[bool, Any]:
    return (value is not None, value if value is not None else 0)


def matching(rows: Iterable[Any], clause: Clause | None, view: View, switches: Switches) -> list[Any]:
    if clause is None:
        return list(rows)
    test = tester(clause, view, switches)
    return [row for row in rows if test(row)]


def shuffled(rows: list[Any], seed: int) -> list[Any]:
    """Give the rows in an order that nobody promised."""
    rows = list(rows)
    random.Random(seed).shuffle(rows)
    return rows


def page_of(rows: list[Any], page: Page, switches: Switches) -> list[Any]:
    """Cut one page; a size of 0 is everything, a number below 1 is the first."""
    size = max(0, page.size)
    if switches.max_items_per_page:
        size = min(size or switches.max_items_per_page, switches.max_items_per_page)
    if size == 0:
        return rows if page.number <= 1 else []
    start = (max(1, page.number) - 1) * size
    return rows[start : start + size]


def written(rows: Iterable[Any], columns: Sequence[Column], switches: Switches, *, report: bool) -> str:
    write = writer(switches, report=report)
    gets = [column.get for column in columns]
    return write_csv([column.name for column in columns], ([write(get(row)) for get in gets] for row in rows), switches)
