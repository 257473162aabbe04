"""The judge sees what it is there for: each fault is committed behind our back, and named."""

from cogent_pipelines.simulators.peoplevox.entities import Values
from cogent_pipelines_tests.journeys.verdict import faults
from cogent_pipelines_tests.journeys.world import World


def nothing_is_sent(world: World) -> None:
    world.place()


def a_line_is_too_long(world: World) -> None:
    next(iter(world.tenant.warehouse.orders["1001"].lines.values())).quantity += 1


def a_price_is_wrong(world: World) -> None:
    next(iter(world.tenant.warehouse.orders["1001"].lines.values())).sale_price += 1


def an_order_is_there_twice(world: World) -> None:
    values: Values = {"SalesOrderNumber": "1001 ", "CustomerPurchaseOrderReferenceNumber": "#1001"}
    world.tenant.warehouse.save_order("1001 ", values, allocate=True)


def a_number_is_missing(world: World) -> None:
    world.shop.shop.orders[min(world.shop.shop.orders)].fulfilments[0].tracking.clear()


def an_unknown_parcel_leaves(world: World) -> None:
    world.tenant.warehouse.floor.despatch_unknown("777", "TEE-S")


def too_much_is_offered(world: World) -> None:
    next(iter(world.shop.shop.levels.values())).available += 1


def too_much_was_published(world: World) -> None:
    level = next(iter(world.shop.shop.levels.values()))
    level.history = [(int(world.clock.now().timestamp() * 1000), "available", 0, 10_000, "correction")]


COMMITTED = (
    (nothing_is_sent, "is lost"),
    (a_price_is_wrong, "pence between"),
    (a_line_is_too_long, ": ordered"),
    (an_order_is_there_twice, "doubled"),
    (a_number_is_missing, "parcels"),
    (too_much_is_offered, "the shop offers"),
    (an_unknown_parcel_leaves, "and no case says so"),
    (too_much_was_published, "were published"),
)


def test_every_fault_is_named_and_none_before_it_is_committed(world):
    """A judge who finds nothing proves nothing."""
    world.place(("TEE-S", 2))
    world.run_until_quiet()
    seen = []

    for commit, named in COMMITTED:
        before = any(named in fault for fault in faults(world))
        commit(world)
        seen.append((commit.__name__, before, any(named in fault for fault in faults(world))))

    assert [(commit.__name__, False, True) for commit, _ in COMMITTED] == seen
