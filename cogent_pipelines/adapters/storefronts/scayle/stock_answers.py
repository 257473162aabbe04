"""What SCAYLE's words on a variant's stock mean. Pure.

`changedAt` is a gate: a figure that is older than the last one is dropped, and the answer is a success all the same, with
what is stored. Only comparing tells (scayle.dev, "Update your variants' stock"). Equal times: not published.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from cogent_pipelines.adapters.storefronts.scayle.nodes import Node
from cogent_pipelines.adapters.storefronts.scayle.settings import EqualTimes, ScayleSettings, StockShown
from cogent_pipelines.canonical.stock import StockToPublish
from cogent_pipelines.ports.outcomes import Published, PublishStockOutcome, Rejected, Superseded

NO_SNAPSHOT_TIME = "the figure does not say when the warehouse counted it, and told as of now it would oversell"


@dataclass(frozen=True, slots=True)
class Stored:
    """What SCAYLE has for one variant, warehouse and merchant."""

    quantity: int
    changed_at: datetime | None


@dataclass(frozen=True, slots=True)
class ToTell:
    """A figure that is worth telling, and the time that goes with it."""

    level: StockToPublish
    changed_at: datetime

    @property
    def quantity(self) -> int:
        return figure_of(self.level)


def figure_of(level: StockToPublish) -> int:
    """What SCAYLE is told: the figure as it was true at its time. What was ordered since it keeps back by itself."""
    return level.quantity if level.at_snapshot is None else level.at_snapshot


def is_expected(stored: Stored | None, expected: int, settings: ScayleSettings) -> bool:
    """Whether what is stored fits what the storefront is believed to offer.

    Where the stored figure still holds what is kept back for orders, it may be more than what is offered, and never less.
    """
    if stored is None:
        return False
    return stored.quantity == expected if settings.stock_shown is StockShown.OFFERED else stored.quantity >= expected


def stored_in(entities: Iterable[Any], settings: ScayleSettings) -> Stored | None:
    """The entry of our warehouse and merchant; None where there is none, which is not the same as none in stock.

    Raises:
        Unreadable: a field is not as published.
    """
    for entity in entities:
        entry = Node(entity)
        merchant = entry.text("merchantReferenceKey")
        if entry.text("warehouseReferenceKey") != settings.warehouse:
            continue
        if not settings.merchant or not merchant or merchant == settings.merchant:
            return Stored(entry.needed_number("quantity"), entry.time("changedAt", settings.timezone))
    return None


def weighed(level: StockToPublish, stored: Stored | None, settings: ScayleSettings) -> ToTell | PublishStockOutcome:
    """Whether the figure is to be told, given what is stored; the outcome where it is not."""
    if level.snapshot_at is None:
        return Rejected((NO_SNAPSHOT_TIME,))
    if level.expected is not None and not is_expected(stored, level.expected, settings):
        return Superseded(None if stored is None else stored.quantity)
    snapshot_at = level.snapshot_at.astimezone(UTC).replace(microsecond=0)
    if stored is None or stored.changed_at is None or snapshot_at > stored.changed_at:
        return ToTell(level, snapshot_at)
    if stored.quantity == (level.quantity if settings.stock_shown is StockShown.OFFERED else figure_of(level)):
        # Whether it is this figure or a newer one that says the same: there is nothing to tell.
        return Published()
    if snapshot_at < stored.changed_at or level.expected is None:
        # Older than what is stored, which would be dropped; or this snapshot was told before, and units were sold since.
        return Superseded(stored.quantity)
    later = timedelta(seconds=1) if settings.equal_times is EqualTimes.ONE_SECOND_LATER else timedelta(0)
    return ToTell(level, snapshot_at + later)


def judged(told: ToTell, stored: Stored | None) -> PublishStockOutcome | None:
    """Whether the answer has what was told, or what is left of it; None where the answer does not say."""
    if stored is None:
        return None
    return Published() if stored.quantity in (told.quantity, told.level.quantity) else Superseded(stored.quantity)
