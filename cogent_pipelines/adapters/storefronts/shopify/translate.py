"""A whole order of Shopify's JSON as a canonical order. Pure; what could not be read is named by `shape`."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from cogent_pipelines.adapters.storefronts.shopify.ids import is_reference, reference
from cogent_pipelines.adapters.storefronts.shopify.money import add_up, bag, within, zero_like
from cogent_pipelines.adapters.storefronts.shopify.owed import WAITING, Owed, owed_of
from cogent_pipelines.adapters.storefronts.shopify.settings import OrderName
from cogent_pipelines.adapters.storefronts.shopify.shape import ORDER
from cogent_pipelines.adapters.storefronts.shopify.times import time_of
from cogent_pipelines.adapters.transport.shapes import fault_in
from cogent_pipelines.canonical.address import Address
from cogent_pipelines.canonical.identity import Attribute, LineRef, OrderRef, Sku
from cogent_pipelines.canonical.money import MoneyBag
from cogent_pipelines.canonical.order import B2BBuyer, Discount, Order, OrderLine, PaymentState, ShippingLine, TaxLine
from cogent_pipelines.ports.errors import VendorRefused

Json = dict[str, Any]

_LONGEST_NAME = 500
_MOST_UNITS = 100_000
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
    except (ArithmeticError, AttributeError, IndexError, KeyError, TypeError, ValueError) as error:
        fault = fault_in(node, ORDER) or f"{type(error).__name__}: {error}"
        raise VendorRefused(f"order {_label(node)} cannot be read: {fault}", operation="orders") from error


def _label(node: Any) -> str:
    named = node if isinstance(node, dict) else {}
    return str(named.get("name") or named.get("id") or "without a name")[:_LONGEST_NAME]


def _order(node: Json, name: OrderName, locations: frozenset[str]) -> Order:
    owed = owed_of(_whole(node["fulfillmentOrders"], "fulfillmentOrders"), locations)
    for part in node["fulfillmentOrders"]["nodes"]:
        _whole(part["lineItems"], "fulfillmentOrders.lineItems")
    total = bag(node["totalPriceSet"])
    nothing = zero_like(total)
    cancelled = node["cancelledAt"]
    lines = tuple([_line(line, owed, cancelled=cancelled is not None) for line in _whole(node["lineItems"], "lineItems")])
    if len({line.ref for line in lines}) < len(lines):
        raise ValueError("field lineItems holds a line twice")
    shipping = tuple([_shipping(line) for line in _whole(node["shippingLines"], "shippingLines") if not line["isRemoved"]])
    ref = _identity(node["id"])
    return Order(
        ref=OrderRef(ref),
        name=ref if name is OrderName.ID else _short(node["name"], "name"),
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
        email=_text(node["email"]),
        phone=_text(node["phone"]),
        note=_text(node["note"]),
        purchase_order_number=_text(node["poNumber"]),
        buyer=_buyer(node["purchasingEntity"]),
        source=_text(node["sourceName"]),
        tags=tuple([_text(tag) for tag in node["tags"]]),
        attributes=_attributes(node["customAttributes"]),
        cancelled_at=time_of(cancelled) if cancelled else None,
        cancel_reason=_text(node["cancelReason"]).lower(),
        on_hold=owed.on_hold if owed.routed else node["displayFulfillmentStatus"] in WAITING,
        is_test=_truth(node["test"]),
    )


def _line(node: Json, owed: Owed, *, cancelled: bool) -> OrderLine:
    ordered, current = _count(node["quantity"]), _count(node["currentQuantity"])
    price = bag(node["originalUnitPriceSet"])
    discounts = _discounts(node["discountAllocations"])
    return OrderLine(
        ref=LineRef(_identity(node["id"])),
        sku=Sku(_short(node["sku"], "sku")) if node["sku"] else None,
        title=_text(node["name"]),
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
        return _count(owed.by_line.get(node["id"], 0))
    # Not routed yet: what is not fulfilled, less what was taken off the order since.
    return max(0, min(_count(node["unfulfilledQuantity"]), _count(node["currentQuantity"])))


def _line_total(price: MoneyBag, ordered: int, discounts: Sequence[Discount]) -> MoneyBag:
    """Exact: price times quantity less what was allocated. Shopify's own discounted unit prices are approximate."""
    shop, seen = price.shop * ordered, price.presentment * ordered
    for discount in discounts:
        shop, seen = shop - discount.amount.shop, seen - discount.amount.presentment
    return within(MoneyBag(shop, seen))


def _shipping(node: Json) -> ShippingLine:
    return ShippingLine(
        title=_text(node["title"]),
        code=_text(node["code"]),
        price=bag(node["discountedPriceSet"]),
        discounts=_discounts(node["discountAllocations"]),
        taxes=_taxes(node["taxLines"]),
    )


def _discounts(nodes: Sequence[Json]) -> tuple[Discount, ...]:
    """Of lines and of the whole order alike: Shopify allocates both to the lines, to the penny."""
    return tuple([_discount(node) for node in nodes]) if nodes else ()


def _discount(node: Json) -> Discount:
    given = node["discountApplication"]
    return Discount(_text(given.get("code") or given.get("title")), bag(node["allocatedAmountSet"]))


def _taxes(nodes: Sequence[Json]) -> tuple[TaxLine, ...]:
    return (
        tuple([TaxLine(_text(node["title"]), _rate(node["rate"]), bag(node["priceSet"])) for node in nodes]) if nodes else ()
    )


@lru_cache(maxsize=1024)
def _rate(rate: float | None) -> str:
    return "" if rate is None else repr(rate)


def _attributes(nodes: Sequence[Json]) -> tuple[Attribute, ...]:
    return tuple([Attribute(_text(node["key"]), _text(node["value"])) for node in nodes]) if nodes else ()


def _address(node: Json | None) -> Address | None:
    if node is None:
        return None
    name = node["name"] or " ".join(part for part in (node["firstName"], node["lastName"]) if part)
    return Address(
        name=_text(name),
        company=_text(node["company"]),
        line1=_text(node["address1"]),
        line2=_text(node["address2"]),
        city=_text(node["city"]),
        region=_text(node["provinceCode"] or node["province"]),
        postcode=_text(node["zip"]),
        country_code=_text(node["countryCodeV2"]),
        phone=_text(node["phone"]),
    )


def _buyer(node: Json | None) -> B2BBuyer | None:
    """A purchasing entity without a company is a consumer, of whom nothing is asked."""
    if not node or "company" not in node:
        return None
    company = node["company"]
    return B2BBuyer(reference(company["id"]), _text(company["name"]), _text(node["location"]["name"]))


def _whole(connection: Json, field: str) -> list[Json]:
    """The nodes of a list that was read to its end: half an order is worse than none."""
    if (connection.get("pageInfo") or {}).get("hasNextPage"):
        raise ValueError(f"field {field} goes on and was not read to its end")
    nodes: list[Json] = connection["nodes"]
    return nodes


def _text(value: Any) -> str:
    """A text, empty for null. The value itself is not repeated: it may be somebody's address."""
    if value is None:
        return ""
    if not isinstance(value, str):
        raise TypeError(f"a {type(value).__name__} stands where a text should")
    return value


def _identity(gid: str) -> str:
    """The number that leaves this folder.

    Raises:
        ValueError: Shopify gives no such id.
    """
    if not is_reference(gid):
        raise ValueError("field id is no id as Shopify gives it")
    return reference(gid)


def _short(value: Any, field: str) -> str:
    """A text that is looked up by, and so must be there and fit an index."""
    text = _text(value)
    if value is None:
        raise TypeError(f"field {field} is null")
    if len(text) > _LONGEST_NAME:
        raise ValueError(f"field {field} has {len(text)} characters; {_LONGEST_NAME} are the most")
    return text


def _count(value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise TypeError(f"a {type(value).__name__} stands where a number of units should")
    if abs(value) > _MOST_UNITS:
        raise ValueError(f"{value} units are more than any order has")
    return value


def _truth(value: Any) -> bool:
    """Neither null nor absence counts as no: tax inside or outside prices is money."""
    if not isinstance(value, bool):
        raise TypeError(f"a {type(value).__name__} is neither true nor false")
    return value


def _bag_or(node: Json | None, otherwise: MoneyBag) -> MoneyBag:
    return otherwise if node is None else bag(node)
