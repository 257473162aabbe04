"""A short day through pairs in which every vendor is; `make matrix` runs the whole one through all of them."""

import pytest

from cogent_pipelines_tests.matrix.pairs import EACH_VENDOR_ONCE, PAIRS
from cogent_pipelines_tests.matrix.running import run_day


@pytest.mark.parametrize("pair", EACH_VENDOR_ONCE)
def test_a_day_through_this_pair_ends_well(pair, kept_ledger_url):
    """Nothing lost, doubled or oversold; four orders wait for a person, who is told why."""
    verdict = run_day(pair, kept_ledger_url, seed=3, orders=80)

    assert () == verdict.unsettled
    assert (0, 0, 0, 4) == (verdict.lost, verdict.duplicated, verdict.oversold_units, verdict.held)
    assert verdict.orders == verdict.acknowledged + verdict.held


def test_no_vendor_is_left_out():
    """Nor is any pair unknown."""
    assert set(PAIRS) >= set(EACH_VENDOR_ONCE)
    assert {name for pair in PAIRS for name in pair.split("-")} == {
        name for pair in EACH_VENDOR_ONCE for name in pair.split("-")
    }
