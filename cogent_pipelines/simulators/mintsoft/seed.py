"""A small account to start with: a catalogue, stock, a few orders gone and a few open, all by the seed."""

from decimal import Decimal
from random import Random

from cogent_pipelines.simulators.common.catalogue import SeededItem, seeded_products
from cogent_pipelines.simulators.common.clock import Clock
from cogent_pipelines.simulators.common.depot.records import Draft, Order
from cogent_pipelines.simulators.mintsoft import reference
from cogent_pipelines.simulators.mintsoft.simulator import MintsoftSimulator
from cogent_pipelines.simulators.mintsoft.switches import Switches

_OPEN_ORDERS = 5
_DESPATCHED_ORDERS = 3


def seeded_simulator(seed: int, *, clock: Clock | None = None, switches: Switches | None = None) -> MintsoftSimulator:
    """Give an account that has been trading; by default its orders move on by themselves as the clock does."""
    simulator = MintsoftSimulator(seed=seed, clock=clock, switches=switches or standalone_switches())
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


def empty_simulator(seed: int) -> MintsoftSimulator:
    """Give an account with its user and its lists, and nothing on its shelves."""
    return MintsoftSimulator(seed=seed)


def standalone_switches() -> Switches:
    """Give what suits somebody who stands alone before the account: orders leave in minutes."""
    return Switches(works_by_itself=True, pick_after_seconds=60.0, pack_after_seconds=30.0, despatch_after_seconds=30.0)


def _put(simulator: MintsoftSimulator, item: SeededItem) -> None:
    article = simulator.depot.stock.open(item.sku)
    article.title = f"{item.title}, {item.size}"
    article.barcode, article.price_minor, article.weight_grams = item.barcode, item.price_minor, item.weight_grams
    simulator.depot.stock.count(article, item.on_hand)


def _order(simulator: MintsoftSimulator, ref: str, items: list[SeededItem], random: Random) -> Order:
    depot, articles = simulator.depot, simulator.depot.stock.articles
    lines = [
        depot.line(
            item.sku,
            random.randint(1, 3),
            unit_price=Decimal(item.price_minor) / 100,
            told={"ProductId": articles[item.sku].id},
        )
        for item in items
    ]
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
    value = sum(int(line.unit_price * 100) * line.quantity for line in lines)
    draft = Draft(ref=ref, lines=lines, told=told, carrier=courier.kind, service=courier.name, value_minor=value)
    return depot.accept(draft)


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
