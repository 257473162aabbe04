"""Mistakes in what the storefront is told it may sell."""

from dataclasses import replace

from cogent_pipelines.canonical.stock import StockToPublish
from cogent_pipelines.flows import stock_publication
from cogent_pipelines.ledger import stock_publications
from cogent_pipelines.ledger.stock_publications import ClaimedStock
from cogent_pipelines_tests.faults.bugs.mistake import Bug, replaced, reworded

_level = stock_publication._level


def _without_comparing(claim: ClaimedStock) -> StockToPublish:
    return replace(_level(claim), expected=None)


def _as_of_now(claim: ClaimedStock) -> StockToPublish:
    return replace(_level(claim), snapshot_at=claim.claimed_at)


BUGS = (
    Bug(
        "without_demand",
        "what is ordered and not shipped is published as free",
        reworded(stock_publications, "WANTED", "stood.available - stood.demand", "stood.available"),
    ),
    Bug(
        "ignore_snapshot_time",
        "a figure is taken to contain every order that was acknowledged, whenever it was true",
        reworded(stock_publications, "WANTED", "sent.acknowledged_at > figure.true_until - %(allocation_lag)s", "false"),
    ),
    Bug(
        "told_as_of_now",
        "a storefront that goes by the time of a figure is told that it is true now",
        replaced(stock_publication, "_level", _as_of_now),
        ("scayle",),
    ),
    Bug(
        "no_comparison",
        "the storefront's own count is overwritten, whatever was sold since",
        replaced(stock_publication, "_level", _without_comparing),
    ),
    Bug(
        "moved_there_unseen",
        "units that a cancellation puts back on sale go unnoticed",
        reworded(stock_publications, "WANTED", "and sku not in (select sku from moved_there)", ""),
    ),
)
