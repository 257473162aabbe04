"""Sold as one thing, picked as several: orders, money, parcels and stock of bundles, judged by both vendors' books."""

import pytest

from cogent_pipelines_tests.journeys import shopkeeper
from cogent_pipelines_tests.journeys.verdict import faults
from cogent_pipelines_tests.journeys.world import World

SET = "WINTER-SET"
BUNDLES = [{"sku": SET, "components": [{"sku": "KNIT-M", "quantity": 1}, {"sku": "SOCK-M", "quantity": 2}]}]


def sell(world: World, sku: str = SET, *, price: str = "49.99", stock: int = 5) -> None:
    world.shop.shop.add_products([{"sku": sku, "title": sku.title(), "price": price, "stock": stock}])


def units_free(world: World, item: str) -> int:
    return sum(int(each.available) for each in world.tenant.warehouse.stock.levels.values() if each.item_code == item)


def offered(world: World, sku: str) -> int:
    return sum(level.available for level in world.shop.shop.levels.values() if level.item.variant.sku == sku)


@pytest.fixture
def shop(make_world) -> World:
    """A shop that sells a set; nothing leaves the warehouse until it is told to."""
    world = make_world(settings={"bundles": BUNDLES}, works_by_itself=False)
    sell(world)
    return world


def test_a_bundle_goes_out_as_its_components_and_comes_back_as_itself(make_world):
    """The warehouse never hears of the set, the customer never of its parts; every penny is explained."""
    world = make_world(settings={"bundles": BUNDLES})
    sell(world)
    order = world.place((SET, 2), ("SOCK-M", 1))

    world.run_until_quiet()

    assert ([], set()) == (faults(world), world.cases())
    assert {"KNIT-M": 2, "SOCK-M": 5} == world.tenant.truth.ordered_units(world.number_of(order))
    assert ["FULFILLED", [2, 1]] == [
        order.fulfilment_status,
        [row.quantity for parcel in order.fulfilments for row in parcel.lines],
    ]


def test_a_bundle_in_two_parcels_is_told_with_the_second(shop):
    """Until the rest has left the shop hears nothing of the first, and customer service has its number."""
    order = shop.place((SET, 1))
    shop.run_until_quiet()
    floor, number = shop.tenant.warehouse.floor, shop.number_of(order)

    floor.despatch(number, quantities={"KNIT-M": 1})
    shop.run_until_quiet()
    halfway = faults(shop), order.fulfilment_status, shop.cases()
    floor.despatch(number)
    shop.run_until_quiet()

    assert ([], "UNFULFILLED", {"bundle_in_parts"}) == halfway
    assert ([], "FULFILLED", 1, set()) == (faults(shop), order.fulfilment_status, len(order.fulfilments), shop.cases())


def test_a_parcel_with_something_whole_is_told_at_once_and_completes_the_bundle_later(shop):
    """One fulfilment per parcel: the first with what is whole in it, the second with the set that it completes."""
    order = shop.place((SET, 1), ("TEE-S", 1))
    shop.run_until_quiet()
    floor, number = shop.tenant.warehouse.floor, shop.number_of(order)

    floor.despatch(number, quantities={"KNIT-M": 1, "TEE-S": 1})
    shop.run_until_quiet()
    halfway = faults(shop), order.fulfilment_status, shop.cases()
    floor.despatch(number)
    shop.run_until_quiet()

    assert ([], "PARTIALLY_FULFILLED", set()) == halfway
    assert ([], "FULFILLED", 2) == (faults(shop), order.fulfilment_status, len(order.fulfilments))


def test_sets_and_their_parts_take_from_each_other(shop):
    """What the set offers is what its scarcest part still gives; selling either lowers the other."""
    shop.run_until_quiet()
    before = offered(shop, SET), offered(shop, "SOCK-M")
    whole = min(units_free(shop, "KNIT-M"), units_free(shop, "SOCK-M") // 2)
    assert (whole, units_free(shop, "SOCK-M")) == before

    shop.place((SET, 3))
    shop.run_until_quiet()
    after_sets = offered(shop, SET), offered(shop, "SOCK-M")
    shop.place(("SOCK-M", before[1] - 7))
    shop.run_until_quiet()

    assert (before[0] - 3, before[1] - 6) == after_sets
    assert ([], 0, 1) == (faults(shop), offered(shop, SET), offered(shop, "SOCK-M"))


def test_an_unknown_component_holds_the_order_and_the_case_names_both(make_world):
    """Merchandising makes the item, and the order goes out by itself; the set itself is never called unknown."""
    listed = [{"sku": "TEA-SET", "components": [{"sku": "SCARF-M"}, {"sku": "TEAPOT"}]}]
    world = make_world(settings={"bundles": listed})
    sell(world, "TEA-SET")
    order = world.place(("TEA-SET", 1))
    world.run_until_quiet()
    during = world.state_of(order), world.cases_of(order)
    [said] = [case.message for case in world.ledger.cases.open(world.connection.name) if case.kind == "unknown_sku"]
    [audited] = [case.message for case in world.ledger.cases.open(world.connection.name) if case.kind == "sku_mismatch"]

    world.tenant.warehouse.add_items([{"ItemCode": "TEAPOT", "Name": "Teapot", "OnHand": 4}])
    world.run_until_quiet()

    assert ("held", {"unknown_sku"}) == during
    assert "Not known to the warehouse: TEAPOT in the bundle TEA-SET." == said
    assert "1 SKU is unknown to the warehouse: TEAPOT (in the bundle TEA-SET)." == audited
    assert ([], set(), "FULFILLED") == (faults(world), world.cases(), order.fulfilment_status)


def test_a_set_that_was_taken_off_before_it_was_sent_is_not_picked(shop):
    """Of three sets two are still owed when the order goes out: the parts of two are sent."""
    order = shop.place((SET, 3), financial_status="pending")
    shop.run_until_quiet()

    shopkeeper.change_quantity(shop, order, order.lines[0], 2)
    shopkeeper.mark_as_paid(shop, order)
    shop.run_until_quiet()

    assert {"KNIT-M": 2, "SOCK-M": 4} == shop.tenant.truth.ordered_units(shop.number_of(order))
    assert [] == faults(shop)


def test_a_set_that_was_cancelled_after_it_was_sent_is_a_persons_matter(shop):
    """The case says which line and how many sets, as the customer bought them."""
    order = shop.place((SET, 2))
    shop.run_until_quiet()

    shopkeeper.change_quantity(shop, order, order.lines[0], 1)
    shop.run_until_quiet()

    [case] = [case for case in shop.ledger.cases.open(shop.connection.name) if case.kind == "changed_after_injection"]
    assert f"{SET}: 2 sent, 1 wanted now" in case.message
