"""Units that were ordered and that the warehouse's figure cannot know of are kept back."""

from dataclasses import replace
from datetime import timedelta

import pytest

from cogent_pipelines.canonical.connection import StockRules
from cogent_pipelines.ledger.database import Ledger
from cogent_pipelines_tests.factories.orders import NORTHWIND
from cogent_pipelines_tests.flows.stock_world import MUG, World


@pytest.fixture
def world(ledger: Ledger) -> World:
    return World(ledger)


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


@pytest.mark.parametrize(("later", "offered"), [(839, 7), (841, 10)], ids=["not yet", "then it would have shown"])
def test_an_order_stays_demand_for_as_long_as_its_movement_may_not_be_among_the_changes(world, later, offered):
    """Where changes show late, that none is found says nothing of the last minutes."""
    world.connection = replace(NORTHWIND, stock=StockRules(seen_within=timedelta(minutes=10)))
    world.shop.counts = {MUG: 20}
    world.warehouse.has(MUG, 10)
    world.read()
    world.clock.advance(1)
    world.order(1001, quantity=3)
    world.acknowledge_all()
    world.clock.advance(later)
    world.read()

    world.publish()

    assert {MUG: offered} == world.shop.counts


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


@pytest.fixture
def slow(world: World) -> World:
    """An order was in doubt, and is acknowledged when its units have long been taken off; no change comes after that."""
    world.connection = replace(NORTHWIND, stock=StockRules(allocation_lag=timedelta(seconds=10)))
    world.shop.counts = {MUG: 20}
    world.order(1001, quantity=3)
    sent = world.send_all()
    world.clock.advance(60)
    world.warehouse.has(MUG, 10)
    world.read()
    world.clock.advance(300)
    world.acknowledge(sent)
    world.publish()
    assert {MUG: 7} == world.shop.counts
    return world


@pytest.mark.parametrize(
    ("later", "read", "offered"),
    [(311, True, 10), (180, True, 7), (311, False, 7)],
    ids=["no change can be reported any more", "a change may be reported late", "changes were not read"],
)
def test_a_figure_stands_for_as_long_as_no_change_of_it_is_found(slow, later, read, offered):
    """Nothing was taken off after the acknowledgement, so it was before: the figure contains the order."""
    slow.clock.advance(later)
    if read:
        slow.read()

    slow.publish()

    assert {MUG: offered} == slow.shop.counts


@pytest.mark.parametrize(
    ("seen_within", "later", "offered"),
    [(1800, 311, 7), (1800, 1800 + 311, 10), (None, 86_400, 7)],
    ids=["a change may be that late", "no change can be that late", "nobody knows how late a change may be"],
)
def test_a_figure_stands_only_as_far_as_the_warehouses_changes_can_be_late(slow, seen_within, later, offered):
    """A warehouse that calculates its figures later than goods move says nothing by saying nothing."""
    within = None if seen_within is None else timedelta(seconds=seen_within)
    slow.connection = replace(slow.connection, stock=replace(slow.connection.stock, seen_within=within))
    slow.clock.advance(later)
    slow.read()

    slow.publish()

    assert {MUG: offered} == slow.shop.counts


def test_a_figure_whose_successor_cannot_be_read_proves_nothing_later(slow):
    """It moved, and nobody knows to what: the last figure stands, with the orders that came after it taken off."""
    slow.warehouse.has(MUG, 7)
    slow.warehouse.spoilt.add(MUG)
    slow.read()
    slow.clock.advance(400)
    slow.read()
    slow.publish()
    unread = (slow.shop.counts[MUG], slow.cases())

    slow.warehouse.spoilt.clear()
    slow.warehouse.has(MUG, 7)
    slow.read()
    slow.publish()

    assert (7, [("unreadable_stock", MUG)]) == unread
    assert (7, []) == (slow.shop.counts[MUG], slow.cases())


def test_units_that_left_before_anybody_knew_of_the_order_are_kept_back_until_a_figure_knows_of_them(world):
    """An order in doubt may be at the warehouse, and its parcel be told, while the figure is from before."""
    world.shop.counts = {MUG: 20}
    world.order(1001, quantity=3)
    [order] = world.send_all()
    world.warehouse.has(MUG, 10)
    world.read()
    world.clock.advance(1)
    world.has_left(order)
    world.fulfilled(1001, quantity=3)

    world.publish()

    assert {MUG: 7} == world.shop.counts

    world.clock.advance(61)
    world.warehouse.has(MUG, 7)
    world.read()
    world.publish()

    assert {MUG: 7} == world.shop.counts


def test_what_somebody_else_sent_is_nobodys_units(world):
    """The storefront says that it is fulfilled, and no parcel of ours is: it went out from elsewhere."""
    world.shop.counts = {MUG: 20}
    world.order(1001, quantity=3, on_hold=True)
    world.fulfilled(1001, quantity=3)
    world.warehouse.has(MUG, 10)

    world.read()
    world.publish()

    assert {MUG: 10} == world.shop.counts
