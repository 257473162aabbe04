"""A burst of orders drained at the vendor's limit: how long it takes in the vendor's time, and whether memory stays flat.

Nobody waits: where the rate budget makes a call wait, the clock leaps. So the figure holds hours of the vendor's time in
minutes of ours. The stand-in warehouse is a process of its own and sets no limit; the limit is our own budget's, and every
call's moment is kept and judged by the vendor's rule.
"""

import os
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Self

import httpx
import psutil

from benchmarks import bed, made_orders
from benchmarks.figures import Figure, Given, Row
from cogent_pipelines.adapters.transport.engine import aiohttp_engine
from cogent_pipelines.canonical.connection import Connection
from cogent_pipelines.connections.assembly import VendorServices, build_warehouse
from cogent_pipelines.flows.order_injection import inject_due_orders
from cogent_pipelines.ledger.database import Ledger

NAME = "burst"
BAR = "all drained, at no more than 15 calls and one a second more, and memory at the end within 32 MB of the first tenth"
_CALLS, _WINDOW_SECONDS = 15, 15.0
_GROWTH_MEGABYTES = 32.0
_STORED_AT_ONCE = 250
_CONCURRENCY = 8
# Asked for as orders of the injection figure; a burst is as many times that.
_TIMES = 50_000 / 3_000
_SAMPLE_SECONDS = 0.1


class LeapingClock:
    """Goes with the real one, and leaps over every sleep."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._leapt = 0.0

    def now(self) -> datetime:
        return datetime.now(UTC) + timedelta(seconds=self._leapt)

    def sleep(self, seconds: float) -> None:
        with self._lock:
            self._leapt += seconds


@dataclass(slots=True)
class Watched(httpx.AsyncBaseTransport):
    """The transport's own engine; remembers the vendor's time of every call."""

    clock: LeapingClock
    calls: list[datetime] = field(default_factory=list)
    engine: httpx.AsyncBaseTransport = field(default_factory=lambda: aiohttp_engine(_CONCURRENCY))

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self.calls.append(self.clock.now())
        return await self.engine.handle_async_request(request)

    async def aclose(self) -> None:
        await self.engine.aclose()


class Memory:
    """This process's resident memory over time, in megabytes."""

    def __init__(self) -> None:
        self.samples: list[float] = []
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._sample, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *exc: object) -> None:
        self._over.set()
        self._thread.join()

    def _sample(self) -> None:
        process = psutil.Process(os.getpid())
        while not self._over.wait(_SAMPLE_SECONDS):
            self.samples.append(process.memory_info().rss / 1e6)

    @property
    def growth(self) -> float:
        """The last tenth's peak above the first tenth's."""
        tenth = max(1, len(self.samples) // 10)
        return max(self.samples[-tenth:]) - max(self.samples[:tenth])


def measure(given: Given) -> Figure:
    count, clock = int(given.options.orders * _TIMES), LeapingClock()
    engine = Watched(clock)
    with bed.vendors(given) as vendors, bed.ledger(given) as ledger:
        given.say(f"burst: {count:,} orders come in")
        block = vendors.settings.warehouse.model_copy(
            update={
                "rate_limited": True,
                "calls_per_window": _CALLS,
                "window_seconds": _WINDOW_SECONDS,
                "window_seconds_env": None,
            }
        )
        settings = vendors.settings.model_copy(update={"warehouse": block})
        connection = settings.connection()
        vendors.warehouse.add_items({"item_code": item.sku, "on_hand": 10_000_000} for item in made_orders.items())
        _fill(ledger, count, connection)
        given.say("burst: they are drained")
        services = VendorServices.shared(ledger, connection.name, clock, engine=engine)
        began, real = clock.now(), time.perf_counter()
        acknowledged = 0
        with build_warehouse(settings, services=services, environment=vendors.variables) as warehouse, Memory() as memory:
            while acknowledged < count:
                report = inject_due_orders(
                    connection, warehouse=warehouse, ledger=ledger, clock=clock, random=Random(bed.SEED)
                )
                acknowledged += report.acknowledged
                if not report.worked:
                    clock.sleep(1.0)
                if clock.now() - began > timedelta(days=2):
                    break
        took, seconds = clock.now() - began, time.perf_counter() - real
    most, allowed = _most_in_a_window(engine.calls), int(_CALLS + took.total_seconds() * _CALLS / _WINDOW_SECONDS)
    met = acknowledged == count and len(engine.calls) <= allowed and memory.growth <= _GROWTH_MEGABYTES
    return Figure(
        NAME,
        BAR,
        met,
        (
            Row("orders drained", f"{acknowledged:,}", f"{count:,} (came in)"),
            Row("in the vendor's time", f"{took.total_seconds() / 60:.0f} min", f"{seconds / 60:.1f} min of ours"),
            Row("calls", f"{len(engine.calls):,}", f"{allowed:,} (the vendor's limit for that time)"),
            Row("most calls in any 15 s", str(most)),
            Row("orders a second of the vendor's time", f"{acknowledged / took.total_seconds():.0f}"),
            Row("peak memory while draining", f"{max(memory.samples):.0f} MB"),
            Row("last tenth above the first", f"{memory.growth:.0f} MB", f"{_GROWTH_MEGABYTES:.0f} MB (the bar)"),
        ),
        {
            "orders": count,
            "acknowledged": acknowledged,
            "vendor_minutes": round(took.total_seconds() / 60, 1),
            "calls": len(engine.calls),
            "most_calls_in_a_window": most,
            "peak_rss_mb": round(max(memory.samples)),
            "growth_mb": round(memory.growth, 1),
        },
        ("the clock leaps over every wait; the stand-in warehouse is a process of its own",),
    )


def _most_in_a_window(calls: Sequence[datetime]) -> int:
    """The most calls within any window of the vendor's length."""
    window, first, most = timedelta(seconds=_WINDOW_SECONDS), 0, 0
    for last, at in enumerate(calls):
        while at - calls[first] >= window:
            first += 1
        most = max(most, last - first + 1)
    return most


def _fill(ledger: Ledger, count: int, connection: Connection) -> None:
    now = datetime.now(UTC)
    ledger.items.store(connection.name, made_orders.items(), now=now)
    for page in made_orders.pages(count, seed=bed.SEED, size=_STORED_AT_ONCE):
        ledger.orders.store(connection, page, now=now)
    with ledger.pool.session() as session:
        session.execute("analyze")
