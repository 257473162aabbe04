"""When each order is placed: as fast as it goes, or so many times faster than it happened."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

Timed = Sequence[tuple[float, bytes]]


@dataclass(frozen=True, slots=True)
class Pace:
    """`times` None is as fast as it goes. `began` is when the first order is placed, by the caller's clock."""

    times: float | None
    began: float

    def batches(self, orders: Timed, size: int) -> Iterator[tuple[float, list[bytes]]]:
        """Yield orders with when they are due; those that happened together are placed together."""
        if self.times is None:
            for start in range(0, len(orders), size):
                yield self.began, [order for _, order in orders[start : start + size]]
            return
        first = orders[0][0] if orders else 0.0
        together: list[bytes] = []
        due = self.began
        for at, order in orders:
            its_due = self.began + (at - first) / self.times
            if together and (its_due > due or len(together) >= size):
                yield due, together
                together = []
            due = its_due
            together.append(order)
        if together:
            yield due, together
