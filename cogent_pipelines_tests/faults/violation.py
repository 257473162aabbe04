"""A promise that was broken: which one, in words, and when it was seen."""

import re
from dataclasses import dataclass

WATERMARK = "the watermark passed nothing"
INTENT = "intent before call"
INBOX = "an event taken is an order stored"

_ORDER = re.compile(r"#?\b(1\d{3})\b")


@dataclass(frozen=True, slots=True)
class Violation:
    """`invariant` is the promise's name; `after` is the number of the step that showed it, None at rest."""

    invariant: str
    said: str
    after: int | None = None

    @property
    def order_number(self) -> str:
        """The order concerned, as the storefront numbers it; empty where it is about goods."""
        found = _ORDER.search(self.said)
        return found[1] if found else ""

    def __str__(self) -> str:
        when = "at rest" if self.after is None else f"after step {self.after}"
        return f"{self.invariant}: {self.said} ({when})"
