"""Which order lines a parcel holds. Pure: parcels and open lines in, a plan or the reason why there is none out.

A parcel is placed on the lines that the warehouse was sent. The storefront is told of its own lines: a plain line with the
units placed on it, a bundle's line with the bundles that this parcel completes, which is none where another must follow.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from cogent_pipelines.canonical.despatch import DespatchLine
from cogent_pipelines.canonical.fulfilment import FulfilmentLine
from cogent_pipelines.canonical.identity import LineRef
from cogent_pipelines.ledger.fulfilments import PlacedUnits
from cogent_pipelines.ledger.unplanned_parcels import InParcel, OrderedLine


class CannotBePlaced(Exception):
    """A parcel holds what its order does not; the message says which, for the person at the warehouse."""


@dataclass(frozen=True, slots=True)
class Placement:
    """What the storefront is told of a parcel, where its units were placed, and whether a bundle in it lacks the rest."""

    told: tuple[FulfilmentLine, ...]
    units: tuple[PlacedUnits, ...]
    lacks: bool = False


def placed(parcel: Sequence[DespatchLine], ordered: Sequence[OrderedLine], elsewhere: InParcel) -> Placement:
    """Put a parcel's units onto the order's lines; `elsewhere` is what all other parcels of the order hold together.

    A line that the warehouse remembers is filled first. Otherwise units go to lines of the same SKU in the order of the
    lines, each filled before the next.

    Raises:
        CannotBePlaced: the order has no such line, or not so many units left.
    """
    open_units = {line.line_ref: line.quantity - elsewhere.placed.get(line.line_ref, 0) for line in ordered}
    by_sku: dict[str, list[OrderedLine]] = {}
    for each in ordered:
        by_sku.setdefault(each.sku.strip(), []).append(each)
    here: Counter[LineRef] = Counter()
    for line in [*(line for line in parcel if line.line_ref), *(line for line in parcel if not line.line_ref)]:
        _place(line, by_sku.get(line.sku.strip(), []), open_units, here)
    if not here:
        raise CannotBePlaced("the parcel holds nothing")
    touched = [line for line in ordered if line.line_ref in here]
    bundles = [_Bundle.of(ref, ordered, here, elsewhere) for ref in _bundle_lines(touched)]
    told = {line.line_ref: here[line.line_ref] for line in touched if line.each is None}
    told |= {bundle.order_line_ref: bundle.completed_here for bundle in bundles if bundle.completed_here > 0}
    return Placement(
        told=tuple(FulfilmentLine(ref, quantity) for ref, quantity in told.items()),
        units=tuple(_units(line, here) for line in touched),
        lacks=any(bundle.lacks for bundle in bundles),
    )


@dataclass(frozen=True, slots=True)
class _Bundle:
    """A bundle's line of which this parcel holds something."""

    order_line_ref: LineRef
    completed_here: int
    lacks: bool
    """Whether something of this parcel belongs to a bundle of which the rest has not left."""

    @classmethod
    def of(
        cls, order_line: LineRef, ordered: Sequence[OrderedLine], here: Mapping[LineRef, int], elsewhere: InParcel
    ) -> "_Bundle":
        parts = {line.line_ref: line.each or 1 for line in ordered if line.order_line_ref == order_line}
        left = {ref: here.get(ref, 0) + elsewhere.placed.get(ref, 0) for ref in parts}
        complete = min(left[ref] // each for ref, each in parts.items())
        lacks = any(here.get(ref, 0) and left[ref] > complete * each for ref, each in parts.items())
        return cls(order_line, complete - elsewhere.told.get(order_line, 0), lacks)


def _bundle_lines(lines: Iterable[OrderedLine]) -> list[LineRef]:
    return list(dict.fromkeys(line.order_line_ref for line in lines if line.each is not None))


def _units(line: OrderedLine, here: Mapping[LineRef, int]) -> PlacedUnits:
    return PlacedUnits(line.line_ref, here[line.line_ref], line.order_line_ref if line.each is not None else None)


def _place(
    line: DespatchLine, of_its_sku: Sequence[OrderedLine], open_units: dict[LineRef, int], here: Counter[LineRef]
) -> None:
    candidates = sorted(of_its_sku, key=lambda each: each.line_ref != line.line_ref)
    if not candidates:
        raise CannotBePlaced(f"{line.quantity} of {line.sku} left, and the order has no such line")
    wanted = line.quantity
    for each in candidates:
        taken = min(wanted, open_units[each.line_ref])
        if taken > 0:
            open_units[each.line_ref] -= taken
            here[each.line_ref] += taken
            wanted -= taken
    if wanted > 0:
        raise CannotBePlaced(f"{line.quantity} of {line.sku} left, {line.quantity - wanted} were still to be shipped")
