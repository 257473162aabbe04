"""A bundle is told with the parcel that completes it."""

from dataclasses import replace
from random import Random

import pytest

from cogent_pipelines.canonical.bundle import Bundles
from cogent_pipelines.flows.order_injection import inject_due_orders
from cogent_pipelines.ledger.database import Ledger
from cogent_pipelines_tests.factories.orders import NORTHWIND, a_line
from cogent_pipelines_tests.factories.warehouse import items
from cogent_pipelines_tests.flows.parcel_world import World


@pytest.fixture
def world(ledger: Ledger) -> World:
    return World(ledger)


@pytest.fixture
def sets(world: World) -> World:
    """Order #1001: two sets of two cups and a saucer."""
    world.connection = replace(NORTHWIND, bundles=Bundles.of([("SET", [("CUP", 2), ("SAUCER", 1)])]))
    world.warehouse.stocked.update(items("CUP", "SAUCER"))
    world.order(1001, a_line(1, sku="SET", quantity=2))
    return world


def state_of(world: World, ref: str) -> str:
    with world.ledger.pool.session() as session:
        return session.execute("select state from fulfilment where despatch_ref = %s", [ref]).fetchone()[0]


def test_a_bundle_is_told_with_the_parcel_that_completes_it(sets):
    """One fulfilment, in sets; the parcel before it is covered by it, and its case is over."""
    sets.leaves("D1", ("CUP", 4), tracking="T1")
    sets.run()
    during = sets.shop.told, sets.cases(), state_of(sets, "D1")

    sets.leaves("D2", ("SAUCER", 2), tracking="T2")
    sets.run()

    assert ([], [("bundle_in_parts", "D1")], "waiting") == during
    assert [("1001", {"line-1": 2}, ("T2",))] == sets.shop.told
    assert ([], "covered") == (sets.cases(), state_of(sets, "D1"))


def test_each_parcel_tells_the_bundles_that_it_completes(sets):
    """Three cups and a saucer are one set, and the cup left over waits in a parcel that is told."""
    sets.leaves("D1", ("CUP", 3), ("SAUCER", 1), tracking="T1")
    sets.run()
    during = sets.cases()

    sets.leaves("D2", ("CUP", 1), ("SAUCER", 1), tracking="T2")
    sets.run()

    assert [] == during == sets.cases()
    assert [("1001", {"line-1": 1}, ("T1",)), ("1001", {"line-1": 1}, ("T2",))] == sets.shop.told


def test_parts_that_are_read_together_are_told_once(sets):
    """Both parcels come with one reading."""
    sets.leaves("D1", ("CUP", 4), tracking="T1")
    sets.leaves("D2", ("SAUCER", 2), tracking="T2")

    sets.run()

    assert [("1001", {"line-1": 2}, ("T2",))] == sets.shop.told
    assert ([], "covered") == (sets.cases(), state_of(sets, "D1"))


def test_a_covered_parcel_that_turns_out_to_hold_something_else_is_a_persons_matter(sets):
    """What the storefront was told rests on it."""
    sets.leaves("D1", ("CUP", 4), tracking="T1")
    sets.leaves("D2", ("SAUCER", 2), tracking="T2")
    sets.run()

    sets.leaves("D1", ("CUP", 3), tracking="T1")
    sets.run()

    assert [("despatch_line_mismatch", "D1")] == sets.cases()
    assert 1 == len(sets.shop.told)


def test_more_components_than_were_ordered_are_held(sets):
    sets.leaves("D1", ("CUP", 5), tracking="T1")

    sets.run()

    assert [("despatch_line_mismatch", "D1")] == sets.cases()


def test_a_bundle_whose_settings_changed_after_it_was_sent_comes_back_as_it_was_sent(sets):
    """What was sent is remembered with the sales order, not looked up when the parcel comes."""
    inject_due_orders(sets.connection, warehouse=sets.warehouse, ledger=sets.ledger, clock=sets.clock, random=Random(1))
    sets.connection = replace(NORTHWIND, bundles=Bundles.of([("SET", [("CUP", 1)])]))

    sets.leaves("D1", ("CUP", 4), ("SAUCER", 2), tracking="T1")
    sets.run()

    assert [("1001", {"line-1": 2}, ("T1",))] == sets.shop.told
