"""The stock book: articles with what lies there, is promised and is locked away, and every change in order of time."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from cogent_pipelines.simulators.common.clock import Clock
from cogent_pipelines.simulators.common.depot.records import Article, Units


@dataclass(frozen=True, slots=True)
class StockChange:
    at: datetime
    sku: str
    on_hand: Units
    allocated: int
    why: str


class StockBook:
    """All articles of one depot, by SKU as it was first written; nothing is folded."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self.articles: dict[str, Article] = {}
        self.by_id: dict[int, Article] = {}
        self.changes: list[StockChange] = []

    def __iter__(self) -> Iterator[Article]:
        return iter(self.articles.values())

    def open(self, sku: str) -> Article:
        """Give an article, opening it with nothing known of it where there is none."""
        article = self.articles.get(sku)
        if article is None:
            now = self._clock.now()
            article = Article(id=1000 + len(self.articles) + 1, sku=sku, changed_at=now, stock_changed_at=now)
            self.articles[sku] = self.by_id[article.id] = article
        return article

    def count(self, article: Article, on_hand: Units) -> None:
        """Set what lies there."""
        self.move(article, on_hand=on_hand - article.on_hand, why="counted")

    def free(self, sku: str) -> int:
        article = self.articles.get(sku)
        return int(article.free // 1) if article is not None else 0

    def move(self, article: Article, *, on_hand: Units = 0, allocated: int = 0, why: str) -> None:
        """Move what lies there or is promised, and write it down."""
        article.on_hand += on_hand
        article.allocated += allocated
        self._note(article, on_hand, allocated, why)

    def lock_away(self, article: Article, units: Units) -> None:
        """Put so many units in quarantine, or (below nought) back."""
        article.quarantine += units
        self._note(article, 0, 0, "quarantine")

    def _note(self, article: Article, on_hand: Units, allocated: int, why: str) -> None:
        article.stock_changed_at = self._clock.now()
        self.changes.append(StockChange(article.stock_changed_at, article.sku, on_hand, allocated, why))

    def changed_since(self, moment: datetime | None) -> Iterable[Article]:
        """Give the articles whose stock moved at a moment or after it; all, where it is None."""
        return [article for article in self if moment is None or article.stock_changed_at >= moment]
