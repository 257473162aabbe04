"""A large JSON object read piece by piece: only the member at hand is in memory, never the whole.

For books of ten thousand orders, which would not fit otherwise. What the members mean is `books`.
"""

import json
import re
from collections.abc import Iterable, Iterator
from typing import Any

_BLANK = re.compile(r"[\s,:]*")
_ENDS_A_NUMBER = frozenset(",]} \t\r\n")
_decode = json.JSONDecoder().raw_decode


class Cut(ValueError):
    """The text ended before its object did, or is no object."""


class Members:
    """Reads `{"name": value, …}` from pieces of UTF-8, in order."""

    def __init__(self, pieces: Iterable[bytes]) -> None:
        self._pieces = iter(pieces)
        self._text = ""
        self._rest = b""
        self._at = 0

    def __iter__(self) -> Iterator[tuple[str, str, Any]]:
        """Yield `(name, key, value)`: for an object or array each of its members, else the value itself with key ''."""
        self._expect("{")
        while self._mark() != "}":
            name = self._value()
            opening = self._mark()
            if opening == "{":
                yield from ((name, key, value) for key, value in self._pairs())
            elif opening == "[":
                yield from ((name, "", value) for value in self._items())
            else:
                yield name, "", self._value()

    def _pairs(self) -> Iterator[tuple[str, Any]]:
        self._expect("{")
        while self._mark() != "}":
            key = self._value()
            self._mark()
            yield key, self._value()
        self._at += 1

    def _items(self) -> Iterator[Any]:
        self._expect("[")
        while self._mark() != "]":
            yield self._value()
        self._at += 1

    def _expect(self, sign: str) -> None:
        if self._mark() != sign:
            raise Cut(f"expected {sign} and found {self._text[self._at : self._at + 20]!r}")
        self._at += 1

    def _mark(self) -> str:
        """Give the next sign that is neither blank, comma nor colon, without taking it."""
        while True:
            found = _BLANK.match(self._text, self._at)
            self._at = found.end() if found else self._at
            if self._at < len(self._text):
                return self._text[self._at]
            self._read_on()

    def _value(self) -> Any:
        while True:
            self._mark()
            try:
                value, end = _decode(self._text, self._at)
            except json.JSONDecodeError:
                self._read_on()
                continue
            if self._text[end - 1] not in '"]}' and self._text[end : end + 1] not in _ENDS_A_NUMBER:
                # A number may go on in the next piece.
                self._read_on()
                continue
            self._at = end
            return value

    def _read_on(self) -> None:
        piece = next(self._pieces, None)
        if piece is None:
            raise Cut(f"the text ends too early, after {self._text[-60:]!r}")
        whole = self._rest + piece
        # A letter of several bytes may be cut in two.
        text = whole.decode("utf-8", errors="ignore")
        self._rest = whole[len(text.encode()) :]
        self._text, self._at = self._text[self._at :] + text, 0
