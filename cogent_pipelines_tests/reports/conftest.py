"""A ledger for each test, and a hand that writes in it."""

from collections.abc import Iterator

import pytest

from cogent_pipelines.ledger.database import Ledger
from cogent_pipelines_tests.reports.books import Books


@pytest.fixture
def ledger_url(kept_ledger_url: str) -> str:
    return kept_ledger_url


@pytest.fixture
def ledger(ledger_url: str) -> Iterator[Ledger]:
    with Ledger.connect(ledger_url) as ledger:
        yield ledger


@pytest.fixture
def books(ledger: Ledger) -> Books:
    return Books(ledger)
