"""Amounts as the vendor writes them, the tax in them, and discounts spread to the penny. Minor units throughout."""

from collections.abc import Sequence
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Any

from cogent_pipelines.simulators.commercetools.documents import Document

_DIGITS = {"JPY": 0, "KRW": 0, "CLP": 0, "ISK": 0, "KWD": 3, "BHD": 3, "TND": 3}


def cents(amount: int, currency: str) -> Document:
    digits = _DIGITS.get(currency, 2)
    return {"type": "centPrecision", "currencyCode": currency, "centAmount": amount, "fractionDigits": digits}


def net_of(gross: int, rate: float) -> int:
    """Take the tax out of an amount that holds it, half to even as the vendor's default rounds."""
    net = Decimal(gross) / (1 + Decimal(str(rate)))
    return int(net.quantize(Decimal(1), ROUND_HALF_EVEN))


def taxed(gross: int, currency: str, rate: Document | None) -> Document | None:
    """Give the taxed price of a gross amount; None without a rate."""
    if rate is None:
        return None
    net = net_of(gross, rate["amount"])
    return {
        "totalNet": cents(net, currency),
        "totalGross": cents(gross, currency),
        "taxPortions": [{"rate": rate["amount"], "name": rate["name"], "amount": cents(gross - net, currency)}],
        "totalTax": cents(gross - net, currency),
    }


def added_up(prices: Sequence[Document | None], currency: str, rate: Document | None) -> Document | None:
    """Add taxed prices that all have one rate."""
    given = [price for price in prices if price is not None]
    if not given or rate is None:
        return None
    net = sum(price["totalNet"]["centAmount"] for price in given)
    gross = sum(price["totalGross"]["centAmount"] for price in given)
    portion: dict[str, Any] = {"rate": rate["amount"], "name": rate["name"], "amount": cents(gross - net, currency)}
    return {
        "totalNet": cents(net, currency),
        "totalGross": cents(gross, currency),
        "taxPortions": [portion],
        "totalTax": cents(gross - net, currency),
    }


def spread(amount: int, weights: Sequence[int]) -> list[int]:
    """Spread an amount over weights so that the parts add up to it exactly."""
    whole, parts, done, seen = sum(weights), [], 0, 0
    for weight in weights:
        seen += weight
        upto = amount * seen // whole if whole else 0
        parts.append(upto - done)
        done = upto
    return parts
