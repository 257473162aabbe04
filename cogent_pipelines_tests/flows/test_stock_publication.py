"""Stock from the warehouse's figure to the storefront's count, judged by the storefront's own books."""

from dataclasses import replace
from uuid import UUID

import pytest

from cogent_pipelines.canonical.connection import StockRules
from cogent_pipelines.canonical.identity import ConnectionName, Sku
from cogent_pipelines.flows.stock_publication import read_all_stock, read_stock_changes
from cogent_pipelines.ledger.database import Ledger
from cogent_pipelines.ledger.sku_mappings import MappingState, SkuMapping
from cogent_pipelines.ports.errors import AuthenticationFailed, VendorRefused, VendorUnavailable
from cogent_pipelines_tests.factories.orders import NORTHWIND
from cogent_pipelines_tests.flows.stock_world import MUG, NAME, World


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


def test_what_the_storefront_took_is_known_though_orders_cannot_be_read(world):
    """They are read because another figure was not taken; that fault is not this figure's."""
    world.warehouse.has(MUG, 12)
    world.warehouse.has("PLATE", 7)
    world.shop.counts = {MUG: 0, "PLATE": 0}
    world.read()
    world.publish()
    world.shop.counts[MUG] = 99
    for sku, figure in ((MUG, 13), ("PLATE", 8)):
        world.warehouse.has(sku, figure)
    world.clock.advance(1)
    world.read()

    def cannot_be_read():
        raise VendorRefused("no order can be read", operation="orders")

    with pytest.raises(VendorRefused):
        world.publish(capture=cannot_be_read)

    assert {"PLATE"} == set(world.ledger.publications.told(NAME))
    assert {MUG: 99, "PLATE": 8} == world.shop.counts


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


@pytest.mark.parametrize(("hours", "told"), [(1, None), (21, 12)])
def test_a_blocked_sku_is_told_once_the_storefronts_own_list_has_it(world, hours, told):
    """Somebody made what the storefront counts it by, and its catalogue is what it was: the daily comparison finds it."""
    world.sells(MUG, "PLATE")
    world.warehouse.has(MUG, 5)
    world.warehouse.has("PLATE", 12)
    world.shop.counts = {MUG: 0}
    world.read()
    world.publish()
    world.shop.counts["PLATE"] = 3

    world.clock.advance(hours * 3600)
    world.publish()
    world.publish()

    assert [(told, 3)] * bool(told) == [(each[1], each[2]) for each in world.shop.told[2:]]
    assert {MUG: 5, "PLATE": told or 3} == world.shop.counts
    assert ([] if told else [("stock_unknown_sku", "PLATE")]) == world.cases()


def test_what_the_storefronts_own_list_lacks_stays_blocked(world):
    """It is not tried every day for nothing."""
    world.sells("PLATE")
    world.warehouse.has("PLATE", 12)
    world.read()
    world.publish()

    world.clock.advance(21 * 3600)
    world.publish()

    assert 1 == len(world.shop.told)
    assert [("stock_unknown_sku", "PLATE")] == world.cases()


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
    later = world.publish()
    world.clock.advance(120)
    world.shop.trouble = None
    world.publish()

    assert ("503 from the shop", "503 from the shop", False) == (during.trouble, later.trouble, later.worked)
    assert [("vendor_unavailable", "shopify: stock_publication")] == cases
    assert {MUG: 12} == world.shop.counts
    assert [] == world.cases()


def test_trouble_with_the_storefront_is_over_where_the_figure_came_right_by_itself(world):
    """Nothing is to be told any more, so no call would ever find that the log-in is good again."""
    world.shop.counts = {MUG: 12}
    world.warehouse.has(MUG, 12)
    world.read()
    world.publish()
    world.clock.advance(1)
    world.warehouse.has(MUG, 10)
    world.read()
    world.shop.trouble = AuthenticationFailed("wrong password")
    with pytest.raises(AuthenticationFailed):
        world.publish()
    during = world.cases()
    world.clock.advance(400)
    world.warehouse.has(MUG, 12)
    world.read()

    world.publish()

    assert ([("credentials_refused", "shopify: stock_publication")], []) == (during, world.cases())


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
