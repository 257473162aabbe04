"""One pandera model per table that people look at; what a column means is said here, once.

pandera is imported here and nowhere else, and only when a model is asked for: importing it costs a second, which neither
the loading of definitions nor a flow may pay. How a table is read from the ledger is in `reports`.
"""

from collections.abc import Iterator, Mapping
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pandera.pandas import DataFrameModel

_HOMES = {
    "storefront_orders": "orders.StorefrontOrders",
    "wms_sales_orders": "orders.WmsSalesOrders",
    "wms_stock": "stock.WmsStock",
    "storefront_stock": "stock.StorefrontStock",
    "wms_despatches": "parcels.WmsDespatches",
    "storefront_fulfilments": "parcels.StorefrontFulfilments",
    "storefront_products": "catalogue.StorefrontProducts",
    "wms_items": "catalogue.WmsItems",
    "sku_audit": "catalogue.SkuAudit",
    "exceptions": "exceptions.Exceptions",
    "order_value_reconciliation": "reconciliation.OrderValueReconciliation",
    "despatch_reconciliation": "reconciliation.DespatchReconciliation",
}


class _Models(Mapping[str, "type[DataFrameModel]"]):
    """Every model by its noun; each is imported when it is looked up."""

    def __getitem__(self, noun: str) -> "type[DataFrameModel]":
        module, _, name = _HOMES[noun].partition(".")
        model: type[DataFrameModel] = getattr(import_module(f"{__name__}.{module}"), name)
        return model

    def __iter__(self) -> Iterator[str]:
        return iter(_HOMES)

    def __len__(self) -> int:
        return len(_HOMES)


MODELS: Mapping[str, "type[DataFrameModel]"] = _Models()


def model_of(noun: str) -> "type[DataFrameModel]":
    """The model of one table, by the noun that its asset is called by."""
    return MODELS[noun]
