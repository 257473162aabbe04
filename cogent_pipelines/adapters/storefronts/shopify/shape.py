"""What an order must look like to be read, so that a change on Shopify's side is named field by field.

Shopify answers every field that was asked for: one without a value is null.
"""

from cogent_pipelines.adapters.transport.shapes import Nullable, Shape

# What may be null and is more than a text has the kind `object`: any value will do, but the field must be there.
_TEXT = str | None
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
    "shippingAddress": Nullable(_ADDRESS),
    "billingAddress": Nullable(_ADDRESS),
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
