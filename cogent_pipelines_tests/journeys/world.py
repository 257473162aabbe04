"""A Shopify shop and a Peoplevox tenant joined by ours, in one process on one clock that nobody waits for.

How ours is put together is in `neutral`. What became of a day is judged in `verdict`.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from cogent_pipelines.canonical.identity import OrderRef
from cogent_pipelines.connections.events import STOREFRONT, WAREHOUSE, callback_url
from cogent_pipelines.connections.settings import ConnectionSettings
from cogent_pipelines.simulators.common.catalogue import seeded_products
from cogent_pipelines.simulators.peoplevox import PeoplevoxSimulator
from cogent_pipelines.simulators.peoplevox import Switches as TenantSwitches
from cogent_pipelines.simulators.peoplevox.events import EventCall
from cogent_pipelines.simulators.peoplevox.seed import stock_tenant
from cogent_pipelines.simulators.shopify import ShopifySimulator
from cogent_pipelines.simulators.shopify import Switches as ShopSwitches
from cogent_pipelines.simulators.shopify.records import Order
from cogent_pipelines.simulators.shopify.seeded import seeded_simulator
from cogent_pipelines_tests.journeys.neutral import FLOWS, GATEWAY, NAME, SEED, NeutralWorld
from cogent_pipelines_tests.journeys.orders import an_order
from cogent_pipelines_tests.journeys.wire import WorldClock

TENANT_HOST = "wms.peoplevox.net"


class World(NeutralWorld):
    """`shop` and `tenant` are the vendors with their books and fault books; `ledger` and the flows are ours."""

    def __init__(self, ledger_url: str, *, settings: Mapping[str, Any] | None = None, **tenant: Any) -> None:
        self._switches = tenant
        super().__init__(ledger_url, settings or {})

    # ---- what a world of another kind has otherwise

    def _open_vendors(self) -> dict[str, object]:
        self.shop, self.tenant = self._vendors(self._switches)
        return {self.shop.shop.domain: self.shop.app, TENANT_HOST: self.tenant.app}

    def _variables(self) -> dict[str, str]:
        return environment_of(self.shop, self.tenant)

    def _settings(self, changes: Mapping[str, Any]) -> ConnectionSettings:
        return settings_of(self.shop, changes)

    def _vendors(self, switches: Mapping[str, Any]) -> tuple[ShopifySimulator, PeoplevoxSimulator]:
        return a_shop(self.clock, self._to_gateway), a_tenant(self.clock, self._event_to_gateway, switches)

    def _subscribe(self) -> None:
        given = {"public_url": GATEWAY, "environment": self.environment}
        self.storefront.ensure_webhooks(callback_url(self.settings, STOREFRONT, **given))
        self.warehouse.ensure_subscriptions(callback_url(self.settings, WAREHOUSE, **given), [])

    async def _event_to_gateway(self, call: EventCall) -> int:
        return await self._to_gateway(call.url, call.headers, call.body)

    def place(self, *lines: tuple[str, int], **more: Any) -> Order:
        return self.shop.place_order(an_order(*lines, **more))

    def number_of(self, order: Order) -> str:
        """The sales order that stands for an order."""
        return order.name.lstrip("#")

    def deliver(self) -> int:
        """Let the vendors tell what is due."""
        return self.runner.run(self.shop.pump()) + self.runner.run(self.tenant.deliver_events())

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

    def cases_of(self, order: Order) -> set[str]:
        return self.cases(OrderRef(str(order.id)))

    def state_of(self, order: Order) -> str:
        with self.ledger.pool.session() as session:
            row = session.execute("select state from sales_order where order_ref = %s", [str(order.id)]).fetchone()
        return row[0] if row else "unknown"


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
