"""Single cells of a row: numbers, texts, moments. Anything may stand in one; what cannot be read is named by its column.

A message holds the column and the kind of what is there, never the value of a text.
"""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

Row = Mapping[str, Any]

_MOST = Decimal(10) ** 12
_LONGEST = 40
_LONGEST_NAME = 500
# Outside of these nothing was ever despatched, and a database cannot say every time in every zone.
_YEARS = range(1970, 3000)
_TRUE, _FALSE = frozenset({"true", "1", "yes", "y"}), frozenset({"false", "0", "no", "n", ""})


class Unreadable(ValueError):
    """A cell that says nothing; the text names the column."""


def text(row: Row, column: str) -> str:
    """A text as it stands, spaces and all; empty where there is none. Numbers are taken as their digits.

    Raises:
        Unreadable: it is no text.
    """
    value = row.get(column)
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    raise _not(column, "a text", value)


def name(row: Row, column: str) -> str:
    """A text that things are looked up by.

    Raises:
        Unreadable: it is no text, or longer than an index takes.
    """
    found = text(row, column)
    if len(found) > _LONGEST_NAME:
        raise Unreadable(f"column {column} has {len(found)} characters; {_LONGEST_NAME} are the most")
    return found


def number(row: Row, column: str) -> Decimal:
    """A number.

    Raises:
        Unreadable: it is none, or not one that is counted with.
    """
    found = number_or_none(row, column)
    if found is None:
        raise _not(column, "a number", None)
    return found


def number_or_none(row: Row, column: str) -> Decimal | None:
    """A number; None where the cell is empty.

    Raises:
        Unreadable: it is something else.
    """
    value = row.get(column)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise _not(column, "a number", value)
    try:
        # By way of the text: 0.1 is a tenth, and not the double that is nearest to it.
        found = Decimal(str(value).strip()) if len(str(value)) <= _LONGEST else None
    except (InvalidOperation, ValueError):
        found = None
    if found is None or not found.is_finite() or found.copy_abs() > _MOST:
        raise _not(column, "a number", value)
    return found


def whole(row: Row, column: str) -> int:
    """A whole number.

    Raises:
        Unreadable: it is none.
    """
    found = number(row, column)
    if found != found.to_integral_value():
        raise Unreadable(f"column {column} is {found}, not a whole number")
    return int(found)


def moment_or_none(row: Row, column: str) -> datetime | None:
    """A moment as printed: naive where no zone is printed, as is usual; None where the cell is empty.

    Raises:
        Unreadable: it is no date with a time.
    """
    value = row.get(column)
    if value is None or value == "":
        return None
    if not isinstance(value, str) or len(value) > _LONGEST:
        raise _not(column, "a date", value)
    try:
        found = datetime.fromisoformat(value.strip())
    except ValueError:
        raise _not(column, "a date", value) from None
    if found.year not in _YEARS:
        raise Unreadable(f"column {column} is a date in no year of ours")
    return found


def flag(row: Row, column: str) -> bool:
    """Yes or no, in any of the spellings that SQL Server's exports use; no where the cell is empty or missing.

    Raises:
        Unreadable: it is neither.
    """
    value = row.get(column)
    if value is None:
        return False
    if isinstance(value, bool | int | str):
        words = str(value).strip().casefold()
        if words in _TRUE or words in _FALSE:
            return words in _TRUE
    raise _not(column, "yes or no", value)


def _not(column: str, wanted: str, value: Any) -> Unreadable:
    return Unreadable(f"column {column} is {'empty' if value is None else f'a {type(value).__name__}'}, not {wanted}")
