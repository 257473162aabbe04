"""What is sold and where it lies: products, variants, inventory items, locations and stock levels."""

from typing import ClassVar, Literal

StockName = Literal["available", "committed", "damaged", "incoming", "quality_control", "reserved", "safety_stock"]
STOCK_NAMES: tuple[StockName, ...] = (
    "available",
    "committed",
    "damaged",
    "incoming",
    "quality_control",
    "reserved",
    "safety_stock",
)
QUANTITY_NAMES = (*STOCK_NAMES[:4], "on_hand", *STOCK_NAMES[4:])


class Location:
    __slots__ = ("active", "address", "created_at", "fulfilment_service", "id", "levels", "name", "primary", "updated_at")
    gql: ClassVar[str] = "Location"

    def __init__(
        self, number: int, name: str, *, address: dict[str, str], primary: bool, fulfilment_service: str | None, now: int
    ) -> None:
        self.id = number
        self.name = name
        self.address = address
        self.primary = primary
        self.active = True
        self.fulfilment_service = fulfilment_service
        self.created_at = self.updated_at = now
        self.levels: dict[int, Level] = {}


class Product:
    __slots__ = ("created_at", "id", "product_type", "status", "tags", "title", "updated_at", "variants", "vendor")
    gql: ClassVar[str] = "Product"

    def __init__(self, number: int, title: str, *, vendor: str, product_type: str, now: int) -> None:
        self.id = number
        self.title = title
        self.vendor = vendor
        self.product_type = product_type
        self.status = "ACTIVE"
        self.tags: list[str] = []
        self.variants: list[Variant] = []
        self.created_at = self.updated_at = now


class Variant:
    """A variant and its inventory item in one, since the vendor keeps them one to one."""

    __slots__ = (
        "barcode",
        "compare_at",
        "components",
        "cost",
        "created_at",
        "id",
        "item",
        "policy",
        "price",
        "product",
        "requires_shipping",
        "sku",
        "taxable",
        "title",
        "updated_at",
    )
    gql: ClassVar[str] = "ProductVariant"

    def __init__(
        self,
        number: int,
        product: Product,
        *,
        sku: str | None,
        title: str,
        price: int,
        barcode: str | None,
        now: int,
    ) -> None:
        self.id = number
        self.product = product
        self.sku = sku
        self.title = title
        self.price = price
        self.barcode = barcode
        self.compare_at: int | None = None
        self.cost: int | None = None
        self.policy = "DENY"
        self.taxable = True
        self.requires_shipping = True
        self.components: tuple[tuple[Variant, int], ...] = ()
        self.created_at = self.updated_at = now
        self.item: InventoryItem

    @property
    def display_title(self) -> str | None:
        return None if self.title == "Default Title" else self.title


class InventoryItem:
    __slots__ = ("created_at", "id", "levels", "tracked", "updated_at", "variant", "weight_grams")
    gql: ClassVar[str] = "InventoryItem"

    def __init__(self, number: int, variant: Variant, *, tracked: bool, now: int) -> None:
        self.id = number
        self.variant = variant
        self.tracked = tracked
        self.weight_grams = 0
        self.levels: dict[int, Level] = {}
        self.created_at = self.updated_at = now


Movement = tuple[int, str, int, int, str]
"""When (ms), which quantity, before, after, why."""


class Level:
    """One item at one location; on hand is the sum of all but what is incoming."""

    __slots__ = (*STOCK_NAMES, "active", "created_at", "history", "id", "item", "location", "oversold", "updated_at")
    gql: ClassVar[str] = "InventoryLevel"

    def __init__(self, number: int, item: InventoryItem, location: Location, now: int) -> None:
        self.id = number
        self.item = item
        self.location = location
        self.active = True
        self.available = self.committed = self.damaged = self.incoming = 0
        self.quality_control = self.reserved = self.safety_stock = 0
        self.oversold = 0
        self.history: list[Movement] | None = None
        self.created_at = self.updated_at = now

    @property
    def on_hand(self) -> int:
        return self.available + self.committed + self.damaged + self.quality_control + self.reserved + self.safety_stock

    def quantity(self, name: str) -> int:
        value: int = getattr(self, name)
        return value
