"""A project to try a client against: a small catalogue, one supply channel, stock and a few open orders, by seed."""

import random

from cogent_pipelines.simulators.commercetools.catalogue import Article
from cogent_pipelines.simulators.commercetools.ordering import NO_EXTRAS, Extras
from cogent_pipelines.simulators.commercetools.simulator import EXPORT_CHANNEL, SUPPLY_CHANNEL, CommercetoolsSimulator
from cogent_pipelines.simulators.commercetools.switches import Switches
from cogent_pipelines.simulators.common.catalogue import seeded_products
from cogent_pipelines.simulators.common.clock import Clock
from cogent_pipelines.simulators.common.posting import Deliver
from cogent_pipelines.simulators.common.trade import Buyer, WantedLine, Wish

PEOPLE = (
    ("Ada Fenwick", "12 Harbour Street", "Whitstable", "CT5 1AB"),
    ("Idris Mercer", "4 Canal Yard", "Leeds", "LS10 1LE"),
    ("Noor Halloran", "88 Queens Drive", "Glasgow", "G42 8BB"),
    ("Tomas Ashdown", "21 Mill Lane", "Bristol", "BS3 4HG"),
    ("Wren Okafor", "7 Station Road", "Norwich", "NR1 1EF"),
)
STORE = "online"
TRADE_CUSTOMER = "harbour-outfitters"


def stock_project(simulator: CommercetoolsSimulator, seed: int) -> None:
    """Put the forty articles that every stand-in begins with on sale, each product with its four sizes."""
    project, items = simulator.project, seeded_products(seed)
    simulator.catalogue.put(
        Article(
            item.sku,
            item.title,
            item.price_minor,
            project.currency,
            item.product,
            attributes=(("size", item.size), ("barcode", item.barcode), ("weight-in-gram", item.weight_grams)),
        )
        for item in items
    )
    for item in items:
        simulator.stock.add(
            {
                **project.fresh(),
                "key": f"{item.sku}-{SUPPLY_CHANNEL}",
                "sku": item.sku,
                "supplyChannel": {"typeId": "channel", "id": simulator.supply_channel["id"]},
                "quantityOnStock": item.on_hand,
                "availableQuantity": item.on_hand,
            }
        )


def wish_of(rng: random.Random, skus: list[str]) -> Wish:
    """One plausible order for some of these SKUs."""
    name, street, city, postcode = rng.choice(PEOPLE)
    email = f"{name.replace(' ', '.')}@example.com".lower()
    chosen = rng.sample(skus, rng.randint(1, min(4, len(skus))))
    return Wish(
        tuple(WantedLine(sku, rng.randint(1, 3)) for sku in chosen),
        Buyer(name=name, line1=street, city=city, postcode=postcode, phone="+441632960000", email=email),
        shipping_minor=395,
        discount_minor=500 if rng.random() < 0.3 else 0,
    )


def seeded_simulator(
    seed: int = 0,
    *,
    orders: int = 6,
    clock: Clock | None = None,
    switches: Switches | None = None,
    deliver: Deliver | None = None,
) -> CommercetoolsSimulator:
    """Give a simulator whose project already has something to read; every third order is a business's."""
    simulator = CommercetoolsSimulator(seed=seed, clock=clock, switches=switches, deliver=deliver)
    project = simulator.project
    project.add_store(STORE, supply_channels=(SUPPLY_CHANNEL,))
    project.add_business_unit(TRADE_CUSTOMER, name="Harbour Outfitters Ltd")
    stock_project(simulator, seed)
    rng = random.Random(seed + 1)
    business = Extras(business_unit=TRADE_CUSTOMER, purchase_order_number=f"PO-{seed}")
    for number in range(1, orders + 1):
        extras = business if number % 3 == 0 else Extras(store=STORE) if number % 3 == 1 else NO_EXTRAS
        simulator.trade.place(wish_of(rng, simulator.catalogue.skus), extras)
    return simulator


def empty_simulator(seed: int) -> CommercetoolsSimulator:
    """Give a project with an API client and its channels, and nothing to sell."""
    return CommercetoolsSimulator(seed=seed)


def connection_details(simulator: CommercetoolsSimulator, url: str) -> dict[str, str]:
    """Say all that a client needs to call the simulator at `url`; the three hosts of the vendor are one here."""
    return {
        "url": url,
        "auth_url": url,
        "import_url": url,
        "project_key": simulator.project.key,
        "client_id": simulator.access.client_id,
        "client_secret": simulator.access.client_secret,
        "scopes": " ".join(simulator.access.scopes),
        "supply_channel_key": SUPPLY_CHANNEL,
        "export_channel_key": EXPORT_CHANNEL,
        "bridge_header": simulator.switches.bridge_header,
        "bridge_secret": simulator.bridge_secret,
    }
