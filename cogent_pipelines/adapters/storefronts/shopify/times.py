"""Shopify's times: ISO 8601 texts in UTC."""

from datetime import UTC, datetime
from functools import lru_cache


@lru_cache(maxsize=8192)
def time_of(text: str) -> datetime:
    """`2026-11-20T10:00:00Z`, aware."""
    when = datetime.fromisoformat(text)
    if when.tzinfo is None:
        raise ValueError(f"{text!r} has no time zone")
    return when


def search_time(when: datetime) -> str:
    """As a search wants it, whole seconds, never later than `when`."""
    return when.astimezone(UTC).replace(microsecond=0).isoformat().replace("+00:00", "Z")
