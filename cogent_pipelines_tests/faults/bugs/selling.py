"""Mistakes in what the storefront is told it may sell."""

from typing import Any

from cogent_pipelines.canonical.stock import StockToPublish
from cogent_pipelines.flows import stock_publication
from cogent_pipelines.ledger import stock_publications
from cogent_pipelines_tests.faults.bugs.mistake import Bug, replaced, reworded


def _without_comparing(sku: Any, quantity: int, expected: int | None, intent: str) -> StockToPublish:
    del expected
    return StockToPublish(sku, quantity, None, intent)


BUGS = (
    Bug(
        "without_demand",
        "what is ordered and not shipped is published as free",
        reworded(stock_publications, "WANTED", "stood.available - stood.demand", "stood.available"),
    ),
    Bug(
        "ignore_snapshot_time",
        "a figure is taken to contain every order that was acknowledged, whenever it was true",
        reworded(stock_publications, "WANTED", "sent.acknowledged_at > figure.snapshot_at - %(allocation_lag)s", "false"),
    ),
    Bug(
        "no_comparison",
        "the storefront's own count is overwritten, whatever was sold since",
        replaced(stock_publication, "StockToPublish", _without_comparing),
    ),
    Bug(
        "moved_there_unseen",
        "units that a cancellation puts back on sale go unnoticed",
        reworded(stock_publications, "WANTED", "and sku not in (select sku from moved_there)", ""),
    ),
)
