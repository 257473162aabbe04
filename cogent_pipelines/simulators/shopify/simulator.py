"""The simulator as one object: a shop, its app's credentials, and the ASGI app that speaks the vendor's protocol.

    sim = ShopifySimulator(seed=7, clock=VirtualClock(), deliver=route_in_process)
    sim.shop.add_location("Warehouse"); sim.shop.add_products([…]); sim.place_order({…})
    httpx.AsyncClient(transport=httpx.ASGITransport(sim.app), base_url=sim.url)

In process nothing happens behind the caller's back: webhooks wait until `await sim.pump()`. Under a server (lifespan
running) they go out by themselves.
"""

import hashlib
import random
from collections.abc import Iterable, Mapping
from contextlib import AbstractAsyncContextManager
from typing import Any

from starlette.types import ASGIApp

from cogent_pipelines.simulators.common.clock import Clock, SystemClock
from cogent_pipelines.simulators.common.faults import FaultBook
from cogent_pipelines.simulators.common.outbox import in_background
from cogent_pipelines.simulators.common.posting import Deliver
from cogent_pipelines.simulators.shopify import cancelling, ordering, routing
from cogent_pipelines.simulators.shopify.access import Access
from cogent_pipelines.simulators.shopify.graph.cost import Bucket
from cogent_pipelines.simulators.shopify.graph.engine import Engine
from cogent_pipelines.simulators.shopify.http_app import build_app
from cogent_pipelines.simulators.shopify.inventory import IdempotencyMemory
from cogent_pipelines.simulators.shopify.records import Order
from cogent_pipelines.simulators.shopify.shop import Shop
from cogent_pipelines.simulators.shopify.switches import Switches
from cogent_pipelines.simulators.shopify.trade import ShopifyTrade
from cogent_pipelines.simulators.shopify.webhooks import Webhooks

NEWEST = "2026-10"


class ShopifySimulator:
    """A shop, an app installed in it, and the wire."""

    def __init__(
        self,
        *,
        seed: int = 0,
        clock: Clock | None = None,
        switches: Switches | None = None,
        deliver: Deliver | None = None,
        domain: str = "northwind-sim.myshopify.com",
        currency: str = "GBP",
        country: str = "GB",
    ) -> None:
        self.seed = seed
        self.clock: Clock = clock or SystemClock()
        self.switches = switches or Switches()
        self.faults = FaultBook(seed)
        self.shop = Shop(
            clock=self.clock, switches=self.switches, seed=seed, domain=domain, currency=currency, country=country
        )
        self.client_id = _secret(seed, "client id")
        self.client_secret = f"shpss_{_secret(seed, 'client secret')}"
        self.access = Access(self, static_token=f"shpat_{_secret(seed, 'token')}")
        self.webhooks = Webhooks(self.shop, faults=self.faults, secret=self.client_secret, version=NEWEST, deliver=deliver)
        self.webhooks.chores += [lambda: routing.route_due(self.shop), lambda: cancelling.finish_due(self.shop)]
        self.memory = IdempotencyMemory(self.shop)
        self.bucket = Bucket(self.clock.now().timestamp(), self.switches.bucket_size)
        self.engine = Engine()
        self.calls: dict[str, int] = {}
        self.trade = ShopifyTrade(self)
        self.app: ASGIApp = build_app(self)

    @property
    def url(self) -> str:
        """An address to give an in-process client as base URL."""
        return f"https://{self.shop.domain}"

    @property
    def access_token(self) -> str:
        """A token that never expires, as an older custom app has."""
        return self.access.static_token

    @property
    def webhook_secret(self) -> str:
        return self.client_secret

    def place_order(self, spec: Mapping[str, Any] | None = None, **more: Any) -> Order:
        """Place one order; see `ordering` for its fields."""
        return ordering.place_order(self.shop, {**(spec or {}), **more})

    def place_orders(self, specs: Iterable[Mapping[str, Any]]) -> list[Order | None]:
        return ordering.place_orders(self.shop, specs)

    async def pump(self) -> int:
        """Deliver the webhooks that are due; gives how many attempts were made."""
        return await self.webhooks.pump()

    def running_webhooks(self) -> AbstractAsyncContextManager[None]:
        """Deliver webhooks by themselves for as long as the block lasts (what a server's lifespan does)."""
        return in_background(self.webhooks.run)


def _secret(seed: int, what: str) -> str:
    return hashlib.sha256(f"{what} {seed} {random.Random(seed).random()}".encode()).hexdigest()[:32]
