"""A storefront that counts stock like a real one: orders take from it, and a figure is refused that expects another.

Unlike a mock it keeps its own truth, by which tests judge. What it took once it does not carry out again: the same intent
with the same figure has the first answer.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from cogent_pipelines.canonical.identity import Sku
from cogent_pipelines.canonical.order import Order
from cogent_pipelines.canonical.stock import PublishedStock, StockToPublish
from cogent_pipelines.ports.errors import OutcomeUnknown, VendorError
from cogent_pipelines.ports.outcomes import Published, PublishStockOutcome, Superseded, UnknownSku


@dataclass
class StockShop:
    """`tells` is whether a refusal says the actual figure; `lost` answers are carried out and not heard of.

    Lines that do not take stock are sold and not counted.
    """

    counts: dict[str, int] = field(default_factory=dict)
    tells: bool = True
    lost: int = 0
    trouble: VendorError | None = None
    calls: list[list[StockToPublish]] = field(default_factory=list)
    reads: int = 0
    _taken: set[tuple[Sku, str, int, int | None]] = field(default_factory=set)

    def takes(self, order: Order) -> None:
        """An order is placed."""
        for line in order.lines:
            if line.takes_stock and line.sku in self.counts:
                self.counts[line.sku] -= line.ordered

    def stock(self) -> Iterator[list[PublishedStock]]:
        self.reads += 1
        yield [PublishedStock(Sku(sku), count) for sku, count in self.counts.items()]

    def publish_stock(self, levels: Sequence[StockToPublish]) -> list[PublishStockOutcome]:
        if self.trouble is not None:
            raise self.trouble
        self.calls.append(list(levels))
        outcomes = [self._publish(level) for level in levels]
        if self.lost:
            self.lost -= 1
            raise OutcomeUnknown("no answer came")
        return outcomes

    def _publish(self, level: StockToPublish) -> PublishStockOutcome:
        if level.sku not in self.counts:
            return UnknownSku(f"no variant has the SKU {level.sku}")
        key = (level.sku, level.intent, level.quantity, level.expected)
        if key in self._taken:
            return Published()
        if level.expected is not None and level.expected != self.counts[level.sku]:
            return Superseded(self.counts[level.sku] if self.tells else None)
        self.counts[level.sku] = level.quantity
        self._taken.add(key)
        return Published()

    @property
    def told(self) -> list[tuple[str, int, int | None]]:
        """Every figure that was sent: SKU, quantity, what was expected."""
        return [(level.sku, level.quantity, level.expected) for call in self.calls for level in call]
