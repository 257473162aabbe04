"""Stock from the warehouse's figure to the storefront's count, judged by the storefront's own books."""

from dataclasses import replace
from datetime import timedelta
from random import Random
from uuid import UUID

import pytest

from cogent_pipelines.canonical.bundle import Bundles
from cogent_pipelines.canonical.connection import FeedRules, StockRules
from cogent_pipelines.canonical.despatch import Despatch, DespatchLine, Tracking
from cogent_pipelines.canonical.identity import ConnectionName, DespatchRef, Sku
from cogent_pipelines.canonical.item import Product
from cogent_pipelines.flows.order_capture import ORDERS_READ
from cogent_pipelines.flows.stock_publication import publish_due_stock, read_all_stock, read_stock_changes
from cogent_pipelines.ledger.database import Ledger
from cogent_pipelines.ledger.sales_order_claims import DueOrder, Move, SalesOrderState
from cogent_pipelines.ledger.sku_mappings import MappingState, SkuMapping
from cogent_pipelines.ports.errors import VendorUnavailable
from cogent_pipelines_tests.factories.claims import claimed
from cogent_pipelines_tests.factories.clocks import StillClock
from cogent_pipelines_tests.factories.orders import NORTHWIND, a_line, an_order
from cogent_pipelines_tests.factories.stock_shop import StockShop
from cogent_pipelines_tests.factories.stock_warehouse import StockWarehouse

NAME = NORTHWIND.name
MUG = Sku("MUG-BLUE")


class World:
    """One connection with its two sides; `capture` brings in what was ordered and not captured yet."""

    def __init__(self, ledger: Ledger) -> None:
        self.ledger = ledger
        self.clock = StillClock()
        self.warehouse = StockWarehouse(self.clock)
        self.shop = StockShop()
        self.connection = NORTHWIND
        self.unseen: list = []

    def order(self, number: int, quantity: int = 2, sku: str = MUG, *, seen: bool = True, **changes) -> None:
        order = an_order(number, lines=(a_line(sku=sku, quantity=quantity),), created_at=self.clock.now(), **changes)
        self.shop.takes(order)
        self.unseen.append(order)
        if seen:
            self.capture()

    def capture(self) -> None:
        self.ledger.orders.store(self.connection, self.unseen, now=self.clock.now())
        self.ledger.watermarks.move(NAME, ORDERS_READ, self.clock.now(), now=self.clock.now())
        self.unseen.clear()

    def reduce(self, number: int, *, ordered: int, by: int) -> None:
        """The shop takes units out of an order and puts them back on sale; the warehouse keeps what it has set aside."""
        self.clock.advance(1)
        self.shop.counts[MUG] += by
        line = a_line(sku=MUG, quantity=ordered, current=ordered - by, to_ship=ordered - by)
        self.unseen.append(an_order(number, lines=(line,), version=self.clock.now()))
        self.capture()

    def looks_in_vain(self) -> None:
        """Orders were read to the end, and the newest were not listed yet."""
        self.ledger.watermarks.move(NAME, ORDERS_READ, self.clock.now(), now=self.clock.now())

    def acknowledge_all(self) -> None:
        """The warehouse takes every order that is due."""
        self.acknowledge(self.send_all())

    def send_all(self) -> list[DueOrder]:
        """Every order that is due is on its way."""
        due = claimed(self.ledger, self.connection, limit=100, now=self.clock.now())
        with self.ledger.pool.session() as session:
            session.execute(
                """
                insert into sales_order_line (connection, order_ref, line_ref, order_line_ref, sku, quantity, value_minor)
                select connection, order_ref, line_ref, line_ref, sku, to_ship, line_total_minor
                from storefront_order_line where connection = %s and order_ref = any(%s)
                """,
                [NAME, [each.order.ref for each in due]],
            )
        return due

    def acknowledge(self, due: list[DueOrder]) -> None:
        moves = [Move(each.claim, SalesOrderState.ACKNOWLEDGED, warehouse_ref=each.claim.ref) for each in due]
        self.ledger.sales_orders.record(NAME, moves, now=self.clock.now())

    def has_left(self, order: DueOrder) -> None:
        """A parcel of it leaves now, and is known here."""
        parcel = Despatch(
            DespatchRef(f"P{order.claim.ref}"), order.claim.ref, self.clock.now(), (DespatchLine(MUG, 1),), Tracking()
        )
        self.ledger.despatches.store(NAME, [parcel], now=self.clock.now())
        self.ledger.despatches.match(NAME)

    def read(self, **changes):
        """A poll whose time has come."""
        if self.ledger.watermarks.get(NAME, "stock"):
            self.clock.advance(60)
        return read_stock_changes(self.connection, warehouse=self.warehouse, ledger=self.ledger, clock=self.clock, **changes)

    def publish(self, **changes):
        """A run of a process whose dice fall as those of every other."""
        return publish_due_stock(
            self.connection,
            storefront=self.shop,
            ledger=self.ledger,
            clock=self.clock,
            random=Random(1),
            **{"capture": self.capture, **changes},
        )

    def sells(self, *skus: str) -> None:
        products = [Product(f"product-{sku}", Sku(sku), sku, active=True) for sku in skus]
        self.ledger.products.store(NAME, products, now=self.clock.now())

    def cases(self) -> list[tuple[str, str]]:
        return [(case.kind, case.subject) for case in self.ledger.cases.open(NAME)]


@pytest.fixture
def world(ledger: Ledger) -> World:
    return World(ledger)


def test_the_warehouses_figure_reaches_the_storefront(world):
    """What is available there can be sold here."""
    world.warehouse.has(MUG, 12)
    world.shop.counts = {MUG: 0}

    world.read()
    report = world.publish()

    assert {MUG: 12} == world.shop.counts
    assert (1, 1) == (report.published, report.calls)


def test_a_figure_says_when_the_warehouse_counted_it(world):
    """Told an hour later it is still that old: a storefront that goes by time must not take it for fresh."""
    world.warehouse.has(MUG, 12)
    world.shop.counts = {MUG: 0}
    counted_at = world.clock.now()

    world.read()
    world.clock.advance(3600)
    world.publish()

    assert [counted_at] == [level.snapshot_at for call in world.shop.calls for level in call]


def test_a_figure_is_rounded_down_and_never_below_zero(world):
    """Half a unit cannot be sold, nor a debt."""
    world.warehouse.has(MUG, 3.9)
    world.warehouse.has("PLATE", -2)
    world.shop.counts = {MUG: 0, "PLATE": 5}

    world.read()
    world.publish()

    assert {MUG: 3, "PLATE": 0} == world.shop.counts


def test_the_first_figure_expects_what_the_storefront_itself_says(world):
    """A new SKU's count is read before it is set, so that an order placed meanwhile is not forgotten."""
    world.warehouse.has(MUG, 12)
    world.shop.counts = {MUG: 7}

    world.read()
    world.publish()

    assert [(MUG, 12, 7)] == world.shop.told


def test_nothing_is_told_twice(world):
    """A figure that the storefront has already is not sent."""
    world.warehouse.has(MUG, 12)
    world.shop.counts = {MUG: 0}
    world.read()
    world.publish()

    world.clock.advance(60)
    world.warehouse.has(MUG, 12)
    world.read()
    world.publish()

    assert 1 == len(world.shop.told)


def test_units_ordered_and_not_yet_acknowledged_are_kept_back(world):
    """The warehouse cannot have taken them off its figure."""
    world.shop.counts = {MUG: 20}
    world.order(1001, quantity=3)
    world.warehouse.has(MUG, 10)

    world.read()
    world.publish()

    assert {MUG: 7} == world.shop.counts


def test_units_acknowledged_before_the_figure_was_true_are_in_it(world):
    """They are not taken off twice."""
    world.shop.counts = {MUG: 20}
    world.order(1001, quantity=3)
    world.acknowledge_all()
    world.clock.advance(1)
    world.warehouse.has(MUG, 10)

    world.read()
    world.publish()

    assert {MUG: 10} == world.shop.counts


def test_units_acknowledged_after_the_figure_was_true_are_not_in_it(world):
    """A figure read before the order reached the warehouse is too high by the order."""
    world.shop.counts = {MUG: 20}
    world.warehouse.has(MUG, 10)
    world.read()
    world.clock.advance(1)
    world.order(1001, quantity=3)
    world.acknowledge_all()

    world.publish()

    assert {MUG: 7} == world.shop.counts


@pytest.mark.parametrize(
    ("left", "ago", "offered"),
    [(True, 61, 10), (True, 1, 7), (False, 61, 7)],
    ids=["its parcel has left", "perhaps within the report's own minute", "it is only there"],
)
def test_an_order_read_back_late_is_in_a_figure_that_is_younger_than_its_parcel(world, left, ago, offered):
    """When it got there nobody knows, but that it was there when its parcel left; its units are not taken off twice."""
    world.shop.counts = {MUG: 20}
    world.order(1001, quantity=3)
    [order] = world.send_all()
    world.clock.advance(1)
    if left:
        world.has_left(order)
    world.clock.advance(ago)
    world.warehouse.has(MUG, 10)
    world.read()
    world.clock.advance(300)
    world.acknowledge([order])

    world.publish()

    assert {MUG: offered} == world.shop.counts


def test_a_slow_warehouse_is_given_time_to_take_units_off(world):
    """Where allocation lags behind acknowledgement, an order counts as contained only after the lag."""
    world.connection = replace(NORTHWIND, stock=StockRules(allocation_lag=timedelta(minutes=5)))
    world.shop.counts = {MUG: 20}
    world.order(1001, quantity=3)
    world.acknowledge_all()
    world.clock.advance(60)
    world.warehouse.has(MUG, 10)

    world.read()
    world.publish()

    assert {MUG: 7} == world.shop.counts


def test_held_and_unpaid_orders_keep_their_units(world):
    """They took stock at the storefront, whatever keeps them from the warehouse."""
    world.shop.counts = {MUG: 20}
    world.order(1001, quantity=3, on_hold=True)
    world.warehouse.has(MUG, 10)

    world.read()
    world.publish()

    assert {MUG: 7} == world.shop.counts


def test_a_cancelled_order_gives_its_units_back(world):
    """What will never be sent is nobody's."""
    world.shop.counts = {MUG: 20}
    world.order(1001, quantity=3, cancelled_at=world.clock.now())
    world.warehouse.has(MUG, 10)

    world.read()
    world.publish()

    assert {MUG: 10} == world.shop.counts


def test_an_order_that_both_sides_count_needs_no_word(world):
    """The storefront took the units off itself when the order was placed."""
    world.warehouse.has(MUG, 12)
    world.shop.counts = {MUG: 0}
    world.read()
    world.publish()

    world.clock.advance(60)
    world.order(1001, quantity=2)
    world.publish()

    assert {MUG: 10} == world.shop.counts
    assert 1 == len(world.shop.told)


def test_an_order_placed_about_when_the_figure_was_told_is_made_sure_of(world):
    """Two clocks cannot say which came first; the storefront's comparison can."""
    world.warehouse.has(MUG, 12)
    world.shop.counts = {MUG: 0}
    world.read()
    world.publish()

    world.clock.advance(1)
    world.order(1001, quantity=2)
    world.publish()
    world.publish()

    assert [(MUG, 12, 0), (MUG, 10, 10)] == world.shop.told


def test_a_process_whose_dice_fall_as_those_of_one_before_takes_an_edits_units_off_sale(world):
    """A figure told anew must not pass for the one that was told then: the shop would answer as then, and do nothing."""
    world.warehouse.has(MUG, 28)
    world.shop.counts = {MUG: 0}
    world.read()
    world.publish()
    world.clock.advance(1)
    world.order(1001, quantity=3)
    world.publish()
    world.acknowledge_all()
    world.warehouse.has(MUG, 25)
    world.reduce(1001, ordered=3, by=1)

    world.read()
    for _ in range(4):
        world.publish()
        world.clock.advance(5)

    assert [(MUG, 28, 0), (MUG, 25, 25), (MUG, 25, 25)] == world.shop.told[:3]
    assert {MUG: 25} == world.shop.counts


def test_no_two_decisions_have_one_intent_whatever_a_process_calls_them(world):
    """The storefront takes the same intent for a repetition, and a late outcome is told from a newer claim's by it."""
    world.warehouse.has(MUG, 12)
    world.shop.counts = {MUG: 0}
    for units in (12, 9, 12, 9):
        world.warehouse.has(MUG, units)
        world.read()
        world.publish()

    intents = [level.intent for call in world.shop.calls for level in call]

    assert [(MUG, 12, 0), (MUG, 9, 12), (MUG, 12, 9), (MUG, 9, 12)] == world.shop.told
    assert len(intents) == len(set(intents))


def test_an_order_of_the_very_second_in_which_the_storefront_was_asked_may_be_in_its_figure_or_not(world):
    """A storefront's times may be in whole seconds: what was sold a moment after is not taken for sold before."""
    world.shop.counts = {MUG: 8}
    world.warehouse.has(MUG, 8)
    world.clock.advance(0.4)
    world.read()
    world.publish()
    world.clock.advance(0.3)
    order = an_order(1001, lines=(a_line(sku=MUG, quantity=1),), created_at=world.clock.now().replace(microsecond=0))
    world.shop.takes(order)
    world.unseen.append(order)
    world.capture()
    world.warehouse.has(MUG, 9)

    world.read()
    for _ in range(4):
        world.publish()
        world.clock.advance(5)

    assert {MUG: 8} == world.shop.counts


def test_the_next_figure_expects_what_was_sold_since(world):
    """The storefront's count went down by the orders in between, and that is what is compared."""
    world.warehouse.has(MUG, 12)
    world.shop.counts = {MUG: 0}
    world.read()
    world.publish()
    world.clock.advance(1)
    world.order(1001, quantity=2)
    world.acknowledge_all()
    world.clock.advance(1)
    world.warehouse.has(MUG, 30)

    world.read()
    world.publish()

    assert (MUG, 30, 10) == world.shop.told[-1]
    assert {MUG: 30} == world.shop.counts


def test_an_order_not_captured_yet_is_captured_before_the_figure_is_sent_again(world):
    """The storefront refuses what was summed without it; the second figure has it in."""
    world.warehouse.has(MUG, 12)
    world.shop.counts = {MUG: 0}
    world.read()
    world.publish()
    world.clock.advance(1)
    world.order(1001, quantity=2, seen=False)
    world.warehouse.has(MUG, 30)

    world.read()
    report = world.publish()

    assert [(MUG, 30, 12), (MUG, 28, 10)] == world.shop.told[1:]
    assert {MUG: 28} == world.shop.counts
    assert 1 == report.superseded


def test_a_shop_that_never_stops_selling_does_not_keep_a_step_from_ending(world):
    """What became due meanwhile is the next step's: in between the warehouse must be read, and the run may have to end."""
    numbers = iter(range(1, 1000))

    class Busy(StockShop):
        def publish_stock(self, levels):
            world.order(next(numbers), quantity=1, seen=False)
            world.clock.advance(1)
            return super().publish_stock(levels)

    world.shop = Busy({MUG: 500})
    world.warehouse.has(MUG, 600)
    world.read()
    world.publish()

    before = len(world.shop.calls)
    world.read()
    world.publish(capture=world.capture)

    assert before + 1 >= len(world.shop.calls)


def test_an_order_placed_before_the_first_figure_and_captured_after_it_is_not_lost(world):
    """No publication may undo what the storefront sold while we did not look."""
    world.shop.counts = {MUG: 12}
    world.order(1001, quantity=2, seen=False)
    world.warehouse.has(MUG, 12)

    world.read()
    world.publish()
    world.publish()

    assert {MUG: 10} == world.shop.counts


def test_nothing_is_told_by_what_the_storefront_said_while_orders_cannot_be_read(world):
    """Its count has an order in it that nobody here knows of; telling a sum without it would sell its units again."""
    world.shop.counts = {MUG: 12}
    world.order(1001, quantity=2, seen=False)
    world.warehouse.has(MUG, 12)
    world.read()

    world.publish(capture=lambda: None)
    while_orders_are_away = list(world.shop.told)
    world.clock.advance(5)
    world.publish()

    assert [] == while_orders_are_away
    assert {MUG: 10} == world.shop.counts


@pytest.fixture
def slow_to_list(world) -> World:
    """The storefront lists an order ten seconds after it took its units."""
    world.connection = replace(NORTHWIND, feeds=FeedRules(order_search_lag=timedelta(seconds=10)))
    world.warehouse.has(MUG, 12)
    return world


def test_an_order_that_the_storefront_lists_late_is_in_the_first_figure(slow_to_list):
    """A look at its orders that finds nothing proves nothing yet; the look after the lag does."""
    world = slow_to_list
    world.shop.counts = {MUG: 12}
    world.order(1001, quantity=2, seen=False)
    world.clock.advance(2)
    world.read()

    for listed in [False, False, True]:
        world.publish(capture=world.capture if listed else world.looks_in_vain)
        world.clock.advance(5)

    assert [] == world.shop.told
    assert {MUG: 10} == world.shop.counts


def test_the_daily_look_makes_nothing_of_an_order_that_is_listed_late(slow_to_list):
    """The count differs by units that were sold: overwriting it would sell them again."""
    world = slow_to_list
    world.shop.counts = {MUG: 0}
    world.read()
    world.publish()
    world.clock.advance(15)
    world.publish()
    world.clock.advance(hours=21)
    world.order(1001, quantity=2, seen=False)
    world.clock.advance(2)

    for listed in [False, False, True]:
        world.publish(capture=world.capture if listed else world.looks_in_vain)
        world.clock.advance(5)

    assert [(MUG, 12, 0)] == world.shop.told
    assert {MUG: 10} == world.shop.counts


@pytest.mark.parametrize("tells", [True, False])
def test_a_count_changed_by_hand_is_believed_after_some_refusals(world, tells):
    """A difference that no order explains is taken from the storefront itself, and overwritten."""
    world.shop.tells = tells
    world.warehouse.has(MUG, 12)
    world.shop.counts = {MUG: 0}
    world.read()
    world.publish()
    world.shop.counts[MUG] = 99
    world.warehouse.has(MUG, 13)
    world.clock.advance(1)
    world.read()

    for _ in range(5):
        world.publish()
        world.clock.advance(10)

    assert {MUG: 13} == world.shop.counts


def test_an_answer_that_was_lost_is_read_back_before_anything_is_sent_again(world):
    """A time-out after the storefront acted is settled by its own count."""
    world.warehouse.has(MUG, 12)
    world.shop.counts = {MUG: 0}
    world.shop.lost = 1
    world.read()

    first = world.publish()
    world.clock.advance(600)
    second = world.publish()

    assert (1, 0) == (first.in_doubt, second.published)
    assert 2 == world.shop.reads
    assert 1 == len(world.shop.told)


def test_what_a_dead_run_claimed_is_read_back_when_its_lease_runs_out(world):
    """Nobody knows whether the storefront was told."""
    world.warehouse.has(MUG, 12)
    world.shop.counts = {MUG: 5}
    world.read()
    world.ledger.publications.learn(NORTHWIND, {MUG: 5}, at=world.clock.now(), now=world.clock.now())
    world.ledger.publications.rely(NAME, learnt_by=world.clock.now())
    claimed = world.ledger.publications.claim_due(NORTHWIND, now=world.clock.now(), limit=10, names=[UUID(int=7)])

    before = world.publish()
    world.clock.advance(minutes=6)
    after = world.publish()

    assert [(MUG, 12, 5)] == [(claim.sku, claim.quantity, claim.expected) for claim in claimed]
    assert (0, 1) == (before.published, after.published)
    assert {MUG: 12} == world.shop.counts


def test_an_older_figure_never_overwrites_a_newer(world):
    """A page that was slow on its way changes nothing."""
    world.shop.counts = {MUG: 0}
    world.warehouse.has(MUG, 5)
    slow = list(world.warehouse.stock_all())
    world.clock.advance(1)
    world.warehouse.has(MUG, 9)
    world.read()

    world.ledger.stock.store(NAME, slow[0], now=world.clock.now())
    world.publish()

    assert {MUG: 9} == world.shop.counts


def test_one_unknown_sku_does_not_hold_up_its_batch(world):
    """It waits for the catalogue to change, with a case, while the others are told."""
    world.sells(MUG, "GHOST")
    world.warehouse.has("GHOST", 4)
    world.warehouse.has(MUG, 12)
    world.shop.counts = {MUG: 0}

    world.read()
    report = world.publish()

    assert {MUG: 12} == world.shop.counts
    assert (1, 1) == (report.published, report.unknown)
    assert [("stock_unknown_sku", "GHOST")] == world.cases()


def test_a_blocked_sku_is_told_once_the_storefront_knows_it_and_its_case_closes(world):
    """The catalogue changed; nobody has to do anything else."""
    world.sells(MUG)
    world.warehouse.has(MUG, 12)
    world.read()
    world.publish()
    world.shop.counts = {MUG: 0}

    world.ledger.publications.release_blocked(NAME, now=world.clock.now())
    world.publish()

    assert {MUG: 12} == world.shop.counts
    assert [] == world.cases()


def test_what_the_storefront_does_not_sell_is_no_case(world):
    """A warehouse has boxes and spare parts that no shop lists."""
    world.sells(MUG)
    world.warehouse.has("BOX-LARGE", 400)
    world.warehouse.has(MUG, 12)
    world.shop.counts = {MUG: 0}

    world.read()
    world.publish()

    assert [(MUG, 12, 0)] == world.shop.told
    assert [] == world.cases()


def test_the_buffer_is_kept_back(world):
    """A SKU's own buffer replaces the general one."""
    world.connection = replace(
        NORTHWIND, stock=StockRules(buffer=2, buffers_by_sku={"PLATE": 5}, not_sold_online=frozenset({"BAG"}))
    )
    for sku in (MUG, "PLATE", "BAG"):
        world.warehouse.has(sku, 10)
    world.shop.counts = {MUG: 0, "PLATE": 0, "BAG": 0}

    world.read()
    world.publish()

    assert {MUG: 8, "PLATE": 5, "BAG": 0} == world.shop.counts


def test_sites_are_added_up_and_others_left_out(world):
    """Stock at a site that does not ship for this connection cannot be sold."""
    world.connection = replace(NORTHWIND, stock=StockRules(sites=frozenset({"MAIN", "NORTH"})))
    world.warehouse.has(MUG, 4, site="MAIN")
    world.warehouse.has(MUG, 5, site="NORTH")
    world.warehouse.has(MUG, 100, site="RETURNS")
    world.shop.counts = {MUG: 0}

    world.read()
    world.publish()

    assert {MUG: 9} == world.shop.counts


def test_a_warehouse_sku_is_told_to_every_sku_that_is_sold_of_it(world):
    """Two listings of one article share its stock, and an order of one lowers the other."""
    world.sells("MUG-1", "MUG-2")
    for sold in ("MUG-1", "MUG-2"):
        mapping = SkuMapping(Sku(sold), Sku("M-BLUE"), MappingState.CONFIRMED, decided_by="ops")
        world.ledger.mappings.decide(NAME, mapping, now=world.clock.now())
    world.warehouse.has("M-BLUE", 10)
    world.shop.counts = {"MUG-1": 0, "MUG-2": 0}
    world.read()
    world.publish()

    world.clock.advance(1)
    world.order(1001, quantity=3, sku="MUG-1")
    world.publish()

    assert {"MUG-1": 7, "MUG-2": 7} == world.shop.counts


def test_a_storefront_that_is_away_leaves_the_figures_waiting(world):
    """Nothing is lost; a case says why stock stands still, and closes when the storefront is back."""
    world.warehouse.has(MUG, 12)
    world.shop.counts = {MUG: 0}
    world.shop.trouble = VendorUnavailable("503 from the shop", retry_after=5)
    world.read()

    during = world.publish()
    cases = world.cases()
    world.clock.advance(120)
    world.shop.trouble = None
    world.publish()

    assert "503 from the shop" == during.trouble
    assert [("vendor_unavailable", "shopify: stock_publication")] == cases
    assert {MUG: 12} == world.shop.counts
    assert [] == world.cases()


def test_more_ordered_than_there_is_opens_a_case_that_closes_when_goods_arrive(world):
    """Overselling is told to who can find stock or offer a cancellation."""
    world.shop.counts = {MUG: 1}
    world.warehouse.has(MUG, 1)
    world.order(1001, quantity=4)
    world.read()
    world.publish()
    short = world.cases()

    world.clock.advance(60)
    world.warehouse.has(MUG, 50)
    world.read()
    world.publish()

    assert [("oversold", MUG)] == short
    assert [] == world.cases()


def test_of_many_skus_only_those_that_differ_are_sent(world):
    """Two hundred of five thousand changed: one call, and nothing about the rest."""
    skus = [f"SKU-{number:05}" for number in range(5000)]
    world.shop.counts = dict.fromkeys(skus, 0)
    for sku in skus:
        world.warehouse.has(sku, 5)
    world.read()
    first = world.publish()
    world.clock.advance(60)
    for sku in skus[:200]:
        world.warehouse.has(sku, 6)

    read_all_stock(world.connection, warehouse=world.warehouse, ledger=world.ledger, clock=world.clock)
    second = world.publish()

    assert (5000, 20) == (first.published, first.calls)
    assert (200, 1) == (second.published, second.calls)


def test_connections_do_not_see_each_others_stock(world):
    """The same SKU elsewhere is another shelf."""
    other = replace(NORTHWIND, name=ConnectionName("southwind_uk"))
    world.warehouse.has(MUG, 3)
    read_stock_changes(other, warehouse=world.warehouse, ledger=world.ledger, clock=world.clock)
    world.shop.counts = {MUG: 0}

    world.publish()

    assert {MUG: 0} == world.shop.counts


# ---- bundles

TEA_SET = Bundles.of([("TEA-SET", [(MUG, 2), ("TEA", 1)])])


@pytest.fixture
def sets(world) -> World:
    """A shop that sells mugs, tea, and sets of two mugs with tea."""
    world.connection = replace(NORTHWIND, bundles=TEA_SET)
    world.shop.counts = {MUG: 0, "TEA": 0, "TEA-SET": 0}
    return world


def test_a_bundle_has_what_its_scarcest_component_gives(sets):
    """Nine mugs are four sets, whatever tea there is."""
    sets.warehouse.has(MUG, 9)
    sets.warehouse.has("TEA", 100)

    sets.read()
    sets.publish()

    assert {MUG: 9, "TEA": 100, "TEA-SET": 4} == sets.shop.counts


def test_a_bundle_follows_when_only_one_component_moves(sets):
    """The changed figure alone is read; the other component's is remembered."""
    sets.warehouse.has(MUG, 9)
    sets.warehouse.has("TEA", 100)
    sets.read()
    sets.publish()

    sets.warehouse.has("TEA", 1)
    sets.read()
    sets.publish()

    assert {MUG: 9, "TEA": 1, "TEA-SET": 1} == sets.shop.counts


def test_a_bundle_without_a_figure_for_each_component_is_not_told(sets):
    """Absent is not nought, and not plenty either."""
    sets.warehouse.has(MUG, 9)
    sets.shop.counts["TEA-SET"] = 3

    sets.read()
    sets.publish()

    assert {MUG: 9, "TEA": 0, "TEA-SET": 3} == sets.shop.counts


@pytest.mark.parametrize(("sku", "quantity", "left"), [("TEA-SET", 2, (5, 8, 2)), (MUG, 2, (7, 10, 3))])
def test_orders_of_bundles_and_of_components_take_from_each_other(sets, sku, quantity, left):
    """Whether they wait here or the warehouse just got them."""
    sets.warehouse.has(MUG, 9)
    sets.warehouse.has("TEA", 10)
    sets.read()
    sets.publish()
    sets.clock.advance(5)

    sets.order(1001, quantity=quantity, sku=sku)
    sets.publish()

    assert left == (sets.shop.counts[MUG], sets.shop.counts["TEA"], sets.shop.counts["TEA-SET"])


def test_what_is_kept_back_of_a_component_is_kept_back_of_its_bundles(sets):
    """And of a bundle itself what is said of it besides."""
    rules = StockRules(buffer=1, buffers_by_sku={MUG: 3, "TEA-SET": 1})
    sets.connection = replace(sets.connection, stock=rules)
    sets.warehouse.has(MUG, 9)
    sets.warehouse.has("TEA", 100)

    sets.read()
    sets.publish()

    assert {MUG: 6, "TEA": 99, "TEA-SET": 2} == sets.shop.counts


def test_a_component_that_is_not_sold_alone_still_makes_bundles(sets):
    """What is listed as not sold online is not published; it is there all the same."""
    sets.connection = replace(sets.connection, stock=StockRules(not_sold_online=frozenset({"TEA"})))
    sets.warehouse.has(MUG, 9)
    sets.warehouse.has("TEA", 3)

    sets.read()
    sets.publish()

    assert {MUG: 9, "TEA": 0, "TEA-SET": 3} == sets.shop.counts


def test_a_component_is_found_under_the_spelling_that_a_person_mapped_it_to(sets):
    mapping = SkuMapping(Sku("TEA"), Sku("tea-100g"), MappingState.CONFIRMED, decided_by="ada")
    sets.ledger.mappings.decide(NAME, mapping, now=sets.clock.now())
    sets.warehouse.has(MUG, 9)
    sets.warehouse.has("tea-100g", 2)

    sets.read()
    sets.publish()

    assert {MUG: 9, "TEA": 2, "TEA-SET": 2} == sets.shop.counts


@pytest.mark.parametrize(("sold", "named"), [((MUG, "TEA", "TEA-SET"), "MUG-BLUE"), (("TEA", "TEA-SET"), "TEA-SET")])
def test_a_bundle_is_called_oversold_only_where_the_missing_component_is_not_sold_alone(sets, sold, named):
    """One case for one shortage."""
    sets.sells(*sold)
    sets.warehouse.has(MUG, 1)
    sets.warehouse.has("TEA", 9)
    sets.read()
    sets.order(1001, quantity=1, sku="TEA-SET")

    sets.publish()

    assert [("oversold", named)] == sets.cases()
