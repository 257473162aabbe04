"""A storefront that goes by time: it keeps units back for what was ordered, until a figure comes that is newer than that.

It compares nothing with what we expect, drops figures that are older than the last, and shows what was told, not what it
offers.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from cogent_pipelines.canonical.identity import Sku
from cogent_pipelines.canonical.order import Order
from cogent_pipelines.canonical.stock import PublishedStock, StockToPublish
from cogent_pipelines.ports.errors import OutcomeUnknown
from cogent_pipelines.ports.outcomes import Published, PublishStockOutcome, Superseded


@dataclass(frozen=True, slots=True)
class KeptBack:
    """Units of one SKU, since when."""

    sku: str
    units: int
    since: datetime


class TimedShop:
    """`counts` is what it offers; `lost` answers are carried out and not heard of."""

    def __init__(self, skus: Sequence[str]) -> None:
        self.told = dict.fromkeys(skus, 0)
        self.changed_at = dict.fromkeys(skus, datetime(2000, 1, 1, tzinfo=UTC))
        self.kept_back: list[KeptBack] = []
        self.lost = 0

    @property
    def counts(self) -> dict[str, int]:
        return {sku: self.told[sku] - sum(each.units for each in self.kept_back if each.sku == sku) for sku in self.told}

    def takes(self, order: Order) -> None:
        """An order is placed."""
        self.kept_back += [KeptBack(str(line.sku), line.ordered, order.created_at) for line in order.lines]

    def stock(self) -> Iterator[list[PublishedStock]]:
        yield [PublishedStock(Sku(sku), quantity) for sku, quantity in self.told.items()]

    def publish_stock(self, levels: Sequence[StockToPublish]) -> list[PublishStockOutcome]:
        outcomes = [self._publish(level) for level in levels]
        if self.lost:
            self.lost -= 1
            raise OutcomeUnknown("no answer came")
        return outcomes

    def _publish(self, level: StockToPublish) -> PublishStockOutcome:
        assert level.snapshot_at is not None
        assert level.at_snapshot is not None
        sku, at = str(level.sku), level.snapshot_at.replace(microsecond=0)
        if at < self.changed_at[sku]:
            return Superseded(self.told[sku])
        self.told[sku], self.changed_at[sku] = level.at_snapshot, at
        self.kept_back = [each for each in self.kept_back if each.sku != sku or each.since >= at]
        return Published()
