"""The warehouse's catalogue: all of it, or what it has under a spelling or nearly."""

from collections.abc import Iterator, Sequence

from cogent_pipelines.adapters.warehouses.peoplevox import headings, search, translate, version
from cogent_pipelines.adapters.warehouses.peoplevox.wire import Wire
from cogent_pipelines.canonical.item import Item
from cogent_pipelines.ports.vendor_account import Priority


def everything(wire: Wire) -> Iterator[list[Item]]:
    """Every item, deactivated ones included; an item may come twice where the catalogue changes meanwhile.

    Raises:
        VendorError: the template could not be read.
    """
    number, seen = 0, 0
    while True:
        number += 1
        page = wire.get(version.ITEM_TYPES, "", page=number, priority=Priority.SWEEP)
        seen += len(page.table.rows)
        if page.table.rows:
            yield list(translate.items(page.table, wire.settings))
        if not page.table.rows or seen >= page.total:
            return


def named(wire: Wire, skus: Sequence[str], *, priority: Priority = Priority.INJECTION) -> list[Item]:
    """Items whose code is one of the SKUs, apart from case and surrounding or inner spaces.

    Raises:
        VendorError: the template could not be read.
    """
    field = headings.chosen(wire.settings, version.ITEM_TYPES)["ItemCode"]
    spellings = list(dict.fromkeys(spelling for sku in skus for spelling in _spellings(sku)))
    clauses = [
        search.either(search.equals(field, spelling) for spelling in portion)
        for portion in search.portions(spellings, wire.settings.limits.terms_per_search)
    ]
    wanted = {_folded(sku) for sku in skus}
    pages = wire.get_each(version.ITEM_TYPES, clauses, priority=priority) if clauses else []
    found = {item.sku: item for page in pages for item in translate.items(page.table, wire.settings)}
    return [item for item in found.values() if _folded(item.sku) in wanted]


def _spellings(sku: str) -> tuple[str, ...]:
    """What to search for, because nothing is known of how the tenant compares: as is, and its likely variants."""
    bare = sku.strip()
    variants = dict.fromkeys((sku, bare, bare.upper(), bare.lower(), "".join(bare.split())))
    return tuple(variant for variant in variants if variant)


def _folded(sku: str) -> str:
    return "".join(sku.split()).casefold()
