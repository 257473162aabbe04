"""Which order lines a parcel holds. Pure: parcels and open lines in, a plan or the reason why there is none out."""

from collections import Counter
from collections.abc import Mapping, Sequence

from cogent_pipelines.canonical.despatch import DespatchLine
from cogent_pipelines.canonical.fulfilment import FulfilmentLine
from cogent_pipelines.canonical.identity import LineRef
from cogent_pipelines.ledger.unplanned_parcels import OrderedLine


class CannotBePlaced(Exception):
    """A parcel holds what its order does not; the message says which, for the person at the warehouse."""


def placed(
    parcel: Sequence[DespatchLine], ordered: Sequence[OrderedLine], elsewhere: Mapping[LineRef, int]
) -> tuple[FulfilmentLine, ...]:
    """Put a parcel's units onto the order's lines; `elsewhere` are units per order line in other parcels.

    A line that the warehouse remembers is filled first. Otherwise units go to lines of the same SKU in the order of the
    lines, each filled before the next.

    Raises:
        CannotBePlaced: the order has no such line, or not so many units left.
    """
    open_units = _open(ordered, elsewhere)
    by_sku: dict[str, list[OrderedLine]] = {}
    for each in ordered:
        by_sku.setdefault(each.sku.strip(), []).append(each)
    units: Counter[LineRef] = Counter()
    for line in [*(line for line in parcel if line.line_ref), *(line for line in parcel if not line.line_ref)]:
        _place(line, by_sku.get(line.sku.strip(), []), open_units, units)
    if not units:
        raise CannotBePlaced("the parcel holds nothing")
    return tuple(FulfilmentLine(ref, quantity) for ref, quantity in units.items())


def _open(ordered: Sequence[OrderedLine], elsewhere: Mapping[LineRef, int]) -> dict[LineRef, int]:
    """Units of each sent line that no other parcel holds; other parcels are known by the storefront's lines."""
    gone = dict(elsewhere)
    found: dict[LineRef, int] = {}
    for line in ordered:
        taken = min(line.quantity, gone.get(line.order_line_ref, 0))
        gone[line.order_line_ref] = gone.get(line.order_line_ref, 0) - taken
        found[line.line_ref] = line.quantity - taken
    return found


def _place(
    line: DespatchLine, of_its_sku: Sequence[OrderedLine], open_units: dict[LineRef, int], units: Counter[LineRef]
) -> None:
    candidates = sorted(of_its_sku, key=lambda each: each.line_ref != line.line_ref)
    if not candidates:
        raise CannotBePlaced(f"{line.quantity} of {line.sku} left, and the order has no such line")
    wanted = line.quantity
    for each in candidates:
        taken = min(wanted, open_units[each.line_ref])
        if taken > 0:
            open_units[each.line_ref] -= taken
            units[each.order_line_ref] += taken
            wanted -= taken
    if wanted > 0:
        raise CannotBePlaced(f"{line.quantity} of {line.sku} left, {line.quantity - wanted} were still to be shipped")
