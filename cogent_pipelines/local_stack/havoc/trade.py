"""The load: orders placed at the shop at a steady rate, and goods that come in at the warehouse, in a thread of its own.

The shop neither knows nor cares what happens to those who carry its orders. It is a trade with scarce goods, so that
stock that was published wrongly would be oversold.
"""

import threading
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from random import Random
from typing import Any

from cogent_pipelines.local_stack.demo.catalogue import Article
from cogent_pipelines.local_stack.demo.vendors import Shop, Warehouse

ARTICLES = 200
_SCARCE, _PLENTY = 20, 400
_GOODS_IN_UNITS = 25
_GOODS_IN_EVERY = 10
"""Orders between two deliveries to the warehouse."""
_ADDRESS = {
    "first_name": "Ada",
    "last_name": "King",
    "address1": "12 Row Lane",
    "city": "York",
    "zip": "YO1 7HH",
    "country": "United Kingdom",
    "country_code": "GB",
}


def articles(seed: int) -> tuple[Article, ...]:
    chance = Random(f"havoc articles {seed}")
    return tuple(
        Article(f"NW-{number:04d}", f"Article {number}", 995, chance.randint(_SCARCE, _PLENTY)) for number in range(ARTICLES)
    )


def open_for_business(shop: Shop, warehouse: Warehouse, seed: int) -> None:
    """Stock both sides alike. The vendors' limits are lifted: they are not what is tried here."""
    warehouse.switch(
        works_by_itself=True,
        pick_after_seconds=1.0,
        pack_after_seconds=1.0,
        despatch_after_seconds=1.0,
        rate_limit_calls=0,
    )
    shop.switch(checkout_checks_stock=True, stock_history="none", throttle=False)
    warehouse.stock(articles(seed))
    shop.stock(articles(seed))


@dataclass(slots=True)
class Trade:
    """Use it in a `with` block; it trades from `begin` until `end`."""

    shop: Shop
    warehouse: Warehouse
    orders_per_second: float
    seed: int
    placed: int = 0
    refused: int = 0
    error: BaseException | None = None
    _over: threading.Event = field(default_factory=threading.Event)
    _thread: threading.Thread | None = None

    def begin(self) -> None:
        self._thread = threading.Thread(target=self._trade, name="trade", daemon=True)
        self._thread.start()

    def end(self) -> None:
        """Place no more."""
        self._over.set()
        if self._thread is not None:
            self._thread.join()
        self.check()

    def check(self) -> None:
        """Fail where the trade itself could not go on: then nothing was tried."""
        if self.error is not None:
            raise RuntimeError("the stand-ins did not take the trade") from self.error

    def _trade(self) -> None:
        try:
            chance = Random(f"havoc trade {self.seed}")
            for number, order in enumerate(_orders(chance)):
                if self._over.wait(self._wait(number)):
                    return
                (taken,) = self.shop.place([order])
                self.placed += taken is not None
                self.refused += taken is None
                if number % _GOODS_IN_EVERY == 0:
                    self.warehouse.adjust(f"NW-{chance.randrange(ARTICLES):04d}", by=_GOODS_IN_UNITS, reason="Goods in")
        except BaseException as error:  # noqa: BLE001 - told by `check`, in the thread that looks on
            self.error = error

    def _wait(self, number: int) -> float:
        if number == 0:
            self._began = time.monotonic()
        return max(0.0, self._began + number / self.orders_per_second - time.monotonic())

    _began: float = 0.0


def _orders(chance: Random) -> Iterator[dict[str, Any]]:
    while True:
        yield _order(chance)


def _order(chance: Random) -> dict[str, Any]:
    chosen = chance.sample(range(ARTICLES), chance.choice((1, 1, 1, 2, 3)))
    lines: list[Mapping[str, Any]] = [{"sku": f"NW-{n:04d}", "quantity": chance.choice((1, 1, 1, 2))} for n in chosen]
    return {
        "lines": lines,
        "shipping": {"title": "Standard", "code": "STD", "price": "3.95"},
        "tax_rate": "0.2",
        "taxes_included": True,
        "email": "ada@example.com",
        "shipping_address": _ADDRESS,
    }
