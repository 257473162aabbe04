"""A bundle is told as many times as its components make it."""

from dataclasses import replace

import pytest

from cogent_pipelines.canonical.bundle import Bundles
from cogent_pipelines.canonical.connection import StockRules
from cogent_pipelines.canonical.identity import Sku
from cogent_pipelines.ledger.database import Ledger
from cogent_pipelines.ledger.sku_mappings import MappingState, SkuMapping
from cogent_pipelines_tests.factories.orders import NORTHWIND
from cogent_pipelines_tests.flows.stock_world import MUG, NAME, World


@pytest.fixture
def world(ledger: Ledger) -> World:
    return World(ledger)


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


def test_what_an_edit_put_back_of_a_bundle_is_expected_once_however_many_components_it_has(sets):
    sets.shop.counts = {MUG: 20, "TEA": 20, "TEA-SET": 10}
    sets.order(1001, quantity=2, sku="TEA-SET")
    sets.warehouse.has(MUG, 20)
    sets.warehouse.has("TEA", 20)
    sets.read()
    sets.publish()
    sets.clock.advance(60)

    sets.reduce(1001, ordered=2, by=1, sku="TEA-SET")
    sets.publish()

    assert [("TEA-SET", 9, 9)] == [told for told in sets.shop.told if told[0] == "TEA-SET"]
    assert 9 == sets.shop.counts["TEA-SET"]


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
