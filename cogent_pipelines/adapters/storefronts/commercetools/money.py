"""commercetools' money as integer minor units: centAmount with its currency and digits, high precision too. Pure."""

import re
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from cogent_pipelines.canonical.money import Money, MoneyBag, minor_unit_exponent

# Far more than anything costs, and few enough digits that a column holds it many times over.
_LARGEST = 10**13
_MOST_DIGITS = 20
_CURRENCY = re.compile(r"([A-Z]{3})([0-9]?)")


def money_of(node: dict[str, Any]) -> Money:
    """A `TypedMoney` in our minor units; high precision rounded as the vendor rounded it (its `centAmount`)."""
    (currency, digits), amount = _currency(node), _whole(node, "centAmount")
    if node.get("type") != "highPrecision":
        # Of high precision the digits are those of `preciseAmount`; its centAmount is in the currency's own.
        digits = _digits(node, digits)
    return _within(Money(_rounded(Decimal(amount).scaleb(minor_unit_exponent(currency) - digits)), currency))


def precise_minor(node: dict[str, Any]) -> Decimal:
    """The amount in our minor units before rounding: what a unit really costs where prices are finer than a penny."""
    if node.get("type") != "highPrecision":
        return Decimal(money_of(node).minor)
    currency, usual = _currency(node)
    digits = _digits(node, usual)
    return Decimal(_whole(node, "preciseAmount")).scaleb(minor_unit_exponent(currency) - digits)


def times(unit: Decimal, quantity: int, currency: str) -> Money:
    """So many units, rounded once, at the end."""
    return _within(Money(_rounded(unit * quantity), currency))


def of_currency(money: Money, currency: str) -> Money:
    """Give it back.

    Raises:
        ValueError: it is in another currency than the order.
    """
    if money.currency != currency:
        raise ValueError(f"an amount in {money.currency} stands in an order in {currency}")
    return money


def bag(money: Money) -> MoneyBag:
    """An order of commercetools' has one currency: what the shop books is what the customer saw."""
    return MoneyBag(money, money)


def shared(amount: Money, weights: list[int]) -> list[Money]:
    """In proportion to the weights, to the penny; evenly where nothing weighs anything."""
    if not weights:
        return []
    positive = [max(0, weight) for weight in weights]
    return list(amount.split(positive if any(positive) else [1] * len(weights)))


def _currency(node: dict[str, Any]) -> tuple[str, int]:
    """The ISO code, and how many digits a cent amount has. `HUF0` is HUF in whole units (OpenAPI, `NonStandardCurrency`)."""
    code = node["currencyCode"]
    if not isinstance(code, str):
        raise TypeError(f"currencyCode is a {type(code).__name__}")
    found = _CURRENCY.fullmatch(code)
    if found is None:
        raise ValueError("currencyCode is no currency")
    currency, digits = found.groups()
    return currency, int(digits) if digits else minor_unit_exponent(currency)


def _digits(node: dict[str, Any], otherwise: int) -> int:
    digits = _whole(node, "fractionDigits") if "fractionDigits" in node else otherwise
    if not 0 <= digits <= _MOST_DIGITS:
        raise ValueError(f"fractionDigits is {digits}")
    return digits


def _whole(node: dict[str, Any], field: str) -> int:
    value = node[field]
    if not isinstance(value, int) or isinstance(value, bool):
        raise TypeError(f"{field} is a {type(value).__name__}")
    if abs(value) > _LARGEST * 10**6:
        raise ValueError(f"{field} is more than anything costs")
    return value


def _rounded(minor: Decimal) -> int:
    return int(minor.quantize(Decimal(1), ROUND_HALF_UP))


def _within(money: Money) -> Money:
    if abs(money.minor) > _LARGEST:
        raise ValueError("an amount is more than anything costs")
    return money
