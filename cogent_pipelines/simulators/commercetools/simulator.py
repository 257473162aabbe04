"""The simulator as one object: a project, its API client's credentials, and the ASGI app that speaks the vendor's protocol.

    sim = CommercetoolsSimulator(seed=7, clock=VirtualClock(), deliver=route_in_process)
    sim.trade.sell([Goods("MUG", "Mug", stock=10)]); sim.trade.place(Wish((WantedLine("MUG", 2),)))
    httpx.AsyncClient(transport=httpx.ASGITransport(sim.app), base_url=sim.url)

In process nothing happens behind the caller's back: notices wait until `await sim.pump()`. Under a server (lifespan
running) they go out by themselves.
"""

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import AbstractAsyncContextManager

from starlette.types import ASGIApp

from cogent_pipelines.simulators.commercetools.access import Access
from cogent_pipelines.simulators.commercetools.catalogue import Catalogue
from cogent_pipelines.simulators.commercetools.documents import Document
from cogent_pipelines.simulators.commercetools.editing import edit_order
from cogent_pipelines.simulators.commercetools.http_app import build_app
from cogent_pipelines.simulators.commercetools.import_endpoints import import_endpoints
from cogent_pipelines.simulators.commercetools.imports import Imports
from cogent_pipelines.simulators.commercetools.inventory_actions import inventory_acts
from cogent_pipelines.simulators.commercetools.messages import Messages
from cogent_pipelines.simulators.commercetools.notices import Notices
from cogent_pipelines.simulators.commercetools.order_actions import order_acts
from cogent_pipelines.simulators.commercetools.order_endpoints import order_endpoints
from cogent_pipelines.simulators.commercetools.ordering import Ordering
from cogent_pipelines.simulators.commercetools.project import Project
from cogent_pipelines.simulators.commercetools.project_endpoints import project_endpoints
from cogent_pipelines.simulators.commercetools.stock import Stock
from cogent_pipelines.simulators.commercetools.subscription_endpoints import subscribed, subscription_endpoints
from cogent_pipelines.simulators.commercetools.switches import Switches
from cogent_pipelines.simulators.commercetools.trade import CommercetoolsTrade
from cogent_pipelines.simulators.common.clock import Clock, SystemClock
from cogent_pipelines.simulators.common.faults import FaultBook
from cogent_pipelines.simulators.common.outbox import in_background
from cogent_pipelines.simulators.common.posting import Deliver

SUPPLY_CHANNEL = "main-warehouse"
EXPORT_CHANNEL = "warehouse-export"


class CommercetoolsSimulator:
    """A project, an API client of it, and the wire. It has a supply channel and one for handing orders over."""

    def __init__(
        self,
        *,
        seed: int = 0,
        clock: Clock | None = None,
        switches: Switches | None = None,
        deliver: Deliver | None = None,
        project_key: str = "northwind-sim",
        currency: str = "GBP",
        country: str = "GB",
    ) -> None:
        self.seed = seed
        self.clock: Clock = clock or SystemClock()
        self.switches = switches or Switches()
        self.faults = FaultBook(seed)
        self.project = Project(
            key=project_key, clock=self.clock, switches=self.switches, seed=seed, currency=currency, country=country
        )
        self.bridge_secret = hashlib.sha256(f"commercetools bridge {seed}".encode()).hexdigest()[:32]
        self.access = Access(self.project, seed)
        self.messages = Messages(self.project)
        self.stock = Stock(self.project, self.messages)
        self.catalogue = Catalogue(self.project)
        self.ordering = Ordering(self.project, catalogue=self.catalogue, stock=self.stock, messages=self.messages)
        self.notices = Notices(self.project, self.messages, self.faults, self.bridge_secret, deliver)
        self.imports = Imports(self.project, self.stock, self.messages)
        self.supply_channel = self.project.add_channel(SUPPLY_CHANNEL, "InventorySupply", name="Main warehouse")
        self.export_channel = self.project.add_channel(EXPORT_CHANNEL, "OrderExport", name="Hand-over to the warehouse")
        self.ordering.supply_channel = SUPPLY_CHANNEL
        self.inventory_acts = inventory_acts(self.stock)
        self.order_acts = order_acts(self.stock)
        self.calls: Counter[str] = Counter()
        self.refusals: Counter[str] = Counter()
        self.trade = CommercetoolsTrade(self)
        self.app: ASGIApp = build_app(
            self,
            [
                *import_endpoints(self),
                *order_endpoints(self),
                *subscription_endpoints(self),
                *project_endpoints(self),
            ],
        )

    @property
    def url(self) -> str:
        """An address to give an in-process client as base URL."""
        return "https://commercetools.invalid"

    def catch_up(self) -> None:
        """Let happen what is due by now; to be called with the project's lock held, before anybody looks."""
        self.stock.catch_up()
        self.imports.catch_up()

    def offered(self) -> dict[str, int]:
        """Say what each SKU still offers at the supply channel; below nothing where more was sold than was there."""
        channel = self.supply_channel["id"]
        return {
            entry["sku"]: self.stock.available(entry)
            for entry in self.project.inventory
            if entry.get("supplyChannel", {}).get("id") == channel
        }

    def subscribe(self, draft: Document, *, client: str | None = None) -> Document:
        """Subscribe as a client would, with a checked draft."""
        with self.project.lock:
            return subscribed(self, draft, client)

    def tell(self, url: str, messages: Mapping[str, Sequence[str]], *, cloud_events: bool = False) -> Document:
        """Subscribe an address to messages by resource type, over a queue that is bridged there."""
        queue = f"bridged-{len(self.project.subscriptions) + 1}"
        self.notices.bridges[queue] = url
        kind = {"type": "CloudEvents", "cloudEventsVersion": "1.0"} if cloud_events else {"type": "Platform"}
        wanted = [{"resourceTypeId": type_id, "types": list(types)} for type_id, types in messages.items()]
        destination = {"type": "GoogleCloudPubSub", "projectId": "bridge", "topic": queue}
        return self.subscribe({"destination": destination, "messages": wanted, "format": kind})

    def edit(self, ref: str, units: Mapping[str, int]) -> Document:
        """Give an order's lines other quantities, by SKU, as the shopkeeper may; see `editing`."""
        with self.project.lock:
            return edit_order(self.project, self.messages, ref, units)

    async def pump(self) -> int:
        """Deliver the notices that are due; gives how many attempts were made."""
        with self.project.lock:
            self.catch_up()
        return await self.notices.pump()

    def running_notices(self) -> AbstractAsyncContextManager[None]:
        """Deliver notices by themselves for as long as the block lasts (what a server's lifespan does)."""
        return in_background(self.notices.run)
