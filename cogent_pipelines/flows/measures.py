"""How long things took, in the size of a report: enough for quantiles and for the names of the slowest."""

from collections.abc import Iterable
from dataclasses import dataclass
from heapq import nlargest
from math import ceil

_KEPT = 5000
_NAMED = 5


@dataclass(frozen=True, slots=True)
class Latencies:
    """Seconds, the first few thousand of a run; `slowest` names the worst, worst first."""

    seconds: tuple[float, ...] = ()
    slowest: tuple[tuple[str, float], ...] = ()

    @classmethod
    def of(cls, named: Iterable[tuple[str, float]]) -> "Latencies":
        """Take pairs of a name, such as an order's, and its seconds."""
        every = list(named)
        return cls(tuple(seconds for _, seconds in every[:_KEPT]), _worst(every))

    def __add__(self, other: "Latencies") -> "Latencies":
        return Latencies((self.seconds + other.seconds)[:_KEPT], _worst([*self.slowest, *other.slowest]))

    def quantile(self, share: float) -> float | None:
        """The value that `share` (0 to 1) of all stay at or below; None where nothing was measured."""
        if not self.seconds:
            return None
        ordered = sorted(self.seconds)
        return ordered[max(0, ceil(share * len(ordered)) - 1)]


def _worst(named: Iterable[tuple[str, float]]) -> tuple[tuple[str, float], ...]:
    return tuple(nlargest(_NAMED, named, key=lambda pair: pair[1]))
