"""What lies there and may be sold, the catalogue, and what comes back."""

import pytest

from cogent_pipelines_tests.simulators.scend.conftest import BASE


def test_available_has_what_is_reserved_or_in_quarantine_and_available_for_sale_has_not(client, created):
    """The one figure to publish is the second."""
    created()
    client.post("/_sim/stock", {"sku": "TEE", "quarantine": 3})

    [tee] = client.get(f"{BASE}/stock", Sku="TEE").json()

    assert {"OnHand": 10, "Available": 10, "Available for Sale": 5, "Allocated": 2, "Quarantine": 3, "OnOrder": 0} == {
        name: tee[name] for name in tee if name not in ("Sku", "ChangedAt")
    }


def test_buckets_can_be_absent(client, switches):
    switches.change(stock_fields=["AvailableForSale"])

    [tee] = client.get(f"{BASE}/stock", Sku="TEE").json()
    assert {"Sku", "Available for Sale", "ChangedAt"} == set(tee)


@pytest.mark.parametrize(("delta", "skus"), [(True, ["CAP"]), (False, ["TEE", "CAP", "MUG"])])
def test_stock_is_told_since_where_the_account_can(client, simulator, switches, clock, delta, skus):
    switches.change(stock_delta=delta)
    clock.advance(60)
    simulator.trade.adjust("CAP", by=-1)

    rows = client.get(f"{BASE}/stock", ChangedSince="2026-11-02T09:00:30Z").json()
    assert skus == [row["Sku"] for row in rows]


@pytest.mark.parametrize(
    ("change", "on_hand", "told"),
    [({}, -3, -3), ({"negative_stock": "nought"}, -3, 0), ({}, 2.5, 2), ({"fractional_stock": "shown"}, 2.5, 2.5)],
)
def test_stock_can_be_below_nought_or_a_fraction(client, switches, change, on_hand, told):
    switches.change(**change)
    client.post("/_sim/stock", {"sku": "TEE", "on_hand": on_hand})

    assert told == client.get(f"{BASE}/stock", Sku="TEE").json()[0]["Available for Sale"]


def test_an_item_is_made_and_changed_in_place(client):
    """What is not named stays; a SKU of another form is refused."""
    client.put(f"{BASE}/items/BAG-1", {"Description": "Bag", "Barcode": "5000000000017", "Weight": 300})
    client.put(f"{BASE}/items/BAG-1", {"Active": False})

    item = client.get(f"{BASE}/items/BAG-1").json()
    assert ("Bag", "5000000000017", 300, False) == (item["Description"], item["Barcode"], item["Weight"], item["Active"])
    assert 422 == client.put(f"{BASE}/items/BAG%201", {"Description": "Bag"}).status_code
    assert 400 == client.put(f"{BASE}/items/BAG-2", {"Active": "perhaps"}).status_code
    assert 404 == client.get(f"{BASE}/items/BAG-2").status_code
    assert ["TEE", "CAP", "MUG", "BAG-1"] == [row["Sku"] for row in client.get(f"{BASE}/items").json()]


@pytest.fixture
def sent(created, simulator):
    created()
    simulator.trade.despatch("1001")


def announced(rma="RMA-1", lines=(("TEE", 2, "FIT"), ("CAP", 1, "DAMAGED")), ref="1001"):
    rows = [{"Sku": sku, "Quantity": quantity, "Reason": reason} for sku, quantity, reason in lines]
    return {"RmaNumber": rma, "ClientReference": ref, "Lines": rows}


def test_a_return_is_expected_and_then_received(client, sent, simulator, clock):
    """What is scrapped does not go back on the shelf."""
    expected = client.post(f"{BASE}/returns", announced())
    clock.advance(60)
    client.post("/_sim/work", {"receive_return": "RMA-1", "scrapped": ["CAP"]})
    [received] = client.get(f"{BASE}/returns", ChangedSince="2026-11-02T09:00:30Z").json()

    assert (201, "EXPECTED", [None, None]) == (
        expected.status_code,
        expected.json()["Status"],
        [line["Disposition"] for line in expected.json()["Lines"]],
    )
    assert ("RMA-1", "RECEIVED", [("TEE", 2, "RESTOCKED"), ("CAP", 1, "SCRAPPED")]) == (
        received["RmaNumber"],
        received["Status"],
        [(line["Sku"], line["ReceivedQuantity"], line["Disposition"]) for line in received["Lines"]],
    )
    assert received == client.get(f"{BASE}/returns/{received['ReturnId']}").json()
    assert {"TEE": 10, "CAP": 9, "MUG": 10} == simulator.trade.books().stock


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (announced("RMA-1"), 409),
        (announced("RMA-2", [("TEE", 2, "FIT")]), 422),
        (announced("RMA-2", [("MUG", 1, "FIT")]), 422),
        (announced("RMA-2", ref="NOSUCH"), 422),
        (announced("", [("TEE", 1, "FIT")]), 400),
        (announced("RMA-2", []), 400),
    ],
)
def test_what_cannot_come_back_is_refused(client, sent, body, status):
    """A number is taken once, and no more comes back than has left."""
    client.post(f"{BASE}/returns", announced(lines=[("TEE", 1, "FIT")]))

    assert status == client.post(f"{BASE}/returns", body).status_code
    assert 1 == len(client.get(f"{BASE}/returns").json())


def test_returns_may_be_the_warehouses_alone(client, sent, switches):
    switches.change(returns_by_client=False)

    assert 403 == client.post(f"{BASE}/returns", announced()).status_code


def test_the_floor_books_in_what_nobody_announced(client, sent):
    client.post("/_sim/work", {"return": "1001", "lines": [{"sku": "TEE", "quantity": 1}], "restock": False})

    [row] = client.get(f"{BASE}/returns").json()
    assert (None, "RECEIVED", "SCRAPPED") == (row["RmaNumber"], row["Status"], row["Lines"][0]["Disposition"])
