"""The stock book: what is on hand and allocated per item and site, and every change with its time and reason.

Only arithmetic lives here; who changes stock and why is `warehouse` and `floor`.
"""

from bisect import bisect_right
from collections.abc import Callable, Iterator
from datetime import datetime
from decimal import Decimal

from cogent_pipelines.simulators.peoplevox.entities import StockChange, StockLevel

Units = Decimal | int


class StockBook:
    """All stock levels, by item and site."""

    def __init__(self, on_change: Callable[[StockChange], None]) -> None:
        self.levels: dict[tuple[str, str], StockLevel] = {}
        self.by_item: dict[str, list[StockLevel]] = {}
        self.changes: list[StockChange] = []
        self._on_change = on_change

    def level(self, item_code: str, site: str) -> StockLevel:
        """Give a level, opening it at nothing where there is none."""
        found = self.levels.get((item_code, site))
        if found is None:
            found = self.levels[(item_code, site)] = StockLevel(item_code, site)
            self.by_item.setdefault(item_code, []).append(found)
        return found

    def change(
        self,
        level: StockLevel,
        *,
        at: datetime,
        on_hand: Units = 0,
        allocated: int = 0,
        activity: str,
        reason: str = "",
        user: str = "system",
        order_number: str = "",
    ) -> StockChange:
        """Move a level and write it down."""
        if self.changes:
            at = max(at, self.changes[-1].at)  # the book is kept in the order of time
        level.on_hand += on_hand
        level.allocated += allocated
        number = len(self.changes) + 1
        change = StockChange(number, at, level, on_hand, allocated, activity, reason, user, order_number)
        level.last = change
        self.changes.append(change)
        self._on_change(change)
        return change

    def on_hand(self, item_code: str) -> Units:
        return sum((level.on_hand for level in self.by_item.get(item_code, ())), 0)

    def since(self, moment: datetime | None) -> Iterator[StockChange]:
        """Give the changes at or after a moment; all, where it is `None`."""
        start = 0 if moment is None else self._first_at(moment)
        return iter(self.changes[start:])

    def _first_at(self, moment: datetime) -> int:
        lowest, highest = 0, len(self.changes)
        while lowest < highest:
            middle = (lowest + highest) // 2
            if self.changes[middle].at < moment:
                lowest = middle + 1
            else:
                highest = middle
        return lowest

    def as_of(self, moment: datetime) -> list[StockLevel]:
        """Give copies of all levels as they stood at a moment."""
        start = bisect_right(self.changes, moment, key=lambda change: change.at)
        later: dict[tuple[str, str], tuple[Units, int]] = {}
        for change in self.changes[start:]:
            key = (change.level.item_code, change.level.site)
            on_hand, allocated = later.get(key, (0, 0))
            later[key] = (on_hand + change.on_hand, allocated + change.allocated)
        copies = []
        for key, level in self.levels.items():
            on_hand, allocated = later.get(key, (0, 0))
            copies.append(
                StockLevel(level.item_code, level.site, level.on_hand - on_hand, level.allocated - allocated, level.last)
            )
        return copies
