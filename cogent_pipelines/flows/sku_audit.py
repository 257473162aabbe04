"""Both catalogues read whole, and what they disagree on: suggested mappings, cases, and orders that may go now.

Nothing is mapped without a person; nothing is forgotten because a reading broke off.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from cogent_pipelines.canonical.connection import Connection
from cogent_pipelines.canonical.exception_case import (
    INACTIVE_SKU,
    SKU_MISMATCH,
    SKU_VARIANT,
    UNKNOWN_SKU,
    UNREADABLE_PRODUCT,
    CaseFinding,
)
from cogent_pipelines.canonical.item import Product
from cogent_pipelines.flows.trouble import VendorWatch
from cogent_pipelines.ledger.database import Ledger
from cogent_pipelines.ledger.due_work import STOCK_PUBLICATION
from cogent_pipelines.ledger.sku_comparison import Disagreement
from cogent_pipelines.ledger.sku_mappings import MappingState, SkuMapping
from cogent_pipelines.ports.clock import Clock
from cogent_pipelines.ports.storefront import Storefront, UnreadableProduct
from cogent_pipelines.ports.warehouse import Warehouse

FLOW = "sku_audit"
HELD_FOR_SKUS = (UNKNOWN_SKU.code, SKU_VARIANT.code, INACTIVE_SKU.code)

_SAID = {
    "unknown": "unknown to the warehouse",
    "spelt_differently": "spelt differently at the warehouse (case or spaces)",
    "inactive_at_warehouse": "deactivated at the warehouse",
    "inactive_at_storefront": "taken off sale while orders wait for it",
    "blank": "on sale without a SKU",
    "sold_twice": "on several variants, so that its stock cannot be told",
    "twin_at_warehouse": "at the warehouse twice, in spellings that differ in case or spaces only",
}


@dataclass(frozen=True, slots=True)
class SkuAuditReport:
    """Counts per problem are SKUs; `released` orders were held for a SKU that is known now."""

    products: int = 0
    products_changed: int = 0
    products_gone: int = 0
    items: int = 0
    items_changed: int = 0
    items_gone: int = 0
    unknown: int = 0
    spelt_differently: int = 0
    inactive_at_warehouse: int = 0
    inactive_at_storefront: int = 0
    blank: int = 0
    sold_twice: int = 0
    twin_at_warehouse: int = 0
    suggested: int = 0
    released: int = 0
    stock_queued: int = 0


@dataclass(frozen=True, slots=True)
class _Read:
    read: int = 0
    changed: int = 0
    gone: int = 0


def audit_skus(
    connection: Connection, *, storefront: Storefront, warehouse: Warehouse, ledger: Ledger, clock: Clock
) -> SkuAuditReport:
    """Read both catalogues, compare them, and act on what changed.

    Raises:
        VendorError: a catalogue could not be read to its end; what was read is kept, nothing is forgotten, a case says so.
    """
    with VendorWatch(connection, connection.storefront, FLOW, ledger, clock).watched():
        products = _read_products(connection, storefront, ledger, clock)
    with VendorWatch(connection, connection.warehouse, FLOW, ledger, clock).watched():
        items = _read_items(connection, warehouse, ledger, clock)
    now = clock.now()
    with ledger.transaction():
        suggested = _suggest(connection, ledger, now)
        found = ledger.sku_comparison.disagreements(connection.name, connection.bundles)
        _tell(connection, found, ledger=ledger, now=now)
        released = _release(connection, ledger, now)
        if products.changed or products.gone:
            ledger.publications.release_blocked(connection.name, now=now)
        queued = ledger.publications.decide(connection, None, now=now)
        if queued:
            ledger.notify(connection.name, STOCK_PUBLICATION)
    return SkuAuditReport(
        products=products.read,
        products_changed=products.changed,
        products_gone=products.gone,
        items=items.read,
        items_changed=items.changed,
        items_gone=items.gone,
        suggested=suggested,
        released=released,
        stock_queued=queued,
        **{each.problem: each.count for each in found},
    )


def map_sku(connection: Connection, mapping: SkuMapping, *, ledger: Ledger, clock: Clock) -> int:
    """Take a person's word on a mapping, and let go what waited for it; answers how many orders that were."""
    now = clock.now()
    with ledger.transaction():
        ledger.mappings.decide(connection.name, mapping, now=now)
        if mapping.state is not MappingState.CONFIRMED:
            return 0
        sold = [mapping.storefront_sku, *sorted(connection.bundles.holding([mapping.storefront_sku]))]
        ledger.publications.release_blocked(connection.name, sold, now=now)
        ledger.publications.decide(connection, [mapping.warehouse_sku], now=now)
        ledger.notify(connection.name, STOCK_PUBLICATION)
        return len(ledger.sales_orders.requeue_held(connection.name, HELD_FOR_SKUS, sold, now=now))


# ---- reading


def _read_products(connection: Connection, storefront: Storefront, ledger: Ledger, clock: Clock) -> _Read:
    """What cannot be read has a case, and while there is any nothing is forgotten: it may be what is missing."""
    began = clock.now()
    read = changed = 0
    unreadable: list[UnreadableProduct] = []
    for page in storefront.products():
        read += len(page)
        products = [each for each in page if isinstance(each, Product)]
        unreadable += [each for each in page if isinstance(each, UnreadableProduct)]
        changed += ledger.products.store(connection.name, products, now=clock.now())
    now = clock.now()
    findings = [CaseFinding(UNREADABLE_PRODUCT, each.ref, each.why) for each in unreadable]
    ledger.cases.open_or_refresh(connection.name, findings, now=now)
    ledger.cases.close_absent(connection.name, [UNREADABLE_PRODUCT], [each.ref for each in unreadable], now=now)
    gone = 0 if unreadable else ledger.products.forget_unseen(connection.name, since=began)
    return _Read(read, changed, gone)


def _read_items(connection: Connection, warehouse: Warehouse, ledger: Ledger, clock: Clock) -> _Read:
    began = clock.now()
    read = changed = 0
    for page in warehouse.items():
        read += len(page)
        changed += ledger.items.store(connection.name, page, now=clock.now())
    return _Read(read, changed, ledger.items.forget_unseen(connection.name, since=began))


# ---- acting


def _suggest(connection: Connection, ledger: Ledger, now: datetime) -> int:
    suggestions = ledger.sku_comparison.suggestions(connection.name, connection.bundles)
    ledger.mappings.withdraw_others(connection.name, [each.storefront_sku for each in suggestions])
    ledger.mappings.suggest(connection.name, suggestions, now=now)
    return len(suggestions)


def _tell(connection: Connection, found: Sequence[Disagreement], *, ledger: Ledger, now: datetime) -> None:
    """One case per kind of problem, not per SKU: a new catalogue would bury the desk."""
    findings = [
        CaseFinding(
            SKU_MISMATCH,
            each.problem,
            f"{each.count:,} {'SKU is' if each.count == 1 else 'SKUs are'} {_SAID[each.problem]}: {_named(each)}.",
            evidence={"skus": each.count, "on_waiting_orders": each.waiting},
        )
        for each in found
    ]
    ledger.cases.open_or_refresh(connection.name, findings, now=now)
    ledger.cases.close_absent(connection.name, [SKU_MISMATCH], [each.problem for each in found], now=now)


def _named(found: Disagreement) -> str:
    more = found.count - len(found.examples)
    return ", ".join(found.examples) + (f" and {more:,} more" if more else "")


def _release(connection: Connection, ledger: Ledger, now: datetime) -> int:
    """Let orders go whose SKUs the warehouse knows by now; what is still wrong with one holds it again."""
    held = ledger.sku_comparison.skus_held(connection.name, HELD_FOR_SKUS)
    picked = {sku: connection.bundles.picked_for(sku) for sku in held}
    answers = ledger.skus.of(connection.name, {each for skus in picked.values() for each in skus})
    sound = [sku for sku, skus in picked.items() if all(answers[each].known and answers[each].active for each in skus)]
    if not sound:
        return 0
    return len(ledger.sales_orders.requeue_held(connection.name, HELD_FOR_SKUS, sound, now=now))
