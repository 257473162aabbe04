"""Single values of an order's JSON, each checked for its kind. A value itself is never repeated: it may be personal."""

from collections.abc import Iterator
from typing import Any

from cogent_pipelines.adapters.transport.unforeseen import why
from cogent_pipelines.canonical.identity import Attribute

Json = dict[str, Any]

LONGEST_NAME = 500
_MOST_UNITS = 100_000
_ENGLISH = ("en-GB", "en", "en-US")


def text(value: Any) -> str:
    """A text, empty for what is not set."""
    if value is None:
        return ""
    if not isinstance(value, str):
        raise TypeError(f"a {type(value).__name__} stands where a text should")
    return value


def short(value: Any, field: str) -> str:
    """A text that is looked up by, and so must be there and fit an index."""
    found = text(value)
    if not found:
        raise ValueError(f"field {field} is empty")
    if len(found) > LONGEST_NAME:
        raise ValueError(f"field {field} has {len(found)} characters; {LONGEST_NAME} are the most")
    if "\0" in found:
        # A database cannot keep it, and without it the name would be another one.
        raise ValueError(f"field {field} holds a character that no name has")
    return found


def count(value: Any, field: str) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise TypeError(f"field {field} is a {type(value).__name__}, not a number of units")
    if not 0 <= value <= _MOST_UNITS:
        raise ValueError(f"field {field} is no number of units that an order has")
    return value


def truth(value: Any, field: str) -> bool:
    """Neither null nor absence counts as no: tax inside or outside prices is money."""
    if not isinstance(value, bool):
        raise TypeError(f"field {field} is a {type(value).__name__}, neither true nor false")
    return value


def rows(value: Any, field: str) -> list[Json]:
    """A list of objects, empty for what is not set."""
    if value is None:
        return []
    if not isinstance(value, list) or not all(isinstance(row, dict) for row in value):
        raise TypeError(f"field {field} is no list of objects")
    return value


def inner(node: Json, field: str) -> Json:
    """An object inside, empty for what is not set."""
    value = node.get(field)
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise TypeError(f"field {field} is a {type(value).__name__}, not an object")
    return value


def fault(error: Exception) -> str:
    """What could not be read, for people: our own words name the field; what another library says may quote the value."""
    said = str(error)
    return said if type(error) in (TypeError, ValueError) and said.startswith("field ") else why(error)


def localised(value: Any, locales: tuple[str, ...]) -> str:
    """The name in the first of these languages that it has, else in English, else in any."""
    if not isinstance(value, dict):
        raise TypeError(f"a {type(value).__name__} stands where a name in languages should")
    for locale in (*locales, *(each.partition("-")[0] for each in locales), *_ENGLISH):
        if locale and value.get(locale):
            return text(value[locale])
    return text(next(iter(value.values()), ""))


def attributes(node: Json) -> tuple[Attribute, ...]:
    """Custom fields that are single values; sets, references and money in them are carried by nobody."""
    return tuple(_attributes(inner(inner(node, "custom"), "fields")))


def _attributes(fields: Json) -> Iterator[Attribute]:
    for key, value in fields.items():
        if isinstance(value, bool):
            yield Attribute(key, "true" if value else "false")
        elif isinstance(value, str | int | float):
            yield Attribute(key, str(value))
