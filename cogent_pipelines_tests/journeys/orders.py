"""Orders as a checkout takes them in; say only what is different."""

from typing import Any

LEEDS = {
    "first_name": "Ada",
    "last_name": "Fenwick",
    "address1": "4 Canal Yard",
    "city": "Leeds",
    "zip": "LS10 1LE",
    "country": "United Kingdom",
    "country_code": "GB",
    "phone": "+441632960000",
}


def an_order(*lines: tuple[str, int], **more: Any) -> dict[str, Any]:
    """(SKU, quantity) pairs, paid, VAT in the prices, to Leeds; `more` are fields of the checkout."""
    chosen = [{"sku": sku, "quantity": quantity} for sku, quantity in lines or (("TEE-S", 2),)]
    given = {
        "email": "ada.fenwick@example.com",
        "lines": chosen,
        "shipping": {"title": "Standard delivery", "code": "STANDARD", "price": "3.95"},
        "tax_rate": 0.2,
        "taxes_included": True,
        "shipping_address": LEEDS,
    }
    return given | more
