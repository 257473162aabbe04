"""The simulator as one object: a tenant, its keys, and the ASGI app that speaks the vendor's protocol.

    sim = ScayleSimulator(seed=7, clock=VirtualClock(), deliver=route_in_process)
    sim.tenant.add_warehouse("main"); sim.trade.sell([…]); sim.trade.place(Wish(…))
    httpx.AsyncClient(transport=httpx.ASGITransport(sim.app), base_url=sim.url)

In process nothing happens behind the caller's back: webhooks and delegations wait until `await sim.pump()`. Under a server
(lifespan running) they go out by themselves.
"""

import hashlib
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from datetime import datetime
from urllib.parse import urlsplit

from starlette.types import ASGIApp

from cogent_pipelines.simulators.common.clock import Clock, SystemClock
from cogent_pipelines.simulators.common.faults import FaultBook
from cogent_pipelines.simulators.common.outbox import in_background
from cogent_pipelines.simulators.scayle import lifecycle
from cogent_pipelines.simulators.scayle.access import Access
from cogent_pipelines.simulators.scayle.bulk import BulkRequests
from cogent_pipelines.simulators.scayle.deliver import Deliver
from cogent_pipelines.simulators.scayle.http_app import build_app
from cogent_pipelines.simulators.scayle.rate_limit import RateLimits
from cogent_pipelines.simulators.scayle.refusals import Refused
from cogent_pipelines.simulators.scayle.switches import Switches
from cogent_pipelines.simulators.scayle.tenant import COMPANY_ID, Tenant
from cogent_pipelines.simulators.scayle.trade import Trade
from cogent_pipelines.simulators.scayle.webhooks import Webhooks

BASE_PATH = "/api/admin/v1"


class ScayleSimulator:
    """A tenant and the wire."""

    def __init__(
        self,
        *,
        seed: int = 0,
        clock: Clock | None = None,
        switches: Switches | None = None,
        deliver: Deliver | None = None,
        shop_key: str = "nw",
        country: str = "GB",
        currency: str = "GBP",
    ) -> None:
        self.seed = seed
        self.clock: Clock = clock or SystemClock()
        self.switches = switches or Switches()
        self.faults = FaultBook(seed)
        self.tenant = Tenant(clock=self.clock, switches=self.switches, seed=seed)
        self.shop_country = self.tenant.add_shop_country(shop_key, country, currency=currency)
        self.company_id = COMPANY_ID
        self.access = Access(_secret(seed, "key"), _secret(seed, "read-only key"))
        self.webhook_user = "scayle"
        self.webhook_password = _secret(seed, "webhook password")
        self.limits = RateLimits(self.tenant)
        self.webhooks = Webhooks(self.tenant, faults=self.faults, seed=seed, deliver=deliver)
        self.bulk = BulkRequests()
        self.calls: dict[str, int] = {}
        self._later: list[tuple[datetime, Callable[[], None]]] = []
        self.webhooks.chores += [self._do_later, self.bulk.tick]
        self.trade = Trade(self)
        self.app: ASGIApp = build_app(self)

    @property
    def url(self) -> str:
        """An address to give an in-process client; the API lies under `/api/admin/v1`."""
        return "https://northwind-live.admin.api.scayle.cloud"

    @property
    def access_token(self) -> str:
        """A key that may do everything."""
        return self.access.full

    def takes_address(self, url: str) -> bool:
        """Whether a webhook may be sent there."""
        try:
            parts = urlsplit(url)
            parts.port  # noqa: B018 - reading it is what finds it wrong
        except ValueError:
            return False
        allowed = {"https", "http"} if self.switches.webhook_allow_http else {"https"}
        return parts.scheme in allowed and bool(parts.hostname)

    def later(self, due: datetime, act: Callable[[], None]) -> None:
        """Do something when its time has come."""
        self._later.append((due, act))

    def tick(self) -> None:
        """Let happen what time does by itself; nothing is sent."""
        self.webhooks.tick()

    def _do_later(self) -> None:
        now = self.clock.now()
        due = [act for moment, act in self._later if moment <= now]
        self._later = [row for row in self._later if row[0] > now]
        for act in due:
            try:
                act()
            except Refused as error:
                # Its caller has had his answer: nobody hears of it any more.
                self.tenant.note("refused after it was accepted", why=str(error))

    @property
    def next_due(self) -> datetime | None:
        """When the next thing happens by itself; the closure by force, a fortnight off, is not looked at."""
        moments = [self.webhooks.next_due, lifecycle.next_due(self.tenant), self.bulk.next_due]
        moments += [moment for moment, _ in self._later]
        return min((moment for moment in moments if moment is not None), default=None)

    async def pump(self) -> int:
        """Send what is due; gives how many attempts were made."""
        return await self.webhooks.pump()

    def running_webhooks(self) -> AbstractAsyncContextManager[None]:
        """Send by itself for as long as the block lasts (what a server's lifespan does)."""
        return in_background(self.webhooks.run)


def _secret(seed: int, what: str) -> str:
    return hashlib.sha256(f"scayle {what} {seed}".encode()).hexdigest()[:40]
