"""Orders, items and stock as SCAYLE's published models have them; each taker changes what its test is about."""

from typing import Any

from cogent_pipelines.adapters.storefronts.scayle.settings import ScayleSettings, ShopCountry

Json = dict[str, Any]

TOKEN = "key-0123456789"
DE = ShopCountry("ms", "DE")
SETTINGS = ScayleSettings(tenant="acme-live", access_token=TOKEN, shops=(DE,), warehouse="main", rate_limited=False)


def settings(**changes: Any) -> ScayleSettings:
    given = {"tenant": "acme-live", "access_token": TOKEN, "shops": (DE,), "warehouse": "main", "rate_limited": False}
    return ScayleSettings(**(given | changes))


def price(gross: int = 1190, **changes: Any) -> Json:
    net = round(gross / 1.19)
    given = {
        "withTax": gross,
        "withoutTax": net,
        "tax": {"vat": {"amount": gross - net, "rate": 0.19}},
        "undiscountedWithTax": gross,
        "undiscountedWithOutTax": net,
        "appliedReductions": [],
    }
    return given | changes


def reduction(minor: int, *, category: str = "voucher", **changes: Any) -> Json:
    return {"id": "1", "category": category, "type": "absolute", "amount": {"absoluteWithTax": minor}} | changes


def item(number: int = 1, *, sku: str = "TEE-S", **changes: Any) -> Json:
    given = {
        "id": number,
        "key": f"key-{number}",
        "variant": {"id": 70, "referenceKey": sku},
        "product": {"id": 9, "name": "Organic tee"},
        "price": price(),
        "currency": "EUR",
        "status": "delegated",
        "packageId": 45,
        "merchant": {"id": 1, "referenceKey": "default"},
        "createdAt": "2026-11-02T08:00:00+00:00",
        "delegatedAt": "2026-11-02T08:05:00+00:00",
    }
    return given | changes


def shipped(number: int, *, package: int = 45, **changes: Any) -> Json:
    return item(number, **{"status": "shipped", "shippedAt": "2026-11-02T08:40:00+00:00", "packageId": package} | changes)


def cancelled(number: int, **changes: Any) -> Json:
    return item(number, **{"status": "cancelled", "cancelledAt": "2026-11-02T08:30:00+00:00"} | changes)


def fee(gross: int = 200, **changes: Any) -> Json:
    given = {
        "category": "delivery",
        "key": "standard",
        "option": "deliveryCosts",
        "amount": {"withTax": gross, "withoutTax": round(gross / 1.19)},
        "tax": {"vat": {"amount": gross - round(gross / 1.19), "rate": 0.19}},
    }
    return given | changes


def package(number: int = 45, key: str = "", **changes: Any) -> Json:
    """One that was made before anything left; with a key it left under that."""
    given: Json = {"id": number, "deliveryStatus": "open", "carrierKey": "DHL_STD_NATIONAL"}
    if key:
        given |= {
            "shipmentKey": key,
            "tracking": {"id": key},
            "deliveryStatus": "shipment_completed",
            "shippedAt": "2026-11-02T08:40:00+00:00",
        }
    return given | changes


def address(**changes: Any) -> Json:
    given = {
        "street": "Domstrasse",
        "houseNumber": "10",
        "additional": "Hinterhaus",
        "zipCode": "20459",
        "city": "Hamburg",
        "countryCode": "DEU",
        "recipient": {"firstName": "Ada", "lastName": "Lovelace", "gender": "f", "type": "personal"},
    }
    return given | changes


def order(number: int = 901, **changes: Any) -> Json:
    """A delegated order of one item and its delivery, unless told otherwise."""
    items = changes.get("items", [item()])
    fees = [fee()]
    total = 1190 * len(items) + 200
    given = {
        "id": number,
        "referenceKey": f"ref-{number}",
        "publicKey": f"P-{number}",
        "status": "payment_reserved",
        "detailedStatus": {
            "order": {"code": "order_delegated", "name": "Delegiert"},
            "shipping": {"code": "shipping_open", "name": "Offen"},
            "billing": {"code": "billing_payment_pending", "name": "Zahlung reserviert"},
        },
        "currencyCode": "EUR",
        "createdAt": "2026-11-02T08:00:00+00:00",
        "confirmedAt": "2026-11-02T08:01:00+00:00",
        "updatedAt": "2026-11-02T08:05:00+00:00",
        "shopCountry": {"id": 5502, "shopKey": "ms", "countryCode": "DE"},
        "channel": {"id": 1, "key": "web"},
        "customer": {"id": 7, "email": "ada@example.com", "groups": ["vip"], "referenceKey": "C-7"},
        "address": {"billing": address(), "shipping": address()},
        "items": items,
        "packages": [package()],
        "payment": [{"key": "creditcard", "amount": total, "isGiftCard": False}],
        "cost": {"withTax": total, "withoutTax": round(total / 1.19), "appliedFees": fees, "tax": {"vat": {"amount": 222}}},
        "shipping": {"policy": "least_packages", "deliveryCosts": 200, "deliveryCostsWithoutDiscount": 200},
        "vouchers": [],
    }
    return given | changes


def state(code: str, *, billing: str = "billing_payment_pending") -> Json:
    return {"order": {"code": code, "name": ""}, "billing": {"code": billing, "name": ""}}


def stock(quantity: int, *, changed_at: str | None = "2026-11-02T08:00:00+00:00", **changes: Any) -> Json:
    given = {
        "quantity": quantity,
        "warehouseReferenceKey": "main",
        "changedAt": changed_at,
        "sellableWithoutStock": False,
        "merchantReferenceKey": "default",
        "expectedAvailabilityAt": None,
    }
    return given | changes


def product(number: int = 9, *, variants: list[Json] | None = None, **changes: Any) -> Json:
    given = {
        "id": number,
        "referenceKey": "TEE",
        "state": "live",
        "name": {"de_DE": "Blaues Shirt", "en_GB": "Blue shirt"},
        "variants": [variant()] if variants is None else variants,
    }
    return given | changes


def variant(number: int = 70, *, sku: str | None = "TEE-S", **changes: Any) -> Json:
    return {"id": number, "referenceKey": sku, "ean": "4006381333931", "merchantReferenceKeys": ["default"]} | changes
