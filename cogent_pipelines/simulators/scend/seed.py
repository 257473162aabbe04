"""A small account to start with: a catalogue, stock, a few orders gone and a few open, all by the seed."""

from collections.abc import Sequence
from random import Random

from cogent_pipelines.simulators.common.catalogue import SeededItem
from cogent_pipelines.simulators.common.clock import Clock
from cogent_pipelines.simulators.common.depot.records import Draft
from cogent_pipelines.simulators.common.depot.seed import leaving_in_minutes, line_of, trade, value_minor_of
from cogent_pipelines.simulators.scend.creating import SERVICES
from cogent_pipelines.simulators.scend.simulator import ScendSimulator
from cogent_pipelines.simulators.scend.switches import Switches


def seeded_simulator(seed: int, *, clock: Clock | None = None, switches: Switches | None = None) -> ScendSimulator:
    """Give an account that has been trading; by default its orders move on by themselves as the clock does."""
    simulator = ScendSimulator(seed=seed, clock=clock, switches=switches or standalone_switches())
    trade(simulator.depot, seed, lambda ref, items, random: _draft(simulator, ref, items, random))
    simulator.tick()
    return simulator


def empty_simulator(seed: int) -> ScendSimulator:
    """Give an account with its secrets, and nothing on its shelves."""
    return ScendSimulator(seed=seed)


def standalone_switches() -> Switches:
    """Give what suits somebody who stands alone before the account: orders leave in minutes."""
    return leaving_in_minutes(Switches())


def _draft(simulator: ScendSimulator, ref: str, items: Sequence[SeededItem], random: Random) -> Draft:
    numbered = enumerate(items, start=1)
    lines = [line_of(simulator.depot, item, random, told={"LineNumber": number}) for number, item in numbered]
    address = {
        "Name": f"Seeded customer {ref[5:]}",
        "Line1": f"{random.randint(1, 200)} Mill Lane",
        "City": "Leeds",
        "PostCode": "LS1 4AP",
        "CountryCode": "GB",
    }
    service = random.choice(list(SERVICES))
    return Draft(
        ref=ref,
        lines=lines,
        told={"DeliveryAddress": address},
        carrier=SERVICES[service],
        service=service,
        value_minor=value_minor_of(lines),
    )


def connection_details(simulator: ScendSimulator, url: str) -> dict[str, str]:
    """Give all that a client needs to reach the account served at `url`, whichever way of showing itself is set."""
    return {
        "url": url.rstrip("/"),
        "base_url": f"{url.rstrip('/')}{simulator.switches.base_path}",
        "token": simulator.access.token,
        "username": simulator.access.username,
        "password": simulator.access.password,
    }
