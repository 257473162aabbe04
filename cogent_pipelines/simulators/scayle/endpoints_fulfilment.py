"""The three calls by which a merchant posts back: shipments, cancellations, returned items. Rules: `fulfilling`."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from cogent_pipelines.simulators.scayle import bodies, fulfilling
from cogent_pipelines.simulators.scayle.calls import Call, Endpoint, Reply
from cogent_pipelines.simulators.scayle.refusals import refused

SHIPMENT = {
    "shopKey": "filled string",
    "countryCode": "filled string",
    "orderId": "integer",
    "carrier": "filled string",
    "shipmentKey": "filled string",
    # Shown with an offset in the SDK, without one in the guide.
    "deliveryDate": "any moment",
    "returnIdentCode": "string",
    "items": "list",
    "merchantReferenceKey": "string",
}
CANCELLATION = {
    "shopKey": "filled string",
    "countryCode": "filled string",
    "orderId": "integer",
    "items": "list",
    "merchantReferenceKey": "string",
}
RETURN = {
    "returnKey": "filled string",
    "received": "plain moment",
    "returnReason": "string",
    "merchantReferenceKey": "string",
}


def post_shipment(call: Call) -> Reply:
    required = ("shopKey", "countryCode", "orderId", "carrier", "shipmentKey", "items")
    told = bodies.read(call.document(), SHIPMENT, call.switches, required=required)
    rows = _rows(call, told["items"], {"orderItemId": "integer", "returnKey": "string"}, ("orderItemId",))
    parcel = fulfilling.Parcel(
        told["shopKey"],
        told["countryCode"],
        told["orderId"],
        told["carrier"],
        told["shipmentKey"],
        told.get("deliveryDate"),
        told.get("returnIdentCode", ""),
        tuple((row["orderItemId"], row.get("returnKey", "")) for row in rows),
        told.get("merchantReferenceKey", ""),
    )
    return _taken(call, lambda: fulfilling.ship(call.tenant, parcel))


def post_cancellation(call: Call) -> Reply:
    required = ("shopKey", "countryCode", "orderId", "items")
    told = bodies.read(call.document(), CANCELLATION, call.switches, required=required)
    rows = _rows(call, told["items"], {"orderItemId": "integer"}, ("orderItemId",))
    given_up = fulfilling.GivingUp(
        told["shopKey"],
        told["countryCode"],
        told["orderId"],
        tuple(row["orderItemId"] for row in rows),
        told.get("merchantReferenceKey", ""),
    )
    return _taken(call, lambda: fulfilling.give_up(call.tenant, given_up))


def post_returns(call: Call) -> Reply:
    document = call.document()
    if not isinstance(document, list):
        raise refused(400, "the body must be a list of return items")
    rows = [
        fulfilling.CameBack(
            row["returnKey"],
            row.get("received", _now(call)),
            row.get("returnReason", ""),
            row.get("merchantReferenceKey", ""),
        )
        for row in _rows(call, document, RETURN, ("returnKey",))
    ]
    return _taken(call, lambda: fulfilling.take_back(call.tenant, rows))


def _now(call: Call) -> datetime:
    return call.tenant.now()


def _rows(call: Call, rows: list[Any], shape: bodies.Shape, required: tuple[str, ...]) -> list[dict[str, Any]]:
    if not rows:
        raise refused(400, "items must not be empty", field="items")
    return [bodies.read(row, shape, call.switches, required=required, where=f"items[{n}]") for n, row in enumerate(rows)]


def _taken(call: Call, act: Callable[[], None]) -> Reply:
    """Do it now, or later where the vendor is told to be slow; the answer is the same and empty."""
    if call.switches.company_required and "x-company-id" not in call.headers:
        raise refused(400, "X-Company-Id is required")
    if "x-company-id" in call.headers and call.headers["x-company-id"] != str(call.simulator.company_id):
        raise refused(400, "unknown company", companyId=call.headers["x-company-id"])
    seconds = call.switches.fulfilment_delay_seconds
    if seconds > 0:
        call.simulator.later(call.tenant.now() + timedelta(seconds=seconds), act)
    else:
        act()
    return Reply(status=call.switches.fulfilment_status)


SCOPE = "fulfillmentWrite"
ENDPOINTS = (
    Endpoint("createShipment", "POST", "/fulfillment/shipments", "fulfillment", SCOPE, post_shipment),
    Endpoint("sendCancellation", "POST", "/fulfillment/cancellations", "fulfillment", SCOPE, post_cancellation),
    Endpoint("sendReturnItems", "POST", "/fulfillment/return-items", "fulfillment", SCOPE, post_returns),
)
