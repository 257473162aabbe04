"""Recording parcels: one delivery each, found again by its key, written for one version of the order. Many orders at once.

commercetools does not compare a delivery with what was ordered (API reference, `OrderAddDeliveryAction`): that is done here.
"""

import logging
from collections import Counter, defaultdict
from collections.abc import Sequence

from cogent_pipelines.adapters.storefronts.commercetools import owed, payloads
from cogent_pipelines.adapters.storefronts.commercetools.client import Api, Json
from cogent_pipelines.adapters.storefronts.commercetools.keys import delivery_key, is_delivery_key
from cogent_pipelines.adapters.storefronts.commercetools.names import Names
from cogent_pipelines.adapters.storefronts.commercetools.orders import OrderReader
from cogent_pipelines.adapters.storefronts.commercetools.scripts import run_together
from cogent_pipelines.adapters.storefronts.commercetools.settings import ReadingRules
from cogent_pipelines.adapters.storefronts.commercetools.updating import Change, Ended, Resource, change
from cogent_pipelines.adapters.storefronts.commercetools.values import inner, rows, text
from cogent_pipelines.adapters.transport.scripts import Script
from cogent_pipelines.adapters.transport.unforeseen import UNFORESEEN, why
from cogent_pipelines.canonical.fulfilment import Fulfilment, Parcel
from cogent_pipelines.canonical.identity import OrderRef
from cogent_pipelines.ports.outcomes import AlreadyThere, Created, CreateFulfilmentOutcome, Rejected, Unknown
from cogent_pipelines.ports.vendor_account import Priority

_log = logging.getLogger(__name__)

_DONE = frozenset({"Shipped", "Delivered"})
"""Never taken back: somebody has said that more than we know of has happened."""


class ParcelDesk:
    """Records parcels of one project."""

    def __init__(self, api: Api, orders: OrderReader, names: Names) -> None:
        self._api = api
        self._orders = orders
        self._names = names

    def create(self, parcels: Sequence[Parcel]) -> list[CreateFulfilmentOutcome]:
        """One outcome per parcel, in order.

        Raises:
            VendorError: nothing was attempted.
        """
        by_order: dict[OrderRef, list[int]] = defaultdict(list)
        for index, parcel in enumerate(parcels):
            by_order[parcel.order_ref].append(index)
        rules = self._names.rules()
        found = self._orders.rows_named(list(by_order), priority=Priority.DESPATCH)
        scripts = [
            self._record_all([parcels[index] for index in indices], found.get(ref), rules)
            for ref, indices in by_order.items()
        ]
        outcomes: dict[int, CreateFulfilmentOutcome] = {}
        for indices, results in zip(by_order.values(), run_together(scripts, self._api), strict=True):
            each = [results] * len(indices) if isinstance(results, Unknown) else results
            outcomes.update(zip(indices, each, strict=True))
        return [outcomes[index] for index in range(len(parcels))]

    def told(self, refs: Sequence[OrderRef]) -> dict[OrderRef, list[Fulfilment]]:
        """Fulfilments by order; an order that does not exist has none.

        One that cannot be read is left out, and harms no other: whoever tells its parcel again looks for the parcel's key
        first, and where even that cannot be read the parcel stays in doubt.
        """
        found = self._orders.rows_named(refs, priority=Priority.DESPATCH)
        told: dict[OrderRef, list[Fulfilment]] = {}
        for ref in refs:
            try:
                told[ref] = [owed.fulfilment_of(delivery, ref) for delivery in owed.deliveries(found.get(ref, {}))]
            except UNFORESEEN as error:
                _log.warning("what was told of order %s cannot be read: %s", ref, why(error))
        return told

    def add_tracking(self, fulfilment_ref: str, parcel: Parcel) -> CreateFulfilmentOutcome:
        """Looks first: telling the customer twice is worse than one more call.

        A delivery that somebody removed, or whose order is gone, is this parcel's matter and nobody else's.
        """
        if not parcel.tracking.number:
            return Rejected(("the parcel has no tracking number yet",))
        found = self._orders.rows_named([parcel.order_ref], priority=Priority.DESPATCH).get(parcel.order_ref)
        return run_together([self._track(fulfilment_ref, parcel, found)], self._api)[0]

    def _track(self, fulfilment_ref: str, parcel: Parcel, order: Json | None) -> Script[CreateFulfilmentOutcome]:
        def decide(state: Json | None) -> Change | CreateFulfilmentOutcome:
            delivery = None if state is None else _delivery_with_id(state, fulfilment_ref)
            if delivery is None:
                return Rejected((f"commercetools has no delivery {fulfilment_ref}",))
            return _tracking_lacking(delivery, parcel) or AlreadyThere(fulfilment_ref)

        def accepted(_: Json) -> CreateFulfilmentOutcome:
            return Created(fulfilment_ref)

        resource = self._order(parcel.order_ref, "add_tracking")
        ended = yield from change(resource, order, decide=decide, accepted=accepted)
        return _ours(ended)

    def _record_all(
        self, parcels: Sequence[Parcel], order: Json | None, rules: ReadingRules
    ) -> Script[list[CreateFulfilmentOutcome]]:
        """Parcels of one order, one after the other: they draw on the same lines."""
        outcomes: list[CreateFulfilmentOutcome] = []
        for parcel in parcels:
            ended = yield from self._record(parcel, order, rules)
            outcomes.append(_ours(ended))
            # Where the order could not be read back, the next one begins with what is known; its version tells.
            order = ended.state or order
        return outcomes

    def _record(self, parcel: Parcel, order: Json | None, rules: ReadingRules) -> Script[Ended[CreateFulfilmentOutcome]]:
        return change(
            self._order(parcel.order_ref, "create_fulfilment"),
            order,
            decide=lambda state: _decided(state, parcel, rules),
            accepted=lambda state: _accepted(state, parcel),
        )

    def _order(self, ref: OrderRef, operation: str) -> Resource:
        return Resource(
            read=lambda: self._orders.read_call(ref, priority=Priority.DESPATCH),
            write=lambda version, actions: self._orders.write_call(
                ref, version, actions, operation=operation, priority=Priority.DESPATCH
            ),
        )


def _decided(order: Json | None, parcel: Parcel, rules: ReadingRules) -> Change | CreateFulfilmentOutcome:
    """What a parcel needs of an order as it is: nothing where it is recorded, else its delivery and the new state."""
    if order is None:
        return Rejected((f"commercetools has no order {parcel.order_ref}",))
    known = recorded(order, parcel)
    if known is not None:
        lacking = _tracking_lacking(known, parcel) if parcel.tracking.number else None
        return lacking or AlreadyThere(text(known["id"]))
    faults = tuple(_faults(order, parcel, rules))
    if faults:
        return Rejected(faults)
    actions = [payloads.add_delivery(parcel, shipping_key=_shipping_key(order, parcel))]
    state = state_after(order, parcel, rules)
    if state != order.get("shipmentState") and order.get("shipmentState") not in _DONE:
        actions.append(payloads.change_shipment_state(state))
    return Change(actions)


def _accepted(order: Json, parcel: Parcel) -> CreateFulfilmentOutcome:
    known = recorded(order, parcel)
    return Created(text(known["id"])) if known is not None else Unknown("answered, and the delivery is not in the answer")


def _ours(ended: Ended[CreateFulfilmentOutcome]) -> CreateFulfilmentOutcome:
    """What is found after an answer was lost is taken for our own doing."""
    outcome = ended.outcome
    return Created(outcome.ref) if ended.doubted and isinstance(outcome, AlreadyThere) else outcome


def recorded(order: Json, parcel: Parcel) -> Json | None:
    """The delivery that is this parcel's: by our key, or, made by somebody else, by number and units.

    One under another key of ours is another box, though it has the same number and the same units.
    """
    key, units = delivery_key(parcel.despatch_ref), _units(parcel)
    made = owed.deliveries(order)
    for delivery in made:
        if delivery.get("key") == key:
            return delivery
    number = parcel.tracking.number
    theirs = [delivery for delivery in made if number and not is_delivery_key(text(delivery.get("key")))]
    return next((one for one in theirs if number in owed.tracking_numbers(one) and owed.units_of(one) == units), None)


def state_after(order: Json, parcel: Parcel, rules: ReadingRules) -> str:
    """`Shipped` once this parcel leaves nothing outstanding."""
    left = owed.outstanding(order, rules) - _units(parcel)
    return "Partial" if left.total() else "Shipped"


def _faults(order: Json, parcel: Parcel, rules: ReadingRules) -> list[str]:
    if not parcel.lines:
        return ["the parcel has no lines"]
    if any(line.quantity <= 0 for line in parcel.lines):
        return ["the parcel has a line without units"]
    if not owed.shippings(order):
        return ["commercetools takes no deliveries of an order without shipping information"]
    if order.get("orderState") == owed.CANCELLED:
        return ["the order is cancelled at commercetools, and a parcel of it has left"]
    return _too_many(order, parcel, rules)


def _too_many(order: Json, parcel: Parcel, rules: ReadingRules) -> list[str]:
    """Lines of which more would be delivered than was ordered; units that came back may have been sent again."""
    gone, back = owed.delivered(order), owed.came_back(order)
    lines = {text(line["id"]): line for field in ("lineItems", "customLineItems") for line in rows(order.get(field), field)}
    faults = []
    for ref, units in _units(parcel).items():
        if ref not in lines:
            faults.append(f"the order has no line {ref}")
            continue
        free = lines[ref]["quantity"] - owed.cancelled_units(lines[ref], rules) - max(0, gone[ref] - back[ref])
        if units > free:
            faults.append(f"line {ref}: the parcel holds {units}, and commercetools has {max(0, free)} left to deliver")
    return faults


def _shipping_key(order: Json, parcel: Parcel) -> str:
    """The shipping method that most of the parcel's units were to travel by; '' where the order has one for all."""
    keys = [text(each.get("shippingKey")) for each in rows(order.get("shipping"), "shipping")]
    if inner(order, "shippingInfo") or not keys:
        return ""
    wanted: Counter[str] = Counter(dict.fromkeys(keys, 0))
    units = _units(parcel)
    for line in rows(order.get("lineItems"), "lineItems"):
        for target in rows(inner(line, "shippingDetails").get("targets"), "shippingDetails.targets"):
            if target.get("shippingMethodKey") in wanted:
                wanted[target["shippingMethodKey"]] += units[text(line["id"])]
    return max(keys, key=lambda key: wanted[key])


def _tracking_lacking(delivery: Json, parcel: Parcel) -> Change | None:
    """What puts the number on the delivery; None where it is there. A parcel of ours that is labelled anew gets that one."""
    if parcel.tracking.number in owed.tracking_numbers(delivery):
        return None
    key = delivery_key(parcel.despatch_ref)
    for each in rows(delivery.get("parcels"), "deliveries.parcels"):
        if each.get("key") == key or not text(inner(each, "trackingData").get("trackingId")):
            return Change([payloads.set_tracking(text(each["id"]), parcel.tracking)])
    return Change([payloads.add_parcel(text(delivery["id"]), parcel)])


def _delivery_with_id(order: Json, ref: str) -> Json | None:
    return next((delivery for delivery in owed.deliveries(order) if delivery.get("id") == ref), None)


def _units(parcel: Parcel) -> Counter[str]:
    units: Counter[str] = Counter()
    for line in parcel.lines:
        units[line.line_ref] += line.quantity
    return units
