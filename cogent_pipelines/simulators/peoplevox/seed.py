"""A small tenant to start with: a catalogue, stock, services, a few orders gone and a few open, all by the seed."""

from datetime import timedelta
from decimal import Decimal
from random import Random

from cogent_pipelines.simulators.common.catalogue import SeededItem, seeded_products
from cogent_pipelines.simulators.common.clock import Clock
from cogent_pipelines.simulators.peoplevox.entities import DEFAULT_SITE, Values
from cogent_pipelines.simulators.peoplevox.events import Deliver
from cogent_pipelines.simulators.peoplevox.simulator import PeoplevoxSimulator
from cogent_pipelines.simulators.peoplevox.switches import Switches
from cogent_pipelines.simulators.peoplevox.warehouse import Warehouse

_SERVICES = (
    ("Royal Mail", "Tracked 48", "RM48"),
    ("Royal Mail", "Tracked 24", "RM24"),
    ("DPD", "Next Day", "DPD-ND"),
)
_REASONS = (("FIT", "Does not fit"), ("DAMAGED", "Arrived damaged"), ("MIND", "Changed mind"))
_OPEN_ORDERS = 5
_DESPATCHED_ORDERS = 3


def seeded_simulator(
    seed: int,
    *,
    clock: Clock | None = None,
    switches: Switches | None = None,
    deliver: Deliver | None = None,
) -> PeoplevoxSimulator:
    """Give a tenant that has been trading; by default its orders move on by themselves as the clock does."""
    switches = switches or standalone_switches()
    simulator = PeoplevoxSimulator(seed=seed, clock=clock, switches=switches, deliver=deliver)
    items = seeded_products(seed)
    stock_tenant(simulator.warehouse, items)
    random = Random(f"orders {seed}")
    _despatched_orders(simulator.warehouse, items, random)
    _open_orders(simulator.warehouse, items, random)
    simulator.tick()
    return simulator


def empty_simulator(seed: int) -> PeoplevoxSimulator:
    """Give a tenant with an account and its master data, and nothing on its shelves."""
    simulator = PeoplevoxSimulator(seed=seed)
    stock_tenant(simulator.warehouse, ())
    return simulator


def standalone_switches() -> Switches:
    """Give what suits somebody who stands alone before the tenant: orders leave in minutes, a hasty call waits."""
    return Switches(
        works_by_itself=True,
        pick_after_seconds=60.0,
        pack_after_seconds=30.0,
        despatch_after_seconds=30.0,
        rate_limit_form="wait",
    )


def stock_tenant(warehouse: Warehouse, items: tuple[SeededItem, ...]) -> None:
    """Give a tenant its master data, and the items with their stock."""
    for carrier, name, code in _SERVICES:
        warehouse.save_master("Carriers", (carrier,), {"Name": carrier, "Number": carrier.upper().replace(" ", "")})
        warehouse.save_master("Service types", (carrier, code), {"Carrier": carrier, "Name": name, "Code": code})
    for code, name in _REASONS:
        warehouse.save_master("Return reasons", (code,), {"Code": code, "Name": name})
    warehouse.save_master("Payment methods", ("Card",), {"Name": "Card", "Code": "CARD"})
    # An internal site that the vendor lists and every client must leave alone.
    warehouse.save_master("Sites", ("SystemSite",), {"Name": "SystemSite", "Reference": "SystemSite"})
    location: Values = {"Barcode": f"PICK-{DEFAULT_SITE}", "Name": "Pick face", "LocationType": "Pick", "Site": DEFAULT_SITE}
    warehouse.save_master("Locations", (f"PICK-{DEFAULT_SITE}",), location)
    for group in dict.fromkeys(item.title for item in items):
        warehouse.save_master("Item type groups", (group,), {"Name": group})
    warehouse.add_items(_item_values(item) for item in items)


def _item_values(item: SeededItem) -> Values:
    return {
        "ItemCode": item.sku,
        "Name": f"{item.title}, {item.size}",
        "Barcode": item.barcode,
        "ItemGroup": item.title,
        "RetailPrice": Decimal(item.price_minor) / 100,
        "BuyPrice": Decimal(item.cost_minor) / 100,
        "Weight": Decimal(item.weight_grams) / 1000,
        "WeightMeasure": "kg",
        "UnitOfMeasure": "EA",
        "OnHand": item.on_hand,
    }


def _despatched_orders(warehouse: Warehouse, items: tuple[SeededItem, ...], random: Random) -> None:
    """Let a few orders have left already, the last of them in two parcels."""
    for number in range(1, _DESPATCHED_ORDERS + 1):
        order_number = f"SEED-D{number:03d}"
        _order(warehouse, order_number, random.sample(items, k=2), random)
        warehouse.floor.despatch(order_number, parcels=2 if number == _DESPATCHED_ORDERS else 1)


def _open_orders(warehouse: Warehouse, items: tuple[SeededItem, ...], random: Random) -> None:
    for number in range(1, _OPEN_ORDERS + 1):
        _order(warehouse, f"SEED-{number:04d}", random.sample(items, k=random.randint(1, 3)), random)


def _order(warehouse: Warehouse, number: str, items: list[SeededItem], random: Random) -> None:
    warehouse.save_order(
        number,
        {
            "SalesOrderNumber": number,
            "Customer": f"Seeded customer {number[5:]}",
            "CustomerPurchaseOrderReferenceNumber": f"#{number[5:]}",
            "ShippingAddressLine1": f"{random.randint(1, 200)} Mill Lane",
            "ShippingAddressCity": "Leeds",
            "ShippingAddressPostcode": "LS1 4AP",
            "ShippingAddressCountry": "GB",
            "ContactName": f"Seeded customer {number[5:]}",
            "RequestedDeliveryDate": warehouse.clock.now() + timedelta(days=2),
            "ServiceType": random.choice(_SERVICES)[2],
            "ChannelName": "Seed",
        },
        allocate=True,
    )
    for line, item in enumerate(items, start=1):
        values: Values = {"QuantityOrdered": random.randint(1, 3), "SalePrice": Decimal(item.price_minor) / 100}
        warehouse.save_line(number, item.sku, str(line), values, allocate=True)


def connection_details(simulator: PeoplevoxSimulator, url: str) -> dict[str, str]:
    """Give all that a client needs to reach the tenant served at `url`."""
    account = simulator.account
    return {
        "url": url.rstrip("/"),
        "client_id": account.client_id,
        "username": account.username,
        "password": account.password,
    }
