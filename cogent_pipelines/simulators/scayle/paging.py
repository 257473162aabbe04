"""Lists in pages: `limit`, an opaque `cursor`, and the published collection body."""

import base64
from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from cogent_pipelines.simulators.scayle.calls import Call
from cogent_pipelines.simulators.scayle.refusals import refused

Row = TypeVar("Row")
MAXIMUM = 1000


def page(
    rows: Iterable[Row],
    call: Call,
    write: Callable[[Row], Any],
    *,
    place: Callable[[Row], str],
    maximum: int = MAXIMUM,
) -> dict[str, Any]:
    """Give one page of ordered rows; `place` writes where a row stands so that such texts sort as the rows do."""
    query = dict(call.query)
    limit = _limit(query.get("limit"), call.switches.default_limit, maximum)
    after = _read(query["cursor"]) if query.get("cursor") else ""
    chosen: list[Row] = []
    more = False
    for row in rows:
        if after and place(row) <= after:
            continue
        if len(chosen) == limit:
            more = True
            break
        chosen.append(row)
    following = _write(place(chosen[-1])) if more and chosen else None
    return {"entities": [write(row) for row in chosen], "cursor": {"next": following}}


def whole(entities: list[Any]) -> dict[str, Any]:
    return {"entities": entities, "cursor": {"next": None}}


def by_number(row: Any) -> str:
    return f"{row.id:012d}"


def _limit(text: str | None, default: int, maximum: int) -> int:
    if text is None:
        return min(default, maximum)
    if not text.isascii() or not text.isdecimal() or not 1 <= int(text) <= maximum:
        raise refused(400, f"limit must lie between 1 and {maximum}", limit=text)
    return int(text)


def _write(place: str) -> str:
    return base64.urlsafe_b64encode(place.encode()).decode()


def _read(cursor: str) -> str:
    try:
        return base64.b64decode(cursor, altchars=b"-_", validate=True).decode()
    except ValueError as error:
        raise refused(400, "cursor is not one that was given", cursor=cursor) from error


START = _write("0")
"""Stands before every row."""
