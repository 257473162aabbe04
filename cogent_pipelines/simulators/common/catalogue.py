"""The small seeded catalogue that every simulator starts with, so that both ends of a connection sell the same goods.

Ten products in four sizes. SKUs, titles and barcodes are always the same; the seed decides prices, costs, weights and
what lies in stock. Vendors turn these into their own records; nothing of theirs belongs here.
"""

from dataclasses import dataclass
from random import Random

_PRODUCTS = (
    ("TEE", "Organic tee"),
    ("HOOD", "Fleece hoodie"),
    ("JEAN", "Straight jeans"),
    ("SHIRT", "Oxford shirt"),
    ("KNIT", "Lambswool jumper"),
    ("COAT", "Rain coat"),
    ("SHORT", "Linen shorts"),
    ("DRESS", "Wrap dress"),
    ("SOCK", "Walking socks"),
    ("SCARF", "Merino scarf"),
)
_SIZES = (("S", "Small"), ("M", "Medium"), ("L", "Large"), ("XL", "Extra large"))


@dataclass(frozen=True, slots=True, kw_only=True)
class SeededItem:
    """One sellable thing; money in minor units of the shop's currency."""

    sku: str
    product: str
    title: str
    size: str
    barcode: str
    price_minor: int
    cost_minor: int
    weight_grams: int
    on_hand: int


def seeded_products(seed: int) -> tuple[SeededItem, ...]:
    """Give the forty items, product by product."""
    random = Random(f"catalogue {seed}")
    items = []
    for product_number, (code, title) in enumerate(_PRODUCTS):
        price = random.randrange(1200, 9000, 50)
        weight = random.randrange(120, 900, 10)
        for size_number, (letter, size) in enumerate(_SIZES):
            items.append(
                SeededItem(
                    sku=f"{code}-{letter}",
                    product=code,
                    title=title,
                    size=size,
                    barcode=ean13(500000000000 + product_number * 10 + size_number),
                    price_minor=price,
                    cost_minor=price * 4 // 10,
                    weight_grams=weight + 20 * size_number,
                    on_hand=random.randrange(40, 400),
                )
            )
    return tuple(items)


def ean13(twelve_digits: int) -> str:
    """Add the check digit."""
    digits = f"{twelve_digits:012d}"
    total = sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(digits))
    return f"{digits}{-total % 10}"
