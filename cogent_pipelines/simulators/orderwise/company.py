"""One company's books: master data, orders, stock. A tenant has two, each under a virtual directory of its own.

Master data and the looking up of it live here; how orders come in is `importing`, how they leave `floor`, how the
tables look to an export definition `picture`. Whoever acts holds `lock`.
"""

import threading
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from itertools import count

from cogent_pipelines.simulators.common.clock import Clock
from cogent_pipelines.simulators.orderwise.entities import Customer, Level, Order, Variant
from cogent_pipelines.simulators.orderwise.exports import Definitions
from cogent_pipelines.simulators.orderwise.floor import Floor
from cogent_pipelines.simulators.orderwise.importing import Importing
from cogent_pipelines.simulators.orderwise.picture import Picture
from cogent_pipelines.simulators.orderwise.stock import StockBook
from cogent_pipelines.simulators.orderwise.switches import Switches
from cogent_pipelines.simulators.orderwise.truth import Truth


@dataclass(frozen=True, slots=True)
class Courier:
    name: str
    url_prefix: str
    url_suffix: str


@dataclass(frozen=True, slots=True)
class TaxRate:
    code: str
    name: str
    percent: Decimal


class Company:
    """Everything of one company."""

    def __init__(self, name: str, *, clock: Clock, switches: Switches, seed: int) -> None:
        self.name = name
        self.clock = clock
        self.switches = switches
        self.seed = seed
        self.lock = threading.RLock()
        self.numbers: defaultdict[str, Iterator[int]] = defaultdict(lambda: count(1))
        self.numbers["order"], self.numbers["order number"] = count(58201), count(41001)
        self.sessions: dict[int, str] = {}
        self.locations: dict[int, str] = {}
        self.tax_rates: dict[int, TaxRate] = {}
        self.couriers: dict[int, Courier] = {}
        self.delivery_methods: dict[int, tuple[str, int]] = {}
        self.value_lists: dict[int, dict[int, str]] = {}
        self.customers: dict[int, Customer] = {}
        self.variants: dict[int, Variant] = {}
        self.by_code: dict[str, Variant] = {}
        self._by_plain_code: dict[str, Variant] = {}
        self.orders: dict[int, Order] = {}
        self.picture = Picture(self)
        self.definitions = Definitions(self.picture.connection, switches)
        self.stock = StockBook(switches, self.picture.variant_changed)
        self.floor = Floor(self)
        self.importing = Importing(self)
        self.truth = Truth(self)

    def now(self) -> datetime:
        """The vendor's clock, as finely as its tables keep it."""
        now = self.clock.now()
        return now.replace(microsecond=now.microsecond // 1000 * 1000)

    def next_number(self, what: str) -> int:
        return next(self.numbers[what])

    def tick(self) -> None:
        """Let happen what is due by now."""
        now = self.now()
        self.importing.tick(now)
        self.floor.tick(now)
        self.stock.tick(now)

    # ---- what is sold

    def add_variant(
        self,
        code: str,
        *,
        description: str = "",
        price: Decimal = Decimal(0),
        cost: Decimal = Decimal(0),
        ean: str = "",
        weight: float = 0.0,
        discontinued: bool = False,
        product_id: int = 0,
        location_id: int = 1,
        on_hand: Decimal | None = None,
    ) -> Variant:
        """Put something on sale, or change what bears that very code; `on_hand` is what then lies at its location."""
        now = self.now()
        variant = self.by_code.get(code)
        if variant is None:
            number = self.next_number("variant")
            variant = Variant(id=number, code=code, product_id=product_id or number, created_at=now, amended_at=now)
            self.variants[number] = self.by_code[code] = variant
            self._by_plain_code.setdefault(plain_code(code), variant)
        variant.description, variant.price, variant.cost = description or code, price, cost
        variant.ean, variant.weight, variant.discontinued = ean, weight, discontinued
        variant.location_id, variant.amended_at = location_id, now
        if on_hand is not None:
            self.set_stock(variant, on_hand=on_hand, location_id=location_id)
        self.picture.variant_changed(variant.id)
        return variant

    def make_kit(self, code: str, components: dict[str, Decimal]) -> Variant:
        """Let a variant be made of others.

        Raises:
            ValueError: a part is itself made of parts, or there is none of it.
        """
        kit, parts = self.by_code[code], [self.by_code[part] for part in components]
        if any(part.is_kit or part is kit for part in parts) or min(components.values()) <= 0:
            raise ValueError(f"{code} cannot be made of {', '.join(components)}")
        kit.components = {self.by_code[part].id: units for part, units in components.items()}
        self.picture.variant_changed(kit.id)
        return kit

    def make_alternate(self, code: str, master: str) -> Variant:
        """Let one code stand for another's goods."""
        variant = self.by_code[code]
        if self.by_code[master].is_kit or code == master:
            raise ValueError(f"{code} cannot stand for {master}")
        variant.master_id = self.by_code[master].id
        self.picture.variant_changed(variant.id)
        return variant

    def variant(self, code: str) -> Variant | None:
        """Find what a client calls by a code; alternates and discontinued ones too."""
        if self.switches.variant_match == "exact":
            return self.by_code.get(code)
        return self._by_plain_code.get(plain_code(code))

    # ---- stock

    def set_stock(self, variant: Variant, *, on_hand: Decimal, location_id: int | None = None) -> Level:
        level = self.stock.level(variant.id, location_id or variant.location_id)
        self.adjust(variant, by=on_hand - level.overall, location_id=level.location_id)
        return level

    def adjust(self, variant: Variant, *, by: Decimal, location_id: int | None = None) -> None:
        """Goods come in, or are found missing."""
        level = self.stock.level(variant.id, location_id or variant.location_id)
        now = self.now()
        self.stock.change(level, at=now, overall=by)
        self.stock.touch(variant.id, now)
        self.floor.stock_changed(level)
        self.stock.tick(now)

    # ---- whom it is sold to

    def add_customer(self, account_number: str, name: str, *, customer_id: int | None = None) -> Customer:
        number = customer_id or self.next_number("customer")
        customer = Customer(id=number, account_number=account_number, name=name, amended_at=self.now())
        self.customers[number] = customer
        self.picture.customers_changed()
        return customer


def plain_code(code: str) -> str:
    """A code as the database's collation sees it: case and trailing spaces aside."""
    return code.rstrip(" ").casefold()
