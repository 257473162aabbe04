"""Recording the parcels of one order: a script that yields one call at a time and is sent what came of it.

Scripts of different orders run side by side; within one order a parcel is done with before the next begins, because they
draw on the same open lines.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol

from cogent_pipelines.adapters.storefronts.shopify.allocation import Allocation, OpenLine, Portion, allocate, open_lines
from cogent_pipelines.adapters.storefronts.shopify.client import GraphQL, Json
from cogent_pipelines.adapters.storefronts.shopify.ids import global_id, reference
from cogent_pipelines.adapters.storefronts.shopify.payloads import fulfilment_input, tracking_input
from cogent_pipelines.adapters.storefronts.shopify.recorded import (
    SEPARATOR,
    Recognition,
    Told,
    recognise,
    recognise_at_last,
    told_of,
    wanted_by,
)
from cogent_pipelines.adapters.transport.call import Call
from cogent_pipelines.adapters.transport.scripts import Script
from cogent_pipelines.adapters.transport.settled import Standing
from cogent_pipelines.canonical.fulfilment import Parcel
from cogent_pipelines.canonical.identity import OrderRef
from cogent_pipelines.ports.errors import VendorError
from cogent_pipelines.ports.outcomes import (
    AlreadyThere,
    Created,
    CreateFulfilmentOutcome,
    Rejected,
    Unavailable,
    Unknown,
)
from cogent_pipelines.ports.vendor_account import Priority

_READINGS = 3


class Reader(Protocol):
    """Reads one order afresh, whole."""

    def __call__(self, ref: OrderRef) -> Json | None: ...


@dataclass(slots=True)
class Desk:
    """One order on the desk: what is open, what was told, and which fulfilments are known to be whose."""

    ref: OrderRef
    lines: list[OpenLine] = field(default_factory=list)
    told: list[Told] = field(default_factory=list)
    locations: frozenset[str] = frozenset()
    taken: dict[str, str] = field(default_factory=dict)
    exists: bool = False
    routed: bool = False
    cancelled: bool = False

    @property
    def open_units(self) -> Counter[str]:
        units: Counter[str] = Counter()
        for line in self.lines:
            units[line.line_ref] += line.remaining
        return units

    def lay(self, order: Json | None) -> None:
        """Put what was read on the desk, in place of what was there."""
        self.exists = order is not None
        if order is None:
            self.lines, self.told = [], []
            return
        self.lines, self.told = open_lines(order, self.locations), told_of(order)
        self.routed = bool(order["fulfillmentOrders"]["nodes"])
        self.cancelled = order["cancelledAt"] is not None


def hand_over(
    desk: Desk, parcels: Sequence[Parcel], *, graphql: GraphQL, read: Reader
) -> Script[list[CreateFulfilmentOutcome]]:
    """Record the parcels of one order; an outcome for each."""
    outcomes: list[CreateFulfilmentOutcome] = []
    for parcel in parcels:
        outcome = yield from _record(desk, parcel, graphql=graphql, read=read)
        if isinstance(outcome, Created | AlreadyThere):
            ref = outcome.ref
            desk.taken.update(dict.fromkeys(ref.split(SEPARATOR), parcel.despatch_ref))
        outcomes.append(outcome)
    return outcomes


def _record(desk: Desk, parcel: Parcel, *, graphql: GraphQL, read: Reader) -> Script[CreateFulfilmentOutcome]:
    fault = _fault_of(parcel) or ("" if desk.exists else f"Shopify has no order {parcel.order_ref}")
    if fault:
        return Rejected((fault,))
    refusals: tuple[str, ...] = ()
    for _ in range(_READINGS):
        found, allocation = _plan(desk, parcel)
        if found.refs and not found.missing:
            return (yield from _already_there(found, parcel, graphql=graphql))
        if allocation.short:
            return _not_open(desk, parcel, allocation, refusals)
        outcome = yield from _send(desk, parcel, allocation, found, graphql=graphql, read=read)
        if not isinstance(outcome, Rejected):
            return outcome
        # Fulfilment orders split, move and close between a look and a call: look again before taking no for an answer.
        refusals = outcome.reasons
        if not _changed_since(desk, read):
            break
    return Rejected(refusals)


def _plan(desk: Desk, parcel: Parcel) -> tuple[Recognition, Allocation]:
    """What of the parcel is recorded, and where the rest of it is open."""
    found = recognise(parcel, desk.told, taken=desk.taken)
    allocation = allocate(found.missing, desk.lines)
    if allocation.short:
        explained = recognise_at_last(parcel, desk.told, taken=desk.taken, still_open=desk.open_units)
        if explained.refs:
            return explained, allocate(explained.missing, desk.lines)
    return found, allocation


def _changed_since(desk: Desk, read: Reader) -> bool:
    """Lay the order on the desk afresh; whether that shows anything new."""
    before = [replace(line) for line in desk.lines], list(desk.told)
    try:
        desk.lay(read(desk.ref))
    except VendorError:
        return False
    return desk.exists and before != (desk.lines, desk.told)


def _send(
    desk: Desk, parcel: Parcel, allocation: Allocation, found: Recognition, *, graphql: GraphQL, read: Reader
) -> Script[CreateFulfilmentOutcome]:
    """One call per location; what was recorded of the parcel before comes first in its reference."""
    refs = list(found.refs)
    for portion in allocation.portions:
        settled = yield _create(parcel, portion, graphql)
        match settled.standing:
            case Standing.ANSWERED:
                payload = graphql.data(settled).get("fulfillmentCreate") or {}
                errors = [str(error["message"]) for error in payload.get("userErrors") or ()]
                if errors:
                    return Rejected(tuple(errors))
                made = payload.get("fulfillment")
                if not made:
                    return _read_back(desk, parcel, "answered without a fulfilment and without an error", read)
                refs.append(reference(made["id"]))
                _remember(desk, parcel, portion, refs[-1])
            case Standing.UNSURE:
                return _read_back(desk, parcel, settled.reason, read)
            case Standing.REFUSED:
                return Rejected((settled.reason,))
            case Standing.NOT_DONE | Standing.DENIED:
                return Unavailable(settled.reason, settled.retry_after)
    return Created(SEPARATOR.join(refs))


def _read_back(desk: Desk, parcel: Parcel, reason: str, read: Reader) -> CreateFulfilmentOutcome:
    """After a call of which nobody knows whether it was carried out. Not there yet proves nothing: it may still come."""
    try:
        desk.lay(read(desk.ref))
    except VendorError as error:
        return Unknown(f"{reason}; and it could not be read back: {error}")
    found = recognise(parcel, desk.told, taken=desk.taken)
    if found.refs and not found.missing:
        return Created(found.ref)
    return Unknown(f"{reason}; read back, and it is not there")


def _not_open(desk: Desk, parcel: Parcel, allocation: Allocation, refusals: tuple[str, ...]) -> CreateFulfilmentOutcome:
    """Nothing is open for some of the parcel, and nothing that was told explains it."""
    if not desk.routed and not desk.told and not desk.cancelled:
        return Unavailable(
            "Shopify shows no fulfilment order: the order is not routed yet, or the app lacks a fulfilment-order scope"
        )
    return Rejected(refusals or tuple(_why_not_open(desk, parcel, allocation.short)))


def _why_not_open(desk: Desk, parcel: Parcel, short: Counter[str]) -> list[str]:
    wanted = wanted_by(parcel)
    state = "the order is cancelled" if desk.cancelled else "the rest is fulfilled, removed or not visible to the app"
    return [
        f"line {line}: the parcel holds {wanted[line]}, and Shopify has nothing open for {units} of it ({state})"
        for line, units in short.items()
    ]


def _already_there(found: Recognition, parcel: Parcel, *, graphql: GraphQL) -> Script[CreateFulfilmentOutcome]:
    """It was recorded before; if that was without tracking, the tracking is put on it now."""
    for ref in found.lacks_tracking:
        settled = yield tracking_call(ref, parcel, graphql)
        if settled.standing is Standing.ANSWERED:
            payload = graphql.data(settled).get("fulfillmentTrackingInfoUpdate") or {}
            errors = tuple(str(error["message"]) for error in payload.get("userErrors") or ())
            if errors:
                return Rejected(errors)
        elif settled.standing is Standing.UNSURE:
            return Unknown(settled.reason)
        elif settled.standing is Standing.REFUSED:
            return Rejected((settled.reason,))
        else:
            return Unavailable(settled.reason, settled.retry_after)
    return AlreadyThere(found.ref)


def _create(parcel: Parcel, portion: Portion, graphql: GraphQL) -> Call:
    return graphql.call(
        "create_fulfilment",
        {"fulfillment": fulfilment_input(parcel, portion)},
        priority=Priority.DESPATCH,
        writes=True,
        subjects=(parcel.order_ref,),
    )


def tracking_call(ref: str, parcel: Parcel, graphql: GraphQL) -> Call:
    variables = {
        "fulfillmentId": global_id("Fulfillment", ref),
        "trackingInfoInput": tracking_input(parcel.tracking),
        "notifyCustomer": parcel.notify_customer,
    }
    return graphql.call("update_tracking", variables, priority=Priority.DESPATCH, writes=True, subjects=(parcel.order_ref,))


def _remember(desk: Desk, parcel: Parcel, portion: Portion, ref: str) -> None:
    portion.take()
    number = parcel.tracking.number
    desk.told.append(Told(ref, portion.units, (number,) if number else ()))
    desk.taken[ref] = parcel.despatch_ref


def _fault_of(parcel: Parcel) -> str:
    """What would make Shopify do something else than recording this parcel."""
    if not parcel.lines:
        # Shopify takes a missing list of lines for everything that is open.
        return "the parcel has no lines"
    if any(line.quantity <= 0 for line in parcel.lines):
        return "the parcel has a line without units"
    return ""


def known(despatches: Mapping[str, str], desk: Desk) -> None:
    """Put what is remembered of this order's fulfilments on the desk."""
    for ref, despatch in despatches.items():
        for one in ref.split(SEPARATOR):
            desk.taken[one] = despatch
