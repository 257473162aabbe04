"""Reading orders: the feed by time of change, and orders by name. Every order that leaves here is whole.

The feed lists what changed (13 points for 250 orders) and then reads those orders by name, several calls at once; a page of
whole orders would cost some hundred points even where nothing is new, and pages can only follow one another.
"""

import heapq
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import TypeVar

from cogent_pipelines.adapters.storefronts.shopify import version
from cogent_pipelines.adapters.storefronts.shopify.client import GraphQL, Json, QueryTooExpensive, rows, smaller
from cogent_pipelines.adapters.storefronts.shopify.ids import global_id, is_reference, reference
from cogent_pipelines.adapters.storefronts.shopify.owed import numbers_of
from cogent_pipelines.adapters.storefronts.shopify.settings import ShopifySettings
from cogent_pipelines.adapters.storefronts.shopify.times import search_time, time_of
from cogent_pipelines.adapters.storefronts.shopify.translate import order_of
from cogent_pipelines.adapters.storefronts.shopify.whole import complete_orders
from cogent_pipelines.adapters.transport.call import Call
from cogent_pipelines.adapters.transport.whole_answers import is_at_fault
from cogent_pipelines.canonical.identity import OrderRef
from cogent_pipelines.canonical.order import Order
from cogent_pipelines.ports.errors import TryLater, VendorRefused
from cogent_pipelines.ports.storefront import UnreadableOrder
from cogent_pipelines.ports.vendor_account import Priority

T = TypeVar("T")

# Requested points of one order apart from its lines, and of one line with the fulfilment order's line that goes with it;
# counted by the rules in `version` over the fragment `WholeOrder`.
_COST_OF_ORDER = 84.0
_COST_OF_LINE = 18.0
_SHIPPING_LINES = 3
_FULFILMENT_ORDERS = 2
_FEWEST_LINES = 5
_READINGS = 4


class OrderReader:
    """Reads orders of one store; remembers how much one call may ask for."""

    def __init__(self, graphql: GraphQL, settings: ShopifySettings) -> None:
        self._graphql = graphql
        self._settings = settings
        self._locations = numbers_of(settings.fulfilment_locations)
        self._at_once = settings.pages.orders
        self._lines = settings.pages.lines
        self._nodes_are_free = True

    def since(self, since: datetime) -> Iterator[list[Order | UnreadableOrder]]:
        """Oldest version first; an order that cannot be read stands among the others with what is wrong with it.

        Shopify sorts by the order's own update time, while a hold moves only the fulfilment order's. Orders whose version
        is later than their own time are therefore kept back until the feed has come as far.
        """
        waiting = _Waiting()
        if self._settings.poll_fulfilment_orders:
            waiting.add(self._changed(self._moved_alone(since)))
        for changes in self._own_changes(since):
            waiting.add(self._changed(changes))
            yield from _unless_empty(waiting.until(max(changes.values())))
        yield from _unless_empty(waiting.rest())

    def changes(self, since: datetime) -> Iterator[list[tuple[OrderRef, datetime]]]:
        """Which orders changed, and when, without reading them: whoever has them at that version need not."""
        if self._settings.poll_fulfilment_orders:
            yield from _unless_empty(list(self._moved_alone(since).items()))
        for changes in self._own_changes(since):
            yield list(changes.items())

    def named(self, refs: Sequence[OrderRef]) -> list[Order]:
        """As they are now, each once, in the order asked for."""
        ids = [global_id("Order", ref) for ref in dict.fromkeys(refs) if is_reference(ref)]
        orders, faults = self._translate(self._nodes_named(ids))
        for fault in faults.values():
            raise fault
        return orders

    def _changed(self, changes: Mapping[OrderRef, datetime]) -> list[Order | UnreadableOrder]:
        """Read the orders that changed.

        Raises:
            VendorRefused: not one of many can be read: then it is the answer that is at fault, not the orders.
        """
        orders, faults = self._translate(self._nodes_named([global_id("Order", ref) for ref in changes]))
        if is_at_fault(faults=len(faults), read=len(orders)):
            raise next(iter(faults.values()))
        unreadable = [UnreadableOrder(ref, changes[ref], fault.message) for ref, fault in faults.items() if ref in changes]
        return [*orders, *unreadable]

    def _own_changes(self, since: datetime) -> Iterator[dict[OrderRef, datetime]]:
        variables = {"query": f"updated_at:>='{search_time(since)}'", "first": self._settings.pages.more}
        for nodes in self._graphql.pages("orders_changed", ["orders"], variables, priority=Priority.CAPTURE):
            if nodes:
                yield {OrderRef(reference(node["id"])): time_of(node["updatedAt"]) for node in nodes}

    def _moved_alone(self, since: datetime) -> Mapping[OrderRef, datetime]:
        """Orders of which only a fulfilment order changed: the feed by the order's own time does not have them."""
        start = search_time(since)
        variables = {"query": f"updated_at:>='{start}'", "first": self._settings.pages.more}
        moved: dict[OrderRef, datetime] = {}
        for nodes in self._graphql.pages(
            "fulfilment_orders_changed", ["fulfillmentOrders"], variables, priority=Priority.CAPTURE
        ):
            for node in nodes:
                if time_of(node["order"]["updatedAt"]) < time_of(start):
                    # Later pages hold later changes, so the last one that is seen stands.
                    moved[OrderRef(reference(node["orderId"]))] = time_of(node["updatedAt"])
        return moved

    def _nodes_named(self, ids: Sequence[str]) -> list[Json]:
        """In the order of `ids`, those that exist; as many in one call as it may cost, and calls at once."""
        found: dict[str, Json] = {}
        pending = list(ids)
        while pending:
            size = self._at_once
            batches = [pending[start : start + size] for start in range(0, len(pending), size)]
            pending = []
            too_expensive: QueryTooExpensive | None = None
            for batch, settled in zip(
                batches, self._graphql.send_all([self._call(batch) for batch in batches]), strict=True
            ):
                try:
                    nodes = rows(self._graphql.data(settled), "nodes", "orders_named")
                except QueryTooExpensive as error:
                    too_expensive = error
                    pending.extend(batch)
                else:
                    found.update((node["id"], node) for node in nodes)
            if too_expensive is not None:
                self._ask_for_less(max(len(batch) for batch in batches), too_expensive)
        return [found[gid] for gid in ids if gid in found]

    def _call(self, ids: Sequence[str]) -> Call:
        variables = {
            "ids": ids,
            "lines": self._lines_beside(len(ids)),
            "shippingLines": _SHIPPING_LINES,
            "fulfilmentOrders": _FULFILMENT_ORDERS,
        }
        subjects = [reference(gid) for gid in ids]
        return self._graphql.call("orders_named", variables, priority=Priority.CAPTURE, subjects=subjects)

    def _ask_for_less(self, size: int, error: QueryTooExpensive) -> None:
        if self._nodes_are_free:
            self._nodes_are_free = False
        elif size > 1:
            self._at_once = smaller(size, error.times)
        elif self._lines > 1:
            self._lines = smaller(self._lines, error.times)
        else:
            raise error

    def _lines_beside(self, orders: int) -> int:
        """How many lines of each to ask for at once; the rest of a longer order is fetched afterwards.

        How `nodes` counts its objects is not published. First it is taken to count them once; where Shopify refuses that,
        as many lines are asked for as fit below the ceiling if it counts them like a connection's page.
        """
        if self._nodes_are_free or self._lines <= _FEWEST_LINES:
            return self._lines
        affordable = version.COST_CEILING * 0.95 / version.weight_of_page(orders) - _COST_OF_ORDER
        lines = self._lines
        while lines > _FEWEST_LINES and version.weight_of_page(lines) * _COST_OF_LINE > affordable:
            lines = max(_FEWEST_LINES, lines - 5)
        return lines

    def _translate(self, nodes: list[Json]) -> tuple[list[Order], dict[OrderRef, VendorRefused]]:
        """Those that can be read, and what is wrong with each of the others."""
        orders: list[Order] = []
        faults: dict[OrderRef, VendorRefused] = {}
        for node in self._completed(nodes):
            try:
                orders.append(order_of(node, name=self._settings.order_name, locations=self._locations))
            except VendorRefused as fault:
                faults[OrderRef(reference(node["id"]))] = fault
        return orders, faults

    def _completed(self, nodes: list[Json]) -> list[Json]:
        """With the rest of long orders; one that changes while it is read is read again, a few times."""
        pending = nodes
        for _ in range(_READINGS):
            changed = complete_orders(self._graphql, pending, more=self._settings.pages.more, priority=Priority.CAPTURE)
            if not changed:
                return nodes
            pending = self._nodes_named(sorted(changed))
            fresh = {node["id"]: node for node in pending}
            nodes = [fresh.get(node["id"], node) for node in nodes if node["id"] in fresh or node["id"] not in changed]
        raise TryLater("an order kept changing while its lines were read", operation="order_lines")


class _Waiting:
    """Orders that come out by version."""

    def __init__(self) -> None:
        self._heap: list[tuple[datetime, str, int, Order | UnreadableOrder]] = []
        self._count = 0

    def add(self, orders: Iterable[Order | UnreadableOrder]) -> None:
        for order in orders:
            self._count += 1
            heapq.heappush(self._heap, (order.version, order.ref, self._count, order))

    def until(self, when: datetime) -> list[Order | UnreadableOrder]:
        orders: list[Order | UnreadableOrder] = []
        while self._heap and self._heap[0][0] <= when:
            orders.append(heapq.heappop(self._heap)[3])
        return orders

    def rest(self) -> list[Order | UnreadableOrder]:
        orders = [entry[3] for entry in sorted(self._heap, key=lambda entry: entry[:3])]
        self._heap.clear()
        return orders


def _unless_empty(entries: list[T]) -> Iterator[list[T]]:
    if entries:
        yield entries
