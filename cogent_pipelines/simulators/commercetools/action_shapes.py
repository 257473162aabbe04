"""The shapes of update actions, by the resource that they change (vendor's published document, read 2026-11)."""

from collections.abc import Mapping

from cogent_pipelines.simulators.commercetools import values
from cogent_pipelines.simulators.commercetools.drafts import (
    ADDRESS,
    CHANNEL,
    CUSTOM,
    DELIVERY_ITEMS,
    KEY,
    LOCALISED,
    MEASUREMENTS,
    PARCEL,
    RETURN_INFO,
    RETURN_ITEM,
    STRING,
    TRACKING,
    TYPE,
    identifier,
    update_of,
)
from cogent_pipelines.simulators.commercetools.shapes import (
    Record,
    Shape,
    anything,
    flag,
    listed,
    mapped,
    moment,
    one_of,
    record,
    whole,
)
from cogent_pipelines.simulators.common.words import words

_DELIVERY = {"deliveryId": STRING, "deliveryKey": KEY}
_PARCEL = {"parcelId": STRING, "parcelKey": KEY}
_RETURN = {"returnItemId": STRING, "returnItemKey": STRING}
_LINE = {"lineItemId": STRING, "lineItemKey": STRING}
_CUSTOM_LINE = {"customLineItemId": STRING, "customLineItemKey": STRING}
_FIELD = {"name": STRING}
_VALUE = {"value": anything}
_CUSTOM_TYPE = {"type": TYPE, "fields": mapped(anything)}


def _action(needed: Mapping[str, Shape] | None = None, optional: Mapping[str, Shape] | None = None) -> Record:
    return record({"action": STRING, **(needed or {})}, optional)


ORDER_ACTIONS: dict[str, Record] = {
    "addDelivery": _action(
        {},
        {
            "deliveryKey": KEY,
            "shippingKey": STRING,
            "items": DELIVERY_ITEMS,
            "address": ADDRESS,
            "parcels": listed(PARCEL),
            "custom": CUSTOM,
        },
    ),
    "addParcelToDelivery": _action(
        {},
        {
            **_DELIVERY,
            "parcelKey": KEY,
            "measurements": MEASUREMENTS,
            "trackingData": TRACKING,
            "items": DELIVERY_ITEMS,
            "custom": CUSTOM,
        },
    ),
    "addReturnInfo": _action({"items": listed(RETURN_ITEM)}, {"returnTrackingId": STRING, "returnDate": moment}),
    "changeOrderState": _action({"orderState": one_of(*values.ORDER_STATES)}),
    "changePaymentState": _action({"paymentState": one_of(*values.PAYMENT_STATES)}),
    "changeShipmentState": _action({"shipmentState": one_of(*values.SHIPMENT_STATES)}),
    "importLineItemState": _action({"state": listed(record({"quantity": whole, "state": identifier("state")}))}, _LINE),
    "removeDelivery": _action({}, _DELIVERY),
    "removeParcelFromDelivery": _action({}, _PARCEL),
    "setBillingAddress": _action({}, {"address": ADDRESS}),
    "setBusinessUnit": _action({}, {"businessUnit": identifier("business-unit")}),
    "setCustomField": _action(_FIELD, _VALUE),
    "setCustomType": _action({}, _CUSTOM_TYPE),
    "setCustomerEmail": _action({}, {"email": STRING}),
    "setCustomerId": _action({}, {"customerId": STRING}),
    "setDeliveryAddress": _action({}, {**_DELIVERY, "address": ADDRESS}),
    "setDeliveryCustomField": _action(_FIELD, {**_DELIVERY, **_VALUE}),
    "setDeliveryCustomType": _action({}, {**_DELIVERY, **_CUSTOM_TYPE}),
    "setDeliveryItems": _action({"items": DELIVERY_ITEMS}, _DELIVERY),
    "setLineItemCustomField": _action(_FIELD, {**_LINE, **_VALUE}),
    "setLineItemCustomType": _action({}, {**_LINE, **_CUSTOM_TYPE}),
    "setCustomLineItemCustomField": _action(_FIELD, {**_CUSTOM_LINE, **_VALUE}),
    "setCustomLineItemCustomType": _action({}, {**_CUSTOM_LINE, **_CUSTOM_TYPE}),
    "setLocale": _action({}, {"locale": STRING}),
    "setOrderNumber": _action({}, {"orderNumber": KEY}),
    "setParcelCustomField": _action(_FIELD, {**_PARCEL, **_VALUE}),
    "setParcelCustomType": _action({}, {**_PARCEL, **_CUSTOM_TYPE}),
    "setParcelItems": _action({"items": DELIVERY_ITEMS}, _PARCEL),
    "setParcelMeasurements": _action({}, {**_PARCEL, "measurements": MEASUREMENTS}),
    "setParcelTrackingData": _action({}, {**_PARCEL, "trackingData": TRACKING}),
    "setPurchaseOrderNumber": _action({}, {"purchaseOrderNumber": STRING}),
    "setReturnInfo": _action({}, {"items": listed(RETURN_INFO)}),
    "setReturnItemCustomField": _action(_FIELD, {**_RETURN, **_VALUE}),
    "setReturnItemCustomType": _action({}, {**_RETURN, **_CUSTOM_TYPE}),
    "setReturnPaymentState": _action({"paymentState": one_of(*values.RETURN_PAYMENT_STATES)}, _RETURN),
    "setReturnShipmentState": _action({"shipmentState": one_of(*values.RETURN_SHIPMENT_STATES)}, _RETURN),
    "setShippingAddress": _action({}, {"address": ADDRESS}),
    "setStore": _action({}, {"store": identifier("store")}),
    "transitionLineItemState": _action(
        {"quantity": whole, "fromState": identifier("state"), "toState": identifier("state")},
        {**_LINE, "actualTransitionDate": moment},
    ),
    "transitionState": _action({"state": identifier("state")}, {"force": flag}),
    "updateSyncInfo": _action({"channel": CHANNEL}, {"externalId": STRING, "syncedAt": moment}),
}
NOT_SIMULATED_ON_ORDERS = words(
    "addItemShippingAddress addPayment importCustomLineItemState removeItemShippingAddress removePayment",
    "setBillingAddressCustomField setBillingAddressCustomType setCustomLineItemShippingDetails",
    "setDeliveryAddressCustomField setDeliveryAddressCustomType setEstimatedDelivery",
    "setItemShippingAddressCustomField setItemShippingAddressCustomType setLineItemShippingDetails",
    "setShippingAddressCustomField setShippingAddressCustomType setShippingCustomField setShippingCustomType",
    "transitionCustomLineItemState updateItemShippingAddress",
)
"""Actions on an order that the vendor has and this stand-in does not."""
_QUANTITY = {"quantity": whole}
INVENTORY_ACTIONS: dict[str, Record] = {
    "addQuantity": _action(_QUANTITY),
    "changeQuantity": _action(_QUANTITY),
    "removeQuantity": _action(_QUANTITY),
    "setCustomField": _action(_FIELD, _VALUE),
    "setCustomType": _action({}, _CUSTOM_TYPE),
    "setExpectedDelivery": _action({}, {"expectedDelivery": moment}),
    "setInventoryLimits": _action({}, {"minCartQuantity": whole, "maxCartQuantity": whole}),
    "setKey": _action({}, {"key": KEY}),
    "setReorderPoint": _action({}, _QUANTITY),
    "setReservationExpirationInMinutes": _action({}, {"reservationExpirationInMinutes": whole}),
    "setRestockableInDays": _action({}, {"restockableInDays": whole}),
    "setSafetyStock": _action({}, _QUANTITY),
    "setSupplyChannel": _action({}, {"supplyChannel": CHANNEL}),
}
_ROLES = {"roles": listed(one_of(*values.CHANNEL_ROLES))}
CHANNEL_ACTIONS: dict[str, Record] = {
    "addRoles": _action(_ROLES),
    "changeDescription": _action({"description": LOCALISED}),
    "changeKey": _action({"key": KEY}),
    "changeName": _action({"name": LOCALISED}),
    "removeRoles": _action(_ROLES),
    "setAddress": _action({}, {"address": ADDRESS}),
    "setCustomField": _action(_FIELD, _VALUE),
    "setCustomType": _action({}, _CUSTOM_TYPE),
    "setRoles": _action(_ROLES),
}
NOT_SIMULATED_ON_CHANNELS = words("setAddressCustomField setAddressCustomType setGeoLocation")

ORDER_UPDATE = update_of(ORDER_ACTIONS | dict.fromkeys(NOT_SIMULATED_ON_ORDERS, _action()))
INVENTORY_UPDATE = update_of(INVENTORY_ACTIONS)
CHANNEL_UPDATE = update_of(CHANNEL_ACTIONS | dict.fromkeys(NOT_SIMULATED_ON_CHANNELS, _action()))
