"""A shop, a warehouse, the gateway, a ledger and the flows between them, in one process on one clock that nobody waits for.

The flows are put together as a run puts them together; vendors are reached through the real adapters, and their events come
in through the real gateway. What became of a day is judged in `verdict`.
"""

import asyncio
from collections.abc import Mapping
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

import httpx

from cogent_pipelines.canonical.identity import OrderRef, connection_name
from cogent_pipelines.components.flow_runs import Every, FlowRun
from cogent_pipelines.connections.assembly import VendorServices, build_storefront, build_warehouse
from cogent_pipelines.connections.events import STOREFRONT, WAREHOUSE, callback_url, event_addresses
from cogent_pipelines.connections.settings import ConnectionSettings
from cogent_pipelines.flows.reconciliation import ValueReport, reconcile_order_values
from cogent_pipelines.flows.sku_audit import audit_skus
from cogent_pipelines.gateway.app import create_gateway
from cogent_pipelines.gateway.ledger_view import ping, read_desk
from cogent_pipelines.gateway.reception import Endpoint
from cogent_pipelines.ledger.database import Ledger
from cogent_pipelines.ledger.due_work import DESPATCH_TO_FULFILMENT, ORDER_CAPTURE, ORDER_INJECTION, STOCK_PUBLICATION
from cogent_pipelines.ports.errors import VendorError
from cogent_pipelines.simulators.common.catalogue import seeded_products
from cogent_pipelines.simulators.peoplevox import PeoplevoxSimulator
from cogent_pipelines.simulators.peoplevox import Switches as TenantSwitches
from cogent_pipelines.simulators.peoplevox.events import EventCall
from cogent_pipelines.simulators.peoplevox.seed import stock_tenant
from cogent_pipelines.simulators.shopify import ShopifySimulator
from cogent_pipelines.simulators.shopify import Switches as ShopSwitches
from cogent_pipelines.simulators.shopify.records import Order
from cogent_pipelines.simulators.shopify.seeded import seeded_simulator
from cogent_pipelines_tests.journeys.orders import an_order
from cogent_pipelines_tests.journeys.wire import Death, OurClock, Router, WorldClock, later

NAME = connection_name("journey_uk")
FLOWS = (ORDER_CAPTURE, ORDER_INJECTION, STOCK_PUBLICATION, DESPATCH_TO_FULFILMENT)
SEED = 5
GATEWAY = "https://hooks.example.com"
TENANT_HOST = "wms.peoplevox.net"
# Longer than the shortest time between two looks at stock.
_MOMENT = 6.0
_UNTIL_THE_NEXT_POLL = 61.0
_MOST_ROUNDS = 120
_THE_END = datetime(9999, 1, 1, tzinfo=UTC)


class World:
    """`shop` and `tenant` are the vendors with their books and fault books; `ledger` and the flows are ours."""

    def __init__(self, ledger_url: str, *, settings: Mapping[str, Any] | None = None, **tenant: Any) -> None:
        self.clock = WorldClock()
        self.runner = asyncio.Runner()
        self.shop, self.tenant = self._vendors(tenant)
        self.router = self._wire({self.shop.shop.domain: self.shop.app, TENANT_HOST: self.tenant.app})
        self.environment = environment_of(self.shop, self.tenant)
        self.settings = settings_of(self.shop, settings or {})
        self.connection = self.settings.connection()
        self.began = self.clock.now()
        self.stopped: list[str] = []
        self.refused_webhooks = 0
        self._url = ledger_url
        self._ours = OurClock(self.clock)
        self._start()
        self._gateway = httpx.ASGITransport(self._open_gateway())
        self._subscribe()

    # ---- what a world of another kind has otherwise

    def _vendors(self, switches: Mapping[str, Any]) -> tuple[ShopifySimulator, PeoplevoxSimulator]:
        return a_shop(self.clock, self._to_gateway), a_tenant(self.clock, self._event_to_gateway, switches)

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
            [Endpoint(connection_name(a.connection), a.source, a.verifier, a.max_age) for a in addresses],
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

    def _subscribe(self) -> None:
        given = {"public_url": GATEWAY, "environment": self.environment}
        self.storefront.ensure_webhooks(callback_url(self.settings, STOREFRONT, **given))
        self.warehouse.ensure_subscriptions(callback_url(self.settings, WAREHOUSE, **given), [])

    async def _to_gateway(self, url: str, headers: Mapping[str, str], body: bytes) -> int:
        request = httpx.Request("POST", url, headers=dict(headers), content=body)
        answer = await self._gateway.handle_async_request(request)
        self.refused_webhooks += answer.status_code == httpx.codes.UNAUTHORIZED
        return answer.status_code

    async def _event_to_gateway(self, call: EventCall) -> int:
        return await self._to_gateway(call.url, call.headers, call.body)

    # ---- what happens outside

    def place(self, *lines: tuple[str, int], **more: Any) -> Order:
        return self.shop.place_order(an_order(*lines, **more))

    def number_of(self, order: Order) -> str:
        """The sales order that stands for an order."""
        return order.name.lstrip("#")

    def deliver(self) -> int:
        """Let the vendors tell what is due."""
        return self.runner.run(self.shop.pump()) + self.runner.run(self.tenant.deliver_events())

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
        self._settle()
        seen = self.signature()
        self.audit()
        if self.signature() != seen:
            self._settle()
        self.reconcile()

    def _settle(self) -> None:
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

    def next_due(self) -> Any:
        """When the next thing happens by itself, at either vendor or here."""
        moments = [self.ledger.due_work.next_due(NAME, flow) for flow in FLOWS]
        moments += [row[0] for row in self.tenant.warehouse.floor._due[:1]]
        if self.shop.webhooks.next_due is not None:
            moments.append(datetime.fromtimestamp(self.shop.webhooks.next_due / 1000, UTC))
        return min((moment for moment in moments if moment is not None), default=None)

    def signature(self) -> tuple[Any, ...]:
        """Equal as long as nothing moves."""
        shop = self.shop.shop
        orders = tuple((order.id, order.updated_at) for order in shop.orders.values())
        levels = tuple(level.available for level in shop.levels.values())
        return self._ledger_signature(), self.tenant.warehouse.version, hash(orders), hash(levels)

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

    def cases_of(self, order: Order) -> set[str]:
        return self.cases(OrderRef(str(order.id)))

    def state_of(self, order: Order) -> str:
        with self.ledger.pool.session() as session:
            row = session.execute("select state from sales_order where order_ref = %s", [str(order.id)]).fetchone()
        return row[0] if row else "unknown"

    def ever(self, kind: str) -> int:
        """How many cases of this kind were opened, closed ones included."""
        with self.ledger.pool.session() as session:
            return session.execute("select count(*) from exception_case where kind = %s", [kind]).fetchone()[0]


def a_shop(clock: WorldClock, deliver: Any) -> ShopifySimulator:
    switches = ShopSwitches(checkout_checks_stock=True)
    return seeded_simulator(SEED, orders=0, clock=clock, switches=switches, deliver=deliver)


def a_tenant(clock: WorldClock, deliver: Any, switches: Mapping[str, Any]) -> PeoplevoxSimulator:
    """Orders leave by themselves within minutes, unless a test says that the warehouse waits to be told."""
    chosen = {
        "works_by_itself": True,
        "pick_after_seconds": 60.0,
        "pack_after_seconds": 30.0,
        "despatch_after_seconds": 30.0,
        **switches,
    }
    tenant = PeoplevoxSimulator(seed=SEED, clock=clock, switches=TenantSwitches(**chosen), deliver=deliver)
    stock_tenant(tenant.warehouse, seeded_products(SEED))
    return tenant


def environment_of(shop: ShopifySimulator, tenant: PeoplevoxSimulator) -> dict[str, str]:
    return {
        "SHOP_ID": shop.client_id,
        "SHOP_SECRET": shop.client_secret,
        "TENANT_ID": tenant.account.client_id,
        "TENANT_USER": tenant.account.username,
        "TENANT_PASSWORD": tenant.account.password,
        "TENANT_EVENTS": "a secret in the address",
    }


def settings_of(shop: ShopifySimulator, changes: Mapping[str, Any]) -> ConnectionSettings:
    given: dict[str, Any] = {
        "name": NAME,
        "storefront": {
            "vendor": "shopify",
            "shop": shop.shop.domain,
            "client_id_env": "SHOP_ID",
            "client_secret_env": "SHOP_SECRET",
            "webhook_secret_env": "SHOP_SECRET",
        },
        "warehouse": {
            "vendor": "peoplevox",
            "client_id_env": "TENANT_ID",
            "username_env": "TENANT_USER",
            "password_env": "TENANT_PASSWORD",
            "event_secret_env": "TENANT_EVENTS",
            "incremental_stock_report": "Incremental Changes Report v1",
        },
    }
    for name, value in changes.items():
        given[name] = {**given.get(name, {}), **value} if isinstance(value, Mapping) else value
    return ConnectionSettings.model_validate(given)
