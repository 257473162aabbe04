"""What both sides make of orders that one of them has not seen yet: no unit is sold twice, none is kept for nothing."""

from dataclasses import replace
from datetime import timedelta

import pytest

from cogent_pipelines.canonical.connection import FeedRules
from cogent_pipelines.ledger.database import Ledger
from cogent_pipelines_tests.factories.orders import NORTHWIND, a_line, an_order
from cogent_pipelines_tests.factories.stock_shop import StockShop
from cogent_pipelines_tests.flows.stock_world import MUG, World


@pytest.fixture
def world(ledger: Ledger) -> World:
    return World(ledger)


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

    assert [(MUG, 28, 0), (MUG, 25, 25), (MUG, 25, 26)] == world.shop.told
    assert {MUG: 25} == world.shop.counts


def a_figure_that_contains(world: World, number: int) -> None:
    """The shop and the warehouse had ten, and two of them were sold before we asked."""
    world.shop.counts = {MUG: 10}
    world.order(number, quantity=2)
    world.warehouse.has(MUG, 10)
    world.read()
    world.publish()
    world.clock.advance(60)
    assert {MUG: 8} == world.shop.counts


def test_an_order_that_is_not_here_yet_does_not_make_up_for_what_an_edit_put_back(world):
    """One more sold and one put back: the shop says what it said before, and is not to be told of one more."""
    a_figure_that_contains(world, 1001)
    late = an_order(1002, lines=(a_line(sku=MUG, quantity=1),), created_at=world.clock.now())
    world.shop.takes(late)
    world.reduce(1001, ordered=2, by=1)
    world.unseen.append(late)

    world.publish()

    assert (MUG, 9, 9) == world.shop.told[-2]
    assert {MUG: 8} == world.shop.counts


def test_nor_for_what_a_cancellation_put_back(world):
    a_figure_that_contains(world, 1001)
    late = an_order(1002, lines=(a_line(sku=MUG, quantity=2),), created_at=world.clock.now())
    world.shop.takes(late)
    world.clock.advance(1)
    world.shop.counts[MUG] += 2
    now = world.clock.now()
    world.unseen.append(an_order(1001, lines=(a_line(sku=MUG, quantity=2),), version=now, cancelled_at=now))
    world.capture()
    world.unseen.append(late)

    world.publish()

    assert {MUG: 8} == world.shop.counts


def test_a_shop_that_puts_nothing_back_is_told_of_it_all_the_same(world):
    """It is asked for what it says, and believed."""
    a_figure_that_contains(world, 1001)
    world.reduce(1001, ordered=2, by=1)
    world.shop.counts[MUG] -= 1

    for _ in range(4):
        world.publish()
        world.looks_in_vain()
        world.clock.advance(5)

    assert {MUG: 9} == world.shop.counts


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
