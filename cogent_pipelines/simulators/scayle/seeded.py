"""A tenant to try a client against: a small catalogue, one warehouse, stock and a few open orders, repeatable by seed."""

import random

from cogent_pipelines.simulators.common.catalogue import seeded_products
from cogent_pipelines.simulators.common.clock import Clock
from cogent_pipelines.simulators.common.trade import Buyer, WantedLine, Wish
from cogent_pipelines.simulators.scayle import stock
from cogent_pipelines.simulators.scayle.deliver import Deliver
from cogent_pipelines.simulators.scayle.records import Product
from cogent_pipelines.simulators.scayle.simulator import BASE_PATH, ScayleSimulator
from cogent_pipelines.simulators.scayle.switches import Switches
from cogent_pipelines.simulators.scayle.tenant import DEFAULT_MERCHANT
from cogent_pipelines.simulators.scayle.trade import MAIN_WAREHOUSE

PEOPLE = (
    ("Ada Fenwick", "12 Harbour Street", "Whitstable", "CT5 1AB"),
    ("Idris Mercer", "4 Canal Yard", "Leeds", "LS10 1LE"),
    ("Noor Halloran", "88 Queens Drive", "Glasgow", "G42 8BB"),
    ("Tomas Ashdown", "Flat 3, 21 Mill Lane", "Bristol", "BS3 4HG"),
    ("Wren Okafor", "7 Station Road", "Norwich", "NR1 1EF"),
)
CARRIERS = (("DPD_UK", "DPD"), ("ROYAL_MAIL_48", "Royal Mail"), ("EVRI_STD", "Evri"))


def stock_tenant(simulator: ScayleSimulator) -> None:
    """Give a tenant what it needs before anything can be sold: carriers and a warehouse."""
    tenant = simulator.tenant
    for key, name in CARRIERS:
        tenant.add_carrier(key, name, f"https://{key.lower().replace('_', '-')}.example.com/track")
    warehouse = tenant.add_warehouse(MAIN_WAREHOUSE)
    tenant.open_shop(simulator.shop_country, warehouse, tenant.default_merchant)


def seeded_simulator(
    seed: int = 0,
    *,
    orders: int = 6,
    clock: Clock | None = None,
    switches: Switches | None = None,
    deliver: Deliver | None = None,
) -> ScayleSimulator:
    """Give a simulator whose shop already has something to read."""
    simulator = ScayleSimulator(seed=seed, clock=clock, switches=switches, deliver=deliver)
    stock_tenant(simulator)
    _fill(simulator)
    chance = random.Random(f"orders {seed}")
    for _ in range(orders):
        simulator.trade.place(wish(chance, list(simulator.tenant.variants_by_key)))
    return simulator


def empty_simulator(seed: int) -> ScayleSimulator:
    """Give a tenant with a key, one warehouse and its carriers, and nothing to sell."""
    simulator = ScayleSimulator(seed=seed)
    stock_tenant(simulator)
    return simulator


def _fill(simulator: ScayleSimulator) -> None:
    tenant = simulator.tenant
    warehouse = tenant.warehouses_by_key[MAIN_WAREHOUSE]
    products: dict[str, Product] = {}
    for item in seeded_products(simulator.seed):
        if item.product not in products:
            products[item.product] = tenant.add_product(item.product, item.title)
        variant = tenant.add_variant(
            products[item.product],
            item.sku,
            price_minor=item.price_minor,
            currency=simulator.shop_country.currency,
            ean=item.barcode,
            size=item.size,
        )
        stock.lay(tenant, variant, warehouse, tenant.default_merchant, item.on_hand)


def wish(chance: random.Random, skus: list[str]) -> Wish:
    """One plausible order for some of these articles."""
    name, line1, city, postcode = chance.choice(PEOPLE)
    email = f"{name.replace(' ', '.').lower()}@example.com"
    chosen = chance.sample(skus, chance.randint(1, min(4, len(skus))))
    return Wish(
        tuple(WantedLine(sku, chance.randint(1, 3)) for sku in chosen),
        Buyer(name=name, line1=line1, city=city, postcode=postcode, email=email, phone="+441632960000"),
        shipping_minor=395,
        discount_minor=500 if chance.random() < 0.3 else 0,
    )


def connection_details(simulator: ScayleSimulator, url: str) -> dict[str, str]:
    """Say all that a client needs to call the simulator at `url`.

    `webhook_user` and `webhook_secret` are what a receiver may ask for: Basic auth is all that the vendor offers, and the
    client puts both into the addresses that it subscribes.
    """
    return {
        "url": url,
        "base_url": f"{url}{BASE_PATH}",
        "access_token": simulator.access_token,
        "shop_key": simulator.shop_country.shop_key,
        "country_code": simulator.shop_country.country,
        "currency": simulator.shop_country.currency,
        "company_id": str(simulator.company_id),
        "merchant_reference_key": DEFAULT_MERCHANT,
        "warehouse_id": str(next(iter(simulator.tenant.warehouses), "")),
        "warehouse_reference_key": next(iter(simulator.tenant.warehouses_by_key), ""),
        "carrier": next(iter(simulator.tenant.carriers_by_key), ""),
        "webhook_user": simulator.webhook_user,
        "webhook_secret": simulator.webhook_password,
    }
