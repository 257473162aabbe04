"""What an order must look like to be read, so that a change on Shopify's side is named field by field.

Looked at only after reading failed: the quick path does not check what it reads.
"""

from typing import Any

Shape = dict[str, Any]

# A text that may be null has the kind `object`: any value will do, but the field must be there.
_MONEY: Shape = {"amount": str, "currencyCode": str}
_BAG: Shape = {"shopMoney": _MONEY, "presentmentMoney": _MONEY}
_TAXES = [{"title": str, "rate": object, "priceSet": _BAG}]
_ALLOCATIONS = [{"allocatedAmountSet": _BAG, "discountApplication": {}}]
_ATTRIBUTES = [{"key": str, "value": object}]

ORDER: Shape = {
    "id": str,
    "name": str,
    "createdAt": str,
    "updatedAt": str,
    "test": bool,
    "cancelledAt": object,
    "cancelReason": object,
    "displayFinancialStatus": object,
    "displayFulfillmentStatus": str,
    "taxesIncluded": bool,
    "sourceName": object,
    "poNumber": object,
    "note": object,
    "email": object,
    "phone": object,
    "tags": [str],
    "customAttributes": _ATTRIBUTES,
    "totalPriceSet": _BAG,
    "subtotalPriceSet": object,
    "totalTaxSet": object,
    "totalDiscountsSet": object,
    "taxLines": _TAXES,
    "shippingAddress": object,
    "billingAddress": object,
    "purchasingEntity": object,
    "shippingLines": {
        "nodes": [
            {
                "title": str,
                "code": object,
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
                "sku": object,
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
    if shape is not object and not isinstance(node, shape):
        return f"field {path} is {_said(node)}, not {shape.__name__}"
    return ""


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
