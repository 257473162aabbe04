"""Mutations of fulfilments and fulfilment orders."""

from collections.abc import Mapping, Sequence
from typing import Any

from cogent_pipelines.simulators.shopify import fulfilling, holding
from cogent_pipelines.simulators.shopify.fulfilling import FulfilmentRefused, Wanted
from cogent_pipelines.simulators.shopify.graph.faults import FieldError
from cogent_pipelines.simulators.shopify.graph.registry import Arguments, Registry, RequestContext
from cogent_pipelines.simulators.shopify.graph.roots import find, numeric
from cogent_pipelines.simulators.shopify.holding import PartRefused

LARGEST_PARCEL = 512


def error(message: str, field: Sequence[str] | None = None, code: str | None = None) -> dict[str, Any]:
    return {"field": None if field is None else list(field), "message": message, "code": code}


def register(registry: Registry) -> None:
    _fulfilments(registry)
    _holds(registry)
    _moves(registry)


def _fulfilments(registry: Registry) -> None:
    @registry.resolver("Mutation", "fulfillmentCreate", "fulfillmentCreateV2")
    def _create(_: Any, arguments: Arguments, context: RequestContext) -> dict[str, Any]:
        given = arguments["fulfillment"]
        if problems := _quantity_problems(given):
            return {"fulfillment": None, "userErrors": problems}
        wanted = [_wanted(group, context) for group in given["lineItemsByFulfillmentOrder"]]
        tracking = fulfilling.tracking_of(given.get("trackingInfo"))
        notify = bool(given.get("notifyCustomer"))
        try:
            parcel = fulfilling.create_fulfilment(context.shop, wanted, tracking=tracking, notify=notify)
        except FulfilmentRefused as refused:
            return {"fulfillment": None, "userErrors": [error(refused.message, refused.field)]}
        return {"fulfillment": parcel, "userErrors": []}

    @registry.resolver("Mutation", "fulfillmentTrackingInfoUpdate", "fulfillmentTrackingInfoUpdateV2")
    def _track(_: Any, arguments: Arguments, context: RequestContext) -> dict[str, Any]:
        parcel = find(context, arguments["fulfillmentId"], "Fulfillment")
        if parcel is None:
            problem = error("Fulfillment does not exist.", ["fulfillmentId"])
            return {"fulfillment": None, "userErrors": [problem]}
        tracking = fulfilling.tracking_of(arguments["trackingInfoInput"])
        fulfilling.update_tracking(context.shop, parcel, tracking, notify=bool(arguments.get("notifyCustomer")))
        return {"fulfillment": parcel, "userErrors": []}

    @registry.resolver("Mutation", "fulfillmentCancel")
    def _cancel(_: Any, arguments: Arguments, context: RequestContext) -> dict[str, Any]:
        parcel = find(context, arguments["id"], "Fulfillment")
        if parcel is None:
            return {"fulfillment": None, "userErrors": [error("Fulfillment not found.", ["id"])]}
        fulfilling.cancel_fulfilment(context.shop, parcel)
        return {"fulfillment": parcel, "userErrors": []}

    @registry.resolver("Mutation", "fulfillmentEventCreate")
    def _event(_: Any, arguments: Arguments, context: RequestContext) -> dict[str, Any]:
        given = arguments["fulfillmentEvent"]
        parcel = find(context, given["fulfillmentId"], "Fulfillment")
        if parcel is None:
            problem = error("Fulfillment does not exist.", ["fulfillmentEvent", "fulfillmentId"])
            return {"fulfillmentEvent": None, "userErrors": [problem]}
        return {"fulfillmentEvent": fulfilling.add_event(context.shop, parcel, given), "userErrors": []}


def _quantity_problems(given: Mapping[str, Any]) -> list[dict[str, Any]]:
    problems = []
    for outer, group in enumerate(given["lineItemsByFulfillmentOrder"]):
        for inner, row in enumerate(group.get("fulfillmentOrderLineItems") or ()):
            if row["quantity"] <= 0:
                path = ["fulfillment", "lineItemsByFulfillmentOrder", str(outer)]
                path += ["fulfillmentOrderLineItems", str(inner), "quantity"]
                problems.append(error("Quantity must be greater than 0", path))
    return problems


def _wanted(group: Mapping[str, Any], context: RequestContext) -> Wanted:
    rows = group.get("fulfillmentOrderLineItems")
    if rows and len(rows) > LARGEST_PARCEL:
        text = f"The input array size of {len(rows)} is greater than the maximum allowed of {LARGEST_PARCEL}."
        raise FieldError(text, "MAX_INPUT_SIZE_EXCEEDED")
    part = find(context, group["fulfillmentOrderId"], "FulfillmentOrder")
    number = part.id if part is not None else 0
    return Wanted(number, line_rows(rows) if rows else None)


def line_rows(rows: Sequence[Mapping[str, Any]]) -> list[tuple[int, int]]:
    return [(numeric(row["id"], "FulfillmentOrderLineItem"), row["quantity"]) for row in rows]


def _refused(refused: PartRefused, **nothing: None) -> dict[str, Any]:
    return {**nothing, "userErrors": [error(refused.message, refused.field, refused.code)]}


def _holds(registry: Registry) -> None:
    @registry.resolver("Mutation", "fulfillmentOrderHold")
    def _hold(_: Any, arguments: Arguments, context: RequestContext) -> dict[str, Any]:
        part = find(context, arguments["id"], "FulfillmentOrder")
        given = arguments["fulfillmentHold"]
        rows = given.get("fulfillmentOrderLineItems") or []
        try:
            done = holding.hold(context.shop, part, given, line_rows(rows))
        except PartRefused as refused:
            return _refused(refused, fulfillmentHold=None, fulfillmentOrder=None, remainingFulfillmentOrder=None)
        return {
            "fulfillmentHold": done.hold,
            "fulfillmentOrder": done.part,
            "remainingFulfillmentOrder": done.remaining,
            "userErrors": [],
        }

    @registry.resolver("Mutation", "fulfillmentOrderReleaseHold")
    def _release(_: Any, arguments: Arguments, context: RequestContext) -> dict[str, Any]:
        part = find(context, arguments["id"], "FulfillmentOrder")
        chosen = [numeric(text, "FulfillmentHold") for text in arguments.get("holdIds") or ()]
        try:
            holding.release(context.shop, part, chosen)
        except PartRefused as refused:
            return _refused(refused, fulfillmentOrder=None)
        return {"fulfillmentOrder": part, "userErrors": []}

    @registry.resolver("Mutation", "fulfillmentOrderReportProgress")
    def _progress(_: Any, arguments: Arguments, context: RequestContext) -> dict[str, Any]:
        return _stepped(context, arguments, "OPEN", "IN_PROGRESS")

    @registry.resolver("Mutation", "fulfillmentOrderOpen")
    def _open(_: Any, arguments: Arguments, context: RequestContext) -> dict[str, Any]:
        return _stepped(context, arguments, "IN_PROGRESS", "OPEN")


def _stepped(context: RequestContext, arguments: Arguments, before: str, after: str) -> dict[str, Any]:
    part = find(context, arguments["id"], "FulfillmentOrder")
    try:
        holding.step(context.shop, part, before, after)
    except PartRefused as refused:
        return _refused(refused, fulfillmentOrder=None)
    return {"fulfillmentOrder": part, "userErrors": []}


def _moves(registry: Registry) -> None:
    @registry.resolver("Mutation", "fulfillmentOrderMove")
    def _move(_: Any, arguments: Arguments, context: RequestContext) -> dict[str, Any]:
        part = find(context, arguments["id"], "FulfillmentOrder")
        place = find(context, arguments["newLocationId"], "Location")
        try:
            moved, remaining = holding.move(
                context.shop, part, place, line_rows(arguments.get("fulfillmentOrderLineItems") or [])
            )
        except PartRefused as refused:
            return _refused(
                refused, movedFulfillmentOrder=None, originalFulfillmentOrder=None, remainingFulfillmentOrder=None
            )
        return {
            "movedFulfillmentOrder": moved,
            "originalFulfillmentOrder": part,
            "remainingFulfillmentOrder": remaining,
            "userErrors": [],
        }

    @registry.resolver("Mutation", "fulfillmentOrderSplit")
    def _split(_: Any, arguments: Arguments, context: RequestContext) -> dict[str, Any]:
        results = []
        try:
            for index, given in enumerate(arguments["fulfillmentOrderSplits"]):
                part = find(context, given["fulfillmentOrderId"], "FulfillmentOrder")
                rows = line_rows(given["fulfillmentOrderLineItems"])
                split = holding.split(context.shop, part, rows, place=["fulfillmentOrderSplits", str(index)])
                results.append({"fulfillmentOrder": part, "remainingFulfillmentOrder": split})
        except PartRefused as refused:
            return _refused(refused, fulfillmentOrderSplits=None)
        return {"fulfillmentOrderSplits": results, "userErrors": []}

    @registry.resolver("Mutation", "fulfillmentOrderCancel")
    def _cancel(_: Any, arguments: Arguments, context: RequestContext) -> dict[str, Any]:
        part = find(context, arguments["id"], "FulfillmentOrder")
        try:
            replacement = holding.cancel(context.shop, part)
        except PartRefused as refused:
            return _refused(refused, fulfillmentOrder=None, replacementFulfillmentOrder=None)
        return {"fulfillmentOrder": part, "replacementFulfillmentOrder": replacement, "userErrors": []}
