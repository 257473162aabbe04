"""When to try again."""

from datetime import timedelta
from random import Random

import pytest

from cogent_pipelines.flows.backoff import next_attempt
from cogent_pipelines_tests.factories.orders import NINE

FIRST, LONGEST = timedelta(seconds=5), timedelta(minutes=15)


def waits(attempt: int, retry_after: float | None = None) -> list[float]:
    random = Random(7)
    times = [
        next_attempt(NINE, attempt=attempt, first=FIRST, longest=LONGEST, retry_after=retry_after, random=random)
        for _ in range(500)
    ]
    return [(time - NINE).total_seconds() for time in times]


@pytest.mark.parametrize(("attempt", "bound"), [(0, 5), (1, 5), (2, 10), (4, 40), (9, 900), (1000, 900)])
def test_waits_spread_over_the_whole_of_a_bound_that_doubles(attempt, bound):
    """Orders that failed together come back apart; the bound has an end."""
    found = waits(attempt)

    assert min(found) < bound * 0.1
    assert bound * 0.9 < max(found) <= bound


def test_nobody_comes_back_before_the_vendor_wished():
    """Retry-After is the least; the spread comes on top."""
    found = waits(1, retry_after=30)

    assert 30 <= min(found) < max(found) <= 35
