"""Shopify's times: ISO 8601 texts in UTC."""

from datetime import UTC, datetime
from functools import lru_cache

# Outside of these nothing was ever sold, and a database cannot say every time in every zone.
_YEARS = range(1970, 3000)


@lru_cache(maxsize=8192)
def time_of(text: str) -> datetime:
    """`2026-11-20T10:00:00Z`, aware.

    Raises:
        ValueError: it is no time, has no zone, or is of another age.
    """
    when = datetime.fromisoformat(text)
    if when.tzinfo is None:
        raise ValueError(f"{text!r} has no time zone")
    if when.year not in _YEARS:
        raise ValueError(f"{text!r} is in no year of ours")
    return when


def search_time(when: datetime) -> str:
    """As a search wants it, whole seconds, never later than `when`."""
    return when.astimezone(UTC).replace(microsecond=0).isoformat().replace("+00:00", "Z")
