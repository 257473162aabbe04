"""A ledger for each test."""

from collections.abc import Iterator

import pytest

from cogent_pipelines.ledger.database import Ledger


@pytest.fixture
def ledger(ledger_url: str) -> Iterator[Ledger]:
    with Ledger.connect(ledger_url) as ledger:
        yield ledger
