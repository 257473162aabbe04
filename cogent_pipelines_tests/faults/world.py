"""The world of the journeys, made for schedules: few goods, a process that can die anywhere, and a wire that remembers.

Everything runs in the order of the events, without threads of chance, so that a seed is the same story each time.
"""

import asyncio
from collections.abc import Callable, Coroutine, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import lru_cache
from hashlib import sha256
from typing import Any
from unittest.mock import patch

import httpx
from graphql import DocumentNode, GraphQLSchema
from psycopg_pool import ConnectionPool

from cogent_pipelines.adapters.transport.loop import LoopThread
from cogent_pipelines.ledger import pool
from cogent_pipelines.ledger.database import Ledger
from cogent_pipelines.simulators.common.catalogue import seeded_products
from cogent_pipelines.simulators.peoplevox import PeoplevoxSimulator
from cogent_pipelines.simulators.peoplevox import Switches as TenantSwitches
from cogent_pipelines.simulators.peoplevox.seed import stock_tenant
from cogent_pipelines.simulators.shopify import ShopifySimulator
from cogent_pipelines.simulators.shopify import Switches as ShopSwitches
from cogent_pipelines.simulators.shopify.graph import engine
from cogent_pipelines.simulators.shopify.records import Order
from cogent_pipelines.simulators.shopify.seeded import catalogue
from cogent_pipelines_tests.faults.deaths import ACTED, CALL, Reaper, make_mortal
from cogent_pipelines_tests.faults.drawing import SKUS, UNKNOWN_TO_THE_WAREHOUSE
from cogent_pipelines_tests.faults.schedule import Schedule
from cogent_pipelines_tests.journeys.wire import TRAVEL_SECONDS, Died, Router, WorldClock, operation_of
from cogent_pipelines_tests.journeys.world import SEED, World

# Pages so short that every feed has several.
_SETTINGS = {"fulfilment": {"tracking_grace_minutes": 2}, "warehouse": {"page_size": 4}}
_AWAY = 503
_ANSWER_AT_ONCE = ("cogent_pipelines.ledger.", "cogent_pipelines_tests.journeys.wire")


# A schedule makes some three hundred calls.
_MOST_CALLS = 1200


class Endless(BaseException):
    """Our process calls on and on; nothing of ours may catch it."""


@dataclass(frozen=True, slots=True)
class Sent:
    """One request that left our process; `life` counts the processes."""

    at: datetime
    host: str
    operation: str
    writes: bool
    life: int


@dataclass(slots=True)
class Errand:
    """Something that happens outside while a call is on its way: at the `after`th call of the operation, or of any."""

    operation: str
    after: int
    run: Callable[[], None]

    def is_now(self, operation: str) -> bool:
        if self.operation not in ("", operation):
            return False
        self.after -= 1
        return self.after < 0


class RememberingRouter(Router):
    """Passes the reaper with every call, and remembers what was sent."""

    def __init__(self, clock: WorldClock, apps: dict[str, object], reaper: Reaper) -> None:
        super().__init__(clock, apps)
        self._reaper = reaper
        self.sent: list[Sent] = []
        self.before_a_write: Callable[[str, bytes], None] = lambda *_: None
        self.errands: list[Errand] = []
        self.trace: list[str] = []
        self.life = 1

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        operation = operation_of(request)
        self._reaper.passes(CALL, operation)
        if len(self.calls) >= _MOST_CALLS:
            raise Endless(f"{len(self.calls)} calls, the last of them {operation}")
        self.calls.append(operation)
        self._note(f"→ {operation} {digest(request.content)}")
        writes = _writes(request, operation)
        self.sent.append(Sent(self._clock.now(), request.url.host, operation, writes, self.life))
        if writes:
            self.before_a_write(operation, request.content)
        self._clock.advance(TRAVEL_SECONDS)
        for errand in [errand for errand in self.errands if errand.is_now(operation)]:
            self.errands.remove(errand)
            errand.run()
        answer = await self._transports[request.url.host].handle_async_request(request)
        self._clock.advance(TRAVEL_SECONDS)
        self._note(f"← {operation} {answer.status_code} {digest(await answer.aread())}")
        self._reaper.passes(ACTED, operation)
        return answer

    def _note(self, what: str) -> None:
        self.trace.append(f"{self._clock.now():%X.%f} life {self.life} {what}")


class FaultWorld(World):
    """One schedule's world. `orders` are what was bought, by the schedule's own names."""

    router: RememberingRouter

    def __init__(self, ledger_url: str, schedule: Schedule, reaper: Reaper) -> None:
        self.schedule = schedule
        self.reaper = reaper
        self.orders: dict[str, Order] = {}
        self.kept_until: dict[str, datetime | None] = {}
        self.gateway_refuses = 0
        self.gateway_refused = 0
        lag = schedule.tenant.get("report_lag_seconds", 0.0)
        unlisted = schedule.shop.get("search_delay_seconds", 0.0)
        lags = {"stock": {"allocation_lag_seconds": lag}, "feeds": {"order_search_lag_seconds": unlisted}}
        super().__init__(ledger_url, settings={**_SETTINGS, **lags})

    def _vendors(self, switches: Mapping[str, Any]) -> tuple[ShopifySimulator, PeoplevoxSimulator]:
        del switches
        return self._shop(), self._tenant()

    def _shop(self) -> ShopifySimulator:
        switches = ShopSwitches(checkout_checks_stock=True, **self.schedule.shop)
        simulator = ShopifySimulator(seed=SEED, clock=self.clock, switches=switches, deliver=self._to_gateway)
        simulator.shop.add_location("Main warehouse", address={"city": "Tilbury", "countryCode": "GB"})
        sold = [{**row, "stock": self.schedule.stock[row["sku"]]} for row in catalogue(SEED) if row["sku"] in SKUS]
        unknown = {"sku": UNKNOWN_TO_THE_WAREHOUSE, "title": "Planter", "price": "12.50", "stock": 9}
        simulator.shop.add_products([*sold, unknown])
        return simulator

    def _tenant(self) -> PeoplevoxSimulator:
        switches = TenantSwitches(**self.schedule.tenant)
        given = {"clock": self.clock, "switches": switches, "deliver": self._event_to_gateway}
        simulator = PeoplevoxSimulator(seed=SEED, **given)
        stock_tenant(simulator.warehouse, tuple(item for item in seeded_products(SEED) if item.sku in SKUS))
        for sku, units in self.schedule.stock.items():
            level = simulator.warehouse.stock.level(sku, "PrimarySite")
            by = Decimal(units) - level.on_hand
            simulator.warehouse.stock.change(level, at=self.clock.now(), on_hand=by, activity="Stock check")
        return simulator

    def _wire(self, apps: dict[str, object]) -> RememberingRouter:
        return RememberingRouter(self.clock, apps, self.reaper)

    def _connect(self) -> Ledger:
        ledger = super()._connect()
        make_mortal(ledger.pool, self.reaper)
        return ledger

    def restart(self) -> None:
        """The dead process is gone, nothing of it ends in order; another begins."""
        if not self.reaper.dead:
            self.reaper.next = None
        with suppress(Died):
            self._open.close()
        self._open = ExitStack()
        self.reaper.reborn()
        self.router.life += 1
        self._start()

    async def _to_gateway(self, url: str, headers: Mapping[str, str], body: bytes) -> int:
        if self.gateway_refuses > 0:
            self.gateway_refuses -= 1
            self.gateway_refused += 1
            return _AWAY
        return await super()._to_gateway(url, headers, body)

    def name_of(self, order: Order) -> str:
        return next((name for name, each in self.orders.items() if each is order), "")

    @contextmanager
    def nobody_listens_in(self) -> Iterator[None]:
        """What others ask of the shop meanwhile is not for the fault book, which is about our calls."""
        book = self.shop.faults
        aside = [fault for fault in book._faults if not fault.kind.value.endswith("_event")]
        book._faults = [fault for fault in book._faults if fault not in aside]
        try:
            yield
        finally:
            book._faults = [*aside, *book._faults]


@contextmanager
def one_thing_after_the_other(reaper: Reaper) -> Iterator[None]:
    """The threads that ledger and clock would be asked in are not started: they answer on the spot."""
    in_a_thread = asyncio.to_thread

    async def at_once(work: Callable[..., Any], /, *given: Any, **named: Any) -> Any:
        if not work.__module__.startswith(_ANSWER_AT_ONCE):
            return await in_a_thread(work, *given, **named)
        await asyncio.sleep(0)
        return work(*given, **named)

    def run(loop: LoopThread, work: Coroutine[Any, Any, Any]) -> Any:
        if reaper.dead:
            work.close()
            raise Died("it is dead already")
        return reaper.wait(asyncio.run_coroutine_threadsafe(work, loop._started()))

    with (
        patch.object(asyncio, "to_thread", at_once),
        patch.object(LoopThread, "run", run),
        _connections_kept(),
        _documents_remembered(),
    ):
        yield


_parsed = lru_cache(maxsize=256)(engine.parse_document)
_sound: set[tuple[int, int]] = set()


@contextmanager
def _documents_remembered() -> Iterator[None]:
    """Each new shop would read and check the same queries again: one that was found sound is sound for the next shop."""

    check = engine.check

    def check_once(schema: GraphQLSchema, document: DocumentNode, elsewhere: Any) -> None:
        key = id(schema), id(document)
        if key not in _sound:
            check(schema, document, elsewhere)
            _sound.add(key)

    with patch.multiple(engine, parse_document=_parsed, check=check_once):
        yield


_pools: dict[str, ConnectionPool[Any]] = {}


@contextmanager
def _connections_kept() -> Iterator[None]:
    """Worlds over one ledger use the same connections: opening them anew would cost more than the rest of a schedule."""

    def kept(url: str, **settings: Any) -> ConnectionPool[Any]:
        if url not in _pools:
            # Nobody restarts the server: asking each time whether it is there would double every question.
            _pools[url] = _Kept(url, **{**settings, "check": None, "max_size": 12})
        return _pools[url]

    kept.check_connection = ConnectionPool.check_connection  # type: ignore[attr-defined]
    with patch.object(pool, "ConnectionPool", kept):
        yield


class _Kept(ConnectionPool[Any]):
    """Outlives the worlds that close it."""

    def close(self, timeout: float = 5) -> None:
        del timeout

    def let_go(self) -> None:
        super().close()


def let_go_of_connections() -> None:
    """Close what was kept; before its ledgers go away."""
    while _pools:
        _, kept = _pools.popitem()
        kept.let_go()  # type: ignore[attr-defined]


def digest(content: bytes) -> str:
    return sha256(content).hexdigest()[:12]


def _writes(request: httpx.Request, operation: str) -> bool:
    return operation.startswith("SaveData") or b'"mutation' in request.content
