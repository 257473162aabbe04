"""What the warehouse will never send is told to a storefront that must know, once it is certain, and never before."""

from dataclasses import replace
from datetime import timedelta
from random import Random

import pytest

from cogent_pipelines.canonical.connection import FulfilmentRules
from cogent_pipelines.canonical.despatch import Despatch, DespatchLine, Tracking
from cogent_pipelines.canonical.exception_case import CHANGED_AFTER_INJECTION
from cogent_pipelines.canonical.identity import DespatchRef, SalesOrderRef, Sku
from cogent_pipelines.flows.despatch_to_fulfilment import fulfil_due_parcels, plan_parcels
from cogent_pipelines.flows.order_injection import inject_due_orders
from cogent_pipelines.flows.unsent_goods import report_unsent_goods
from cogent_pipelines.ports.errors import OutcomeUnknown, VendorUnavailable
from cogent_pipelines.ports.extras import HearsOfUnsentGoods
from cogent_pipelines.ports.outcomes import Recorded, Rejected, Unknown
from cogent_pipelines.ports.warehouse import UnreadableDespatch
from cogent_pipelines_tests.factories.orders import NORTHWIND, a_line, an_order
from cogent_pipelines_tests.factories.parcel_shop import ParcelShop

NAME = NORTHWIND.name
HOURS = 3600


class HearingShop(ParcelShop):
    """`heard` is what it was told in each call; `answers` are given first, one for each order."""

    def __init__(self) -> None:
        super().__init__()
        self.heard: list[tuple[str, dict[str, int]]] = []
        self.answers: list[object] = []

    def report_unsent(self, goods):
        if self.trouble is not None:
            raise self.trouble
        outcomes = []
        for each in goods:
            self.heard.append((each.order_ref.rsplit("/", 1)[-1], {line.line_ref: line.quantity for line in each.lines}))
            outcomes.append(self.answers.pop(0) if self.answers else Recorded(each.ref))
        return outcomes


class World:
    """One connection whose warehouse has order 1001: two mugs and a cup."""

    def __init__(self, ledger, clock, warehouse) -> None:
        self.ledger, self.clock, self.warehouse, self.shop = ledger, clock, warehouse, HearingShop()
        self.connection = replace(NORTHWIND, fulfilment=FulfilmentRules(unsent_after=timedelta(days=1)))
        self.store(an_order(1001, lines=(a_line(1, quantity=2), a_line(2, sku="CUP", quantity=1))))
        inject_due_orders(NORTHWIND, warehouse=warehouse, ledger=ledger, clock=clock, random=Random(1))

    def store(self, order) -> None:
        self.order = replace(order, version=self.clock.now())
        self.ledger.orders.store(NORTHWIND, [self.order], now=self.clock.now())

    def cancels(self) -> None:
        self.warehouse.cancelled = {SalesOrderRef("1001")}

    def leaves(self, *goods, order="1001", ref="D1") -> None:
        lines = tuple(DespatchLine(Sku(sku), units, None) for sku, units in goods)
        tracking = Tracking("RM", "24", "T1", "")
        parcel = Despatch(DespatchRef(ref), SalesOrderRef(order), self.clock.now(), lines, tracking)
        self.warehouse.parcels.append(parcel)

    def tells_parcels(self) -> None:
        plan_parcels(NORTHWIND, ledger=self.ledger, clock=self.clock)
        fulfil_due_parcels(NORTHWIND, storefront=self.shop, ledger=self.ledger, clock=self.clock, random=Random(1))

    def look(self, *, hours: float = 25):
        """Look, so many hours later."""
        self.clock.advance(hours * HOURS)
        return report_unsent_goods(
            self.connection, storefront=self.shop, warehouse=self.warehouse, ledger=self.ledger, clock=self.clock
        )

    @property
    def cases(self):
        return [case.kind for case in self.ledger.cases.open(NAME)]


@pytest.fixture
def world(ledger, clock, warehouse):
    return World(ledger, clock, warehouse)


def test_an_order_that_stays_cancelled_is_told_once_the_grace_time_is_over(world):
    """First a case, which says when; then every unit, once; then neither."""
    world.cancels()

    assert (0, ["cancelled_at_warehouse"], []) == (world.look().unsent, world.cases, world.shop.heard)
    [case] = world.ledger.cases.open(NAME)
    assert "Sales order 1001 stands at the warehouse as Cancelled, and the storefront still wants it." == case.message
    assert "told after 04 Nov 10:00 UTC" in case.suggestion

    assert [1, 0, 0] == [world.look().unsent for _ in range(3)]
    assert ([("1001", {"line-1": 2, "line-2": 1})], []) == (world.shop.heard, world.cases)


def test_what_left_before_the_cancellation_is_not_told_as_unsent(world):
    """Even where nobody had heard of the parcel: it is read first, and told first."""
    world.cancels()
    world.leaves(("MUG-BLUE", 1))
    world.look()
    world.look()
    assert [] == world.shop.heard

    world.tells_parcels()
    world.look()

    assert [("1001", {"line-1": 1, "line-2": 1})] == world.shop.heard


def test_units_that_are_off_the_order_already_are_counted_in(world):
    """So that the storefront can tell a repetition from more; nothing is told twice."""
    first, second = world.order.lines
    world.leaves(("CUP", 1))
    world.look(hours=1)
    world.cancels()
    world.look()
    world.tells_parcels()
    changed = replace(world.order, lines=(replace(first, current=1, to_ship=1), replace(second, to_ship=0)))
    world.store(changed)
    world.ledger.cases.close(NAME, [CHANGED_AFTER_INJECTION], [world.order.ref], now=world.clock.now())

    world.look()

    assert [("1001", {"line-1": 2})] == world.shop.heard


def test_an_order_that_stands_is_nobodys_trouble_however_late(world):
    assert [0, 0, 0] == [world.look().unsent for _ in range(3)]
    assert ([], []) == (world.shop.heard, world.cases)


def test_an_order_that_is_gone_is_not_taken_for_cancelled(world):
    """It may have been archived after it was sent."""
    del world.warehouse.sales_orders[SalesOrderRef("1001")]

    assert [0, 0, 0] == [world.look().unsent for _ in range(3)]
    assert [] == world.shop.heard


def test_an_order_that_was_opened_again_begins_anew(world):
    """A slip of somebody's hand at the warehouse refunds nobody."""
    world.cancels()
    world.look()
    world.warehouse.cancelled = set()
    world.look()
    assert [] == world.cases
    world.cancels()
    world.look()

    assert ([], ["cancelled_at_warehouse"]) == (world.shop.heard, world.cases)


def test_an_order_that_people_have_in_hand_is_left_to_them(world):
    """Changed after it was sent: it may have been entered again under another reference."""
    first, second = world.order.lines
    world.cancels()
    world.store(replace(world.order, lines=(first, replace(second, current=0, to_ship=0))))
    world.look()
    world.look()

    assert ([], {"cancelled_at_warehouse", "changed_after_injection"}) == (world.shop.heard, set(world.cases))


def test_a_case_that_a_person_closed_settles_it(world):
    """It goes out another way: neither told nor asked about again."""
    world.cancels()
    world.look()
    [case] = world.ledger.cases.open(NAME)
    world.ledger.cases.resolve([case.id], by="ada", now=world.clock.now())
    world.look()
    world.look()

    assert ([], []) == (world.shop.heard, world.cases)


@pytest.mark.parametrize("hindrance", ["a parcel of nobody's", "a parcel that cannot be read"])
def test_as_long_as_a_parcel_might_be_the_orders_nothing_is_told(world, hindrance):
    """Sent under another reference, perhaps."""
    world.cancels()
    if hindrance == "a parcel of nobody's":
        world.leaves(("MUG-BLUE", 2), order="1001-A")
        world.warehouse.despatches_of = lambda _: list(world.warehouse.parcels)
    else:
        world.warehouse.despatches_of = lambda refs: [UnreadableDespatch(DespatchRef("D1"), refs[0], "no date")]
    for _ in range(3):
        world.look()

    assert [] == world.shop.heard


def test_a_case_closes_when_the_storefront_cancels_the_order_itself(world):
    world.cancels()
    world.look()
    world.store(replace(world.order, cancelled_at=world.clock.now()))
    world.look()

    assert ([], ["changed_after_injection"]) == (world.shop.heard, world.cases)


def test_what_the_storefront_takes_off_because_it_was_told_is_no_late_change(world):
    """It follows the warehouse: nobody has anything to change there."""
    world.cancels()
    world.look()
    world.look()
    gone = tuple(replace(line, current=0, to_ship=0) for line in world.order.lines)
    world.store(replace(world.order, lines=gone, cancelled_at=world.clock.now()))

    assert [] == world.cases


@pytest.mark.parametrize("answer", [Unknown("no answer came"), Rejected(("order is closed",))])
def test_what_is_in_doubt_or_refused_is_told_again_in_all(world, answer):
    """The storefront's port reads first what is recorded; the case says why it does not know."""
    world.shop.answers = [answer]
    world.cancels()
    world.look()
    world.look()
    [case] = world.ledger.cases.open(NAME)
    assert "the storefront could not be told" in case.message
    told = world.look(hours=6)

    assert (1, 2, []) == (told.unsent, len(world.shop.heard), world.cases)
    assert 1 == len({str(each) for each in world.shop.heard})


@pytest.mark.parametrize("error", [VendorUnavailable("503"), OutcomeUnknown("no answer")])
def test_a_storefront_that_is_away_is_told_later(world, error):
    world.cancels()
    world.look()
    world.shop.trouble = error
    assert str(error) == world.look().trouble
    assert "vendor_unavailable" in world.cases

    world.shop.trouble = None

    assert (1, []) == (world.look(hours=6).unsent, world.cases)


def test_a_warehouse_that_is_away_proves_nothing(world):
    world.warehouse.trouble = VendorUnavailable("503")
    assert "503" == world.look().trouble
    assert (["vendor_unavailable"], []) == (world.cases, world.shop.heard)


def test_an_order_is_asked_about_now_and_then_only(world):
    """Not on its first day, when most leave, nor with every step of a run."""

    def asked():
        return world.warehouse.times_called("find_sales_orders")

    before = asked()
    looked = []
    for hours in (23, 2, 0.5, 4, 2):
        world.look(hours=hours)
        looked.append(asked() - before)

    assert [0, 1, 1, 1, 2] == looked


@pytest.mark.parametrize("why", ["the storefront need not know", "the connection says never"])
def test_nobody_is_asked_where_nobody_would_be_told(world, why):
    world.cancels()
    if why == "the connection says never":
        world.connection = replace(NORTHWIND, fulfilment=FulfilmentRules(unsent_after=None))
    else:
        world.shop = ParcelShop()
        assert not isinstance(world.shop, HearsOfUnsentGoods)
    before = world.warehouse.times_called("find_sales_orders")
    world.look()

    assert (before, []) == (world.warehouse.times_called("find_sales_orders"), world.cases)


def test_many_overdue_orders_are_asked_about_in_batches_and_each_once(ledger, clock, warehouse):
    """Those that are left come with the next step, not an hour later."""
    world = World(ledger, clock, warehouse)
    ledger.orders.store(NORTHWIND, [an_order(number) for number in range(2000, 2230)], now=clock.now())
    inject_due_orders(NORTHWIND, warehouse=warehouse, ledger=ledger, clock=clock, random=Random(1))
    warehouse.calls.clear()
    world.look()
    for _ in range(4):
        world.look(hours=0)

    assert [100, 100, 31] == [size for name, size in warehouse.calls if name == "find_sales_orders"]
    assert timedelta(0) == clock.now() - ledger.watermarks.get(NAME, "unsent_goods")
