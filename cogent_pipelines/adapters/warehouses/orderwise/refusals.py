"""The importer's error messages taken apart. Several failures may stand in one text, each with the order's number before it.

Texts as seen in a public client (read 2026-11); the envelope and the HTTP status that they come with are not stable.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

# Bounded, so that a text of nothing but spaces and beginnings is read in the time that its length takes.
_UNKNOWN_VARIANT = re.compile(
    r"variant code:\s{0,20}(?P<code>.{0,200}?)\s{0,20}does not exist or is not active", re.IGNORECASE | re.DOTALL
)
_NO_VARIANT = re.compile(r"no variant has been provided", re.IGNORECASE)
_ORDER_NUMBER = re.compile(r"order number\s+\S+", re.IGNORECASE)
_ONLY_SIGNS = re.compile(r"[\W_]*")


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why an order was not taken, one reason per failure. `certain` says that the importer looked at it and said no."""

    reasons: tuple[str, ...]
    certain: bool


def taken_apart(texts: Sequence[str], lines: Mapping[str, Sequence[int]]) -> Refusal:
    """Reasons in the vendor's words, those about a variant with the numbers of its lines.

    `lines` are the order's lines by variant code, without regard to case and surrounding spaces.
    """
    reasons: dict[str, None] = {}
    certain = False
    for text in texts:
        for match in _UNKNOWN_VARIANT.finditer(text):
            reasons.setdefault(_of_variant(match["code"].strip(), lines))
            certain = True
        rest = _UNKNOWN_VARIANT.sub("\n", text)
        if _NO_VARIANT.search(rest):
            reasons.setdefault("no variant has been provided")
            certain = True
        for part in _ORDER_NUMBER.sub("\n", _NO_VARIANT.sub("\n", rest)).split("\n"):
            words = part.strip(" .;,:/-")
            if words and not _ONLY_SIGNS.fullmatch(words):
                reasons.setdefault(words)
    return Refusal(tuple(reasons), certain)


def _of_variant(code: str, lines: Mapping[str, Sequence[int]]) -> str:
    at = lines.get(code.casefold(), ())
    where = f" (line {', '.join(map(str, at))})" if at else ""
    return f"variant code {code} does not exist or is not active{where}"
