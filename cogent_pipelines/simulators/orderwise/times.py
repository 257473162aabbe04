"""The tenant's time on the wire and in its tables: the server's local time, without a zone."""

import re
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

_COMPACT = re.compile(r"\d{8}")


def local(moment: datetime, zone: str) -> str:
    """Write a moment as the server's local time, to the millisecond, without trailing noughts."""
    return plain(moment.astimezone(ZoneInfo(zone)).replace(tzinfo=None))


def plain(moment: datetime) -> str:
    text = moment.isoformat(timespec="milliseconds")
    return text.rstrip("0").rstrip(".") if "." in text else text


def as_sql(text: str) -> str:
    """Write a date as SQL Server would read it, in the form in which the tables keep theirs.

    Raises:
        ValueError: it is no date; one with an offset is none to a `datetime` column.
    """
    if _COMPACT.fullmatch(text):
        return plain(datetime.combine(date.fromisoformat(text), datetime.min.time()))
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is not None and not text.endswith("Z"):
        raise ValueError(f"{text!r} is not a date and time")
    return plain(moment.replace(tzinfo=None))


def moment_of(text: str, zone: str) -> datetime:
    """Read a date of a client: without a zone it is local."""
    moment = datetime.fromisoformat(text)
    return (moment if moment.tzinfo else moment.replace(tzinfo=ZoneInfo(zone))).astimezone(UTC)
