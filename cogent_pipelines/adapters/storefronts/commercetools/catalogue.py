"""What the project sells, and what it says it can sell: published variants, and inventory entries of one supply channel."""

import logging
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from cogent_pipelines.adapters.storefronts.commercetools import predicates
from cogent_pipelines.adapters.storefronts.commercetools.client import Api, Json, paging, results_in
from cogent_pipelines.adapters.storefronts.commercetools.names import Names
from cogent_pipelines.adapters.storefronts.commercetools.settings import CommercetoolsSettings
from cogent_pipelines.adapters.storefronts.commercetools.values import LONGEST_NAME, fault, localised, rows, short, text
from cogent_pipelines.adapters.storefronts.commercetools.version import LARGEST_PAGE, LONGEST_QUERY
from cogent_pipelines.adapters.transport.unforeseen import UNFORESEEN, why
from cogent_pipelines.adapters.transport.whole_answers import is_at_fault
from cogent_pipelines.canonical.identity import Sku
from cogent_pipelines.canonical.item import Product
from cogent_pipelines.canonical.stock import PublishedStock
from cogent_pipelines.ports.errors import VendorRefused
from cogent_pipelines.ports.storefront import UnreadableProduct
from cogent_pipelines.ports.vendor_account import Priority

_log = logging.getLogger(__name__)

_PRODUCTS = "/product-projections"
# A product with a hundred variants is a large object, and all of its prices come along.
_PRODUCTS_AT_ONCE = 100


class Catalogue:
    """Reads variants and inventory entries of one project."""

    def __init__(self, api: Api, settings: CommercetoolsSettings, names: Names) -> None:
        self._api = api
        self._settings = settings
        self._names = names

    def products(self) -> Iterator[list[Product | UnreadableProduct]]:
        """Page by page; a variant that cannot be read stands among the others with what is wrong with it.

        Raises:
            VendorRefused: nothing of a page can be read: then it is the answer that is at fault, not the variants.
        """
        size = min(self._settings.pages.more, _PRODUCTS_AT_ONCE)
        for page in self._api.pages_by_id("products", _PRODUCTS, [], size=size, priority=Priority.SWEEP):
            found = [variant for node in page for variant in self._variants(node)]
            faults = [each for each in found if isinstance(each, UnreadableProduct)]
            if is_at_fault(faults=len(faults), read=len(found) - len(faults)):
                raise VendorRefused(faults[0].why, operation="products")
            yield found

    def stock(self) -> Iterator[list[PublishedStock]]:
        """Every entry of the channel: what can be sold, units that orders have reserved taken off.

        One that cannot be read is left out, which says nothing about its SKU; telling its figure meets the same entry.

        Raises:
            VendorRefused: of many entries not one can be read: then it is the answer that is at fault.
        """
        where, size = [self.channel_condition()], self._settings.pages.more
        read, faults = 0, list[str]()
        for page in self._api.pages_by_id("stock", "/inventory", where, size=size, priority=Priority.SWEEP):
            found = list(self._levels(page, faults))
            read += len(found)
            yield found
        if is_at_fault(faults=len(faults), read=read):
            raise VendorRefused(faults[0], operation="stock")

    def _levels(self, page: Sequence[Json], faults: list[str]) -> Iterator[PublishedStock]:
        for row in page:
            try:
                yield PublishedStock(Sku(short(row["sku"], "sku")), available_in(row))
            except UNFORESEEN as error:
                faults.append(fault(error))
                _log.warning("inventory entry %s is left out: %s", row["id"][:LONGEST_NAME], faults[-1])

    def entries(self, skus: Sequence[Sku]) -> Mapping[Sku, Json]:
        """The channel's entries of these SKUs; at most one each, as SKU and channel are unique together."""
        condition = self.channel_condition()
        calls = [
            self._api.get(
                "entries",
                "/inventory",
                [("where", predicates.one_of("sku", batch)), ("where", condition), *paging(LARGEST_PAGE, "id asc")],
                priority=Priority.STOCK,
                subjects=batch,
            )
            for batch in predicates.batches(list(dict.fromkeys(skus)), most=LARGEST_PAGE, longest=LONGEST_QUERY)
        ]
        return {Sku(text(row.get("sku"))): row for body in self._api.read_all(calls) for row in results_in(body, "entries")}

    def sold(self, skus: Sequence[Sku]) -> set[Sku]:
        """Those of the SKUs that a published variant has."""
        wanted, found = set(skus), set[Sku]()
        for batch in predicates.batches(list(dict.fromkeys(skus)), most=_PRODUCTS_AT_ONCE, longest=LONGEST_QUERY // 2):
            listed = predicates.one_of("sku", batch)
            where = f"masterVariant({listed}) or variants({listed})"
            for page in self._api.pages_by_id(
                "products_by_sku", _PRODUCTS, [where], size=_PRODUCTS_AT_ONCE, priority=Priority.STOCK
            ):
                found |= {Sku(text(variant.get("sku"))) for node in page for variant in _nodes(node)} & wanted
        return found

    def channel_condition(self) -> str:
        channel = self._names.supply_channel_id()
        return f"supplyChannel({predicates.equal('id', channel)})" if channel else "supplyChannel is not defined"

    def _variants(self, node: Json) -> list[Product | UnreadableProduct]:
        try:
            variants = _nodes(node)
        except UNFORESEEN as error:
            return [UnreadableProduct(str(node.get("id"))[:LONGEST_NAME], why(error))]
        return [self._as_far_as_readable(node, variant) for variant in variants]

    def _as_far_as_readable(self, node: Json, variant: Json) -> Product | UnreadableProduct:
        ref = f"{node['id']}/{variant.get('id')}"[:LONGEST_NAME]
        try:
            return self._product(node, variant, ref)
        except UNFORESEEN as error:
            return UnreadableProduct(ref, f"variant {ref[:100]}: {why(error)}")

    def _product(self, node: Json, variant: Json, ref: str) -> Product:
        sku = variant.get("sku")
        return Product(
            ref=ref,
            sku=Sku(short(sku, "sku")) if sku else None,
            title=localised(node["name"], (self._settings.locale,)),
            # Only what is published is listed here, and only that can be bought.
            active=True,
            barcode=self._barcode(variant),
        )

    def _barcode(self, variant: Json) -> str:
        wanted = self._settings.barcode_attribute
        values = [each.get("value") for each in rows(variant.get("attributes"), "attributes") if each.get("name") == wanted]
        found = str(values[0]) if wanted and values and isinstance(values[0], str | int) else ""
        return found[:LONGEST_NAME]


def _nodes(node: Json) -> list[Json]:
    return rows([node["masterVariant"], *rows(node.get("variants"), "variants")], "variants")


def available_in(entry: Json) -> int:
    """What an entry says can be sold."""
    return units(entry, "availableQuantity")


def reserved_in(entry: Json) -> int:
    """Units that orders (or carts) hold: on stock and not available. Never less than none."""
    return max(0, units(entry, "quantityOnStock") - available_in(entry))


def units(entry: Json, field: str) -> int:
    """A figure of an entry, which may be below zero."""
    value: Any = entry[field]
    if not isinstance(value, int) or isinstance(value, bool):
        raise TypeError(f"field {field} is a {type(value).__name__}")
    return value
