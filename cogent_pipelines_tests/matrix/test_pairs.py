"""A short day through every pair; `make matrix` runs the whole one."""

import pytest

from cogent_pipelines_tests.matrix.pairs import PAIRS
from cogent_pipelines_tests.matrix.running import run_day


@pytest.mark.parametrize("pair", PAIRS)
def test_a_day_through_this_pair_ends_well(pair, ledger_url):
    """Nothing lost, doubled or oversold; four orders wait for a person, who is told why."""
    verdict = run_day(pair, ledger_url, seed=3, orders=80)

    assert () == verdict.unsettled
    assert (0, 0, 0, 4) == (verdict.lost, verdict.duplicated, verdict.oversold_units, verdict.held)
    assert verdict.orders == verdict.acknowledged + verdict.held
