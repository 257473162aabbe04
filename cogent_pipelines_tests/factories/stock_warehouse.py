"""A warehouse that counts: its figures are what a test says they are, true at the time the test's clock shows."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from cogent_pipelines.canonical.identity import Sku
from cogent_pipelines.canonical.stock import StockLevel, UnreadableLevel
from cogent_pipelines.ports.clock import Clock

PAGE = 1000


@dataclass
class StockWarehouse:
    clock: Clock
    figures: dict[tuple[str, str], Decimal] = field(default_factory=dict)
    moved: set[tuple[str, str]] = field(default_factory=set)
    """What a reading of changes brings."""
    spoilt: set[str] = field(default_factory=set)
    """SKUs whose figure nobody can read."""
    full_readings: int = 0
    readings_of_changes: list[datetime] = field(default_factory=list)

    def has(self, sku: str, available: float, *, site: str = "MAIN") -> None:
        self.figures[sku, site] = Decimal(str(available))
        self.moved.add((sku, site))

    def stock_all(self) -> Iterator[list[StockLevel | UnreadableLevel]]:
        self.full_readings += 1
        yield from self._pages(list(self.figures))

    def stock(self, since: datetime) -> Iterator[list[StockLevel | UnreadableLevel]]:
        self.readings_of_changes.append(since)
        yield from self._pages(sorted(self.moved))

    def _pages(self, keys: list[tuple[str, str]]) -> Iterator[list[StockLevel | UnreadableLevel]]:
        for start in range(0, len(keys), PAGE):
            yield [self._level(*key) for key in keys[start : start + PAGE]]
        self.moved.clear()

    def _level(self, sku: str, site: str) -> StockLevel | UnreadableLevel:
        if sku in self.spoilt:
            return UnreadableLevel(Sku(sku), "field available is no figure")
        return StockLevel(Sku(sku), site, self.figures[sku, site], self.figures[sku, site], self.clock.now())
