"""What can be sold and what can be picked: the two catalogues that must agree on SKUs."""

from dataclasses import dataclass

from cogent_pipelines.canonical.identity import Sku


@dataclass(frozen=True, slots=True)
class Product:
    """One sellable variant at the storefront; `stock_ref` is its handle for setting stock, where that is another."""

    ref: str
    sku: Sku | None
    title: str
    active: bool
    barcode: str = ""
    requires_shipping: bool = True
    stock_ref: str = ""


@dataclass(frozen=True, slots=True)
class Item:
    """One item at the warehouse."""

    sku: Sku
    name: str
    active: bool
    barcode: str = ""
