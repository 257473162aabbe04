"""When each row of a page changed, or happened; one that does not say has the time of its neighbour. Pure."""

from collections.abc import Sequence
from datetime import datetime

from cogent_pipelines.adapters.storefronts.commercetools.times import time_of
from cogent_pipelines.adapters.storefronts.commercetools.values import Json
from cogent_pipelines.ports.errors import VendorRefused


def moments(rows: Sequence[Json], since: datetime) -> list[datetime]:
    """Rows come by time, so that a neighbour's is near; the row before goes first, and `since` where no row says any."""
    said = [_moment(row, "lastModifiedAt") for row in rows]
    near = next((when for when in said if when is not None), since)
    found = []
    for when in said:
        near = when or near
        found.append(near)
    return found


def last_moment(rows: Sequence[Json], field: str = "lastModifiedAt") -> tuple[str, str]:
    """The last row that says its time, as time and id: the next page follows it.

    Raises:
        VendorRefused: no row says it, so that nothing can follow.
    """
    for row in reversed(rows):
        if _moment(row, field) is not None:
            return str(row[field]), str(row["id"])
    raise VendorRefused(f"field results.{field} is no time in any row of the page")


def _moment(row: Json, field: str) -> datetime | None:
    try:
        return time_of(row[field])
    except (KeyError, TypeError, ValueError):
        return None
