"""What the store sells and what it says it can sell, and the handle of a SKU's stock, found without asking if possible."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta

from cogent_pipelines.adapters.storefronts.shopify.client import GraphQL, Json
from cogent_pipelines.adapters.storefronts.shopify.ids import reference
from cogent_pipelines.adapters.storefronts.shopify.locations import Locations
from cogent_pipelines.adapters.storefronts.shopify.settings import ShopifySettings
from cogent_pipelines.adapters.transport.whole_answers import is_at_fault
from cogent_pipelines.canonical.identity import Sku
from cogent_pipelines.canonical.item import Product
from cogent_pipelines.canonical.stock import PublishedStock
from cogent_pipelines.ports.clock import Clock
from cogent_pipelines.ports.errors import VendorRefused
from cogent_pipelines.ports.sku_index import StorefrontSkuIndex
from cogent_pipelines.ports.storefront import UnreadableProduct
from cogent_pipelines.ports.vendor_account import Priority

_LONGEST = 500
_SELLABLE = frozenset({"ACTIVE", "UNLISTED"})
_ONLY_VARIANT = " - Default Title"
"""What Shopify adds to the name of a product that has no real variants."""
_FEW = 20
"""So many SKUs are asked for one by one; for more, the whole catalogue is cheaper (35 points for 250 variants)."""
_CATALOGUE_IS_GOOD_FOR = timedelta(minutes=15)


class Catalogue:
    """Reads variants and levels of one store."""

    def __init__(
        self, graphql: GraphQL, settings: ShopifySettings, *, locations: Locations, index: StorefrontSkuIndex, clock: Clock
    ) -> None:
        self._graphql = graphql
        self._more = settings.pages.more
        self._locations = locations
        self._index = index
        self._clock = clock
        self._found: dict[Sku, list[str]] = {}
        self._walked_at: datetime | None = None

    def products(self) -> Iterator[list[Product | UnreadableProduct]]:
        """Page by page; a variant that cannot be read stands among the others with what is wrong with it.

        Raises:
            VendorRefused: nothing of a page can be read: then it is the answer that is at fault, not the variants.
        """
        for nodes in self._graphql.pages("products", ["productVariants"], {"first": self._more}, priority=Priority.SWEEP):
            page = [_as_far_as_readable(node) for node in nodes]
            faults = [each for each in page if isinstance(each, UnreadableProduct)]
            if is_at_fault(faults=len(faults), read=len(page) - len(faults)):
                raise VendorRefused(faults[0].why, operation="products")
            yield page

    def stock(self) -> Iterator[list[PublishedStock]]:
        """Levels at the location, of variants that have a SKU."""
        variables = {"location": self._locations.stock_location(), "first": self._more}
        for nodes in self._graphql.pages("stock", ["location", "inventoryLevels"], variables, priority=Priority.SWEEP):
            yield [published_of(node) for node in nodes if node["item"]["sku"]]

    def stock_refs(self, skus: Sequence[Sku]) -> Mapping[Sku, list[str]]:
        """The stock handles of each SKU, each once; what the index does not know is asked for, and remembered."""
        known = {sku: _once(refs) for sku, refs in self._index.find(skus).items()}
        missing = [sku for sku in dict.fromkeys(skus) if not known.get(sku) and sku not in self._found]
        if missing:
            self._look_up(missing)
        return {sku: known.get(sku) or self._found.get(sku, []) for sku in skus}

    def forget(self, sku: Sku) -> None:
        """The handle proved wrong: ask again next time."""
        self._found.pop(sku, None)

    def _look_up(self, skus: Sequence[Sku]) -> None:
        if len(skus) > _FEW:
            self._walk()
        else:
            self._ask(skus)

    def _ask(self, skus: Sequence[Sku]) -> None:
        calls = [
            self._graphql.call(
                "variants_by_sku", {"query": f"sku:{_quoted(sku)}", "first": 50, "after": None}, priority=Priority.STOCK
            )
            for sku in skus
        ]
        for sku, data in zip(skus, self._graphql.read_all(calls), strict=True):
            # The search finds more than what is spelt exactly so.
            self._found[sku] = _handles([node for node in data["productVariants"]["nodes"] if node["sku"] == sku])
            if not self._found[sku]:
                del self._found[sku]

    def _walk(self) -> None:
        """Remember the whole catalogue, at most every quarter of an hour."""
        now = self._clock.now()
        if self._walked_at is not None and now - self._walked_at < _CATALOGUE_IS_GOOD_FOR:
            return
        by_sku: dict[Sku, list[Json]] = defaultdict(list)
        for nodes in self._graphql.pages("products", ["productVariants"], {"first": self._more}, priority=Priority.STOCK):
            for node in nodes:
                if node["sku"]:
                    by_sku[Sku(node["sku"])].append(node)
        self._found = {sku: _handles(nodes) for sku, nodes in by_sku.items()}
        self._walked_at = now


def _as_far_as_readable(node: Json) -> Product | UnreadableProduct:
    try:
        return product_of(node)
    except VendorRefused as fault:
        ref = node.get("id") if isinstance(node, dict) else None
        return UnreadableProduct(reference(str(ref))[:_LONGEST], fault.message)


def product_of(node: Json) -> Product:
    try:
        return Product(
            ref=reference(node["id"]),
            sku=Sku(_short(node["sku"], "sku")) if node["sku"] else None,
            title=node["displayName"].removesuffix(_ONLY_VARIANT),
            active=node["product"]["status"] in _SELLABLE,
            barcode=_short(node["barcode"] or "", "barcode"),
            requires_shipping=bool(node["inventoryItem"]["requiresShipping"]),
            stock_ref=reference(node["inventoryItem"]["id"]),
        )
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        ref = node.get("id") if isinstance(node, dict) else None
        raise VendorRefused(f"variant {str(ref)[:100]} cannot be read: {error}", operation="products") from error


def _short(text: str, field: str) -> str:
    """A text that is looked up by, and so has to fit an index."""
    if not isinstance(text, str):
        raise TypeError(f"field {field} is no text")
    if len(text) > _LONGEST:
        raise ValueError(f"field {field} has {len(text)} characters; {_LONGEST} are the most")
    return text


def published_of(node: Json) -> PublishedStock:
    return PublishedStock(Sku(node["item"]["sku"]), available_in(node), bool(node["item"]["tracked"]))


def available_in(level: Json) -> int:
    """What a level says of `available`."""
    for quantity in level["quantities"]:
        if quantity["name"] == "available":
            return int(quantity["quantity"])
    raise VendorRefused("a level without its available quantity", operation="stock")


def _handles(nodes: Sequence[Json]) -> list[str]:
    """Of variants on sale, where there are any: an archived namesake does not make a SKU ambiguous."""
    on_sale = [node for node in nodes if node["product"]["status"] in _SELLABLE]
    return _once([reference(node["inventoryItem"]["id"]) for node in on_sale or nodes])


def _once(refs: Sequence[str]) -> list[str]:
    return list(dict.fromkeys(ref for ref in refs if ref))


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"
