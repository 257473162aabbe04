"""How the vendor writes and reads a moment.

Sent are ISO 8601 with an offset; the fulfilment calls also take `YYYY-MM-DD HH:MM:SS` without one.
"""

import re
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

_PLAIN = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d")
_ISO = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d([.,]\d+)?)?(Z|[+-]\d\d:?\d\d)?")
ZONES = {"UTC": UTC, "Europe/Berlin": ZoneInfo("Europe/Berlin")}


def iso(moment: datetime) -> str:
    """2026-11-02T09:00:00+00:00; a fraction only where there is one."""
    return moment.astimezone(UTC).isoformat()


def whole_seconds(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(microsecond=0)


def iso_moment(text: str, zone: str) -> datetime | None:
    """Read ISO 8601; without an offset it is a time of `zone`. None where the text is none."""
    if not _ISO.fullmatch(text):
        return None
    return _aware(text.replace(",", "."), zone)


def plain_moment(text: str, zone: str) -> datetime | None:
    """Read `YYYY-MM-DD HH:MM:SS`."""
    return _aware(text, zone) if _PLAIN.fullmatch(text) else None


def day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _aware(text: str, zone: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text)
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=ZONES[zone])
        return moment.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
