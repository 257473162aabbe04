"""Deliveries and parcels of an order: finding them, and the actions on them.

Quantities are not checked against what was ordered: the vendor does not either, so too much can be delivered.
"""

from collections.abc import Iterator
from typing import Any

from cogent_pipelines.simulators.commercetools.custom_fields import custom_of
from cogent_pipelines.simulators.commercetools.documents import Document, copied, without_nothing
from cogent_pipelines.simulators.commercetools.errors import (
    duplicate_field,
    invalid_input,
    invalid_operation,
    required_field,
)
from cogent_pipelines.simulators.commercetools.updating import Act, Change


def shipping_infos(order: Document) -> Iterator[tuple[str | None, Document]]:
    """Give the order's ways of shipping with their keys; one without a key in the mode Single."""
    if order.get("shippingInfo"):
        yield order.get("shippingKey"), order["shippingInfo"]
    for each in order.get("shipping", []):
        yield each["shippingKey"], each["shippingInfo"]


def deliveries_of(order: Document) -> Iterator[Document]:
    for _, info in shipping_infos(order):
        yield from info.get("deliveries", [])


def parcels_of(order: Document) -> Iterator[tuple[Document, Document]]:
    for delivery in deliveries_of(order):
        for parcel in delivery["parcels"]:
            yield delivery, parcel


def the_delivery(change: Change, action: Document) -> Document:
    """Find the delivery that an action means by its id or its key."""
    wanted = _named(action, "deliveryId", "deliveryKey")
    for delivery in deliveries_of(change.document):
        if wanted == ("id", delivery["id"]) or wanted == ("key", delivery.get("key")):
            return delivery
    raise invalid_operation(f"A delivery with the {wanted[0]} '{wanted[1]}' does not exist on this order.")


def parcel_and_delivery(change: Change, action: Document) -> tuple[Document, Document]:
    wanted = _named(action, "parcelId", "parcelKey")
    for delivery, parcel in parcels_of(change.document):
        if wanted == ("id", parcel["id"]) or wanted == ("key", parcel.get("key")):
            return delivery, parcel
    raise invalid_operation(f"A parcel with the {wanted[0]} '{wanted[1]}' does not exist on this order.")


def the_parcel(change: Change, action: Document) -> Document:
    return parcel_and_delivery(change, action)[1]


def _named(action: Document, by_id: str, by_key: str) -> tuple[str, str]:
    if (by_id in action) == (by_key in action):
        if by_id in action:
            raise invalid_input(f"Only one of {by_id} and {by_key} may be given.")
        raise required_field(by_id)
    return ("id", action[by_id]) if by_id in action else ("key", action[by_key])


def _shipping_key(order: Document, wanted: Document) -> str | None:
    for key, info in shipping_infos(order):
        if any(delivery is wanted for delivery in info.get("deliveries", [])):
            return key
    return None


def _check_items(order: Document, items: list[Document]) -> None:
    known = {item["id"] for item in (*order["lineItems"], *order["customLineItems"])}
    for item in items:
        if item["id"] not in known:
            raise invalid_input(f"The line item '{item['id']}' does not exist on this order.")


def _check_parcel_key(order: Document, key: str | None) -> None:
    if key is not None and any(parcel.get("key") == key for _, parcel in parcels_of(order)):
        raise duplicate_field("parcelKey", key)


def _new_parcel(change: Change, draft: Document, key: str | None) -> Document:
    _check_items(change.document, draft.get("items", []))
    _check_parcel_key(change.document, key)
    return without_nothing(
        id=change.project.new_id(),
        key=key,
        createdAt=change.project.stamp(),
        measurements=draft.get("measurements"),
        trackingData=_tracking(draft.get("trackingData")),
        items=draft.get("items", []),
        custom=custom_of(change.project, draft.get("custom"), "order-parcel"),
    )


def _tracking(draft: Document | None) -> Document | None:
    if draft is None:
        return None
    return {"isReturn": False, **{name: value for name, value in draft.items() if value is not None}}


def _the_info(order: Document, action: Document) -> tuple[str | None, Document]:
    infos = list(shipping_infos(order))
    if not infos:
        raise invalid_operation("A delivery needs a shipping method, and this order has none.")
    if order.get("shippingMode") != "Multiple":
        return infos[0]
    if "shippingKey" not in action:
        raise required_field("shippingKey")
    for key, info in infos:
        if key == action["shippingKey"]:
            return key, info
    raise invalid_input(f"The shipping key '{action['shippingKey']}' does not exist on this order.")


def add_delivery(change: Change, action: Document) -> None:
    order, project = change.document, change.project
    shipping_key, info = _the_info(order, action)
    key = action.get("deliveryKey")
    if key is not None and any(delivery.get("key") == key for delivery in deliveries_of(order)):
        raise duplicate_field("deliveryKey", key)
    _check_items(order, action.get("items", []))
    delivery = without_nothing(
        id=project.new_id(),
        key=key,
        createdAt=project.stamp(),
        items=copied(action.get("items", [])),
        parcels=[],
        address=action.get("address"),
        custom=custom_of(project, action.get("custom"), "order-delivery"),
    )
    info.setdefault("deliveries", []).append(delivery)
    change.say("DeliveryAdded", delivery=delivery, shippingKey=shipping_key)
    for draft in action.get("parcels", []):
        _add_parcel(change, delivery, draft, draft.get("key"))


def add_parcel(change: Change, action: Document) -> None:
    _add_parcel(change, the_delivery(change, action), action, action.get("parcelKey"))


def _add_parcel(change: Change, delivery: Document, draft: Document, key: str | None) -> None:
    parcel = _new_parcel(change, draft, key)
    delivery["parcels"].append(parcel)
    shipping_key = _shipping_key(change.document, delivery)
    change.say("ParcelAddedToDelivery", delivery=delivery, parcel=parcel, shippingKey=shipping_key)


def remove_delivery(change: Change, action: Document) -> None:
    delivery = the_delivery(change, action)
    shipping_key = _shipping_key(change.document, delivery)
    for _, info in shipping_infos(change.document):
        info["deliveries"] = [each for each in info.get("deliveries", []) if each is not delivery]
    change.say("DeliveryRemoved", delivery=delivery, shippingKey=shipping_key)


def remove_parcel(change: Change, action: Document) -> None:
    delivery, parcel = parcel_and_delivery(change, action)
    delivery["parcels"] = [each for each in delivery["parcels"] if each is not parcel]
    shipping_key = _shipping_key(change.document, delivery)
    change.say("ParcelRemovedFromDelivery", deliveryId=delivery["id"], parcel=parcel, shippingKey=shipping_key)


def set_delivery_items(change: Change, action: Document) -> None:
    delivery = the_delivery(change, action)
    _check_items(change.document, action["items"])
    old, delivery["items"] = delivery["items"], copied(action["items"])
    _say_delivery(change, "DeliveryItemsUpdated", delivery, items=delivery["items"], oldItems=old)


def set_delivery_address(change: Change, action: Document) -> None:
    delivery = the_delivery(change, action)
    old = delivery.pop("address", None)
    if "address" in action:
        delivery["address"] = action["address"]
    _say_delivery(change, "DeliveryAddressSet", delivery, address=action.get("address"), oldAddress=old)


def set_parcel_items(change: Change, action: Document) -> None:
    delivery, parcel = parcel_and_delivery(change, action)
    _check_items(change.document, action["items"])
    old, parcel["items"] = parcel.get("items", []), copied(action["items"])
    _say_delivery(change, "ParcelItemsUpdated", delivery, parcelId=parcel["id"], items=parcel["items"], oldItems=old)


def set_parcel_measurements(change: Change, action: Document) -> None:
    delivery, parcel = parcel_and_delivery(change, action)
    parcel.pop("measurements", None)
    if "measurements" in action:
        parcel["measurements"] = action["measurements"]
    told = action.get("measurements")
    _say_delivery(change, "ParcelMeasurementsUpdated", delivery, parcelId=parcel["id"], measurements=told)


def set_parcel_tracking(change: Change, action: Document) -> None:
    delivery, parcel = parcel_and_delivery(change, action)
    parcel.pop("trackingData", None)
    tracking = _tracking(action.get("trackingData"))
    if tracking is not None:
        parcel["trackingData"] = tracking
    _say_delivery(change, "ParcelTrackingDataUpdated", delivery, parcelId=parcel["id"], trackingData=tracking)


def _say_delivery(change: Change, kind: str, delivery: Document, **fields: Any) -> None:
    shipping_key = _shipping_key(change.document, delivery)
    change.say(kind, deliveryId=delivery["id"], shippingKey=shipping_key, **fields)


DELIVERY_ACTS: dict[str, Act] = {
    "addDelivery": add_delivery,
    "addParcelToDelivery": add_parcel,
    "removeDelivery": remove_delivery,
    "removeParcelFromDelivery": remove_parcel,
    "setDeliveryItems": set_delivery_items,
    "setDeliveryAddress": set_delivery_address,
    "setParcelItems": set_parcel_items,
    "setParcelMeasurements": set_parcel_measurements,
    "setParcelTrackingData": set_parcel_tracking,
}
