"""One pair's day from an empty ledger to a verdict."""

from cogent_pipelines.canonical.exception_case import NOTHING_TO_SHIP, SENDING_KINDS, UNREADABLE_ORDER
from cogent_pipelines_tests.journeys.neutral import NAME
from cogent_pipelines_tests.matrix.day import Day
from cogent_pipelines_tests.matrix.judge import Verdict, judge
from cogent_pipelines_tests.matrix.world import PairWorld

_KEEPS_AWAY = {kind.code for kind in (*SENDING_KINDS, NOTHING_TO_SHIP, UNREADABLE_ORDER)}


def run_day(pair: str, ledger_url: str, *, seed: int = 1, orders: int = 400) -> Verdict:
    """The demo's day through this pair."""
    world = PairWorld(ledger_url, pair)
    try:
        Day(world, seed=seed, orders=orders).happen()
        return judge(world.shop.books(), world.floor.books(), held_by(world), explained_by(world))
    finally:
        world.close()


def held_by(world: PairWorld) -> dict[str, str]:
    """The orders that an open case keeps from the warehouse, and the kind of the case."""
    return {case.subject: case.kind for case in world.ledger.cases.open(NAME) if case.kind in _KEEPS_AWAY}


def explained_by(world: PairWorld) -> dict[str, int]:
    """What reconciliation has explained of each order's value, in minor units."""
    with world.ledger.pool.session() as session:
        rows = session.execute(
            """
            select order_ref, sum(storefront_minor - warehouse_minor) filter (where explained)
            from order_value_difference where connection = %s group by order_ref
            """,
            [NAME],
        ).fetchall()
    return {order: int(explained or 0) for order, explained in rows}
