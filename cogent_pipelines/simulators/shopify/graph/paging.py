"""Connections: one page out of a list of rows, with cursors tied to the sort key.

A cursor is the base64 of `{"last_id": …, "last_value": …}`; it is only good for the same sort.
"""

import base64
import binascii
import json
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from cogent_pipelines.simulators.shopify.graph.faults import FieldError

LARGEST_PAGE = 250
SortKey = Callable[[Any], Any]


class Page:
    __slots__ = ("has_next", "has_previous", "id_of", "key", "rows", "sort_of")

    def __init__(self, rows: Sequence[Any], *, has_next: bool, has_previous: bool, sort_of: SortKey, id_of: SortKey) -> None:
        self.rows = rows
        self.has_next = has_next
        self.has_previous = has_previous
        self.sort_of = sort_of
        self.id_of = id_of

    @property
    def edges(self) -> list[tuple[Any, str]]:
        return [(row, self.cursor(row)) for row in self.rows]

    def cursor(self, row: Any) -> str:
        text = json.dumps({"last_id": self.id_of(row), "last_value": str(self.sort_of(row))}, separators=(",", ":"))
        return base64.b64encode(text.encode()).decode()

    @property
    def start(self) -> str | None:
        return self.cursor(self.rows[0]) if self.rows else None

    @property
    def end(self) -> str | None:
        return self.cursor(self.rows[-1]) if self.rows else None


def row_id(row: Any) -> Any:
    return row.id


def size_of(arguments: Mapping[str, Any]) -> int:
    """Give the page size asked for, or refuse as the vendor does."""
    first, last = arguments.get("first"), arguments.get("last")
    if first is not None and last is not None:
        raise FieldError("providing both first and last is not supported", "BAD_REQUEST")
    size = first if first is not None else last
    if size is None:
        raise FieldError("you must provide one of first or last", "BAD_REQUEST")
    if size < 0 or size > LARGEST_PAGE:
        which = "first" if first is not None else "last"
        word = "greater" if size > LARGEST_PAGE else "less"
        limit = LARGEST_PAGE if size > LARGEST_PAGE else 0
        raise FieldError(f"{which} cannot be {word} than {limit}", "BAD_REQUEST")
    return int(size)


def page(
    rows: Sequence[Any],
    arguments: Mapping[str, Any],
    *,
    sort_of: SortKey | None = None,
    id_of: SortKey = row_id,
    in_order: bool = False,
) -> Page:
    """Cut a page. `in_order`: rows already rise by `sort_of`; else they are sorted here, ties by id."""
    size = size_of(arguments)
    key = sort_of or id_of
    ordered = rows if in_order else sorted(rows, key=lambda row: (key(row), id_of(row)))
    backwards = bool(arguments.get("reverse"))
    if backwards:
        ordered = ordered[::-1]
    start = _place(ordered, arguments.get("after"), key, id_of, backwards=backwards, beyond=True)
    stop = _place(ordered, arguments.get("before"), key, id_of, backwards=backwards, beyond=False)
    start = 0 if start is None else start
    stop = len(ordered) if stop is None else stop
    if arguments.get("first") is not None:
        stop, more_after, more_before = min(stop, start + size), start + size < stop, start > 0
    else:
        more_after, more_before = stop < len(ordered), max(start, stop - size) > start
        start = max(start, stop - size)
    return Page(ordered[start:stop], has_next=more_after, has_previous=more_before or start > 0, sort_of=key, id_of=id_of)


def _place(
    ordered: Sequence[Any], cursor: str | None, key: SortKey, id_of: SortKey, *, backwards: bool, beyond: bool
) -> int | None:
    if cursor is None:
        return None
    if not ordered:
        return 0
    wanted = _decode(cursor, key(ordered[0]))
    bisect = bisect_right if beyond else bisect_left
    if not backwards:
        return bisect(ordered, wanted, key=lambda row: (key(row), id_of(row)))
    mirrored = bisect_left if beyond else bisect_right
    rising = ordered[::-1]
    return len(ordered) - mirrored(rising, wanted, key=lambda row: (key(row), id_of(row)))


def _decode(cursor: str, sample: Any) -> tuple[Any, int]:
    """Read a cursor; its value takes the type of the sort key it must match."""
    try:
        fields = json.loads(base64.b64decode(cursor, validate=True))
        value = fields["last_value"]
        return (type(sample)(value), fields["last_id"])
    except (binascii.Error, ValueError, KeyError, TypeError):
        raise FieldError("Malformed cursor", "BAD_REQUEST") from None
