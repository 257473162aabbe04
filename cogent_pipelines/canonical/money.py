"""Money as integer minor units with a currency. No floats, no exchange rates, no formatting for people."""

from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from functools import lru_cache

from cogent_pipelines.canonical.values import value

# ISO 4217 minor units that are not two.
_EXPONENTS = {
    **dict.fromkeys(
        [
            "BIF",
            "CLP",
            "DJF",
            "GNF",
            "ISK",
            "JPY",
            "KMF",
            "KRW",
            "PYG",
            "RWF",
            "UGX",
            "UYI",
            "VND",
            "VUV",
            "XAF",
            "XOF",
            "XPF",
        ],
        0,
    ),
    **dict.fromkeys(["BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"], 3),
}


@lru_cache(maxsize=256)
def minor_unit_exponent(currency: str) -> int:
    """How many decimals the currency's minor unit has: 2 for GBP, 0 for JPY, 3 for KWD."""
    return _EXPONENTS.get(currency, 2)


@value(frozen=True, slots=True)
class Money:
    """An amount in minor units (pence, cents) of one ISO 4217 currency."""

    minor: int
    currency: str

    @classmethod
    def of(cls, amount: str | Decimal, currency: str) -> "Money":
        """Read a decimal amount such as `"20.0"`; more decimals than the currency has are refused.

        Raises:
            ValueError: the text is no number, or is finer than the currency's minor unit.
        """
        minor = _scaled(amount, currency)
        if minor != minor.to_integral_value():
            msg = f"{amount} {currency} is finer than the currency's minor unit"
            raise ValueError(msg)
        return cls(int(minor), currency)

    @classmethod
    def rounded(cls, amount: str | Decimal, currency: str) -> "Money":
        """Read a decimal amount, rounding half up to the minor unit.

        Raises:
            ValueError: the text is no number, or has more digits than money has.
        """
        try:
            return cls(int(_scaled(amount, currency).quantize(Decimal(1), ROUND_HALF_UP)), currency)
        except (InvalidOperation, OverflowError):
            msg = f"not an amount of money: {amount!r}"
            raise ValueError(msg) from None

    @classmethod
    def zero(cls, currency: str) -> "Money":
        return cls(0, currency)

    @property
    def amount(self) -> Decimal:
        """The amount in major units, exact."""
        return Decimal(self.minor).scaleb(-minor_unit_exponent(self.currency))

    def __add__(self, other: "Money") -> "Money":
        return Money(self.minor + self._same(other).minor, self.currency)

    def __sub__(self, other: "Money") -> "Money":
        return Money(self.minor - self._same(other).minor, self.currency)

    def __mul__(self, factor: int) -> "Money":
        return Money(self.minor * factor, self.currency)

    def __neg__(self) -> "Money":
        return Money(-self.minor, self.currency)

    def split(self, weights: Iterable[int]) -> tuple["Money", ...]:
        """Share the amount in proportion to the weights, to the penny; the parts add up to the whole."""
        shares = list(weights)
        whole = sum(shares)
        if whole <= 0:
            msg = f"cannot split {self} over weights that sum to {whole}"
            raise ValueError(msg)
        parts, given, seen = [], 0, 0
        for share in shares:
            seen += share
            upto = self.minor * seen // whole
            parts.append(Money(upto - given, self.currency))
            given = upto
        return tuple(parts)

    def _same(self, other: "Money") -> "Money":
        if other.currency != self.currency:
            msg = f"cannot combine {self.currency} with {other.currency}"
            raise ValueError(msg)
        return other

    def __str__(self) -> str:
        return f"{self.amount} {self.currency}"


@value(frozen=True, slots=True)
class MoneyBag:
    """One amount as the shop books it and as the customer saw it; equal where there is one currency."""

    shop: Money
    presentment: Money

    @classmethod
    def single(cls, money: Money) -> "MoneyBag":
        return cls(money, money)

    def __add__(self, other: "MoneyBag") -> "MoneyBag":
        return MoneyBag(self.shop + other.shop, self.presentment + other.presentment)


def total(amounts: Iterable[Money], currency: str) -> Money:
    """Add amounts of one currency; zero where there are none.

    Raises:
        ValueError: an amount is of another currency.
    """
    minor = 0
    for amount in amounts:
        if amount.currency != currency:
            msg = f"cannot combine {currency} with {amount.currency}"
            raise ValueError(msg)
        minor += amount.minor
    return Money(minor, currency)


def _scaled(amount: str | Decimal, currency: str) -> Decimal:
    try:
        return Decimal(amount).scaleb(minor_unit_exponent(currency))
    except InvalidOperation:
        msg = f"not an amount of money: {amount!r}"
        raise ValueError(msg) from None
