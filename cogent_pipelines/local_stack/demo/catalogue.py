"""What the demo's shop sells: about two hundred articles, the same for one seed.

The shop's and the warehouse's ideas of an article differ where a trouble is planted; `troubles` says where.
"""

import random
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

MATERIALS = ("Stoneware", "Linen", "Oak", "Brass", "Glass", "Wool", "Slate", "Willow", "Copper", "Enamel")
THINGS = (
    ("Mug", "MUG", 850),
    ("Bowl", "BWL", 1295),
    ("Candle", "CDL", 1450),
    ("Throw", "THR", 3995),
    ("Lantern", "LNT", 2450),
    ("Tray", "TRY", 1899),
    ("Vase", "VAS", 2199),
    ("Coaster Set", "CST", 999),
    ("Doorstop", "DRS", 1650),
    ("Photo Frame", "FRM", 1275),
)
SHADES = ("Chalk", "Sage")


@dataclass(frozen=True, slots=True)
class Article:
    """One thing that is sold. `price` is in pence, VAT included; `sku` is the shop's spelling."""

    sku: str
    title: str
    price: int
    stock: int
    popularity: float = 1.0
    warehouse_sku: str | None = ""
    """Empty: as the shop spells it. None: the warehouse has never heard of it."""
    warehouse_decimals: int | None = None
    """Where the warehouse keeps prices to another number of decimals than two."""
    arrived: int = 0
    """Units that came in overnight: the warehouse has them, and the shop has not been told."""

    def as_product(self) -> Mapping[str, Any]:
        """The shop's simulator takes products like this."""
        return {
            "title": self.title,
            "sku": self.sku,
            "price": f"{self.price / 100:.2f}",
            "stock": self.stock - self.arrived,
            "grams": 400,
        }

    def as_item(self) -> Mapping[str, Any] | None:
        """The warehouse's simulator takes items like this."""
        if self.warehouse_sku is None:
            return None
        code = self.warehouse_sku or self.sku
        return {"ItemCode": code, "Name": self.title, "Barcode": f"50{abs(hash_of(code)):011d}", "OnHand": self.stock}


def hash_of(text: str) -> int:
    """Make a number out of a text, the same in every process."""
    value = 0
    for letter in text:
        value = (value * 131 + ord(letter)) % 10**11
    return value


# Planted articles: sold by name in `troubles`, never chosen by chance.
UNKNOWN_AT_WAREHOUSE = Article("NW-NEW-001", "Terracotta Planter (new this week)", 2750, 40, 0.0, warehouse_sku=None)
SPELT_DIFFERENTLY = Article("nw-mug-900", "Stoneware Mug, Limited Edition", 1150, 60, 0.0, warehouse_sku="NW-MUG-900")
ROUNDED = Article("NW-RIB-012", "Linen Ribbon, by the metre", 125, 400, 0.0, warehouse_decimals=1)
FLASH = Article("NW-FLA-777", "Brass Lantern, today only", 1999, 45, 0.0)
TWO_PARCELS = Article("NW-BIG-055", "Oak Bench in two boxes", 8900, 30, 0.0)
PLANTED_ARTICLES = (UNKNOWN_AT_WAREHOUSE, SPELT_DIFFERENTLY, ROUNDED, FLASH, TWO_PARCELS)


def catalogue(seed: int) -> tuple[Article, ...]:
    """Give all articles of the shop, the planted ones last."""
    chance = random.Random(f"catalogue {seed}")
    articles: list[Article] = []
    for material in MATERIALS:
        for thing, code, price in THINGS:
            for shade in SHADES:
                sku = f"NW-{code}-{len(articles) + 1:03d}"
                # Prices end in 5 or 9 pence, as they do; a few articles sell far more than the rest.
                own_price = price + chance.choice((-150, -50, 0, 0, 50, 99, 200))
                popularity = chance.paretovariate(1.3)
                title = f"{material} {thing}, {shade}"
                articles.append(Article(sku, title, own_price, chance.randint(60, 240), min(popularity, 12.0)))
    # What sells best is stocked best: only the flash sale is meant to sell out.
    stocked = [
        replace(article, stock=article.stock + int(article.popularity * 40), arrived=12 if place % 5 == 0 else 0)
        for place, article in enumerate(articles)
    ]
    return (*stocked, *PLANTED_ARTICLES)
