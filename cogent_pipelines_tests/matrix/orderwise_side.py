"""OrderWise as one side of a pair: a tenant with the shipped export definitions installed. It tells of nothing by itself."""

from datetime import datetime

from cogent_pipelines.simulators.orderwise import empty_simulator
from cogent_pipelines_tests.contracts.orderwise_bench import HOST, block_of, environment_of, shipped_definitions
from cogent_pipelines_tests.journeys.neutral import SEED
from cogent_pipelines_tests.journeys.wire import WorldClock
from cogent_pipelines_tests.matrix.sides import Deliver, Side, nothing_to_tell


def open_side(clock: WorldClock, deliver: Deliver) -> Side:
    del deliver
    simulator = empty_simulator(SEED, clock=clock, exports=shipped_definitions())

    def next_due() -> datetime | None:
        due = simulator.live.floor._due
        return due[0][0] if due else None

    return Side(
        vendor="orderwise",
        simulator=simulator,
        trade=simulator.trade,
        hosts={HOST: simulator.app},
        block=block_of(simulator, recalculated_within_seconds=0).model_dump(mode="json", exclude_unset=True),
        environment=environment_of(simulator),
        pump=nothing_to_tell,
        # The connection's default (`warehouse.parcel_gap_seconds`), and a moment.
        parcel_gap_seconds=61.0,
        # The same with `warehouse.clock_tolerance_seconds`.
        parcels_grow_seconds=181.0,
        next_due=next_due,
    )
