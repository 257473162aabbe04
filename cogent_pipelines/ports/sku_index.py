"""Where a storefront's own handle for a SKU's stock is looked up without asking the storefront; the ledger keeps it."""

from collections.abc import Mapping, Sequence
from typing import Protocol

from cogent_pipelines.canonical.identity import Sku


class StorefrontSkuIndex(Protocol):
    def find(self, skus: Sequence[Sku]) -> Mapping[Sku, list[str]]:
        """Stock references (`Product.stock_ref`) of exactly these SKUs; several where a SKU is not unique.

        A SKU that is absent is not known here, which does not mean that the storefront has not got it.
        """
        ...


class EmptySkuIndex:
    """Knows nothing; the storefront is asked for every SKU."""

    def find(self, skus: Sequence[Sku]) -> Mapping[Sku, list[str]]:
        del skus
        return {}
