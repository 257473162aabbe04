"""What an order's packages say was shipped, and whether a given parcel is among it. Pure.

Packages exist before anything leaves; one counts once it, or an item in it, was shipped. `shipmentKey` is ours to choose and
is the parcel's name at SCAYLE; it is the tracking number as well, and nothing can be added to it later (endpoint list).
"""

import re
import string
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import quote

from cogent_pipelines.adapters.storefronts.scayle.nodes import Node
from cogent_pipelines.adapters.storefronts.scayle.settings import ScayleSettings
from cogent_pipelines.adapters.storefronts.scayle.units import Line
from cogent_pipelines.canonical.fulfilment import Fulfilment, FulfilmentLine, Parcel
from cogent_pipelines.canonical.identity import OrderRef

_BETWEEN = ":"
# References of several fulfilments are kept with a space between them.
_AS_IT_IS = string.punctuation.replace("%", "")
_NEXT_NUMBER = re.compile(r"\s*[,;|\n]\s*")


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

    @property
    def names(self) -> frozenset[str]:
        """Its reference, and what is left of it in a ledger that has it from before keys were percent-encoded."""
        as_it_was = f"{self.order_ref}{_BETWEEN}{self.key}"
        return frozenset({self.ref, as_it_was, *as_it_was.split(" ")})


def fulfilment_ref(order_ref: OrderRef, key: str) -> str:
    """A shipment key is unique for an order; for a tenant only if the carrier's numbers are. No space is in it."""
    return f"{order_ref}{_BETWEEN}{quote(key, safe=_AS_IT_IS)}"


def key_of(parcel: Parcel, settings: ScayleSettings) -> str:
    """The tracking number; the warehouse's own name of the parcel, marked as such, where it has none.

    Of several numbers it is the first: a shipment has one, which the customer's link is made of.
    """
    return numbers_of(parcel)[0] if numbers_of(parcel) else untracked_key(parcel, settings)


def keys_of(parcel: Parcel, settings: ScayleSettings) -> frozenset[str]:
    """Every key under which the parcel may have been told: before it had a number, and with all its numbers in one, too."""
    written = {parcel.tracking.number} if parcel.tracking.number else set()
    return frozenset({key_of(parcel, settings), untracked_key(parcel, settings), *written})


def numbers_of(parcel: Parcel) -> list[str]:
    """A number may have spaces in it; between two there is more than that."""
    return [number for number in _NEXT_NUMBER.split(parcel.tracking.number.strip()) if number]


def untracked_key(parcel: Parcel, settings: ScayleSettings) -> str:
    return f"{settings.untracked_prefix}{parcel.despatch_ref}"


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
