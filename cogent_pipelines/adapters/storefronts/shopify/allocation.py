"""Shares a parcel's lines out over what is open: fulfilment orders, and within them one call per location. Pure."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from cogent_pipelines.adapters.storefronts.shopify import version
from cogent_pipelines.adapters.storefronts.shopify.ids import reference
from cogent_pipelines.adapters.storefronts.shopify.owed import FINISHED, location_of

# Shopify itself says no to what is on hold or planned for later, in its own words; what is ready is used first.
_READINESS = {"IN_PROGRESS": 0, "OPEN": 1, "INCOMPLETE": 2, "SCHEDULED": 3, "ON_HOLD": 4}


@dataclass(slots=True)
class OpenLine:
    """What one fulfilment order still owes of one order line."""

    fulfilment_order: str
    location: str
    status: str
    line: str
    line_ref: str
    remaining: int


@dataclass(frozen=True, slots=True)
class Portion:
    """One call's worth: units of open lines, all at one location."""

    lines: tuple[tuple[OpenLine, int], ...]

    def by_fulfilment_order(self) -> list[dict[str, Any]]:
        """As `FulfillmentInput.lineItemsByFulfillmentOrder` wants it. Never with an empty inner list: that means all."""
        groups: dict[str, list[dict[str, Any]]] = defaultdict(list)
        for line, quantity in self.lines:
            groups[line.fulfilment_order].append({"id": line.line, "quantity": quantity})
        return [{"fulfillmentOrderId": ref, "fulfillmentOrderLineItems": lines} for ref, lines in groups.items()]

    def take(self) -> None:
        """Count the units as gone, once they are recorded."""
        for line, quantity in self.lines:
            line.remaining -= quantity

    @property
    def units(self) -> Counter[str]:
        units: Counter[str] = Counter()
        for line, quantity in self.lines:
            units[line.line_ref] += quantity
        return units


@dataclass(frozen=True, slots=True)
class Allocation:
    """`short` is what nothing is open for."""

    portions: tuple[Portion, ...]
    short: Counter[str]


def open_lines(order: dict[str, Any], ours: frozenset[str] = frozenset()) -> list[OpenLine]:
    """The most ready first, and before all what must leave from our own locations (numbers), where these are known."""
    lines = [
        OpenLine(
            fulfilment_order=node["id"],
            location=location_of(node),
            status=node["status"],
            line=line["id"],
            line_ref=reference(line["lineItem"]["id"]),
            remaining=line["remainingQuantity"],
        )
        for node in order["fulfillmentOrders"]["nodes"]
        if node["status"] not in FINISHED
        for line in node["lineItems"]["nodes"]
    ]
    return sorted(lines, key=lambda line: (reference(line.location) not in ours, _READINESS.get(line.status, 5)))


def allocate(wanted: Counter[str], lines: Sequence[OpenLine]) -> Allocation:
    """A line may be spread over several fulfilment orders and locations; as few locations as the readiness order gives."""
    left = +wanted
    by_location: dict[str, list[tuple[OpenLine, int]]] = defaultdict(list)
    for line in lines:
        units = min(left[line.line_ref], line.remaining)
        if units > 0:
            by_location[line.location].append((line, units))
            left[line.line_ref] -= units
    portions = [Portion(chunk) for taken in by_location.values() for chunk in _chunks(taken)]
    return Allocation(tuple(portions), +left)


def _chunks(lines: Sequence[tuple[OpenLine, int]]) -> Iterator[tuple[tuple[OpenLine, int], ...]]:
    for start in range(0, len(lines), version.LARGEST_PARCEL):
        yield tuple(lines[start : start + version.LARGEST_PARCEL])
