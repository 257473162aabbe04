"""Reading SCAYLE's JSON so that what is wrong is named by its field, and never by its value.

Fields that are missing read like null: SCAYLE leaves out what it has nothing to say for. Unknown fields are never looked at.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from cogent_pipelines.adapters.storefronts.scayle.times import time_of

_LARGEST = 10**15


class Unreadable(ValueError):
    """A field is not as published; the message names it and its kind, not what it holds."""


class Node:
    """One object and the path to it; `path` is '' at the top."""

    __slots__ = ("path", "value")

    def __init__(self, value: Any, path: str = "") -> None:
        if not isinstance(value, dict):
            raise Unreadable(f"field {path or '(all)'} is {_said(value)}, not an object")
        self.value: dict[str, Any] = value
        self.path = path

    def where(self, name: str) -> str:
        return f"{self.path}.{name}" if self.path else name

    def has(self, name: str) -> bool:
        return self.value.get(name) is not None

    def text(self, name: str, *, longest: int = 10_000) -> str:
        """A text, '' where there is none; a number is as good."""
        value = self.value.get(name)
        if value is None:
            return ""
        if isinstance(value, bool) or not isinstance(value, str | int):
            raise self.wrong(name, "a text")
        text = str(value)
        if len(text) > longest:
            raise Unreadable(f"field {self.where(name)} has {len(text)} characters; {longest} are the most")
        return text

    def needed_text(self, name: str, *, longest: int = 500) -> str:
        text = self.text(name, longest=longest)
        if not text:
            raise Unreadable(f"field {self.where(name)} is missing or empty")
        return text

    def number(self, name: str) -> int | None:
        """A whole number; one that is written `190.0` is one, too."""
        value = self.value.get(name)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) <= _LARGEST:
            raise self.wrong(name, "a number")
        return value if isinstance(value, int) else round(value)

    def needed_number(self, name: str) -> int:
        value = self.number(name)
        if value is None:
            raise Unreadable(f"field {self.where(name)} is missing")
        return value

    def fraction(self, name: str) -> float | None:
        value = self.value.get(name)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise self.wrong(name, "a number")
        return float(value)

    def truth(self, name: str) -> bool:
        value = self.value.get(name)
        if value is None:
            return False
        if not isinstance(value, bool):
            raise self.wrong(name, "true or false")
        return value

    def time(self, name: str, zone: str) -> datetime | None:
        text = self.text(name)
        if not text:
            return None
        try:
            return time_of(text, zone)
        except ValueError as error:
            raise Unreadable(f"field {self.where(name)} is no time that can be read") from error

    def needed_time(self, name: str, zone: str) -> datetime:
        when = self.time(name, zone)
        if when is None:
            raise Unreadable(f"field {self.where(name)} is missing or empty")
        return when

    def inner(self, name: str) -> "Node":
        """An object, empty where there is none; an empty list is how some of SCAYLE's parts write an empty object."""
        value = self.value.get(name)
        return Node({} if value is None or value == [] else value, self.where(name))

    def each(self, name: str) -> Iterator["Node"]:
        """The objects of a list, which may be missing."""
        value = self.value.get(name)
        if value is None:
            return
        if not isinstance(value, list):
            raise self.wrong(name, "a list")
        for place, entry in enumerate(value):
            yield Node(entry, f"{self.where(name)}[{place}]")

    def wrong(self, name: str, kind: str) -> Unreadable:
        return Unreadable(f"field {self.where(name)} is {_said(self.value.get(name))}, not {kind}")


def _said(value: Any) -> str:
    """The kind of a value, never the value: it may be somebody's address."""
    return "null" if value is None else f"a {type(value).__name__}"
