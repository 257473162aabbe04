"""The order of the demo's day: which order is placed when, and when what goes wrong.

Pure: a seed in, a list of moments out. Letting it happen is `day`.
"""

import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from cogent_pipelines.local_stack.demo import troubles
from cogent_pipelines.local_stack.demo.catalogue import (
    FLASH,
    ROUNDED,
    SPELT_DIFFERENTLY,
    TWO_PARCELS,
    UNKNOWN_AT_WAREHOUSE,
    Article,
    catalogue,
)
from cogent_pipelines.local_stack.demo.orders import Basket, basket, order
from cogent_pipelines.local_stack.demo.troubles import Trouble

ORDERS = 400
DAY_SECONDS = 90.0
FLASH_ORDERS = 60
FLASH_SECONDS = 3.0
OUTAGE_SECONDS = 9.0
FLASH_AT, OUTAGE_AT = 0.42, 0.62
"""Parts of the day that have passed when each begins."""


@dataclass(frozen=True, slots=True)
class Placed:
    """One order, so many seconds into the day. `trouble` is what it is planted for."""

    at: float
    spec: dict[str, Any]
    trouble: Trouble | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """A whole day."""

    seed: int
    articles: Sequence[Article]
    placed: Sequence[Placed]
    seconds: float = DAY_SECONDS
    outage: tuple[float, float] = field(default=(0.0, 0.0))

    def planted(self, trouble: Trouble) -> list[Placed]:
        return [moment for moment in self.placed if moment.trouble is trouble]


def plan(seed: int, *, orders: int = ORDERS, seconds: float = DAY_SECONDS) -> Plan:
    """Plan a day of so many orders, the same for one seed."""
    chance = random.Random(f"day {seed}")
    articles = catalogue(seed)
    planted = [*_planted_orders(chance, articles[0], seconds), *_flash_sale(chance, seconds)]
    usual = _usual_orders(chance, articles, count=orders - len(planted), seconds=seconds)
    begins = OUTAGE_AT * seconds
    return Plan(
        seed=seed,
        articles=articles,
        placed=sorted([*planted, *usual], key=lambda moment: moment.at),
        seconds=seconds,
        outage=(begins, begins + OUTAGE_SECONDS),
    )


def _usual_orders(chance: random.Random, articles: Sequence[Article], *, count: int, seconds: float) -> Iterable[Placed]:
    """Spread orders over the day as people do: few in the morning, most after lunch."""
    for _ in range(count):
        yield Placed(chance.triangular(0.0, seconds, seconds * 0.6), order(chance, basket(chance, articles)))


def _flash_sale(chance: random.Random, seconds: float) -> Iterable[Placed]:
    begins = FLASH_AT * seconds
    for _ in range(FLASH_ORDERS):
        spec = order(chance, Basket([(FLASH, 1)]))
        yield Placed(begins + chance.uniform(0.0, FLASH_SECONDS), spec, troubles.FLASH_SALE)


def _planted_orders(chance: random.Random, usual: Article, seconds: float) -> Iterable[Placed]:
    def at(part: float, article: Article, quantity: int, trouble: Trouble) -> Placed:
        return Placed(part * seconds, _plain(order(chance, Basket([(article, quantity)]))), trouble)

    # The very first order of the day is an easy one: it shows that the path is open.
    yield Placed(0.0, _plain(order(chance, Basket([(TWO_PARCELS, 2)]))), troubles.SPLIT_SHIPMENT)
    yield at(0.06, UNKNOWN_AT_WAREHOUSE, 1, troubles.UNKNOWN_SKU)
    yield at(0.10, SPELT_DIFFERENTLY, 1, troubles.CASE_VARIANT)
    yield at(0.13, ROUNDED, 7, troubles.ROUNDED_PRICE)
    yield at(0.16, TWO_PARCELS, 1, troubles.LATE_TRACKING)
    yield at(0.20, ROUNDED, 1, troubles.REPEATED_WEBHOOK)
    yield at(0.24, TWO_PARCELS, 1, troubles.LOST_WEBHOOK)
    yield at(0.34, UNKNOWN_AT_WAREHOUSE, 2, troubles.UNKNOWN_SKU)
    without_postcode = at(0.28, usual, 1, troubles.MISSING_POSTCODE)
    del without_postcode.spec["shipping_address"]["zip"]
    yield without_postcode


def _plain(spec: dict[str, Any]) -> dict[str, Any]:
    """Take discounts and the business away, so that a planted order has just one thing wrong with it."""
    return {name: value for name, value in spec.items() if name not in ("discounts", "company", "po_number", "tags")}
