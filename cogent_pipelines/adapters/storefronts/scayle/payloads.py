"""Canonical values as bodies of the Admin API."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from cogent_pipelines.adapters.storefronts.scayle.nodes import Node
from cogent_pipelines.adapters.storefronts.scayle.settings import ScayleSettings
from cogent_pipelines.adapters.storefronts.scayle.shop_countries import shop_country_of
from cogent_pipelines.adapters.storefronts.scayle.times import written, written_without_offset
from cogent_pipelines.adapters.storefronts.scayle.units import Unit

Json = dict[str, Any]


def shipment(
    order: Node, units: Sequence[Unit], settings: ScayleSettings, *, key: str, carrier: str, left_at: datetime
) -> Json:
    """`Shipment`: one physical package. The item's id serves as return key, as SCAYLE advises, and so is never lost."""
    return {
        **_order(order, settings),
        "carrier": carrier,
        "shipmentKey": key,
        "deliveryDate": written(left_at),
        "items": [{"orderItemId": unit.id, "returnKey": return_key(unit)} for unit in units],
        **_merchant(settings),
    }


def cancellation(order: Node, units: Sequence[Unit], settings: ScayleSettings) -> Json:
    """`Cancellation`: items that cannot be sent. There is no field for a reason."""
    return {**_order(order, settings), "items": [{"orderItemId": unit.id} for unit in units], **_merchant(settings)}


def return_items(units: Sequence[Unit], settings: ScayleSettings, *, received_at: datetime, reason: str) -> list[Json]:
    """`ReturnItem`s, a bare list; no order is named in it."""
    received = written_without_offset(received_at, settings.timezone)
    return [
        {
            "returnKey": return_key(unit),
            "received": received,
            "returnReason": reason or settings.return_reason,
            **_merchant(settings),
        }
        for unit in units
    ]


def stock(quantity: int, changed_at: datetime, settings: ScayleSettings) -> Json:
    """`ProductVariantStock`: the sellable figure, true at `changed_at`."""
    return {
        "quantity": quantity,
        "warehouseReferenceKey": settings.warehouse,
        "changedAt": written(changed_at),
        **_merchant(settings),
    }


def return_key(unit: Unit) -> str:
    return str(unit.id)


def _order(order: Node, settings: ScayleSettings) -> Json:
    shop = shop_country_of(order, settings)
    return {"shopKey": shop.shop, "countryCode": shop.country, "orderId": order.needed_number("id")}


def _merchant(settings: ScayleSettings) -> Json:
    return {"merchantReferenceKey": settings.merchant} if settings.merchant else {}
