"""Parcels of which nobody knows whether they were told: read back, and told once."""

import pytest

from cogent_pipelines.ledger.database import Ledger
from cogent_pipelines_tests.factories.orders import NORTHWIND
from cogent_pipelines_tests.flows.parcel_world import World


@pytest.fixture
def world(ledger: Ledger) -> World:
    return World(ledger)


def test_an_answer_that_was_lost_is_read_back_and_not_told_again(world):
    """A time-out after the storefront acted makes no second parcel."""
    world.order(1001)
    world.leaves("D1", ("MUG-BLUE", 2))
    world.shop.loses_answers = 1

    first = world.run()
    open_then = world.cases()
    world.clock.advance(600)
    second = world.tell()

    assert (1, 1) == (first.in_doubt, second.settled)
    assert [("fulfilment_in_doubt", "D1")] == open_then
    assert 1 == len(world.shop.books)
    assert [] == world.cases()


def test_a_request_that_was_lost_is_told_after_reading_back(world):
    """Proven not to be there, it is told once more."""
    world.order(1001)
    world.leaves("D1", ("MUG-BLUE", 2))
    world.shop.loses_requests = 1

    world.run()
    world.clock.advance(600)
    world.tell()

    assert [("1001", {"line-1": 2}, ("T1",))] == world.shop.told


def test_two_untracked_parcels_that_look_alike_are_both_told(world):
    """The first one's fulfilment does not stand for the second, whose answer was lost before it was made."""
    world.order(1001)
    world.leaves("D1", ("MUG-BLUE", 1), tracking="")
    world.leaves("D2", ("MUG-BLUE", 1), tracking="")
    world.read()
    world.clock.advance(hours=5)
    world.ledger.fulfilments.claim_due(NORTHWIND, limit=1, now=world.clock.now())
    world.clock.advance(600)
    world.tell()

    assert [{"line-1": 1}, {"line-1": 1}] == [lines for _, lines, _ in world.shop.told]


def test_a_run_that_died_after_telling_is_settled_by_the_next(world):
    """Its lease runs out, and what the storefront has is found by its tracking number."""
    world.order(1001)
    world.leaves("D1", ("MUG-BLUE", 2))
    world.read()
    [claim] = world.ledger.fulfilments.claim_due(NORTHWIND, limit=10, now=world.clock.now())
    world.shop.create_fulfilments([claim.parcel])

    early = world.tell()
    world.clock.advance(600)
    late = world.tell()

    assert (0, 1) == (early.settled, late.settled)
    assert 1 == len(world.shop.books)
