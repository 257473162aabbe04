"""Products and levels: what is written, what is asked, and what figures mean."""

import pytest


@pytest.fixture
def tee(client):
    [row] = client.get("/api/Product/Search", Search="tee").json()
    return row["ID"]


def test_level_is_what_is_free_and_the_total_what_is_there(client, created):
    created()

    [row] = client.get("/api/Product/StockLevels", WarehouseId=3, SKU="TEE").json()

    assert (8, 10, [], 3) == (row["Level"], row["TotalStockLevel"], row["Breakdown"], row["WarehouseId"])


def test_quarantined_stock_is_in_no_level(client, simulator):
    """But in the breakdown, where it is asked for."""
    client.post("/_sim/stock", {"sku": "TEE", "quarantine": 4})

    [row] = client.get("/api/Product/StockLevels", WarehouseId=0, SKU="TEE", Breakdown="true").json()

    assert (6, 6, 0) == (row["Level"], row["TotalStockLevel"], row["WarehouseId"])
    assert {"OnHand": 6, "Quarantine": 4} == {part["Type"]: part["Quantity"] for part in row["Breakdown"]}


def test_another_warehouse_has_nothing(client):
    assert [3, 0] == [len(client.get("/api/Product/StockLevels", WarehouseId=number).json()) for number in (3, 4)]


def test_what_changed_since_is_told_by_id_alone(client, simulator, clock, tee):
    """Levels are a second call."""
    clock.advance(60)
    simulator.trade.adjust("TEE", by=-3)

    ids = client.get("/api/Product/StockLevels/UpdatedSince", FromDate="2026-11-02T09:00:30").json()
    rows = client.get("/api/Product/StockLevelsByWarehouse", WarehouseId=3, LastUpdatedSince="2026-11-02T09:00:30").json()

    assert ([tee], [("TEE", 7)]) == (ids, [(row["SKU"], row["Level"]) for row in rows])
    assert 400 == client.get("/api/Product/StockLevels/UpdatedSince").status_code


def test_the_inventory_has_every_bucket(client, created, tee):
    created(items=[("TEE", 12)])

    [row] = client.get(f"/api/Product/{tee}/Inventory").json()

    figures = {name: row[name] for name in ("StockLevel", "OnHand", "Allocated", "RequiredByBackOrder", "InQuarantine")}
    assert {"StockLevel": 10, "OnHand": 0, "Allocated": 10, "RequiredByBackOrder": 2, "InQuarantine": 0} == figures


@pytest.mark.parametrize(("shown", "level"), [("shown", -3), ("nought", 0)])
def test_stock_can_be_below_nought(client, switches, shown, level):
    switches.change(negative_stock=shown)
    client.post("/_sim/stock", {"sku": "TEE", "on_hand": -3})

    [row] = client.get("/api/Product/StockLevels", SKU="TEE").json()
    assert level == row["Level"]


@pytest.mark.parametrize(("shown", "level"), [("cut", 2), ("shown", 2.5)])
def test_stock_can_be_a_fraction(client, switches, shown, level):
    switches.change(fractional_stock=shown)
    client.post("/_sim/stock", {"sku": "TEE", "on_hand": 2.5})

    [row] = client.get("/api/Product/StockLevels", SKU="TEE").json()
    assert level == row["Level"]


def test_a_product_is_made_once_and_changed_after(client):
    """A second one with its SKU is refused with 200."""
    made = client.put("/api/Product", {"SKU": "BAG", "Name": "Bag", "Weight": 0.3, "EAN": "5000000000017"}).json()
    again = client.put("/api/Product", {"SKU": "BAG", "Weight": 1}).json()
    client.post("/api/Product", {"ID": made["ID"], "Name": "Big bag", "DisCont": True})

    row = client.get(f"/api/Product/{made['ID']}").json()
    assert (True, False) == (made["Success"], again["Success"])
    assert ("Big bag", True, 0.3, "5000000000017") == (row["Name"], row["DisCont"], row["Weight"], row["EAN"])
    assert not client.post("/api/Product", {"SKU": "NOSUCH"}).json()["Success"]
    assert not client.put("/api/Product", {"SKU": "CUP"}).json()["Success"]


def test_a_product_that_cannot_be_read_is_not_made(client):
    """Nor is one half changed."""
    wrong = {"SKU": "BAG", "Name": "Bag", "Weight": "heavy"}

    assert 400 == client.put("/api/Product", wrong).status_code
    assert 400 == client.post("/api/Product", {**wrong, "SKU": "TEE"}).status_code
    assert ["Tee", "Cap", "Mug"] == [row["Name"] for row in client.get("/api/Product/List").json()]


def test_discontinued_products_are_found_only_where_they_are_asked_for(client, simulator):
    simulator.depot.stock.articles["TEE"].active = False

    found = [
        len(client.get("/api/Product/Search", Search="TEE", IncludeDiscontinued=flag).json()) for flag in ("false", "true")
    ]
    assert [0, 1] == found


def test_an_id_is_looked_up_by_the_sku(client, tee):
    assert tee == client.get("/api/Product/LookupProductId", SKU="TEE").json()
    assert 404 == client.get("/api/Product/LookupProductId", SKU="NOSUCH").status_code


def test_products_are_listed_since_and_by_pages(client, clock):
    clock.advance(60)
    client.put("/api/Product", {"SKU": "BAG", "Weight": 0.3})

    since = client.get("/api/Product/List", SinceLastUpdated="2026-11-02T09:00:30").json()
    second = client.get("/api/Product/List", PageNo=2, Limit=3).json()

    assert [["BAG"], ["BAG"]] == [[row["SKU"] for row in rows] for rows in (since, second)]
