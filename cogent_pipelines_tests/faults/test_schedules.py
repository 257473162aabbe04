"""Schedules of the suite: fixed seeds, by which whoever changes a flow knows whether an old promise broke."""

from collections.abc import Iterator

import pytest

from cogent_pipelines_tests.faults.drawing import schedule_of
from cogent_pipelines_tests.faults.ledgers import empty
from cogent_pipelines_tests.faults.running import run
from cogent_pipelines_tests.faults.world import let_go_of_connections

IN_A_CHUNK = 5
FIXED = range(0, 100, IN_A_CHUNK)


@pytest.fixture(autouse=True)
def _connections(ledger_url: str) -> Iterator[None]:
    """Connections are kept from one schedule to the next, and let go before the ledger is."""
    yield
    let_go_of_connections()


def violations(seeds: range, ledger_url: str) -> list[str]:
    found = []
    for seed in seeds:
        empty(ledger_url)
        found += [f"make faults ONLY={seed}: {violation}" for violation in run(schedule_of(seed), ledger_url).violations]
    return found


@pytest.mark.parametrize("first", FIXED)
def test_what_is_promised_holds_over_seeds_that_are_always_the_same(ledger_url, first):
    """Whoever changes a flow knows by these whether an old promise broke."""
    assert [] == violations(range(first, first + IN_A_CHUNK), ledger_url)
