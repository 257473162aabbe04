"""Shopify's money texts as integer minor units. The same amounts come again and again, so a parsed one is remembered."""

from functools import lru_cache
from typing import Any

from cogent_pipelines.canonical.money import Money, MoneyBag, minor_unit_exponent

# Far more than anything costs, and few enough digits that a column holds it many times over.
_LONGEST_TEXT = 40
_LARGEST = 10**13
_LARGEST_SUM = 10**18


def bag(node: dict[str, Any]) -> MoneyBag:
    """A `MoneyBag{shopMoney presentmentMoney}`."""
    shop, seen = node["shopMoney"], node["presentmentMoney"]
    return _bag(shop["amount"], shop["currencyCode"], seen["amount"], seen["currencyCode"])


@lru_cache(maxsize=65_536)
def _bag(shop: str, shop_currency: str, seen: str, seen_currency: str) -> MoneyBag:
    money = _money(shop, shop_currency)
    if shop == seen and shop_currency == seen_currency:
        return MoneyBag(money, money)
    return MoneyBag(money, _money(seen, seen_currency))


@lru_cache(maxsize=65_536)
def _money(amount: str, currency: str) -> Money:
    """Amounts are decimal texts with as many places as needed: `20.0`, `949.95`, `1200` (recorded responses)."""
    if len(amount) > _LONGEST_TEXT or "e" in amount.lower():
        raise ValueError(f"{amount[:_LONGEST_TEXT]!r} is not an amount of money as Shopify writes it")
    return _within(_read(amount, currency), _LARGEST)


def _read(amount: str, currency: str) -> Money:
    whole, _, fraction = amount.partition(".")
    exponent = minor_unit_exponent(currency)
    fraction = fraction.rstrip("0")
    if len(fraction) <= exponent and whole.isdecimal() and whole.isascii() and (not fraction or fraction.isdecimal()):
        return Money(int(whole + fraction.ljust(exponent, "0")), currency)
    # Negative, or finer than the minor unit (a tax, a converted price): rounded, because nobody can pay the rest.
    return Money.rounded(amount, currency)


def zero_like(other: MoneyBag) -> MoneyBag:
    return _bag("0", other.shop.currency, "0", other.presentment.currency)


def add_up(bags: list[MoneyBag], zero: MoneyBag) -> MoneyBag:
    """The sum; `zero` says the currencies."""
    shop = sum(one.shop.minor for one in bags)
    seen = sum(one.presentment.minor for one in bags)
    return within(MoneyBag(Money(shop, zero.shop.currency), Money(seen, zero.presentment.currency)))


def within(bag: MoneyBag) -> MoneyBag:
    """Give it back where it can be kept.

    Raises:
        ValueError: it is more than can be kept, and so more than can be true.
    """
    _within(bag.shop, _LARGEST_SUM)
    _within(bag.presentment, _LARGEST_SUM)
    return bag


def _within(money: Money, largest: int) -> Money:
    if abs(money.minor) > largest:
        raise ValueError(f"{money} is more than anything costs")
    return money
