"""An order's money beside its items: fees, what was taken off delivery, taxes. Pure."""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from cogent_pipelines.adapters.storefronts.scayle.nodes import Node
from cogent_pipelines.adapters.storefronts.scayle.units import Unit, UnitPrice
from cogent_pipelines.canonical.money import Money, MoneyBag, total
from cogent_pipelines.canonical.order import Discount, ShippingLine, TaxLine

TAX = "VAT"
_DELIVERY = {"deliveryCosts": "deliveryCostsWithoutDiscount", "expressDeliveryCosts": "expressDeliveryCostsWithoutDiscount"}


class Books:
    """Minor units of the order's one currency."""

    def __init__(self, currency: str) -> None:
        self.currency = currency

    def bag(self, minor: int) -> MoneyBag:
        return MoneyBag.single(Money(minor, self.currency))

    def total(self, amounts: Iterable[MoneyBag]) -> MoneyBag:
        return MoneyBag.single(total((each.shop for each in amounts), self.currency))

    def unit_taxes(self, price: UnitPrice, count: int) -> tuple[TaxLine, ...]:
        """The tax of so many units; none where SCAYLE leaves it out, as it does for orders of marketplaces."""
        vat = vat_of(price)
        return () if vat is None else (TaxLine(TAX, rate_text(price.rate), self.bag(vat * count)),)

    def tax_total(self, order: Node, units: Sequence[Unit]) -> MoneyBag:
        """As the order says; summed up where it does not."""
        said = order.inner("cost").inner("tax").inner("vat").number("amount")
        return self.bag(sum(by_rate(order, units).values()) if said is None else said)


def vat_of(price: UnitPrice) -> int | None:
    """One unit's tax; the difference of gross and net where only those are said."""
    if price.vat is not None:
        return price.vat
    return None if price.net is None else price.gross - price.net


def rate_text(rate: float | None) -> str:
    """A fraction, as orders have it: `0.19` (scayle.dev; prices of products have 19)."""
    return "" if rate is None else repr(rate)


def taxes_of(order: Node, units: Sequence[Unit], books: Books) -> tuple[TaxLine, ...]:
    """One line for each rate, of items and fees."""
    rates = by_rate(order, units)
    return tuple(TaxLine(TAX, rate, books.bag(rates[rate])) for rate in sorted(rates))


def by_rate(order: Node, units: Sequence[Unit]) -> dict[str, int]:
    amounts: dict[str, int] = defaultdict(int)
    for unit in units:
        vat = vat_of(unit.price)
        if vat is not None:
            amounts[rate_text(unit.price.rate)] += vat
    for fee in order.inner("cost").each("appliedFees"):
        vat_node = fee.inner("tax").inner("vat")
        amounts[rate_text(vat_node.fraction("rate"))] += _fee_vat(fee) or 0
    return {rate: amount for rate, amount in amounts.items() if amount or rate}


def shipping_lines(order: Node, books: Books) -> tuple[ShippingLine, ...]:
    """What was paid beside the goods: every fee, delivery's first. Without fees what the order says of delivery itself."""
    fees = list(order.inner("cost").each("appliedFees"))
    shipping = order.inner("shipping")
    if not fees:
        bare = ((name, shipping.number(name) or 0) for name in _DELIVERY)
        return tuple(
            ShippingLine(shipping.text("policy") or name, name, books.bag(minor), _taken_off(shipping, name, books))
            for name, minor in bare
            if minor
        )
    fees.sort(key=lambda fee: fee.text("category") not in ("delivery", "shipment"))
    return tuple(_fee(fee, shipping, books) for fee in fees)


def _fee(fee: Node, shipping: Node, books: Books) -> ShippingLine:
    category, key, option = fee.text("category"), fee.text("key"), fee.text("option")
    vat = _fee_vat(fee)
    rate = rate_text(fee.inner("tax").inner("vat").fraction("rate"))
    return ShippingLine(
        title=key or option or category,
        code=option or category,
        price=books.bag(fee.inner("amount").needed_number("withTax")),
        discounts=_taken_off(shipping, option, books),
        taxes=() if vat is None else (TaxLine(TAX, rate, books.bag(vat)),),
    )


def _taken_off(shipping: Node, name: str, books: Books) -> tuple[Discount, ...]:
    """What delivery would have cost more."""
    if name not in _DELIVERY:
        return ()
    whole, paid = shipping.number(_DELIVERY[name]), shipping.number(name)
    if whole is None or paid is None or whole <= paid:
        return ()
    return (Discount("delivery", books.bag(whole - paid)),)


def _fee_vat(fee: Node) -> int | None:
    amount = fee.inner("amount")
    gross, net = amount.number("withTax"), amount.number("withoutTax")
    said = fee.inner("tax").inner("vat").number("amount")
    if said is not None:
        return said
    return None if gross is None or net is None else gross - net
