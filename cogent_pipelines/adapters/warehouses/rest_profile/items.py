"""The warehouse's catalogue: all of it, or what it has under a spelling or nearly."""

from collections.abc import Iterator, Sequence

from cogent_pipelines.adapters.warehouses.rest_profile import translate
from cogent_pipelines.adapters.warehouses.rest_profile.paging import Page
from cogent_pipelines.adapters.warehouses.rest_profile.spoilt import readable
from cogent_pipelines.adapters.warehouses.rest_profile.wire import Wire
from cogent_pipelines.canonical.item import Item
from cogent_pipelines.ports.vendor_account import Priority


def everything(wire: Wire) -> Iterator[list[Item]]:
    """Every item, deactivated ones included.

    Raises:
        VendorError: the catalogue could not be read.
    """
    for page in wire.pages("list_items", {}, priority=Priority.SWEEP):
        found = _read(page, wire, "list_items")
        if found:
            yield found


def named(wire: Wire, skus: Sequence[str], *, priority: Priority = Priority.INJECTION) -> list[Item]:
    """Items whose code is one of the SKUs, apart from case and surrounding or inner spaces.

    Raises:
        VendorError: the catalogue could not be read.
    """
    if not skus:
        return []
    wanted = {_folded(sku) for sku in skus}
    found = {item.sku: item for item in _candidates(wire, skus, priority) if _folded(item.sku) in wanted}
    return list(found.values())


def _candidates(wire: Wire, skus: Sequence[str], priority: Priority) -> Iterator[Item]:
    """What a search finds under every likely spelling; the whole catalogue where the vendor has no search."""
    if not wire.has("find_item"):
        for page in everything(wire):
            yield from page
        return
    form = wire.settings.profile.sku_pattern
    likely = dict.fromkeys(spelling for sku in skus for spelling in _spellings(sku))
    spellings = [spelling for spelling in likely if form is None or form.fullmatch(spelling)]
    for found in wire.read_each("find_item", [{"sku": spelling} for spelling in spellings], priority=priority):
        yield from _read(found, wire, "find_item")


def _read(page: Page, wire: Wire, operation: str) -> list[Item]:
    """Those of a page that can be read, and have a SKU.

    Raises:
        VendorRefused: there are several, and not one can be read.
    """
    return readable(page, wire, translate.item, named=lambda _: "an item cannot be read", operation=operation)


def _spellings(sku: str) -> tuple[str, ...]:
    """Nothing is known of how a vendor compares: as is, and the likely variants."""
    bare = sku.strip()
    variants = dict.fromkeys((sku, bare, bare.upper(), bare.lower(), "".join(bare.split())))
    return tuple(variant for variant in variants if variant.strip())


def _folded(sku: str) -> str:
    return "".join(sku.split()).casefold()
