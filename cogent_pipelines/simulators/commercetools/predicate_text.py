"""Reading a `where` predicate: from its text to a tree. What a tree means for a document is `predicates`.

    or      and ("or" and)*            and     not ("and" not)*
    not     "not" "(" or ")"  |  "(" or ")"  |  field condition
    condition   op value  |  ["not"] "in" list  |  "contains" ("any" | "all") list
                |  "is" ["not"] ("defined" | "empty")  |  "(" or ")"
    list    "(" value ("," value)* ")"  |  :variable
    value   "text" | number | true | false | :variable

(vendor's page on query predicates, read 2026-11; the wording of a syntax error was recorded in public issues.)
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from cogent_pipelines.simulators.commercetools.errors import Refused, malformed_parameter

Operator = str
OPERATORS = ("<=", ">=", "<>", "!=", "=", "<", ">")
_TOKEN = re.compile(
    r"""\s*(?:
    (?P<text>"(?:[^"\\]|\\.)*")
    | (?P<number>[+-]?\d+(?:\.\d+)?(?![\w.]))
    | (?P<variable>:[A-Za-z]\w*)
    | (?P<quoted>`[^`]+`)
    | (?P<word>[A-Za-z_][\w]*)
    | (?P<mark><=|>=|<>|!=|[=<>(),])
    )""",
    re.VERBOSE,
)
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", '"': '"', "\\": "\\", "'": "'", "/": "/"}
DEEPEST = 40


@dataclass(frozen=True, slots=True)
class Given:
    """A value that came as an input variable: a text whose kind the field decides."""

    text: str


@dataclass(frozen=True, slots=True)
class Compare:
    operator: Operator
    value: Any


@dataclass(frozen=True, slots=True)
class Among:
    """`in`, `not in`, `contains any`, `contains all`."""

    how: str
    values: tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Is:
    """`defined`, `not defined`, `empty`, `not empty`."""

    what: str


@dataclass(frozen=True, slots=True)
class Field:
    name: str
    condition: "Compare | Among | Is | Node"


@dataclass(frozen=True, slots=True)
class Both:
    parts: tuple["Node", ...]


@dataclass(frozen=True, slots=True)
class Either:
    parts: tuple["Node", ...]


@dataclass(frozen=True, slots=True)
class Not:
    part: "Node"


Node = Field | Both | Either | Not


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str
    at: int


class _Reader:
    """One text and how far it was read."""

    def __init__(self, source: str, variables: Mapping[str, Sequence[str]]) -> None:
        self._source = source
        self._variables = variables
        self._tokens = self._cut()
        self._place = 0
        self._depth = 0

    def _cut(self) -> list[_Token]:
        tokens, at = [], 0
        end = len(self._source.rstrip())
        while at < end:
            found = _TOKEN.match(self._source, at)
            if found is None or found.lastgroup is None:
                while self._source[at].isspace():
                    at += 1
                raise self._fault(at, "a field name, a value or an operator")
            tokens.append(_Token(found.lastgroup, found.group(found.lastgroup), found.start(found.lastgroup)))
            at = found.end()
        return tokens

    def _fault(self, at: int | None, expected: str) -> Refused:
        if at is None or at >= len(self._source):
            at, seen = len(self._source), "Unexpected end of input"
        else:
            seen = f"Invalid input '{self._source[at]}'"
        text = f"Syntax error while parsing 'where'. {seen}, expected {expected} (line 1, column {at + 1}):"
        return malformed_parameter("where", f"{text}\n{self._source}\n{' ' * at}^")

    def whole(self) -> Node:
        node = self._either()
        if self._place < len(self._tokens):
            raise self._fault(self._tokens[self._place].at, "and, or or end of input")
        return node

    # ---- tokens

    def _peek(self, ahead: int = 0) -> _Token | None:
        place = self._place + ahead
        return self._tokens[place] if place < len(self._tokens) else None

    def _sees(self, *texts: str, ahead: int = 0) -> bool:
        token = self._peek(ahead)
        return token is not None and token.kind in {"word", "mark"} and token.text in texts

    def _take(self, *texts: str) -> bool:
        if self._sees(*texts):
            self._place += 1
            return True
        return False

    def _need(self, text: str, expected: str) -> None:
        if not self._take(text):
            raise self._here(expected)

    def _here(self, expected: str) -> Refused:
        token = self._peek()
        return self._fault(token.at if token else None, expected)

    # ---- the grammar, from the loosest binding to the tightest

    def _either(self) -> Node:
        self._depth += 1
        if self._depth > DEEPEST:
            raise malformed_parameter("where", "The predicate is nested too deeply.")
        parts = [self._both()]
        while self._take("or"):
            parts.append(self._both())
        self._depth -= 1
        return parts[0] if len(parts) == 1 else Either(tuple(parts))

    def _both(self) -> Node:
        parts = [self._one()]
        while self._take("and"):
            parts.append(self._one())
        return parts[0] if len(parts) == 1 else Both(tuple(parts))

    def _one(self) -> Node:
        if self._sees("not") and self._sees("(", ahead=1):
            self._place += 1
            return Not(self._bracketed())
        if self._sees("("):
            return self._bracketed()
        return self._field()

    def _bracketed(self) -> Node:
        self._need("(", "'('")
        node = self._either()
        self._need(")", "and, or or ')'")
        return node

    def _field(self) -> Field:
        token = self._peek()
        if token is None or token.kind not in {"word", "quoted"}:
            raise self._here("not or conditional expression")
        self._place += 1
        return Field(token.text.strip("`"), self._condition())

    def _condition(self) -> Compare | Among | Is | Node:
        if self._sees("("):
            return self._bracketed()
        for operator in OPERATORS:
            if self._take(operator):
                return Compare("!=" if operator == "<>" else operator, self._value())
        if self._take("in"):
            return Among("in", self._values())
        if self._sees("not") and self._sees("in", ahead=1):
            self._place += 2
            return Among("not in", self._values())
        if self._take("contains"):
            return self._contains()
        if self._take("is"):
            return self._is()
        raise self._here("a comparison, in, contains, is or '('")

    def _contains(self) -> Among:
        for how in ("any", "all"):
            if self._take(how):
                return Among(f"contains {how}", self._values())
        raise self._here("all or any")

    def _is(self) -> Is:
        no = "not " if self._take("not") else ""
        for what in ("defined", "empty"):
            if self._take(what):
                return Is(no + what)
        raise self._here("defined or empty")

    def _values(self) -> tuple[Any, ...]:
        token = self._peek()
        if token is not None and token.kind == "variable":
            self._place += 1
            return tuple(Given(text) for text in self._told(token))
        self._need("(", "'(' or inputParam")
        values = [self._value()]
        while self._take(","):
            values.append(self._value())
        self._need(")", "comma or ')'")
        return tuple(values)

    def _value(self) -> Any:
        token = self._peek()
        expected = "StringLiteral, NumberLiteral, boolean or inputParam"
        if token is None:
            raise self._here(expected)
        self._place += 1
        if token.kind == "text":
            return _unescaped(token.text)
        if token.kind == "number":
            return float(token.text) if "." in token.text else int(token.text)
        if token.kind == "word" and token.text in {"true", "false"}:
            return token.text == "true"
        if token.kind == "variable":
            return Given(self._told(token)[0])
        self._place -= 1
        raise self._here(expected)

    def _told(self, token: _Token) -> Sequence[str]:
        told = self._variables.get(token.text[1:])
        if not told:
            raise malformed_parameter("where", f"The input variable '{token.text[1:]}' is not defined.")
        return told


def _unescaped(token: str) -> str:
    return re.sub(r"\\(.)", lambda found: _ESCAPES.get(found.group(1), found.group(1)), token[1:-1])


def read_predicate(source: str, variables: Mapping[str, Sequence[str]]) -> Node:
    """Read one predicate.

    Raises:
        Refused: 400 InvalidInput with the place of the first fault.
    """
    return _Reader(source, variables).whole()
