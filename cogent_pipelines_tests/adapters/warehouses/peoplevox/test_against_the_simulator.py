"""The adapter against the stand-in vendor, which was written from the vendor's documents by somebody else.

Faults strike by seed; the simulator's own books are the judge.
"""

import asyncio
from collections import Counter
from dataclasses import replace
from datetime import timedelta
from random import Random

import httpx
import pytest

from cogent_pipelines.adapters.transport.retry import Patience
from cogent_pipelines.adapters.warehouses.peoplevox.adapter import PeoplevoxWarehouse
from cogent_pipelines.ports.errors import VendorError
from cogent_pipelines.ports.outcomes import Acknowledged, AlreadyThere, Found, Rejected
from cogent_pipelines.simulators.common.clock import VirtualClock
from cogent_pipelines.simulators.peoplevox.simulator import PeoplevoxSimulator
from cogent_pipelines.simulators.peoplevox.switches import Switches
from cogent_pipelines_tests.adapters.warehouses.peoplevox.connecting import NOON, SETTINGS, StillClock, client, line, order

TENANT = replace(SETTINGS, client_id="northwind", username="integration", password="not-a-real-secret")


class Bench:
    """One simulated tenant, and a warehouse that can be replaced as by a new process."""

    def __init__(self, settings=TENANT, **switches):
        self.clock = VirtualClock(NOON)
        self.sim = PeoplevoxSimulator(
            seed=1, clock=self.clock, switches=Switches(**{"rate_limit_calls": 100_000, **switches})
        )
        self.sim.warehouse.add_items(
            {"ItemCode": f"SKU{number:02d}", "Name": "Thing", "Barcode": str(number), "OnHand": 1000} for number in range(40)
        )
        self.settings = settings
        self._clients = []
        self.restart()

    def restart(self) -> None:
        clock = StillClock(self.clock.now())
        self._clients.append(client(httpx.ASGITransport(self.sim.app), self.settings, clock))
        self.warehouse = PeoplevoxWarehouse(self.settings, self._clients[-1], clock)

    def close(self) -> None:
        for one in self._clients:
            one.close()


@pytest.fixture
def bench():
    made = []

    def make(*args, **switches):
        made.append(Bench(*args, **switches))
        return made[-1]

    yield make
    for one in made:
        one.close()


class NoEvidence:
    """Keeps nothing: ten thousand orders are much to keep for nobody."""

    def record(self, exchanges):
        return list(range(len(exchanges)))


class SharedClock:
    """The simulator's own time; waiting for a token moves it."""

    def __init__(self, clock: VirtualClock):
        self._clock = clock

    def now(self):
        return self._clock.now()

    def sleep(self, seconds: float) -> None:
        self._clock.advance(seconds)


def batch(random: Random):
    """Fifty orders of one to five lines; every tenth has an item that is unknown to the warehouse."""
    for number in range(50):
        lines = [line(at, f"SKU{random.randrange(40):02d}", random.randint(1, 3)) for at in range(random.randint(1, 5))]
        if number % 10 == 3:
            lines.append(line(99, "NOSUCH"))
        yield order(f"SO-{number:03d}", *lines)


def settle(bench: Bench, wanted, random: Random):
    """What a flow does: put in, read back what is in doubt, put in again; now and then in a new process."""
    settled, in_doubt = {}, set()
    for _ in range(25):
        due = [one for one in wanted if one.ref not in settled]
        if not due:
            break
        try:
            for found in bench.warehouse.find_sales_orders(sorted(in_doubt)):
                if isinstance(found, Found) and found.sales_order.released:
                    settled[found.sales_order.ref] = found
            in_doubt = set()
            due = [one for one in due if one.ref not in settled]
            for one, outcome in zip(due, bench.warehouse.create_sales_orders(due), strict=True):
                if isinstance(outcome, Acknowledged | AlreadyThere | Rejected):
                    settled[one.ref] = outcome
                else:
                    in_doubt.add(one.ref)
        except VendorError:
            bench.clock.advance(61)
            bench.restart()
        if random.random() < 0.5:
            bench.restart()
    return settled


@pytest.mark.parametrize("policy", ["hold_flag", "do_not_allocate"])
@pytest.mark.parametrize("seed", range(6))
def test_whatever_fails_every_order_is_there_once_and_whole(bench, seed, policy):
    """Lost answers, half-done calls, HTML, expired sessions, 500 and 503 in any mixture."""
    random = Random(seed)
    bench = bench(replace(TENANT, release_policy=policy))
    faults = bench.sim.faults
    faults.time_out_after_acting("SaveData", times=4, probability=random.random() / 2)
    faults.time_out_before_acting("SaveData", times=4, probability=random.random() / 2)
    faults.half_done("SaveData", done=random.randint(1, 40), times=4, probability=random.random() / 2)
    faults.fail_after_acting("SaveData", times=3, probability=random.random() / 2)
    faults.answer_html("*", times=4, probability=random.random() / 3)
    faults.expire_token("*", times=4, probability=random.random() / 3)
    faults.refuse_before_acting("*", times=4, probability=random.random() / 3)
    wanted = list(batch(random))

    settled = settle(bench, wanted, random)

    bad = {one.ref for one in wanted if any(each.sku == "NOSUCH" for each in one.lines)}
    assert bad == {ref for ref, outcome in settled.items() if isinstance(outcome, Rejected)}
    for one in wanted:
        if one.ref not in bad:
            assert one.ref in settled
            assert sum((Counter({each.sku: each.quantity}) for each in one.lines), Counter()) == Counter(
                bench.sim.truth.ordered_units(one.ref)
            )
            assert 1 == bench.sim.truth.times_created(one.ref)
    assert ([], []) == (bench.sim.truth.allocated_incomplete(), bench.sim.truth.duplicates())


def test_a_tenant_proves_itself(bench):
    """Every line of the proof is ok, and nothing was written."""
    bench = bench()

    assert [] == [one for one in bench.warehouse.check() if not one.ok]


@pytest.mark.parametrize("rows", ["per_parcel", "first_tracking", "joined_tracking"])
@pytest.mark.parametrize("page_size", [4, 1000])
def test_everything_that_left_is_told_once(bench, rows, page_size):
    """Split despatches, several parcels, tracking later; whatever the page size and the report's way of printing parcels."""
    bench = bench(replace(TENANT, limits=replace(TENANT.limits, page_size=page_size)), parcel_rows=rows)
    wanted = [order(f"SO-{n}", line(1, "SKU01", 2), line(2, f"SKU{n:02d}", 3), line(3, "SKU02")) for n in range(3, 12)]
    bench.warehouse.create_sales_orders(wanted)
    floor = bench.sim.warehouse.floor
    for one in wanted:
        floor.despatch(one.ref, quantities={"SKU01": 1})
        bench.clock.advance(60)
        floor.despatch(one.ref, parcels=2)
    before = [parcel for page in bench.warehouse.despatches(NOON - timedelta(hours=1)) for parcel in page]
    floor.tracking_arrives()

    after = [parcel for page in bench.warehouse.despatches(NOON - timedelta(hours=1)) for parcel in page]

    assert {parcel.ref for parcel in before} <= {parcel.ref for parcel in after}
    assert len(after) == len({parcel.ref for parcel in after})
    told = Counter()
    for parcel in after:
        for each in parcel.lines:
            told[parcel.sales_order_ref, each.line_ref] += each.quantity
    assert {(one.ref, each.line_ref): each.quantity for one in wanted for each in one.lines} == told


def test_a_flash_sale_drains_within_the_vendors_limit(bench):
    """Ten thousand orders of two lines in under eight minutes of the vendor's time, at fifteen calls in fifteen seconds."""
    bench = bench(rate_limit_calls=15)
    clock = SharedClock(bench.clock)

    async def sleep(seconds: float) -> None:
        # What was let go a moment ago is on its way before time passes.
        for _ in range(100):
            await asyncio.sleep(0)
        clock.sleep(seconds)

    vendor = client(
        httpx.ASGITransport(bench.sim.app),
        TENANT,
        clock,
        limit=TENANT.rate_limit,
        sleep=sleep,
        patience=Patience(),
        evidence=NoEvidence(),
    )
    warehouse = PeoplevoxWarehouse(TENANT, vendor, clock)
    due = [order(str(6354512345678 + n * 98304), line(1, f"SKU{n % 40:02d}"), line(2, "SKU01")) for n in range(10_000)]

    while due:
        sent, due = due[:100], due[100:]
        outcomes = warehouse.create_sales_orders(sent)
        due += [one for one, outcome in zip(sent, outcomes, strict=True) if not isinstance(outcome, Acknowledged)]
    vendor.close()

    assert timedelta(minutes=8) > bench.clock.now() - NOON
    assert 0 == bench.sim.front.throttled
    assert 10_000 == len(bench.sim.warehouse.orders)
    assert ([], []) == (bench.sim.truth.allocated_incomplete(), bench.sim.truth.duplicates())
