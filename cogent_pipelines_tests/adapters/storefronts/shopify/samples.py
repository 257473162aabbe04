"""Orders as Shopify's schema has them, ready to be changed by a test."""

from typing import Any

from cogent_pipelines_tests.adapters.storefronts.shopify.store import page

Json = dict[str, Any]


def bag(amount: str, currency: str = "GBP", seen: str | None = None, seen_currency: str | None = None) -> Json:
    return {
        "shopMoney": {"amount": amount, "currencyCode": currency},
        "presentmentMoney": {"amount": seen or amount, "currencyCode": seen_currency or currency},
    }


def tax(amount: str, rate: float | None = 0.2, title: str = "VAT") -> Json:
    return {"title": title, "rate": rate, "priceSet": bag(amount)}


def allocation(amount: str, **application: str) -> Json:
    return {"allocatedAmountSet": bag(amount), "discountApplication": application}


def line(number: int = 1, **changes: Any) -> Json:
    given = {
        "id": f"gid://shopify/LineItem/{number}",
        "sku": f"SKU-{number}",
        "name": f"Mug {number}",
        "quantity": 2,
        "currentQuantity": 2,
        "unfulfilledQuantity": 2,
        "requiresShipping": True,
        "originalUnitPriceSet": bag("12.5"),
        "discountAllocations": [],
        "taxLines": [],
        "customAttributes": [],
    }
    return given | changes


def owed(number: int = 1, remaining: int = 2, *, key: int | None = None) -> Json:
    """A fulfilment order's line for the order line of that number."""
    return {
        "id": f"gid://shopify/FulfillmentOrderLineItem/{key or number}",
        "remainingQuantity": remaining,
        "lineItem": {"id": f"gid://shopify/LineItem/{number}"},
    }


def fulfilment_order(lines: list[Json], number: int = 1, after: str | None = None, **changes: Any) -> Json:
    given = {
        "id": f"gid://shopify/FulfillmentOrder/{number}",
        "status": "OPEN",
        "updatedAt": "2026-11-02T08:00:00Z",
        "assignedLocation": {"location": {"id": "gid://shopify/Location/7"}},
        "lineItems": page(lines, after),
    }
    return given | changes


def shipping(price: str = "3.95", **changes: Any) -> Json:
    given = {
        "title": "Standard",
        "code": "STD",
        "isRemoved": False,
        "discountedPriceSet": bag(price),
        "discountAllocations": [],
        "taxLines": [],
    }
    return given | changes


def address(**changes: Any) -> Json:
    given = {
        "name": "Ada Lovelace",
        "firstName": "Ada",
        "lastName": "Lovelace",
        "company": None,
        "address1": "1 Analytical Row",
        "address2": None,
        "city": "London",
        "province": "England",
        "provinceCode": "ENG",
        "zip": "SW1A 1AA",
        "countryCodeV2": "GB",
        "phone": None,
    }
    return given | changes


def order(number: int = 1, **changes: Any) -> Json:
    """Two mugs at 12.50, routed and open, paid."""
    given = {
        "id": f"gid://shopify/Order/{number}",
        "legacyResourceId": str(number),
        "name": f"#{1000 + number}",
        "createdAt": "2026-11-02T08:00:00Z",
        "updatedAt": "2026-11-02T08:00:00Z",
        "test": False,
        "cancelledAt": None,
        "cancelReason": None,
        "displayFinancialStatus": "PAID",
        "displayFulfillmentStatus": "UNFULFILLED",
        "taxesIncluded": True,
        "sourceName": "web",
        "poNumber": None,
        "note": None,
        "email": None,
        "phone": None,
        "tags": [],
        "customAttributes": [],
        "totalPriceSet": bag("28.95"),
        "subtotalPriceSet": bag("25.0"),
        "totalTaxSet": bag("4.82"),
        "totalDiscountsSet": bag("0.0"),
        "taxLines": [],
        "shippingAddress": address(),
        "billingAddress": address(),
        "purchasingEntity": {},
        "shippingLines": page([shipping()]),
        "lineItems": page([line()]),
        "fulfillmentOrders": page([fulfilment_order([owed()])]),
    }
    return given | changes


def told(number: int, units: dict[int, int], *, tracking: tuple[str, ...] = (), status: str = "SUCCESS") -> Json:
    """A fulfilment: units by number of the order line."""
    lines = [{"quantity": units[key], "lineItem": {"id": f"gid://shopify/LineItem/{key}"}} for key in units]
    return {
        "id": f"gid://shopify/Fulfillment/{number}",
        "name": f"#1001-F{number}",
        "status": status,
        "createdAt": "2026-11-02T09:00:00Z",
        "trackingInfo": [{"number": one} for one in tracking],
        "fulfillmentLineItems": page(lines),
    }


def hand_over(number: int = 1, **changes: Any) -> Json:
    """What is read before a parcel is recorded: two units of line 1 open, nothing told."""
    given = {
        "id": f"gid://shopify/Order/{number}",
        "updatedAt": "2026-11-02T08:00:00Z",
        "cancelledAt": None,
        "fulfillments": [],
        "fulfillmentOrders": page([fulfilment_order([owed()])]),
    }
    return given | changes
