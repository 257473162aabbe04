"""The shapes of what a client sends: drafts and the pieces that drafts and update actions share.

Written after the vendor's published document (read 2026-11); an update's actions are `action_shapes`.
"""

from collections.abc import Mapping
from typing import Any

from cogent_pipelines.simulators.commercetools import values
from cogent_pipelines.simulators.commercetools.errors import Refused, invalid_input
from cogent_pipelines.simulators.commercetools.shapes import (
    Shape,
    anything,
    flag,
    listed,
    mapped,
    moment,
    number,
    one_of,
    record,
    text,
    told_by,
    whole,
)
from cogent_pipelines.simulators.common.words import words

STRING = text()
KEY = text(shortest=2, longest=256, pattern=r"[A-Za-z0-9_-]+")
COUNTRY = text(pattern=r"[A-Z]{2}")
CURRENCY = text(pattern=r"[A-Z]{3}")
LOCALISED = mapped(STRING)
MOST_ACTIONS = 500


def identifier(type_id: str) -> Shape:
    """Fit a resource identifier: an id or a key; the type may be left out where only one fits."""
    return record({}, {"typeId": one_of(type_id), "id": STRING, "key": STRING})


CHANNEL = identifier("channel")
TYPE = identifier("type")
MONEY = record(
    {"centAmount": whole, "currencyCode": CURRENCY}, {"type": STRING, "fractionDigits": whole, "preciseAmount": whole}
)
CUSTOM = record({"type": TYPE}, {"fields": mapped(anything)})
_ADDRESS_FIELDS = words(
    "id key title salutation firstName lastName streetName streetNumber additionalStreetInfo postalCode city region",
    "state company department building apartment pOBox phone mobile email fax additionalAddressInfo externalId",
)
ADDRESS = record({"country": COUNTRY}, dict.fromkeys(_ADDRESS_FIELDS, STRING))
DELIVERY_ITEMS = listed(record({"id": STRING, "quantity": whole}))
TRACKING = record(
    {}, dict.fromkeys(("trackingId", "carrier", "provider", "providerTransaction"), STRING) | {"isReturn": flag}
)
MEASUREMENTS = record(
    {}, dict.fromkeys(words("heightInMillimeter lengthInMillimeter widthInMillimeter weightInGram"), whole)
)
PARCEL = record(
    {},
    {"key": KEY, "measurements": MEASUREMENTS, "trackingData": TRACKING, "items": DELIVERY_ITEMS, "custom": CUSTOM},
)
RETURN_ITEM = record(
    {"quantity": whole, "shipmentState": one_of(*values.RETURN_SHIPMENT_STATES)},
    {"key": KEY, "lineItemId": STRING, "customLineItemId": STRING, "comment": STRING, "custom": CUSTOM},
)
RETURN_INFO = record({"items": listed(RETURN_ITEM)}, {"returnTrackingId": STRING, "returnDate": moment})
_STOCK_LEVELS = record({}, {"reorderPoint": whole, "safetyStock": whole})
INVENTORY_ENTRY = record(
    {"sku": STRING, "quantityOnStock": whole},
    {
        "key": KEY,
        "supplyChannel": CHANNEL,
        "minCartQuantity": whole,
        "maxCartQuantity": whole,
        "restockableInDays": whole,
        "expectedDelivery": moment,
        "reservationExpirationInMinutes": whole,
        "stockLevels": _STOCK_LEVELS,
        "custom": CUSTOM,
    },
)
CHANNEL_DRAFT = record(
    {"key": KEY},
    {
        "roles": listed(one_of(*values.CHANNEL_ROLES)),
        "name": LOCALISED,
        "description": LOCALISED,
        "address": ADDRESS,
        "custom": CUSTOM,
        "geoLocation": anything,
    },
)
_FIELD_TYPES = words("Boolean DateTime Date Enum LocalizedEnum LocalizedString Money Number Reference Set String Time")
_FIELD_TYPE = record(
    {"name": one_of(*_FIELD_TYPES)}, {"values": listed(anything), "referenceTypeId": STRING, "elementType": anything}
)
FIELD_DEFINITION = record(
    {
        "type": _FIELD_TYPE,
        "name": text(shortest=2, longest=36, pattern=r"[A-Za-z0-9_-]+"),
        "label": LOCALISED,
        "required": flag,
    },
    {"inputHint": one_of("SingleLine", "MultiLine")},
)
_TYPE_RESOURCES = words(
    "address asset approval-flow approval-rule associate-role business-unit cart-discount category channel customer",
    "customer-group custom-line-item discount-code inventory-entry line-item order order-edit order-delivery order-parcel",
    "order-return-item payment payment-interface-interaction payment-method payment-method-info product-price",
    "product-selection product-tailoring quote reservation review recurring-order shipping shipping-method shopping-list",
    "shopping-list-text-line-item standalone-price store transaction",
)
TYPE_DRAFT = record(
    {"key": KEY, "name": LOCALISED, "resourceTypeIds": listed(one_of(*_TYPE_RESOURCES))},
    {"description": LOCALISED, "fieldDefinitions": listed(FIELD_DEFINITION)},
)
_TAX_RATE = record(
    {"name": STRING, "amount": number, "includedInPrice": flag, "country": COUNTRY},
    {"id": STRING, "key": STRING, "state": STRING, "subRates": listed(anything)},
)
_ITEM_STATES = listed(record({"quantity": whole, "state": identifier("state")}))
_PRICE = record(
    {"value": MONEY},
    {"id": STRING, "key": STRING, "country": COUNTRY, "channel": CHANNEL, "validFrom": moment, "validUntil": moment},
)
_IMPORTED_VARIANT = record(
    {}, {"id": whole, "sku": STRING, "prices": listed(_PRICE), "attributes": listed(anything), "images": listed(anything)}
)
IMPORTED_LINE = record(
    {"name": LOCALISED, "variant": _IMPORTED_VARIANT, "quantity": whole, "price": _PRICE},
    {
        "key": KEY,
        "productId": STRING,
        "taxRate": _TAX_RATE,
        "distributionChannel": CHANNEL,
        "supplyChannel": CHANNEL,
        "inventoryMode": one_of(*values.INVENTORY_MODES),
        "shippingDetails": anything,
        "state": _ITEM_STATES,
        "custom": CUSTOM,
    },
)
_IMPORTED_SHIPPING = record(
    {"shippingMethodName": STRING, "price": MONEY, "shippingRate": record({"price": MONEY}, {"freeAbove": MONEY})},
    {
        "taxRate": _TAX_RATE,
        "taxCategory": anything,
        "shippingMethod": anything,
        "deliveries": listed(anything),
        "discountedPrice": anything,
        "shippingMethodState": one_of("DoesNotMatchCart", "MatchesCart"),
    },
)
_TAXED = record({"totalNet": MONEY, "totalGross": MONEY}, {"taxPortions": listed(anything)})
ORDER_IMPORT = record(
    {"totalPrice": MONEY},
    {
        "orderNumber": text(shortest=2, longest=256, pattern=r"[A-Za-z0-9_-]+"),
        "purchaseOrderNumber": STRING,
        "customerId": STRING,
        "customerEmail": STRING,
        "customerGroup": identifier("customer-group"),
        "businessUnit": identifier("business-unit"),
        "store": identifier("store"),
        "lineItems": listed(IMPORTED_LINE),
        "customLineItems": listed(anything),
        "taxedPrice": _TAXED,
        "priceRoundingMode": one_of(*values.ROUNDING_MODES),
        "taxRoundingMode": one_of(*values.ROUNDING_MODES),
        "taxCalculationMode": one_of(*values.TAX_CALCULATION_MODES),
        "inventoryMode": one_of(*values.INVENTORY_MODES),
        "billingAddress": ADDRESS,
        "shippingAddress": ADDRESS,
        "itemShippingAddresses": listed(ADDRESS),
        "shippingInfo": _IMPORTED_SHIPPING,
        "paymentInfo": anything,
        "paymentState": one_of(*values.PAYMENT_STATES),
        "shipmentState": one_of(*values.SHIPMENT_STATES),
        "orderState": one_of(*values.ORDER_STATES),
        "state": identifier("state"),
        "country": COUNTRY,
        "origin": one_of(*values.ORIGINS),
        "completedAt": moment,
        "custom": CUSTOM,
    },
)
ORDER_FROM_CART = record(
    {"version": whole},
    {
        "id": STRING,
        "cart": identifier("cart"),
        "orderNumber": STRING,
        "purchaseOrderNumber": STRING,
        "paymentState": one_of(*values.PAYMENT_STATES),
        "shipmentState": one_of(*values.SHIPMENT_STATES),
        "orderState": one_of(*values.ORDER_STATES),
        "state": identifier("state"),
        "custom": CUSTOM,
    },
)


def update_of(actions: Mapping[str, Shape]) -> Shape:
    """Fit an update: the version that the client saw, and its actions."""
    action = told_by("action", actions, otherwise=_unknown_action)
    return record({"version": whole, "actions": listed(action, most=MOST_ACTIONS)})


def _unknown_action(name: Any, path: str) -> Refused:
    return invalid_input(f"{path}: there is no update action '{name}'.")
