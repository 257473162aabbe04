"""Text to value and value to text, by the tenant's rules.

A cell of an import becomes a typed value (`str`, `int`, `Decimal`, `bool`, `datetime`, or `None` where empty); a value
of the books becomes the text of an answer. Dates of the books are aware and in UTC.
"""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import ROUND_DOWN, ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal, InvalidOperation
from functools import lru_cache
from typing import Literal
from zoneinfo import ZoneInfo

from cogent_pipelines.simulators.peoplevox.switches import Switches

Kind = Literal["text", "int", "decimal", "bool", "date"]
Value = str | int | Decimal | bool | datetime | None

_ROUNDING = {"half_up": ROUND_HALF_UP, "half_even": ROUND_HALF_EVEN, "down": ROUND_DOWN}
# The first is documented by a connector vendor for imports, the textual month was seen in another's code.
_IMPORT_FORMATS = (
    "%Y-%m-%d %H:%M:%S",
    "%Y-%m-%dT%H:%M:%S",
    "%Y-%m-%d %H:%M",
    "%Y-%m-%d",
    "%d %b %Y %H:%M:%S",
    "%d %b %Y",
    "%d/%m/%Y %H:%M:%S",
    "%d/%m/%Y %H:%M",
    "%d/%m/%Y",
)
_FRACTION_OR_OFFSET = re.compile(r"(\.\d+)?(Z|[+-]\d\d:\d\d)?$")


_GREATEST_INT = 2**31 - 1


class BadValue(ValueError):
    """A cell that cannot be read as its column's kind."""


@lru_cache(maxsize=32)
def zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)


def read_date(text: str, zone_name: str) -> datetime:
    text = text.strip().strip("'")
    offset = _FRACTION_OR_OFFSET.search(text)
    if offset and offset.group(2):
        try:
            return datetime.fromisoformat(text).astimezone(UTC)
        except (ValueError, OverflowError):
            raise BadValue(f"'{text}' is not a date") from None
    for form in _IMPORT_FORMATS:
        try:
            return datetime.strptime(text, form).replace(tzinfo=zone(zone_name)).astimezone(UTC)
        except (ValueError, OverflowError):
            continue
    raise BadValue(f"'{text}' is not a date")


def read_value(text: str, kind: Kind, switches: Switches) -> Value:
    """Read one cell; an empty one of any kind but text is `None`."""
    if kind == "text":
        return text
    stripped = text.strip()
    if not stripped:
        return None
    if kind == "date":
        return read_date(stripped, switches.zone_import)
    return _READERS[kind](stripped)


def _read_int(text: str) -> int:
    number = read_decimal(text)
    if abs(number) > _GREATEST_INT or number != number.to_integral_value():
        raise BadValue(f"'{text}' is not a whole number")
    return int(number)


def read_decimal(text: str) -> Decimal:
    try:
        number = Decimal(text)
    except InvalidOperation:
        raise BadValue(f"'{text}' is not a number") from None
    # Looked at without arithmetic, which overflows on what a hostile cell may hold.
    if not number.is_finite() or len(number.as_tuple().digits) > 28:
        raise BadValue(f"'{text}' is not a number")
    if number.is_zero():
        return Decimal(0)
    if not -15 <= number.adjusted() <= 15:
        raise BadValue(f"'{text}' is not a number")
    return number


def _read_bool(text: str) -> bool:
    lowered = text.lower()
    if lowered in ("true", "1"):
        return True
    if lowered in ("false", "0"):
        return False
    raise BadValue(f"'{text}' is neither True nor False")


_READERS: dict[str, Callable[[str], Value]] = {"int": _read_int, "decimal": read_decimal, "bool": _read_bool}


def rounded_price(price: Decimal, item_code: str, switches: Switches) -> Decimal:
    """Give the price as this warehouse stores it."""
    places = switches.price_decimals_by_sku.get(item_code, switches.price_decimals)
    return price.quantize(Decimal(1).scaleb(-places), rounding=_ROUNDING[switches.price_rounding])


def writer(switches: Switches, *, report: bool) -> Callable[[Value], str]:
    """Give the function that writes one value the way templates, or reports, write it."""
    zone_info = zone(switches.zone_report if report else switches.zone_data)
    date_format = switches.date_format_report if report else switches.date_format_data
    if report and switches.report_year_unrendered:
        date_format = date_format.replace("%Y", "YYYY")
    quote = "'" if report and switches.report_dates_quoted else ""

    def write(value: Value) -> str:
        if value is None:
            return ""
        if isinstance(value, str):
            return value
        if isinstance(value, bool):
            return "True" if value else "False"
        if isinstance(value, datetime):
            return f"{quote}{value.astimezone(zone_info).strftime(date_format)}{quote}"
        if isinstance(value, Decimal):
            exponent = value.as_tuple().exponent
            return f"{value:.2f}" if isinstance(exponent, int) and exponent >= -2 else f"{value:f}"
        return str(value)

    return write
