"""What an order's fulfilments say was recorded, and whether a given parcel is among it. Pure.

Shopify keeps no reference of ours on a fulfilment, and `fulfillmentCreate` takes no idempotency key (published schema:
`FulfillmentInput`; the list of operations with the directive). A parcel is therefore recognised by its tracking number, and
without one by its exact lines; two parcels with the same lines and no tracking look alike. Whoever remembers which
fulfilment belongs to which parcel can say so (`KnownFulfilments`), and then they do not.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from cogent_pipelines.adapters.storefronts.shopify.ids import reference
from cogent_pipelines.canonical.fulfilment import Fulfilment, FulfilmentLine, Parcel
from cogent_pipelines.canonical.identity import LineRef, OrderRef

SEPARATOR = " "
"""A parcel that left from several locations is several fulfilments; their references are kept together, in one text."""

_VOID = frozenset({"CANCELLED", "ERROR", "FAILURE"})


@dataclass(frozen=True, slots=True)
class Told:
    """One fulfilment that stands: units by line (number), and tracking."""

    ref: str
    lines: Counter[str]
    tracking_numbers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Recognition:
    """Which fulfilments are the parcel's, and what of it they do not hold."""

    refs: tuple[str, ...]
    missing: Counter[str]
    lacks_tracking: tuple[str, ...] = ()

    @property
    def ref(self) -> str:
        return SEPARATOR.join(self.refs)


def told_of(order: dict[str, Any]) -> list[Told]:
    """Fulfilments of the order that stand."""
    return [
        Told(reference(node["id"]), _units(node), _tracking_numbers(node))
        for node in order["fulfillments"]
        if node["status"] not in _VOID
    ]


def fulfilment_of(node: dict[str, Any], order_ref: OrderRef) -> Fulfilment:
    lines = tuple(FulfilmentLine(LineRef(line), quantity) for line, quantity in _units(node).items())
    return Fulfilment(reference(node["id"]), order_ref, lines, _tracking_numbers(node), node["status"] in _VOID)


def wanted_by(parcel: Parcel) -> Counter[str]:
    """The parcel's units by line."""
    wanted: Counter[str] = Counter()
    for line in parcel.lines:
        wanted[reference(line.line_ref)] += line.quantity
    return wanted


def recognise(parcel: Parcel, told: Sequence[Told], *, taken: Mapping[str, str]) -> Recognition:
    """Find the parcel among what was told; `taken` says which fulfilments are known to be whose.

    First what is known to be its own, then what bears its tracking number, then what holds exactly its lines and bears none.
    """
    wanted = wanted_by(parcel)
    free = [one for one in told if taken.get(one.ref, parcel.despatch_ref) == parcel.despatch_ref]
    number = parcel.tracking.number
    mine = [one for one in free if one.ref in taken or (number in one.tracking_numbers and one.lines & wanted)]
    if not mine:
        mine = [one for one in free if not one.tracking_numbers and one.lines == wanted][:1]
    return _recognition(wanted, mine, number)


def recognise_at_last(
    parcel: Parcel, told: Sequence[Told], *, taken: Mapping[str, str], still_open: Counter[str]
) -> Recognition:
    """The same once not all of it is open any more: now anything that does not contradict the parcel explains it.

    Parts of the parcel count as well: it may have left from several locations, of which only some were recorded.
    """
    found = recognise(parcel, told, taken=taken)
    if found.refs:
        return found
    number = parcel.tracking.number
    free = [one for one in told if one.ref not in taken and not (number and one.tracking_numbers)]
    exact = [one for one in free if one.lines == wanted_by(parcel)][:1]
    return _recognition(wanted_by(parcel), exact or _parts(wanted_by(parcel), free, still_open), number)


def _parts(wanted: Counter[str], free: Sequence[Told], still_open: Counter[str]) -> list[Told]:
    """Untracked fulfilments that make up the parcel together with what is open."""
    parts: list[Told] = []
    left = wanted.copy()
    for one in free:
        if not one.tracking_numbers and one.lines and one.lines <= left:
            parts.append(one)
            left -= one.lines
    # Where units are neither told nor open, a few loose fulfilments prove nothing.
    return [] if left - still_open else parts


def _recognition(wanted: Counter[str], mine: Sequence[Told], number: str) -> Recognition:
    missing = wanted.copy()
    for one in mine:
        missing -= one.lines
    lacking = tuple(one.ref for one in mine if number and not one.tracking_numbers)
    return Recognition(tuple(one.ref for one in mine), +missing, lacking)


def _units(node: dict[str, Any]) -> Counter[str]:
    units: Counter[str] = Counter()
    for line in node["fulfillmentLineItems"]["nodes"]:
        units[reference(line["lineItem"]["id"])] += line["quantity"] or 0
    return units


def _tracking_numbers(node: dict[str, Any]) -> tuple[str, ...]:
    return tuple(info["number"] for info in node["trackingInfo"] if info.get("number"))
