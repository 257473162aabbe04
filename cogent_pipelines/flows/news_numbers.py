"""What is missing between the numbers of one order's news. Pure."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

Span = tuple[int, int]
"""Numbers from the first to the last of them, both included."""


@dataclass(frozen=True, slots=True)
class Accounted:
    """Every number up to `up_to` was seen, or is in `missing`; what lies behind it may still come."""

    up_to: int
    missing: tuple[Span, ...]


def accounted(known: int | None, seen: Mapping[int, datetime], *, late_until: datetime) -> Accounted:
    """Follow the numbers on from `known`; of an order that is new, the first one seen counts: nobody asked for those before.

    A storefront may show the later of two a moment before the earlier: a gap counts once what lies behind it is of
    `late_until` or older. `seen` is number → when it happened, and not empty.
    """
    up_to = min(seen) - 1 if known is None else known
    missing: list[Span] = []
    for number in sorted(number for number in seen if number > up_to):
        if number > up_to + 1:
            if seen[number] > late_until:
                break
            missing.append((up_to + 1, number - 1))
        up_to = number
    return Accounted(up_to, tuple(missing))


def without(spans: Iterable[Span], seen: Collection[int]) -> tuple[Span, ...]:
    """What of the spans is still missing once these were seen."""
    return tuple(part for span in spans for part in _parts(span, seen))


def written(spans: Iterable[Span]) -> str:
    """As people read it: `4-6, 9`."""
    return ", ".join(str(first) if first == last else f"{first}-{last}" for first, last in spans)


def read(text: str) -> tuple[Span, ...]:
    """The spans that `written` wrote."""
    ends = [part.partition("-") for part in text.split(", ") if part]
    return tuple((int(first), int(last or first)) for first, _, last in ends)


def _parts(span: Span, seen: Collection[int]) -> Iterator[Span]:
    first, last = span
    for number in sorted(number for number in seen if span[0] <= number <= last):
        if number > first:
            yield first, number - 1
        first = number + 1
    if first <= last:
        yield first, last
