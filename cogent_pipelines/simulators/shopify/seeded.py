"""A shop to try a client against: a small catalogue, one location, stock and a few open orders, repeatable by seed."""

import random
from typing import Any

from cogent_pipelines.simulators.common.catalogue import seeded_products
from cogent_pipelines.simulators.common.clock import Clock
from cogent_pipelines.simulators.common.posting import Deliver
from cogent_pipelines.simulators.shopify.simulator import NEWEST, ShopifySimulator
from cogent_pipelines.simulators.shopify.switches import Switches

PEOPLE = (
    ("Ada", "Fenwick", "12 Harbour Street", "Whitstable", "CT5 1AB"),
    ("Idris", "Mercer", "4 Canal Yard", "Leeds", "LS10 1LE"),
    ("Noor", "Halloran", "88 Queens Drive", "Glasgow", "G42 8BB"),
    ("Tomas", "Ashdown", "Flat 3, 21 Mill Lane", "Bristol", "BS3 4HG"),
    ("Wren", "Okafor", "7 Station Road", "Norwich", "NR1 1EF"),
)
VAT = 0.2


def catalogue(seed: int) -> list[dict[str, Any]]:
    """Forty products with prices, barcodes and stock: the goods that every stand-in begins with."""
    return [
        {
            "title": f"{item.title}, {item.size}",
            "vendor": "Northwind",
            "product_type": item.title,
            "sku": item.sku,
            "price": f"{item.price_minor / 100:.2f}",
            "cost": f"{item.cost_minor / 100:.2f}",
            "barcode": item.barcode,
            "grams": item.weight_grams,
            "stock": item.on_hand,
        }
        for item in seeded_products(seed)
    ]


def order_spec(rng: random.Random, skus: list[str]) -> dict[str, Any]:
    """One plausible order for some of these SKUs."""
    first, last, street, city, postcode = rng.choice(PEOPLE)
    email = f"{first}.{last}@example.com".lower()
    chosen = rng.sample(skus, rng.randint(1, min(4, len(skus))))
    spec: dict[str, Any] = {
        "email": email,
        "customer": {"first_name": first, "last_name": last, "email": email},
        "lines": [{"sku": sku, "quantity": rng.randint(1, 3)} for sku in chosen],
        "shipping": {"title": "Standard delivery", "code": "STANDARD", "price": "3.95"},
        "tax_rate": VAT,
        "taxes_included": True,
        "shipping_address": {
            "first_name": first,
            "last_name": last,
            "address1": street,
            "city": city,
            "zip": postcode,
            "country": "United Kingdom",
            "country_code": "GB",
            "phone": "+441632960000",
        },
    }
    if rng.random() < 0.3:
        spec["discounts"] = [{"code": "WELCOME10", "percentage": 10}]
    return spec


def seeded_simulator(
    seed: int = 0,
    *,
    orders: int = 6,
    clock: Clock | None = None,
    switches: Switches | None = None,
    deliver: Deliver | None = None,
) -> ShopifySimulator:
    """Give a simulator whose shop already has something to read."""
    simulator = ShopifySimulator(seed=seed, clock=clock, switches=switches, deliver=deliver)
    simulator.shop.add_location(
        "Main warehouse",
        address={
            "address1": "Unit 4, Dock Road",
            "city": "Tilbury",
            "zip": "RM18 7EH",
            "country": "United Kingdom",
            "countryCode": "GB",
        },
    )
    products = simulator.shop.add_products(catalogue(seed))
    skus = [variant.sku for product in products for variant in product.variants if variant.sku]
    rng = random.Random(seed + 1)
    for _ in range(orders):
        simulator.place_order(order_spec(rng, skus))
    return simulator


def empty_simulator(seed: int) -> ShopifySimulator:
    """Give a shop with a name, an account and one location, and nothing to sell."""
    simulator = ShopifySimulator(seed=seed)
    simulator.shop.add_location("Main warehouse")
    return simulator


def connection_details(simulator: ShopifySimulator, url: str) -> dict[str, str]:
    """Say all that a client needs to call the simulator at `url`."""
    return {
        "url": url,
        "shop": simulator.shop.domain,
        "api_version": NEWEST,
        "access_token": simulator.access_token,
        "client_id": simulator.client_id,
        "client_secret": simulator.client_secret,
        "webhook_secret": simulator.webhook_secret,
    }
