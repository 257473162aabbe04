"""Canonical values as update actions. Pure; every one is tested against the published document."""

from collections.abc import Sequence
from typing import Any

from cogent_pipelines.adapters.storefronts.commercetools.keys import delivery_key, return_key
from cogent_pipelines.adapters.storefronts.commercetools.times import text_of
from cogent_pipelines.canonical.despatch import Tracking
from cogent_pipelines.canonical.fulfilment import Parcel
from cogent_pipelines.ports.extras import HandedOver, ReturnedGoods

Json = dict[str, Any]


def add_delivery(parcel: Parcel, *, shipping_key: str = "") -> Json:
    """One delivery with its one parcel; `shipping_key` where an order has several shipping methods."""
    key = delivery_key(parcel.despatch_ref)
    items = delivery_items(parcel)
    made: Json = {"key": key, "items": items}
    tracking = tracking_data(parcel.tracking)
    if tracking:
        made["trackingData"] = tracking
    action: Json = {"action": "addDelivery", "deliveryKey": key, "items": items, "parcels": [made]}
    return action | ({"shippingKey": shipping_key} if shipping_key else {})


def delivery_items(parcel: Parcel) -> list[Json]:
    """Units by line, each line once."""
    units: dict[str, int] = {}
    for line in parcel.lines:
        units[line.line_ref] = units.get(line.line_ref, 0) + line.quantity
    return [{"id": ref, "quantity": quantity} for ref, quantity in units.items()]


def tracking_data(tracking: Tracking) -> Json:
    """`TrackingData`; empty where there is nothing that a customer could follow. It has no place for an address."""
    if not tracking.number:
        return {}
    given: Json = {"trackingId": tracking.number}
    if tracking.carrier:
        given["carrier"] = tracking.carrier
    return given


def set_tracking(parcel_id: str, tracking: Tracking) -> Json:
    return {"action": "setParcelTrackingData", "parcelId": parcel_id, "trackingData": tracking_data(tracking)}


def add_parcel(delivery_id: str, parcel: Parcel) -> Json:
    """For a delivery that was made without one."""
    return {
        "action": "addParcelToDelivery",
        "deliveryId": delivery_id,
        "parcelKey": delivery_key(parcel.despatch_ref),
        "items": delivery_items(parcel),
        "trackingData": tracking_data(parcel.tracking),
    }


def change_shipment_state(state: str) -> Json:
    return {"action": "changeShipmentState", "shipmentState": state}


def update_sync_info(channel_id: str, order: HandedOver) -> Json:
    return {
        "action": "updateSyncInfo",
        "channel": {"typeId": "channel", "id": channel_id},
        "externalId": order.sales_order_ref,
        "syncedAt": text_of(order.at),
    }


def add_return_info(goods: ReturnedGoods, *, custom_lines: Sequence[str] = ()) -> Json:
    """Goods that are back: `Returned`, so that the money may follow. Each line has a key that is ours."""
    items = []
    for place, line in enumerate(goods.lines, 1):
        field = "customLineItemId" if line.line_ref in custom_lines else "lineItemId"
        item: Json = {
            "key": return_key(goods.ref, place),
            "quantity": line.quantity,
            field: line.line_ref,
            "shipmentState": "Returned",
        }
        items.append(item | ({"comment": goods.reason} if goods.reason else {}))
    return {"action": "addReturnInfo", "items": items, "returnDate": text_of(goods.received_at)}


def change_quantity(on_stock: int) -> Json:
    return {"action": "changeQuantity", "quantity": on_stock}


def inventory_draft(sku: str, quantity: int, channel_id: str) -> Json:
    """An entry that does not exist yet: nothing of it can be reserved."""
    draft: Json = {"sku": sku, "quantityOnStock": quantity}
    return draft | ({"supplyChannel": {"typeId": "channel", "id": channel_id}} if channel_id else {})


def inventory_import(key: str, sku: str, on_stock: int, channel_key: str) -> Json:
    resource: Json = {"key": key, "sku": sku, "quantityOnStock": on_stock}
    return resource | ({"supplyChannel": {"typeId": "channel", "key": channel_key}} if channel_key else {})


def synced_with(order: Json, channel_id: str, external_id: str) -> bool:
    """Whether the order shows that it was handed over under this reference."""
    return any(
        isinstance(entry, dict)
        and isinstance(entry.get("channel"), dict)
        and entry["channel"].get("id") == channel_id
        and entry.get("externalId") == external_id
        for entry in order.get("syncInfo") or ()
    )
