"""Lists as the account gives them: bare or in an object, by pages, by a cursor, or whole."""

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from cogent_pipelines.simulators.common.depot.door import Refused
from cogent_pipelines.simulators.common.depot.fields import Fields, number_in
from cogent_pipelines.simulators.common.depot.wire import page_of
from cogent_pipelines.simulators.scend.switches import Switches

_Row = TypeVar("_Row")


def listed(rows: Sequence[_Row], write: Callable[[_Row], Any], query: Fields, switches: Switches) -> Any:
    """Give what a query asks for of some rows."""
    if switches.paging == "none":
        chosen = [write(row) for row in rows]
        return chosen if switches.envelope == "array" else {"Items": chosen, "Total": len(chosen)}
    size = query.digits("PageSize")
    cursor = switches.paging == "cursor"
    number = _page_behind(query.text("Cursor")) if cursor else query.digits("Page")
    page = page_of(rows, number=number, size=size, usual=switches.page_size, most=switches.page_size_limit)
    chosen = [write(row) for row in page]
    if switches.envelope == "array" and not cursor:
        return chosen
    kept = min(size or switches.page_size, switches.page_size_limit)
    more = (number or 1) * kept < len(rows)
    told = {"Items": chosen, "PageSize": kept, "Total": len(rows)}
    return {**told, "NextCursor": f"c{(number or 1) + 1}" if more else None} if cursor else {**told, "Page": number or 1}


def _page_behind(cursor: str) -> int | None:
    if not cursor:
        return None
    page = number_in(cursor.removeprefix("c")) if cursor.startswith("c") else None
    if page is None or page < 1:
        raise Refused(400, "Cursor is not known", code="INVALID_CURSOR")
    return page
