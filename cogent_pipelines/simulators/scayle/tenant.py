"""The tenant: all that the simulator knows to be true.

Holds merchants, warehouses, articles and orders with the ways to find them, hands out numbers and times, and tells its
listeners what happened. The acts that change it live beside it, one module per noun; this one only keeps and announces.
"""

import random
import threading
from collections import Counter, deque
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from cogent_pipelines.simulators.common.clock import Clock
from cogent_pipelines.simulators.scayle.records import (
    Carrier,
    Customer,
    Item,
    Merchant,
    Order,
    Product,
    Reservation,
    ShopCountry,
    Stock,
    Variant,
    Warehouse,
)
from cogent_pipelines.simulators.scayle.switches import Switches
from cogent_pipelines.simulators.scayle.times import whole_seconds

DEFAULT_MERCHANT = "default"
"""Exists from the start (merchants overview, read 2026-11)."""
COMPANY_ID = 1


class Listener:
    """Hears what happens; each does nothing unless overridden."""

    def order_event(self, event: str, order: Order, items: Sequence[Item]) -> None:
        """Something happened to an order; `items` are those it concerns."""

    def stock_event(self, event: str, stock: Stock) -> None:
        """A stock was changed."""


class Tenant:
    """One tenant's state. Hold `lock` while changing it from outside the server's own thread."""

    def __init__(self, *, clock: Clock, switches: Switches, seed: int = 0) -> None:
        self.clock = clock
        self.switches = switches
        self.random = random.Random(f"tenant {seed}")
        self.lock = threading.RLock()
        self.listeners: list[Listener] = []
        self._next: dict[str, int] = {}
        self.merchants: dict[int, Merchant] = {}
        self.merchants_by_key: dict[str, Merchant] = {}
        self.warehouses: dict[int, Warehouse] = {}
        self.warehouses_by_key: dict[str, Warehouse] = {}
        self.carriers: dict[int, Carrier] = {}
        self.carriers_by_key: dict[str, Carrier] = {}
        self.shop_countries: dict[tuple[str, str], ShopCountry] = {}
        self.products: dict[int, Product] = {}
        self.products_by_key: dict[str, Product] = {}
        self.variants: dict[int, Variant] = {}
        self.variants_by_key: dict[str, Variant] = {}
        self.reservations: dict[int, Reservation] = {}
        self.customers: dict[str, Customer] = {}
        self.orders: dict[int, Order] = {}
        self.orders_by_key: dict[str, Order] = {}
        self.items: dict[int, Item] = {}
        self.items_by_return_key: dict[str, Item] = {}
        self.open_orders: dict[int, Order] = {}
        """Those that the next moment may change: not confirmed, not wholly handed over, or not invoiced yet."""
        self.undespatched: deque[Order] = deque()
        """Confirmed orders, oldest first, for the closure by force."""
        self.refused_sales: list[dict[str, Any]] = []
        self.notes: list[dict[str, Any]] = []
        """What clients did that was refused, repeated or contradictory."""
        self.on_the_floor: dict[str, int] = {}
        """Units per SKU that truly exist, sent ones included, where whoever plays the warehouse told us."""
        self.sold: Counter[str] = Counter()
        self.sent: Counter[str] = Counter()
        self.beyond_the_floor: Counter[str] = Counter()
        self.add_merchant(DEFAULT_MERCHANT, "Default")

    # ---- time, numbers and news

    def now(self) -> datetime:
        return self.clock.now().astimezone(UTC)

    def next(self, kind: str, first: int = 1) -> int:
        number = self._next.get(kind, first - 1) + 1
        self._next[kind] = number
        return number

    def touch(self, order: Order) -> None:
        """Bump an order's updatedAt; it never goes back."""
        order.updated_at = max(order.updated_at, whole_seconds(self.now()))

    def note(self, what: str, **more: Any) -> None:
        self.notes.append({"at": self.now(), "what": what, **more})

    def order_event(self, event: str, order: Order, items: Sequence[Item] = ()) -> None:
        for listener in self.listeners:
            listener.order_event(event, order, items or order.items)

    def stock_event(self, event: str, stock: Stock) -> None:
        for listener in self.listeners:
            listener.stock_event(event, stock)

    def seen(self, order: Order) -> None:
        """Somebody outside has been told of an order."""
        if order.seen_at is None:
            order.seen_at = self.now()

    # ---- who and where

    def add_merchant(self, key: str, name: str, **more: Any) -> Merchant:
        merchant = Merchant(self.next("merchant"), key, name, **more)
        self.merchants[merchant.id] = self.merchants_by_key[key] = merchant
        return merchant

    def add_warehouse(self, key: str) -> Warehouse:
        warehouse = Warehouse(self.next("warehouse"), key)
        self.warehouses[warehouse.id] = self.warehouses_by_key[key] = warehouse
        return warehouse

    def add_carrier(self, key: str, name: str, tracking_url: str = "") -> Carrier:
        carrier = Carrier(self.next("carrier"), key, name, tracking_url)
        self.carriers[carrier.id] = self.carriers_by_key[key] = carrier
        return carrier

    def add_shop_country(
        self, shop_key: str, country: str, *, currency: str, vat: float = 0.2, language: str = "en_GB"
    ) -> ShopCountry:
        found = ShopCountry(self.next("shop_country", 101), shop_key, country.upper(), currency, vat, language)
        self.shop_countries[shop_key.lower(), found.country] = found
        return found

    def open_shop(self, shop_country: ShopCountry, warehouse: Warehouse, merchant: Merchant, *, priority: int = 100) -> None:
        """Let a merchant sell from a warehouse in a shop country, with every carrier that there is."""
        merchant.warehouses[warehouse.id] = warehouse
        shop_country.priorities[warehouse.id] = priority
        for carrier in self.carriers.values():
            merchant.carriers[carrier.key, shop_country.country] = carrier

    @property
    def default_merchant(self) -> Merchant:
        return self.merchants_by_key[DEFAULT_MERCHANT]

    def shop_country(self, shop_key: str, country: str) -> ShopCountry | None:
        """Find by alpha-2 code in either case, or by the shop country's number."""
        found = self.shop_countries.get((shop_key.lower(), country.upper()))
        if found is None and country.isdecimal():
            rows = self.shop_countries.values()
            found = next((row for row in rows if row.id == int(country) and row.shop_key.lower() == shop_key.lower()), None)
        return found

    # ---- what is sold

    def add_product(self, key: str, name: str) -> Product:
        now = whole_seconds(self.now())
        product = Product(self.next("product", 501), key, name, now, now)
        self.products[product.id] = self.products_by_key[key] = product
        return product

    def add_variant(
        self, product: Product, key: str, *, price_minor: int, currency: str, ean: str = "", size: str = ""
    ) -> Variant:
        variant = Variant(self.next("variant", 5001), key, product, ean, price_minor, currency, size)
        product.variants[variant.id] = self.variants[variant.id] = self.variants_by_key[key] = variant
        return variant

    def floor_holds(self, sku: str, units: int) -> None:
        """Whoever plays the warehouse says how many units of an article truly lie there now."""
        self.on_the_floor[sku] = units + self.sent[sku]
