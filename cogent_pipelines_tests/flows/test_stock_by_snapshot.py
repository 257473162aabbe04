"""A storefront that goes by the time of a figure: told what was true then, once the orders of that time are here."""

from dataclasses import replace
from datetime import timedelta

import pytest

from cogent_pipelines.ledger.database import Ledger
from cogent_pipelines_tests.factories.timed_shop import TimedShop
from cogent_pipelines_tests.flows.stock_world import MUG, World


class TimedWorld(World):
    def __init__(self, ledger: Ledger) -> None:
        super().__init__(ledger)
        self.shop = TimedShop([MUG])
        self.connection = replace(
            self.connection,
            stock=replace(self.connection.stock, by_snapshot=True),
            feeds=replace(self.connection.feeds, order_search_lag=timedelta(seconds=10)),
        )
        self.counted(10)
        self.publish_until_quiet()

    def counted(self, units: int) -> None:
        """The warehouse counts anew, a minute later."""
        self.clock.advance(60)
        self.warehouse.has(MUG, units)
        self.read()

    def publish_until_quiet(self) -> None:
        """What the storefront shows is relied on a while after it was read."""
        for _ in range(4):
            self.publish()
            self.later()

    def later(self) -> None:
        """So much later that the storefront lists all that was ordered until now."""
        self.clock.advance(self.connection.feeds.order_search_lag.total_seconds())


@pytest.fixture
def timed(ledger: Ledger) -> TimedWorld:
    world = TimedWorld(ledger)
    assert {MUG: 10} == world.shop.counts
    return world


def test_orders_placed_before_the_figure_are_fetched_before_it_is_told(timed):
    """Told without them it would give back what is kept for them, and sell those units again."""
    timed.clock.advance(60)
    timed.order(1001, quantity=3, seen=False)
    timed.counted(12)
    timed.later()

    timed.publish()

    assert ({MUG: 9}, {MUG: 9}) == (timed.shop.told, timed.shop.counts)


def test_a_figure_waits_until_the_storefront_lists_all_that_is_older(timed):
    """An order may be listed a moment after it was counted."""
    timed.order(1001, quantity=3)
    timed.counted(12)

    timed.publish()
    before = dict(timed.shop.told)
    timed.later()
    timed.publish()

    assert ({MUG: 10}, {MUG: 9}) == (before, timed.shop.counts)


def test_where_they_cannot_be_fetched_the_figure_waits(timed):
    """It is told a moment later, when whoever fetches orders has been here."""
    timed.clock.advance(60)
    timed.order(1001, quantity=3, seen=False)
    timed.counted(12)
    timed.later()

    timed.publish(capture=None)
    before = dict(timed.shop.told)
    timed.capture()
    timed.clock.advance(2)
    timed.publish(capture=None)

    assert ({MUG: 10}, {MUG: 9}) == (before, timed.shop.counts)


def test_orders_placed_after_the_figure_are_kept_back_once(timed):
    """The storefront does that by itself; taken off by us as well they would never be sold."""
    timed.counted(12)
    timed.clock.advance(5)
    timed.order(1001, quantity=3)
    timed.later()

    timed.publish()

    assert ({MUG: 12}, {MUG: 9}) == (timed.shop.told, timed.shop.counts)


def test_what_it_shows_proves_nothing_about_what_it_offers(timed):
    """Three are kept back, and their order has reached the warehouse: told anew, nothing is kept back any more."""
    timed.clock.advance(60)
    timed.order(1001, quantity=3)
    timed.acknowledge_all()
    timed.clock.advance(24 * 3600)
    timed.counted(10)

    timed.publish_until_quiet()

    assert ({MUG: 10}, []) == (timed.shop.counts, timed.shop.kept_back)


def test_a_figure_that_is_older_than_the_storefronts_own_is_read_anew(timed):
    """The shopkeeper counted by hand meanwhile: among the changes of the warehouse there is no newer figure."""
    timed.counted(12)
    timed.clock.advance(5)
    timed.shop.changed_at[MUG] = timed.clock.now()
    timed.later()
    assert 0 == timed.publish().published

    timed.read()
    timed.publish_until_quiet()

    assert ({MUG: 12}, []) == (timed.shop.told, timed.cases())


def test_everything_is_not_read_all_the_time_for_it(timed):
    """A storefront whose clock is ahead believes nobody; after some attempts a person hears of it."""
    timed.counted(12)
    timed.shop.changed_at[MUG] = timed.clock.now() + timedelta(days=1)
    readings = timed.warehouse.full_readings

    for _ in range(30):
        timed.clock.advance(60)
        timed.read()
        timed.publish()

    assert 4 >= timed.warehouse.full_readings - readings
    assert [("stock_refused", MUG)] == timed.cases()
