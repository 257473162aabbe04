"""The Import API: containers, and operations that move with time."""

from collections.abc import Callable
from typing import Any

import pytest

from cogent_pipelines.simulators.common.clock import VirtualClock
from cogent_pipelines_tests.simulators.commercetools.conftest import Client

CHANNEL = {"typeId": "channel", "key": "main-warehouse"}


@pytest.fixture
def container(client: Client) -> str:
    client.post("/import-containers", {"key": "stock", "resourceType": "inventory"})
    return "stock"


def entry(sku: str, quantity: int, **more: Any) -> dict[str, Any]:
    return {"key": f"{sku}-main-warehouse", "sku": sku, "quantityOnStock": quantity, "supplyChannel": CHANNEL, **more}


def bring_in(client: Client, *entries: dict[str, Any]) -> list[dict[str, Any]]:
    request = {"type": "inventory", "resources": list(entries)}
    told: list[dict[str, Any]] = client.post("/inventories/import-containers/stock", request)["operationStatus"]
    return told


def states(client: Client) -> list[str]:
    return [row["state"] for row in client.query("/import-containers/stock/import-operations")]


def test_an_import_is_done_in_its_own_time(client: Client, container: str, clock: VirtualClock) -> None:
    """201 with operations that are processing; then they are imported and the stock is another."""
    told = bring_in(client, entry("MUG", 33), entry("NEW", 5))
    before = (states(client), client.stock("MUG"))
    clock.advance(2)

    operation = client.get(f"/import-operations/{told[0]['operationId']}")
    summary = client.get("/import-containers/stock/import-summaries")

    assert (["processing", "processing"], (10, 10)) == before
    assert ("imported", "MUG-main-warehouse", 2) == (operation["state"], operation["resourceKey"], summary["total"])
    assert (2, 0) == (summary["states"]["imported"], summary["states"]["processing"])
    assert ((33, 33), (5, 5)) == (client.stock("MUG"), client.stock("NEW"))


def test_an_import_knows_no_versions(
    client: Client, container: str, clock: VirtualClock, order_of: Callable[..., Any]
) -> None:
    """An order between sending and doing is no conflict; what it holds stays held."""
    bring_in(client, entry("MUG", 20))
    order_of(("MUG", 4))
    clock.advance(2)

    assert (["imported"], (20, 16)) == (states(client), client.stock("MUG"))


def test_what_refers_to_nobody_waits(client: Client, container: str, clock: VirtualClock) -> None:
    """Unresolved until the channel is there."""
    bring_in(client, entry("MUG", 1, key="mug-second", supplyChannel={"typeId": "channel", "key": "second"}))
    clock.advance(2)
    waiting = client.query("/import-containers/stock/import-operations")[0]
    client.post("/channels", {"key": "second"})

    assert ("unresolved", [{"key": "second", "typeId": "channel"}]) == (waiting["state"], waiting["unresolvedReferences"])
    assert ["imported"] == states(client)


def test_what_the_project_refuses_is_rejected(client: Client, container: str, clock: VirtualClock) -> None:
    """Another key for a place that is taken; the others come in."""
    bring_in(client, entry("MUG", 1, key="another-key"), entry("POT", 9))
    clock.advance(2)

    rejected, done = client.query("/import-containers/stock/import-operations")

    assert ("rejected", "DuplicateField", "imported") == (
        rejected["state"],
        rejected["errors"][0]["code"],
        done["state"],
    )


@pytest.mark.parametrize(
    "body",
    [
        {"type": "inventory", "resources": []},
        {"type": "inventory", "resources": [entry("TRAY", 1)] * 21},
        {"type": "order", "resources": [entry("TRAY", 1)]},
        {"type": "inventory", "resources": [{"sku": "TRAY", "quantityOnStock": 1}]},
        {"type": "inventory", "resources": [entry("TRAY", 1, supplyChannel={"typeId": "channel", "id": "x"})]},
    ],
)
def test_a_wrong_request_is_refused_whole(client: Client, container: str, body: dict[str, Any]) -> None:
    assert 400 == client.refused("POST", "/inventories/import-containers/stock", json=body)[0]
    assert [] == states(client)


def test_containers_are_made_found_and_removed(client: Client, container: str) -> None:
    """One key, one container; a container takes its own kind only."""
    client.post("/import-containers", {"key": "orders-in", "resourceType": "order"})
    request = {"type": "inventory", "resources": [entry("MUG", 1)]}

    assert (400, "DuplicateField") == client.refused("POST", "/import-containers", json={"key": "stock"})[:2]
    assert 400 == client.refused("POST", "/inventories/import-containers/orders-in", json=request)[0]
    assert 404 == client.refused("POST", "/inventories/import-containers/nobody", json=request)[0]
    assert ["stock", "orders-in"] == [row["key"] for row in client.query("/import-containers")]
    assert 200 == client.call("DELETE", "/import-containers/stock").status_code
    assert 404 == client.call("GET", "/import-containers/stock").status_code


def test_operations_and_containers_are_forgotten(client: Client, container: str, clock: VirtualClock) -> None:
    """Operations after two days, containers without a retention policy after three."""
    bring_in(client, entry("MUG", 1))
    clock.advance(48 * 3600 + 1)
    client.token = None
    operations = states(client)
    clock.advance(24 * 3600)

    assert ([], 404) == (operations, client.call("GET", "/import-containers/stock").status_code)


def test_other_kinds_say_that_they_are_not_simulated(client: Client) -> None:
    assert (501, "NotSimulated") == client.refused("POST", "/orders/import-containers/stock", json={})[:2]
