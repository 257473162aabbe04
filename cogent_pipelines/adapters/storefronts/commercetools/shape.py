"""What an order must look like to be read, so that a change on the vendor's side is named field by field.

commercetools leaves out what is not set: such fields are `Maybe`.
"""

from cogent_pipelines.adapters.transport.shapes import Maybe, Shape

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
_BY_METHOD = Maybe([{"taxRate": Maybe(_RATE)}])
_TARGETS = Maybe({"targets": Maybe([{"addressKey": str, "quantity": int}])})
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
    "itemShippingAddresses": Maybe([_ADDRESS | {"key": _TEXT}]),
    "shippingMode": _TEXT,
    "inventoryMode": _TEXT,
    "shippingInfo": Maybe(_SHIPPING_INFO),
    "shipping": Maybe([{"shippingKey": str, "shippingInfo": _SHIPPING_INFO, "shippingAddress": Maybe(_ADDRESS)}]),
    "lineItems": [
        {
            "id": str,
            "name": {},
            "variant": {"sku": _TEXT},
            "productType": Maybe({"id": str}),
            "supplyChannel": Maybe({"id": str}),
            "inventoryMode": _TEXT,
            "quantity": int,
            "price": {"value": _MONEY, "discounted": Maybe({"value": _MONEY})},
            "totalPrice": _MONEY,
            "taxedPrice": Maybe(_TAXED),
            "taxRate": Maybe(_RATE),
            "perMethodTaxRate": _BY_METHOD,
            "shippingDetails": _TARGETS,
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
                "perMethodTaxRate": _BY_METHOD,
                "shippingDetails": _TARGETS,
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
