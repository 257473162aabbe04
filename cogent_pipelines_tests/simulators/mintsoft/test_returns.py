"""Returns in three steps, and what goes back on the shelf."""

import pytest


@pytest.fixture
def sent(client, created, simulator):
    order_id = created()
    simulator.trade.despatch("1001")
    return order_id


def product_id(client, sku):
    return client.get("/api/Product/LookupProductId", SKU=sku).json()


def test_a_return_is_made_filled_and_confirmed(client, sent, simulator):
    """One line is put back on the shelf, one is not."""
    back = client.post(f"/api/Return/CreateReturn/{sent}").json()["ID"]
    for sku, action in (("TEE", "Restock"), ("CAP", "Scrap")):
        told = {"ProductId": product_id(client, sku), "Quantity": 1, "ReturnReasonId": 2, "Action": action}
        assert client.post(f"/api/Return/{back}/AddItem", told).json()["Success"]
    before = client.get(f"/api/Return/{back}").json()
    client.post(f"/api/Return/{back}/Confirm")
    after = client.get(f"/api/Return/{back}").json()

    assert (False, True, "1001") == (before["Confirmed"], after["Confirmed"], after["OrderNumber"])
    assert [("TEE", True, "Arrived damaged"), ("CAP", False, "Arrived damaged")] == [
        (item["SKU"], item["ReturnedToStock"], item["ReturnReasonName"]) for item in after["ReturnItems"]
    ]
    assert {"TEE": 9, "CAP": 9, "MUG": 10} == simulator.trade.books().stock


@pytest.mark.parametrize("change", [{"ProductId": 1}, {"Quantity": 3}, {"Quantity": 0}, {"ReturnReasonId": 99}])
def test_what_cannot_come_back_is_refused(client, sent, change):
    back = client.post(f"/api/Return/CreateReturn/{sent}").json()["ID"]
    told = {"ProductId": product_id(client, "TEE"), "Quantity": 1, "ReturnReasonId": 1, "Action": "Restock", **change}

    answer = client.post(f"/api/Return/{back}/AddItem", told)

    assert (200, False) == (answer.status_code, answer.json()["Success"])
    assert [] == client.get(f"/api/Return/{back}/Items").json()


def test_nothing_comes_back_that_has_not_left(client, created):
    order_id = created()

    assert not client.post(f"/api/Return/CreateReturn/{order_id}").json()["Success"]
    assert 404 == client.post("/api/Return/CreateReturn/1").status_code


def test_a_return_is_confirmed_once(client, sent):
    back = client.post(f"/api/Return/CreateReturn/{sent}").json()["ID"]

    confirmed = [client.post(f"/api/Return/{back}/Confirm").json()["Success"] for _ in range(2)]

    assert [True, False] == confirmed


def test_returns_are_found_by_their_day(client, sent, clock):
    """The floor may book one in by itself."""
    client.post("/_sim/work", {"return": "1001", "rma": "RMA-7", "lines": [{"sku": "TEE", "quantity": 1, "reason": "1"}]})

    today = client.get("/api/Return/SearchByDate", Date="2026-11-02").json()
    other = client.get("/api/Return/SearchByDate", Date="2026-11-03").json()

    assert ([("RMA-7", True, "Does not fit")], []) == (
        [(row["Reference"], row["Confirmed"], row["ReturnItems"][0]["ReturnReasonName"]) for row in today],
        other,
    )
