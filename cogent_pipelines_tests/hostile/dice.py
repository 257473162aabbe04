"""Choices out of bytes, so that one generator serves tests that remember and a fuzzer that learns; and nasty values.

The same bytes always make the same choices. When they run out, every choice is the first one.
"""

from collections.abc import Sequence
from typing import Any, TypeVar

T = TypeVar("T")

TEXTS = (
    "",
    " ",
    "\x00",
    "a\x00b",
    "\u202eEDOC",
    "🧦" * 40,
    'O\'Neill, "Jr"\r\nNext',
    "=HYPERLINK(1)",
    "'; drop table storefront_order; --",
    "<![CDATA[x]]>&lt;",
    "NaN",
    "-Infinity",
    "1e999999999",
    "-1E+40",
    "0.000000000000000000000000000000000001",
    "9" * 5_000,
    "1" * 30,
    "²",
    "٣",
    "12.5",
    "-3",
    "gid://shopify/Order/" + "9" * 400,
    "gid://shopify/Order/-1",
    "2026-02-30T00:00:00Z",
    "0001-01-01T00:00:00+14:00",
    "9999-12-31T23:59:59-12:00",
    "2026-11-02T08:00:00",
    "31/12/9999 23:59",
    "01/01/0001 00:00",
    "1/1/YYYY",
    "20/11/2026 09:30" + " " * 3_000 + "x",
    "&cogent_status=" * 500,
    "true",
    "null",
)
VALUES: tuple[Any, ...] = (
    None,
    True,
    False,
    0,
    -1,
    1,
    2**31,
    2**63 - 1,
    -(2**63),
    1e308,
    1e-320,
    0.1,
    [],
    {},
    [None],
    [[]],
    [{}],
    {"nodes": None},
    {"nodes": [None, 1, "x"], "pageInfo": {"hasNextPage": True, "endCursor": None}},
    {"shopMoney": {"amount": "x", "currencyCode": "GBP"}, "presentmentMoney": None},
    {"shopMoney": {"amount": "1" * 30, "currencyCode": "XXX"}, "presentmentMoney": {"amount": "1", "currencyCode": "GBP"}},
)


class Dice:
    """Thrown by the bytes that were given."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0

    def below(self, count: int) -> int:
        """A number from zero up to, and not including, `count`."""
        if count <= 1:
            return 0
        taken = self._data[self._at : self._at + 2]
        self._at += 2
        return int.from_bytes(taken, "big") % count

    def one_of(self, among: Sequence[T]) -> T:
        return among[self.below(len(among))]

    def text(self) -> str:
        if self.below(3):
            return self.one_of(TEXTS)
        count = self.below(40)
        taken, self._at = self._data[self._at : self._at + count], self._at + count
        return taken.decode("utf-8", "replace")

    def value(self) -> Any:
        """Anything that JSON can hold."""
        if self.below(3):
            return self.text()
        if self.below(12) == 0:
            return deep(200)
        return _copied(self.one_of(VALUES))


def deep(levels: int) -> Any:
    """Lists within lists."""
    found: Any = []
    for _ in range(levels):
        found = [found]
    return found


def spoilt_json(document: Any, dice: Dice) -> Any:
    """The document with up to three of its places changed, taken out or doubled; the given one stays as it is."""
    found = _copied(document)
    for _ in range(1 + dice.below(3)):
        found = _spoilt_once(found, dice)
    return found


def spoilt_text(text: str, dice: Dice) -> str:
    """The text with up to three places cut out, doubled, or filled with something else."""
    for _ in range(1 + dice.below(3)):
        start = dice.below(len(text) + 1)
        end = min(len(text), start + dice.below(40))
        middle = dice.one_of(("", text[start:end] * 2, dice.text()))
        text = text[:start] + middle + text[end:]
    return text


def _spoilt_once(document: Any, dice: Dice) -> Any:
    places = list(_places(document))
    if not places or dice.below(40) == 39:
        return dice.value()
    holder, key = dice.one_of(places)
    match dice.below(4):
        case 0 if isinstance(holder, dict):
            del holder[key]
        case 1 if isinstance(holder, list):
            holder.append(_copied(holder[key]))
        case 2:
            holder[key] = [holder[key]]
        case _:
            holder[key] = dice.value()
    return document


def _places(document: Any) -> Any:
    if isinstance(document, dict | list):
        for key in list(document) if isinstance(document, dict) else range(len(document)):
            yield document, key
            yield from _places(document[key])


def _copied(document: Any) -> Any:
    if isinstance(document, dict):
        return {key: _copied(value) for key, value in document.items()}
    return [_copied(value) for value in document] if isinstance(document, list) else document
