"""Our answers and bodies against the published models and examples. Skipped where the vendor's facts are not at hand."""

import csv
import json
from collections.abc import Callable
from typing import Any

import pytest

from cogent_pipelines.simulators.scayle import ScayleSimulator
from cogent_pipelines.simulators.scayle.http_app import ENDPOINTS
from cogent_pipelines_tests.conftest import REFERENCE_MATERIAL
from cogent_pipelines_tests.simulators.scayle.conftest import ORDERS, STOCKS, Client, Receiver, buy, merchant_asks

FACTS = REFERENCE_MATERIAL / "vendors" / "data" / "scayle"
pytestmark = [
    pytest.mark.shared,
    pytest.mark.skipif(not FACTS.is_dir(), reason="the vendor's facts are not at hand"),
]
PLAIN: dict[str, Any] = {"Integer": int, "String": str, "Boolean": bool, "datetime": str, "Double": (int, float)}


@pytest.fixture(scope="module")
def models() -> dict[str, dict[str, dict[str, str]]]:
    found: dict[str, dict[str, dict[str, str]]] = json.loads((FACTS / "admin_api_models.json").read_text())["models"]
    return found


@pytest.fixture(scope="module")
def enums() -> dict[str, list[str]]:
    found: dict[str, list[str]] = json.loads((FACTS / "admin_api_models.json").read_text())["enums"]
    return found


@pytest.fixture
def unlike(models: dict[str, Any], enums: dict[str, list[str]]) -> Callable[[Any, str], list[str]]:
    """Say where a value is not what a published type allows."""

    def look(value: Any, kind: str, at: str = "") -> list[str]:
        if value is None or kind.startswith(("Map<", "Object")):
            return []
        if kind.startswith("List<"):
            rows = value if isinstance(value, list) else []
            faults = [fault for n, row in enumerate(rows) for fault in look(row, kind[5:-1], f"{at}[{n}]")]
            return faults if isinstance(value, list) else [f"{at} is no list"]
        return inside(value, kind, at) if kind in models else plain(value, kind, at)

    def plain(value: Any, kind: str, at: str) -> list[str]:
        if kind in enums:
            return [] if value in enums[kind] else [f"{at} is none of {kind}: {value}"]
        fits = isinstance(value, PLAIN[kind]) and (kind == "Boolean" or not isinstance(value, bool))
        return [] if fits else [f"{at} is no {kind}"]

    def inside(value: Any, kind: str, at: str) -> list[str]:
        faults = [f"{at}.{name} is not published" for name in value if name not in models[kind]]
        for name, row in value.items():
            if name in models[kind]:
                faults += look(row, models[kind][name]["type"], f"{at}.{name}")
        return faults

    return look


def example(name: str) -> Any:
    return json.loads((FACTS / "fixtures" / f"{name}.json").read_text())


def test_every_endpoint_is_published() -> None:
    """Method and path as in the vendor's list, but for the bulk requests' own, which are one service for all kinds."""
    with (FACTS / "admin_api_endpoints.csv").open() as rows:
        published = {(row["method"], row["path"]) for row in csv.DictReader(rows)}

    ours = {(row.method, row.path) for row in ENDPOINTS}
    assert set() == {row for row in ours - published if not row[1].startswith("/bulk-requests")}


def test_orders_at_every_stage_fit_the_model(
    sim: ScayleSimulator, client: Client, unlike: Callable[[Any, str], list[str]], pump_for: Callable[[float], None]
) -> None:
    """No field that is not published, none of another type."""
    order = buy(sim, ("MUG", 2), ("POT", 1), shipping_minor=395, discount_minor=99)
    first, second, third = (item.id for item in order.items)
    told = [client.get(f"{ORDERS}/{order.id}?with=legacyCustomData,items.legacyCustomData")]
    pump_for(60)
    told.append(client.get(f"{ORDERS}/{order.id}"))
    client.ship(order, [first])
    client.give_up(order, [second])
    told.append(client.get(f"{ORDERS}/{order.id}"))
    client.ship(order, [third], shipmentKey="B")
    client.send_back(f"R-{third}")
    told.append(client.get(f"{ORDERS}/{order.id}"))

    assert [[]] * 4 == [unlike(row, "Order") for row in told]
    assert [] == unlike(client.get(f"{ORDERS}/{order.id}/status"), "OrderStatus")
    assert [] == unlike(client.get(f"{ORDERS}/{order.id}/invoices")["entities"], "List<OrderInvoice>")


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        (STOCKS, "ProductVariantStock"),
        ("/products", "Product"),
        ("/products/key%3DMUG/variants", "ProductVariant"),
        ("/warehouses", "Warehouse"),
        ("/merchants", "Merchant"),
        ("/carriers", "Carrier"),
        ("/shops", "Shop"),
        ("/shops/nw/countries", "ShopCountry"),
        ("/webhooks/events", "WebhookEvent"),
    ],
)
def test_lists_fit_their_models(client: Client, unlike: Callable[[Any, str], list[str]], path: str, kind: str) -> None:
    """Each with something in it."""
    rows = client.get(path)["entities"]

    assert rows
    assert [] == unlike(rows, f"List<{kind}>")


def test_the_vendors_own_examples_are_taken(sim: ScayleSimulator, client: Client) -> None:
    """The bodies that the SDK's tests send, with our own names put in."""
    order = buy(sim)
    client.ask("POST", "/warehouses", json=example("WarehouseCreateRequest"))
    client.ask("POST", "/merchants", json={"referenceKey": "merchant-1", "name": "One"})
    for key in ("myWarehouse", "warehouse-1"):
        client.ask("POST", "/warehouses", json={"referenceKey": key})
    mine = {"shopKey": "nw", "countryCode": "gb", "orderId": order.id, "carrier": "DPD_UK"}
    first, second = order.items
    shipment = {**example("ShipmentCreateRequest"), **mine}
    shipment["items"] = [{**shipment["items"][0], "orderItemId": first.id}]
    cancellation = {
        **example("CancellationSendRequest"),
        **{name: mine[name] for name in ("shopKey", "countryCode", "orderId")},
    }
    cancellation["items"] = [{"orderItemId": second.id}]
    stock = {**example("ProductVariantStockCreateRequest"), "expectedAvailabilityAt": "2027-01-01"}
    bulk = example("ProductVariantStockCreateBulkRequestRequest")

    answers = [
        client.ask("POST", "/fulfillment/shipments", json=shipment),
        client.ask("POST", "/fulfillment/cancellations", json=cancellation),
        client.ask(
            "POST", "/fulfillment/return-items", json=[{**example("ReturnItemSendRequest")[0], "returnKey": "550357807160"}]
        ),
        client.ask("POST", STOCKS, json=stock),
        client.ask("POST", "/variants/stocks/bulk-requests", json=bulk),
        client.ask("POST", "/reservations", json=example("ReservationCreateRequest")),
        client.ask(
            "PUT", STOCKS + "/sellableWithoutStock", json=example("SellableWithoutStockSetSellableWithoutStockRequest")
        ),
        client.ask("POST", "/webhooks/subscriptions", json={**example("WebhookSubscriptionCreateRequest"), "filters": []}),
        client.ask("POST", "/merchants", json=example("MerchantCreateRequest")),
        client.ask("POST", "/carriers", json={**example("CarrierCreateRequest"), "key": "NEW"}),
        client.ask("POST", "/shops/nw/countries/GB/warehouses", json=example("ShopCountryWarehouseCreateRequest")),
        client.ask("PUT", f"{ORDERS}/{order.id}/reference-key", json=example("OrderUpdateReferenceKeyRequest")),
    ]

    assert [] == [(row.request.url.path, row.text) for row in answers if row.status_code not in (200, 201, 204)]


def test_webhooks_and_delegations_keep_to_minor_units(
    sim: ScayleSimulator, receiver: Receiver, pump_for: Callable[[float], None], unlike: Callable[[Any, str], list[str]]
) -> None:
    """The cost in a delegation has the shape of an order's."""
    merchant_asks(sim)
    buy(sim, shipping_minor=395)
    pump_for(60)

    assert [] == unlike(receiver.got[0][2]["cost"], "OrderCost")
