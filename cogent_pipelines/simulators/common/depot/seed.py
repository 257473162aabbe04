"""A small depot to start with: a catalogue on its shelves, a few orders gone and a few open, all by the seed.

How an order is worded is the vendor's, who hands in what makes a draft of one; nothing of any vendor is here.
"""

from collections.abc import Callable, Sequence
from decimal import Decimal
from random import Random
from typing import Any, TypeVar

from cogent_pipelines.simulators.common.catalogue import SeededItem, seeded_products
from cogent_pipelines.simulators.common.depot.floor import Depot
from cogent_pipelines.simulators.common.depot.records import Draft, Line
from cogent_pipelines.simulators.common.depot.switches import FloorSwitches

DraftOf = Callable[[str, Sequence[SeededItem], Random], Draft]
"""Words an order for some items under a reference; what is not given is drawn."""

SwitchesT = TypeVar("SwitchesT", bound=FloorSwitches)

_OPEN_ORDERS = 5
_DESPATCHED_ORDERS = 3


def trade(depot: Depot, seed: int, draft_of: DraftOf) -> None:
    """Let it have been trading: goods on the shelves, orders gone, the last of them in two parcels, and orders open."""
    items = seeded_products(seed)
    for item in items:
        _put(depot, item)
    random = Random(f"orders {seed}")
    for number in range(1, _DESPATCHED_ORDERS + 1):
        order = depot.accept(draft_of(f"SEED-D{number:03d}", random.sample(items, k=2), random))
        depot.despatch(order, parcels=2 if number == _DESPATCHED_ORDERS else 1)
    for number in range(1, _OPEN_ORDERS + 1):
        depot.accept(draft_of(f"SEED-{number:04d}", random.sample(items, k=random.randint(1, 3)), random))


def leaving_in_minutes(switches: SwitchesT) -> SwitchesT:
    """Set what suits somebody who stands alone before the account: orders leave by themselves in minutes."""
    switches.change(works_by_itself=True, pick_after_seconds=60.0, pack_after_seconds=30.0, despatch_after_seconds=30.0)
    return switches


def line_of(depot: Depot, item: SeededItem, random: Random, *, told: dict[str, Any]) -> Line:
    """One to three units of an item at its price; `told` is what else the client says of the line."""
    return depot.line(item.sku, random.randint(1, 3), unit_price=Decimal(item.price_minor) / 100, told=told)


def value_minor_of(lines: Sequence[Line]) -> int:
    """What the lines are worth together, in minor units."""
    return sum(int(line.unit_price * 100) * line.quantity for line in lines)


def _put(depot: Depot, item: SeededItem) -> None:
    article = depot.stock.open(item.sku)
    article.title = f"{item.title}, {item.size}"
    article.barcode, article.price_minor, article.weight_grams = item.barcode, item.price_minor, item.weight_grams
    depot.stock.count(article, item.on_hand)
