"""Recording parcels and reading back what was recorded, for many orders at once."""

from collections import defaultdict
from collections.abc import Sequence

from cogent_pipelines.adapters.storefronts.shopify.client import GraphQL, Json, QueryTooExpensive, rows, smaller
from cogent_pipelines.adapters.storefronts.shopify.handover import (
    Desk,
    hand_over,
    known,
    tracking_call,
)
from cogent_pipelines.adapters.storefronts.shopify.ids import global_id, is_reference
from cogent_pipelines.adapters.storefronts.shopify.owed import numbers_of
from cogent_pipelines.adapters.storefronts.shopify.recorded import SEPARATOR, fulfilment_of
from cogent_pipelines.adapters.storefronts.shopify.settings import ShopifySettings
from cogent_pipelines.adapters.storefronts.shopify.whole import complete_fulfilments, complete_orders
from cogent_pipelines.adapters.transport.scripts import run_together_if_let_in
from cogent_pipelines.adapters.transport.settled import Standing
from cogent_pipelines.canonical.fulfilment import Fulfilment, Parcel
from cogent_pipelines.canonical.identity import OrderRef
from cogent_pipelines.ports.errors import TryLater, VendorError, VendorRefused
from cogent_pipelines.ports.known_fulfilments import KnownFulfilments
from cogent_pipelines.ports.outcomes import AlreadyThere, Created, CreateFulfilmentOutcome, Rejected, Unavailable, Unknown
from cogent_pipelines.ports.vendor_account import Priority

_ORDERS = 25
_FULFILMENTS = 10
_FULFILMENT_ORDERS = 5
_LINES = 20
_READINGS = 4


class ParcelDesk:
    """Records parcels of one store."""

    def __init__(self, graphql: GraphQL, settings: ShopifySettings, known_fulfilments: KnownFulfilments) -> None:
        self._graphql = graphql
        self._settings = settings
        self._known = known_fulfilments
        self._locations = numbers_of(settings.fulfilment_locations)
        self._orders = _ORDERS
        self._remembered: dict[OrderRef, dict[str, str]] = {}

    def create(self, parcels: Sequence[Parcel]) -> list[CreateFulfilmentOutcome]:
        """One outcome per parcel, in order."""
        by_order: dict[OrderRef, list[int]] = defaultdict(list)
        for index, parcel in enumerate(parcels):
            by_order[parcel.order_ref].append(index)
        desks = self._desks(list(by_order))
        scripts = [
            hand_over(desk, [parcels[index] for index in indices], graphql=self._graphql, read=self._read_one)
            for desk, indices in zip(desks, by_order.values(), strict=True)
        ]
        outcomes: dict[int, CreateFulfilmentOutcome] = {}
        for indices, results in zip(by_order.values(), run_together_if_let_in(scripts, self._graphql), strict=True):
            outcomes.update(zip(indices, results, strict=True))
        for desk in desks:
            # A help against look-alikes while this object lives; what must last is the matter of `KnownFulfilments`.
            self._remembered[desk.ref] = desk.taken
        return [outcomes[index] for index in range(len(parcels))]

    def told(self, refs: Sequence[OrderRef]) -> dict[OrderRef, list[Fulfilment]]:
        """Fulfilments by order; an order that does not exist has none."""
        by_ref = self._read(refs, "fulfilments")
        return {
            ref: [fulfilment_of(node, ref) for node in by_ref[ref]["fulfillments"]] if ref in by_ref else [] for ref in refs
        }

    def add_tracking(self, fulfilment_ref: str, parcel: Parcel) -> CreateFulfilmentOutcome:
        """Looks first: telling the customer twice is worse than one more call."""
        if not parcel.tracking.number:
            return Rejected(("the parcel has no tracking number yet",))
        there = True
        for ref in fulfilment_ref.split(SEPARATOR):
            if self._has_tracking(ref, parcel.tracking.number):
                continue
            there = False
            outcome = self._put_tracking(ref, parcel)
            if not isinstance(outcome, Created):
                return outcome
        return AlreadyThere(fulfilment_ref) if there else Created(fulfilment_ref)

    def _desks(self, refs: Sequence[OrderRef]) -> list[Desk]:
        orders = self._read(refs, "hand_over")
        remembered = self._known.despatches_of(refs)
        desks = []
        for ref in refs:
            desk = Desk(ref, locations=self._locations)
            desk.lay(orders.get(ref))
            desk.taken.update(self._remembered.get(ref, {}))
            known(remembered, desk)
            desks.append(desk)
        return desks

    def _read_one(self, ref: OrderRef) -> Json | None:
        return self._read([ref], "hand_over").get(ref)

    def _read(self, refs: Sequence[OrderRef], document: str) -> dict[OrderRef, Json]:
        """The orders that exist, whole."""
        ids = {global_id("Order", ref): ref for ref in refs if is_reference(ref)}
        nodes = self._nodes(list(ids), document)
        return {ids[node["id"]]: node for node in nodes}

    def _nodes(self, ids: Sequence[str], document: str) -> list[Json]:
        pending = list(ids)
        nodes: list[Json] = []
        while pending:
            sizes = [pending[start : start + self._orders] for start in range(0, len(pending), self._orders)]
            calls = [
                self._graphql.call(document, self._variables(batch, document), priority=Priority.DESPATCH) for batch in sizes
            ]
            pending = []
            for batch, settled in zip(sizes, self._graphql.send_all(calls), strict=True):
                try:
                    nodes.extend(rows(self._graphql.data(settled), "nodes", document))
                except QueryTooExpensive as error:
                    if len(batch) == 1:
                        raise
                    self._orders = smaller(min(len(batch), self._orders + 1), error.times)
                    pending.extend(batch)
        self._complete(nodes, document, alone=len(ids) == 1)
        return nodes

    def _variables(self, ids: Sequence[str], document: str) -> Json:
        variables: Json = {"ids": ids, "fulfilments": _FULFILMENTS, "lines": _LINES}
        if len(ids) == 1:
            # An order looked at alone can afford every fulfilment that it may have.
            variables["fulfilments"] = self._settings.pages.more
        return variables | ({"fulfilmentOrders": _FULFILMENT_ORDERS} if document == "hand_over" else {})

    def _complete(self, nodes: list[Json], document: str, *, alone: bool) -> None:
        more = self._settings.pages.more
        if not alone:
            # A list that is full may go on, and has no cursor.
            full = [node["id"] for node in nodes if len(node["fulfillments"]) >= _FULFILMENTS]
            fresh = {gid: self._nodes([gid], document) for gid in full}
            nodes[:] = [one for node in nodes for one in fresh.get(node["id"], [node])]
        complete_fulfilments(self._graphql, nodes, more=more, priority=Priority.DESPATCH)
        if document != "hand_over":
            return
        for _ in range(_READINGS):
            changed = complete_orders(self._graphql, nodes, more=more, priority=Priority.DESPATCH)
            if not changed:
                return
            fresh = {gid: self._nodes([gid], document) for gid in changed}
            nodes[:] = [one for node in nodes for one in fresh.get(node["id"], [node])]
        raise TryLater("an order kept changing while it was read", operation=document)

    def _has_tracking(self, ref: str, number: str) -> bool:
        data = self._graphql.read("tracking", {"id": global_id("Fulfillment", ref)}, priority=Priority.DESPATCH)
        node = data.get("node")
        if not node:
            raise VendorRefused(f"Shopify has no fulfilment {ref}", operation="tracking")
        return any(info.get("number") == number for info in node["trackingInfo"])

    def _put_tracking(self, ref: str, parcel: Parcel) -> CreateFulfilmentOutcome:
        settled = self._graphql.send_all([tracking_call(ref, parcel, self._graphql)])[0]
        match settled.standing:
            case Standing.ANSWERED:
                payload = self._graphql.data(settled).get("fulfillmentTrackingInfoUpdate") or {}
                errors = tuple(str(error["message"]) for error in payload.get("userErrors") or ())
                return Rejected(errors) if errors else Created(ref)
            case Standing.UNSURE:
                return self._tracking_read_back(ref, parcel, settled.reason)
            case Standing.REFUSED:
                return Rejected((settled.reason,))
            case Standing.NOT_DONE | Standing.DENIED:
                return Unavailable(settled.reason, settled.retry_after)

    def _tracking_read_back(self, ref: str, parcel: Parcel, reason: str) -> CreateFulfilmentOutcome:
        try:
            there = self._has_tracking(ref, parcel.tracking.number)
        except VendorError as error:
            return Unknown(f"{reason}; and it could not be read back: {error}")
        return Created(ref) if there else Unknown(f"{reason}; read back, and it is not there")
