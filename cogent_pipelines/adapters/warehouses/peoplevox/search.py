"""Search clauses in the vendor's dialect: equality, dates, prefixes. Answers are filtered again by the caller.

How the dialect escapes a quotation mark inside a value is not published, so none is ever sent: such a value is searched by
its longest clean piece.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import TypeVar

_UNSAFE = re.compile(r'["\\\x00-\x1f]')
T = TypeVar("T")


def column(name: str) -> str:
    """A report's column; templates' fields stand bare."""
    return f"[{name}]"


def equals(field: str, value: str) -> str:
    """Those whose field is the value; more than those where the value cannot be written down."""
    if not _UNSAFE.search(value):
        return f'{field}.Equals("{value}")'
    return f'{field}.Contains("{max(_UNSAFE.split(value), key=len)}")'


def starts_with(field: str, value: str) -> str:
    """Those whose field begins so; more than those where the value cannot be written down."""
    return f'{field}.StartsWith("{_UNSAFE.split(value)[0]}")'


def at_or_after(field: str, moment: datetime) -> str:
    """From that naive moment on, to the second."""
    m = moment
    return f"{field} >= DateTime({m.year},{m.month},{m.day},{m.hour},{m.minute},{m.second})"


def either(terms: Iterable[str]) -> str:
    return " OR ".join(f"({term})" for term in terms)


def both(*clauses: str) -> str:
    """All of the clauses that say something."""
    return " AND ".join(f"({clause})" for clause in clauses if clause)


def portions(values: Sequence[T], size: int) -> Iterator[Sequence[T]]:
    """The values in runs of at most `size`."""
    for start in range(0, len(values), size):
        yield values[start : start + size]
