"""Stock: of many SKUs few changed. Only those are told, in few calls; beside it one full push of everything.

Both are the same flow over the same ledger, against the same shop and warehouse. The first time every figure is new to the
shop, which is the full push; then some change at the warehouse. What the shop was really told is counted in its own books.
"""

import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from random import Random
from typing import Any

import orjson

from benchmarks import bed
from benchmarks.figures import Figure, Given, Row
from cogent_pipelines.connections.assembly import VendorServices, build_storefront, build_warehouse
from cogent_pipelines.connections.settings import ConnectionSettings
from cogent_pipelines.flows.order_capture import capture_by_poll
from cogent_pipelines.flows.sku_audit import audit_skus
from cogent_pipelines.flows.stock_publication import publish_due_stock, read_all_stock, read_stock_changes
from cogent_pipelines.ledger.database import Ledger
from cogent_pipelines.ports.clock import SystemClock
from cogent_pipelines.ports.storefront import Storefront
from cogent_pipelines.ports.warehouse import Warehouse

NAME = "stock"
BAR = "only what changed is told, 2,000 of 100,000 SKUs in 8 calls at most"
_SHARE_CHANGED = 50
_CALLS = 8
_MUTATION = "inventorySetQuantities"
_AT_ONCE = 1000
_REPORT = "Incremental Changes Report v1"


@dataclass(frozen=True, slots=True)
class Told:
    """What one push came to: seconds to read the warehouse's figures, seconds and calls to tell the shop, SKUs told."""

    reading: float
    telling: float
    calls: int
    skus: int

    @property
    def seconds(self) -> float:
        return self.reading + self.telling


@dataclass(frozen=True, slots=True)
class Publisher:
    """The stock flow of one connection."""

    vendors: bed.Vendors
    storefront: Storefront
    warehouse: Warehouse
    ledger: Ledger

    def audit(self) -> None:
        """Learn both catalogues, and the shop's own handle of every SKU's stock."""
        connection = self.vendors.settings.connection()
        audit_skus(connection, storefront=self.storefront, warehouse=self.warehouse, ledger=self.ledger, clock=SystemClock())

    def push(self, *, everything: bool) -> Told:
        connection, clock = self.vendors.settings.connection(), SystemClock()
        before = self._calls()
        read = read_all_stock if everything else read_stock_changes
        began = time.perf_counter()
        read(connection, warehouse=self.warehouse, ledger=self.ledger, clock=clock)
        between = time.perf_counter()
        report = publish_due_stock(
            connection,
            storefront=self.storefront,
            ledger=self.ledger,
            clock=clock,
            random=Random(bed.SEED),
            capture=lambda: capture_by_poll(connection, storefront=self.storefront, ledger=self.ledger, clock=clock),
        )
        ended = time.perf_counter()
        return Told(between - began, ended - between, self._calls() - before, report.published)

    def _calls(self) -> int:
        """Count by the shop's own books how often it was told stock."""
        books: dict[str, Any] = self.vendors.shop.ask("/_sim/books?lines=0&stock=0&history=0")
        return int(books["calls"].get(_MUTATION, 0))


def measure(given: Given) -> Figure:
    changed = max(1, given.options.skus // _SHARE_CHANGED)
    with _publisher(given) as publisher:
        given.say(f"stock: {given.options.skus} SKUs are stocked on both sides and audited")
        _stock(publisher.vendors, given.options.skus)
        publisher.audit()
        given.say("stock: one full push")
        full = publisher.push(everything=True)
        _change(publisher.vendors, changed)
        few = publisher.push(everything=False)
    met = few.skus == changed and few.calls <= max(1, _CALLS * changed // 2000)
    return Figure(
        NAME,
        BAR,
        met,
        (
            Row("SKUs told", f"{few.skus:,} of {given.options.skus:,}", f"{full.skus:,} (one full push)"),
            Row("calls to the storefront", str(few.calls), str(full.calls)),
            Row("seconds, reading the warehouse included", f"{few.seconds:.2f}", f"{full.seconds:.2f}"),
        ),
        {
            "skus": given.options.skus,
            "changed": changed,
            "published": few.skus,
            "calls": few.calls,
            "seconds": round(few.seconds, 2),
            "full_push": {"published": full.skus, "calls": full.calls, "seconds": round(full.seconds, 2)},
        },
        ("calls are counted in the storefront's own books; limits of both vendors are lifted",),
    )


@contextmanager
def _publisher(given: Given) -> Iterator[Publisher]:
    with ExitStack() as opened:
        vendors = opened.enter_context(bed.vendors(given))
        ledger = opened.enter_context(bed.ledger(given))
        vendors = replace(vendors, settings=_that_reports_changes(vendors.settings))
        services = VendorServices.shared(ledger, vendors.settings.connection().name)
        storefront = opened.enter_context(
            build_storefront(vendors.settings, services=services, environment=vendors.variables)
        )
        warehouse = opened.enter_context(build_warehouse(vendors.settings, services=services, environment=vendors.variables))
        yield Publisher(vendors, storefront, warehouse, ledger)


def _that_reports_changes(settings: ConnectionSettings) -> ConnectionSettings:
    """A tenant with a report of changes, which is asked whenever the flow runs."""
    warehouse = settings.warehouse.model_copy(update={"incremental_stock_report": _REPORT})
    feeds = settings.feeds.model_copy(update={"poll_seconds": 0.001})
    return settings.model_copy(update={"warehouse": warehouse, "feeds": feeds})


def _sku(number: int) -> str:
    return f"NW-{number:06d}"


def _stock(vendors: bed.Vendors, skus: int) -> None:
    vendors.shop.add_products({"title": _sku(n), "sku": _sku(n), "price": "9.95", "stock": 0} for n in range(skus))
    vendors.warehouse.add_items({"item_code": _sku(n), "on_hand": 10 + n % 90} for n in range(skus))


def _change(vendors: bed.Vendors, count: int) -> None:
    """Sell or find a few of every fiftieth article at the warehouse."""
    changes = [{"item_code": _sku(n * _SHARE_CHANGED), "by": 3} for n in range(count)]
    for start in range(0, count, _AT_ONCE):
        vendors.warehouse.tell("/_sim/stock", orjson.dumps(changes[start : start + _AT_ONCE]))
