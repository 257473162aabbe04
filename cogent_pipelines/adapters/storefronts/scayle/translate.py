"""An order of SCAYLE's JSON as a canonical order. Pure; what cannot be read is named by its field, without its value.

Money is an integer of the minor unit, and prices include tax (official clients' models; scayle.dev, "Shipments and
returns").
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from cogent_pipelines.adapters.storefronts.scayle.addresses import address_of, buyer_of, loose_text
from cogent_pipelines.adapters.storefronts.scayle.attributes import attributes_of, line_attributes
from cogent_pipelines.adapters.storefronts.scayle.costs import Books, shipping_lines, taxes_of
from cogent_pipelines.adapters.storefronts.scayle.deadlines import closing_at
from cogent_pipelines.adapters.storefronts.scayle.identifiers import is_number
from cogent_pipelines.adapters.storefronts.scayle.nodes import Node, Unreadable
from cogent_pipelines.adapters.storefronts.scayle.settings import OrderName, ScayleSettings
from cogent_pipelines.adapters.storefronts.scayle.standing import cancelled_at, is_on_hold, payment_of, placed_at
from cogent_pipelines.adapters.storefronts.scayle.units import Line, folded, units_of
from cogent_pipelines.adapters.transport.unforeseen import UNFORESEEN
from cogent_pipelines.canonical.identity import OrderRef, Sku
from cogent_pipelines.canonical.order import Discount, Order, OrderLine
from cogent_pipelines.ports.errors import VendorRefused

_LONGEST_NAME = 500


def order_of(value: Any, settings: ScayleSettings) -> Order:
    """Translate one order.

    Raises:
        VendorRefused: a field is missing or of another kind than published; the message names it and the order.
    """
    try:
        return _order(Node(value), settings)
    except UNFORESEEN as error:
        fault = error if isinstance(error, Unreadable) else type(error).__name__
        raise VendorRefused(
            f"order {ref_of(value) or 'without an id'} cannot be read: {fault}", operation="orders"
        ) from error


def ref_of(value: Any) -> OrderRef | None:
    """The order's number, under which it can be asked for; None where it has none."""
    number = value.get("id") if isinstance(value, dict) else None
    return OrderRef(str(number)) if not isinstance(number, bool) and is_number(str(number)) else None


def version_of(order: Node, settings: ScayleSettings) -> datetime:
    """The storefront's own update time; an order that never changed has that of its making."""
    return order.time("updatedAt", settings.timezone) or order.needed_time("createdAt", settings.timezone)


def _order(order: Node, settings: ScayleSettings) -> Order:
    ref = ref_of(order.value)
    if ref is None:
        raise order.wrong("id", "an id as SCAYLE gives it")
    books = Books(order.needed_text("currencyCode", longest=3))
    units = units_of(order, settings)
    version = version_of(order, settings)
    cancelled = cancelled_at(order, units, settings, version)
    lines = tuple(_line(line, books, cancelled=cancelled is not None) for line in folded(units))
    shipping = shipping_lines(order, books)
    subtotal = books.total(line.line_total for line in lines)
    shipped_for = books.total(line.price for line in shipping)
    cost, customer, addresses = order.inner("cost"), order.inner("customer"), order.inner("address")
    buyer = buyer_of(customer)
    company = "" if buyer is None else buyer.company
    total = cost.number("withTax")
    return Order(
        ref=ref,
        name=_name(order, settings.order_name, ref),
        created_at=placed_at(order, settings),
        version=version,
        payment=payment_of(order),
        taxes_included=True,
        total=subtotal + shipped_for if total is None else books.bag(total),
        subtotal=subtotal,
        shipping_total=shipped_for,
        tax_total=books.tax_total(order, units),
        discount_total=books.total(each.amount for each in _discounts(lines, shipping)),
        lines=lines,
        shipping_lines=shipping,
        taxes=taxes_of(order, units, books),
        shipping_address=address_of(addresses, ("shipping", "forward"), company),
        billing_address=address_of(addresses, ("billing",), company),
        email=customer.text("email"),
        phone=loose_text(addresses.inner("shipping"), "phone") or loose_text(customer, "phone"),
        buyer=buyer,
        source=_source(order),
        tags=_groups(customer),
        attributes=attributes_of(order),
        cancelled_at=cancelled,
        on_hold=cancelled is None and is_on_hold(order, units, settings),
        closes_at=None if cancelled else closing_at(order, units, settings),
    )


def _line(line: Line, books: Books, *, cancelled: bool) -> OrderLine:
    first, count = line.units[0], len(line.units)
    price = first.price
    discounts = tuple(Discount(each.title, books.bag(each.minor * count)) for each in price.reductions)
    return OrderLine(
        ref=line.ref,
        sku=Sku(first.sku) if first.sku else None,
        title=first.title or first.sku,
        ordered=count,
        # `ordered` is the line's money and counts every unit; what SCAYLE keeps back at our warehouse is ours alone.
        current=0 if cancelled else sum(1 for unit in line.units if unit.ours and unit.current),
        to_ship=0 if cancelled else len(line.owed()),
        requires_shipping=True,
        unit_price=books.bag(price.before),
        line_total=books.bag(price.gross * count),
        discounts=discounts,
        taxes=books.unit_taxes(price, count),
        attributes=line_attributes(first),
    )


def _discounts(lines: Sequence[OrderLine], shipping: Sequence[Any]) -> Iterator[Discount]:
    for line in (*lines, *shipping):
        yield from line.discounts


def _name(order: Node, wanted: OrderName, ref: OrderRef) -> str:
    """What is wanted where the order has it; its number otherwise."""
    fields = {OrderName.PUBLIC_KEY: "publicKey", OrderName.REFERENCE_KEY: "referenceKey"}
    name = order.text(fields[wanted], longest=_LONGEST_NAME) if wanted in fields else ""
    return name or ref


def _source(order: Node) -> str:
    """The channel that sold it; the shop country where the order names none."""
    country = order.inner("shopCountry")
    shop = "/".join(part for part in (country.text("shopKey"), country.text("countryCode")) if part)
    return order.inner("channel").text("key") or shop


def _groups(customer: Node) -> tuple[str, ...]:
    """The customer's groups: what a routing rule may go by."""
    groups = customer.value.get("groups")
    return tuple(group for group in groups if isinstance(group, str)) if isinstance(groups, list) else ()
