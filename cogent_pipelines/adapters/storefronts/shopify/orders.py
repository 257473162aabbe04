"""Reading orders: the feed by time of change, and orders by name. Every order that leaves here is whole."""

import heapq
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from cogent_pipelines.adapters.storefronts.shopify import version
from cogent_pipelines.adapters.storefronts.shopify.client import GraphQL, Json, QueryTooExpensive, next_cursor, smaller
from cogent_pipelines.adapters.storefronts.shopify.ids import global_id, is_reference, reference
from cogent_pipelines.adapters.storefronts.shopify.owed import numbers_of
from cogent_pipelines.adapters.storefronts.shopify.settings import ShopifySettings
from cogent_pipelines.adapters.storefronts.shopify.times import search_time, time_of
from cogent_pipelines.adapters.storefronts.shopify.translate import order_of
from cogent_pipelines.adapters.storefronts.shopify.whole import complete_orders
from cogent_pipelines.canonical.identity import OrderRef
from cogent_pipelines.canonical.order import Order
from cogent_pipelines.ports.errors import TryLater, VendorRefused
from cogent_pipelines.ports.vendor_account import Priority

# Requested points of one order apart from its lines, and of one line with the fulfilment order's line that goes with it;
# counted by the rules in `version` over the fragment `WholeOrder`.
_COST_OF_ORDER = 84.0
_COST_OF_LINE = 18.0
_SHIPPING_LINES = 3
_FULFILMENT_ORDERS = 2
_FEWEST_LINES = 5
_READINGS = 4


class OrderReader:
    """Reads orders of one store; remembers how large a page may be."""

    def __init__(self, graphql: GraphQL, settings: ShopifySettings) -> None:
        self._graphql = graphql
        self._settings = settings
        self._locations = numbers_of(settings.fulfilment_locations)
        self._first = settings.pages.orders
        self._named = settings.pages.named_orders
        self._lines = settings.pages.lines

    def since(self, since: datetime) -> Iterator[list[Order]]:
        """Oldest version first.

        Shopify sorts by the order's own update time, while a hold moves only the fulfilment order's. Orders whose version
        is later than their own time are therefore kept back until the feed has come as far.
        """
        waiting = _Waiting()
        if self._settings.poll_fulfilment_orders:
            for refs in _in_batches(self._moved_without_their_order(since), self._named):
                waiting.add(self.named(refs))
        for nodes in self._pages(since):
            own_times = [node.get("updatedAt") for node in nodes]
            whole, fault = self._translate(nodes)
            waiting.add(whole)
            if whole:
                yield from _unless_empty(waiting.until(time_of(own_times[len(whole) - 1])))
            if fault is not None:
                raise fault
        yield from _unless_empty(waiting.rest())

    def named(self, refs: Sequence[OrderRef]) -> list[Order]:
        """As they are now, each once, in the order asked for."""
        ids = [global_id("Order", ref) for ref in dict.fromkeys(refs) if is_reference(ref)]
        orders: list[Order] = []
        for nodes in self._nodes_named(ids):
            whole, fault = self._translate(nodes)
            if fault is not None:
                raise fault
            orders.extend(whole)
        return orders

    def _pages(self, since: datetime) -> Iterator[list[Json]]:
        query = f"updated_at:>='{search_time(since)}'"
        after: str | None = None
        while True:
            variables = {"query": query, "first": self._first, "after": after, **self._sizes(self._first)}
            try:
                data = self._graphql.read("orders", variables, priority=Priority.CAPTURE)
            except QueryTooExpensive as error:
                self._first = self._shrink(self._first, error)
                continue
            connection = data["orders"]
            yield connection["nodes"]
            after = next_cursor(connection, "orders")
            if after is None:
                return

    def _nodes_named(self, ids: Sequence[str]) -> Iterator[list[Json]]:
        """As many at once as one query may cost."""
        start = 0
        while start < len(ids):
            batch = ids[start : start + self._named]
            subjects = [reference(gid) for gid in batch]
            call = self._graphql.call(
                "orders_named", {"ids": batch, **self._sizes(len(batch))}, priority=Priority.CAPTURE, subjects=subjects
            )
            try:
                data = self._graphql.read_all([call])[0]
            except QueryTooExpensive as error:
                self._named = self._shrink(len(batch), error)
                continue
            start += len(batch)
            yield [node for node in data["nodes"] if node]

    def _shrink(self, size: int, error: QueryTooExpensive) -> int:
        if size > 1:
            return smaller(size, error.times)
        if self._lines <= 1:
            raise error
        self._lines = smaller(self._lines, error.times)
        return 1

    def _sizes(self, orders: int) -> dict[str, int]:
        """As many lines at once as fit beside so many orders; the rest of a longer order is fetched afterwards."""
        affordable = (version.COST_CEILING * 0.95 / version.weight_of_page(orders)) - _COST_OF_ORDER
        lines = self._lines
        while lines > _FEWEST_LINES and version.weight_of_page(lines) * _COST_OF_LINE > affordable:
            lines -= 5
        lines = max(lines, min(self._lines, _FEWEST_LINES))
        return {"lines": lines, "shippingLines": _SHIPPING_LINES, "fulfilmentOrders": _FULFILMENT_ORDERS}

    def _translate(self, nodes: list[Json]) -> tuple[list[Order], VendorRefused | None]:
        """Those before the first that cannot be read, and what is wrong with that one."""
        self._complete(nodes)
        orders: list[Order] = []
        for node in nodes:
            try:
                orders.append(order_of(node, name=self._settings.order_name, locations=self._locations))
            except VendorRefused as fault:
                return orders, fault
        return orders, None

    def _complete(self, nodes: list[Json]) -> None:
        """Fill in the rest of long orders; one that changes while it is read is read again, a few times."""
        pending: list[Json] = nodes
        for _ in range(_READINGS):
            changed = complete_orders(self._graphql, pending, more=self._settings.pages.more, priority=Priority.CAPTURE)
            if not changed:
                return
            pending = [node for batch in self._nodes_named(sorted(changed)) for node in batch]
            fresh = {node["id"]: node for node in pending}
            nodes[:] = [fresh.get(node["id"], node) for node in nodes if node["id"] in fresh or node["id"] not in changed]
        raise TryLater("an order kept changing while its lines were read", operation="order_lines")

    def _moved_without_their_order(self, since: datetime) -> Iterator[OrderRef]:
        """Orders of which only a fulfilment order changed: the feed by the order's own time does not have them."""
        seen: set[str] = set()
        pages = self._graphql.pages(
            "fulfilment_orders_changed",
            ["fulfillmentOrders"],
            {"query": f"updated_at:>='{search_time(since)}'", "first": self._settings.pages.more},
            priority=Priority.CAPTURE,
        )
        start = search_time(since)
        for nodes in pages:
            for node in nodes:
                if node["orderId"] not in seen and time_of(node["order"]["updatedAt"]) < time_of(start):
                    seen.add(node["orderId"])
                    yield OrderRef(reference(node["orderId"]))


class _Waiting:
    """Orders that come out by version."""

    def __init__(self) -> None:
        self._heap: list[tuple[datetime, str, int, Order]] = []
        self._count = 0

    def add(self, orders: Iterable[Order]) -> None:
        for order in orders:
            self._count += 1
            heapq.heappush(self._heap, (order.version, order.ref, self._count, order))

    def until(self, when: datetime) -> list[Order]:
        orders: list[Order] = []
        while self._heap and self._heap[0][0] <= when:
            orders.append(heapq.heappop(self._heap)[3])
        return orders

    def rest(self) -> list[Order]:
        orders = [entry[3] for entry in sorted(self._heap, key=lambda entry: entry[:3])]
        self._heap.clear()
        return orders


def _unless_empty(orders: list[Order]) -> Iterator[list[Order]]:
    if orders:
        yield orders


def _in_batches(refs: Iterable[OrderRef], size: int) -> Iterator[list[OrderRef]]:
    batch: list[OrderRef] = []
    for ref in refs:
        batch.append(ref)
        if len(batch) >= size:
            yield batch
            batch = []
    if batch:
        yield batch
