"""An account with three products, a clock that stands still, and a client that has a key."""

import pytest

from cogent_pipelines.simulators.common.trade import Goods
from cogent_pipelines.simulators.mintsoft import MintsoftSimulator, Switches
from cogent_pipelines_tests.simulators.common.rest_client import RestClient


@pytest.fixture
def simulator(clock):
    simulator = MintsoftSimulator(seed=3, clock=clock, switches=Switches())
    simulator.trade.stock([Goods(sku, sku.title(), stock=10) for sku in ("TEE", "CAP", "MUG")])
    return simulator


@pytest.fixture
def switches(simulator):
    return simulator.switches


@pytest.fixture
def client(simulator):
    client = RestClient(simulator.app)
    told = {"Username": simulator.account.username, "Password": simulator.account.password}
    client.headers["ms-apikey"] = client.post("/api/Auth", told).json()
    return client


@pytest.fixture
def order(simulator):
    """Give a create's body, changed as asked; a field that is None is left out."""

    def give(number="1001", *, items=(("TEE", 2), ("CAP", 1)), **changes):
        body = {
            "OrderNumber": number,
            "ExternalOrderReference": f"gid/{number}",
            "FirstName": "Ada",
            "LastName": "Fenwick",
            "Address1": "9 Mill Lane",
            "Town": "Leeds",
            "PostCode": "LS10 1LE",
            "Country": "GB",
            "CourierService": "NEXT DAY",
            "WarehouseId": 3,
            "OrderItems": [{"SKU": sku, "Quantity": quantity, "UnitPrice": 9.95} for sku, quantity in items],
            **changes,
        }
        return {name: value for name, value in body.items() if value is not None}

    return give


@pytest.fixture
def created(client, order):
    """Create an order, which is taken, and give its id."""

    def create(number="1001", **more):
        [result] = client.put("/api/Order", order(number, **more)).json()
        assert (True, None) == (result["Success"], result["Message"])
        return result["OrderId"]

    return create
