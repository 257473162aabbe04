"""A clock that stands still, for every vendor's simulator."""

import pytest

from cogent_pipelines.simulators.common.clock import VirtualClock


@pytest.fixture
def clock() -> VirtualClock:
    return VirtualClock()
