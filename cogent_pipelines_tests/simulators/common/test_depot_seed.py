"""A depot's seed gives it a past and a present; how its orders are worded is handed in."""

from collections.abc import Sequence
from random import Random

from cogent_pipelines.simulators.common.catalogue import SeededItem, seeded_products
from cogent_pipelines.simulators.common.clock import VirtualClock
from cogent_pipelines.simulators.common.depot import seed
from cogent_pipelines.simulators.common.depot.floor import Depot
from cogent_pipelines.simulators.common.depot.records import Draft, Stage
from cogent_pipelines.simulators.common.depot.switches import WireSwitches


def seeded_depot(number: int) -> Depot:
    depot = Depot(clock=VirtualClock(), switches=WireSwitches(), seed=number)

    def draft(ref: str, items: Sequence[SeededItem], random: Random) -> Draft:
        lines = [seed.line_of(depot, item, random, told={"sku": item.sku}) for item in items]
        return Draft(ref=ref, lines=lines, value_minor=seed.value_minor_of(lines))

    seed.trade(depot, number, draft)
    return depot


def test_it_has_been_trading() -> None:
    """Three orders are gone, the last of them in two parcels; five are open; the whole catalogue lies there."""
    depot = seeded_depot(7)

    orders = list(depot.orders.values())
    gone = [order for order in orders if order.stage is Stage.DESPATCHED]
    assert ["SEED-D001", "SEED-D002", "SEED-D003"] == [order.ref for order in gone]
    assert [1, 1, 2] == [len(order.despatches[0].parcels) for order in gone]
    assert [f"SEED-{number:04d}" for number in range(1, 6)] == [order.ref for order in orders if order.open]
    assert {item.sku for item in seeded_products(7)} == set(depot.stock.articles)


def test_a_seed_is_the_same_depot_each_time() -> None:
    def told(number: int) -> list[tuple[str, int, list[tuple[str, int]]]]:
        orders = seeded_depot(number).orders.values()
        return [(order.ref, order.value_minor, [(line.sku, line.quantity) for line in order.lines]) for order in orders]

    assert told(7) == told(7)
    assert told(7) != told(8)


def test_an_order_is_worth_its_lines() -> None:
    prices = {item.sku: item.price_minor for item in seeded_products(7)}

    for order in seeded_depot(7).orders.values():
        assert order.value_minor == sum(prices[line.sku] * line.quantity for line in order.lines)


def test_who_stands_alone_sees_orders_leave_in_minutes() -> None:
    switches = seed.leaving_in_minutes(WireSwitches())

    waits = (switches.pick_after_seconds, switches.pack_after_seconds, switches.despatch_after_seconds)
    assert (True, 120.0) == (switches.works_by_itself, sum(waits))
