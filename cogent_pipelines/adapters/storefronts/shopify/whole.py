"""Puts an order together whose lists did not fit one page: the rest is fetched for many orders at once, to the last line.

An order that changed between its pages is not whole; it is named, so that the caller reads it afresh.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from cogent_pipelines.adapters.storefronts.shopify import version
from cogent_pipelines.adapters.storefronts.shopify.client import GraphQL, Json, next_cursor
from cogent_pipelines.adapters.transport.trail import Trail
from cogent_pipelines.ports.errors import VendorRefused
from cogent_pipelines.ports.vendor_account import Priority

_CHANGED = "updatedAt"


@dataclass(frozen=True, slots=True)
class _Rest:
    """A list that goes on. `owner` is the object whose list it is, `root` the order as a whole, `trail` its pages so far."""

    root: Json
    owner: Json
    field: str
    document: str
    cursor: str
    trail: Trail


def complete_orders(graphql: GraphQL, nodes: Sequence[Json], *, more: int, priority: Priority) -> set[str]:
    """Fetch what is missing into the nodes themselves; answers the ids of orders that changed meanwhile."""
    changed: set[str] = set()
    rests = [rest for node in nodes for rest in _rests_of_order(node)]
    while rests:
        calls = [graphql.call(rest.document, _variables(rest, more), priority=priority) for rest in rests]
        following: list[_Rest] = []
        for rest, data in zip(rests, graphql.read_all(calls), strict=True):
            answer = data.get("node")
            if answer is None or answer.get(_CHANGED) != rest.owner.get(_CHANGED):
                changed.add(rest.root["id"])
                continue
            following.extend(_append(rest, answer))
        rests = [rest for rest in following if rest.root["id"] not in changed]
    return changed


def complete_fulfilments(graphql: GraphQL, orders: Sequence[Json], *, more: int, priority: Priority) -> None:
    """The same for what was told of orders. A fulfilment's lines do not change once it is made."""
    rests = [
        rest
        for order in orders
        for told in order["fulfillments"]
        for rest in _rest(order, told, "fulfillmentLineItems", "fulfilment_lines")
    ]
    while rests:
        calls = [graphql.call(rest.document, _variables(rest, more), priority=priority) for rest in rests]
        following: list[_Rest] = []
        for rest, data in zip(rests, graphql.read_all(calls), strict=True):
            if data.get("node") is None:
                raise VendorRefused(f"{rest.owner['id']} is gone", operation=rest.document)
            further = _append(rest, data["node"])
            if not further and next_cursor(rest.owner[rest.field], rest.document) is not None:
                raise VendorRefused(f"field {rest.field} of {rest.owner['id']} leads nowhere", operation=rest.document)
            following.extend(further)
        rests = following


def _rests_of_order(node: Json) -> list[_Rest]:
    try:
        return _rests_as_published(node)
    except (AttributeError, KeyError, TypeError, VendorRefused):
        if "lineItems" not in node:
            raise
        # Not as published: nothing to complete; whoever translates the order names what is wrong.
        return []


def _rests_as_published(node: Json) -> list[_Rest]:
    return [
        *(_rest(node, node, "lineItems", "order_lines") if "lineItems" in node else ()),
        *(_rest(node, node, "shippingLines", "order_shipping_lines") if "shippingLines" in node else ()),
        *_rest(node, node, "fulfillmentOrders", "order_fulfilment_orders"),
        *_rests_of_fulfilment_orders(node, node["fulfillmentOrders"]["nodes"]),
    ]


def _rests_of_fulfilment_orders(root: Json, fulfilment_orders: Sequence[Json]) -> list[_Rest]:
    return [rest for owner in fulfilment_orders for rest in _rest(root, owner, "lineItems", "fulfilment_order_lines")]


def _rest(root: Json, owner: Json, field: str, document: str) -> list[_Rest]:
    cursor = next_cursor(owner[field], document)
    if cursor is None:
        return []
    trail = Trail(document)
    return [_Rest(root, owner, field, document, trail.on_to(cursor), trail)]


def _variables(rest: _Rest, more: int) -> Json:
    variables: Json = {"id": rest.owner["id"], "first": more, "after": rest.cursor}
    if rest.document == "order_fulfilment_orders":
        # Each with its own lines: fewer at once, so that the page stays below the ceiling.
        variables |= {"first": min(more, 10), "lines": min(more, version.LARGEST_PAGE // 5)}
    return variables


def _further(rest: _Rest, connection: Json) -> list[_Rest]:
    """What is missing still. A list that leads nowhere stays one that goes on, which its reader then says."""
    try:
        cursor = next_cursor(connection, rest.document)
        return [] if cursor is None else [replace(rest, cursor=rest.trail.on_to(cursor))]
    except VendorRefused:
        return []


def _append(rest: _Rest, answer: Json) -> list[_Rest]:
    """Put the page behind what is there; answers what is missing still."""
    connection, page = rest.owner[rest.field], answer[rest.field]
    connection["nodes"].extend(page["nodes"])
    connection["pageInfo"] = page["pageInfo"]
    rests = _further(rest, connection)
    if rest.document == "order_fulfilment_orders":
        rests += _rests_of_fulfilment_orders(rest.root, page["nodes"])
    return rests
