"""Queries: `where`, `sort`, `limit`, `offset`, `withTotal`, `expand` over one collection, and the page that comes of it."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from cogent_pipelines.simulators.commercetools.documents import Document
from cogent_pipelines.simulators.commercetools.errors import Refused, malformed_parameter
from cogent_pipelines.simulators.commercetools.expanding import expanded
from cogent_pipelines.simulators.commercetools.fields import Fields, fields_of
from cogent_pipelines.simulators.commercetools.predicates import Test, test_for
from cogent_pipelines.simulators.commercetools.project import Project

MOST_ROWS = 500
USUAL_ROWS = 20
FARTHEST = 10_000
"""Both the largest offset and what `total` is capped at when there is a predicate."""
_SORT = re.compile(r"\s*([A-Za-z_][\w.\-]*)(?:\s+(asc|desc))?\s*")
_COMMON = frozenset({"where", "sort", "limit", "offset", "withTotal", "expand"})

Parameters = Mapping[str, Sequence[str]]
"""Query parameters with all their values."""


@dataclass(frozen=True, slots=True)
class Query:
    test: Test | None
    order: tuple[tuple[tuple[str, ...], bool], ...]
    """Paths, and whether each falls."""
    limit: int
    offset: int
    with_total: bool
    expand: tuple[str, ...]


def read_query(project: Project, parameters: Parameters, type_id: str, *, further: Iterable[str] = ()) -> Query:
    """Read a query's parameters.

    Raises:
        Refused: 400 InvalidInput; for a page out of range the status that the switch says.
    """
    switches = project.switches
    _check_names(project, parameters, further)
    variables = {name[4:]: told for name, told in parameters.items() if name.startswith("var.")}
    fields = fields_of(type_id)
    return Query(
        test=test_for(parameters.get("where", ()), variables, fields=fields, switches=switches),
        order=tuple(_sort(text, fields) for text in parameters.get("sort", ())),
        limit=_within(project, parameters, "limit", USUAL_ROWS, MOST_ROWS),
        offset=_within(project, parameters, "offset", 0, FARTHEST),
        with_total=_flag(parameters, "withTotal", usual=True),
        expand=tuple(parameters.get("expand", ())),
    )


def page_of(project: Project, query: Query, rows: Iterable[Document]) -> Document:
    """Give one page of the rows that pass the query."""
    found = list(rows) if query.test is None else [row for row in rows if query.test(row)]
    # Sorting is stable: by the last field first.
    for path, falls in reversed(query.order):
        found = _sorted(found, path, falls=falls)
    results = found[query.offset : query.offset + query.limit]
    page: Document = {"limit": query.limit, "offset": query.offset, "count": len(results)}
    if query.with_total:
        page["total"] = len(found) if query.test is None else min(len(found), FARTHEST)
    page["results"] = [expanded(project, row, query.expand) for row in results]
    return page


def _check_names(project: Project, parameters: Parameters, further: Iterable[str]) -> None:
    if not project.switches.refuse_unknown_parameters:
        return
    known = _COMMON | set(further)
    for name in parameters:
        if name not in known and not name.startswith("var."):
            raise malformed_parameter(name, "The parameter does not exist.")


def _within(project: Project, parameters: Parameters, name: str, usual: int, most: int) -> int:
    told = parameters.get(name, ())
    if not told:
        return usual
    if not re.fullmatch(r"-?\d{1,9}", told[-1]):
        raise malformed_parameter(name, f"'{told[-1]}' is not a number.")
    value = int(told[-1])
    if not 0 <= value <= most:
        text = f"Malformed parameter: {name}: {value} is not between 0 and {most}."
        raise Refused(project.switches.bad_paging_status, "InvalidInput", text)
    return value


def _flag(parameters: Parameters, name: str, *, usual: bool) -> bool:
    told = parameters.get(name, ())
    if not told:
        return usual
    if told[-1] not in {"true", "false"}:
        raise malformed_parameter(name, f"'{told[-1]}' is not a boolean.")
    return told[-1] == "true"


def _sort(text: str, fields: Fields) -> tuple[tuple[str, ...], bool]:
    found = _SORT.fullmatch(text)
    if found is None:
        raise malformed_parameter("sort", f"'{text}' is not a sort expression.")
    path = tuple(found.group(1).split("."))
    kind: str | Fields | None = fields
    for name in path:
        kind = kind.kind(name) if isinstance(kind, Fields) else ("any" if kind == "any" else None)
    if kind is None or isinstance(kind, Fields):
        raise malformed_parameter("sort", f"The field '{found.group(1)}' does not exist or cannot be sorted by.")
    return path, found.group(2) == "desc"


def _sorted(rows: list[Document], path: tuple[str, ...], *, falls: bool) -> list[Document]:
    """Sort; rows without the field come last either way."""
    value = _value_at(path)
    having = [row for row in rows if value(row) is not None]
    lacking = [row for row in rows if value(row) is None]
    return sorted(having, key=lambda row: _rank(value(row)), reverse=falls) + lacking


def _rank(value: Any) -> tuple[int, Any]:
    return (0, value) if isinstance(value, int | float) else (1, str(value))


def _value_at(path: tuple[str, ...]) -> Callable[[Document], Any]:
    if len(path) == 1:
        name = path[0]
        return lambda row: row.get(name)

    def value(row: Any) -> Any:
        for name in path:
            if isinstance(row, list):
                row = row[0] if row else None
            if not isinstance(row, dict):
                return None
            row = row.get(name)
        return row

    return value
