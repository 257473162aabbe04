"""Bulk stock requests: taken at once, worked off in their own time."""

from collections.abc import Callable
from typing import Any

from cogent_pipelines.simulators.common.clock import VirtualClock
from cogent_pipelines.simulators.scayle import ScayleSimulator
from cogent_pipelines_tests.simulators.scayle.conftest import STOCKS, Client, Receiver, complaints

BULK = "/variants/stocks/bulk-requests"


def operation(key: str, sku: str = "MUG", **body: Any) -> dict[str, Any]:
    told = {"quantity": 5, "warehouseReferenceKey": "main", "changedAt": "2026-11-02T09:00:00+00:00", **body}
    return {"key": key, "url": f"/variants/key%3D{sku}/stocks", "method": "POST", "body": told}


def test_a_request_is_pending_then_processing_then_processed(client: Client, clock: VirtualClock) -> None:
    """Nothing has changed when the key comes back; the clock does the rest."""
    client.sim.switches.change(bulk_operations_per_second=1.0)
    rows = [operation("a"), operation("b", "POT", quantity=1), operation("c", "CUP")]
    key = client.ask("POST", BULK, json={"operations": rows}).json()["key"]

    states = []
    for seconds in (0, 1, 10):
        clock.advance(seconds)
        states.append(client.get(f"/bulk-requests/{key}/status")["status"])

    assert ["pending", "processing", "processed"] == states
    assert {"totalOperations": 3, "processedOperations": 3, "failedOperations": 1} == (
        client.get(f"/bulk-requests/{key}/status")["progress"]
    )
    good, bad = (client.get(f"/bulk-requests/{key}/operations/{name}/status") for name in "ac")
    assert ("processed", 200, 5) == (good["status"], good["response"]["statusCode"], good["response"]["body"]["quantity"])
    assert ("failed", 404) == (bad["status"], bad["response"]["statusCode"])
    assert 5 == client.get(STOCKS)["entities"][0]["quantity"]


def test_a_request_may_come_in_chunks_until_it_is_closed(client: Client, clock: VirtualClock) -> None:
    """The controls lie inside `callbacks`; a closed request is not extended."""
    first = client.ask("POST", BULK, json={"operations": [operation("a")], "callbacks": {"requestStatus": "incomplete"}})
    key = first.json()["key"]
    clock.advance(60)
    waiting = client.get(f"/bulk-requests/{key}/status")["status"]
    more = {"operations": [operation("b", "POT")], "callbacks": {"requestStatus": "complete", "bulkRequestKey": key}}

    assert ("new", key) == (waiting, client.ask("POST", BULK, json=more).json()["key"])
    again = client.ask("POST", BULK, json=more)
    assert (409, ["a completed bulk request cannot be extended"]) == (again.status_code, complaints(again))
    clock.advance(60)
    assert 2 == client.get(f"/bulk-requests/{key}/status")["progress"]["processedOperations"]


def test_a_request_that_is_not_done_can_be_cancelled(client: Client, clock: VirtualClock) -> None:
    """What was cancelled changes nothing any more."""
    key = client.ask("POST", BULK, json={"operations": [operation("a")]}).json()["key"]

    assert {"key": key, "status": "cancelled"} == client.ask("PUT", f"/bulk-requests/{key}/cancel").json()
    clock.advance(60)
    assert 10 == client.get(STOCKS)["entities"][0]["quantity"]


def test_only_stock_updates_with_keys_of_their_own_are_taken(client: Client) -> None:
    """Another address, another method, a key twice: refused as a whole."""
    for rows in (
        [operation("a"), operation("a")],
        [{**operation("a"), "url": "/products/1"}],
        [{**operation("a"), "method": "PUT"}],
    ):
        assert 400 == client.ask("POST", BULK, json={"operations": rows}).status_code


def test_the_end_of_a_request_is_told_to_its_callback(
    sim: ScayleSimulator, client: Client, receiver: Receiver, pump_for: Callable[[float], None]
) -> None:
    """Each operation and the whole, where addresses were given."""
    told = {"requestUrl": "https://me.example.com/request", "operationUrl": "https://me.example.com/operation"}
    client.ask("POST", BULK, json={"operations": [operation("a")], "callbacks": told})
    pump_for(10)

    assert [told["operationUrl"], told["requestUrl"]] == [url for url, _, _ in receiver.got]
    assert sim.next_due is None
