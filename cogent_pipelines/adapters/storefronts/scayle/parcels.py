"""Telling SCAYLE of parcels and reading back what it was told, for many orders at once.

A shipment is one call per physical package; no call takes it back or changes it. What SCAYLE answers to a repeated one is
not published, so none is repeated: the order is read first, and again wherever an answer leaves room for doubt.
"""

import logging
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from cogent_pipelines.adapters.storefronts.scayle.client import AdminApi, body_of
from cogent_pipelines.adapters.storefronts.scayle.identifiers import segment
from cogent_pipelines.adapters.storefronts.scayle.lookup import OrderLookup
from cogent_pipelines.adapters.storefronts.scayle.payloads import shipment
from cogent_pipelines.adapters.storefronts.scayle.recorded import Shipped, fulfilment_of, fulfilment_ref, key_of, keys_of
from cogent_pipelines.adapters.storefronts.scayle.settings import ScayleSettings
from cogent_pipelines.adapters.storefronts.scayle.shelf import NotEnough, Shelf
from cogent_pipelines.adapters.storefronts.scayle.shelves import Unmet, shelves_of
from cogent_pipelines.adapters.storefronts.scayle.units import Unit
from cogent_pipelines.adapters.transport.call import Call
from cogent_pipelines.adapters.transport.scripts import Script, run_together
from cogent_pipelines.adapters.transport.settled import Settled, Standing
from cogent_pipelines.adapters.transport.unforeseen import UNFORESEEN, why
from cogent_pipelines.canonical.fulfilment import Fulfilment, Parcel
from cogent_pipelines.canonical.identity import DespatchRef, OrderRef
from cogent_pipelines.ports.clock import Clock
from cogent_pipelines.ports.known_fulfilments import KnownFulfilments
from cogent_pipelines.ports.outcomes import AlreadyThere, Created, CreateFulfilmentOutcome, Rejected, Unavailable, Unknown
from cogent_pipelines.ports.vendor_account import Priority

_log = logging.getLogger(__name__)

# Whether SCAYLE carries a shipment out before it answers is not published; it is looked for again so much later.
_SHOWN_AFTER = 30.0
NO_LATER_TRACKING = (
    "SCAYLE takes a tracking number only with the shipment itself; tell the customer, or wait longer for tracking numbers",
)


@dataclass(frozen=True, slots=True)
class _Made:
    """Whose shipment it is, and the items in it."""

    despatch_ref: DespatchRef
    items: frozenset[int]


class ParcelDesk:
    """Tells one tenant of parcels."""

    def __init__(
        self,
        api: AdminApi,
        settings: ScayleSettings,
        *,
        orders: OrderLookup,
        known_fulfilments: KnownFulfilments,
        clock: Clock,
    ) -> None:
        self._api = api
        self._settings = settings
        self._orders = orders
        self._known = known_fulfilments
        self._clock = clock
        # Shipments that were accepted here and may not be shown yet; what must last is `KnownFulfilments`' matter.
        self._made: dict[str, _Made] = {}

    def create(self, parcels: Sequence[Parcel]) -> list[CreateFulfilmentOutcome]:
        """One outcome per parcel, in order.

        Raises:
            VendorError: the orders cannot be read; nothing was sent.
        """
        by_order: dict[OrderRef, list[int]] = defaultdict(list)
        for index, parcel in enumerate(parcels):
            by_order[parcel.order_ref].append(index)
        shelves = shelves_of(list(by_order), self._orders, self._settings)
        known = self._known.despatches_of(list(by_order))
        scripts = [
            self._hand_over(shelves.get(ref), [parcels[index] for index in indices], known)
            for ref, indices in by_order.items()
        ]
        outcomes: dict[int, CreateFulfilmentOutcome] = {}
        for indices, results in zip(by_order.values(), run_together(scripts, self._api), strict=True):
            outcomes.update(zip(indices, results, strict=True))
        return [outcomes[index] for index in range(len(parcels))]

    def told(self, refs: Sequence[OrderRef]) -> dict[OrderRef, list[Fulfilment]]:
        """Shipments by order; one that does not exist has none, and of one that cannot be read nothing is said."""
        shelves = shelves_of(refs, self._orders, self._settings)
        told: dict[OrderRef, list[Fulfilment]] = {ref: [] for ref in refs if ref not in shelves}
        for ref, shelf in shelves.items():
            if isinstance(shelf, Shelf):
                told[ref] = [fulfilment_of(each) for each in shelf.shipped]
            else:
                _log.warning("order %s: what it was told cannot be said: %s", ref, _words(shelf))
        return told

    def add_tracking(self, fulfilment_ref: str, parcel: Parcel) -> CreateFulfilmentOutcome:
        """SCAYLE has no such call: what was told with its number is there, and anything else is a person's matter."""
        if not parcel.tracking.number:
            return Rejected(("the parcel has no tracking number yet",))
        shelf = shelves_of([parcel.order_ref], self._orders, self._settings).get(parcel.order_ref)
        if isinstance(shelf, Unmet):
            return shelf
        mine = None if shelf is None else next((each for each in shelf.shipped if fulfilment_ref in each.names), None)
        if mine is not None and mine.tracking in (key_of(parcel, self._settings), parcel.tracking.number):
            return AlreadyThere(fulfilment_ref)
        return Rejected(NO_LATER_TRACKING)

    def _hand_over(
        self, shelf: Shelf | Unmet | None, parcels: Sequence[Parcel], known: Mapping[str, DespatchRef]
    ) -> Script[list[CreateFulfilmentOutcome]]:
        """One order's parcels, one after the other."""
        outcomes: list[CreateFulfilmentOutcome] = []
        for parcel in parcels:
            if shelf is None:
                outcomes.append(Rejected((f"SCAYLE has no order {parcel.order_ref}",)))
            elif isinstance(shelf, Unmet):
                outcomes.append(shelf)
            elif any(isinstance(outcome, Unknown) for outcome in outcomes):
                # Nobody knows which items that one took.
                outcomes.append(Unavailable("another parcel of the order is in doubt", _SHOWN_AFTER))
            else:
                outcomes.append((yield from self._tell(shelf, parcel, known)))
        return outcomes

    def _tell(self, shelf: Shelf, parcel: Parcel, known: Mapping[str, DespatchRef]) -> Script[CreateFulfilmentOutcome]:
        before = self._already(shelf, parcel, known)
        if before is not None:
            return before
        carrier = parcel.tracking.carrier or self._settings.carrier
        if not carrier:
            return Rejected(("the parcel names no carrier, and the connection has no carrier key for such parcels",))
        try:
            units = shelf.choose(
                parcel.lines,
                fits=lambda unit: unit.owed,
                without=self._taken(shelf.ref),
                short="left to send",
                spares=shelf.alike,
            )
        except NotEnough as fault:
            return Rejected((str(fault),))
        settled = yield self._shipment(shelf, parcel, units, carrier)
        return (yield from self._judged(settled, shelf, parcel, units))

    def _already(self, shelf: Shelf, parcel: Parcel, known: Mapping[str, DespatchRef]) -> CreateFulfilmentOutcome | None:
        """What can be said of the parcel before anything is sent; None where it has to be told."""
        mine = next((ref for ref, despatch in known.items() if despatch == parcel.despatch_ref), None)
        if mine is not None:
            return AlreadyThere(mine)
        key = key_of(parcel, self._settings)
        there = shelf.with_key(keys_of(parcel, self._settings)) or Shipped(shelf.ref, key, key, ())
        owner = self._owner(there, known)
        if owner is not None and owner != parcel.despatch_ref:
            return Rejected((f"{there.key} is another parcel of the order already: SCAYLE has one shipment per number",))
        if owner is not None or there in shelf.shipped:
            return AlreadyThere(there.ref)
        shown = frozenset().union(*(each.names for each in shelf.shipped))
        late = [other for other in known if other.startswith(fulfilment_ref(shelf.ref, "")) and other not in shown]
        if late and not all(other in self._made for other in late):
            # Its items still look as if they were owed: another parcel would take them again.
            return Unavailable(f"SCAYLE does not show shipment {late[0]} yet", _SHOWN_AFTER)
        return None

    def _owner(self, shipped: Shipped, known: Mapping[str, DespatchRef]) -> DespatchRef | None:
        """The parcel that is known to have been told as this shipment."""
        made = self._made.get(shipped.ref)
        return made.despatch_ref if made is not None else next((known[n] for n in shipped.names if n in known), None)

    def _taken(self, ref: OrderRef) -> frozenset[int]:
        begin = fulfilment_ref(ref, "")
        return frozenset().union(*(made.items for name, made in self._made.items() if name.startswith(begin)))

    def _shipment(self, shelf: Shelf, parcel: Parcel, units: Sequence[Unit], carrier: str) -> Call:
        body = shipment(
            shelf.order,
            units,
            self._settings,
            key=key_of(parcel, self._settings),
            carrier=carrier,
            left_at=parcel.despatched_at or self._clock.now(),
        )
        return self._api.write(
            "shipment", "/fulfillment/shipments", body, priority=Priority.DESPATCH, subjects=[shelf.ref], company=True
        )

    def _judged(
        self, settled: Settled, shelf: Shelf, parcel: Parcel, units: Sequence[Unit]
    ) -> Script[CreateFulfilmentOutcome]:
        ref = fulfilment_ref(shelf.ref, key_of(parcel, self._settings))
        match settled.standing:
            case Standing.ANSWERED:
                self._made[ref] = _Made(parcel.despatch_ref, frozenset(unit.id for unit in units))
                return Created(ref)
            case Standing.NOT_DONE | Standing.DENIED:
                return Unavailable(settled.reason, settled.retry_after)
            case Standing.REFUSED:
                # Perhaps just because it is there already.
                there = yield from self._is_there(shelf.ref, parcel)
                return AlreadyThere(ref) if there is True else Rejected((settled.reason,))
            case Standing.UNSURE:
                there = yield from self._is_there(shelf.ref, parcel)
                if there is True:
                    return Created(ref)
                return Unknown(f"{settled.reason}; read back, {'and it is not there' if there is False else there}")

    def _is_there(self, ref: OrderRef, parcel: Parcel) -> Script[bool | str]:
        """Whether the order shows the parcel now; in words why that cannot be said."""
        settled = yield self._orders.call(segment(ref) or ref, ref, priority=Priority.DESPATCH)
        if settled.standing is not Standing.ANSWERED:
            return f"but the order could not be read: {settled.reason}"
        try:
            shelf = Shelf.of(ref, body_of(settled), self._settings)
        except UNFORESEEN as error:
            return f"but {why(error)}"
        return shelf.with_key(keys_of(parcel, self._settings)) is not None


def _words(unmet: Unmet) -> str:
    return unmet.reason if isinstance(unmet, Unavailable) else "; ".join(unmet.reasons)
