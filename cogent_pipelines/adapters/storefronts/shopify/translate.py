"""A whole order of Shopify's JSON as a canonical order. Pure; what could not be read is named by `shape`."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from cogent_pipelines.adapters.storefronts.shopify.ids import reference
from cogent_pipelines.adapters.storefronts.shopify.money import add_up, bag, zero_like
from cogent_pipelines.adapters.storefronts.shopify.owed import WAITING, Owed, owed_of
from cogent_pipelines.adapters.storefronts.shopify.settings import OrderName
from cogent_pipelines.adapters.storefronts.shopify.shape import ORDER, fault_in
from cogent_pipelines.adapters.storefronts.shopify.times import time_of
from cogent_pipelines.canonical.address import Address
from cogent_pipelines.canonical.identity import Attribute, LineRef, OrderRef, Sku
from cogent_pipelines.canonical.money import MoneyBag
from cogent_pipelines.canonical.order import B2BBuyer, Discount, Order, OrderLine, PaymentState, ShippingLine, TaxLine
from cogent_pipelines.ports.errors import VendorRefused

Json = dict[str, Any]

_PAYMENT = {
    "AUTHORIZED": PaymentState.AUTHORISED,
    "EXPIRED": PaymentState.EXPIRED,
    "PAID": PaymentState.PAID,
    "PARTIALLY_PAID": PaymentState.PARTLY_PAID,
    "PARTIALLY_REFUNDED": PaymentState.PARTLY_REFUNDED,
    "PENDING": PaymentState.PENDING,
    "REFUNDED": PaymentState.REFUNDED,
    "VOIDED": PaymentState.VOIDED,
}


def order_of(node: Json, *, name: OrderName = OrderName.NAME, locations: frozenset[str] = frozenset()) -> Order:
    """Translate one order with all its pages put together.

    Raises:
        VendorRefused: a field is missing or of another kind than published; the message names it and the order.
    """
    try:
        return _order(node, name, locations)
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        fault = fault_in(node, ORDER) or f"{type(error).__name__}: {error}"
        label = node.get("name") or node.get("id") or "without a name"
        raise VendorRefused(f"order {label} cannot be read: {fault}", operation="orders") from error


def _order(node: Json, name: OrderName, locations: frozenset[str]) -> Order:
    owed = owed_of(node["fulfillmentOrders"]["nodes"], locations)
    total = bag(node["totalPriceSet"])
    nothing = zero_like(total)
    cancelled = node["cancelledAt"]
    lines = tuple([_line(line, owed, cancelled=cancelled is not None) for line in node["lineItems"]["nodes"]])
    shipping = tuple([_shipping(line) for line in node["shippingLines"]["nodes"] if not line["isRemoved"]])
    ref = reference(node["id"])
    return Order(
        ref=OrderRef(ref),
        name=ref if name is OrderName.ID else node["name"],
        created_at=time_of(node["createdAt"]),
        # A hold or its release moves only the fulfilment order's time, and is a newer state of the order all the same.
        version=max([time_of(node["updatedAt"]), *owed.changes]),
        payment=_PAYMENT.get(node["displayFinancialStatus"] or "", PaymentState.UNKNOWN),
        taxes_included=_truth(node["taxesIncluded"]),
        total=total,
        subtotal=_bag_or(node["subtotalPriceSet"], add_up([line.line_total for line in lines], nothing)),
        shipping_total=add_up([line.price for line in shipping], nothing),
        tax_total=_bag_or(node["totalTaxSet"], nothing),
        discount_total=_bag_or(node["totalDiscountsSet"], nothing),
        lines=lines,
        shipping_lines=shipping,
        taxes=_taxes(node["taxLines"]),
        shipping_address=_address(node["shippingAddress"]),
        billing_address=_address(node["billingAddress"]),
        email=node["email"] or "",
        phone=node["phone"] or "",
        note=node["note"] or "",
        purchase_order_number=node["poNumber"] or "",
        buyer=_buyer(node["purchasingEntity"]),
        source=node["sourceName"] or "",
        tags=tuple(node["tags"]),
        attributes=_attributes(node["customAttributes"]),
        cancelled_at=time_of(cancelled) if cancelled else None,
        cancel_reason=(node["cancelReason"] or "").lower(),
        on_hold=owed.on_hold if owed.routed else node["displayFulfillmentStatus"] in WAITING,
        is_test=_truth(node["test"]),
    )


def _line(node: Json, owed: Owed, *, cancelled: bool) -> OrderLine:
    ordered, current = node["quantity"], node["currentQuantity"]
    price = bag(node["originalUnitPriceSet"])
    discounts = _discounts(node["discountAllocations"])
    return OrderLine(
        ref=LineRef(reference(node["id"])),
        sku=Sku(node["sku"]) if node["sku"] else None,
        title=node["name"],
        ordered=ordered,
        current=current,
        to_ship=0 if cancelled else _to_ship(node, owed),
        requires_shipping=_truth(node["requiresShipping"]),
        unit_price=price,
        line_total=_line_total(price, ordered, discounts),
        discounts=discounts,
        taxes=_taxes(node["taxLines"]),
        attributes=_attributes(node["customAttributes"]),
    )


def _to_ship(node: Json, owed: Owed) -> int:
    if owed.routed:
        return owed.by_line.get(node["id"], 0)
    # Not routed yet: what is not fulfilled, less what was taken off the order since.
    return max(0, min(int(node["unfulfilledQuantity"]), int(node["currentQuantity"])))


def _line_total(price: MoneyBag, ordered: int, discounts: Sequence[Discount]) -> MoneyBag:
    """Exact: price times quantity less what was allocated. Shopify's own discounted unit prices are approximate."""
    shop, seen = price.shop * ordered, price.presentment * ordered
    for discount in discounts:
        shop, seen = shop - discount.amount.shop, seen - discount.amount.presentment
    return MoneyBag(shop, seen)


def _shipping(node: Json) -> ShippingLine:
    return ShippingLine(
        title=node["title"],
        code=node["code"] or "",
        price=bag(node["discountedPriceSet"]),
        discounts=_discounts(node["discountAllocations"]),
        taxes=_taxes(node["taxLines"]),
    )


def _discounts(nodes: Sequence[Json]) -> tuple[Discount, ...]:
    """Of lines and of the whole order alike: Shopify allocates both to the lines, to the penny."""
    return tuple([_discount(node) for node in nodes]) if nodes else ()


def _discount(node: Json) -> Discount:
    given = node["discountApplication"]
    return Discount(given.get("code") or given.get("title") or "", bag(node["allocatedAmountSet"]))


def _taxes(nodes: Sequence[Json]) -> tuple[TaxLine, ...]:
    return tuple([TaxLine(node["title"], _rate(node["rate"]), bag(node["priceSet"])) for node in nodes]) if nodes else ()


@lru_cache(maxsize=1024)
def _rate(rate: float | None) -> str:
    return "" if rate is None else repr(rate)


def _attributes(nodes: Sequence[Json]) -> tuple[Attribute, ...]:
    return tuple([Attribute(node["key"], node["value"] or "") for node in nodes]) if nodes else ()


def _address(node: Json | None) -> Address | None:
    if node is None:
        return None
    name = node["name"] or " ".join(part for part in (node["firstName"], node["lastName"]) if part)
    return Address(
        name=name,
        company=node["company"] or "",
        line1=node["address1"] or "",
        line2=node["address2"] or "",
        city=node["city"] or "",
        region=node["provinceCode"] or node["province"] or "",
        postcode=node["zip"] or "",
        country_code=node["countryCodeV2"] or "",
        phone=node["phone"] or "",
    )


def _buyer(node: Json | None) -> B2BBuyer | None:
    """A purchasing entity without a company is a consumer, of whom nothing is asked."""
    if not node or "company" not in node:
        return None
    return B2BBuyer(reference(node["company"]["id"]), node["company"]["name"], node["location"]["name"])


def _truth(value: Any) -> bool:
    """Neither null nor absence counts as no: tax inside or outside prices is money."""
    if not isinstance(value, bool):
        raise TypeError(f"{value!r} is neither true nor false")
    return value


def _bag_or(node: Json | None, otherwise: MoneyBag) -> MoneyBag:
    return otherwise if node is None else bag(node)
