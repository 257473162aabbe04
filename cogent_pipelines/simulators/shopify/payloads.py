"""Webhook bodies: the older, REST-shaped JSON of the same records (snake_case, numeric ids, prices as strings).

No recording of a webhook body was at hand, so the shapes follow the vendor's REST resources; a client should take no
more from a body than the ids and `updated_at`, and read the rest by GraphQL.
"""

from collections.abc import Callable
from typing import Any

from cogent_pipelines.simulators.shopify.aftersale import Refund
from cogent_pipelines.simulators.shopify.catalogue import Level
from cogent_pipelines.simulators.shopify.ids import gid, iso
from cogent_pipelines.simulators.shopify.money import Bag, digits
from cogent_pipelines.simulators.shopify.parcels import Fulfilment, FulfilmentOrder
from cogent_pipelines.simulators.shopify.people import Address
from cogent_pipelines.simulators.shopify.records import Line, Order, ShippingLine, Tax


def payload_of(record: object) -> dict[str, Any]:
    for kind, build in BUILDERS.items():
        if isinstance(record, kind):
            return build(record)
    raise TypeError(f"no webhook body for a {type(record).__name__}")


def _amount(minor: int, currency: str) -> str:
    places = digits(currency)
    whole, part = divmod(abs(minor), 10**places)
    text = f"{whole}.{str(part).rjust(places, '0')}" if places else str(whole)
    return f"-{text}" if minor < 0 else text


def _price(bag: Bag) -> str:
    return _amount(bag.shop, bag.currencies.shop)


def _price_set(bag: Bag) -> dict[str, Any]:
    return {
        "shop_money": {"amount": _price(bag), "currency_code": bag.currencies.shop},
        "presentment_money": {
            "amount": _amount(bag.presentment, bag.currencies.presentment),
            "currency_code": bag.currencies.presentment,
        },
    }


def _tax(tax: Tax) -> dict[str, Any]:
    return {"title": tax.title, "rate": tax.rate, "price": _price(tax.amount), "price_set": _price_set(tax.amount)}


def _address(address: Address | None) -> dict[str, Any] | None:
    if address is None:
        return None
    return {
        "first_name": address.first_name,
        "last_name": address.last_name,
        "name": " ".join(part for part in (address.first_name, address.last_name) if part),
        "company": address.company,
        "address1": address.address1,
        "address2": address.address2,
        "city": address.city,
        "province": address.province,
        "province_code": address.province_code,
        "zip": address.zip,
        "country": address.country,
        "country_code": address.country_code,
        "phone": address.phone,
    }


def _line(line: Line) -> dict[str, Any]:
    return {
        "id": line.id,
        "admin_graphql_api_id": gid("LineItem", line.id),
        "variant_id": line.variant.id if line.variant else None,
        "product_id": line.variant.product.id if line.variant else None,
        "sku": line.sku,
        "title": line.title,
        "name": line.title,
        "quantity": line.quantity,
        "current_quantity": line.current_quantity,
        "fulfillable_quantity": line.unfulfilled_quantity,
        "fulfillment_status": None if line.fulfilled == 0 else "partial" if line.unfulfilled_quantity else "fulfilled",
        "price": _price(line.price),
        "price_set": _price_set(line.price),
        "total_discount": "0.00",
        "requires_shipping": line.ships,
        "taxable": line.taxable,
        "gift_card": line.gift_card,
        "properties": [{"name": row.key, "value": row.value} for row in line.attributes],
        "tax_lines": [_tax(tax) for tax in line.taxes],
        "discount_allocations": [
            {
                "amount": _price(row.amount),
                "amount_set": _price_set(row.amount),
                "discount_application_index": row.discount.place,
            }
            for row in line.allocations
        ],
    }


def _shipping_line(line: ShippingLine) -> dict[str, Any]:
    return {
        "id": line.id,
        "title": line.title,
        "code": line.code,
        "source": line.source,
        "price": _price(line.price),
        "discounted_price": _price(line.net),
        "tax_lines": [_tax(tax) for tax in line.taxes],
    }


def order_payload(order: Order) -> dict[str, Any]:
    fulfilment = {"FULFILLED": "fulfilled", "PARTIALLY_FULFILLED": "partial"}.get(order.fulfilment_status)
    financial = order.financial_status
    return {
        "id": order.id,
        "admin_graphql_api_id": gid("Order", order.id),
        "name": order.name,
        "number": order.number - 1000,
        "order_number": order.number,
        "email": order.email,
        "phone": order.phone,
        "created_at": iso(order.created_at),
        "processed_at": iso(order.processed_at),
        "updated_at": iso(order.updated_at),
        "cancelled_at": None if order.cancelled_at is None else iso(order.cancelled_at),
        "cancel_reason": order.cancel_reason.lower() if order.cancel_reason else None,
        "closed_at": None if order.closed_at is None else iso(order.closed_at),
        "confirmation_number": order.confirmation,
        "currency": order.currencies.shop,
        "presentment_currency": order.currencies.presentment,
        "financial_status": financial.lower() if financial else None,
        "fulfillment_status": fulfilment,
        "taxes_included": order.taxes_included,
        "total_price": _price(order.total),
        "total_price_set": _price_set(order.total),
        "current_total_price": _price(order.current_total),
        "subtotal_price": _price(order.subtotal),
        "total_tax": _price(order.tax),
        "total_discounts": _price(order.discounted),
        "tags": ", ".join(order.tags),
        "note": order.note,
        "note_attributes": [{"name": row.key, "value": row.value} for row in order.attributes],
        "po_number": order.po_number,
        "source_name": order.source_name,
        "test": order.test,
        "customer": {"id": order.customer.id, "email": order.customer.email} if order.customer else None,
        "shipping_address": _address(order.shipping),
        "billing_address": _address(order.billing),
        "line_items": [_line(line) for line in order.lines],
        "shipping_lines": [_shipping_line(line) for line in order.shipping_lines],
        "fulfillments": [fulfilment_payload(parcel) for parcel in order.fulfilments],
        "refunds": [refund_payload(refund) for refund in order.refunds],
    }


def fulfilment_payload(parcel: Fulfilment) -> dict[str, Any]:
    return {
        "id": parcel.id,
        "admin_graphql_api_id": gid("Fulfillment", parcel.id),
        "order_id": parcel.order.id,
        "name": parcel.name.replace("-F", "."),
        "status": parcel.status.lower(),
        "shipment_status": parcel.events[-1].status.lower() if parcel.events else None,
        "location_id": parcel.location.id,
        "created_at": iso(parcel.created_at),
        "updated_at": iso(parcel.updated_at),
        "tracking_company": parcel.tracking[0].company if parcel.tracking else None,
        "tracking_number": parcel.tracking[0].number if parcel.tracking else None,
        "tracking_numbers": [row.number for row in parcel.tracking if row.number],
        "tracking_urls": [row.url for row in parcel.tracking if row.url],
        "line_items": [{**_line(row.part.line), "quantity": row.quantity} for row in parcel.lines],
    }


def refund_payload(refund: Refund) -> dict[str, Any]:
    return {
        "id": refund.id,
        "admin_graphql_api_id": gid("Refund", refund.id),
        "order_id": refund.order.id,
        "created_at": iso(refund.created_at),
        "processed_at": iso(refund.created_at),
        "note": refund.note,
        "refund_line_items": [
            {
                "id": row.id,
                "line_item_id": row.line.id,
                "quantity": row.quantity,
                "restock_type": row.restock_type.lower(),
                "subtotal": _price(row.subtotal),
                "total_tax": _price(row.tax),
            }
            for row in refund.lines
        ],
        "transactions": [
            {"id": row.id, "kind": row.kind.lower(), "amount": _price(row.amount), "status": row.status.lower()}
            for row in refund.transactions
        ],
    }


def _part_payload(part: FulfilmentOrder) -> dict[str, Any]:
    return {
        "fulfillment_order": {"id": gid("FulfillmentOrder", part.id), "status": part.status.lower()},
        "order_id": part.order.id,
    }


def _level_payload(level: Level) -> dict[str, Any]:
    return {
        "inventory_item_id": level.item.id,
        "location_id": level.location.id,
        "available": level.available,
        "updated_at": iso(level.updated_at),
        "admin_graphql_api_id": f"gid://shopify/InventoryLevel/{level.id}?inventory_item_id={level.item.id}",
    }


BUILDERS: dict[type, Callable[[Any], dict[str, Any]]] = {
    Order: order_payload,
    Fulfilment: fulfilment_payload,
    Refund: refund_payload,
    FulfilmentOrder: _part_payload,
    Level: _level_payload,
}
