"""Orders for measuring with: paid, to be shipped, three lines each; the same at every run."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from random import Random

from cogent_pipelines.canonical.address import Address
from cogent_pipelines.canonical.identity import LineRef, OrderRef, Sku
from cogent_pipelines.canonical.item import Item
from cogent_pipelines.canonical.money import Money, MoneyBag
from cogent_pipelines.canonical.order import Order, OrderLine, PaymentState, ShippingLine

ARTICLES = 500
LINES = 3
_ADDRESS = Address(name="Ada King", line1="12 Row Lane", city="York", postcode="YO1 7HH", country_code="GB")
_DELIVERY = 395


def items() -> list[Item]:
    return [Item(sku=sku(number), name=f"Article {number}", active=True, barcode="") for number in range(ARTICLES)]


def sku(number: int) -> Sku:
    return Sku(f"NW-{number:04d}")


def orders(count: int, *, seed: int) -> list[Order]:
    """So many orders, a second apart."""
    chance, began = Random(seed), datetime(2026, 11, 2, 9, tzinfo=UTC)
    return [_order(number, began + timedelta(seconds=number), chance) for number in range(count)]


def pages(count: int, *, seed: int, size: int) -> Iterator[list[Order]]:
    """The same, page by page, so that a burst never stands in memory whole."""
    chance, began = Random(seed), datetime(2026, 11, 2, 9, tzinfo=UTC)
    for start in range(0, count, size):
        yield [_order(n, began + timedelta(seconds=n), chance) for n in range(start, min(count, start + size))]


def _order(number: int, at: datetime, chance: Random) -> Order:
    lines = tuple(_line(number * 10 + place, chance) for place in range(LINES))
    goods = sum(line.line_total.shop.minor for line in lines)
    return Order(
        ref=OrderRef(str(5_000_000_000_000 + number)),
        name=f"#{10_001 + number}",
        created_at=at,
        version=at,
        payment=PaymentState.PAID,
        taxes_included=True,
        total=_pounds(goods + _DELIVERY),
        subtotal=_pounds(goods),
        shipping_total=_pounds(_DELIVERY),
        tax_total=_pounds((goods + _DELIVERY) // 6),
        discount_total=_pounds(0),
        lines=lines,
        shipping_lines=(ShippingLine("Standard", "STD", _pounds(_DELIVERY)),),
        taxes=(),
        shipping_address=_ADDRESS,
        billing_address=_ADDRESS,
        email=f"buyer-{number}@example.com",
    )


def _line(number: int, chance: Random) -> OrderLine:
    quantity, price = chance.randint(1, 4), chance.randint(250, 4999)
    return OrderLine(
        ref=LineRef(str(14_000_000_000_000 + number)),
        sku=sku(chance.randrange(ARTICLES)),
        title="Article",
        ordered=quantity,
        current=quantity,
        to_ship=quantity,
        requires_shipping=True,
        unit_price=_pounds(price),
        line_total=_pounds(price * quantity),
    )


def _pounds(minor: int) -> MoneyBag:
    return MoneyBag.single(Money(minor, "GBP"))
