"""Schedules of the suite: fixed seeds, by which whoever changes a flow knows whether an old promise broke, and fresh ones.

Fresh seeds are drawn when the tests run, are named at their end, and are played again by `make faults ONLY=…`.
"""

from collections.abc import Callable, Iterator, Sequence
from secrets import randbelow

import pytest

from cogent_pipelines_tests.conftest import FRESH_SEEDS
from cogent_pipelines_tests.faults.drawing import schedule_of
from cogent_pipelines_tests.faults.running import run
from cogent_pipelines_tests.kept_connections import empty, let_go_of_connections

IN_A_CHUNK = 5
# Each showed a fault of ours once, or of the judges.
FOUND = (120, 143, 207, 316, 108, 1822767492, 5021, 2065025210, 1644688809, 1330, 1498, 5659, 5828, 5114)
FIXED = (*FOUND, *range(100 - len(FOUND)))
FRESH_CHUNKS = 20
_MANY = 2**31


@pytest.fixture(autouse=True)
def _connections(ledger_url: str) -> Iterator[None]:
    """Connections are kept from one schedule to the next, and let go before the ledger is."""
    yield
    let_go_of_connections()


def violations(seeds: Sequence[int], ledger_url: str) -> list[str]:
    found = []
    for seed in seeds:
        empty(ledger_url)
        found += [f"make faults ONLY={seed}: {violation}" for violation in run(schedule_of(seed), ledger_url).violations]
    return found


@pytest.mark.parametrize("first", range(0, len(FIXED), IN_A_CHUNK))
def test_what_is_promised_holds_over_seeds_that_are_always_the_same(ledger_url: str, first: int):
    """Whoever changes a flow knows by these whether an old promise broke."""
    assert [] == violations(FIXED[first : first + IN_A_CHUNK], ledger_url)


@pytest.mark.parametrize("chunk", range(FRESH_CHUNKS))
def test_what_is_promised_holds_over_seeds_that_nobody_chose(
    ledger_url: str, chunk: int, record_property: Callable[[str, object], None]
):
    """What always the same seeds have taught to hold must hold for others as well."""
    del chunk
    first = randbelow(_MANY)
    record_property(FRESH_SEEDS, first)

    assert [] == violations(range(first, first + IN_A_CHUNK), ledger_url)
