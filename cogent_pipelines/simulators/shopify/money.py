"""Amounts in the shop's currency and in the currency the customer paid in, as integers of the smallest unit.

`Bag` holds one amount twice. Conversions happen once, when a price enters the shop; sums are made on each side by
itself, so that both sides add up. Rounding is half up, as on a till receipt.
"""

from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from typing import NamedTuple

from cogent_pipelines.simulators.common.words import words

NO_DECIMALS = frozenset(
    words(
        "BIF CLP DJF GNF JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF",
    )
)
THREE_DECIMALS = frozenset(["BHD", "JOD", "KWD", "OMR", "TND"])


@lru_cache(maxsize=256)
def digits(currency: str) -> int:
    if currency in NO_DECIMALS:
        return 0
    return 3 if currency in THREE_DECIMALS else 2


class Currencies(NamedTuple):
    """The shop's currency, the customer's, and how many of the customer's one of the shop's buys."""

    shop: str
    presentment: str
    rate: float = 1.0

    @property
    def single(self) -> bool:
        return self.shop == self.presentment


class Bag(NamedTuple):
    """One amount in both currencies."""

    shop: int
    presentment: int
    currencies: Currencies

    def plus(self, other: "Bag") -> "Bag":
        return Bag(self.shop + other.shop, self.presentment + other.presentment, self.currencies)

    def minus(self, other: "Bag") -> "Bag":
        return Bag(self.shop - other.shop, self.presentment - other.presentment, self.currencies)

    def times(self, count: int) -> "Bag":
        return Bag(self.shop * count, self.presentment * count, self.currencies)

    def share(self, part: int, whole: int) -> "Bag":
        """Give `part` of `whole` of this amount, each side rounded half up."""
        if whole in {part, 0}:
            return self if part else zero(self.currencies)
        return Bag(_share(self.shop, part, whole), _share(self.presentment, part, whole), self.currencies)

    def negative(self) -> "Bag":
        return Bag(-self.shop, -self.presentment, self.currencies)


def _share(amount: int, part: int, whole: int) -> int:
    if amount < 0:
        return -_share(-amount, part, whole)
    return (2 * amount * part + whole) // (2 * whole)


def zero(currencies: Currencies) -> Bag:
    return Bag(0, 0, currencies)


def total(bags: Iterable[Bag], currencies: Currencies) -> Bag:
    shop = presentment = 0
    for bag in bags:
        shop += bag.shop
        presentment += bag.presentment
    return Bag(shop, presentment, currencies)


def bag_of_presentment(minor: int, currencies: Currencies) -> Bag:
    """Make a bag of what the customer was asked for."""
    if currencies.single:
        return Bag(minor, minor, currencies)
    value = Decimal(minor).scaleb(-digits(currencies.presentment)) / Decimal(str(currencies.rate))
    return Bag(minor_units(value, currencies.shop), minor, currencies)


def minor_units(amount: Decimal | str | float, currency: str) -> int:
    """Read a price as people write it ("12.50") into the smallest unit."""
    value = amount if isinstance(amount, Decimal) else Decimal(str(amount))
    return int(value.scaleb(digits(currency)).quantize(Decimal(1), rounding=ROUND_HALF_UP))


@lru_cache(maxsize=65536)
def wire(minor: int, currency: str) -> str:
    """Write an amount as the vendor does: as many decimals as needed, at least one ("20.0", "949.95")."""
    places = digits(currency)
    whole, part = divmod(abs(minor), 10**places)
    tail = str(part).rjust(places, "0").rstrip("0") if places else ""
    return f"{'-' if minor < 0 else ''}{whole}.{tail or '0'}"


def split(minor: int, weights: list[int]) -> list[int]:
    """Split an amount over weights to the last unit; what rounding leaves goes to the largest remainders."""
    whole = sum(weights)
    if whole == 0:
        return [0] * len(weights)
    parts = [minor * weight // whole for weight in weights]
    order = sorted(range(len(weights)), key=lambda row: -(minor * weights[row] % whole))
    for row in order[: minor - sum(parts)]:
        parts[row] += 1
    return parts
