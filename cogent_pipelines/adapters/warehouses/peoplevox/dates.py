"""The vendor's dates, both ways: printed as each tenant likes, without a zone. Zones and order come from the settings."""

import re
from datetime import UTC, datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo

from cogent_pipelines.adapters.warehouses.peoplevox.settings import USUAL_FORM, DateOrder

_DATE = re.compile(
    r"""^['"\s]*
    (?P<a>\d{1,4}) [-/.\ ] (?P<b>\d{1,2}|[A-Za-z]{3,9}) [-/.\ ] (?P<c>\d{4}|\d{1,2}|[Yy]{4}|[Yy]{2})
    (?: [T\ ]+ (?P<hour>\d{1,2}) : (?P<minute>\d{2}) (?: : (?P<second>\d{2}) (?:\.\d+)? )? \s* (?P<half>[AaPp][Mm])? )?
    \s*Z?['"\s]*$""",
    re.VERBOSE,
)
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_NOON = 12
_LONGEST = 60
# Outside of these nothing was ever despatched, and a database cannot say every time in every zone.
_YEARS = range(1970, 3000)


class UnreadableDate(ValueError):
    """A date that the tenant's settings do not explain."""


def parsed(text: str, *, order: DateOrder, today: datetime) -> datetime:
    """Read a naive date; the single quotes around dates in reports are taken off.

    Some tenants print a literal `YYYY`: the year is then the latest that does not put the date into the future.

    Raises:
        UnreadableDate: it is no date in that order.
    """
    found = _DATE.match(text) if len(text) <= _LONGEST else None
    if found is None:
        raise UnreadableDate(f"not a date: {text[:_LONGEST]!r}")
    year, month, day = _in_order(found["a"], found["b"], found["c"], order)
    try:
        when = _built(found, year=year, month=_month(month), day=int(day), today=today)
    except ValueError as error:
        raise UnreadableDate(f"not a date in the order {order.value}: {text!r}") from error
    if when.year not in _YEARS:
        raise UnreadableDate(f"a date in no year of ours: {text!r}")
    return when


def _in_order(a: str, b: str, c: str, order: DateOrder) -> tuple[str, str, str]:
    if len(a) > 2 or order is DateOrder.YEAR_FIRST:  # noqa: PLR2004 - a day or month has at most two digits
        return a, b, c
    return (c, a, b) if order is DateOrder.MONTH_FIRST and b.isdigit() else (c, b, a)


def _month(text: str) -> int:
    return int(text) if text.isdigit() else _MONTHS.index(text[:3].lower()) + 1


def _built(found: re.Match[str], *, year: str, month: int, day: int, today: datetime) -> datetime:
    hour = int(found["hour"] or 0)
    if found["half"]:
        hour = hour % _NOON + (_NOON if found["half"].lower() == "pm" else 0)
    clock = (hour, int(found["minute"] or 0), int(found["second"] or 0))
    if year.isdigit():
        century = 2000 if len(year) <= 2 else 0  # noqa: PLR2004 - two digits stand for this century
        return datetime(century + int(year), month, day, *clock)  # noqa: DTZ001 - the vendor's dates carry no zone
    this_year = datetime(today.year, month, day, *clock)  # noqa: DTZ001 - as above
    tomorrow = today.replace(tzinfo=None) + timedelta(days=1)
    return this_year if this_year <= tomorrow else this_year.replace(year=today.year - 1)


def from_vendor(naive: datetime, zone: tzinfo) -> datetime:
    """The moment that a printed date means; in an hour that occurs twice, the first of the two."""
    return naive.replace(tzinfo=zone).astimezone(UTC)


def to_vendor(moment: datetime, zone: ZoneInfo) -> datetime:
    """A moment as the tenant's clocks show it, naive."""
    return moment.astimezone(zone).replace(tzinfo=None)


def printed(local: datetime, form: str) -> str:
    """A time as the tenant's clocks show it, in the form that is imported; the usual form by the shorter way."""
    if form == USUAL_FORM and local.year in _YEARS:
        day = f"{local.year}-{local.month:02}-{local.day:02}"
        return f"{day} {local.hour:02}:{local.minute:02}:{local.second:02}"
    return local.replace(tzinfo=None).strftime(form)


def earliest_print(moment: datetime, zone: ZoneInfo) -> datetime:
    """A naive bound that nothing later than `moment` is printed before, even where clocks are about to go back."""
    local = to_vendor(moment, zone)
    hour_later = to_vendor(moment + timedelta(hours=1), zone)
    return min(local, hour_later - timedelta(hours=1))
