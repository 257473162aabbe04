"""Reading a body or a query strictly: the wrong kind of thing is refused with the field's name.

Names are looked up without regard to case, as most JSON services on .NET do; a vendor that does not says so by `exact`.
"""

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import Any
from zoneinfo import ZoneInfo

from cogent_pipelines.simulators.common.depot.door import Refused

# What fits a whole number of 32 bits; nothing that is counted or paid here is more.
_MOST = 2**31 - 1


def number_in(text: str) -> int | None:
    """Read a whole number written in digits, as in a path or a query."""
    return int(text) if re.fullmatch(r"-?[0-9]{1,9}", text) else None


class BadField(Refused):
    """A field holds what it cannot hold."""

    def __init__(self, name: str, why: str) -> None:
        super().__init__(400, f"{name} {why}", code="INVALID_FIELD", more={"field": name})
        self.name = name
        self.why = why


class Fields:
    """One JSON object, or a query, read field by field."""

    def __init__(self, content: Any, *, place: str = "", exact: bool = False) -> None:
        if not isinstance(content, Mapping):
            raise BadField(place.rstrip(".") or "body", "is not an object")
        self._place = place
        self._exact = exact
        self._content = content if exact else {name.casefold(): value for name, value in content.items()}
        self.names = list(content)

    def raw(self, name: str) -> Any:
        return self._content.get(name if self._exact else name.casefold())

    def __contains__(self, name: str) -> bool:
        return self.raw(name) is not None

    def text(self, name: str) -> str:
        """Give a text, empty where there is none."""
        value = self.raw(name)
        if value is not None and not isinstance(value, str):
            raise self._bad(name, "is not a text")
        return value or ""

    def whole(self, name: str) -> int | None:
        """Give a whole number."""
        value = self.raw(name)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int | float) or value != value // 1 or abs(value) > _MOST:
            raise self._bad(name, "is not a whole number")
        return int(value)

    def digits(self, name: str) -> int | None:
        """Give a whole number that is written as text, as in a query."""
        value = self.raw(name)
        if value in (None, ""):
            return None
        if (number := number_in(str(value))) is None:
            raise self._bad(name, "is not a whole number")
        return number

    def written_amount(self, name: str) -> Decimal:
        """Give a number that is written as text."""
        value = self.raw(name)
        try:
            amount = Decimal(value) if isinstance(value, str) else Decimal("NaN")
        except InvalidOperation:
            amount = Decimal("NaN")
        if not amount.is_finite() or abs(amount) > _MOST:
            raise self._bad(name, "is not an amount as text")
        return amount

    def amount(self, name: str) -> Decimal:
        """Give a number, nought where there is none."""
        value = self.raw(name)
        if value is None:
            return Decimal(0)
        if isinstance(value, bool) or not isinstance(value, int | float) or abs(value) > _MOST:
            raise self._bad(name, "is not an amount")
        return Decimal(str(value))

    def flag(self, name: str) -> bool:
        value = self.raw(name)
        if isinstance(value, str) and value.casefold() in ("true", "false"):
            return value.casefold() == "true"
        if value is None or isinstance(value, bool):
            return bool(value)
        raise self._bad(name, "is not true or false")

    def moment(self, name: str, zone: str) -> datetime | None:
        """Give an ISO 8601 moment in UTC; one without an offset is of `zone`."""
        value = self.raw(name)
        if value in (None, ""):
            return None
        try:
            read = datetime.fromisoformat(str(value))
            return (read if read.tzinfo else read.replace(tzinfo=ZoneInfo(zone))).astimezone(UTC)
        except (ValueError, OverflowError):
            raise self._bad(name, "is not a date and time") from None

    def rows(self, name: str) -> Iterator["Fields"]:
        """Give the objects of a list, one by one."""
        value = self.raw(name)
        if value is None:
            return
        if not isinstance(value, list):
            raise self._bad(name, "is not a list")
        for number, row in enumerate(value):
            yield Fields(row, place=f"{self._place}{name}[{number}].", exact=self._exact)

    def inner(self, name: str) -> "Fields | None":
        value = self.raw(name)
        return None if value is None else Fields(value, place=f"{self._place}{name}.", exact=self._exact)

    def _bad(self, name: str, why: str) -> BadField:
        return BadField(f"{self._place}{name}", why)


def pence(amount: Decimal) -> int:
    """Give an amount in minor units, half a penny up."""
    return int((amount * 100).quantize(Decimal(1), "ROUND_HALF_UP"))
