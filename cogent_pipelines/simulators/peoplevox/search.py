"""The search clause: a small part of .NET's dynamic LINQ, as published clients use it.

    SalesOrderNumber.Equals("SO-1") OR SalesOrderNumber == "SO-2"
    ([Despatch date] >= DateTime(2026,11,2,0,0,0)) AND !([Site reference].Equals("SystemSite"))

Text becomes a tree here (`parse`); `Narrowing` reads off a tree which keys or which span of time can match at all, so
that nobody walks all rows for a search by number. What a column means is `query`.
"""

import re
from collections.abc import KeysView
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Literal
from zoneinfo import ZoneInfo

Operator = Literal["==", "!=", ">", ">=", "<", "<=", "contains", "startswith", "endswith"]
Keys = KeysView[str]
Literal_ = str | Decimal | bool | datetime | None


class BadSearch(ValueError):
    """A clause that cannot be understood."""


@dataclass(frozen=True, slots=True)
class Compare:
    column: str
    operator: Operator
    value: Literal_


@dataclass(frozen=True, slots=True)
class Not:
    clause: "Clause"


@dataclass(frozen=True, slots=True)
class And:
    clauses: "tuple[Clause, ...]"


@dataclass(frozen=True, slots=True)
class Or:
    clauses: "tuple[Clause, ...]"


Clause = Compare | Not | And | Or

_TOKEN = re.compile(
    r"""\s*(?:
        (?P<text>"(?:[^"\\]|\\.|"")*"|'(?:[^'\\]|\\.|'')*')
      | (?P<column>\[[^\]]+\])
      | (?P<number>-?\d+(?:\.\d+)?)
      | (?P<mark>==|!=|<>|>=|<=|&&|\|\||[=<>!().,])
      | (?P<word>[A-Za-z_][A-Za-z0-9_]*)
    )""",
    re.VERBOSE,
)
_METHODS: dict[str, Operator] = {
    "equals": "==",
    "contains": "contains",
    "startswith": "startswith",
    "endswith": "endswith",
}
_MARKS: dict[str, Operator] = {"==": "==", "=": "==", "!=": "!=", "<>": "!=", ">": ">", ">=": ">=", "<": "<", "<=": "<="}
_DEEPEST = 60


class _Parser:
    def __init__(self, text: str, zone: ZoneInfo) -> None:
        self.tokens = _tokens(text)
        self.at = 0
        self.zone = zone
        self.depth = 0

    def peek(self) -> str:
        return self.tokens[self.at][1] if self.at < len(self.tokens) else ""

    def kind(self) -> str:
        return self.tokens[self.at][0] if self.at < len(self.tokens) else "end"

    def take(self) -> str:
        if self.at >= len(self.tokens):
            raise BadSearch("the clause ends too early")
        self.at += 1
        return self.tokens[self.at - 1][1]

    def expect(self, mark: str) -> None:
        if self.take() != mark:
            raise BadSearch(f"'{mark}' expected")

    def either(self) -> Clause:
        clauses = [self.both()]
        while self.peek().lower() in ("or", "||"):
            self.take()
            clauses.append(self.both())
        return clauses[0] if len(clauses) == 1 else Or(tuple(clauses))

    def both(self) -> Clause:
        clauses = [self.one()]
        while self.peek().lower() in ("and", "&&"):
            self.take()
            clauses.append(self.one())
        return clauses[0] if len(clauses) == 1 else And(tuple(clauses))

    def one(self) -> Clause:
        if self.peek() == "!" or (self.kind() == "word" and self.peek().lower() == "not"):
            self.take()
            return Not(self.one())
        if self.peek() == "(" and not self._is_bracketed_column():
            self.depth += 1
            if self.depth > _DEEPEST:
                raise BadSearch("too many parentheses")
            self.take()
            inner = self.either()
            self.expect(")")
            self.depth -= 1
            return inner
        return self.comparison()

    def _is_bracketed_column(self) -> bool:
        """Tell `([Item code]) == "x"` and `([Item code]).Equals("x")` from a group."""
        kinds = [kind for kind, _ in self.tokens[self.at : self.at + 3]]
        texts = [text for _, text in self.tokens[self.at : self.at + 3]]
        return len(kinds) == 3 and kinds[1] in ("column", "word") and texts[2] == ")" and texts[0] == "("

    def comparison(self) -> Clause:
        column = self.column()
        mark = self.take()
        if mark == ".":
            return self.method(column)
        if mark not in _MARKS:
            raise BadSearch(f"a comparison expected after '{column}'")
        return Compare(column, _MARKS[mark], self.literal())

    def method(self, column: str) -> Clause:
        name = self.take().lower()
        if name not in _METHODS:
            raise BadSearch(f"no method '{name}' is known")
        self.expect("(")
        value = self.literal()
        self.expect(")")
        return Compare(column, _METHODS[name], value)

    def column(self) -> str:
        bracketed = self.peek() == "("
        if bracketed:
            self.take()
        kind, text = self.kind(), self.take()
        if kind == "column":
            text = text[1:-1].strip()
        elif kind == "word":
            # A property path, such as ItemType.ItemCode, is one name unless a method follows.
            while self._path_goes_on():
                self.take()
                text = f"{text}.{self.take()}"
        else:
            raise BadSearch(f"a column expected where '{text}' stands")
        if bracketed:
            self.expect(")")
        return text

    def _path_goes_on(self) -> bool:
        following = self.tokens[self.at : self.at + 3]
        is_step = len(following) >= 2 and following[0][1] == "." and following[1][0] == "word"
        return is_step and not (len(following) == 3 and following[2][1] == "(")

    def literal(self) -> Literal_:
        kind, text = self.kind(), self.take()
        if kind == "text":
            return _unquoted(text)
        if kind == "number":
            return Decimal(text)
        lowered = text.lower()
        if kind == "word" and lowered in ("true", "false"):
            return lowered == "true"
        if kind == "word" and lowered == "null":
            return None
        if kind == "word" and lowered == "datetime":
            return self.moment()
        raise BadSearch(f"a value expected where '{text}' stands")

    def moment(self) -> datetime:
        self.expect("(")
        parts: list[int] = []
        while self.peek() != ")":
            if self.peek() == ",":
                self.take()
                continue
            number = self.take()
            if not number.isdecimal():
                raise BadSearch("DateTime takes whole numbers")
            parts.append(int(number))
        self.expect(")")
        if not 3 <= len(parts) <= 7:
            raise BadSearch("DateTime takes year, month, day and, if wanted, hour, minute, second")
        year, month, day, hour, minute, second = (*parts[:6], *[0] * (6 - len(parts[:6])))
        try:
            return datetime(year, month, day, hour, minute, second, tzinfo=self.zone).astimezone(UTC)
        except (ValueError, OverflowError):
            raise BadSearch("DateTime is not a date") from None


def _tokens(text: str) -> list[tuple[str, str]]:
    tokens: list[tuple[str, str]] = []
    at, end = 0, len(text.rstrip())
    while at < end:
        found = _TOKEN.match(text, at)
        if not found or found.lastgroup is None:
            raise BadSearch(f"not understood: {text[at : at + 20].strip()!r}")
        tokens.append((found.lastgroup, found.group(found.lastgroup)))
        at = found.end()
    return tokens


def _unquoted(text: str) -> str:
    mark, inner = text[0], text[1:-1]
    return inner.replace(mark * 2, mark).replace("\\" + mark, mark).replace("\\\\", "\\")


def parse(text: str, zone: ZoneInfo) -> Clause | None:
    """Read a clause; `None` where it is empty. `zone` is the one its dates are meant in."""
    if not text.strip():
        return None
    parser = _Parser(text, zone)
    clause = parser.either()
    if parser.at < len(parser.tokens):
        raise BadSearch(f"not understood: '{parser.peek()}'")
    return clause


@dataclass(frozen=True, slots=True)
class Narrowing:
    """What a clause says about its rows beforehand; always a superset of the rows that match."""

    clause: Clause | None
    exact_case: bool = True

    def keys(self, *columns: str) -> Keys | None:
        """Give the only values that one of these names can have, in the order of the search; `None` where any can."""
        if self.clause is None or not self.exact_case:
            return None
        found = _keys(self.clause, {column.casefold() for column in columns})
        return None if found is None else found.keys()

    def span(self, column: str) -> tuple[datetime | None, datetime | None]:
        """Give the earliest and latest moment that a date column can have."""
        return _span(self.clause, column.casefold()) if self.clause else (None, None)


def _keys(clause: Clause, columns: set[str]) -> dict[str, None] | None:
    if isinstance(clause, Compare):
        if clause.operator == "==" and clause.column.casefold() in columns and isinstance(clause.value, str):
            return {clause.value: None}
        return None
    if isinstance(clause, Or):
        found: dict[str, None] = {}
        for part in clause.clauses:
            keys = _keys(part, columns)
            if keys is None:
                return None
            found |= keys
        return found
    if isinstance(clause, And):
        known = [keys for part in clause.clauses if (keys := _keys(part, columns)) is not None]
        return min(known, key=len) if known else None
    return None


def _span(clause: Clause, column: str) -> tuple[datetime | None, datetime | None]:
    if isinstance(clause, And):
        spans = [_span(part, column) for part in clause.clauses]
        starts = [start for start, _ in spans if start is not None]
        ends = [end for _, end in spans if end is not None]
        return max(starts, default=None), min(ends, default=None)
    if isinstance(clause, Compare) and clause.column.casefold() == column and isinstance(clause.value, datetime):
        if clause.operator in (">", ">="):
            return clause.value, None
        if clause.operator in ("<", "<="):
            return None, clause.value
        if clause.operator == "==":
            return clause.value, clause.value
    return None, None
