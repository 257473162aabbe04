"""What the tenant sells and what it says it can sell. There is no list of variants, only products with their variants."""

import logging
from collections.abc import Iterator, Sequence
from typing import Any

from cogent_pipelines.adapters.storefronts.scayle.client import AdminApi, body_of, is_not_found
from cogent_pipelines.adapters.storefronts.scayle.identifiers import by_key, is_number
from cogent_pipelines.adapters.storefronts.scayle.nodes import Node, Unreadable
from cogent_pipelines.adapters.storefronts.scayle.publishing import StockPublisher, stock_path
from cogent_pipelines.adapters.storefronts.scayle.reading import is_failure
from cogent_pipelines.adapters.storefronts.scayle.settings import ScayleSettings
from cogent_pipelines.adapters.storefronts.scayle.stock_answers import stored_in
from cogent_pipelines.adapters.transport.settled import Settled, Standing
from cogent_pipelines.adapters.transport.whole_answers import is_at_fault
from cogent_pipelines.canonical.identity import Sku
from cogent_pipelines.canonical.item import Product
from cogent_pipelines.canonical.stock import PublishedStock
from cogent_pipelines.ports.errors import VendorRefused
from cogent_pipelines.ports.storefront import UnreadableProduct
from cogent_pipelines.ports.vendor_account import Priority

_log = logging.getLogger(__name__)
_LONGEST = 500
_SELLABLE = "live"


class Catalogue:
    """Reads products and figures of one tenant."""

    def __init__(self, api: AdminApi, settings: ScayleSettings, *, stock: StockPublisher) -> None:
        self._api = api
        self._settings = settings
        self._stock = stock

    def products(self) -> Iterator[list[Product | UnreadableProduct]]:
        """Page by page; a variant that cannot be read stands among the others with what is wrong with it.

        Raises:
            VendorRefused: nothing of a page can be read: then it is the answer that is at fault, not the variants.
        """
        for entities in self._pages():
            page = [each for entity in entities for each in self._variants(entity)]
            faults = [each for each in page if isinstance(each, UnreadableProduct)]
            if is_at_fault(faults=len(faults), read=len(page) - len(faults)):
                raise VendorRefused(faults[0].why, operation="products")
            yield page

    def stock(self) -> Iterator[list[PublishedStock]]:
        """The figure of every variant that has one at our warehouse, each reference key once.

        One that cannot be read is left out: before it is told anew it is read again, and then refused by its own name.

        Raises:
            VendorError: no figure is given out, or SCAYLE does not answer at present.
        """
        seen: set[Sku] = set()
        look = _Look()
        for entities in self._pages():
            variants = {}
            for variant in _nodes(entities):
                sku = _sku_in(variant)
                if sku and sku not in seen:
                    seen.add(sku)
                    variants[sku] = variant
            yield self._figures(variants, look)

    def _pages(self) -> Iterator[list[Any]]:
        query = {"limit": str(self._settings.page_size)}
        if self._settings.catalogue_with:
            query["with"] = ",".join(self._settings.catalogue_with)
        yield from self._api.pages("products", "/products", query, priority=Priority.SWEEP)

    def _variants(self, entity: Any) -> Iterator[Product | UnreadableProduct]:
        try:
            product = Node(entity)
            variants = list(product.each("variants"))
        except Unreadable as fault:
            yield UnreadableProduct(_ref_in(entity), str(fault))
            return
        for variant in variants:
            try:
                yield self._product(product, variant)
            except Unreadable as fault:
                yield UnreadableProduct(_ref_in(variant.value) or _ref_in(entity), str(fault))

    def _product(self, product: Node, variant: Node) -> Product:
        ref = str(variant.needed_number("id"))
        return Product(
            ref=ref,
            sku=Sku(variant.text("referenceKey", longest=_LONGEST)) if variant.has("referenceKey") else None,
            title=self._title(product) or product.text("referenceKey") or ref,
            active=product.text("state") == _SELLABLE,
            barcode=variant.text("ean"),
            stock_ref=ref,
        )

    def _title(self, product: Node) -> str:
        names = product.inner("name")
        languages = [self._settings.language, *names.value]
        return next((name for language in languages if language and (name := names.text(language))), "")

    def _figures(self, variants: dict[Sku, Node], look: "_Look") -> list[PublishedStock]:
        """From the page itself where it brings stock, and asked for one by one otherwise."""
        figures = [self._figure(sku, variants[sku].value["stocks"]) for sku in variants if variants[sku].has("stocks")]
        asked = [sku for sku in variants if not variants[sku].has("stocks")]
        calls = [self._stock.reading(sku, _stock_path(sku, variants[sku]), priority=Priority.SWEEP) for sku in asked]
        settled_calls = self._api.send_all(calls)
        look.note(settled_calls)
        for sku, settled in zip(asked, settled_calls, strict=True):
            if is_not_found(settled):
                continue
            if settled.standing is not Standing.ANSWERED:
                look.must_bear(settled)
                _log.warning("the stock of %s is not given out: %s", sku, settled.reason)
                continue
            body = body_of(settled)
            figures.append(self._figure(sku, body.get("entities") if isinstance(body, dict) else None))
        return [figure for figure in figures if figure is not None]

    def _figure(self, sku: Sku, entries: Any) -> PublishedStock | None:
        if not isinstance(entries, list):
            _log.warning("the stock of %s is no list", sku)
            return None
        try:
            stored = stored_in(entries, self._settings)
        except Unreadable as fault:
            _log.warning("the stock of %s cannot be read: %s", sku, fault)
            return None
        return None if stored is None else PublishedStock(sku, stored.quantity)


class _Look:
    """One look at all figures: whether any was given out."""

    def __init__(self) -> None:
        self._any = False

    def note(self, settled_calls: Sequence[Settled]) -> None:
        self._any = self._any or any(
            settled.standing is Standing.ANSWERED or is_not_found(settled) for settled in settled_calls
        )

    def must_bear(self, settled: Settled) -> None:
        """Let pass what is one variant's trouble.

        Raises:
            VendorError: it is everybody's.
        """
        if settled.standing is Standing.REFUSED or (self._any and is_failure(settled)):
            return
        settled.answered()


def _stock_path(sku: Sku, variant: Node) -> str:
    """By its number, which nobody writes in two ways; by its key where the page brings no number."""
    number = variant.value.get("id")
    return stock_path(str(number)) if not isinstance(number, bool) and is_number(str(number)) else stock_path(by_key(sku))


def _nodes(entities: Sequence[Any]) -> Iterator[Node]:
    """The variants of a page, as far as they can be told apart; `products` says of the others what is wrong with them."""
    for entity in entities:
        try:
            yield from Node(entity).each("variants")
        except Unreadable as fault:
            _log.warning("the variants of product %s cannot be read: %s", _ref_in(entity), fault)


def _sku_in(variant: Node) -> Sku:
    try:
        return Sku(variant.text("referenceKey", longest=_LONGEST))
    except Unreadable as fault:
        _log.warning("variant %s cannot be read: %s", _ref_in(variant.value), fault)
        return Sku("")


def _ref_in(entity: Any) -> str:
    """What a thing that cannot be read is called: its number or key, where it has any."""
    named = entity if isinstance(entity, dict) else {}
    return next(
        (str(named[name])[:_LONGEST] for name in ("id", "referenceKey") if isinstance(named.get(name), int | str)), "?"
    )
