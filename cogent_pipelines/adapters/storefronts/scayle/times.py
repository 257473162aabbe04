"""SCAYLE's times: ISO 8601 with an offset mostly, and sometimes `YYYY-MM-DD HH:MM:SS` without one."""

from datetime import UTC, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

# Outside of these nothing was ever sold, and a database cannot say every time in every zone.
_YEARS = range(1970, 3000)


@lru_cache(maxsize=8192)
def time_of(text: str, zone: str = "UTC") -> datetime:
    """`2018-01-20T09:30:15+00:00`, aware; without an offset it is taken to be in `zone`.

    Raises:
        ValueError: it is no time, or is of another age.
    """
    when = datetime.fromisoformat(text)
    if when.year not in _YEARS:
        raise ValueError("is in no year of ours")
    return when if when.tzinfo is not None else when.replace(tzinfo=ZoneInfo(zone))


def written(when: datetime) -> str:
    """With an offset and in whole seconds, never later than `when`."""
    return when.astimezone(UTC).replace(microsecond=0).isoformat()


def written_without_offset(when: datetime, zone: str) -> str:
    """As returns want it: `2021-11-09 07:30:27`."""
    return when.astimezone(ZoneInfo(zone)).strftime("%Y-%m-%d %H:%M:%S")
