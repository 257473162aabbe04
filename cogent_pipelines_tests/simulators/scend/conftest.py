"""An account with three items, a clock that stands still, and a client that shows its token."""

import pytest

from cogent_pipelines.simulators.common.trade import Goods
from cogent_pipelines.simulators.scend import ScendSimulator
from cogent_pipelines_tests.simulators.common.rest_client import RestClient

BASE = "/sim/scend/v1"


@pytest.fixture
def simulator(clock):
    simulator = ScendSimulator(seed=3, clock=clock)
    simulator.trade.stock([Goods(sku, sku.title(), stock=10) for sku in ("TEE", "CAP", "MUG")])
    return simulator


@pytest.fixture
def switches(simulator):
    return simulator.switches


@pytest.fixture
def client(simulator):
    client = RestClient(simulator.app)
    client.headers["Authorization"] = f"Bearer {simulator.access.token}"
    return client


@pytest.fixture
def order():
    """Give a create's body, changed as asked; a field that is None is left out, also of the address."""

    def give(ref="1001", *, items=(("TEE", 2), ("CAP", 1)), address=None, **changes):
        where = {"Name": "Ada Fenwick", "Line1": "9 Mill Lane", "City": "Leeds", "PostCode": "LS10 1LE", "CountryCode": "GB"}
        body = {
            "ClientReference": ref,
            "ServiceCode": "NEXTDAY",
            "DeliveryAddress": {name: value for name, value in {**where, **(address or {})}.items() if value is not None},
            "Lines": [{"Sku": sku, "Quantity": quantity, "UnitPrice": 9.95} for sku, quantity in items],
            **changes,
        }
        return {name: value for name, value in body.items() if value is not None}

    return give


@pytest.fixture
def created(client, order):
    """Create an order, which is taken, and give its id."""

    def create(ref="1001", **more):
        answer = client.post(f"{BASE}/orders", order(ref, **more))
        assert 201 == answer.status_code, answer.text
        return answer.json()["OrderId"]

    return create
