"""commercetools' times: ISO 8601 texts in UTC, to the millisecond."""

from datetime import UTC, datetime
from functools import lru_cache

# Outside of these nothing was ever sold, and a database cannot say every time in every zone.
_YEARS = range(1970, 3000)


@lru_cache(maxsize=8192)
def time_of(text: str) -> datetime:
    """`2026-11-20T10:00:00.123Z`, aware.

    Raises:
        ValueError: it is no time, has no zone, or is of another age.
    """
    when = datetime.fromisoformat(text)
    if when.tzinfo is None:
        raise ValueError("a time without a zone")
    if when.year not in _YEARS:
        raise ValueError("a time in no year of ours")
    return when


def text_of(when: datetime) -> str:
    """As a predicate and an action want it; never later than `when`."""
    return when.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
