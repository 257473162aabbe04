"""Query predicates, built so that no value can become syntax. Pure.

Every value goes through `quoted`; names of fields are written here and nowhere taken from outside.
"""

from collections.abc import Iterable, Iterator, Sequence
from urllib.parse import quote


def quoted(value: str) -> str:
    """A text literal: backslash and quote escaped as JSON does, control characters by their number.

    Source: docs, "Query predicates" (strings are written as in JSON).
    """
    return '"' + "".join(_escaped(char) for char in value) + '"'


def _escaped(char: str) -> str:
    if char in '"\\':
        return f"\\{char}"
    return f"\\u{ord(char):04x}" if ord(char) < 0x20 or ord(char) == 0x7F else char  # noqa: PLR2004 - control characters


def one_of(field: str, values: Iterable[str]) -> str:
    return f"{field} in ({', '.join(quoted(value) for value in values)})"


def equal(field: str, value: str) -> str:
    return f"{field} = {quoted(value)}"


def after(field: str, value: str) -> str:
    return f"{field} > {quoted(value)}"


def at_or_after(field: str, value: str) -> str:
    return f"{field} >= {quoted(value)}"


def behind(field: str, value: str, row: str) -> str:
    """Rows behind one that was read, in the order of the field and then of ids: ties are neither lost nor repeated."""
    return f"{after(field, value)} or ({equal(field, value)} and {after('id', row)})"


def batches(values: Sequence[str], *, most: int, longest: int) -> Iterator[list[str]]:
    """Shared out so that no list is longer than `most`, nor than `longest` characters once it stands in an address."""
    batch: list[str] = []
    length = 0
    for value in values:
        own = len(quote(f"{quoted(value)}, ", safe=""))
        if batch and (len(batch) >= most or length + own > longest):
            yield batch
            batch, length = [], 0
        batch.append(value)
        length += own
    if batch:
        yield batch
