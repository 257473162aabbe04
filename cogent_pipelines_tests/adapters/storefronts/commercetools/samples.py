"""Answers shaped like the published document, made by hand; all people in them are made up."""

from typing import Any

Json = dict[str, Any]

TIME = "2026-11-02T09:00:00.000Z"


def uuid(number: int) -> str:
    return f"00000000-0000-4000-8000-{number:012d}"


def money(cents: int, currency: str = "GBP", digits: int = 2) -> Json:
    return {"type": "centPrecision", "currencyCode": currency, "centAmount": cents, "fractionDigits": digits}


def precise(amount: int, digits: int, cents: int, currency: str = "GBP") -> Json:
    return {
        "type": "highPrecision",
        "currencyCode": currency,
        "centAmount": cents,
        "preciseAmount": amount,
        "fractionDigits": digits,
    }


def rate(amount: float = 0.2, *, included: bool = True) -> Json:
    return {"name": "VAT", "amount": amount, "includedInPrice": included, "country": "GB", "subRates": []}


def taxed(net: int, gross: int, share: float = 0.2) -> Json:
    portion = {"name": "VAT", "rate": share, "amount": money(gross - net)}
    return {"totalNet": money(net), "totalGross": money(gross), "taxPortions": [portion], "totalTax": money(gross - net)}


def line(number: int = 1, *, sku: str | None = "TEE-S", quantity: int = 1, cents: int = 1200, **more: Any) -> Json:
    variant = {"id": 1, "prices": [], "images": [], "attributes": [], "assets": []}
    return {
        "id": f"line-{number}",
        "productId": uuid(900 + number),
        "name": {"en": "T-shirt", "de": "Hemd"},
        "productType": {"typeId": "product-type", "id": uuid(800)},
        "variant": variant | ({"sku": sku} if sku is not None else {}),
        "price": {"id": uuid(700), "value": money(cents)},
        "quantity": quantity,
        "totalPrice": money(cents * quantity),
        "discountedPricePerQuantity": [],
        "taxedPricePortions": [],
        "perMethodTaxRate": [],
        "state": [{"quantity": quantity, "state": {"typeId": "state", "id": uuid(600)}}],
        "priceMode": "Platform",
        "lineItemMode": "Standard",
    } | more


def custom_line(number: int = 1, *, slug: str = "gift-wrap", quantity: int = 1, cents: int = 300, **more: Any) -> Json:
    return {
        "id": f"custom-{number}",
        "name": {"en": "Gift wrap"},
        "slug": slug,
        "money": money(cents),
        "quantity": quantity,
        "totalPrice": money(cents * quantity),
        "discountedPricePerQuantity": [],
        "taxedPricePortions": [],
        "perMethodTaxRate": [],
        "state": [],
        "priceMode": "Standard",
    } | more


def address(**more: Any) -> Json:
    return {
        "firstName": "Ada",
        "lastName": "Muster",
        "streetName": "High Street",
        "streetNumber": "12",
        "additionalStreetInfo": "Flat 3",
        "postalCode": "AB1 2CD",
        "city": "Sampleton",
        "country": "GB",
        "phone": "0100 000000",
    } | more


def shipping(cents: int = 400, *deliveries: Json, **more: Any) -> Json:
    return {
        "shippingMethodName": "Standard",
        "price": money(cents),
        "shippingRate": {"price": money(cents), "tiers": []},
        "shippingMethod": {"typeId": "shipping-method", "id": uuid(500)},
        "deliveries": list(deliveries),
        "shippingMethodState": "MatchesCart",
    } | more


def parcel_of(number: str = "", ref: str = "parcel-1", **more: Any) -> Json:
    made = {"id": ref, "createdAt": TIME}
    return made | ({"trackingData": {"trackingId": number, "isReturn": False}} if number else {}) | more


def delivery(ref: str = "delivery-1", *parcels: Json, key: str = "", items: Any = (("line-1", 1),)) -> Json:
    return {
        "id": ref,
        "createdAt": TIME,
        "items": [{"id": line_id, "quantity": quantity} for line_id, quantity in items],
        "parcels": list(parcels),
    } | ({"key": key} if key else {})


def return_item(
    quantity: int, state: str = "Returned", payment: str = "Initial", line_id: str = "line-1", **more: Any
) -> Json:
    return {
        "id": "return-item-1",
        "quantity": quantity,
        "type": "LineItemReturnItem",
        "lineItemId": line_id,
        "shipmentState": state,
        "paymentState": payment,
        "createdAt": TIME,
        "lastModifiedAt": TIME,
    } | more


def order(number: int = 1, *lines: Json, version: int = 1, at: str = TIME, **more: Any) -> Json:
    lines_ = list(lines) or [line()]
    total = sum(each["totalPrice"]["centAmount"] for each in lines_) + 400
    return {
        "type": "Order",
        "id": uuid(number),
        "version": version,
        "createdAt": TIME,
        "lastModifiedAt": at,
        "orderNumber": f"CT-{number}",
        "customerEmail": "ada@example.com",
        "totalPrice": money(total),
        "orderState": "Open",
        "paymentState": "Paid",
        "shippingMode": "Single",
        "shippingInfo": shipping(),
        "shipping": [],
        "shippingAddress": address(),
        "billingAddress": address(),
        "lineItems": lines_,
        "customLineItems": [],
        "syncInfo": [],
        "returnInfo": [],
        "refusedGifts": [],
        "discountCodes": [],
        "origin": "Customer",
        "inventoryMode": "None",
    } | more


def entry(
    number: int = 1, *, sku: str = "TEE-S", on_stock: int = 10, reserved: int = 0, version: int = 1, **more: Any
) -> Json:
    return {
        "id": uuid(2000 + number),
        "version": version,
        "createdAt": TIME,
        "lastModifiedAt": TIME,
        "sku": sku,
        "quantityOnStock": on_stock,
        "availableQuantity": on_stock - reserved,
    } | more


def channel(key: str, *roles: str, number: int = 3000) -> Json:
    return {
        "id": uuid(number),
        "version": 1,
        "createdAt": TIME,
        "lastModifiedAt": TIME,
        "key": key,
        "roles": list(roles),
    }


def product(number: int = 1, *skus: str | None, **more: Any) -> Json:
    variants = [{"id": place} | ({"sku": sku} if sku else {}) for place, sku in enumerate(skus or ("TEE-S",), 1)]
    return {
        "id": uuid(4000 + number),
        "version": 1,
        "createdAt": TIME,
        "lastModifiedAt": TIME,
        "productType": {"typeId": "product-type", "id": uuid(800)},
        "name": {"en": "T-shirt"},
        "slug": {"en": "t-shirt"},
        "categories": [],
        "masterVariant": variants[0],
        "variants": variants[1:],
        "attributes": [],
        "published": True,
    } | more


def message(
    number: int, order_number: int = 1, *, sequence: int = 1, kind: str = "OrderStateChanged", at: str = TIME
) -> Json:
    return {
        "id": uuid(5000 + number),
        "version": 1,
        "createdAt": at,
        "lastModifiedAt": at,
        "sequenceNumber": sequence,
        "resource": {"typeId": "order", "id": uuid(order_number)},
        "resourceVersion": 1,
        "type": kind,
    }
