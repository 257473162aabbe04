"""Reading orders: the feed of each shop country by time of change, and orders by name.

The order of SCAYLE's list is not published, nor is there a parameter for it. The feed is therefore read in windows of
time, each to its end, and only then given on by version. An order that changes meanwhile moves into a later window, never
out of the last.
"""

import logging
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

from cogent_pipelines.adapters.storefronts.scayle.client import AdminApi
from cogent_pipelines.adapters.storefronts.scayle.lookup import OrderLookup, is_of_the_order, with_data
from cogent_pipelines.adapters.storefronts.scayle.nodes import Node, Unreadable
from cogent_pipelines.adapters.storefronts.scayle.settings import ScayleSettings
from cogent_pipelines.adapters.storefronts.scayle.shop_countries import path_of
from cogent_pipelines.adapters.storefronts.scayle.standing import is_placed
from cogent_pipelines.adapters.storefronts.scayle.strangers import is_strange, waits_for_us
from cogent_pipelines.adapters.storefronts.scayle.times import written
from cogent_pipelines.adapters.storefronts.scayle.translate import order_of, ref_of, version_of
from cogent_pipelines.canonical.identity import OrderRef
from cogent_pipelines.canonical.order import Order
from cogent_pipelines.ports.clock import Clock
from cogent_pipelines.ports.errors import VendorRefused
from cogent_pipelines.ports.storefront import UnreadableOrder
from cogent_pipelines.ports.vendor_account import Priority

_log = logging.getLogger(__name__)

_NAMELESS = OrderRef("without an id")
_GIVEN_AT_ONCE = 100


class OrderReader:
    """Reads orders of one tenant's shop countries."""

    def __init__(self, api: AdminApi, settings: ScayleSettings, clock: Clock, *, lookup: OrderLookup) -> None:
        self._api = api
        self._settings = settings
        self._clock = clock
        self._lookup = lookup

    def since(self, since: datetime) -> Iterator[list[Order | UnreadableOrder]]:
        """Oldest version first; an order that cannot be read stands among the others with what is wrong with it.

        Raises:
            VendorRefused: the answer is no list, or a list of several things of which none is an order.
        """
        for entities in self._windows(since):
            if len(entities) > 1 and not any(ref_of(entity) for entity in entities):
                raise VendorRefused("the list has no order with an id in it", operation="orders")
            read = [self._as_far_as_readable(entity, since) for entity in entities]
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
        """As they are now, each once, in the order asked for; those of other shop countries are left out.

        Raises:
            VendorRefused: an order is not given out, or waits for us unseen; asked for alone, it holds up no other.
            VendorError: the orders cannot be asked for at present.
        """
        ours: list[Any] = []
        strangers: list[Any] = []
        for entity in self._given(refs):
            (strangers if is_strange(entity, self._settings) else ours).append(entity)
        orders = [order_of(entity, self._settings) for entity in ours if not _is_unfinished(entity)]
        # Several strangers that are alone are not refused: that would say that the tenant cannot be read at all.
        self._leave_aside(strangers, refuses=bool(orders) or len(refs) == 1)
        return list({order.ref: order for order in orders}.values())

    def _leave_aside(self, strangers: Sequence[Any], *, refuses: bool) -> None:
        waiting = [(ref_of(entity), words) for entity in strangers if (words := waits_for_us(entity, self._settings))]
        for ref, words in waiting:
            _log.warning("order %s is left aside: %s", ref, words)
        if refuses and waiting:
            ref, words = waiting[0]
            raise VendorRefused(f"order {ref} is left aside: {words}", operation="order")

    def _given(self, refs: Sequence[OrderRef]) -> list[Any]:
        looked = self._lookup.look(refs, priority=Priority.CAPTURE)
        for settled in looked.not_given.values():
            if not is_of_the_order(settled):
                settled.answered()
        for ref, settled in looked.not_given.items():
            raise VendorRefused(f"order {ref} is not given out: {settled.reason}", operation="order")
        return list(looked.found.values())

    def _windows(self, since: datetime) -> Iterator[list[Any]]:
        """What all shop countries have of one window of time after the other; the last has no end."""
        begin, now = since, self._clock.now()
        while begin + self._settings.window < now:
            end = begin + self._settings.window
            yield self._listed(begin, end)
            begin = end
        yield self._listed(begin, None)

    def _listed(self, begin: datetime, end: datetime | None) -> list[Any]:
        query = {
            "limit": str(self._settings.page_size),
            "filters[minUpdatedAt]": written(begin),
            **with_data(self._settings.custom_data),
        }
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


def _age(order: Order | UnreadableOrder) -> tuple[datetime, str]:
    return order.version.astimezone(UTC), order.ref


def _oldest_first(orders: Sequence[Order | UnreadableOrder]) -> list[Order | UnreadableOrder]:
    """So that of one order seen twice the newer state is kept."""
    return sorted(orders, key=_age)
