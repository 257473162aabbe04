"""A small tenant to start with: master data, a catalogue, stock, a few orders gone and a few open, all by the seed."""

from collections.abc import Mapping
from decimal import Decimal
from random import Random
from typing import Any

from cogent_pipelines.simulators.common.catalogue import SeededItem, seeded_products
from cogent_pipelines.simulators.common.clock import Clock
from cogent_pipelines.simulators.orderwise.company import Company, Courier, TaxRate
from cogent_pipelines.simulators.orderwise.simulator import LIVE, TEST, OrderWiseSimulator
from cogent_pipelines.simulators.orderwise.switches import Switches

SESSION_ID = 1
CUSTOMER_ID = 1001
_LOCATIONS = {1: "Main warehouse", 2: "Quarantine"}
_TAX_RATES = {
    1: TaxRate("T1", "Standard rate", Decimal(20)),
    2: TaxRate("T0", "Zero rate", Decimal(0)),
    3: TaxRate("T5", "Reduced rate", Decimal(5)),
}
_COURIERS = {
    1: Courier("Royal Mail", "https://royalmail.example.test/track/", ""),
    2: Courier("DPD", "https://dpd.example.test/parcels/", "?source=ow"),
}
_DELIVERY_METHODS = {1: ("Royal Mail Tracked 48", 1), 2: ("Royal Mail Tracked 24", 1), 3: ("DPD Next Day", 2)}
# Ids of lists and of order types: one integrator's mapping screen (read 2026-11).
_VALUE_LISTS = {
    1: {1: "Pound Sterling"},
    15: {1: "Order", 2: "Quote", 3: "Paused", 4: "Credit", 5: "Schedule", 6: "Bulk Order"},
    20: {1: "Card", 2: "PayPal"},
    56: {1: "Retail"},
}
_OPEN_ORDERS = 5
_DESPATCHED_ORDERS = 3


def seeded_simulator(
    seed: int,
    *,
    clock: Clock | None = None,
    switches: Switches | None = None,
    exports: Mapping[str, str] | None = None,
) -> OrderWiseSimulator:
    """Give a tenant that has been trading; by default its orders move on by themselves as the clock does."""
    simulator = OrderWiseSimulator(seed=seed, clock=clock, switches=switches or standalone_switches(), exports=exports)
    items = seeded_products(seed)
    for company in simulator.companies.values():
        furnish(company)
        _stock(company, items)
    _trade(simulator.live, items, Random(f"orders {seed}"))
    simulator.tick()
    return simulator


def empty_simulator(
    seed: int,
    *,
    clock: Clock | None = None,
    switches: Switches | None = None,
    exports: Mapping[str, str] | None = None,
) -> OrderWiseSimulator:
    """Give a tenant with a user and its master data, and nothing on its shelves."""
    simulator = OrderWiseSimulator(seed=seed, clock=clock, switches=switches, exports=exports)
    for company in simulator.companies.values():
        furnish(company)
    return simulator


def standalone_switches() -> Switches:
    """Give what suits somebody who stands alone before the tenant: orders leave in minutes."""
    return Switches(works_by_itself=True, pick_after_seconds=60.0, despatch_after_seconds=60.0)


def furnish(company: Company) -> None:
    """Give a company its master data: a session, locations, rates, delivery methods, one customer for a web shop."""
    company.sessions[SESSION_ID] = "Webshop"
    company.locations.update(_LOCATIONS)
    company.tax_rates.update(_TAX_RATES)
    company.couriers.update(_COURIERS)
    company.delivery_methods.update(_DELIVERY_METHODS)
    company.value_lists.update({number: dict(rows) for number, rows in _VALUE_LISTS.items()})
    company.add_customer("WEB001", "Web shop customers", customer_id=CUSTOMER_ID)


def _stock(company: Company, items: tuple[SeededItem, ...]) -> None:
    products: dict[str, int] = {}
    for item in items:
        company.add_variant(
            item.sku,
            description=f"{item.title}, {item.size}",
            price=Decimal(item.price_minor) / 120,
            cost=Decimal(item.cost_minor) / 100,
            ean=item.barcode,
            weight=item.weight_grams / 1000,
            product_id=products.setdefault(item.product, len(products) + 1),
            on_hand=Decimal(item.on_hand),
        )


def _trade(company: Company, items: tuple[SeededItem, ...], random: Random) -> None:
    """Let a few orders have left already, the last of them in two parcels, and a few be open."""
    for number in range(1, _DESPATCHED_ORDERS + 1):
        reference = f"SEED-D{number:03d}"
        company.importing.create(str(SESSION_ID), _order(reference, random.sample(items, k=2), random))
        parcels = 2 if number == _DESPATCHED_ORDERS else 1
        company.floor.despatch(company.truth.orders_of(reference)[0], parcels=parcels)
    for number in range(1, _OPEN_ORDERS + 1):
        lines = random.sample(items, k=random.randint(1, 3))
        company.importing.create(str(SESSION_ID), _order(f"SEED-{number:04d}", lines, random))


def _order(reference: str, items: list[SeededItem], random: Random) -> dict[str, Any]:
    lines = [
        {
            "variantCode": item.sku,
            "itemNumber": place,
            "quantity": random.randint(1, 3),
            "itemGross": item.price_minor / 100,
            "taxRateId": 1,
        }
        for place, item in enumerate(items, start=1)
    ]
    return {
        "customer": {"id": CUSTOMER_ID},
        "orderHeader": {
            "systemOrderType": 1,
            "eCommerceOrderNumber": reference,
            "deliveryMethodId": random.choice(list(_DELIVERY_METHODS)),
        },
        "customerDeliveryAddress": {
            "deliveryName": f"Seeded customer {reference[5:]}",
            "address1": f"{random.randint(1, 200)} Mill Lane",
            "town": "Leeds",
            "postcode": "LS1 4AP",
            "country": "United Kingdom",
            "countryCode": "GB",
        },
        "orderLines": lines,
    }


def connection_details(simulator: OrderWiseSimulator, url: str) -> dict[str, str]:
    """Give all that a client needs to reach the tenant served at `url`; installed export definitions as `export_<name>`."""
    root, account = url.rstrip("/"), simulator.tokens.account
    definitions = simulator.live.definitions.by_id
    return {
        "url": root,
        "base_url": f"{root}/{LIVE}",
        "test_base_url": f"{root}/{TEST}",
        "username": account.username,
        "password": account.password,
        "session_id": str(SESSION_ID),
        "customer_id": str(CUSTOMER_ID),
        "delivery_method_id": "1",
        "tax_rate_id": "1",
        "stock_location_id": "1",
        **{f"export_{definition.name}": str(number) for number, definition in definitions.items()},
    }
