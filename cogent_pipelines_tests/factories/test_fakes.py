"""The stand-ins are held to the ports: whatever a port gains or renames, they must follow."""

import inspect

import pytest

from cogent_pipelines.ports.clock import Clock
from cogent_pipelines.ports.storefront import Storefront
from cogent_pipelines.ports.warehouse import Warehouse
from cogent_pipelines_tests.factories.clocks import StillClock
from cogent_pipelines_tests.factories.storefront import FakeStorefront
from cogent_pipelines_tests.factories.warehouse import FakeWarehouse


def methods(port: type) -> dict[str, inspect.Signature]:
    functions = inspect.getmembers(port, inspect.isfunction)
    return {name: inspect.signature(each) for name, each in functions if not name.startswith("_")}


@pytest.mark.parametrize(("port", "fake"), [(Storefront, FakeStorefront), (Warehouse, FakeWarehouse), (Clock, StillClock)])
def test_a_fake_has_every_call_of_its_port_with_the_same_parameters(port, fake):
    """A test that passes against a fake of yesterday's port proves nothing."""
    wanted = {name: list(signature.parameters) for name, signature in methods(port).items()}
    have = {name: list(signature.parameters) for name, signature in methods(fake).items() if name in wanted}

    assert wanted == have


def test_a_fake_warehouse_has_the_ports_properties():
    """Batch limit and capabilities are asked before the first call."""
    assert {"capabilities", "batch_limit"} <= set(dir(FakeWarehouse()))
