"""From the SQL Server dialect of an export definition to SQLite's, token by token.

Understood is what such definitions use: `@parameters`, `+` between texts, `(VALUES …) AS t(v)`, `STRING_SPLIT`,
`GETDATE()`, `ISNULL`, `LEN`, `DATEADD`, `TOP n`, `N'…'`, `WITH (NOLOCK)`, dates written as `'19000101'`. What is not
understood is refused by name when the definition is installed: a definition is run as it is meant, or not at all.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from cogent_pipelines.simulators.common.words import words
from cogent_pipelines.simulators.orderwise.schema import KINDS
from cogent_pipelines.simulators.orderwise.times import as_sql

_TOKEN = re.compile(
    r"(?P<skip>\s+|--[^\n]*|/\*.*?\*/)"
    r"|(?P<text>N?'(?:[^']|'')*')"
    r"|(?P<parameter>@\w+)"
    r"|(?P<number>\d+(?:\.\d+)?)"
    r"|(?P<word>\w+|\[[^\]]+\])"
    r"|(?P<mark><>|<=|>=|!=|.)",
    re.DOTALL,
)
_COMPARISONS = frozenset({"=", "<", ">", "<=", ">=", "<>", "!="})
_CLAUSES = frozenset({"AND", "OR", "WHERE", "ON", "HAVING", "WHEN", "THEN", "SELECT"})
# Words of the dialect whose meaning SQLite does not have, or has otherwise.
_FOREIGN = frozenset(
    words(
        "APPLY CONVERT DATEDIFF DATENAME DATEPART DECLARE DELETE DROP EXEC EXECUTE FETCH FORMAT GETUTCDATE IIF INSERT INTO",
        "MERGE PIVOT SET STRING_AGG STUFF SYSDATETIME SYSUTCDATETIME TRY_CAST TRY_CONVERT UNPIVOT UPDATE XML",
    )
)


class NotUnderstood(ValueError):
    """A definition that this simulator cannot run as it is meant."""


@dataclass(frozen=True, slots=True)
class Token:
    kind: str
    text: str

    @property
    def upper(self) -> str:
        return self.text.upper() if self.kind == "word" else self.text


@dataclass(frozen=True, slots=True)
class Query:
    """A definition ready to run. `parameters` and `dates` are names with their `@`; `bits` are columns of the answer."""

    sql: str
    parameters: frozenset[str]
    dates: frozenset[str]
    bits: frozenset[str]


def translate(definition: str) -> Query:
    """Read one SELECT.

    Raises:
        NotUnderstood: it says something that has no meaning here; the message names it.
    """
    tokens = list(_tokens(definition))
    while tokens and tokens[-1].text == ";":
        tokens.pop()
    if not tokens or tokens[0].upper not in {"SELECT", "WITH"} or any(token.text == ";" for token in tokens):
        raise NotUnderstood("a definition is one SELECT")
    for token in tokens:
        if token.upper in _FOREIGN:
            raise NotUnderstood(f"{token.text} is not understood by this simulator")
    _refuse_date_casts(tokens)
    parameters = frozenset(token.text for token in tokens if token.kind == "parameter")
    dates = frozenset(_date_parameters(tokens))
    bits = frozenset(_bit_columns(tokens))
    return Query(_written(_rewritten(tokens)), parameters, dates, bits)


def _refuse_date_casts(tokens: Sequence[Token]) -> None:
    """A date is text in SQLite: cast, it would silently become its year."""
    for token, following in pairwise(tokens):
        if token.upper == "AS" and following.upper in {"DATE", "DATETIME", "DATETIME2", "SMALLDATETIME", "TIME"}:
            raise NotUnderstood(f"a cast to {following.text} is not understood by this simulator")


def _tokens(text: str) -> Iterator[Token]:
    for match in _TOKEN.finditer(text):
        kind = str(match.lastgroup)
        if kind == "skip":
            continue
        found = match[0]
        if kind == "text":
            found = found.removeprefix("N")
        yield Token(kind, found)


def _date_parameters(tokens: Sequence[Token]) -> Iterator[str]:
    """Give the parameters that are compared with a date."""
    for place, token in enumerate(tokens):
        if token.kind != "parameter":
            continue
        beside = [*_back_to_clause(tokens, place), *tokens[place + 1 : place + 5]]
        if any(KINDS.get(each.text.lower()) == "date" for each in beside):
            yield token.text


def _back_to_clause(tokens: Sequence[Token], place: int) -> Iterator[Token]:
    """Give what stands before a parameter in its own comparison."""
    if not place or tokens[place - 1].text not in {*_COMPARISONS, ","}:
        return
    depth = 0
    for token in reversed(tokens[: place - 1]):
        depth += (token.text == ")") - (token.text == "(")
        if depth < 0 or (depth == 0 and token.upper in _CLAUSES):
            return
        yield token


def _bit_columns(tokens: Sequence[Token]) -> Iterator[str]:
    """Give the answer's columns that are a bit column of a table and nothing else."""
    item: list[Token] = []
    depth = 0
    for token in tokens[1:]:
        depth += (token.text == "(") - (token.text == ")")
        if depth == 0 and (token.text == "," or token.upper == "FROM"):
            named = [each.text for each in item if each.upper != "AS"]
            column = named[2] if len(named) > 2 and named[1] == "." else named[0] if named else ""
            plain = len(named) <= 2 or (named[1] == "." and len(named) <= 4)
            if plain and KINDS.get(column.lower()) == "bit":
                yield named[-1]
            item = []
            if token.upper == "FROM":
                return
        else:
            item.append(token)


def _rewritten(tokens: list[Token]) -> list[Token]:
    tokens = _without_hints(tokens)
    tokens = _values_tables(tokens)
    tokens = _functions(tokens)
    tokens = _top(tokens)
    return [_literal(token) for token in _joined_texts(tokens)]


def _literal(token: Token) -> Token:
    """Write a date literal as the tables do; `'False'` and `'True'` are bits."""
    if token.kind != "text":
        return token
    inner = token.text[1:-1]
    if inner.casefold() in {"true", "false"}:
        return Token("number", "1" if inner.casefold() == "true" else "0")
    if re.fullmatch(r"(19|20)\d{6}", inner):
        return Token("text", f"'{as_sql(inner)}'")
    return token


def _without_hints(tokens: list[Token]) -> list[Token]:
    kept: list[Token] = []
    for token in tokens:
        kept.append(token)
        if token.text == ")" and [each.upper for each in kept[-4:-1]] == ["WITH", "(", "NOLOCK"]:
            del kept[-4:]
    return kept


def _values_tables(tokens: list[Token]) -> list[Token]:
    """`(VALUES (a), (b)) AS t(v)`: SQLite names no columns there, a SELECT before it does."""
    done: list[Token] = []
    place = 0
    while place < len(tokens):
        if tokens[place].text == "(" and place + 1 < len(tokens) and tokens[place + 1].upper == "VALUES":
            end = _closing(tokens, place)
            after = end + 1 + (tokens[end + 1].upper == "AS")
            if tokens[after + 1].text != "(":
                raise NotUnderstood("a table of VALUES names its columns")
            names_end = _closing(tokens, after + 1)
            names = [each for each in tokens[after + 2 : names_end] if each.text != ","]
            head = [f"NULL AS {name.text}" for name in names]
            done += _tokens(f"(SELECT {', '.join(head)} WHERE 0 UNION ALL")
            done += [*tokens[place + 1 : end + 1], *_tokens(f"AS {tokens[after].text}")]
            place = names_end + 1
        else:
            done.append(tokens[place])
            place += 1
    return done


def _closing(tokens: Sequence[Token], opening: int) -> int:
    depth = 0
    for place in range(opening, len(tokens)):
        depth += (tokens[place].text == "(") - (tokens[place].text == ")")
        if depth == 0:
            return place
    raise NotUnderstood("a bracket is not closed")


_RENAMED = {"ISNULL": "IFNULL", "LEN": "ow_len", "GETDATE": "ow_now", "DATEADD": "ow_date_add"}


def _functions(tokens: list[Token]) -> list[Token]:
    done: list[Token] = []
    place = 0
    while place < len(tokens):
        token = tokens[place]
        called = place + 1 < len(tokens) and tokens[place + 1].text == "("
        if called and token.upper == "STRING_SPLIT":
            end = _closing(tokens, place + 1)
            inner = _functions(tokens[place + 1 : end + 1])
            done += [Token("word", "json_each"), Token("mark", "("), Token("word", "ow_split"), *inner, Token("mark", ")")]
            place = end + 1
            continue
        if called and token.upper == "DATEADD":
            # The first argument is a bare word: day, hour, …
            done += [*_tokens(f"ow_date_add('{tokens[place + 2].text}'")]
            place += 3
            continue
        done.append(Token("word", _RENAMED[token.upper]) if called and token.upper in _RENAMED else token)
        place += 1
    return done


def _top(tokens: list[Token]) -> list[Token]:
    if len(tokens) < 3 or tokens[1].upper != "TOP":
        if any(token.upper == "TOP" for token in tokens):
            raise NotUnderstood("TOP stands right after the first SELECT")
        return tokens
    bracket = tokens[2].text == "("
    limit = tokens[3] if bracket else tokens[2]
    return [tokens[0], *tokens[5 if bracket else 3 :], Token("word", "LIMIT"), limit]


def _joined_texts(tokens: list[Token]) -> Iterator[Token]:
    """`+` between texts is `||`."""
    for place, token in enumerate(tokens):
        if token.text == "+" and (_is_text(tokens, place - 1) or _is_text(tokens, place + 1)):
            yield Token("mark", "||")
        else:
            yield token


def _is_text(tokens: Sequence[Token], place: int) -> bool:
    """Whether the operand at (or, as `alias.column`, from) a place is text."""
    if not 0 <= place < len(tokens):
        return False
    if tokens[place].kind == "text":
        return True
    if place + 2 < len(tokens) and tokens[place + 1].text == ".":
        place += 2
    return KINDS.get(tokens[place].text.lower()) == "text"


def _written(tokens: Sequence[Token]) -> str:
    return " ".join(token.text for token in tokens).replace(" . ", ".")
