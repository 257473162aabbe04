"""Shapes of request bodies: small checkers put together as the vendor's published document puts its types together.

A body that does not fit is refused with the path of what is wrong. Fields that a shape does not name are collected, not
refused: what becomes of them is a switch. Only the language lives here; the vendor's shapes are `drafts`, `action_shapes`.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any

from cogent_pipelines.simulators.commercetools.errors import Refused, invalid_json
from cogent_pipelines.simulators.commercetools.ids import moment_of

Shape = Callable[[Any, str, list[str]], None]
"""Takes a value, its path, and the list to which unnamed fields are added."""
LONGEST = 2**53
_MISSING = "Missing required value"


def wrong(path: str, text: str) -> Refused:
    return invalid_json(f"{path}: {text}" if path else text)


def anything(_: Any, __: str, ___: list[str]) -> None:
    """Fit whatever comes."""


def text(*, shortest: int = 0, longest: int | None = None, pattern: str | None = None) -> Shape:
    compiled = re.compile(pattern) if pattern else None

    def check(value: Any, path: str, _: list[str]) -> None:
        if not isinstance(value, str):
            raise wrong(path, f"expected a string, not {_kind(value)}")
        if len(value) < shortest or (longest is not None and len(value) > longest):
            raise wrong(path, f"must have {shortest} to {longest} characters")
        if compiled and not compiled.fullmatch(value):
            raise wrong(path, f"'{value}' does not match the pattern {pattern}")

    return check


def one_of(*allowed: str) -> Shape:
    def check(value: Any, path: str, _: list[str]) -> None:
        if value not in allowed:
            raise wrong(path, f"Unexpected value '{value}', expected one of: {', '.join(allowed)}")

    return check


def whole(value: Any, path: str, _: list[str]) -> None:
    """Fit an integer that JSON carries exactly."""
    if isinstance(value, bool) or not isinstance(value, int) or abs(value) > LONGEST:
        raise wrong(path, f"expected an integer, not {_kind(value)}")


def number(value: Any, path: str, _: list[str]) -> None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise wrong(path, f"expected a number, not {_kind(value)}")


def flag(value: Any, path: str, _: list[str]) -> None:
    if not isinstance(value, bool):
        raise wrong(path, f"expected a boolean, not {_kind(value)}")


def moment(value: Any, path: str, _: list[str]) -> None:
    """Fit a date and time."""
    try:
        moment_of(value)
    except (TypeError, ValueError):
        raise wrong(path, f"Failed to parse '{value}' as a date and time") from None


def listed(shape: Shape, *, fewest: int = 0, most: int | None = None) -> Shape:
    def check(value: Any, path: str, strays: list[str]) -> None:
        if not isinstance(value, list):
            raise wrong(path, f"expected an array, not {_kind(value)}")
        if len(value) < fewest or (most is not None and len(value) > most):
            raise wrong(path, f"must have {fewest} to {most} elements")
        for item in value:
            shape(item, path, strays)

    return check


def mapped(shape: Shape) -> Shape:
    """Fit an object of any names, all with values of one shape."""

    def check(value: Any, path: str, strays: list[str]) -> None:
        if not isinstance(value, dict):
            raise wrong(path, f"expected an object, not {_kind(value)}")
        for name, item in value.items():
            shape(item, _below(path, name), strays)

    return check


class Record:
    """Fits an object with all needed fields; null counts as absent, as the vendor has it."""

    __slots__ = ("known", "needed")

    def __init__(self, needed: Mapping[str, Shape], optional: Mapping[str, Shape]) -> None:
        self.needed = frozenset(needed)
        self.known = {**needed, **optional}

    def __call__(self, value: Any, path: str, strays: list[str]) -> None:
        if not isinstance(value, dict):
            raise wrong(path, f"expected an object, not {_kind(value)}")
        for name in self.known:
            if name in self.needed and value.get(name) is None:
                raise wrong(_below(path, name), _MISSING)
        for name, item in value.items():
            if name not in self.known:
                strays.append(_below(path, name))
            elif item is not None:
                self.known[name](item, _below(path, name), strays)


def record(needed: Mapping[str, Shape] | None = None, optional: Mapping[str, Shape] | None = None) -> Record:
    return Record(needed or {}, optional or {})


def told_by(field: str, shapes: Mapping[str, Shape], *, otherwise: Callable[[Any, str], Refused]) -> Shape:
    """Fit an object whose shape one of its fields names."""

    def check(value: Any, path: str, strays: list[str]) -> None:
        if not isinstance(value, dict):
            raise wrong(path, f"expected an object, not {_kind(value)}")
        name = value.get(field)
        if name is None:
            raise wrong(_below(path, field), _MISSING)
        if not isinstance(name, str) or name not in shapes:
            raise otherwise(name, path)
        shapes[name](value, path, strays)

    return check


def _below(path: str, name: str) -> str:
    return f"{path} -> {name}" if path else name


def _kind(value: Any) -> str:
    names = {dict: "an object", list: "an array", str: "a string", bool: "a boolean", int: "a number", float: "a number"}
    return names.get(type(value), "null")
