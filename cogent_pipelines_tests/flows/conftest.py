"""A ledger, a clock, and the two sides, for each test of a flow; a test module may bring its own sides."""

from collections.abc import Iterator

import pytest

from cogent_pipelines.ledger.database import Ledger
from cogent_pipelines_tests.factories.clocks import StillClock
from cogent_pipelines_tests.factories.storefront import FakeStorefront
from cogent_pipelines_tests.factories.warehouse import FakeWarehouse


@pytest.fixture
def ledger(ledger_url: str) -> Iterator[Ledger]:
    with Ledger.connect(ledger_url) as ledger:
        yield ledger


@pytest.fixture
def clock() -> StillClock:
    return StillClock()


@pytest.fixture
def warehouse() -> FakeWarehouse:
    return FakeWarehouse()


@pytest.fixture
def storefront() -> FakeStorefront:
    return FakeStorefront()
