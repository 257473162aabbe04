"""What `/_sim/` reads and orders over HTTP, and the seeded tenant."""

import pytest

from cogent_pipelines.simulators.common.clock import VirtualClock
from cogent_pipelines.simulators.peoplevox import Switches, connection_details, seeded_simulator
from cogent_pipelines_tests.simulators.peoplevox.soap_client import SoapClient


def test_the_books_show_an_order_with_all_that_became_of_it(client, warehouse):
    """Lines, quantities, prices, how often created and updated, picks, despatches, stock and its history."""
    client.save_order("SO-1", ("TEE", 2), CustomerPurchaseOrderReferenceNumber="#1")
    client.save("Sales order items", "SalesOrderNumber,ItemCode,QuantityOrdered,Line,SalePrice\nSO-1,TEE,2,1,9.99")
    warehouse.floor.despatch("SO-1")
    books = client.send("GET", "/_sim/books", params={"history": 1}).json()
    order = books["sales_orders"]["SO-1"]
    seen = {key: order[key] for key in ("created", "status", "picked", "despatches")}
    assert {"created": 1, "status": "Despatched", "picked": 1, "despatches": ["DES000001"]} == seen
    line = order["lines"][0]
    assert ("TEE", 2, "9.99", 2, 2) == tuple(
        line[key] for key in ("item_code", "quantity", "sale_price", "despatched", "saved")
    )
    assert ["TRK00000001"] == [parcel["tracking"] for parcel in books["despatches"][0]["parcels"]]
    tee = next(level for level in books["stock"] if level["item_code"] == "TEE")
    assert (8, 0, 8) == (tee["on_hand"], tee["allocated"], tee["available"])
    history = [(h["on_hand"], h["allocated"], h["activity"]) for h in books["stock_history"] if h["item_code"] == "TEE"]
    assert [(10, 0, "Stock check"), (0, 2, "Allocation"), (-2, -2, "Despatch")] == history


def test_one_order_under_two_numbers_is_a_duplicate(client, truth):
    """The same customer reference twice, or a number that differs by case or spaces, is found."""
    client.save_order("SO-1", ("TEE", 1), CustomerPurchaseOrderReferenceNumber="#1")
    client.save_order("SO-2", ("TEE", 1), CustomerPurchaseOrderReferenceNumber="#1")
    client.save_order("so-2", ("TEE", 1))
    assert [["SO-1", "SO-2"], ["SO-2", "so-2"]] == truth.duplicates()
    assert (1, 2) == (truth.times_created("SO-1"), truth.times_created("SO-2"))


def test_items_and_stock_come_in_bulk(client, warehouse):
    """A whole catalogue is loaded in one call; stock is set or moved."""
    items = [{"item_code": f"BULK-{n}", "on_hand": n} for n in range(1000)]
    assert {"items": 1000} == client.send("POST", "/_sim/items", json=items).json()
    client.send("POST", "/_sim/stock", json=[{"item_code": "BULK-5", "by": -2}, {"item_code": "BULK-7", "on_hand": 1}])
    assert [3, 1] == [warehouse.stock.on_hand(item) for item in ("BULK-5", "BULK-7")]


def test_work_is_ordered_over_http(client, truth, warehouse):
    """Everything the floor can do has a name."""
    client.save_order("SO-1", ("TEE", 2))
    client.save_order("SO-2", ("CAP", 2))
    client.save_order("SO-3", ("MUG", 2))
    work = [
        {"until": "picking", "orders": ["SO-1"]},
        {"despatch": "SO-2", "quantities": {"CAP": 1}, "tracking": "later"},
        {"tracking": True},
        {"despatch_unknown": "GHOST", "item_code": "MUG"},
        {"cancel": "SO-3"},
        {"goods_in": {"item_code": "MUG", "quantity": 4}},
        {"return": {"order_number": "SO-2", "item_code": "CAP"}},
    ]
    done = client.send("POST", "/_sim/work", json=work).json()["done"]
    assert [1, 1] == [done[0]["orders"], done[2]["tracked"]]
    assert ["Picking", "Partially despatched", "Cancelled"] == [truth.status(f"SO-{n}") for n in (1, 2, 3)]
    assert (13, 10) == (warehouse.stock.on_hand("MUG"), warehouse.stock.on_hand("CAP"))
    assert {"orders": 2} == client.send("POST", "/_sim/work", json={}).json()["done"][0]


@pytest.mark.parametrize("path", ["/_sim/work", "/_sim/stock", "/_sim/items"])
def test_an_impossible_order_is_a_400_with_the_reason(client, path):
    """A mistake in a test is told, not swallowed."""
    response = client.send("POST", path, json=[{"despatch": "NOBODY"}])
    assert (400, True) == (response.status_code, "error" in response.json())


def test_switches_are_read_and_changed_over_http(client, simulator):
    """Unknown names and impossible values change nothing."""
    assert "other" == client.send("GET", "/_sim/switches").json()["region"]
    assert (
        200
        == client.send("PUT", "/_sim/switches", json={"cancel_policy": "accept", "tracking_delay_seconds": 5}).status_code
    )
    for wrong in ({"nope": 1}, {"cancel_policy": "perhaps"}, {"rate_limit_calls": "many"}, {"tenant_headings": 3}):
        assert 400 == client.send("PUT", "/_sim/switches", json={"region": "us", **wrong}).status_code
    assert ("accept", 5, "other") == (
        simulator.switches.cancel_policy,
        simulator.switches.tracking_delay_seconds,
        simulator.switches.region,
    )


def test_faults_outages_and_sessions_are_ordered_over_http(client, clock):
    """What a test can order in Python a demo can order from outside."""
    client.send("POST", "/_sim/faults", json={"kind": "refuse", "operation": "GetSaveTemplate", "status": 502})
    assert [502, 200] == [client.raw("GetSaveTemplate", "").status_code for _ in range(2)]
    client.send("POST", "/_sim/outage", json={"seconds": 60})
    assert 503 == client.raw("GetSaveTemplate", "").status_code
    clock.advance(61)
    client.send("DELETE", "/_sim/sessions")
    assert "System : Security - Session Expired" == client.save_template("Sites").detail


def test_calls_are_counted_by_operation(client):
    """How many calls a client needed can be asked."""
    client.save_template("Sites")
    client.save_template("Sites")
    assert {"Authenticate": 1, "GetSaveTemplate": 2} == client.send("GET", "/_sim/calls").json()["calls"]


def test_the_same_seed_gives_the_same_tenant():
    """A seeded tenant can be started again and is the same, down to its open orders."""
    first, again, other = (seeded_simulator(seed, clock=VirtualClock()).truth.books() for seed in (5, 5, 6))
    assert (True, False) == (first == again, first == other)
    assert (40, 8) == (len(first["stock"]), len(first["sales_orders"]))


def test_the_details_of_a_seeded_tenant_are_enough_to_work_with_it():
    """URL, client id, user and password: with these a stranger logs in and finds open orders and stock."""
    simulator = seeded_simulator(5, clock=VirtualClock(), switches=Switches())
    details = connection_details(simulator, "http://127.0.0.1:8080/")
    assert {"url": "http://127.0.0.1:8080", "client_id": "northwind"} == {k: details[k] for k in ("url", "client_id")}
    client = SoapClient(simulator)
    assert 0 == client.log_in().response_id
    open_orders = client.report("Outstanding sales orders").total
    parcels = client.data("Despatch packages").total
    assert (5, 4, 40) == (open_orders, parcels, client.report("Item inventory summary").total)
    assert {"url", "client_id", "username", "password"} == set(details)


def test_the_books_over_http_are_the_books(client, warehouse, truth):
    """Written in pieces, they are the same JSON; and of named orders only what concerns these."""
    for number in range(450):
        warehouse.save_order(f"SO-{number}", {"Customer": "Ann"}, allocate=True)
    client.save_order("SO-1", ("TEE", 1))
    warehouse.floor.despatch("SO-1")
    warehouse.receiving.receive_return("SO-1", "TEE")
    assert truth.books(stock_history=True) == client.send("GET", "/_sim/books", params={"history": 1}).json()
    some = client.send("GET", "/_sim/books", params={"orders": "SO-1,SO-2,SO-X"}).json()
    assert (["SO-1", "SO-2"], 1, []) == (list(some["sales_orders"]), len(some["despatches"]), some["stock"])
