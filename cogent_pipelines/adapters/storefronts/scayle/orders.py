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
from cogent_pipelines.adapters.storefronts.scayle.lookup import Looked, OrderLookup, is_no, is_of_the_order, with_data
from cogent_pipelines.adapters.storefronts.scayle.nodes import Node, Unreadable
from cogent_pipelines.adapters.storefronts.scayle.settings import ScayleSettings
from cogent_pipelines.adapters.storefronts.scayle.shop_countries import path_of
from cogent_pipelines.adapters.storefronts.scayle.standing import is_placed
from cogent_pipelines.adapters.storefronts.scayle.strangers import is_strange, waits_for_us
from cogent_pipelines.adapters.storefronts.scayle.times import written
from cogent_pipelines.adapters.storefronts.scayle.translate import order_of, ref_of, version_of
from cogent_pipelines.adapters.transport.settled import Settled
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
        looked = self._lookup.look(refs, priority=Priority.CAPTURE)
        aside = [(ref, f"is not given out: {settled.reason}") for ref, settled in _denied(looked)]
        ours: list[Any] = []
        for ref, entity in looked.found.items():
            if not is_strange(entity, self._settings):
                ours.append(entity)
            elif words := waits_for_us(entity, self._settings):
                aside.append((ref_of(entity) or ref, f"is left aside: {words}"))
        orders = [order_of(entity, self._settings) for entity in ours if not _is_unfinished(entity)]
        # Several that are alone are not refused: that would say that the tenant cannot be read at all.
        _leave(aside, refuses=bool(orders) or len(refs) == 1)
        return list({order.ref: order for order in orders}.values())

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


def _denied(looked: Looked) -> list[tuple[OrderRef, Settled]]:
    """What SCAYLE will not give out.

    Raises:
        VendorError: of another order it is open whether it will.
    """
    for settled in looked.not_given.values():
        if not is_of_the_order(settled):
            settled.answered()
    for ref, settled in looked.not_given.items():
        if not is_no(settled):
            raise VendorRefused(f"order {ref} is not given out: {settled.reason}", operation="order")
    return list(looked.not_given.items())


def _leave(aside: Sequence[tuple[OrderRef, str]], *, refuses: bool) -> None:
    for ref, words in aside:
        _log.warning("order %s %s", ref, words)
    if refuses and aside:
        raise VendorRefused("order {} {}".format(*aside[0]), operation="order")


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
