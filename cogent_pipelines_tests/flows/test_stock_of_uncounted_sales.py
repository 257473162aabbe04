"""Sales that the storefront does not take off its own count: nobody lowers its figure but we."""

import pytest

from cogent_pipelines.ledger.database import Ledger
from cogent_pipelines_tests.factories.orders import a_line, an_order
from cogent_pipelines_tests.flows.stock_world import MUG, World


@pytest.fixture
def world(ledger: Ledger) -> World:
    """Twelve at the warehouse, and the storefront says so."""
    world = World(ledger)
    world.warehouse.has(MUG, 12)
    world.shop.counts = {MUG: 0}
    world.read()
    world.publish()
    world.clock.advance(60)
    return world


def belief(world):
    [found] = world.ledger.publications.sums(world.connection, [MUG], now=world.clock.now())
    return found.quantity, found.belief, found.sure


def test_a_sale_that_is_not_counted_there_is_in_no_belief(world):
    """What the storefront says is still what it was told; what it should say is less."""
    world.order(1, 3, counted=False)
    world.order(2, 2)

    assert (7, 10, 10) == belief(world)


@pytest.mark.parametrize(("counted", "told"), [(False, [(MUG, 9, 12)]), (True, [])])
def test_the_lower_figure_is_told_of_a_sale_that_is_not_counted_there(world, counted, told):
    """At once, and as what it replaces; where the storefront counts, it says so already."""
    world.shop.calls.clear()

    world.order(1, 3, counted=counted)
    world.publish()

    assert (told, {MUG: 9}) == (world.shop.told, world.shop.counts)


def test_cancelling_what_was_not_counted_puts_nothing_back_there(world):
    """The figure that is told next replaces what was told before, and nothing besides."""
    world.order(1, 3, counted=False)
    world.publish()
    world.shop.calls.clear()
    world.clock.advance(1)

    line, now = a_line(sku=MUG, quantity=3, takes_stock=False), world.clock.now()
    world.unseen.append(an_order(1, lines=(line,), version=now, cancelled_at=now))
    world.capture()
    world.publish()

    assert ([(MUG, 12, 9)], {MUG: 12}) == (world.shop.told, world.shop.counts)
