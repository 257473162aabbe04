"""What JSON services have in common on the wire, as the switches say: moments, pages, figures, and "too fast"."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta, timezone
from email.utils import format_datetime
from itertools import islice
from math import ceil
from typing import TypeVar
from zoneinfo import ZoneInfo

from cogent_pipelines.simulators.common.depot.door import Refused
from cogent_pipelines.simulators.common.depot.records import Units
from cogent_pipelines.simulators.common.depot.switches import WireSwitches

_Row = TypeVar("_Row")


def written(moment: datetime | None, switches: WireSwitches) -> str | None:
    """Write a moment in ISO 8601."""
    if moment is None:
        return None
    zone: ZoneInfo | timezone = UTC if switches.moments == "utc" else ZoneInfo(switches.zone)
    local = moment.astimezone(zone)
    if switches.moments == "bare":
        return local.replace(tzinfo=None).isoformat()
    return local.isoformat().replace("+00:00", "Z")


def reaches(moment: datetime, since: datetime | None, switches: WireSwitches) -> bool:
    """Say whether a moment is late enough for a filter."""
    if since is None:
        return True
    return moment >= since if switches.since_is_inclusive else moment > since


def page_of(rows: Iterable[_Row], *, number: int | None, size: int | None, usual: int, most: int) -> Iterator[_Row]:
    """Cut out a page, counted from 1, of at most `most` rows."""
    if (number is not None and number < 1) or (size is not None and size < 1):
        raise Refused(400, "Page and size must be above 0", code="INVALID_PAGE")
    size = min(size or usual, most)
    start = ((number or 1) - 1) * size
    return islice(iter(rows), start, start + size)


def shown(units: Units, switches: WireSwitches) -> Units:
    """Give a figure of stock as it is told."""
    if units < 0 and switches.negative_stock == "nought":
        return 0
    whole = int(units // 1)
    return whole if units == whole or switches.fractional_stock == "cut" else units


def too_fast(seconds: float, now: datetime, switches: WireSwitches) -> Refused:
    """Refuse a call that came too soon; it may come again after so long."""
    form, whole = switches.throttle_form, max(1, ceil(seconds))
    if form == "403_ms":
        return Refused(403, f"Too many requests. Try again in {int(seconds * 1000)} ms.", code="TOO_MANY_REQUESTS")
    refused = Refused(429, "Too many requests.", code="TOO_MANY_REQUESTS")
    if form == "429_seconds":
        refused.headers["Retry-After"] = str(whole)
    elif form == "429_date":
        refused.headers["Retry-After"] = format_datetime(now + timedelta(seconds=whole), usegmt=True)
    return refused
