"""The two catalogues that a file of invoices presumes: what the shop sells, and what the warehouse keeps.

The shop has every spelling that occurs. The warehouse has one spelling of each article, the more frequent, so that an
order with the other spelling must be held with a suggestion and never be merged silently. Charges and vouchers are no goods.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

# More of everything than seven months of a wholesaler can order.
AMPLE = 100_000_000

Spellings = Mapping[str, Mapping[str, int]]


@dataclass(frozen=True, slots=True)
class Catalogue:
    """`spellings`: per folded SKU, how often each way of writing it occurs."""

    spellings: Spellings

    def products(self) -> Iterator[dict[str, Any]]:
        """Everything the shop sells, as its stand-in takes products."""
        for counts in self.spellings.values():
            for sku in counts:
                yield {"title": sku, "sku": sku, "price": "1.00", "stock": AMPLE}

    def items(self) -> Iterator[dict[str, Any]]:
        """Everything the warehouse keeps, as its stand-in takes items."""
        for sku in self._kept():
            yield {"item_code": sku, "name": sku, "barcode": sku, "on_hand": AMPLE}

    def strange(self) -> frozenset[str]:
        """The spellings that the warehouse does not have."""
        return frozenset(sku for counts in self.spellings.values() for sku in counts).difference(self._kept())

    def _kept(self) -> Iterator[str]:
        for counts in self.spellings.values():
            # Of two that are equally frequent, the same one every time.
            yield min(counts, key=lambda sku: (-counts[sku], sku))
