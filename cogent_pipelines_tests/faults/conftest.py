"""Schedules keep their connections for the next one over the same ledger, so each test has a ledger to itself."""

import pytest


@pytest.fixture
def ledger_url(own_ledger_url: str) -> str:
    return own_ledger_url
