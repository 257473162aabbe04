"""Products: their documents, their projections, and the variants by SKU."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from cogent_pipelines.simulators.commercetools.documents import Document
from cogent_pipelines.simulators.commercetools.money import cents
from cogent_pipelines.simulators.commercetools.project import Project


@dataclass(frozen=True, slots=True)
class Article:
    """One variant to be put on sale; articles with the same product key become one product."""

    sku: str
    title: str
    price_minor: int
    currency: str
    product_key: str
    attributes: tuple[tuple[str, str | int], ...] = ()
    active: bool = True


@dataclass(frozen=True, slots=True)
class OnSale:
    """A variant as an order takes it."""

    product: Document
    variant: Document
    active: bool


class Catalogue:
    """What is on sale in a project."""

    def __init__(self, project: Project) -> None:
        self._project = project
        self._by_sku: dict[str, OnSale] = {}
        self.product_type = {"typeId": "product-type", "id": project.new_id()}
        self.tax_category = {"typeId": "tax-category", "id": project.new_id()}

    def find(self, sku: str) -> OnSale | None:
        return self._by_sku.get(sku)

    @property
    def skus(self) -> list[str]:
        return list(self._by_sku)

    def put(self, articles: Iterable[Article]) -> None:
        """Put articles on sale, or change them; one that is known stays a variant of its product."""
        by_product: dict[str, list[Article]] = {}
        for article in articles:
            known = self._by_sku.get(article.sku)
            key = known.product["key"] if known else article.product_key
            by_product.setdefault(key, []).append(article)
        for key, variants in by_product.items():
            self._put_product(key, variants)

    def _put_product(self, key: str, articles: Sequence[Article]) -> None:
        project = self._project
        before = project.products.find(key)
        variants = self._variants(before, articles)
        active = {sku: known.active for sku, known in self._by_sku.items() if known.product is before}
        active |= {article.sku: article.active for article in articles}
        title, published = articles[0].title, any(active.values())
        language = project.language
        data = {
            "name": {language: title},
            "slug": {language: key.lower()},
            "categories": [],
            "categoryOrderHints": {},
            "masterVariant": variants[0],
            "variants": variants[1:],
            "searchKeywords": {},
            "attributes": [],
        }
        base = project.fresh() if before is None else {**before, "version": before["version"] + 1}
        master = {"published": published, "current": data, "staged": data, "hasStagedChanges": False}
        product = {
            **base,
            "lastModifiedAt": project.stamp(),
            "key": key,
            "productType": self.product_type,
            "taxCategory": self.tax_category,
            "masterData": master,
            "priceMode": "Embedded",
        }
        if before is None:
            project.keep_new(project.products, product)
        else:
            project.keep_changed(project.products, product, old_version=before["version"])
        project.projections.put(_projection(product), now=project.now(), lag=project.switches.query_lag_seconds)
        for variant in variants:
            self._by_sku[variant["sku"]] = OnSale(product, variant, active[variant["sku"]])

    def _variants(self, before: Document | None, articles: Sequence[Article]) -> list[Document]:
        """Give all variants of a product, in the order in which they first came."""
        data = before["masterData"]["current"] if before else None
        kept: list[Document] = [data["masterVariant"], *data["variants"]] if data else []
        places = {variant["sku"]: variant["id"] for variant in kept}
        for article in articles:
            places.setdefault(article.sku, len(places) + 1)
        changed = {article.sku: self._variant(places[article.sku], article) for article in articles}
        known = {variant["sku"]: variant for variant in kept} | changed
        return sorted(known.values(), key=lambda variant: int(variant["id"]))

    def _variant(self, place: int, article: Article) -> Document:
        price = {"id": self._project.new_id(), "value": cents(article.price_minor, article.currency)}
        return {
            "id": place,
            "sku": article.sku,
            "key": article.sku,
            "prices": [price],
            "images": [],
            "attributes": [{"name": name, "value": value} for name, value in article.attributes],
            "assets": [],
        }


def _projection(product: Document) -> Document:
    data = product["masterData"]
    shared = {name: product[name] for name in product if name not in {"masterData", "createdBy", "lastModifiedBy"}}
    current = {name: value for name, value in data["current"].items() if name != "searchKeywords"}
    return {**shared, **current, "published": data["published"], "hasStagedChanges": data["hasStagedChanges"]}
