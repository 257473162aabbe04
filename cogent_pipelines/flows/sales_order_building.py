"""An order in the warehouse's terms: only what is still to be shipped, with the money that belongs to it. Pure."""

from collections.abc import Iterable, Mapping, Sequence

from cogent_pipelines.canonical.address import Address
from cogent_pipelines.canonical.bundle import Bundles, Component, component_line
from cogent_pipelines.canonical.connection import InjectionRules
from cogent_pipelines.canonical.identity import SalesOrderRef, Sku
from cogent_pipelines.canonical.money import Money, MoneyBag, total
from cogent_pipelines.canonical.order import Order, OrderLine, ShippingLine
from cogent_pipelines.canonical.routing import RoutingRule, route
from cogent_pipelines.canonical.sales_order import PartOf, SalesOrder, SalesOrderLine
from cogent_pipelines.flows.validation import lines_to_ship
from cogent_pipelines.ledger.sku_lookup import SkuAnswer

_NO_RULE = RoutingRule("")


def sales_order_of(
    order: Order, ref: SalesOrderRef, *, answers: Mapping[Sku, SkuAnswer], rules: InjectionRules, bundles: Bundles
) -> SalesOrder:
    """Put a validated order in the warehouse's terms; SKUs become the warehouse's spelling, bundles their components."""
    currency = order.currency
    to_ship = lines_to_ship(order)
    lines = _lines(to_ship, answers, bundles)
    goods = total([line.value for line in lines], currency)
    tax = _tax(order, to_ship)
    shipping_address = order.shipping_address or Address()
    shipping = order.shipping_total.shop
    decided = route(order, rules.routing) or _NO_RULE
    return SalesOrder(
        ref=ref,
        order_ref=order.ref,
        order_name=order.name,
        created_at=order.created_at,
        total=goods + shipping if order.taxes_included else goods + shipping + tax,
        shipping=shipping,
        discount=_discount(order, to_ship),
        tax=tax,
        lines=lines,
        shipping_address=shipping_address,
        invoice_address=order.billing_address or shipping_address,
        email=order.email,
        phone=order.phone,
        purchase_order_number=order.purchase_order_number,
        channel=decided.channel or rules.channel,
        service=decided.service,
        is_trade=order.buyer is not None,
        routing_rule=decided.name,
    )


def share(amount: Money, line: OrderLine) -> Money:
    """The part of a line's amount that belongs to the units still to be shipped, to the penny."""
    rest = line.ordered - line.to_ship
    return amount if rest <= 0 else amount.split([line.to_ship, rest])[0]


def _lines(to_ship: Iterable[OrderLine], answers: Mapping[Sku, SkuAnswer], bundles: Bundles) -> tuple[SalesOrderLine, ...]:
    lines: list[SalesOrderLine] = []
    for line in to_ship:
        sku = line.sku
        if sku is None:
            raise ValueError(f"line {line.ref} has no SKU; validation comes first")
        value, components = share(line.line_total.shop, line), bundles.components_of(sku)
        if components:
            lines += _picked(line, value, components, answers)
        else:
            lines.append(SalesOrderLine(line.ref, answers[sku].warehouse_sku, line.to_ship, value))
    return tuple(lines)


def _picked(
    line: OrderLine, value: Money, components: Sequence[Component], answers: Mapping[Sku, SkuAnswer]
) -> list[SalesOrderLine]:
    """A bundle's money is shared among its components unit by unit, to the penny: nothing says what each is worth."""
    part_of = PartOf(line.ref, line.to_ship)
    values = value.split(part.quantity for part in components)
    return [
        SalesOrderLine(
            component_line(line.ref, place), answers[part.sku].warehouse_sku, part.quantity * line.to_ship, worth, part_of
        )
        for place, (part, worth) in enumerate(zip(components, values, strict=True), 1)
    ]


def _tax(order: Order, to_ship: Iterable[OrderLine]) -> Money:
    """The tax of what is sent, delivery included; where lines do not say theirs, the order's."""
    if not _says_taxes(order.lines) and not _says_taxes(order.shipping_lines):
        return order.tax_total.shop
    of_goods = [share(_sum(order, (tax.amount for tax in line.taxes)), line) for line in to_ship if line.taxes]
    of_delivery = [tax.amount.shop for line in order.shipping_lines for tax in line.taxes]
    return total([*of_goods, *of_delivery], order.currency)


def _says_taxes(lines: Iterable[OrderLine | ShippingLine]) -> bool:
    return any([line.taxes for line in lines])  # noqa: C419 - a list of a few is faster than a generator


def _discount(order: Order, to_ship: Iterable[OrderLine]) -> Money:
    on_goods = [share(_sum(order, (each.amount for each in line.discounts)), line) for line in to_ship if line.discounts]
    on_delivery = [each.amount.shop for line in order.shipping_lines for each in line.discounts]
    return total([*on_goods, *on_delivery], order.currency)


def _sum(order: Order, bags: Iterable[MoneyBag]) -> Money:
    return total((bag.shop for bag in bags), order.currency)
