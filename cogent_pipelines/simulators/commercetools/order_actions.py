"""What the update actions of an order do; deliveries and returns are modules of their own."""

from cogent_pipelines.simulators.commercetools.custom_fields import Owner, setting_field, setting_type
from cogent_pipelines.simulators.commercetools.deliveries import DELIVERY_ACTS, the_delivery, the_parcel
from cogent_pipelines.simulators.commercetools.documents import Document, copied, without_nothing
from cogent_pipelines.simulators.commercetools.errors import (
    invalid_input,
    invalid_operation,
    missing_role,
    required_field,
)
from cogent_pipelines.simulators.commercetools.ids import iso, moment_of
from cogent_pipelines.simulators.commercetools.returns import RETURN_ACTS, the_return_item
from cogent_pipelines.simulators.commercetools.stock import Stock
from cogent_pipelines.simulators.commercetools.updating import Act, Change

_EXPORT_ROLES = ("OrderExport", "OrderImport")


def order_acts(stock: Stock) -> dict[str, Act]:
    """Give the actions by their names."""

    def order_state(change: Change, action: Document) -> None:
        order, state = change.document, action["orderState"]
        old, order["orderState"] = order["orderState"], state
        if old != state:
            change.say("OrderStateChanged", orderState=state, oldOrderState=old)
        if state == "Cancelled" and change.project.switches.cancelling_frees_stock:
            change.afterwards.append(lambda: stock.free(order["id"]))

    def shipment_state(change: Change, action: Document) -> None:
        _state(change, action, "shipmentState", "OrderShipmentStateChanged")
        if action.get("shipmentState") == "Shipped" and change.project.switches.reserved_until == "shipped":
            change.afterwards.append(lambda: stock.ship(change.document["id"]))

    return {
        **DELIVERY_ACTS,
        **RETURN_ACTS,
        **_custom_acts(),
        "changeOrderState": order_state,
        "changeShipmentState": shipment_state,
        "changePaymentState": lambda change, action: _state(change, action, "paymentState", "OrderPaymentStateChanged"),
        "updateSyncInfo": update_sync_info,
        "setOrderNumber": set_order_number,
        "setPurchaseOrderNumber": _setting("purchaseOrderNumber", "OrderPurchaseOrderNumberSet"),
        "setCustomerEmail": set_customer_email,
        "setCustomerId": _setting("customerId"),
        "setLocale": _setting("locale"),
        "setShippingAddress": _setting_address("shippingAddress", "OrderShippingAddressSet"),
        "setBillingAddress": _setting_address("billingAddress", "OrderBillingAddressSet"),
        "setStore": set_store,
        "setBusinessUnit": set_business_unit,
        "transitionState": transition_state,
        "transitionLineItemState": transition_line,
        "importLineItemState": import_line_state,
    }


def _state(change: Change, action: Document, field: str, says: str) -> None:
    new, old = action.get(field), change.document.get(field)
    _put(change.document, field, new)
    if new is not None and new != old:
        change.say(says, **{field: new, f"old{field[0].upper()}{field[1:]}": old})


def _put(document: Document, name: str, value: object) -> None:
    if value is None:
        document.pop(name, None)
    else:
        document[name] = value


def update_sync_info(change: Change, action: Document) -> None:
    project = change.project
    channel = project.resolved(project.channels, action["channel"])
    if not any(role in channel["roles"] for role in _EXPORT_ROLES):
        raise missing_role(channel, " or ".join(_EXPORT_ROLES))
    told = action.get("syncedAt")
    mark = without_nothing(
        channel={"typeId": "channel", "id": channel["id"]},
        externalId=action.get("externalId"),
        syncedAt=iso(moment_of(told)) if told else project.stamp(),
    )
    marks = change.document["syncInfo"]
    if project.switches.sync_info_repeats == "replace":
        marks = [each for each in marks if each["channel"]["id"] != channel["id"]]
    change.document["syncInfo"] = [*marks, mark]


def set_order_number(change: Change, action: Document) -> None:
    number, old = action.get("orderNumber"), change.document.get("orderNumber")
    if old is not None and old != number:
        raise invalid_operation("The order number cannot be changed once it is set.")
    _put(change.document, "orderNumber", number)


def set_customer_email(change: Change, action: Document) -> None:
    old = change.document.get("customerEmail")
    _put(change.document, "customerEmail", action.get("email"))
    if action.get("email") != old:
        change.say("OrderCustomerEmailSet", email=action.get("email"), oldEmail=old)


def _setting(field: str, says: str | None = None) -> Act:
    def act(change: Change, action: Document) -> None:
        old = change.document.get(field)
        _put(change.document, field, action.get(field))
        if says and action.get(field) != old:
            change.say(says, **{field: action.get(field), f"old{field[0].upper()}{field[1:]}": old})

    return act


def _setting_address(field: str, says: str) -> Act:
    def act(change: Change, action: Document) -> None:
        old = change.document.get(field)
        _put(change.document, field, copied(action.get("address")))
        if action.get("address") != old:
            change.say(says, address=action.get("address"), oldAddress=old)

    return act


def set_store(change: Change, action: Document) -> None:
    project, told, old = change.project, action.get("store"), change.document.get("store")
    new = project.key_reference(project.stores, told) if told is not None else None
    _put(change.document, "store", new)
    if new != old:
        change.say("OrderStoreSet", store=new)


def set_business_unit(change: Change, action: Document) -> None:
    project, told, old = change.project, action.get("businessUnit"), change.document.get("businessUnit")
    new = project.key_reference(project.business_units, told) if told is not None else None
    _put(change.document, "businessUnit", new)
    if new != old:
        # The small letter is the vendor's.
        change.say("OrderBusinessUnitSet", businessUnit=new, oldbusinessUnit=old)


def transition_state(change: Change, action: Document) -> None:
    project, old = change.project, change.document.get("state")
    new = project.reference(project.states, action["state"])
    change.document["state"] = new
    change.say("OrderStateTransition", state=new, oldState=old, force=bool(action.get("force")))


def the_line(change: Change, action: Document) -> Document:
    """Find the line item that an action means by its id or its key."""
    return _line(change, action, "lineItems", "lineItemId", "lineItemKey")


def the_custom_line(change: Change, action: Document) -> Document:
    return _line(change, action, "customLineItems", "customLineItemId", "customLineItemKey")


def _line(change: Change, action: Document, lines: str, by_id: str, by_key: str) -> Document:
    told_id, told_key = action.get(by_id), action.get(by_key)
    if told_id is None and told_key is None:
        raise required_field(by_id)
    found: list[Document] = change.document[lines]
    for item in found:
        if item["id"] == told_id or (told_key is not None and item.get("key") == told_key):
            return item
    raise invalid_input(f"The line item '{told_id or told_key}' does not exist on this order.")


def transition_line(change: Change, action: Document) -> None:
    project, item = change.project, the_line(change, action)
    left = project.reference(project.states, action["fromState"])["id"]
    entered = project.reference(project.states, action["toState"])["id"]
    units = {each["state"]["id"]: each["quantity"] for each in item["state"]}
    if units.get(left, 0) < action["quantity"]:
        raise invalid_operation(f"The state has {units.get(left, 0)} units of the line item, not {action['quantity']}.")
    units[left] -= action["quantity"]
    units[entered] = units.get(entered, 0) + action["quantity"]
    item["state"] = [
        {"quantity": quantity, "state": {"typeId": "state", "id": state}} for state, quantity in units.items() if quantity
    ]
    change.say(
        "LineItemStateTransition",
        lineItemId=item["id"],
        transitionDate=action.get("actualTransitionDate") or project.stamp(),
        quantity=action["quantity"],
        fromState={"typeId": "state", "id": left},
        toState={"typeId": "state", "id": entered},
    )


def import_line_state(change: Change, action: Document) -> None:
    project, item = change.project, the_line(change, action)
    if sum(each["quantity"] for each in action["state"]) != item["quantity"]:
        raise invalid_operation("The states of a line item must hold all of its units.")
    item["state"] = [
        {"quantity": each["quantity"], "state": project.reference(project.states, each["state"])} for each in action["state"]
    ]


def _custom_acts() -> dict[str, Act]:
    owners: dict[str, tuple[Owner, str, str | None]] = {
        "": (lambda change, _: change.document, "order", "Order"),
        "LineItem": (the_line, "line-item", None),
        "CustomLineItem": (the_custom_line, "custom-line-item", None),
        "Delivery": (the_delivery, "order-delivery", None),
        "Parcel": (the_parcel, "order-parcel", None),
        "ReturnItem": (the_return_item, "order-return-item", None),
    }
    acts: dict[str, Act] = {}
    for name, (owner, resource, says) in owners.items():
        acts[f"set{name}CustomType"] = setting_type(owner, resource, says)
        acts[f"set{name}CustomField"] = setting_field(owner, says)
    return acts
