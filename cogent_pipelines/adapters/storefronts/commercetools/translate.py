"""A whole order of commercetools' JSON as a canonical order. Pure; what could not be read is named by `shape`."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from cogent_pipelines.adapters.storefronts.commercetools import owed
from cogent_pipelines.adapters.storefronts.commercetools.addresses import address_of
from cogent_pipelines.adapters.storefronts.commercetools.amounts import (
    Amounts,
    as_the_order_has_it,
    of_custom_line,
    of_line,
    of_shipping,
    sum_of,
    taxes_of,
    total_tax,
)
from cogent_pipelines.adapters.storefronts.commercetools.counted import takes_stock
from cogent_pipelines.adapters.storefronts.commercetools.destination import destination
from cogent_pipelines.adapters.storefronts.commercetools.money import bag, money_of, of_currency
from cogent_pipelines.adapters.storefronts.commercetools.settings import CustomLines, OrderName, ReadingRules
from cogent_pipelines.adapters.storefronts.commercetools.shape import ORDER
from cogent_pipelines.adapters.storefronts.commercetools.times import time_of
from cogent_pipelines.adapters.storefronts.commercetools.values import (
    LONGEST_NAME,
    Json,
    attributes,
    count,
    inner,
    localised,
    rows,
    short,
    text,
    truth,
)
from cogent_pipelines.adapters.transport.shapes import fault_in
from cogent_pipelines.canonical.address import Address
from cogent_pipelines.canonical.identity import LineRef, OrderRef, Sku
from cogent_pipelines.canonical.order import B2BBuyer, Order, OrderLine, PaymentState, ShippingLine
from cogent_pipelines.ports.errors import VendorRefused

_UNREADABLE = (ArithmeticError, AttributeError, IndexError, KeyError, RecursionError, TypeError, ValueError)


def order_of(node: Any, rules: ReadingRules) -> Order:
    """Translate one order.

    Raises:
        VendorRefused: a field is missing or of another kind than published; the message names it and the order.
    """
    try:
        return _order(node, rules)
    except _UNREADABLE as error:
        fault = fault_in(node, ORDER) or _said(error)
        raise VendorRefused(f"order {_label(node)} cannot be read: {fault}", operation="orders") from error


def _said(error: Exception) -> str:
    """Our own words; what another library says may quote the value it stumbled over."""
    if isinstance(error, KeyError):
        return f"field {str(error.args[0])[:80] if error.args else ''} is missing"
    # Texts of ours hold no values (see `values`, `money`, `times`); those of the standard library may.
    own = type(error) in (TypeError, ValueError) and str(error).startswith(_OWN_WORDS)
    return str(error) if own else type(error).__name__


_OWN_WORDS = (
    "field ",
    "a ",
    "an ",
    "an amount",
    "centAmount",
    "currencyCode",
    "fractionDigits",
    "preciseAmount",
    "the order",
)


def _label(node: Any) -> str:
    named = [node.get(field) for field in ("orderNumber", "id")] if isinstance(node, dict) else []
    return next((each for each in named if isinstance(each, str) and each), "without a name")[:LONGEST_NAME]


def _order(node: Json, rules: ReadingRules) -> Order:
    total = money_of(node["totalPrice"])
    currency = total.currency
    if node["lineItems"] is None:
        # Half an order is worse than none.
        raise TypeError("field lineItems is null")
    goods, custom = rows(node["lineItems"], "lineItems"), rows(node.get("customLineItems"), "customLineItems")
    infos = owed.shippings(node)
    of_goods, of_delivery = _amounts(node, goods, custom, infos)
    taken_off = [cut.amount for each in (*of_goods, *of_delivery) for cut in each.reductions]
    lines = _lines(node, goods, custom, of_goods, rules)
    taxed = inner(node, "taxedPrice")
    version = time_of(node["lastModifiedAt"])
    billing = address_of(node.get("billingAddress"), number_first=rules.number_first)
    shipping_address = address_of(destination(node), number_first=rules.number_first)
    ref = short(node["id"], "id")
    return Order(
        ref=OrderRef(ref),
        name=_name(node, ref, rules),
        created_at=time_of(node["createdAt"]),
        version=version,
        payment=rules.payment.get(text(node.get("paymentState")), PaymentState.UNKNOWN),
        taxes_included=_taxes_included([*goods, *custom, *infos]),
        # Where tax comes on top, `totalPrice` is without it.
        total=bag(of_currency(money_of(taxed["totalGross"]), currency) if taxed else total),
        subtotal=bag(sum_of([each.value for each in of_goods], currency)),
        shipping_total=bag(sum_of([each.value for each in of_delivery], currency)),
        tax_total=bag(total_tax(taxed, currency)),
        discount_total=bag(sum_of(taken_off, currency)),
        lines=lines,
        shipping_lines=tuple(_shipping(info, each) for info, each in zip(infos, of_delivery, strict=True)),
        taxes=tuple(tax.line() for tax in taxes_of(taxed, currency)),
        shipping_address=shipping_address,
        billing_address=billing,
        email=text(node.get("customerEmail")),
        phone=shipping_address.phone if shipping_address else "",
        purchase_order_number=text(node.get("purchaseOrderNumber")),
        buyer=_buyer(node, billing or shipping_address),
        source=text(inner(node, "store").get("key")) or text(node.get("origin")),
        attributes=attributes(node),
        cancelled_at=_cancelled_at(node, version),
        on_hold=_is_held(node, rules),
    )


def _amounts(
    node: Json, goods: Sequence[Json], custom: Sequence[Json], infos: Sequence[Json]
) -> tuple[list[Amounts], list[Amounts]]:
    """Of the lines, goods first, and of the deliveries."""
    currency, lines = money_of(node["totalPrice"]).currency, len(goods) + len(custom)
    parts = [
        *(of_line(line, currency) for line in goods),
        *(of_custom_line(line, currency) for line in custom),
        *(of_shipping(info, currency) for info in infos),
    ]
    parts = as_the_order_has_it(parts, node, currency, lines)
    return parts[:lines], parts[lines:]


def _name(node: Json, ref: str, rules: ReadingRules) -> str:
    number = node.get("orderNumber")
    return ref if number is None or rules.name is OrderName.ID else short(number, "orderNumber")


def _lines(
    node: Json, goods: Sequence[Json], custom: Sequence[Json], amounts: Sequence[Amounts], rules: ReadingRules
) -> tuple[OrderLine, ...]:
    left = Counter[str]() if owed.is_over(node, rules) else owed.outstanding(node, rules)
    refunded = owed.came_back(node, refunded_only=True)
    locales = (rules.locale, text(node.get("locale")))
    lines = []
    for line, money in zip([*goods, *custom], amounts, strict=True):
        ref = short(line["id"], "lineItems.id")
        ordered = count(line["quantity"], "quantity")
        sku, ships = _identity(line, rules)
        lines.append(
            OrderLine(
                ref=LineRef(ref),
                sku=sku,
                title=localised(line["name"], locales),
                ordered=ordered,
                current=max(0, ordered - owed.cancelled_units(line, rules) - refunded[ref]),
                to_ship=left[ref] if ships and owed.is_ours(line, rules) else 0,
                requires_shipping=ships,
                unit_price=bag(money.unit),
                line_total=bag(money.value),
                discounts=tuple(cut.discount() for cut in money.reductions),
                taxes=tuple(tax.line() for tax in money.taxes),
                attributes=attributes(line),
                takes_stock=takes_stock(line, node, rules),
            )
        )
    if len({line.ref for line in lines}) < len(lines):
        raise ValueError("field lineItems holds a line twice")
    return tuple(lines)


def _identity(line: Json, rules: ReadingRules) -> tuple[Sku | None, bool]:
    """The SKU, and whether it is something to ship: a custom line is a charge or goods, as the merchant says."""
    if "variant" in line:
        sku = inner(line, "variant").get("sku")
        return (Sku(short(sku, "variant.sku")) if sku else None), True
    slug = short(line["slug"], "customLineItems.slug")
    return (Sku(slug), True) if rules.custom_lines is CustomLines.GOODS else (None, False)


def _shipping(info: Json, money: Amounts) -> ShippingLine:
    method = inner(info, "shippingMethod")
    return ShippingLine(
        title=text(info["shippingMethodName"]),
        code=text(inner(method, "obj").get("key")) or text(method.get("id")),
        price=bag(money.value),
        discounts=tuple(cut.discount() for cut in money.reductions),
        taxes=tuple(tax.line() for tax in money.taxes),
    )


def _taxes_included(priced: Sequence[Json]) -> bool:
    """Whether prices hold the tax; every tax rate of an order must say the same. Without any rate there is no tax in them.

    Raises:
        ValueError: some hold it and some do not: no single truth about the order's prices can be told.
    """
    said = {truth(rate["includedInPrice"], "taxRate.includedInPrice") for each in priced for rate in _rates(each)}
    if len(said) > 1:
        raise ValueError("field taxRate.includedInPrice differs within the order")
    return said.pop() if said else False


def _rates(priced: Json) -> list[Json]:
    """The tax rates of a line or a delivery; a line that travels by several shipping methods has one for each instead."""
    by_method = [inner(each, "taxRate") for each in rows(priced.get("perMethodTaxRate"), "perMethodTaxRate")]
    return [rate for rate in (inner(priced, "taxRate"), *by_method) if rate]


def _buyer(node: Json, address: Address | None) -> B2BBuyer | None:
    """A business unit makes it trade. The unit's name is not in the order; its address says the company."""
    unit = inner(node, "businessUnit")
    if not unit:
        return None
    key = short(unit["key"], "businessUnit.key")
    company = address.company if address else ""
    return B2BBuyer(key, company or key, text(inner(node, "store").get("key")))


def _cancelled_at(node: Json, version: datetime) -> datetime | None:
    """An order does not say when it was cancelled: at the latest when it was last changed."""
    return version if text(node["orderState"]) == owed.CANCELLED else None


def _is_held(node: Json, rules: ReadingRules) -> bool:
    return (
        text(node.get("shipmentState")) in rules.held_shipment_states
        or text(inner(node, "state").get("id")) in rules.held_states
    )
