"""Placing an order: what a checkout works out, once, from what the customer chose.

An order arrives as a mapping (the JSON of `POST /_sim/orders`):

    lines             [{sku or variant_id, quantity, price?, title?, discounts?, tax_lines?, tax_rate?,
                        requires_shipping?, taxable?, gift_card?, attributes?, group?, location?}]
    discounts         order-wide: [{amount or percentage, kind: code|automatic|manual, code or title}]
    shipping          [{title, code?, price, discounts?, tax_lines?, tax_rate?, carrier?}] or one of them
    tax_rate          for every taxable line without tax lines of its own; tax_title; taxes_included
    currency, rate    what the customer pays in, and how many of it one of the shop's money buys
    name, email, phone, note, tags, attributes, po_number, source_name, source_identifier, test
    shipping_address, billing_address, customer {first_name, last_name, email, phone, tags}
    company           {name, external_id, location {name, external_id}, contact {title}}: makes it a B2B order
    financial_status  paid (default), pending, authorized, partially_paid (with paid_amount), none
    created_at, processed_at

Prices are strings as people write them, in the currency the customer pays in; without a price the variant's own
holds. A line's discount without a code is the line's own; an order-wide one is spread over the lines by value.
"""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from cogent_pipelines.simulators.shopify import routing, stock
from cogent_pipelines.simulators.shopify.aftersale import Transaction
from cogent_pipelines.simulators.shopify.buyers import address_of, attributes_of, customer_of, purchaser_of
from cogent_pipelines.simulators.shopify.catalogue import Location, Variant
from cogent_pipelines.simulators.shopify.ids import ms_of
from cogent_pipelines.simulators.shopify.money import (
    Bag,
    Currencies,
    bag_of_presentment,
    digits,
    minor_units,
)
from cogent_pipelines.simulators.shopify.pricing import add_taxes, spread_discounts
from cogent_pipelines.simulators.shopify.records import Group, Line, Order, ShippingLine
from cogent_pipelines.simulators.shopify.shop import Shop

FIRST_NUMBER = 1001


class OutOfStock(Exception):
    """The checkout sells no more than is available (only with the switch `checkout_checks_stock`)."""


def place_orders(shop: Shop, specs: Iterable[Mapping[str, Any]]) -> list[Order | None]:
    """Place many; None stands for one the checkout refused for want of stock."""
    placed: list[Order | None] = []
    for spec in specs:
        try:
            placed.append(place_order(shop, spec))
        except OutOfStock:
            placed.append(None)
    return placed


def place_order(shop: Shop, spec: Mapping[str, Any]) -> Order:
    """Place one order, with its stock, its fulfilment orders and its webhooks."""
    with shop.lock:
        if not spec.get("lines"):
            raise ValueError("an order needs lines")
        if shop.switches.checkout_checks_stock:
            _check_stock(shop, spec)
        order = _open(shop, spec)
        _add_lines(shop, order, spec)
        _add_shipping(shop, order, spec)
        spread_discounts(shop, order, spec)
        add_taxes(shop, order, spec)
        order.original_total = order.total
        _pay(shop, order, spec)
        _file(shop, order)
        for line in order.lines:
            if line.ships:
                line.location = line.location or routing.location_for(shop, line)
                stock.commit(shop, line, line.quantity)
        shop.announce("orders/create", order)
        if order.financial_status == "PAID":
            shop.announce("orders/paid", order)
        routing.route_or_wait(shop, order)
        return order


def _check_stock(shop: Shop, spec: Mapping[str, Any]) -> None:
    wanted: dict[int, int] = {}
    for row in spec["lines"]:
        variant = _variant(shop, row)
        if variant and variant.item.tracked and variant.policy == "DENY":
            wanted[variant.id] = wanted.get(variant.id, 0) + int(row.get("quantity", 1))
    for variant_id, units in wanted.items():
        variant = shop.variants[variant_id]
        if sum(level.available for level in variant.item.levels.values()) < units:
            shop.refused_sales.append({"at": shop.now_ms(), "sku": variant.sku, "quantity": units})
            raise OutOfStock(f"{variant.sku}: {units} wanted")


def _open(shop: Shop, spec: Mapping[str, Any]) -> Order:
    sequence = len(shop.orders) + FIRST_NUMBER
    created = ms_of(spec["created_at"]) if spec.get("created_at") else shop.now_ms()
    presentment = spec.get("currency") or shop.currency
    currencies = shop.shared(Currencies(shop.currency, presentment, float(spec.get("rate", 1))))
    name = spec.get("name") or f"#{sequence}"
    order = Order(shop.numbers.next("Order"), sequence=sequence, name=name, currencies=currencies, created_at=created)
    # A back-dated order is news now all the same: a poll by updatedAt must find it.
    order.updated_at = order.indexed_at = max(created, shop.now_ms())
    order.processed_at = ms_of(spec["processed_at"]) if spec.get("processed_at") else created
    order.taxes_included = bool(spec.get("taxes_included", False))
    order.email = spec.get("email")
    order.phone = spec.get("phone")
    order.note = spec.get("note")
    order.tags = sorted(spec.get("tags") or [])
    order.attributes = attributes_of(spec.get("attributes"))
    order.po_number = spec.get("po_number")
    order.source_name = spec.get("source_name") or "web"
    order.source_identifier = spec.get("source_identifier")
    order.test = bool(spec.get("test", False))
    order.confirmation = "".join(shop.random.choices("ABCDEFGHJKLMNPQRSTUVWXYZ23456789", k=9))
    order.shipping = address_of(shop, spec.get("shipping_address"))
    order.billing = address_of(shop, spec.get("billing_address")) or order.shipping
    order.customer = customer_of(shop, spec)
    order.purchaser = purchaser_of(shop, spec, order.customer)
    return order


# ---- lines


def _variant(shop: Shop, row: Mapping[str, Any]) -> Variant | None:
    if row.get("variant_id"):
        return shop.variants.get(int(str(row["variant_id"]).rpartition("/")[2]))
    return shop.variant_by_sku(row["sku"]) if row.get("sku") else None


def _add_lines(shop: Shop, order: Order, spec: Mapping[str, Any]) -> None:
    groups: dict[str, Group] = {}
    for row in spec["lines"]:
        units = int(row.get("quantity", 1))
        if units < 1:
            raise ValueError(f"a line's quantity must be at least 1, not {units}")
        line = add_line(shop, order, row, variant=_variant(shop, row), units=units)
        if row.get("group"):
            line.group = _group(shop, groups, row["group"])


def add_line(shop: Shop, order: Order, row: Mapping[str, Any], *, variant: Variant | None, units: int) -> Line:
    """Put one line on an order, undiscounted and untaxed."""
    location = None
    if row.get("location"):
        location = _location_named(shop, row["location"])
    line = Line(
        shop.numbers.next("LineItem"),
        order,
        variant=variant,
        sku=variant.sku if variant and row.get("sku") in {None, variant.sku} else row.get("sku"),
        title=row.get("title") or (variant.product.title if variant else row.get("sku") or "Custom item"),
        quantity=units,
        price=shop.shared(_price(order.currencies, row, variant)),
        flags=_flags(row, variant),
        location=location,
    )
    line.attributes = attributes_of(row.get("attributes"))
    order.lines.append(line)
    shop.lines[line.id] = line
    return line


def _location_named(shop: Shop, name: str) -> Location:
    for location in shop.locations.values():
        if location.name == name:
            return location
    raise ValueError(f"no location is called {name}")


def _price(currencies: Currencies, row: Mapping[str, Any], variant: Variant | None) -> Bag:
    if row.get("price") is not None:
        return bag_of_presentment(minor_units(row["price"], currencies.presentment), currencies)
    shop_minor = variant.price if variant else 0
    if currencies.single:
        return Bag(shop_minor, shop_minor, currencies)
    value = Decimal(shop_minor).scaleb(-digits(currencies.shop)) * Decimal(str(currencies.rate))
    return Bag(shop_minor, minor_units(value, currencies.presentment), currencies)


def _flags(row: Mapping[str, Any], variant: Variant | None) -> int:
    ships = row.get("requires_shipping", variant.requires_shipping if variant else True)
    taxable = row.get("taxable", variant.taxable if variant else True)
    return (Line.SHIPS if ships else 0) | (Line.TAXABLE if taxable else 0) | (Line.GIFT_CARD if row.get("gift_card") else 0)


def _group(shop: Shop, groups: dict[str, Group], given: Mapping[str, Any]) -> Group:
    title = given["title"]
    if title not in groups:
        parent = shop.variant_by_sku(given["sku"]) if given.get("sku") else None
        groups[title] = Group(
            shop.numbers.next("LineItemGroup"),
            title,
            int(given.get("quantity", 1)),
            parent.id if parent else None,
            given.get("sku"),
            parent.product.id if parent else None,
            attributes_of(given.get("attributes")),
        )
    return groups[title]


def _add_shipping(shop: Shop, order: Order, spec: Mapping[str, Any]) -> None:
    given = spec.get("shipping") or []
    for row in [given] if isinstance(given, Mapping) else given:
        price = bag_of_presentment(minor_units(row.get("price", "0"), order.currencies.presentment), order.currencies)
        title = row.get("title") or "Standard"
        line = ShippingLine(
            shop.numbers.next("ShippingLine"),
            title=title,
            code=row.get("code", title),
            price=price,
            source=row.get("source") or "shopify",
            carrier=row.get("carrier"),
        )
        order.shipping_lines.append(line)


# ---- discounts


# ---- taxes and payment


def _pay(shop: Shop, order: Order, spec: Mapping[str, Any]) -> None:
    status = spec.get("financial_status") or "paid"
    amount = order.total
    if status == "none":
        return
    if status == "partially_paid":
        paid = minor_units(spec.get("paid_amount", "0"), order.currencies.presentment)
        kind, state, amount = "SALE", "SUCCESS", bag_of_presentment(paid, order.currencies)
    else:
        kinds = {"paid": ("SALE", "SUCCESS"), "pending": ("SALE", "PENDING"), "authorized": ("AUTHORIZATION", "SUCCESS")}
        if status not in kinds:
            raise ValueError(f"financial_status must be one of none, partially_paid, {', '.join(kinds)}, not {status}")
        kind, state = kinds[status]
    gateway = spec.get("gateway") or "bogus"
    transaction = Transaction(shop.numbers.next("OrderTransaction"), kind, state, amount, gateway, order.created_at)
    order.transactions.append(transaction)
    shop.transactions[transaction.id] = transaction


def _file(shop: Shop, order: Order) -> None:
    shop.orders[order.id] = order
    shop.orders_by_name[order.name] = order
