"""A small account to start with: a catalogue, stock, a few orders gone and a few open, all by the seed."""

from decimal import Decimal
from random import Random

from cogent_pipelines.simulators.common.catalogue import SeededItem, seeded_products
from cogent_pipelines.simulators.common.clock import Clock
from cogent_pipelines.simulators.common.depot.records import Draft, Order
from cogent_pipelines.simulators.scend.creating import SERVICES
from cogent_pipelines.simulators.scend.simulator import ScendSimulator
from cogent_pipelines.simulators.scend.switches import Switches

_OPEN_ORDERS = 5
_DESPATCHED_ORDERS = 3


def seeded_simulator(seed: int, *, clock: Clock | None = None, switches: Switches | None = None) -> ScendSimulator:
    """Give an account that has been trading; by default its orders move on by themselves as the clock does."""
    simulator = ScendSimulator(seed=seed, clock=clock, switches=switches or standalone_switches())
    items = seeded_products(seed)
    for item in items:
        _put(simulator, item)
    random = Random(f"orders {seed}")
    for number in range(1, _DESPATCHED_ORDERS + 1):
        order = _order(simulator, f"SEED-D{number:03d}", random.sample(items, k=2), random)
        simulator.depot.despatch(order, parcels=2 if number == _DESPATCHED_ORDERS else 1)
    for number in range(1, _OPEN_ORDERS + 1):
        _order(simulator, f"SEED-{number:04d}", random.sample(items, k=random.randint(1, 3)), random)
    simulator.tick()
    return simulator


def empty_simulator(seed: int) -> ScendSimulator:
    """Give an account with its secrets, and nothing on its shelves."""
    return ScendSimulator(seed=seed)


def standalone_switches() -> Switches:
    """Give what suits somebody who stands alone before the account: orders leave in minutes."""
    return Switches(works_by_itself=True, pick_after_seconds=60.0, pack_after_seconds=30.0, despatch_after_seconds=30.0)


def _put(simulator: ScendSimulator, item: SeededItem) -> None:
    article = simulator.depot.stock.open(item.sku)
    article.title = f"{item.title}, {item.size}"
    article.barcode, article.price_minor, article.weight_grams = item.barcode, item.price_minor, item.weight_grams
    simulator.depot.stock.count(article, item.on_hand)


def _order(simulator: ScendSimulator, ref: str, items: list[SeededItem], random: Random) -> Order:
    depot = simulator.depot
    lines = [
        depot.line(
            item.sku,
            random.randint(1, 3),
            unit_price=Decimal(item.price_minor) / 100,
            told={"LineNumber": number},
        )
        for number, item in enumerate(items, start=1)
    ]
    address = {
        "Name": f"Seeded customer {ref[5:]}",
        "Line1": f"{random.randint(1, 200)} Mill Lane",
        "City": "Leeds",
        "PostCode": "LS1 4AP",
        "CountryCode": "GB",
    }
    service = random.choice(list(SERVICES))
    value = sum(int(line.unit_price * 100) * line.quantity for line in lines)
    told = {"DeliveryAddress": address}
    return depot.accept(
        Draft(ref=ref, lines=lines, told=told, carrier=SERVICES[service], service=service, value_minor=value)
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
