"""The money of an order's lines and deliveries: what was taken off, by what, and which tax is in it. Pure.

commercetools says a line's total after line discounts; a discount on the total price stands at the order alone and is shared
out here, to the penny, so that lines and delivery add up to what the customer pays.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from cogent_pipelines.adapters.storefronts.commercetools.money import (
    bag,
    money_of,
    of_currency,
    precise_minor,
    shared,
    times,
)
from cogent_pipelines.adapters.storefronts.commercetools.values import count, inner, localised, rows, text
from cogent_pipelines.canonical.money import Money, total
from cogent_pipelines.canonical.order import Discount, TaxLine

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Tax:
    title: str
    rate: str
    amount: Money

    def line(self) -> TaxLine:
        return TaxLine(self.title, self.rate, bag(self.amount))


@dataclass(frozen=True, slots=True)
class Reduction:
    title: str
    amount: Money

    def discount(self) -> Discount:
        return Discount(self.title, bag(self.amount))


@dataclass(frozen=True, slots=True)
class Amounts:
    """Of one line or delivery: `unit` before discounts, `value` after them, both as priced (with tax or without)."""

    unit: Money
    value: Money
    reductions: tuple[Reduction, ...] = ()
    taxes: tuple[Tax, ...] = ()

    def less(self, amount: Money, title: str) -> "Amounts":
        """With a share of the order's own discount taken off."""
        if not amount.minor:
            return self
        return replace(self, value=self.value - amount, reductions=(*self.reductions, Reduction(title, amount)))

    def scaled(self, tax: Money) -> "Amounts":
        """With this much tax in all, in the proportions that it has."""
        parts = shared(tax, [each.amount.minor for each in self.taxes])
        return replace(self, taxes=tuple(replace(each, amount=part) for each, part in zip(self.taxes, parts, strict=True)))

    @property
    def tax(self) -> int:
        return sum(each.amount.minor for each in self.taxes)


def of_line(node: Json, currency: str) -> Amounts:
    """A line item's: the catalogue's price, its product discount, and what cart discounts took off."""
    price = node["price"]
    full = precise_minor(price["value"])
    reduced = inner(price, "discounted")
    before = precise_minor(reduced["value"]) if reduced else full
    product = [Reduction(_title(inner(reduced, "discount"), "product discount"), Money(0, currency))] if reduced else []
    unit = of_currency(money_of(price["value"]), currency)
    return _reduced(node, currency, unit=unit, full=full, before=before, product=product)


def of_custom_line(node: Json, currency: str) -> Amounts:
    full = precise_minor(node["money"])
    return _reduced(node, currency, unit=of_currency(money_of(node["money"]), currency), full=full, before=full, product=[])


def of_shipping(info: Json, currency: str) -> Amounts:
    """What delivery costs: `price`, or `discountedPrice` where a cart discount is on it."""
    price = of_currency(money_of(info["price"]), currency)
    cut = inner(info, "discountedPrice")
    value = of_currency(money_of(cut["value"]), currency) if cut else price
    reductions = _shared_out(price - value, _portions(cut, 1, currency))
    return Amounts(price, value, reductions, taxes_of(inner(info, "taxedPrice"), currency))


def taxes_of(taxed: Json, currency: str) -> tuple[Tax, ...]:
    """The portions of a `taxedPrice`; empty where nothing is taxed yet."""
    return tuple(
        Tax(text(node.get("name")), _rate(node.get("rate")), of_currency(money_of(node["amount"]), currency))
        for node in rows(taxed.get("taxPortions"), "taxPortions")
    )


def total_tax(taxed: Json, currency: str) -> Money:
    if not taxed:
        return Money.zero(currency)
    if taxed.get("totalTax") is not None:
        return of_currency(money_of(taxed["totalTax"]), currency)
    return of_currency(money_of(taxed["totalGross"]), currency) - of_currency(money_of(taxed["totalNet"]), currency)


def as_the_order_has_it(parts: Sequence[Amounts], order: Json, currency: str, goods: int) -> list[Amounts]:
    """Lines (the first `goods` parts) and deliveries, with the order's own discount shared out, and its tax.

    A line's tax is that of its price before the order's own discount, and is rounded by itself: what the customer pays is
    the order's.
    """
    reduced = _less_order_discount(parts, order, currency, goods)
    taxed, whole = inner(order, "taxedPrice"), sum(part.tax for part in reduced)
    tax = total_tax(taxed, currency)
    if not taxed or not whole or tax.minor == whole:
        return reduced
    shares = shared(tax, [part.tax for part in reduced])
    return [part.scaled(share) if part.taxes else part for part, share in zip(reduced, shares, strict=True)]


def _less_order_discount(parts: Sequence[Amounts], order: Json, currency: str, goods: int) -> list[Amounts]:
    """`discountOnTotalPrice` shared over the goods by value; what exceeds them, over the deliveries."""
    node = inner(order, "discountOnTotalPrice")
    if not node:
        return list(parts)
    amount = of_currency(money_of(node["discountedAmount"]), currency)
    on_goods = min(amount.minor, sum(max(0, part.value.minor) for part in parts[:goods]))
    first = shared(Money(on_goods, currency), [part.value.minor for part in parts[:goods]])
    rest = shared(Money(amount.minor - (on_goods if first else 0), currency), [part.value.minor for part in parts[goods:]])
    title = _titles(node) or "discount on the total"
    return [part.less(share, title) for part, share in zip(parts, [*first, *rest], strict=True)]


def sum_of(amounts: Sequence[Money], currency: str) -> Money:
    return total(amounts, currency)


def _reduced(node: Json, currency: str, *, unit: Money, full: Decimal, before: Decimal, product: list[Reduction]) -> Amounts:
    """Discounts are what lies between the price times the quantity and the line's total: exact, whatever was rounded."""
    quantity = count(node["quantity"], "quantity")
    value = of_currency(money_of(node["totalPrice"]), currency)
    listed, sold = times(full, quantity, currency), times(before, quantity, currency)
    by_product = [replace(each, amount=listed - sold) for each in product]
    by_cart = _shared_out(sold - value, _cart_portions(node, currency))
    return Amounts(unit, value, (*by_product, *by_cart), taxes_of(inner(node, "taxedPrice"), currency))


def _cart_portions(node: Json, currency: str) -> list[Reduction]:
    return [
        portion
        for row in rows(node.get("discountedPricePerQuantity"), "discountedPricePerQuantity")
        for portion in _portions(
            inner(row, "discountedPrice"), count(row["quantity"], "discountedPricePerQuantity.quantity"), currency
        )
    ]


def _portions(price: Json, quantity: int, currency: str) -> list[Reduction]:
    return [
        Reduction(
            _title(inner(node, "discount"), "discount"), times(precise_minor(node["discountedAmount"]), quantity, currency)
        )
        for node in rows(price.get("includedDiscounts"), "includedDiscounts")
    ]


def _shared_out(amount: Money, portions: Sequence[Reduction]) -> tuple[Reduction, ...]:
    """What was taken off, by discount, one entry each; rounding falls where `split` puts it."""
    by_title: dict[str, int] = {}
    for portion in portions:
        by_title[portion.title] = by_title.get(portion.title, 0) + portion.amount.minor
    if not amount.minor:
        return ()
    if not by_title:
        # A price by tier, or one that was set from outside: no discount is named for it.
        return (Reduction("price difference", amount),)
    shares = shared(amount, list(by_title.values()))
    return tuple(Reduction(title, share) for title, share in zip(by_title, shares, strict=True) if share.minor)


def _title(discount: Json, otherwise: str) -> str:
    """The discount's name where it was expanded, else its id."""
    named = inner(discount, "obj").get("name")
    return (localised(named, ()) if named else "") or text(discount.get("id")) or otherwise


def _titles(node: Json) -> str:
    found = [_title(inner(each, "discount"), "") for each in rows(node.get("includedDiscounts"), "includedDiscounts")]
    return ", ".join(dict.fromkeys(title for title in found if title))


def _rate(rate: Any) -> str:
    if rate is None:
        return ""
    if not isinstance(rate, int | float) or isinstance(rate, bool):
        raise TypeError(f"field rate is a {type(rate).__name__}")
    return repr(rate)
