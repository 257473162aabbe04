"""JMESPath expressions: compiled once, with a small fixed set of functions more, and looked at before they ever run.

What an expression is given and may answer is in `contract`. Nothing here reaches the environment, the network or a clock.
"""

import difflib
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Any

import jmespath
from jmespath.exceptions import JMESPathError
from jmespath.functions import Functions, signature
from jmespath.visitor import TreeInterpreter

MARK = "="
"""Begins a text that is an expression; a text that itself begins so is written with two of them."""

_LONGEST_TEXT = 20_000


class ExpressionFault(ValueError):
    """The text is no expression that can be used; the message says why."""


class NotMapped(ValueError):
    """A value stands in no line of the map that it was looked up in; the message says what to add where."""


@dataclass(slots=True)
class Maps:
    """The profile's tables of words, as `lookup` knows them; a table may be filled from the vendor's own list later."""

    values: dict[str, dict[str, str]] = field(default_factory=dict)
    defaults: dict[str, str] = field(default_factory=dict)
    strict: set[str] = field(default_factory=set)

    def look_up(self, name: str, key: str) -> str:
        """The word for a key: from the table, else the table's default, else the key itself.

        Raises:
            NotMapped: the table is to fail where it does not know a key.
        """
        found = self.values.get(name, {}).get(key)
        if found is not None:
            return found
        if name in self.strict:
            raise NotMapped(f"{key!r} is not in maps.{name}; add it there")
        return self.defaults.get(name, key)


class ProfileFunctions(Functions):
    """What JMESPath lacks for shaping orders. An empty value in gives an empty value out, as JMESPath does it."""

    def __init__(self, maps: Maps | None = None) -> None:
        super().__init__()
        self._maps = maps or Maps()
        # Made once: JMESPath's own `search` makes one for every value, which costs as much again as a small expression.
        self.interpreter = TreeInterpreter(jmespath.Options(custom_functions=self))

    @signature({"types": []})
    def _func_to_string(self, value: Any) -> str | None:
        """Unlike JMESPath's own, which makes a word of nothing: a missing id must not become the id `null`."""
        if value is None or isinstance(value, str):
            return value
        return json.dumps(value) if isinstance(value, list | dict) else _text(value)

    @signature({"types": []}, {"types": ["string"]}, {"types": ["string"]})
    def _func_replace(self, value: Any, old: str, new: str) -> str | None:
        return None if value is None else _text(value).replace(old, new)

    @signature({"types": []})
    def _func_trim(self, value: Any) -> str | None:
        return None if value is None else _text(value).strip()

    @signature({"types": []})
    def _func_upper(self, value: Any) -> str | None:
        return None if value is None else _text(value).upper()

    @signature({"types": []})
    def _func_lower(self, value: Any) -> str | None:
        return None if value is None else _text(value).lower()

    @signature({"types": [], "variadic": True})
    def _func_concat(self, *values: Any) -> str:
        return "".join(_text(value) for value in values if value is not None)

    @signature({"types": []}, {"types": []})
    def _func_default(self, value: Any, otherwise: Any) -> Any:
        return otherwise if value is None or value == "" else value

    @signature({"types": []}, {"types": []})
    def _func_decimal_add(self, one: Any, other: Any) -> Decimal | None:
        return None if one is None or other is None else _number(one) + _number(other)

    @signature({"types": []}, {"types": []})
    def _func_decimal_mul(self, one: Any, other: Any) -> Decimal | None:
        return None if one is None or other is None else _number(one) * _number(other)

    @signature({"types": ["string"]}, {"types": []})
    def _func_lookup(self, name: str, key: Any) -> str | None:
        return None if key is None else self._maps.look_up(name, _text(key))

    @signature({"types": []}, {"types": ["string"]})
    def _func_regex_extract(self, value: Any, pattern: str) -> str | None:
        """The first group of the first match, or the match where there is no group."""
        if value is None:
            return None
        found = _pattern(pattern).search(_text(value)[:_LONGEST_TEXT])
        return None if found is None else found[1 if found.re.groups else 0]


@dataclass(frozen=True, slots=True)
class Expression:
    """`source` without its mark; `lookups` are the tables of words that it looks up by name."""

    source: str
    lookups: frozenset[str]
    compiled: Any = field(repr=False, compare=False)

    def of(self, value: Any, functions: ProfileFunctions) -> Any:
        """Evaluate.

        Raises:
            ValueError: it cannot be evaluated over this value, or a word is not mapped.
        """
        return functions.interpreter.visit(self.compiled.parsed, value)


def is_expression(text: object) -> bool:
    return isinstance(text, str) and text.startswith(MARK) and not text.startswith(MARK * 2)


def literal(text: str) -> str:
    """What a text that is no expression stands for."""
    return text[1:] if text.startswith(MARK * 2) else text


def compiled(text: str) -> Expression:
    """Compile an expression with its mark.

    Raises:
        ExpressionFault: it is none, or calls a function that does not exist.
    """
    source = text.removeprefix(MARK).strip()
    if not source:
        raise ExpressionFault("the expression is empty")
    try:
        parsed = jmespath.compile(source)
    except JMESPathError as error:
        raise ExpressionFault(f"{_in_one_line(error)}: {source}") from error
    tables = set()
    for node in _nodes(parsed.parsed):
        if node["type"] == "function_expression":
            _check_call(node)
            if node["value"] == "lookup" and node["children"][0]["type"] == "literal":
                tables.add(str(node["children"][0]["value"]))
    return Expression(source, frozenset(tables), parsed)


def _check_call(node: Mapping[str, Any]) -> None:
    name, table = node["value"], ProfileFunctions.FUNCTION_TABLE
    if name not in table:
        near = difflib.get_close_matches(name, table, 1)
        raise ExpressionFault(f"there is no function {name}" + (f"; did you mean {near[0]}?" if near else ""))
    wanted = table[name]["signature"]
    given, variadic = len(node["children"]), bool(wanted) and bool(wanted[-1].get("variadic"))
    if given < len(wanted) or (given > len(wanted) and not variadic):
        raise ExpressionFault(f"{name} takes {len(wanted)} values and is given {given}")
    if name == "regex_extract" and node["children"][1]["type"] == "literal":
        try:
            re.compile(str(node["children"][1]["value"]))
        except re.error as error:
            raise ExpressionFault(f"regex_extract: {error}") from error


def _nodes(node: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    yield node
    for child in node.get("children", ()):
        if isinstance(child, dict):
            yield from _nodes(child)


def _in_one_line(error: Exception) -> str:
    return " ".join(str(error).split("\n")[0].split()).removesuffix(":").removesuffix(", for expression")


@lru_cache(maxsize=256)
def _pattern(text: str) -> re.Pattern[str]:
    return re.compile(text)


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return value if isinstance(value, str) else str(value)


def _number(value: Any) -> Decimal:
    try:
        return value if isinstance(value, Decimal) else Decimal(str(value))
    except InvalidOperation:
        raise ValueError(f"{value!r} is no number") from None
