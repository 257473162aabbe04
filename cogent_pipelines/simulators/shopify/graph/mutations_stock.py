"""Mutations of stock: set, adjust, activate; each needs @idempotent and the stock as the client last saw it."""

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from cogent_pipelines.simulators.shopify import inventory
from cogent_pipelines.simulators.shopify.catalogue import Location
from cogent_pipelines.simulators.shopify.graph.faults import FieldError
from cogent_pipelines.simulators.shopify.graph.registry import Arguments, Registry, RequestContext
from cogent_pipelines.simulators.shopify.graph.schema import IDEMPOTENCY_REQUIRED_FROM
from cogent_pipelines.simulators.shopify.ids import gid, iso, number_of
from cogent_pipelines.simulators.shopify.inventory import AdjustmentGroup, Problem, StockRefused

Act = Callable[[], object]


def errors_of(problems: Sequence[Problem]) -> list[dict[str, Any]]:
    return [{"field": problem.field or None, "message": problem.message, "code": problem.code} for problem in problems]


def once(context: RequestContext, root: str, arguments: Arguments, act: Act) -> object:
    """Run a mutation under its idempotency key, or refuse when it has none."""
    key = context.idempotency_key
    if key is None:
        if context.version >= IDEMPOTENCY_REQUIRED_FROM:
            text = "The @idempotent directive is required for this mutation but was not provided."
            raise FieldError(text, "BAD_REQUEST")
        return act()
    memory: inventory.IdempotencyMemory = context.app.memory
    return memory.once(key, json.dumps([root, arguments], sort_keys=True, default=str), act)


def must_compare(rows: Sequence[Mapping[str, Any]], input_name: str, context: RequestContext) -> None:
    if context.version < IDEMPOTENCY_REQUIRED_FROM:
        return
    if any("changeFromQuantity" not in row for row in rows):
        text = f"{input_name} must include the following argument: changeFromQuantity."
        raise FieldError(text, "INVALID_FIELD_ARGUMENTS")


def register(registry: Registry) -> None:
    @registry.resolver("Mutation", "inventorySetQuantities")
    def _set(_: Any, arguments: Arguments, context: RequestContext) -> dict[str, Any]:
        given = arguments["input"]
        must_compare(given["quantities"], "InventoryQuantityInput", context)
        return _written(context, "inventorySetQuantities", arguments, lambda: inventory.set_quantities(context.shop, given))

    @registry.resolver("Mutation", "inventoryAdjustQuantities")
    def _adjust(_: Any, arguments: Arguments, context: RequestContext) -> dict[str, Any]:
        given = arguments["input"]
        must_compare(given["changes"], "InventoryChangeInput", context)
        return _written(
            context, "inventoryAdjustQuantities", arguments, lambda: inventory.adjust_quantities(context.shop, given)
        )

    @registry.resolver("Mutation", "inventoryMoveQuantities")
    def _move(_: Any, arguments: Arguments, context: RequestContext) -> dict[str, Any]:
        given = arguments["input"]
        ends = [end for row in given["changes"] for end in (row["from"], row["to"])]
        must_compare(ends, "InventoryMoveQuantityTerminalInput", context)
        return _written(
            context, "inventoryMoveQuantities", arguments, lambda: inventory.move_quantities(context.shop, given)
        )

    @registry.resolver("Mutation", "inventorySetOnHandQuantities")
    def _set_on_hand(_: Any, arguments: Arguments, context: RequestContext) -> dict[str, Any]:
        given = arguments["input"]
        must_compare(given["setQuantities"], "InventorySetQuantityInput", context)
        as_set = {**given, "name": "on_hand", "quantities": given["setQuantities"]}

        def act() -> object:
            try:
                return inventory.set_quantities(context.shop, as_set)
            except StockRefused as refused:
                raise StockRefused([_renamed(problem) for problem in refused.problems]) from None

        return _written(context, "inventorySetOnHandQuantities", arguments, act)

    @registry.resolver("Mutation", "inventoryActivate")
    def _activate(_: Any, arguments: Arguments, context: RequestContext) -> dict[str, Any]:
        try:
            answer = once(context, "inventoryActivate", arguments, lambda: _activated(arguments, context))
        except StockRefused as refused:
            return {"inventoryLevel": None, "userErrors": errors_of(refused.problems)}
        assert isinstance(answer, dict)  # noqa: S101 - _activated gives nothing else
        return answer

    _groups(registry)


def _renamed(problem: Problem) -> Problem:
    path = ["setQuantities" if part == "quantities" else part for part in problem.field]
    return Problem(path, problem.message, problem.code)


def _written(context: RequestContext, root: str, arguments: Arguments, act: Act) -> dict[str, Any]:
    try:
        group = once(context, root, arguments, act)
    except StockRefused as refused:
        return {"inventoryAdjustmentGroup": None, "userErrors": errors_of(refused.problems)}
    return {"inventoryAdjustmentGroup": group, "userErrors": []}


def _activated(arguments: Arguments, context: RequestContext) -> dict[str, Any]:
    shop = context.shop
    item = shop.items.get(number_of(arguments["inventoryItemId"], "InventoryItem") or 0)
    location = shop.locations.get(number_of(arguments["locationId"], "Location") or 0)
    if item is None:
        text = "The product couldn't be stocked because the product was deleted."
        return {"inventoryLevel": None, "userErrors": errors_of([Problem(["inventoryItemId"], text, None)])}
    if location is None:
        text = "The product couldn't be stocked because the location wasn't found."
        return {"inventoryLevel": None, "userErrors": errors_of([Problem(["locationId"], text, None)])}
    level, problems = inventory.activate(
        shop, item, location, on_hand=arguments.get("onHand"), available=arguments.get("available")
    )
    return {"inventoryLevel": level, "userErrors": errors_of(problems)}


def _groups(registry: Registry) -> None:
    registry.plain(
        "InventoryAdjustmentGroup",
        id=lambda group: gid("InventoryAdjustmentGroup", group.id),
        reason=lambda group: group.reason,
        referenceDocumentUri=lambda group: group.reference,
        createdAt=lambda group: iso(group.created_at),
    )
    registry.plain(
        "InventoryChange",
        name=lambda change: change.name,
        delta=lambda change: change.delta,
        # Recorded as null in every answer, although the schema promises a figure.
        quantityAfterChange=lambda _: None,
        item=lambda change: change.item,
        location=lambda change: change.location,
        ledgerDocumentUri=lambda change: change.ledger,
    )

    @registry.resolver("InventoryAdjustmentGroup", "changes")
    def _changes(group: AdjustmentGroup, arguments: Arguments, _: RequestContext) -> list[inventory.Change]:
        items, places = arguments.get("inventoryItemIds"), arguments.get("locationIds")
        names = arguments.get("quantityNames")
        return [
            change
            for change in group.changes
            if (items is None or gid("InventoryItem", change.item.id) in items)
            and (places is None or _gid_of(change.location) in places)
            and (names is None or change.name in names)
        ]


def _gid_of(location: Location) -> str:
    return gid("Location", location.id)
