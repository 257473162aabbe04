"""Who buys what in the demo: orders as the shop's simulator takes them.

Nobody here exists. Chance is handed in, so that one seed gives one day.
"""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from cogent_pipelines.local_stack.demo.catalogue import Article

FIRST_NAMES = (
    "Amira",
    "Ben",
    "Chloe",
    "Dev",
    "Elsie",
    "Finn",
    "Grace",
    "Hamza",
    "Isla",
    "Jude",
    "Kezia",
    "Leo",
    "Maeve",
    "Noor",
)
LAST_NAMES = (
    "Ashdown",
    "Bexley",
    "Carrow",
    "Dunmore",
    "Eastley",
    "Farrow",
    "Greaves",
    "Hallam",
    "Ingram",
    "Kerrow",
    "Lowther",
)
STREETS = ("Mill Lane", "Station Road", "Church Street", "Orchard Close", "Harbour View", "Victoria Terrace", "Weavers Row")
# Town, the letters and district of its postcodes.
TOWNS = (
    ("Leeds", "LS6"),
    ("Bristol", "BS3"),
    ("Norwich", "NR2"),
    ("Cardiff", "CF10"),
    ("Glasgow", "G12"),
    ("Exeter", "EX4"),
    ("York", "YO24"),
    ("Brighton", "BN1"),
)
COMPANIES = ("Harbour Hotels", "The Copper Kettle", "Fenland Lettings", "Millside Interiors")
SHIPPING = (
    {"title": "Standard (3-5 days)", "code": "RM48", "price": "3.95"},
    {"title": "Express (next day)", "code": "RM24", "price": "6.95"},
)
FREE_FROM_PENCE = 5000
VAT = 0.2


@dataclass(frozen=True, slots=True)
class Basket:
    """What one customer chose."""

    lines: Sequence[tuple[Article, int]]
    note: str = ""

    @property
    def pence(self) -> int:
        return sum(article.price * quantity for article, quantity in self.lines)


def basket(chance: random.Random, articles: Sequence[Article]) -> Basket:
    """Fill a basket: mostly one or two articles, mostly one of each."""
    weights = [article.popularity for article in articles]
    wanted = chance.choices((1, 2, 3, 4), (50, 30, 14, 6))[0]
    chosen = dict.fromkeys(chance.choices(articles, weights, k=wanted))
    return Basket([(article, chance.choices((1, 2, 3, 6), (74, 18, 6, 2))[0]) for article in chosen])


def order(chance: random.Random, chosen: Basket) -> dict[str, Any]:
    """Write the order of a customer who chose this basket; one in twenty-five is a business."""
    first, last = chance.choice(FIRST_NAMES), chance.choice(LAST_NAMES)
    email = f"{first}.{last}{chance.randint(1, 999)}@example.com".lower()
    spec: dict[str, Any] = {
        "lines": [{"sku": article.sku, "quantity": quantity} for article, quantity in chosen.lines],
        "shipping": _shipping(chance, chosen),
        "tax_rate": VAT,
        "taxes_included": True,
        "email": email,
        "customer": {"first_name": first, "last_name": last, "email": email},
        "shipping_address": address(chance, first, last),
    }
    if chance.random() < 0.12:  # noqa: PLR2004 - the share of orders with a code
        spec["discounts"] = [{"percentage": 10, "kind": "code", "code": "WELCOME10"}]
    if chance.random() < 0.04:  # noqa: PLR2004 - the share of businesses
        spec |= _of_a_business(chance)
    if chosen.note or chance.random() < 0.08:  # noqa: PLR2004 - the share of gifts
        spec["note"] = chosen.note or "Please leave out the receipt, it is a present."
        spec["attributes"] = {"gift": "yes"}
    return spec


def address(chance: random.Random, first: str, last: str) -> dict[str, str]:
    town, district = chance.choice(TOWNS)
    postcode = f"{district} {chance.randint(1, 9)}{chance.choice('ABDEFGHJLN')}{chance.choice('PQRSTUWXYZ')}"
    return {
        "first_name": first,
        "last_name": last,
        "address1": f"{chance.randint(1, 180)} {chance.choice(STREETS)}",
        "city": town,
        "zip": postcode,
        "country_code": "GB",
    }


def _shipping(chance: random.Random, chosen: Basket) -> Mapping[str, str]:
    if chosen.pence >= FREE_FROM_PENCE:
        return {**SHIPPING[0], "price": "0.00"}
    return chance.choices(SHIPPING, (80, 20))[0]


def _of_a_business(chance: random.Random) -> dict[str, Any]:
    name = chance.choice(COMPANIES)
    return {
        "company": {"name": name, "external_id": name.upper().replace(" ", "-"), "location": {"name": "Head office"}},
        "po_number": f"PO-{chance.randint(10000, 99999)}",
        "tags": ["b2b"],
    }
