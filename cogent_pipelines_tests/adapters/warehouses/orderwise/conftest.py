"""A tenant, and a way to connect to it."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from cogent_pipelines_tests.adapters.warehouses.orderwise.connecting import Connected
from cogent_pipelines_tests.adapters.warehouses.orderwise.tenant import Tenant


@pytest.fixture
def tenant() -> Tenant:
    return Tenant()


@pytest.fixture
def connect(tenant: Tenant) -> Iterator[Callable[..., Connected]]:
    """Give a function that connects with changed settings; all is closed at the end."""
    made: list[Connected] = []

    def make(**changes: Any) -> Connected:
        made.append(Connected(tenant, **changes))
        return made[-1]

    yield make
    for connected in made:
        connected.close()
