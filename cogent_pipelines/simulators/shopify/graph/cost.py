"""What a query costs in points.

Scalars cost nothing, an object one point, a mutation ten. A connection costs two points and then its child's cost times
a factor that grows slowly with the page size: the factors below are measured (page of 1: 3 points for a child of one
object, of 250: 13; three connections of 250 inside one of 250: 442), those between are interpolated on a logarithmic
scale and rounded down.
"""

import math
from bisect import bisect_right
from functools import lru_cache

MEASURED = ((1, 1), (2, 2), (3, 2), (5, 3), (10, 4), (20, 5), (50, 7), (200, 10), (250, 11))
CONNECTION_POINTS = 2
MUTATION_POINTS = 10


@lru_cache(maxsize=512)
def factor(rows: int) -> int:
    """Say how often a connection of so many rows counts its child."""
    if rows <= 0:
        return 0
    sizes = [size for size, _ in MEASURED]
    place = bisect_right(sizes, rows) - 1
    size, points = MEASURED[place]
    if size == rows or place == len(MEASURED) - 1:
        return points
    next_size, next_points = MEASURED[place + 1]
    share = math.log(rows / size) / math.log(next_size / size)
    return points + math.floor((next_points - points) * share)


class CostNode:
    """One selected field in the tree of costs; `rows` is the page size of a connection, else None."""

    __slots__ = ("children", "key", "points", "rows")

    def __init__(self, points: int, *, rows: int | None = None, key: int = 0) -> None:
        self.points = points
        self.rows = rows
        self.key = key
        self.children: list[CostNode] = []

    def requested(self) -> int:
        inner = sum(child.requested() for child in self.children)
        if self.rows is None:
            return self.points + inner
        return CONNECTION_POINTS + factor(self.rows) * inner

    def actual(self, rows_seen: dict[int, int]) -> int:
        """Cost it again with the largest page that really came back."""
        if self.rows is not None:
            seen = min(self.rows, rows_seen.get(self.key, 0))
            inner = sum(child.actual(rows_seen) for child in self.children)
            return CONNECTION_POINTS + factor(seen) * inner
        return self.points + sum(child.actual(rows_seen) for child in self.children)


class Bucket:
    """The points of one app in one shop: filled at a steady rate, emptied by queries."""

    def __init__(self, now_seconds: float, size: int) -> None:
        self._level = float(size)
        self._at = now_seconds

    def level(self, now_seconds: float, *, size: int, rate: int) -> int:
        gone = max(0.0, now_seconds - self._at)
        self._level = min(float(size), self._level + gone * rate)
        self._at = max(self._at, now_seconds)
        return math.floor(self._level)

    def take(self, points: int) -> None:
        self._level -= points

    def give_back(self, points: int) -> None:
        self._level += points

    def drain(self) -> None:
        self._level = 0.0
