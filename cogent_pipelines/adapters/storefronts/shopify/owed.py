"""What is still to be shipped of an order's lines, read from its fulfilment orders; and whether it is held.

`quantity` never goes down and `currentQuantity` still counts what has left, so neither may go to a warehouse.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from cogent_pipelines.adapters.storefronts.shopify.ids import global_id, reference
from cogent_pipelines.adapters.storefronts.shopify.times import time_of

FINISHED = frozenset({"CLOSED", "CANCELLED"})
WAITING = frozenset({"ON_HOLD", "SCHEDULED"})


@dataclass(slots=True)
class Owed:
    """`routed` is False while Shopify has not made fulfilment orders yet; then the lines speak for themselves."""

    routed: bool = False
    on_hold: bool = False
    changes: list[datetime] = field(default_factory=list)
    by_line: dict[str, int] = field(default_factory=dict)


def owed_of(fulfilment_orders: Sequence[dict[str, Any]], locations: frozenset[str]) -> Owed:
    """Add up what is open; `locations` (numbers) limits it to what these must ship, empty means all.

    An order of which a part is on hold, or planned for later, waits as a whole: the released rest would be a second parcel.
    """
    owed = Owed(routed=bool(fulfilment_orders))
    for node in fulfilment_orders:
        owed.changes.append(time_of(node["updatedAt"]))
        if node["status"] in FINISHED or not is_ours(node, locations):
            continue
        open_here = 0
        for line in node["lineItems"]["nodes"]:
            remaining = line["remainingQuantity"]
            if remaining > 0:
                ref = line["lineItem"]["id"]
                owed.by_line[ref] = owed.by_line.get(ref, 0) + remaining
                open_here += remaining
        if open_here and node["status"] in WAITING:
            owed.on_hold = True
    return owed


def is_ours(fulfilment_order: dict[str, Any], locations: frozenset[str]) -> bool:
    if not locations:
        return True
    location = (fulfilment_order.get("assignedLocation") or {}).get("location")
    return location is not None and reference(location["id"]) in locations


def location_of(fulfilment_order: dict[str, Any]) -> str:
    """The location it is assigned to; empty where it has none any more."""
    location = (fulfilment_order.get("assignedLocation") or {}).get("location")
    return str(location["id"]) if location else ""


def numbers_of(locations: frozenset[str]) -> frozenset[str]:
    """However the locations were written down."""
    return frozenset(reference(global_id("Location", location)) for location in locations)
