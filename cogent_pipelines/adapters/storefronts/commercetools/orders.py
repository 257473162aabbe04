"""Reading orders: the feed by time of change, the cheap look before it, and orders by name.

Pages follow one another by keyset (time of change, then id), never by offset: an offset ends at 10,000 rows, and every order
that changes while pages are read would shift the rest. An order that changes meanwhile comes again, at the end.
"""

import logging
import re
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from typing import Any
from urllib.parse import quote

from cogent_pipelines.adapters.storefronts.commercetools import predicates
from cogent_pipelines.adapters.storefronts.commercetools.client import Api, Json, paging, results_in
from cogent_pipelines.adapters.storefronts.commercetools.moments import last_moment, moments
from cogent_pipelines.adapters.storefronts.commercetools.names import Names
from cogent_pipelines.adapters.storefronts.commercetools.settings import CommercetoolsSettings, ReadingRules
from cogent_pipelines.adapters.storefronts.commercetools.times import text_of
from cogent_pipelines.adapters.storefronts.commercetools.translate import order_of
from cogent_pipelines.adapters.storefronts.commercetools.version import LONGEST_QUERY
from cogent_pipelines.adapters.transport.call import Call
from cogent_pipelines.adapters.transport.trail import Trail
from cogent_pipelines.canonical.identity import OrderRef
from cogent_pipelines.canonical.order import Order
from cogent_pipelines.ports.errors import NeverAsIs, VendorRefused
from cogent_pipelines.ports.storefront import UnreadableOrder
from cogent_pipelines.ports.vendor_account import Priority

_log = logging.getLogger(__name__)

_UUID = re.compile(r"[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}")
_SORT = ("lastModifiedAt asc", "id asc")

# Field by field as the published GraphQL schema has them; a store's orders stand below `inStore`.
LOOK = """query OrderChanges($where: String, $sort: [String!], $limit: Int) {
  orders(where: $where, sort: $sort, limit: $limit) { results { id lastModifiedAt } }
}"""
LOOK_IN_STORE = """query OrderChanges($where: String, $sort: [String!], $limit: Int, $store: KeyReferenceInput!) {
  inStore(key: $store) { orders(where: $where, sort: $sort, limit: $limit) { results { id lastModifiedAt } } }
}"""

Page = Callable[[str], list[Json]]


class OrderReader:
    """Reads orders of one project, or of one of its stores."""

    def __init__(self, api: Api, settings: CommercetoolsSettings, names: Names) -> None:
        self._api = api
        self._settings = settings
        self._names = names
        self._path = settings.orders_path
        self._has_graphql = True

    def since(self, since: datetime) -> Iterator[list[Order | UnreadableOrder]]:
        """Oldest version first; an order that cannot be read stands among the others with what is wrong with it.

        That may be all of them: in a quiet hour two such orders are the whole feed, and whoever took it for the answer's
        fault would read nothing any more.

        Raises:
            VendorRefused: the answer is no page of orders.
        """
        for rows in self._changed(since, self._whole_page, self._settings.pages.orders):
            yield self._translated(rows, since)

    def changes(self, since: datetime) -> Iterator[list[tuple[OrderRef, datetime]]]:
        """Which orders changed, and when, two fields of each; whole orders only where there is no GraphQL."""
        for rows in self._changed(since, self._slim_page, self._settings.pages.more):
            yield [(OrderRef(row["id"]), when) for row, when in zip(rows, moments(rows, since), strict=True)]

    def named(self, refs: Sequence[OrderRef]) -> list[Order]:
        """As they are now, each once, in the order asked for."""
        rules, rows = self._names.rules(), self.rows_named(refs)
        return [order_of(rows[ref], rules) for ref in dict.fromkeys(refs) if ref in rows]

    def rows_named(self, refs: Sequence[OrderRef], *, priority: Priority = Priority.CAPTURE) -> dict[OrderRef, Json]:
        """The orders that exist, as the vendor has them, by reference."""
        once = list(dict.fromkeys(refs))
        calls = self._calls_named([ref for ref in once if _UUID.fullmatch(ref)], priority)
        found = {OrderRef(row["id"]): row for body in self._api.read_all(calls) for row in results_in(body, "orders_named")}
        return found | self._strangers([ref for ref in once if not _UUID.fullmatch(ref)], priority)

    def read_call(self, ref: OrderRef, *, priority: Priority) -> Call:
        """One order by its id."""
        return self._api.get("order", self.path_of(ref), priority=priority, subjects=(ref,))

    def write_call(
        self, ref: OrderRef, version: int, actions: Sequence[Json], *, operation: str, priority: Priority
    ) -> Call:
        """An update of one order, for one version of it."""
        body = {"version": version, "actions": list(actions)}
        return self._api.post(operation, self.path_of(ref), body, priority=priority, subjects=(ref,))

    def path_of(self, ref: OrderRef) -> str:
        return f"{self._path}/{quote(ref, safe='')}"

    def _calls_named(self, refs: Sequence[OrderRef], priority: Priority) -> list[Call]:
        size = self._settings.pages.named
        return [
            self._api.get(
                "orders_named",
                self._path,
                [("where", predicates.one_of("id", batch)), *paging(size)],
                priority=priority,
                subjects=batch,
            )
            for batch in predicates.batches(refs, most=size, longest=LONGEST_QUERY)
        ]

    def _strangers(self, refs: Sequence[OrderRef], priority: Priority) -> dict[OrderRef, Json]:
        """References that are no ids of this vendor's; whether it refuses to look for such is not published."""
        if not refs:
            return {}
        found: dict[OrderRef, Json] = {}
        for call in self._calls_named(refs, priority):
            try:
                rows = results_in(self._api.read(call), "orders_named")
            except VendorRefused:
                continue
            found |= {OrderRef(row["id"]): row for row in rows}
        return found

    def _changed(self, since: datetime, page: Callable[[str, int], list[Json]], size: int) -> Iterator[list[Json]]:
        where = predicates.at_or_after("lastModifiedAt", text_of(since))
        trail = Trail("orders")
        while True:
            rows = page(where, size)
            if rows:
                yield rows
            if len(rows) < size:
                return
            moment, ref = last_moment(rows)
            trail.on_to(ref + moment)
            where = predicates.behind("lastModifiedAt", moment, ref)

    def _whole_page(self, where: str, size: int) -> list[Json]:
        query = [("where", where), *paging(size, *_SORT)]
        body = self._api.read(self._api.get("orders", self._path, query, priority=Priority.CAPTURE))
        return results_in(body, "orders")

    def _slim_page(self, where: str, size: int) -> list[Json]:
        if self._has_graphql:
            try:
                return self._asked_by_graphql(where, size)
            except NeverAsIs as error:
                # An API client may lack what GraphQL wants; the plain feed says the same, with all that is in the orders.
                _log.warning("orders are looked at whole, as GraphQL is refused: %s", error.message)
                self._has_graphql = False
        return self._whole_page(where, size)

    def _asked_by_graphql(self, where: str, size: int) -> list[Json]:
        variables: dict[str, Any] = {"where": where, "sort": list(_SORT), "limit": size}
        if self._settings.store:
            variables["store"] = {"typeId": "store", "key": self._settings.store}
        request = {"query": LOOK_IN_STORE if self._settings.store else LOOK, "variables": variables}
        call = self._api.post("graphql order_changes", "/graphql", request, priority=Priority.CAPTURE, writes=False)
        data = self._api.read(call).get("data")
        store = data.get("inStore") if isinstance(data, dict) and self._settings.store else data
        orders = store.get("orders") if isinstance(store, dict) else None
        if not isinstance(orders, dict):
            raise VendorRefused("the answer has no orders", operation="order_changes")
        return results_in(orders, "order_changes")

    def _translated(self, rows: Sequence[Json], since: datetime) -> list[Order | UnreadableOrder]:
        rules = self._names.rules()
        return [_as_far_as_readable(row, when, rules) for row, when in zip(rows, moments(rows, since), strict=True)]


def _as_far_as_readable(row: Json, when: datetime, rules: ReadingRules) -> Order | UnreadableOrder:
    try:
        return order_of(row, rules)
    except VendorRefused as fault:
        return UnreadableOrder(OrderRef(row["id"]), when, fault.message)
