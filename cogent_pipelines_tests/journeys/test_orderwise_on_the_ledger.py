"""An OrderWise tenant under the flows and a ledger: what the adapter alone cannot know, the ledger remembers for it."""

from collections.abc import Iterator
from contextlib import ExitStack
from random import Random
from typing import Any

import httpx
import pytest

from cogent_pipelines.adapters.warehouses.orderwise.settings import NOT_FOR_LINE_TOTALS
from cogent_pipelines.canonical.connection import Connection
from cogent_pipelines.canonical.identity import connection_name
from cogent_pipelines.connections.services import VendorServices
from cogent_pipelines.connections.vendors.orderwise import OrderWiseBlock
from cogent_pipelines.flows.despatch_to_fulfilment import fulfil_due_parcels, read_despatches
from cogent_pipelines.flows.order_injection import inject_due_orders
from cogent_pipelines.ledger.database import Ledger
from cogent_pipelines.ports.warehouse import Warehouse
from cogent_pipelines_tests.adapters.warehouses.orderwise.connecting import REQUIRED
from cogent_pipelines_tests.adapters.warehouses.orderwise.tenant import PASSWORD, SESSION, USER, Held, LostAnswer, Tenant
from cogent_pipelines_tests.factories.clocks import StillClock
from cogent_pipelines_tests.factories.orders import a_line, an_order
from cogent_pipelines_tests.factories.parcel_shop import ParcelShop

NAME = connection_name("journey_uk")
CONNECTION = Connection(name=NAME, storefront="shopify", warehouse="orderwise")
MINUTE = 60
BLOCK: dict[str, Any] = {
    "vendor": "orderwise",
    "base_url": "http://127.0.0.1:9/owapi",
    "username_env": "OW_USER",
    "password_env": "OW_PASSWORD",
    "session_id": SESSION,
    "customer_id": 1001,
    "delivery_methods": {"": 3},
    "rate_limited": False,
    "export_definitions": {str(question): number for question, number in REQUIRED.items()},
}
BY_TOTALS = {
    "despatches_from": "line_totals",
    "export_definitions": {
        str(question): number for question, number in REQUIRED.items() if question not in NOT_FOR_LINE_TOTALS
    },
}


class World:
    """One connection, its tenant, a shop that is told of parcels, and a ledger. `changes` are fields of the block."""

    def __init__(self, ledger_url: str, **changes: Any) -> None:
        self.clock, self.tenant, self.shop = StillClock(), Tenant(variants={"MUG-BLUE": True, "CUP": True}), ParcelShop()
        self._open = ExitStack()
        self.ledger = self._open.enter_context(Ledger.connect(ledger_url))
        self._block = OrderWiseBlock.model_validate({**BLOCK, **changes})
        self.warehouse = self.another_process()

    def another_process(self) -> Warehouse:
        """The warehouse as a run that knows nothing but the ledger would have it."""
        services = VendorServices.shared(self.ledger, NAME, self.clock, engine=httpx.ASGITransport(self.tenant))
        return self._open.enter_context(self._block.open(services, {"OW_USER": USER, "OW_PASSWORD": PASSWORD}))

    def order(self, *lines: Any) -> None:
        self.ledger.orders.store(CONNECTION, [an_order(1001, lines=lines)], now=self.clock.now())

    def inject(self) -> None:
        given = {"ledger": self.ledger, "clock": self.clock, "random": Random(1)}
        inject_due_orders(CONNECTION, warehouse=self.another_process(), **given)

    def despatch(self) -> None:
        self.clock.advance(2 * MINUTE)
        read_despatches(CONNECTION, warehouse=self.another_process(), ledger=self.ledger, clock=self.clock)
        self.clock.advance(1)
        fulfil_due_parcels(CONNECTION, storefront=self.shop, ledger=self.ledger, clock=self.clock, random=Random(1))

    def leaves(self, units: int, consignment: str) -> Held:
        """More of the order's first line leaves, by one delivery."""
        [held] = self.tenant.orders
        held.lines[0][2] += units
        held.status = "Partially despatched"
        at = self.clock.now().replace(tzinfo=None).isoformat(timespec="seconds")
        self.tenant.moves(held, at, held.lines[0][0], units)
        self.tenant.delivers(held, at, consignment=consignment)
        return held

    @property
    def state(self) -> str:
        with self.ledger.pool.session() as session:
            [(state,)] = session.execute("select state from sales_order").fetchall()
        return state

    def close(self) -> None:
        self._open.close()


@pytest.fixture
def open_world(ledger_url: str) -> Iterator[Any]:
    """Give a function that opens a world with changed fields of the block; it is closed at the end."""
    opened: list[World] = []

    def make(**changes: Any) -> World:
        opened.append(World(ledger_url, **changes))
        return opened[-1]

    yield make
    for world in opened:
        world.close()


def told(world: World) -> list[tuple[int, str]]:
    """Units and number of every parcel that the shop was told of."""
    made = [each for each in world.shop.books if not each.cancelled]
    return [(sum(line.quantity for line in each.lines), ",".join(each.tracking_numbers)) for each in made]


@pytest.mark.parametrize("lost", [False, True])
def test_a_deferred_order_is_made_once_whoever_looks_and_however_often(open_world, lost):
    """Every look is another process: only the ledger knows when it was sent."""
    world = open_world()
    world.tenant.imports = "deferred"
    if lost:
        world.tenant.answers["create"] = [LostAnswer()]
    world.order(a_line(quantity=2))
    for _ in range(6):
        world.inject()
        world.clock.advance(2 * MINUTE)
    waiting = world.state

    world.tenant.import_now()
    world.inject()

    assert ("sent", "acknowledged", 1) == (waiting, world.state, world.tenant.created["1001"])


def test_an_order_that_was_lost_on_the_way_is_sent_again_when_its_import_is_overdue(open_world):
    """Its absence then proves that it never came."""
    world = open_world(import_seconds=600)
    world.tenant.answers["create"] = [(500, {"Message": "boom"})]
    world.order(a_line(quantity=2))
    world.inject()

    world.clock.advance(11 * MINUTE)
    world.inject()

    assert ("acknowledged", 1) == (world.state, world.tenant.created["1001"])


@pytest.mark.parametrize("changes", [{}, BY_TOTALS], ids=["movements", "line totals"])
def test_every_unit_that_leaves_is_told_once_in_its_own_parcel(open_world, changes):
    """Whether OrderWise says what moved, or only how much has left in all."""
    world = open_world(**changes)
    world.order(a_line(quantity=5))
    world.inject()

    world.leaves(2, "CN1")
    world.despatch()
    world.despatch()
    world.clock.advance(60 * MINUTE)
    world.leaves(3, "CN2")
    world.despatch()
    world.despatch()

    assert [(2, "CN1"), (3, "CN2")] == told(world)
