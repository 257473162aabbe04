"""Orders as the Admin API writes them: money in minor units, addresses alpha-3, tax as a fraction.

What has no value is left out, as in the vendor's examples; custom data is there only where it was asked for.
"""

from collections.abc import Collection
from typing import Any

from cogent_pipelines.simulators.scayle.records import Customer, Item, ItemState, Order, OrderState, Package, ShopCountry
from cogent_pipelines.simulators.scayle.switches import Switches
from cogent_pipelines.simulators.scayle.times import iso

# Which overall status goes with which state: PENDED to DELEGATED as the Panel labels them, the rest inferred.
OVERALL = {
    OrderState.PENDED: "payment_pending",
    OrderState.CONFIRMED: "payment_reserved",
    OrderState.DELEGATED: "payment_reserved",
    OrderState.SHIPPED: "invoice_partially_completed",
    OrderState.INVOICED: "invoice_completed",
    OrderState.ABORTED: "cancellation_pending",
    OrderState.CANCELLED: "cancellation_completed",
}
ITEM_WORDS = {
    "api": {
        ItemState.OPEN: "available",
        ItemState.DELEGATED: "deliverable",
        ItemState.SHIPPED: "delivered",
        ItemState.OUT_OF_STOCK: "unavailable",
        ItemState.UNSHIPPABLE: "undeliverable",
        ItemState.CANCELLED: "cancelled",
        ItemState.RETURNED: "returned",
    },
    "webhook": {
        ItemState.OPEN: "confirmed",
        ItemState.DELEGATED: "delegated",
        ItemState.SHIPPED: "shipped",
        ItemState.OUT_OF_STOCK: "unavailable",
        ItemState.UNSHIPPABLE: "undeliverable",
        ItemState.CANCELLED: "cancelled",
        ItemState.RETURNED: "returned",
    },
}


def overall_status(order: Order, switches: Switches) -> str:
    if order.state in {OrderState.CONFIRMED, OrderState.DELEGATED} and any(item.left for item in order.items):
        return "invoice_partially_completed"
    if order.state is OrderState.INVOICED and any(item.gone for item in order.items):
        return switches.partly_cancelled_status
    return OVERALL[order.state]


def detailed_codes(order: Order) -> dict[str, str]:
    return {"order": f"order_{order.state.value}", "shipping": _shipping(order), "billing": _billing(order)}


def _shipping(order: Order) -> str:
    live = [item for item in order.items if not item.gone]
    if not live:
        return "shipping_cancelled"
    if any(item.state is ItemState.RETURNED for item in live):
        return "shipping_partially_returned"
    if order.undeliverable:
        return "shipping_undeliverable"
    if order.force_closed or all(item.left for item in live):
        return "shipping_delivered"
    if any(item.left for item in live):
        return "shipping_partially_delivered"
    return "shipping_ordered" if order.state is OrderState.DELEGATED else "shipping_open"


def _billing(order: Order) -> str:
    if order.billing_override:
        return order.billing_override
    if order.state is OrderState.PENDED:
        return "billing_pending"
    if order.state in {OrderState.ABORTED, OrderState.CANCELLED}:
        return "billing_payment_cancelled"
    left = [item for item in order.items if item.left]
    if left and all(item.state is ItemState.RETURNED for item in left):
        return "billing_refunded"
    return "billing_completed" if order.state is OrderState.INVOICED else "billing_payment_pending"


def status_json(order: Order, switches: Switches) -> dict[str, Any]:
    detailed = {part: {"code": code, "name": _label(code)} for part, code in detailed_codes(order).items()}
    return {"status": overall_status(order, switches), "detailedStatus": detailed}


def _label(code: str) -> str:
    return code.partition("_")[2].replace("_", " ").capitalize()


def order_json(order: Order, switches: Switches, wanted: Collection[str] = ()) -> dict[str, Any]:
    """Write one order; `wanted` names the nested custom data that was asked for (`with=`)."""
    found: dict[str, Any] = {
        "id": order.id,
        "referenceKey": order.reference_key,
        "publicKey": order.public_key,
        "basketKey": f"basket-{order.id}",
        **status_json(order, switches),
        "currencyCode": order.shop_country.currency,
        "createdAt": iso(order.created_at),
        "updatedAt": iso(order.updated_at),
        "shopCountry": shop_country_json(order.shop_country),
        "customer": customer_json(order.customer, wanted),
        "address": {"billing": order.billing, "shipping": order.shipping},
        "contacts": [],
        "items": [item_json(item, switches, wanted) for item in order.items],
        "packages": [package_json(package, order) for package in order.packages],
        "payment": [_payment(order)],
        "cost": cost_json(order),
        "shipping": _shipping_json(order),
        "vouchers": _vouchers(order),
    }
    for name, moment in (("confirmedAt", order.confirmed_at), ("invoicedAt", order.invoiced_at)):
        if moment is not None:
            found[name] = iso(moment)
    if "legacyCustomData" in wanted:
        found["legacyCustomData"] = order.custom
    return found


def shop_country_json(row: ShopCountry) -> dict[str, Any]:
    return {
        "id": row.id,
        "shopKey": row.shop_key,
        "countryCode": row.country,
        "defaultLanguageCode": row.language,
        "supportedLanguageCodes": [row.language],
        "priceGroupKey": None,
        "url": f"https://{row.shop_key}-{row.country.lower()}.example.com",
        "active": True,
        "currencyCode": row.currency,
        "deleted": False,
    }


def customer_json(customer: Customer, wanted: Collection[str] = ()) -> dict[str, Any]:
    found: dict[str, Any] = {
        "id": customer.id,
        "referenceKey": customer.reference_key,
        "publicKey": customer.public_key,
        "email": customer.email,
        "firstName": customer.first_name,
        "lastName": customer.last_name,
        "type": "organization" if customer.company else "personal",
        "groups": [],
        "status": {"isActive": True, "isGuestCustomer": False},
        "createdAt": iso(customer.created_at),
        "updatedAt": iso(customer.updated_at),
    }
    if customer.phone:
        found["phone"] = customer.phone
    if customer.company:
        found["company"] = {"id": customer.id, "name": customer.company}
    if "customer.legacyCustomData" in wanted:
        found["legacyCustomData"] = customer.custom
    return found


def item_json(item: Item, switches: Switches, wanted: Collection[str] = ()) -> dict[str, Any]:
    found: dict[str, Any] = {
        "id": item.id,
        "key": item.key,
        "status": ITEM_WORDS[switches.item_status_words][item.state],
        "currency": item.order.shop_country.currency,
        "price": _price(item),
        "product": {"id": item.variant.product.id, "name": item.variant.product.name},
        "variant": {
            "id": item.variant.id,
            "referenceKey": item.variant.key,
            "stock": {"supplierId": item.stock.merchant.id},
        },
        "merchant": {"id": item.stock.merchant.id, "referenceKey": item.stock.merchant.key},
        "warehouseId": item.stock.warehouse.id,
        "packageId": item.package.id,
        "createdAt": iso(item.created_at),
        "updatedAt": iso(item.updated_at),
    }
    for name, moment in (
        ("delegatedAt", item.delegated_at),
        ("shippedAt", item.shipped_at),
        ("cancelledAt", item.cancelled_at),
        ("returnedAt", item.returned_at),
    ):
        if moment is not None:
            found[name] = iso(moment)
    if "items.legacyCustomData" in wanted:
        found["legacyCustomData"] = item.custom
    return found


def _price(item: Item) -> dict[str, Any]:
    rate = item.order.shop_country.vat
    found: dict[str, Any] = {
        "withTax": item.with_tax,
        "withoutTax": item.without_tax,
        "tax": {"vat": {"amount": item.with_tax - item.without_tax, "rate": rate}},
        "undiscountedWithTax": item.undiscounted,
        # Spelt so (order model, read 2026-11).
        "undiscountedWithOutTax": round(item.undiscounted / (1 + round(rate, 3))),
        "overrideWithTax": 0,
        "overrideWithoutTax": 0,
        "appliedReductions": item.reductions,
    }
    return found


def package_json(package: Package, order: Order) -> dict[str, Any]:
    found: dict[str, Any] = {
        "id": package.id,
        "deliveryStatus": "open" if package.shipped_at is None else "shipment_completed",
    }
    if package.carrier_key:
        found["carrierKey"] = package.carrier_key
    if package.shipped_at is not None:
        found["shipmentKey"] = package.shipment_key
        found["tracking"] = {"id": package.shipment_key}
        found["shippedAt"] = iso(package.left_at or package.shipped_at)
    if package.return_ident_code:
        found["returnIdentCode"] = package.return_ident_code
    if order.confirmed_at is not None:
        day = order.confirmed_at.date().isoformat()
        found["deliveryDate"] = {"minimum": day, "maximum": day}
    return found


def _payment(order: Order) -> dict[str, Any]:
    return {
        "key": "creditcard",
        "amount": order.value_minor,
        "transactionKey": f"creditcard-{order.id}",
        "data": {},
        "isGiftCard": False,
    }


def cost_json(order: Order) -> dict[str, Any]:
    rate = order.shop_country.vat
    delivery_net = round(order.shipping_minor / (1 + round(rate, 3)))
    gross = order.value_minor
    without = sum(item.without_tax for item in order.items) + delivery_net
    found: dict[str, Any] = {
        "withTax": gross,
        "withoutTax": without,
        "tax": {"vat": {"amount": gross - without}},
        "appliedFees": [],
        "appliedReductions": [],
        "costCapture": gross,
        "withTaxWithMembershipDiscountWithoutServiceCosts": gross - order.shipping_minor,
        "withoutTaxWithMembershipDiscount": without,
        "hasExternalPrices": False,
    }
    if order.shipping_minor:
        found["appliedFees"].append(
            {
                "category": "delivery",
                "key": "least_packages",
                "option": "deliveryCosts",
                "amount": {"withTax": order.shipping_minor, "withoutTax": delivery_net},
                "tax": {"vat": {"amount": order.shipping_minor - delivery_net, "rate": rate}},
            }
        )
    return found


def _shipping_json(order: Order) -> dict[str, Any]:
    return {
        "policy": "least_packages",
        "deliveryCosts": order.shipping_minor,
        "deliveryCostsWithoutDiscount": order.shipping_minor,
        "expressDeliveryCosts": 0,
        "expressDeliveryCostsWithoutDiscount": 0,
    }


def _vouchers(order: Order) -> list[dict[str, Any]]:
    reduced = [item for item in order.items if item.reductions]
    if not reduced:
        return []
    applicable = [{"isApplied": bool(item.reductions), "key": item.key} for item in order.items]
    value = sum(item.undiscounted - item.with_tax for item in reduced)
    return [
        {
            "id": order.id,
            "voucherId": order.id,
            "code": "THANKYOU",
            "type": "absolute",
            "value": value,
            "applicableItems": applicable,
        }
    ]
