"""How a vendor writes dates, amounts and nothing, and how it is written to; by the profile's `formats`."""

import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Any
from zoneinfo import ZoneInfo

from cogent_pipelines.adapters.warehouses.rest_profile import model
from cogent_pipelines.adapters.warehouses.rest_profile.expressions import Expression, ProfileFunctions

_LARGEST = Decimal(10**12)
_MOST_UNITS = 10**6
LONGEST_NAME = 500
# Outside of these nothing was ever despatched, and a database cannot say every time in every zone.
_YEARS = range(1970, 3000)
_LONGEST = 80
_DIRECTIVE = re.compile(r"%-?[aAwdbBmyYHIMSfpzZjUWcxXGuV%]")
_YES = frozenset({"true", "1", "yes", "y"})

Context = Mapping[str, Any]


class Unreadable(ValueError):
    """A value is not what it should be; the message says what it is, in few characters."""


class Unwritable(ValueError):
    """Something cannot be said to the vendor; the message says what."""


# ---- in


def text(value: Any) -> str:
    """Plain text of a value; empty where there is none."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return value if isinstance(value, str) else str(value)


def number(value: Any) -> Decimal | None:
    """A decimal; None where there is none, or more than can be counted or paid."""
    if value is None or isinstance(value, bool | dict | list):
        return None
    try:
        found = Decimal(str(value).strip())
    except InvalidOperation:
        return None
    return found if found.is_finite() and found.copy_abs() <= _LARGEST else None


def whole(value: Any, what: str) -> int:
    """A count of units.

    Raises:
        Unreadable: it is none.
    """
    found = number(value)
    if found is None or found != found.to_integral_value() or abs(found) > _MOST_UNITS:
        raise Unreadable(f"{what} is no whole number: {text(value)[:_LONGEST]!r}")
    return int(found)


def flag(value: Any) -> bool:
    return value if isinstance(value, bool) else text(value).strip().casefold() in _YES


def name(value: Any, what: str) -> str:
    """A text that things are looked up by, without surrounding spaces; empty where there is none.

    Raises:
        Unreadable: it is no text, or longer than an index takes.
    """
    if isinstance(value, dict | list):
        raise Unreadable(f"{what} is a {type(value).__name__}, not a text")
    found = text(value).strip()
    if len(found) > LONGEST_NAME:
        raise Unreadable(f"{what} has {len(found)} characters; {LONGEST_NAME} are the most")
    return found


def sku(value: Any, what: str) -> str:
    """The same for a SKU, which is kept as it is spelt, spaces and all; empty where there is nothing but spaces.

    Raises:
        Unreadable: as for a name.
    """
    return text(value) if name(value, what) else ""


def moment(value: Any, patterns: list[str], zone: str, what: str) -> datetime:
    """A time, aware and in UTC; `what` is the field, for people.

    Raises:
        Unreadable: it fits none of the patterns, or is of another age.
    """
    for pattern in patterns:
        found = _parsed(value, pattern)
        if found is not None and found.year in _YEARS:
            return (found if found.tzinfo else found.replace(tzinfo=ZoneInfo(zone))).astimezone(UTC)
    raise Unreadable(f"{what}: {text(value)[:_LONGEST]!r} is no date of the profile's formats")


def reads_dates(pattern: str) -> bool:
    """Whether dates can be read by it."""
    if pattern in {"iso8601", "epoch_s", "epoch_ms"}:
        return True
    try:
        datetime.strptime(datetime(2026, 11, 2, 9, 30, tzinfo=UTC).strftime(pattern), pattern)  # noqa: DTZ007 - only tried
    except (ValueError, re.error):
        return False
    return "%" in pattern


def writes_dates(pattern: str) -> bool:
    """Whether a date can be written by it: the system would write a letter that it does not know as it is."""
    rest = _DIRECTIVE.sub("", pattern)
    return pattern == "iso8601" or ("%" in pattern and "%" not in rest)


def _parsed(value: Any, pattern: str) -> datetime | None:
    try:
        match pattern:
            case "iso8601":
                return datetime.fromisoformat(text(value).strip())
            case "epoch_s":
                return datetime.fromtimestamp(float(text(value)), UTC)
            case "epoch_ms":
                return datetime.fromtimestamp(float(text(value)) / 1000, UTC)
        return datetime.strptime(text(value).strip(), pattern)  # noqa: DTZ007 - the zone follows
    except (ValueError, OverflowError, OSError):
        return None


# ---- out


def written(when: datetime, formats: model.Formats, zone: str) -> str:
    """A time as the vendor takes it, in its zone."""
    local = when.astimezone(ZoneInfo(zone))
    if formats.dates_out != "iso8601":
        return local.strftime(formats.dates_out)
    # Without an offset the vendor reads its own zone, which is what it prints.
    return local.replace(tzinfo=None).isoformat(timespec="seconds") if zone != "UTC" else _zulu(local)


def _zulu(when: datetime) -> str:
    return when.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="seconds") + "Z"


def earliest(when: datetime, zone: str) -> datetime:
    """A bound that misses nothing printed from then on without an offset, also where clocks go back meanwhile."""
    there = ZoneInfo(zone)
    fall = _offset(when, there) - _offset(when + timedelta(hours=1), there)
    return when - max(fall, timedelta(0))


def _offset(when: datetime, zone: ZoneInfo) -> timedelta:
    return when.astimezone(zone).utcoffset() or timedelta(0)


def rendered(tree: Any, context: Context, functions: ProfileFunctions, formats: model.Formats) -> Any:
    """What is sent: expressions evaluated, amounts rounded, nothing written as the vendor wants it.

    Raises:
        Unwritable: an expression cannot be evaluated, or a word is not mapped.
    """
    if isinstance(tree, Expression):
        try:
            return _plain(tree.of(context, functions), formats)
        except ValueError as error:
            raise Unwritable(f"{tree.source}: {error}") from error
    if isinstance(tree, Mapping):
        made = {name: rendered(below, context, functions, formats) for name, below in tree.items()}
        return _without_nothing(made, formats)
    if isinstance(tree, list):
        return [rendered(below, context, functions, formats) for below in tree]
    return tree


def _plain(value: Any, formats: model.Formats) -> Any:
    if isinstance(value, Decimal):
        amount = value.quantize(Decimal(1).scaleb(-formats.decimal_places), ROUND_HALF_UP)
        return str(amount) if formats.decimals == "text" else amount
    if isinstance(value, dict):
        return _without_nothing({name: _plain(below, formats) for name, below in value.items()}, formats)
    if isinstance(value, list):
        return [_plain(below, formats) for below in value]
    return value


def _without_nothing(values: Mapping[str, Any], formats: model.Formats) -> dict[str, Any]:
    match formats.nulls:
        case "omit":
            return {name: value for name, value in values.items() if value is not None}
        case "empty":
            return {name: "" if value is None else value for name, value in values.items()}
    return dict(values)


def as_json(value: Any) -> bytes:
    """JSON with decimals as they are: a float in between could change a penny."""
    return _json(value).encode()


def _json(value: Any) -> str:
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, Mapping):
        return "{" + ",".join(f"{json.dumps(str(name))}:{_json(below)}" for name, below in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ",".join(map(_json, value)) + "]"
    return json.dumps(value)


def in_address(value: Any, formats: model.Formats) -> str:
    """A value as a parameter or a field of a form."""
    if isinstance(value, bool):
        return formats.booleans[0 if value else 1]
    return text(value)
