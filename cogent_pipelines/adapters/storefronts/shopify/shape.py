"""What an order must look like to be read, so that a change on Shopify's side is named field by field.

Looked at only after reading failed: the quick path does not check what it reads. In a tuple stands what may be null.
"""

from typing import Any

Shape = dict[str, Any]

# What may be null and is more than a text has the kind `object`: any value will do, but the field must be there.
_TEXT = str | None
_NAMES = {str: "str", int: "int", bool: "bool", _TEXT: "a text or null"}
_MONEY: Shape = {"amount": str, "currencyCode": str}
_BAG: Shape = {"shopMoney": _MONEY, "presentmentMoney": _MONEY}
_TAXES = [{"title": str, "rate": object, "priceSet": _BAG}]
_ALLOCATIONS = [{"allocatedAmountSet": _BAG, "discountApplication": {}}]
_ATTRIBUTES = [{"key": str, "value": _TEXT}]

_ADDRESS: Shape = dict.fromkeys(
    (
        *("name", "firstName", "lastName", "company", "address1", "address2", "city"),
        *("province", "provinceCode", "zip", "countryCodeV2", "phone"),
    ),
    _TEXT,
)

ORDER: Shape = {
    "id": str,
    "name": str,
    "createdAt": str,
    "updatedAt": str,
    "test": bool,
    "cancelledAt": _TEXT,
    "cancelReason": _TEXT,
    "displayFinancialStatus": _TEXT,
    "displayFulfillmentStatus": str,
    "taxesIncluded": bool,
    "sourceName": _TEXT,
    "poNumber": _TEXT,
    "note": _TEXT,
    "email": _TEXT,
    "phone": _TEXT,
    "tags": [str],
    "customAttributes": _ATTRIBUTES,
    "totalPriceSet": _BAG,
    "subtotalPriceSet": object,
    "totalTaxSet": object,
    "totalDiscountsSet": object,
    "taxLines": _TAXES,
    "shippingAddress": (_ADDRESS,),
    "billingAddress": (_ADDRESS,),
    "purchasingEntity": object,
    "shippingLines": {
        "nodes": [
            {
                "title": str,
                "code": _TEXT,
                "isRemoved": bool,
                "discountedPriceSet": _BAG,
                "discountAllocations": _ALLOCATIONS,
                "taxLines": _TAXES,
            }
        ]
    },
    "lineItems": {
        "nodes": [
            {
                "id": str,
                "sku": _TEXT,
                "name": str,
                "quantity": int,
                "currentQuantity": int,
                "unfulfilledQuantity": int,
                "requiresShipping": bool,
                "originalUnitPriceSet": _BAG,
                "discountAllocations": _ALLOCATIONS,
                "taxLines": _TAXES,
                "customAttributes": _ATTRIBUTES,
            }
        ]
    },
    "fulfillmentOrders": {
        "nodes": [
            {
                "id": str,
                "status": str,
                "updatedAt": str,
                "assignedLocation": object,
                "lineItems": {"nodes": [{"id": str, "remainingQuantity": int, "lineItem": {"id": str}}]},
            }
        ]
    },
}


def fault_in(node: Any, shape: Any, path: str = "") -> str:
    """The first field that is not as published, in words; empty where all are."""
    if isinstance(shape, dict):
        return _fault_in_object(node, shape, path)
    if isinstance(shape, list):
        return _fault_in_list(node, shape[0], path)
    if isinstance(shape, tuple):
        return "" if node is None else fault_in(node, shape[0], path)
    if shape is not object and not _is_a(node, shape):
        return f"field {path} is {_said(node)}, not {_NAMES.get(shape, shape)}"
    return ""


def _is_a(node: Any, kind: Any) -> bool:
    """Whether it is of the kind; true and false are no numbers here."""
    return isinstance(node, kind) and not (kind is int and isinstance(node, bool))


def _fault_in_object(node: Any, shape: Shape, path: str) -> str:
    if not isinstance(node, dict):
        return f"field {path} is {_said(node)}, not an object"
    for name, kind in shape.items():
        where = f"{path}.{name}" if path else name
        fault = fault_in(node[name], kind, where) if name in node else f"field {where} is missing"
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
