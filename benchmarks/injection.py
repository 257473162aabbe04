"""Injection throughput: the flow with its ledger, beside a bare loop that posts the same requests to the same simulator.

The flow reads its orders from the ledger, validates them, writes down what it intends and what came of it, and keeps the
evidence. The bare loop has the flow's own requests, recorded on the wire, ready in memory, and posts them one after
another. Each round has a simulator of its own, as empty as the other's.
"""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from random import Random
from statistics import median

import httpx

from benchmarks import bed, made_orders
from benchmarks.figures import Figure, Given, Row
from cogent_pipelines.adapters.transport.engine import aiohttp_engine
from cogent_pipelines.canonical.connection import Connection
from cogent_pipelines.connections.assembly import VendorServices, build_warehouse
from cogent_pipelines.flows.courier import courier
from cogent_pipelines.flows.garbage import collected_seldom
from cogent_pipelines.flows.order_injection import inject_due_orders
from cogent_pipelines.ledger.database import Ledger
from cogent_pipelines.ports.clock import SystemClock

NAME = "injection"
BAR = "the flow at 0.5 of the bare loop or more"
_ROUNDS = 3
_LEAST = 0.5
_CONCURRENCY = 8
_ORDERS_AT_ONCE = 300
_STORED_AT_ONCE = 250


@dataclass(frozen=True, slots=True)
class Ready:
    """A request as it went out."""

    url: str
    headers: dict[str, str]
    content: bytes

    def request(self) -> httpx.Request:
        return httpx.Request("POST", self.url, headers=self.headers, content=self.content)


@dataclass(slots=True)
class Recorder(httpx.AsyncBaseTransport):
    """The transport's own engine, which remembers what it sent."""

    sent: list[Ready] = field(default_factory=list)
    engine: httpx.AsyncBaseTransport = field(default_factory=lambda: aiohttp_engine(_CONCURRENCY))

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        content = await request.aread()
        self.sent.append(Ready(str(request.url), dict(request.headers), content))
        return await self.engine.handle_async_request(request)

    async def aclose(self) -> None:
        await self.engine.aclose()


def measure(given: Given) -> Figure:
    """Take turns, so that a busy moment of the machine meets both."""
    flow, bare, calls = [], [], 0
    for number in range(_ROUNDS):
        given.say(f"injection: round {number + 1} of {_ROUNDS}")
        seconds, sent = _flow(given)
        flow.append(given.options.orders / seconds)
        bare.append(given.options.orders / _bare(given, sent))
        calls = len(sent)
    ratio = round(median(ours / theirs for ours, theirs in zip(flow, bare, strict=True)), 2)
    return Figure(
        NAME,
        BAR,
        ratio >= _LEAST,
        (
            Row("orders a second", f"{median(flow):.0f}", f"{median(bare):.0f} (bare loop, the same requests)"),
            Row("share of the bare loop", f"{ratio:.2f}", "1"),
        ),
        {
            "orders_per_second": round(median(flow), 1),
            "bare_orders_per_second": round(median(bare), 1),
            "ratio": ratio,
            "orders": given.options.orders,
            "lines_per_order": made_orders.LINES,
            "calls": calls,
        },
        (f"median of {_ROUNDS} rounds; {given.options.orders} orders, {_ORDERS_AT_ONCE} together, in {calls} calls",),
    )


def _flow(given: Given) -> tuple[float, list[Ready]]:
    clock, recorder = SystemClock(), Recorder()
    with bed.vendors(given) as vendors, bed.ledger(given) as ledger:
        connection = _connection(vendors)
        vendors.warehouse.add_items({"item_code": item.sku, "on_hand": 1_000_000} for item in made_orders.items())
        _fill(ledger, given.options.orders, connection)
        services = VendorServices.shared(ledger, connection.name, clock, engine=recorder)
        given_warehouse = build_warehouse(vendors.settings, services=services, environment=vendors.variables)
        with given_warehouse as warehouse, collected_seldom(), courier() as out:  # as a run works
            began = time.perf_counter()
            report = inject_due_orders(
                connection, warehouse=warehouse, ledger=ledger, clock=clock, random=Random(bed.SEED), courier=out
            )
            seconds = time.perf_counter() - began
    _refuse_unless(report.acknowledged == given.options.orders, f"the flow had {report}")
    return seconds, recorder.sent


def _connection(vendors: bed.Vendors) -> Connection:
    """As many orders together as the warehouse's adapter takes: both sides are measured at their best."""
    connection = vendors.settings.connection()
    return replace(connection, injection=replace(connection.injection, batch_size=_ORDERS_AT_ONCE))


def _fill(ledger: Ledger, count: int, connection: Connection) -> None:
    now = SystemClock().now()
    orders = made_orders.orders(count, seed=bed.SEED)
    ledger.items.store(connection.name, made_orders.items(), now=now)
    for start in range(0, count, _STORED_AT_ONCE):
        ledger.orders.store(connection, orders[start : start + _STORED_AT_ONCE], now=now)
    with ledger.pool.session() as session:
        session.execute("analyze")


def _bare(given: Given, sent: Sequence[Ready]) -> float:
    with bed.vendors(given) as vendors:
        vendors.warehouse.add_items({"item_code": item.sku, "on_hand": 1_000_000} for item in made_orders.items())
        here = vendors.variables["COGENT_REPLAY_WAREHOUSE_URL"]
        ready = [Ready(_moved(each.url, here), each.headers, each.content) for each in sent]
        seconds = asyncio.run(_post(ready))
        arrived = sum(1 for chapter, _, _ in vendors.warehouse.books() if chapter == "sales_orders")
    _refuse_unless(arrived == given.options.orders, f"the bare loop had {arrived} orders taken")
    return seconds


async def _post(ready: Sequence[Ready]) -> float:
    engine = aiohttp_engine(_CONCURRENCY)
    try:
        began = time.perf_counter()
        for each in ready:
            response = await engine.handle_async_request(each.request())
            await response.aread()
            await response.aclose()
        return time.perf_counter() - began
    finally:
        await engine.aclose()


def _moved(url: str, here: str) -> str:
    """The same path at another stand-in, whose port differs."""
    moved = httpx.URL(here)
    return str(httpx.URL(url).copy_with(scheme=moved.scheme, host=moved.host, port=moved.port))


def _refuse_unless(right: bool, what: str) -> None:  # noqa: FBT001 - a condition
    if not right:
        raise RuntimeError(f"the measurement is worth nothing: {what}")
