"""The search syntax of `query:` arguments.

`field:value` terms joined by spaces (AND), with OR, NOT or a leading `-`, parentheses, quotes, comparators and
trailing `*`. A term whose field is unknown is ignored, as the vendor ignores it, and only warned of.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from cogent_pipelines.simulators.shopify.graph.faults import FieldError

Predicate = Callable[[Any], bool]
Comparison = Callable[[Any, Any], bool]

TOKEN = re.compile(
    r"""\s*(?:(?P<open>\()|(?P<close>\))|(?P<term>-?(?:[A-Za-z_][\w.]*:(?:>=|<=|>|<)?)?(?:'(?:\\.|[^'])*'|"(?:\\.|[^"])*"|[^\s()]+)))"""
)
COMPARATORS: dict[str, Comparison] = {
    "": lambda left, right: bool(left == right),
    ">": lambda left, right: bool(left > right),
    ">=": lambda left, right: bool(left >= right),
    "<": lambda left, right: bool(left < right),
    "<=": lambda left, right: bool(left <= right),
}


@dataclass(frozen=True, slots=True)
class Field:
    """One filter: `read` gives a row's value or values, `kind` how a term's text is read."""

    read: Callable[[Any], Any]
    kind: str = "text"
    """text, exact, absent (true where no value equals), number, time, flag, any"""
    words: Mapping[str, Callable[[Any], bool]] | None = None
    """For kind any: what each word means."""


@dataclass(frozen=True, slots=True)
class Term:
    field: str
    comparator: str
    value: str
    phrase: bool


@dataclass(slots=True)
class Search:
    """A parsed query: a predicate over rows, warnings for what was ignored, and the equalities an index can use."""

    matches: Predicate | None
    warnings: list[dict[str, str]]
    terms: list[Term]
    parsed: str
    alternatives: bool = False
    """Whether any one of the terms is enough: one term, or terms joined by OR and nothing else."""

    def any_of(self, field: str) -> list[str] | None:
        """Give the values when the whole query is one equality on this field, or several joined by OR."""
        plain = all(term.field == field and not term.comparator and not term.value.endswith("*") for term in self.terms)
        if not self.terms or not plain or not self.alternatives:
            return None
        return [term.value for term in self.terms]

    def single(self, field: str) -> str | None:
        """Give the value when the whole query is one equality on this field."""
        if self.alternatives and len(self.terms) == 1 and self.terms[0].field == field and not self.terms[0].comparator:
            value = self.terms[0].value
            return None if value.endswith("*") else value
        return None


def parse(query: str | None, fields: Mapping[str, Field], *, now: datetime, default: Sequence[str] = ()) -> Search:
    """Read a query against the filters of one connection; `default` are the fields a bare word searches."""
    if not query or not query.strip():
        return Search(None, [], [], "")
    return _Parser(query, fields, now, default).search()


class _Parser:
    def __init__(self, query: str, fields: Mapping[str, Field], now: datetime, default: Sequence[str]) -> None:
        self.fields = fields
        self.now = now
        self.default = default
        self.query = query
        self.tokens = self._tokens(query)
        self.place = 0
        self.warnings: list[dict[str, str]] = []
        self.terms: list[Term] = []

    @staticmethod
    def _tokens(query: str) -> list[str]:
        found, at = [], 0
        while at < len(query):
            match = TOKEN.match(query, at)
            if match is None:
                break
            found.append(match.group().strip())
            at = match.end()
        return [word for word in found if word]

    def search(self) -> Search:
        predicate = self._either()
        return Search(predicate, self.warnings, self.terms, self.query, alternatives=self._only_alternatives())

    def _only_alternatives(self) -> bool:
        plain = [word for word in self.tokens if word not in {"(", ")"}]
        joints, others = plain[1::2], plain[::2]
        return all(word == "OR" for word in joints) and not any(word == "NOT" or word[0] == "-" for word in others)

    def _peek(self) -> str | None:
        return self.tokens[self.place] if self.place < len(self.tokens) else None

    def _either(self) -> Predicate | None:
        parts = [self._all()]
        while self._peek() == "OR":
            self.place += 1
            parts.append(self._all())
        known = [part for part in parts if part is not None]
        if len(known) < 2:
            return known[0] if known else None
        return lambda row: any(part(row) for part in known)

    def _all(self) -> Predicate | None:
        parts: list[Predicate] = []
        while (word := self._peek()) is not None and word not in {")", "OR"}:
            if word == "AND":
                self.place += 1
                continue
            part = self._one()
            if part is not None:
                parts.append(part)
        if len(parts) < 2:
            return parts[0] if parts else None
        return lambda row: all(part(row) for part in parts)

    def _one(self) -> Predicate | None:
        word = self.tokens[self.place]
        self.place += 1
        if word == "NOT" or (word.startswith("-") and len(word) > 1):
            if word != "NOT":
                self.tokens.insert(self.place, word[1:])
            inner = self._one() if self._peek() is not None else None
            return _inverse(inner) if inner is not None else None
        if word == "(":
            inner = self._either()
            if self._peek() == ")":
                self.place += 1
            return inner
        return self._term(word)

    def _term(self, word: str) -> Predicate | None:
        name, colon, rest = word.partition(":")
        if not colon or not re.fullmatch(r"[A-Za-z_][\w.]*", name):
            return self._bare(_unquoted(word)[0])
        comparator = next((c for c in (">=", "<=", ">", "<") if rest.startswith(c)), "")
        value, phrase = _unquoted(rest[len(comparator) :])
        name = name.lower()
        field = self.fields.get(name)
        if field is None and not name.startswith("metafields."):
            self.warnings.append({"field": name, "message": "Invalid search field for this query.", "code": "invalid_field"})
            return None
        self.terms.append(Term(name, comparator, value, phrase))
        if field is None:
            return lambda _: False
        return self._predicate(name, field, comparator, value)

    def _bare(self, value: str) -> Predicate | None:
        needle = value.rstrip("*").lower()
        readers = [self.fields[name].read for name in self.default]
        self.terms.append(Term("", "", value, False))
        return lambda row: any(needle in text.lower() for read in readers for text in _texts(read(row)))

    def _predicate(self, name: str, field: Field, comparator: str, value: str) -> Predicate | None:
        if field.kind == "any":
            words = field.words or {}
            chosen = [words[word] for word in value.lower().split(",") if word in words]
            if not chosen:
                self.warnings.append(
                    {"field": name, "message": f"Input `{value}` is not an accepted value.", "code": "invalid_value"}
                )
                return None
            return lambda row: any(test(row) for test in chosen)
        if field.kind == "absent":
            return _inverse(_text_predicate(field, value, exact=True))
        if field.kind == "text" and value == "*":
            return lambda row: bool(_texts(field.read(row)))
        wanted = self._wanted(name, field.kind, value)
        if field.kind in {"text", "exact"} and not comparator:
            return _text_predicate(field, str(wanted), exact=field.kind == "exact")
        compare = COMPARATORS[comparator]

        def test(row: Any) -> bool:
            value = field.read(row)
            return value is not None and compare(value, wanted)

        return test

    def _wanted(self, name: str, kind: str, value: str) -> Any:
        if kind == "number":
            try:
                return float(value) if "." in value else int(value)
            except ValueError:
                return -1
        if kind == "time":
            return self._time(name, value)
        if kind == "flag":
            return value.lower() == "true"
        return value

    def _time(self, name: str, value: str) -> int:
        """Read a time in ms; `now` and `-2d` count from the vendor's clock."""
        if value == "now":
            return int(self.now.timestamp() * 1000)
        relative = re.fullmatch(r"-(\d+)([smhdw])", value)
        if relative:
            unit = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days", "w": "weeks"}[relative[2]]
            return int((self.now - timedelta(**{unit: int(relative[1])})).timestamp() * 1000)
        try:
            moment = datetime.fromisoformat(value)
        except ValueError:
            raise FieldError(f"Invalid timestamp for query filter `{name}`.", "BAD_REQUEST") from None
        return int((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp() * 1000)


def _inverse(inner: Predicate) -> Predicate:
    return lambda row: not inner(row)


def _unquoted(text: str) -> tuple[str, bool]:
    if len(text) > 1 and text[0] == text[-1] and text[0] in "'\"":
        return re.sub(r"\\(.)", r"\1", text[1:-1]), True
    return re.sub(r"\\(.)", r"\1", text), False


def _texts(value: Any) -> list[str]:
    if value is None:
        return []
    if isinstance(value, str):
        return [value]
    if isinstance(value, list | tuple | set | frozenset):
        return [str(item) for item in value]
    return [str(value)]


def _text_predicate(field: Field, wanted: str, *, exact: bool) -> Predicate:
    needle = wanted.lower()
    if needle.endswith("*") and len(needle) > 1 and not exact:
        start = needle[:-1]
        return lambda row: any(text.lower().startswith(start) for text in _texts(field.read(row)))
    return lambda row: any(text.lower() == needle for text in _texts(field.read(row)))
