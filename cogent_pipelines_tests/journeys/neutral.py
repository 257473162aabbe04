"""Two vendors, the gateway, a ledger and the flows between them, in one process on one clock that nobody waits for.

The flows are put together as a run puts them together; vendors are reached through the real adapters, and their events come
in through the real gateway. Which vendors they are is not said here.
"""

import asyncio
from collections.abc import Mapping
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

import httpx

from cogent_pipelines.canonical.identity import connection_name
from cogent_pipelines.components.flow_runs import Every, FlowRun
from cogent_pipelines.connections.assembly import VendorServices, build_storefront, build_warehouse
from cogent_pipelines.connections.events import event_addresses
from cogent_pipelines.connections.settings import ConnectionSettings
from cogent_pipelines.flows.reconciliation import ValueReport, reconcile_order_values
from cogent_pipelines.flows.sku_audit import audit_skus
from cogent_pipelines.gateway.app import create_gateway
from cogent_pipelines.gateway.ledger_view import ping, read_desk
from cogent_pipelines.gateway.reception import Endpoint
from cogent_pipelines.ledger.database import Ledger
from cogent_pipelines.ledger.due_work import DESPATCH_TO_FULFILMENT, ORDER_CAPTURE, ORDER_INJECTION, STOCK_PUBLICATION
from cogent_pipelines.ports.errors import VendorError
from cogent_pipelines_tests.journeys.wire import Death, OurClock, Router, WorldClock, later

NAME = connection_name("journey_uk")
FLOWS = (ORDER_CAPTURE, ORDER_INJECTION, STOCK_PUBLICATION, DESPATCH_TO_FULFILMENT)
SEED = 5
GATEWAY = "https://hooks.example.com"
# Longer than the shortest time between two looks at stock.
_MOMENT = 6.0
_UNTIL_THE_NEXT_POLL = 61.0
_MOST_ROUNDS = 120
_THE_END = datetime(9999, 1, 1, tzinfo=UTC)


class NeutralWorld:
    """`ledger` and the flows are ours; who the vendors are, a subclass says."""

    def __init__(self, ledger_url: str, settings: Mapping[str, Any]) -> None:
        self.clock = WorldClock()
        self.runner = asyncio.Runner()
        self.router = self._wire(self._open_vendors())
        self.environment = self._variables()
        self.settings = self._settings(settings)
        self.connection = self.settings.connection()
        self.began = self.clock.now()
        self.stopped: list[str] = []
        self.refused_webhooks = 0
        self._url = ledger_url
        self._ours = OurClock(self.clock)
        self._start()
        self._gateway = httpx.ASGITransport(self._open_gateway())
        self._subscribe()

    # ---- what a subclass says

    def _open_vendors(self) -> dict[str, object]:
        """Their ASGI apps, by host."""
        raise NotImplementedError

    def _variables(self) -> dict[str, str]:
        raise NotImplementedError

    def _settings(self, changes: Mapping[str, Any]) -> ConnectionSettings:
        raise NotImplementedError

    def _subscribe(self) -> None:
        raise NotImplementedError

    def deliver(self) -> int:
        """Let the vendors tell what is due."""
        raise NotImplementedError

    def next_due(self) -> datetime | None:
        """When the next thing happens by itself, at either vendor or here."""
        raise NotImplementedError

    def signature(self) -> tuple[Any, ...]:
        """Equal as long as nothing moves."""
        raise NotImplementedError

    def _wire(self, apps: dict[str, object]) -> Router:
        return Router(self.clock, apps)

    def _connect(self) -> Ledger:
        return Ledger.connect(self._url)

    # ---- processes

    def _start(self) -> None:
        """What a fresh process has: a pool, two wires, and nothing remembered."""
        self._open = ExitStack()
        self.ledger = self._open.enter_context(self._connect())
        services = VendorServices.shared(self.ledger, NAME, self._ours, engine=self.router, random=Random(SEED))
        given = {"services": services, "environment": self.environment}
        self.storefront = self._open.enter_context(build_storefront(self.settings, **given))
        self.warehouse = self._open.enter_context(build_warehouse(self.settings, **given))
        polls = timedelta(seconds=self.settings.feeds.poll_seconds)
        hurry = timedelta(seconds=self.settings.feeds.hurry_seconds)
        self.runs = {
            flow: FlowRun(
                connection=self.connection,
                storefront=self.storefront,
                warehouse=self.warehouse,
                ledger=self.ledger,
                poll=Every(polls),
                reads_again=False,
                hurry=hurry,
                until=_THE_END,
                clock=self._ours,
                random=Random(f"{SEED} {flow}"),
            )
            for flow in FLOWS
        }

    def restart(self) -> None:
        """The process is gone; another begins. The gateway, a process of its own, goes on."""
        self.router.death = None
        self._open.close()
        self._start()

    def dies(self, operation: str, *, after: int = 0, acted: bool) -> Death:
        self.router.death = Death(operation, after, acted)
        return self.router.death

    def close(self) -> None:
        self._open.close()
        self.runner.run(self._close_gateway())
        self.runner.close()

    # ---- the gateway

    def _open_gateway(self) -> Any:
        self._inbox = Ledger.connect(self._url, largest_pool=3)
        addresses = event_addresses(self.settings, self.environment)
        self._app = create_gateway(
            [Endpoint(connection_name(a.connection), a.source, a.verifier, a.max_age, a.largest_body) for a in addresses],
            self._inbox.inbox,
            ping=lambda: ping(self._inbox),
            read_desk=lambda: read_desk(self._inbox),
            clock=self._ours,
        )
        return self._app

    async def _close_gateway(self) -> None:
        async with self._app.router.lifespan_context(self._app):
            pass
        self._inbox.close()

    async def _to_gateway(self, url: str, headers: Mapping[str, str], body: bytes) -> int:
        return (await self._answer_of_gateway(url, headers, body)).status_code

    async def _answer_of_gateway(self, url: str, headers: Mapping[str, str], body: bytes) -> httpx.Response:
        request = httpx.Request("POST", url, headers=dict(headers), content=body)
        answer = await self._gateway.handle_async_request(request)
        self.refused_webhooks += answer.status_code == httpx.codes.UNAUTHORIZED
        await answer.aread()
        return answer

    # ---- what we do

    def work(self) -> None:
        """One step of every flow, as often as its vendor lets it; a run that fails is noted, as the run history does."""
        self.deliver()
        for flow in FLOWS:
            self.run(flow)

    def run(self, flow: str) -> Any:
        try:
            return self.runs[flow].step_of(flow)()
        except VendorError as error:
            self.stopped.append(f"{flow}: {error}")
            return None

    def audit(self) -> None:
        try:
            audit_skus(
                self.connection,
                storefront=self.storefront,
                warehouse=self.warehouse,
                ledger=self.ledger,
                clock=self._ours,
            )
        except VendorError as error:
            self.stopped.append(f"audit: {error}")

    def reconcile(self) -> list[ValueReport]:
        """Every day since the world began."""
        days = (self.clock.now().date() - self.began.date()).days
        return [
            reconcile_order_values(
                self.connection,
                self.began.date() + timedelta(days=day),
                warehouse=self.warehouse,
                ledger=self.ledger,
                clock=self._ours,
            )
            for day in range(days + 1)
        ]

    def run_until_quiet(self) -> None:
        """Work and let time pass until nothing moves, not even after both catalogues were compared."""
        self.run_until_still()
        seen = self.signature()
        self.audit()
        if self.signature() != seen:
            self.run_until_still()
        self.reconcile()

    def run_until_still(self) -> None:
        """Work and let time pass until nothing is due and no poll brings anything."""
        polled = False
        for _ in range(_MOST_ROUNDS):
            before = self.signature()
            self.work()
            due = self.next_due()
            if self.signature() != before:
                polled = False
                self.clock.advance(_MOMENT)
            elif due is not None:
                self.clock.advance(to=later(due, self.clock.now(), _MOMENT))
            elif polled:
                return
            else:
                polled = True
                self.clock.advance(_UNTIL_THE_NEXT_POLL)
        raise AssertionError(f"it never comes to rest: {self.signature()}; {self.stopped[-3:]}")

    # ---- looking on

    def _ledger_signature(self) -> tuple[Any, ...]:
        with self.ledger.pool.session() as session:
            rows = session.execute(
                """
                select 'order', order_ref, state, reason from sales_order
                union all select 'parcel', despatch_ref, state, told_tracking_number from fulfilment
                union all select 'stock', sku, state, quantity::text from stock_publication where state <> 'published'
                union all select 'case', subject, kind, message from exception_case where resolved_at is null
                union all select 'event', '', flow, '' from inbox where taken_at is null
                union all select 'mapping', storefront_sku, state, '' from sku_mapping
                """
            ).fetchall()
        return tuple(sorted(rows))

    def cases(self, subject: str | None = None) -> set[str]:
        """The kinds of the open cases, of one order or parcel or of everything."""
        return {case.kind for case in self.ledger.cases.open(NAME, subject=subject)}

    def ever(self, kind: str) -> int:
        """How many cases of this kind were opened, closed ones included."""
        with self.ledger.pool.session() as session:
            return session.execute("select count(*) from exception_case where kind = %s", [kind]).fetchone()[0]
