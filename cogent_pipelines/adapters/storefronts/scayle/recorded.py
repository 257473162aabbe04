"""What an order's packages say was shipped, and whether a given parcel is among it. Pure.

Packages exist before anything leaves; one counts once it, or an item in it, was shipped. `shipmentKey` is ours to choose and
is the parcel's name at SCAYLE; it is the tracking number as well, and nothing can be added to it later (endpoint list).
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from cogent_pipelines.adapters.storefronts.scayle.nodes import Node
from cogent_pipelines.adapters.storefronts.scayle.settings import ScayleSettings
from cogent_pipelines.adapters.storefronts.scayle.units import Line
from cogent_pipelines.canonical.fulfilment import Fulfilment, FulfilmentLine, Parcel
from cogent_pipelines.canonical.identity import OrderRef

_BETWEEN = ":"


@dataclass(frozen=True, slots=True)
class Shipped:
    """One package that left: its key, the units in it by line."""

    order_ref: OrderRef
    key: str
    tracking: str
    lines: tuple[FulfilmentLine, ...]

    @property
    def ref(self) -> str:
        return fulfilment_ref(self.order_ref, self.key)


def fulfilment_ref(order_ref: OrderRef, key: str) -> str:
    """A shipment key is unique for an order; for a tenant only if the carrier's numbers are."""
    return f"{order_ref}{_BETWEEN}{key}"


def key_of(parcel: Parcel, settings: ScayleSettings) -> str:
    """The tracking number; the warehouse's own name of the parcel, marked as such, where it has none."""
    return parcel.tracking.number or f"{settings.untracked_prefix}{parcel.despatch_ref}"


def shipped_in(order: Node, order_ref: OrderRef, lines: Sequence[Line], settings: ScayleSettings) -> list[Shipped]:
    """Packages of the order that left."""
    found = []
    for package in order.each("packages"):
        inside = _inside(package.number("id"), lines)
        key = package.text("shipmentKey") or package.inner("tracking").text("id")
        if key and (inside or package.time("shippedAt", settings.timezone) is not None):
            tracking = "" if key.startswith(settings.untracked_prefix) else package.inner("tracking").text("id") or key
            found.append(Shipped(order_ref, key, tracking, inside))
    return found


def fulfilment_of(shipped: Shipped) -> Fulfilment:
    numbers = (shipped.tracking,) if shipped.tracking else ()
    return Fulfilment(shipped.ref, shipped.order_ref, shipped.lines, numbers, cancelled=False)


def _inside(package: int | None, lines: Sequence[Line]) -> tuple[FulfilmentLine, ...]:
    """Units in the package that left, or came back since."""
    if package is None:
        return ()
    counts = Counter(
        {line.ref: sum(1 for u in line.units if u.package == package and (u.shipped or u.returned)) for line in lines}
    )
    return tuple(FulfilmentLine(ref, units) for ref, units in counts.items() if units)
