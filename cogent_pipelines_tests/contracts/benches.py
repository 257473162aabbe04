"""What a contract needs of a vendor besides its port: to plant, to take away, and to look into its books.

Each bench is one vendor's; the contract itself knows none of them.
"""

from contextlib import ExitStack
from random import Random
from typing import Any

from cogent_pipelines.adapters.storefronts.shopify.ids import reference
from cogent_pipelines.canonical.despatch import Despatch, DespatchLine, Tracking
from cogent_pipelines.canonical.fulfilment import Fulfilment, FulfilmentLine, Parcel
from cogent_pipelines.canonical.identity import DespatchRef, LineRef, OrderRef, SalesOrderRef, Sku
from cogent_pipelines.canonical.item import Item
from cogent_pipelines.canonical.order import Order
from cogent_pipelines.canonical.sales_order import SalesOrder
from cogent_pipelines.canonical.stock import StockLevel
from cogent_pipelines.connections.assembly import VendorServices, build_storefront, build_warehouse
from cogent_pipelines.ports.errors import VendorUnavailable
from cogent_pipelines_tests.factories.clocks import StillClock
from cogent_pipelines_tests.factories.orders import a_line
from cogent_pipelines_tests.factories.orders import an_order as a_fake_order
from cogent_pipelines_tests.factories.storefront import FakeStorefront
from cogent_pipelines_tests.factories.warehouse import FakeWarehouse
from cogent_pipelines_tests.journeys.orders import an_order
from cogent_pipelines_tests.journeys.wire import OurClock, Router, WorldClock
from cogent_pipelines_tests.journeys.world import TENANT_HOST, a_shop, a_tenant, environment_of, settings_of

KNOWN, OTHER, VARIANT, UNKNOWN = Sku("TEE-S"), Sku("COAT-L"), Sku("tee-s "), Sku("NOSUCH")


class _OnTheWire:
    """A stand-in vendor behind the real adapter."""

    def __init__(self) -> None:
        self.clock = WorldClock()
        self.shop, self.tenant = a_shop(self.clock, None), a_tenant(self.clock, None, {"works_by_itself": False})
        self._environment = environment_of(self.shop, self.tenant)
        self._settings = settings_of(self.shop, {})
        router = Router(self.clock, {self.shop.shop.domain: self.shop.app, TENANT_HOST: self.tenant.app})
        self._services = VendorServices.in_memory(OurClock(self.clock), engine=router)
        self._open = ExitStack()

    def _built(self, build: Any) -> Any:
        return self._open.enter_context(build(self._settings, services=self._services, environment=self._environment))

    def close(self) -> None:
        self._open.close()


# ---- warehouses


class PeoplevoxBench(_OnTheWire):
    def __init__(self) -> None:
        super().__init__()
        self.port = self._built(build_warehouse)

    def now(self) -> Any:
        return self.clock.now()

    def another_process(self) -> Any:
        return self._built(build_warehouse)

    def times_created(self, ref: SalesOrderRef) -> int:
        return self.tenant.truth.times_created(ref)

    def refuses(self, order: SalesOrder) -> None:
        """Nothing to do: the item of that order is unknown here."""

    def loses_an_answer(self, order: SalesOrder) -> None:
        self.tenant.faults.time_out_after_acting("SaveData:Sales orders", after=1)

    def goes_away(self) -> None:
        self.tenant.outage(3600)

    def deactivates(self, sku: Sku) -> None:
        self.tenant.warehouse.deactivate_item(sku)

    def has(self, sku: Sku, units: int) -> None:
        self.clock.advance(60)
        self.tenant.warehouse.set_stock(sku, on_hand=units)

    def sends(self, order: SalesOrder) -> None:
        self.tenant.warehouse.floor.despatch(order.ref, tracking="later")

    def tracking_arrives(self) -> None:
        self.tenant.warehouse.floor.tracking_arrives()


class FakeWarehouseBench:
    def __init__(self) -> None:
        self.clock = StillClock()
        self.port = FakeWarehouse(stocked={sku: Item(sku, sku, active=True) for sku in (KNOWN, OTHER)})
        self.has(KNOWN, 10)
        self.has(OTHER, 10)

    def now(self) -> Any:
        return self.clock.now()

    def another_process(self) -> FakeWarehouse:
        return self.port

    def times_created(self, ref: SalesOrderRef) -> int:
        return self.port.created[ref]

    def refuses(self, order: SalesOrder) -> None:
        self.port.rejects[order.ref] = "no such item"

    def loses_an_answer(self, order: SalesOrder) -> None:
        self.port.loses_answer.add(order.ref)

    def goes_away(self) -> None:
        self.port.trouble = VendorUnavailable("down")

    def deactivates(self, sku: Sku) -> None:
        self.port.stocked[sku] = Item(sku, sku, active=False)

    def has(self, sku: Sku, units: int) -> None:
        self.clock.advance(60)
        others = [level for level in self.port.levels if level.sku != sku]
        self.port.levels = [*others, StockLevel(sku, "MAIN", units, units, self.clock.now())]

    def sends(self, order: SalesOrder) -> None:
        lines = tuple(DespatchLine(line.sku, line.quantity, line.line_ref) for line in order.lines)
        ref = DespatchRef(f"D-{order.ref}")
        self.port.parcels.append(Despatch(ref, order.ref, self.clock.now(), lines, Tracking("RM")))

    def tracking_arrives(self) -> None:
        self.port.parcels = [
            Despatch(each.ref, each.sales_order_ref, each.despatched_at, each.lines, Tracking("RM", number=f"T-{each.ref}"))
            for each in self.port.parcels
        ]

    def close(self) -> None:
        """Nothing is open."""


# ---- storefronts


class ShopifyBench(_OnTheWire):
    def __init__(self) -> None:
        super().__init__()
        self.port = self._built(build_storefront)

    def another_process(self) -> Any:
        return self._built(build_storefront)

    def now(self) -> Any:
        return self.clock.now()

    def place(self, sku: Sku, quantity: int) -> OrderRef:
        self.clock.advance(1)
        return OrderRef(reference(f"gid://shopify/Order/{self.shop.place_order(an_order((sku, quantity))).id}"))

    def buys(self, sku: Sku, quantity: int) -> None:
        self.place(sku, quantity)

    def offered(self, sku: Sku) -> int:
        [level] = self.shop.shop.variant_by_sku(sku).item.levels.values()
        return level.available

    def told(self, order: OrderRef) -> list[tuple[int, str]]:
        """Units and tracking number of every parcel that the vendor has recorded."""
        return [
            (sum(row.quantity for row in parcel.lines), ",".join(track.number or "" for track in parcel.tracking))
            for parcel in self.shop.shop.orders[int(order)].fulfilments
        ]

    def goes_away(self) -> None:
        self.shop.faults.refuse_before_acting("*", times=None)

    def loses_an_answer(self) -> None:
        self.shop.faults.time_out_after_acting("fulfillmentCreate")


class FakeStorefrontBench:
    def __init__(self) -> None:
        self.clock = StillClock()
        self.random = Random(1)
        self.port = FakeStorefront(sold={KNOWN: 10, OTHER: 10})

    def another_process(self) -> FakeStorefront:
        return self.port

    def now(self) -> Any:
        return self.clock.now()

    def place(self, sku: Sku, quantity: int) -> OrderRef:
        number = len(self.port.placed) + 1001
        now = self.clock.advance(1)
        order: Order = a_fake_order(number, lines=(a_line(sku=sku, quantity=quantity),), created_at=now, version=now)
        self.port.place(order)
        self.port.sold[sku] -= quantity
        return order.ref

    def buys(self, sku: Sku, quantity: int) -> None:
        self.place(sku, quantity)

    def offered(self, sku: Sku) -> int:
        return self.port.sold[sku]

    def told(self, order: OrderRef) -> list[tuple[int, str]]:
        made: list[Fulfilment] = [each for each in self.port.fulfilments.values() if each.order_ref == order]
        return [(sum(line.quantity for line in each.lines), ",".join(each.tracking_numbers)) for each in made]

    def goes_away(self) -> None:
        self.port.trouble = VendorUnavailable("down")

    def loses_an_answer(self) -> None:
        self.port.loses_answers += 1

    def close(self) -> None:
        """Nothing is open."""


def a_parcel(order: Order, quantity: int, *, ref: str = "D1", number: str = "T1") -> Parcel:
    """So many units of the order's first line."""
    line = FulfilmentLine(LineRef(order.lines[0].ref), quantity)
    return Parcel(DespatchRef(ref), order.ref, (line,), Tracking("Royal Mail", number=number), notify_customer=False)
