"""The filters that `query:` knows on each connection, and the keys it may be sorted by.

Filters of the vendor that the simulator holds no data for match nothing rather than everything.
"""

from collections.abc import Callable, Mapping
from typing import Any

from cogent_pipelines.simulators.common.words import words
from cogent_pipelines.simulators.shopify.graph.fields_catalogue import handle_of, sellable
from cogent_pipelines.simulators.shopify.graph.paging import SortKey
from cogent_pipelines.simulators.shopify.graph.search import Field
from cogent_pipelines.simulators.shopify.records import Order
from cogent_pipelines.simulators.shopify.shop import Shop

Read = Callable[[Any], Any]


def _text(read: Read) -> Field:
    return Field(read)


def _number(read: Read) -> Field:
    return Field(read, "number")


def _time(read: Read) -> Field:
    return Field(read, "time")


NOTHING = Field(lambda _: None)


def indexed_updated_at(shop: Shop) -> Callable[[Order], int | None]:
    """Give the updatedAt that the search index knows; None while a new order is not in it yet."""

    def read(order: Order) -> int | None:
        delay = shop.switches.search_delay_seconds
        if delay <= 0 or order.updated_at <= shop.now_ms() - delay * 1000:
            return order.updated_at
        return order.indexed_at if order.indexed_at < order.updated_at else None

    return read


def _units(order: Order) -> int:
    return sum(line.quantity for line in order.lines)


def _paid(*names: str) -> Callable[[Any], bool]:
    return lambda order: order.financial_status in names


FINANCIAL = {
    "paid": _paid("PAID"),
    "pending": _paid("PENDING"),
    "authorized": _paid("AUTHORIZED"),
    "partially_paid": _paid("PARTIALLY_PAID"),
    "partially_refunded": _paid("PARTIALLY_REFUNDED"),
    "refunded": _paid("REFUNDED"),
    "voided": _paid("VOIDED"),
    "expired": _paid("EXPIRED"),
    "unpaid": _paid("PENDING", "AUTHORIZED", "PARTIALLY_PAID", "EXPIRED"),
    "any": lambda _: True,
}


def _sent(*names: str) -> Callable[[Any], bool]:
    return lambda order: order.fulfilment_status in names


FULFILMENT = {
    "unshipped": _sent("UNFULFILLED", "IN_PROGRESS", "ON_HOLD", "SCHEDULED"),
    "unfulfilled": _sent("UNFULFILLED", "IN_PROGRESS", "ON_HOLD", "SCHEDULED", "PARTIALLY_FULFILLED"),
    "shipped": _sent("FULFILLED"),
    "fulfilled": _sent("FULFILLED"),
    "partial": _sent("PARTIALLY_FULFILLED"),
    "scheduled": _sent("SCHEDULED"),
    "on_hold": _sent("ON_HOLD"),
    "request_declined": _sent("REQUEST_DECLINED"),
    "any": lambda _: True,
}
STATUS = {
    "open": lambda order: not order.closed and order.cancelled_at is None,
    "closed": lambda order: order.closed and order.cancelled_at is None,
    "cancelled": lambda order: order.cancelled_at is not None,
    "not_closed": lambda order: not order.closed,
    "any": lambda _: True,
}


def order_filters(shop: Shop) -> Mapping[str, Field]:
    known = {
        "id": _number(lambda o: o.id),
        "name": Field(lambda o: [o.name, o.name.lstrip("#")]),
        "created_at": _time(lambda o: o.created_at),
        "processed_at": _time(lambda o: o.processed_at),
        "updated_at": _time(indexed_updated_at(shop)),
        "status": Field(lambda o: o, "any", STATUS),
        "financial_status": Field(lambda o: o, "any", FINANCIAL),
        "fulfillment_status": Field(lambda o: o, "any", FULFILMENT),
        "return_status": Field(lambda o: o, "any", {"no_return": lambda _: True, "returned": lambda _: False}),
        "tag": _text(lambda o: o.tags),
        "sku": _text(lambda o: [line.sku for line in o.lines if line.sku]),
        "email": _text(lambda o: o.email),
        "po_number": _text(lambda o: o.po_number),
        "source_name": _text(lambda o: o.source_name),
        "sales_channel": _text(lambda o: o.source_name),
        "source_identifier": _text(lambda o: o.source_identifier),
        "confirmation_number": _text(lambda o: o.confirmation),
        "customer_id": _number(lambda o: o.customer.id if o.customer else None),
        "discount_code": _text(lambda o: [d.label for d in o.discounts if d.kind == "code"]),
        "gateway": _text(lambda o: [t.gateway for t in o.transactions]),
        "current_total_price": _number(lambda o: o.current_total.shop / 100),
        "subtotal_line_items_quantity": _number(_units),
        "test": Field(lambda o: o.test, "flag"),
        "fulfillment_location_id": Field(lambda o: [str(p.location.id) for p in o.fulfilment_orders]),
        "reference_location_id": Field(lambda o: [str(p.location.id) for p in o.fulfilment_orders]),
        "delivery_method": _text(lambda o: [p.method.lower() for p in o.fulfilment_orders]),
        "tag_not": Field(lambda o: o.tags, "absent"),
    }
    unheld = (
        "cart_token channel channel_id chargeback_status checkout_token credit_card_last4 fraud_protection_level "
        "location_id payment_id payment_provider_id risk_level total_weight"
    )
    return {**dict.fromkeys(unheld.split(), NOTHING), **known}


ORDER_WORDS = ("name", "email", "sku")

ORDER_SORTS: Mapping[str, SortKey] = {
    "ID": lambda o: o.id,
    "RELEVANCE": lambda o: o.id,
    "CREATED_AT": lambda o: o.created_at,
    "PROCESSED_AT": lambda o: o.processed_at,
    "UPDATED_AT": lambda o: o.updated_at,
    "ORDER_NUMBER": lambda o: o.number,
    "TOTAL_PRICE": lambda o: o.total.shop,
    "CURRENT_TOTAL_PRICE": lambda o: o.current_total.shop,
    "TOTAL_ITEMS_QUANTITY": _units,
    "FINANCIAL_STATUS": lambda o: o.financial_status or "",
    "FULFILLMENT_STATUS": lambda o: o.fulfilment_status,
    "PO_NUMBER": lambda o: o.po_number or "",
    "CUSTOMER_NAME": lambda o: (o.customer.last_name or "") if o.customer else "",
    "DESTINATION": lambda o: (o.shipping.country or "") if o.shipping else "",
}

PART_FILTERS: Mapping[str, Field] = {
    "id": _number(lambda p: p.id),
    "status": Field(lambda p: p.status),
    "updated_at": _time(lambda p: p.updated_at),
    "assigned_location_id": _number(lambda p: p.location.id),
}
PART_SORTS: Mapping[str, SortKey] = {"ID": lambda p: p.id, "UPDATED_AT": lambda p: p.updated_at}

ITEM_FILTERS: Mapping[str, Field] = {
    "id": _number(lambda i: i.id),
    "sku": _text(lambda i: i.variant.sku),
    "created_at": _time(lambda i: i.created_at),
    "updated_at": _time(lambda i: max([i.updated_at, *(level.updated_at for level in i.levels.values())])),
}

VARIANT_FILTERS: Mapping[str, Field] = {
    **dict.fromkeys(
        words(
            "collection delivery_profile_id exclude_composite exclude_variants_with_components gift_card managed",
            "managed_by product_publication_status publishable_status published_status",
        ),
        NOTHING,
    ),
    "id": _number(lambda v: v.id),
    "sku": _text(lambda v: v.sku),
    "barcode": _text(lambda v: v.barcode),
    "title": _text(lambda v: [v.title, v.product.title]),
    "product_id": _number(lambda v: v.product.id),
    "product_ids": Field(lambda v: [str(v.product.id)]),
    "product_status": _text(lambda v: v.product.status),
    "product_type": _text(lambda v: v.product.product_type),
    "vendor": _text(lambda v: v.product.vendor),
    "tag": _text(lambda v: v.product.tags),
    "taxable": Field(lambda v: v.taxable, "flag"),
    "requires_components": Field(lambda v: bool(v.components), "flag"),
    "inventory_quantity": _number(lambda v: sellable(v.item)),
    "location_id": Field(lambda v: [str(number) for number in v.item.levels]),
    "updated_at": _time(lambda v: v.updated_at),
}
VARIANT_WORDS = ("sku", "title", "barcode")
VARIANT_SORTS: Mapping[str, SortKey] = {
    "ID": lambda v: v.id,
    "RELEVANCE": lambda v: v.id,
    "POSITION": lambda v: v.product.variants.index(v),
    "SKU": lambda v: v.sku or "",
    "TITLE": lambda v: v.title,
    "NAME": lambda v: v.product.title,
    "FULL_TITLE": lambda v: f"{v.product.title} - {v.title}",
    "INVENTORY_QUANTITY": lambda v: sellable(v.item),
}

PRODUCT_FILTERS: Mapping[str, Field] = {
    **dict.fromkeys(
        words(
            "bundles category_id collection_id combined_listing_role delivery_profile_id error_feedback gift_card",
            "has_only_composites has_variant_with_components is_price_reduced out_of_stock_somewhere",
            "product_configuration_owner product_publication_status publication_ids publishable_status",
            "published_status",
        ),
        NOTHING,
    ),
    "id": _number(lambda p: p.id),
    "title": _text(lambda p: p.title),
    "handle": _text(lambda p: handle_of(p.title)),
    "vendor": _text(lambda p: p.vendor),
    "product_type": _text(lambda p: p.product_type),
    "status": _text(lambda p: p.status),
    "tag": _text(lambda p: p.tags),
    "tag_not": Field(lambda p: p.tags, "absent"),
    "sku": _text(lambda p: [v.sku for v in p.variants if v.sku]),
    "barcode": _text(lambda p: [v.barcode for v in p.variants if v.barcode]),
    "variant_id": Field(lambda p: [str(v.id) for v in p.variants]),
    "variant_title": _text(lambda p: [v.title for v in p.variants]),
    "inventory_total": _number(lambda p: sum(sellable(v.item) for v in p.variants)),
    "price": _number(lambda p: p.variants[0].price / 100),
    "tracks_inventory": Field(lambda p: any(v.item.tracked for v in p.variants), "flag"),
    "has_only_default_variant": Field(lambda p: len(p.variants) == 1, "flag"),
    "created_at": _time(lambda p: p.created_at),
    "published_at": _time(lambda p: p.created_at),
    "updated_at": _time(lambda p: p.updated_at),
}
PRODUCT_WORDS = ("title", "vendor", "sku")
PRODUCT_SORTS: Mapping[str, SortKey] = {
    "ID": lambda p: p.id,
    "RELEVANCE": lambda p: p.id,
    "TITLE": lambda p: p.title,
    "VENDOR": lambda p: p.vendor,
    "PRODUCT_TYPE": lambda p: p.product_type,
    "CREATED_AT": lambda p: p.created_at,
    "PUBLISHED_AT": lambda p: p.created_at,
    "UPDATED_AT": lambda p: p.updated_at,
    "INVENTORY_TOTAL": lambda p: sum(sellable(v.item) for v in p.variants),
}

LOCATION_FILTERS: Mapping[str, Field] = {
    **dict.fromkeys(["geolocated", "legacy", "pickup_in_store"], NOTHING),
    "id": _number(lambda place: place.id),
    "location_id": _number(lambda place: place.id),
    "name": _text(lambda place: place.name),
    "active": Field(lambda place: place.active, "flag"),
    "city": _text(lambda place: place.address.get("city")),
    "country": _text(lambda place: place.address.get("country")),
    "province": _text(lambda place: place.address.get("province")),
    "zip": _text(lambda place: place.address.get("zip")),
    "address1": _text(lambda place: place.address.get("address1")),
    "created_at": _time(lambda place: place.created_at),
}
CUSTOMER_FILTERS: Mapping[str, Field] = {
    "id": _number(lambda c: c.id),
    "email": _text(lambda c: c.email),
    "first_name": _text(lambda c: c.first_name),
    "last_name": _text(lambda c: c.last_name),
    "phone": _text(lambda c: c.phone),
    "tag": _text(lambda c: c.tags),
    "customer_date": _time(lambda c: c.created_at),
    "updated_at": _time(lambda c: c.created_at),
}
WEBHOOK_FILTERS: Mapping[str, Field] = {
    "id": _number(lambda w: w.id),
    "created_at": _time(lambda w: w.created_at),
    "updated_at": _time(lambda w: w.updated_at),
}
