"""A small account to start with: a catalogue, stock, a few orders gone and a few open, all by the seed."""

from collections.abc import Sequence
from random import Random

from cogent_pipelines.simulators.common.catalogue import SeededItem
from cogent_pipelines.simulators.common.clock import Clock
from cogent_pipelines.simulators.common.depot.records import Draft
from cogent_pipelines.simulators.common.depot.seed import leaving_in_minutes, line_of, trade, value_minor_of
from cogent_pipelines.simulators.mintsoft import reference
from cogent_pipelines.simulators.mintsoft.simulator import MintsoftSimulator
from cogent_pipelines.simulators.mintsoft.switches import Switches


def seeded_simulator(seed: int, *, clock: Clock | None = None, switches: Switches | None = None) -> MintsoftSimulator:
    """Give an account that has been trading; by default its orders move on by themselves as the clock does."""
    simulator = MintsoftSimulator(seed=seed, clock=clock, switches=switches or standalone_switches())
    trade(simulator.depot, seed, lambda ref, items, random: _draft(simulator, ref, items, random))
    simulator.tick()
    return simulator


def empty_simulator(seed: int) -> MintsoftSimulator:
    """Give an account with its user and its lists, and nothing on its shelves."""
    return MintsoftSimulator(seed=seed)


def standalone_switches() -> Switches:
    """Give what suits somebody who stands alone before the account: orders leave in minutes."""
    return leaving_in_minutes(Switches())


def _draft(simulator: MintsoftSimulator, ref: str, items: Sequence[SeededItem], random: Random) -> Draft:
    depot, articles = simulator.depot, simulator.depot.stock.articles
    lines = [line_of(depot, item, random, told={"ProductId": articles[item.sku].id}) for item in items]
    told = {
        "ExternalOrderReference": f"X-{ref}",
        "FirstName": "Seeded",
        "LastName": f"Customer {ref[5:]}",
        "Address1": f"{random.randint(1, 200)} Mill Lane",
        "Town": "Leeds",
        "PostCode": "LS1 4AP",
        "CountryId": reference.country_of("GB"),
    }
    courier = random.choice(reference.COURIERS)
    value = value_minor_of(lines)
    return Draft(ref=ref, lines=lines, told=told, carrier=courier.kind, service=courier.name, value_minor=value)


def connection_details(simulator: MintsoftSimulator, url: str) -> dict[str, str]:
    """Give all that a client needs to reach the account served at `url`."""
    return {
        "url": url.rstrip("/"),
        "username": simulator.account.username,
        "password": simulator.account.password,
        "client_id": str(reference.CLIENT_ID),
        "warehouse_id": str(reference.WAREHOUSE_ID),
        "courier_service_id": str(reference.COURIERS[0].id),
    }
