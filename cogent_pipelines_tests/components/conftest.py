"""A deployment of one connection for each test."""

from collections.abc import Iterator

import dagster as dg
import pytest

from cogent_pipelines.ledger.database import Ledger
from cogent_pipelines_tests.components.deployment import Deployment, connection


@pytest.fixture
def ledger_url(kept_ledger_url: str) -> str:
    return kept_ledger_url


@pytest.fixture
def ledger(ledger_url: str) -> Iterator[Ledger]:
    with Ledger.connect(ledger_url) as ledger:
        yield ledger


@pytest.fixture
def instance() -> Iterator[dg.DagsterInstance]:
    with dg.DagsterInstance.ephemeral() as instance:
        yield instance


@pytest.fixture
def deployment(ledger: Ledger, instance: dg.DagsterInstance) -> Deployment:
    return Deployment([connection()], ledger, instance)
