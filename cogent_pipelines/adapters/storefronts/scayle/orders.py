"""Reading orders: the feed of each shop country by time of change, and orders by name.

The order of SCAYLE's list is not published, nor is there a parameter for it. The feed is therefore read in windows of
time, each to its end, and only then given on by version. An order that changes meanwhile moves into a later window, never
out of the last.
"""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

from cogent_pipelines.adapters.storefronts.scayle.client import AdminApi, body_of, is_not_found
from cogent_pipelines.adapters.storefronts.scayle.identifiers import segment
from cogent_pipelines.adapters.storefronts.scayle.nodes import Node, Unreadable
from cogent_pipelines.adapters.storefronts.scayle.settings import ScayleSettings, ShopCountry
from cogent_pipelines.adapters.storefronts.scayle.standing import is_placed
from cogent_pipelines.adapters.storefronts.scayle.times import written
from cogent_pipelines.adapters.storefronts.scayle.translate import order_of, ref_of, version_of
from cogent_pipelines.adapters.transport.call import Call
from cogent_pipelines.canonical.identity import OrderRef
from cogent_pipelines.canonical.order import Order
from cogent_pipelines.ports.clock import Clock
from cogent_pipelines.ports.errors import VendorRefused
from cogent_pipelines.ports.storefront import UnreadableOrder
from cogent_pipelines.ports.vendor_account import Priority

_NAMELESS = OrderRef("without an id")
_GIVEN_AT_ONCE = 100


class OrderReader:
    """Reads orders of one tenant's shop countries."""

    def __init__(self, api: AdminApi, settings: ScayleSettings, clock: Clock) -> None:
        self._api = api
        self._settings = settings
        self._clock = clock

    def since(self, since: datetime) -> Iterator[list[Order | UnreadableOrder]]:
        """Oldest version first; an order that cannot be read stands among the others with what is wrong with it.

        Raises:
            VendorRefused: several, and not one can be read: then it is the answer that is at fault, not the orders.
        """
        for entities in self._windows(since):
            read = [self._as_far_as_readable(entity, since) for entity in entities]
            faults = [each for each in read if isinstance(each, UnreadableOrder)]
            if len(faults) > 1 and len(faults) == len(read):
                raise VendorRefused(faults[0].why, operation="orders")
            newest = sorted({each.ref: each for each in _oldest_first(read)}.values(), key=_age)
            for start in range(0, len(newest), _GIVEN_AT_ONCE):
                yield newest[start : start + _GIVEN_AT_ONCE]

    def changes(self, since: datetime) -> Iterator[list[tuple[OrderRef, datetime]]]:
        """Which orders changed, and when. SCAYLE has no shorter list, so this look costs as much as the orders."""
        for entities in self._windows(since):
            seen = [(ref, self._version(entity, since)) for entity in entities if (ref := ref_of(entity)) is not None]
            if seen:
                yield sorted(seen, key=lambda change: (change[1], change[0]))

    def named(self, refs: Sequence[OrderRef]) -> list[Order]:
        """As they are now, each once, in the order asked for."""
        found = self.entities(refs).values()
        orders = [order_of(entity, self._settings) for entity in found if not _is_unfinished(entity)]
        return list({order.ref: order for order in orders}.values())

    def entities(self, refs: Sequence[OrderRef], *, priority: Priority = Priority.CAPTURE) -> dict[OrderRef, Any]:
        """The orders that exist, unread, by the name under which they were asked for.

        Raises:
            VendorError: one of them was not answered.
        """
        asked = [(ref, named) for ref in dict.fromkeys(refs) if (named := segment(ref)) is not None]
        calls = [self.call(named, ref, priority=priority) for ref, named in asked]
        found: dict[OrderRef, Any] = {}
        for (ref, _), settled in zip(asked, self._api.send_all(calls), strict=True):
            if is_not_found(settled):
                continue
            settled.answered()
            found[ref] = body_of(settled)
        return found

    def call(self, named: str, ref: str, *, priority: Priority) -> Call:
        """One order. The path needs a shop country, but any will do (scayle.dev, "Manage transactions")."""
        path = f"{path_of(self._settings.shops[0])}/orders/{named}"
        return self._api.get("order", path, priority=priority, query=self._with_custom_data(), subject=ref)

    def _windows(self, since: datetime) -> Iterator[list[Any]]:
        """What all shop countries have of one window of time after the other; the last has no end."""
        begin, now = since, self._clock.now()
        while begin + self._settings.window < now:
            end = begin + self._settings.window
            yield self._listed(begin, end)
            begin = end
        yield self._listed(begin, None)

    def _listed(self, begin: datetime, end: datetime | None) -> list[Any]:
        query = {"limit": str(self._settings.page_size), "filters[minUpdatedAt]": written(begin), **self._with_custom_data()}
        if end is not None:
            # Inclusive on both sides; what is seen twice is the same order.
            query["filters[maxUpdatedAt]"] = written(end)
        return [
            entity
            for shop in self._settings.shops
            for page in self._api.pages("orders", f"{path_of(shop)}/orders", query, priority=Priority.CAPTURE)
            for entity in page
            if not _is_unfinished(entity)
        ]

    def _with_custom_data(self) -> dict[str, str]:
        return {"with": ",".join(self._settings.custom_data)} if self._settings.custom_data else {}

    def _as_far_as_readable(self, entity: Any, since: datetime) -> Order | UnreadableOrder:
        try:
            return order_of(entity, self._settings)
        except VendorRefused as fault:
            return UnreadableOrder(ref_of(entity) or _NAMELESS, self._version(entity, since), fault.message)

    def _version(self, entity: Any, since: datetime) -> datetime:
        """When it changed; where even that cannot be read, the beginning: the watermark must not pass over it."""
        try:
            return version_of(Node(entity), self._settings)
        except Unreadable:
            return since


def _is_unfinished(entity: Any) -> bool:
    """Nobody's business yet. What cannot be read is somebody's."""
    try:
        return not is_placed(Node(entity))
    except Unreadable:
        return False


def path_of(shop: ShopCountry) -> str:
    return f"/shops/{shop.shop}/countries/{shop.country}"


def _age(order: Order | UnreadableOrder) -> tuple[datetime, str]:
    return order.version.astimezone(UTC), order.ref


def _oldest_first(orders: Sequence[Order | UnreadableOrder]) -> list[Order | UnreadableOrder]:
    """So that of one order seen twice the newer state is kept."""
    return sorted(orders, key=_age)
