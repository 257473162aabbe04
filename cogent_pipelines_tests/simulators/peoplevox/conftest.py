"""A tenant with three items, a clock that stands still, and a client that is logged in."""

import pytest

from cogent_pipelines.simulators.peoplevox import PeoplevoxSimulator, Switches
from cogent_pipelines_tests.simulators.peoplevox.soap_client import SoapClient


@pytest.fixture
def simulator(clock):
    simulator = PeoplevoxSimulator(seed=3, clock=clock, switches=Switches(rate_limit_calls=0))
    items = (
        {"ItemCode": code, "Name": name, "OnHand": 10} for code, name in (("TEE", "Tee"), ("CAP", "Cap"), ("MUG", "Mug"))
    )
    simulator.warehouse.add_items(items)
    return simulator


@pytest.fixture
def warehouse(simulator):
    return simulator.warehouse


@pytest.fixture
def truth(simulator):
    return simulator.truth


@pytest.fixture
def client(simulator):
    client = SoapClient(simulator)
    client.log_in()
    return client
