"""The shop: all that the simulator knows to be true.

Holds the catalogue, the orders and the ways to find them, hands out ids and times, and tells its listeners what
happened. The acts that change it live beside it, one module per noun; this one only keeps and announces.
"""

import random
import threading
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from typing import Any, TypeVar

from cogent_pipelines.simulators.common.clock import Clock
from cogent_pipelines.simulators.shopify.aftersale import CancelJob, Edit, Refund, Transaction
from cogent_pipelines.simulators.shopify.catalogue import (
    InventoryItem,
    Level,
    Location,
    Product,
    Variant,
)
from cogent_pipelines.simulators.shopify.ids import Numbers, to_ms
from cogent_pipelines.simulators.shopify.money import minor_units
from cogent_pipelines.simulators.shopify.parcels import Fulfilment, FulfilmentOrder, FulfilmentOrderLine
from cogent_pipelines.simulators.shopify.people import Company, CompanyLocation, Customer
from cogent_pipelines.simulators.shopify.records import Line, Order
from cogent_pipelines.simulators.shopify.switches import Switches

Shared = TypeVar("Shared")
MOST_SHARED = 200_000
Listener = Callable[[str, object], None]
"""Called with a topic ("orders/create") and the record it concerns."""


class Shop:
    """One shop's state. Hold `lock` while changing it from outside the server's own thread."""

    def __init__(
        self,
        *,
        clock: Clock,
        switches: Switches,
        seed: int = 0,
        name: str = "Northwind Gifts",
        domain: str = "northwind-sim.myshopify.com",
        currency: str = "GBP",
        country: str = "GB",
    ) -> None:
        self.clock = clock
        self.switches = switches
        self.random = random.Random(seed)
        self.name = name
        self.domain = domain
        self.currency = currency
        self.country = country
        self.numbers = Numbers()
        self.lock = threading.RLock()
        self._last_ms = 0
        self._shared: dict[Any, Any] = {}
        self.created_at = self.now_ms()
        self.listeners: list[Listener] = []
        self.locations: dict[int, Location] = {}
        self.products: dict[int, Product] = {}
        self.variants: dict[int, Variant] = {}
        self.variants_by_sku: dict[str, list[Variant]] = {}
        self.variants_by_lower_sku: dict[str, list[Variant]] = {}
        self.items: dict[int, InventoryItem] = {}
        self.levels: dict[int, Level] = {}
        self.orders: dict[int, Order] = {}
        self.orders_by_name: dict[str, Order] = {}
        self.lines: dict[int, Line] = {}
        self.parts: dict[int, FulfilmentOrder] = {}
        self.part_lines: dict[int, FulfilmentOrderLine] = {}
        self.fulfilments: dict[int, Fulfilment] = {}
        self.refunds: dict[int, Refund] = {}
        self.transactions: dict[int, Transaction] = {}
        self.customers: dict[int, Customer] = {}
        self.customers_by_email: dict[str, Customer] = {}
        self.companies: dict[int, Company] = {}
        self.companies_by_name: dict[str, Company] = {}
        self.company_locations: dict[int, CompanyLocation] = {}
        self.cancel_jobs: dict[str, CancelJob] = {}
        self.open_cancel_jobs: list[CancelJob] = []
        self.edits: dict[int, Edit] = {}
        self.unrouted: list[Order] = []
        self.refused_fulfilments: list[dict[str, Any]] = []
        self.refused_sales: list[dict[str, Any]] = []

    # ---- time and news

    def now_ms(self) -> int:
        now = to_ms(self.clock.now())
        if now != self._last_ms:
            self._last_ms = now
        # The same moment is the same object: many records hold it.
        return self._last_ms

    def shared(self, value: Shared) -> Shared:
        """Give the one object that stands for all equal amounts, so that a shop of many lines stays small."""
        if len(self._shared) >= MOST_SHARED:
            self._shared.clear()
        known: Shared = self._shared.setdefault(value, value)
        return known

    def now(self) -> datetime:
        return self.clock.now().astimezone(UTC)

    def announce(self, topic: str, record: object) -> None:
        for listener in self.listeners:
            listener(topic, record)

    def touch(self, order: Order) -> None:
        """Bump an order's updatedAt; it never goes back."""
        now = self.now_ms()
        order.indexed_at = order.updated_at
        order.updated_at = max(now, order.updated_at)

    # ---- the catalogue

    @property
    def primary_location(self) -> Location:
        for location in self.locations.values():
            if location.primary:
                return location
        raise LookupError("the shop has no location yet; call add_location first")

    def add_location(
        self,
        name: str,
        *,
        address: Mapping[str, str] | None = None,
        fulfilment_service: str | None = None,
        created_at: int | None = None,
    ) -> Location:
        """Open a location; the first is the primary one."""
        with self.lock:
            location = Location(
                self.numbers.next("Location"),
                name,
                address=dict(address or {"city": "London", "countryCode": self.country}),
                primary=not self.locations,
                fulfilment_service=fulfilment_service,
                now=self.now_ms() if created_at is None else created_at,
            )
            self.locations[location.id] = location
            return location

    def add_products(self, products: Iterable[Mapping[str, Any]]) -> list[Product]:
        """Add products. Each: title, vendor, product_type, variants [...]; or a single variant's fields at the top.

        A variant: sku, price ("12.50"), title, barcode, cost, tracked, requires_shipping, taxable, policy
        (DENY/CONTINUE), grams, stock (units at the primary location, or {location name: units}), components.
        """
        with self.lock:
            return [self._add_product(product) for product in products]

    def _add_product(self, spec: Mapping[str, Any]) -> Product:
        now = self.now_ms()
        rows = spec.get("variants") or [{**spec, "title": None}]
        first = rows[0]
        title = spec.get("title") or first.get("sku") or "Untitled"
        product = Product(
            self.numbers.next("Product"),
            title,
            vendor=spec.get("vendor") or self.name,
            product_type=spec.get("product_type") or "",
            now=now,
        )
        product.status = spec.get("status") or "ACTIVE"
        product.tags = list(spec.get("tags") or [])
        self.products[product.id] = product
        for row in rows:
            self._add_variant(product, row, now)
        return product

    def _add_variant(self, product: Product, spec: Mapping[str, Any], now: int) -> Variant:
        variant = Variant(
            self.numbers.next("ProductVariant"),
            product,
            sku=spec.get("sku"),
            title=spec.get("title") or "Default Title",
            price=minor_units(spec.get("price", "0"), self.currency),
            barcode=spec.get("barcode"),
            now=now,
        )
        variant.policy = spec.get("policy") or "DENY"
        variant.taxable = spec.get("taxable", True)
        variant.requires_shipping = spec.get("requires_shipping", True)
        variant.cost = minor_units(spec["cost"], self.currency) if spec.get("cost") is not None else None
        variant.components = tuple(self._component(row) for row in spec.get("components") or ())
        variant.item = InventoryItem(self.numbers.next("InventoryItem"), variant, tracked=spec.get("tracked", True), now=now)
        variant.item.weight_grams = spec.get("grams") or 0
        product.variants.append(variant)
        self.variants[variant.id] = variant
        self.items[variant.item.id] = variant.item
        if variant.sku:
            self.variants_by_sku.setdefault(variant.sku, []).append(variant)
            self.variants_by_lower_sku.setdefault(variant.sku.lower(), []).append(variant)
        self._stock_at_first(variant.item, spec.get("stock"))
        return variant

    def _component(self, row: Mapping[str, Any]) -> tuple[Variant, int]:
        return self.variants_by_sku[row["sku"]][0], int(row.get("quantity", 1))

    def _stock_at_first(self, item: InventoryItem, stock: int | Mapping[str, int] | None) -> None:
        if isinstance(stock, Mapping):
            by_name = {location.name: location for location in self.locations.values()}
            for name, units in stock.items():
                self.level_for(item, by_name[name]).available = int(units)
        elif self.locations:
            self.level_for(item, self.primary_location).available = int(stock or 0)

    def level_for(self, item: InventoryItem, location: Location) -> Level:
        """Give the item's level at the location, made when there was none."""
        level = item.levels.get(location.id)
        if level is None:
            level = Level(self.numbers.next("InventoryLevel"), item, location, self.now_ms())
            item.levels[location.id] = level
            location.levels[item.id] = level
            self.levels[level.id] = level
        return level

    def variant_by_sku(self, sku: str) -> Variant | None:
        found = self.variants_by_sku.get(sku)
        return found[0] if found else None
