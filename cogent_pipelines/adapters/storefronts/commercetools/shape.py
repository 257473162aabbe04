"""What an order must look like to be read, so that a change on the vendor's side is named field by field.

Looked at only after reading failed: the quick path does not check what it reads. commercetools leaves out what is not set:
such fields are `Maybe`.
"""

from dataclasses import dataclass
from typing import Any

Shape = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Maybe:
    """May be absent or null."""

    kind: Any


_TEXT = Maybe(str)
_MONEY: Shape = {"centAmount": int, "currencyCode": str, "fractionDigits": Maybe(int)}
_TAXED: Shape = {
    "totalNet": _MONEY,
    "totalGross": _MONEY,
    "taxPortions": Maybe([{"name": _TEXT, "rate": object, "amount": _MONEY}]),
    "totalTax": Maybe(_MONEY),
}
_RATE: Shape = {"includedInPrice": bool}
_PORTIONS = Maybe([{"discount": {"id": str}, "discountedAmount": _MONEY}])
_DISCOUNTED: Shape = {"value": _MONEY, "includedDiscounts": _PORTIONS}
_PER_QUANTITY = Maybe([{"quantity": int, "discountedPrice": _DISCOUNTED}])
_STATES = Maybe([{"quantity": int, "state": {"id": str}}])
_NAMED = {"custom": Maybe({"fields": Maybe({})})}
_ADDRESS: Shape = dict.fromkeys(
    (
        *("firstName", "lastName", "company", "department", "streetName", "streetNumber", "additionalStreetInfo"),
        *("building", "apartment", "pOBox", "additionalAddressInfo", "postalCode", "city", "region", "state"),
        *("phone", "mobile", "email"),
    ),
    _TEXT,
) | {"country": str}
_DELIVERIES = Maybe(
    [
        {
            "id": str,
            "key": _TEXT,
            "items": Maybe([{"id": str, "quantity": int}]),
            "parcels": Maybe([{"id": str, "trackingData": Maybe({"trackingId": _TEXT, "isReturn": Maybe(bool)})}]),
        }
    ]
)
_SHIPPING_INFO: Shape = {
    "shippingMethodName": str,
    "price": _MONEY,
    "taxedPrice": Maybe(_TAXED),
    "taxRate": Maybe(_RATE),
    "shippingMethod": Maybe({}),
    "discountedPrice": Maybe(_DISCOUNTED),
    "deliveries": _DELIVERIES,
}

ORDER: Shape = {
    "id": str,
    "createdAt": str,
    "lastModifiedAt": str,
    "orderNumber": _TEXT,
    "purchaseOrderNumber": _TEXT,
    "customerEmail": _TEXT,
    "origin": _TEXT,
    "locale": _TEXT,
    "orderState": str,
    "shipmentState": _TEXT,
    "paymentState": _TEXT,
    "state": Maybe({"id": str}),
    "store": Maybe({"key": str}),
    "businessUnit": Maybe({"key": str}),
    "totalPrice": _MONEY,
    "taxedPrice": Maybe(_TAXED),
    "discountOnTotalPrice": Maybe({"discountedAmount": _MONEY, "includedDiscounts": _PORTIONS}),
    "shippingAddress": Maybe(_ADDRESS),
    "billingAddress": Maybe(_ADDRESS),
    "shippingMode": _TEXT,
    "shippingInfo": Maybe(_SHIPPING_INFO),
    "shipping": Maybe([{"shippingKey": str, "shippingInfo": _SHIPPING_INFO, "shippingAddress": Maybe(_ADDRESS)}]),
    "lineItems": [
        {
            "id": str,
            "name": {},
            "variant": {"sku": _TEXT},
            "productType": Maybe({"id": str}),
            "supplyChannel": Maybe({"id": str}),
            "quantity": int,
            "price": {"value": _MONEY, "discounted": Maybe({"value": _MONEY})},
            "totalPrice": _MONEY,
            "taxedPrice": Maybe(_TAXED),
            "taxRate": Maybe(_RATE),
            "discountedPricePerQuantity": _PER_QUANTITY,
            "state": _STATES,
        }
        | _NAMED
    ],
    "customLineItems": Maybe(
        [
            {
                "id": str,
                "name": {},
                "slug": str,
                "quantity": int,
                "money": _MONEY,
                "totalPrice": _MONEY,
                "taxedPrice": Maybe(_TAXED),
                "taxRate": Maybe(_RATE),
                "discountedPricePerQuantity": _PER_QUANTITY,
                "state": _STATES,
            }
            | _NAMED
        ]
    ),
    "returnInfo": Maybe(
        [
            {
                "items": [
                    {
                        "id": str,
                        "quantity": int,
                        "lineItemId": _TEXT,
                        "customLineItemId": _TEXT,
                        "shipmentState": _TEXT,
                        "paymentState": _TEXT,
                    }
                ]
            }
        ]
    ),
} | _NAMED


def fault_in(node: Any, shape: Any, path: str = "") -> str:
    """The first field that is not as published, in words; empty where all are."""
    if isinstance(shape, Maybe):
        return "" if node is None else fault_in(node, shape.kind, path)
    if isinstance(shape, dict):
        return _fault_in_object(node, shape, path)
    if isinstance(shape, list):
        return _fault_in_list(node, shape[0], path)
    if shape is not object and not _is_a(node, shape):
        return f"field {path} is {_said(node)}, not {shape.__name__}"
    return ""


def _is_a(node: Any, kind: Any) -> bool:
    """Whether it is of the kind; true and false are no numbers here."""
    return isinstance(node, kind) and not (kind is int and isinstance(node, bool))


def _fault_in_object(node: Any, shape: Shape, path: str) -> str:
    if not isinstance(node, dict):
        return f"field {path or 'order'} is {_said(node)}, not an object"
    for name, kind in shape.items():
        where = f"{path}.{name}" if path else name
        if name not in node and not isinstance(kind, Maybe):
            return f"field {where} is missing"
        fault = fault_in(node.get(name), kind, where)
        if fault:
            return fault
    return ""


def _fault_in_list(node: Any, kind: Any, path: str) -> str:
    if not isinstance(node, list):
        return f"field {path} is {_said(node)}, not a list"
    faults = (fault_in(entry, kind, f"{path}[{index}]") for index, entry in enumerate(node))
    return next((fault for fault in faults if fault), "")


def _said(node: Any) -> str:
    """The kind of a value, never the value: it may be somebody's address."""
    return "null" if node is None else f"a {type(node).__name__}"
