"""Returns of an order: what comes back, in which state it is, and whether it is paid back.

(vendor's types, read 2026-11: an item begins as Advised, not refundable, or as Returned, open; only what was Returned goes
back into stock or is found unusable.)
"""

from cogent_pipelines.simulators.commercetools.custom_fields import custom_of
from cogent_pipelines.simulators.commercetools.documents import Document, without_nothing
from cogent_pipelines.simulators.commercetools.errors import (
    duplicate_field,
    invalid_field,
    invalid_input,
    invalid_operation,
    required_field,
)
from cogent_pipelines.simulators.commercetools.ids import iso, moment_of
from cogent_pipelines.simulators.commercetools.updating import Act, Change

_PAYMENT_AT_FIRST = {"Advised": "NonRefundable", "Returned": "Initial"}
_NEXT: dict[str, tuple[str, ...]] = {
    "Advised": (),
    "Returned": ("BackInStock", "Unusable"),
    "BackInStock": (),
    "Unusable": (),
}


def the_return_item(change: Change, action: Document) -> Document:
    """Find the return item that an action means by its id or its key."""
    by_id, by_key = action.get("returnItemId"), action.get("returnItemKey")
    if by_id is None and by_key is None:
        raise required_field("returnItemId")
    items: list[Document] = [item for info in change.document.get("returnInfo", []) for item in info["items"]]
    for item in items:
        if item["id"] == by_id or (by_key is not None and item.get("key") == by_key):
            return item
    raise invalid_input(f"The return item '{by_id or by_key}' does not exist on this order.")


def _info(change: Change, draft: Document) -> Document:
    return without_nothing(
        items=[_item(change, each) for each in draft["items"]],
        returnTrackingId=draft.get("returnTrackingId"),
        returnDate=iso(moment_of(draft["returnDate"])) if draft.get("returnDate") else None,
    )


def _item(change: Change, draft: Document) -> Document:
    state = draft["shipmentState"]
    if state not in _PAYMENT_AT_FIRST:
        raise invalid_field("shipmentState", state, list(_PAYMENT_AT_FIRST))
    what, line_id = _line_of(change.document, draft)
    _check_key(change.document, draft.get("key"))
    stamp = change.project.stamp()
    item = without_nothing(
        id=change.project.new_id(),
        key=draft.get("key"),
        quantity=draft["quantity"],
        type="LineItemReturnItem" if what == "lineItemId" else "CustomLineItemReturnItem",
        comment=draft.get("comment"),
        shipmentState=state,
        paymentState=_PAYMENT_AT_FIRST[state],
        custom=custom_of(change.project, draft.get("custom"), "order-return-item"),
        lastModifiedAt=stamp,
        createdAt=stamp,
    )
    return {**item, what: line_id}


def _line_of(order: Document, draft: Document) -> tuple[str, str]:
    for what, lines in (("lineItemId", "lineItems"), ("customLineItemId", "customLineItems")):
        told = draft.get(what)
        if told is not None:
            if all(line["id"] != told for line in order[lines]):
                raise invalid_input(f"The line item '{told}' does not exist on this order.")
            return what, told
    raise required_field("lineItemId")


def _check_key(order: Document, key: str | None) -> None:
    items = (item for info in order.get("returnInfo", []) for item in info["items"])
    if key is not None and any(item.get("key") == key for item in items):
        raise duplicate_field("key", key)


def add_return(change: Change, action: Document) -> None:
    info = _info(change, action)
    change.document.setdefault("returnInfo", []).append(info)
    change.say("ReturnInfoAdded", returnInfo=info)


def set_returns(change: Change, action: Document) -> None:
    change.document["returnInfo"] = []
    change.document["returnInfo"] = [_info(change, each) for each in action.get("items", [])]
    change.say("ReturnInfoSet", returnInfo=change.document["returnInfo"])


def set_return_shipment_state(change: Change, action: Document) -> None:
    item, state = the_return_item(change, action), action["shipmentState"]
    allowed = _NEXT[item["shipmentState"]]
    if change.project.switches.advised_can_return and item["shipmentState"] == "Advised":
        allowed = ("Returned",)
    if state not in allowed:
        raise invalid_operation(f"A return item cannot go from {item['shipmentState']} to {state}.")
    item["shipmentState"] = state
    if state == "Returned":
        item["paymentState"] = "Initial"
    item["lastModifiedAt"] = change.project.stamp()
    change.say("OrderReturnShipmentStateChanged", returnItemId=item["id"], returnShipmentState=state)


def set_return_payment_state(change: Change, action: Document) -> None:
    item = the_return_item(change, action)
    item["paymentState"] = action["paymentState"]
    item["lastModifiedAt"] = change.project.stamp()


RETURN_ACTS: dict[str, Act] = {
    "addReturnInfo": add_return,
    "setReturnInfo": set_returns,
    "setReturnShipmentState": set_return_shipment_state,
    "setReturnPaymentState": set_return_payment_state,
}
