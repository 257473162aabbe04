"""When to try again."""

from datetime import timedelta
from random import Random

import pytest

from cogent_pipelines.canonical.connection import FulfilmentRules, InjectionRules
from cogent_pipelines.flows.backoff import asked_again_at, next_attempt, read_back_at, tried_again_at
from cogent_pipelines.ports.errors import AuthenticationFailed, VendorUnavailable
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


RULES = [InjectionRules(first_backoff=FIRST, longest_backoff=LONGEST), FulfilmentRules()]


def spread(at) -> tuple[float, float]:
    """The earliest and the latest of many, in seconds from now, to the second."""
    random = Random(7)
    found = [(at(random) - NINE).total_seconds() for _ in range(500)]
    return round(min(found)), round(max(found))


@pytest.mark.parametrize("rules", RULES)
def test_what_was_not_taken_is_tried_again_within_its_bound(rules):
    """Orders and parcels alike."""
    at = {"attempt": 3, "retry_after": 10.0, "now": NINE}

    assert (10, 30) == spread(lambda random: tried_again_at(rules, random=random, **at))


@pytest.mark.parametrize("rules", RULES)
def test_what_is_in_doubt_is_read_back_after_the_vendor_had_time(rules):
    """Never before the first wait is over."""
    assert (5, 25) == spread(lambda random: read_back_at(rules, attempt=3, now=NINE, random=random))


@pytest.mark.parametrize("rules", RULES)
@pytest.mark.parametrize(
    ("error", "after"), [(VendorUnavailable("down", retry_after=60.0), 60), (AuthenticationFailed("wrong password"), 300)]
)
def test_a_vendor_that_takes_no_calls_is_asked_again_when_it_wishes_or_seldom(rules, error, after):
    """Credentials do not mend by waiting. All at the same moment, so that the oldest goes first."""
    assert (after, after) == spread(lambda random: asked_again_at(rules, error, now=NINE, random=random))


@pytest.mark.parametrize("rules", RULES)
def test_a_vendor_that_does_not_say_when_it_is_back_is_asked_by_one_after_the_other(rules):
    error = VendorUnavailable("down")

    assert (5, 35) == spread(lambda random: asked_again_at(rules, error, now=NINE, random=random))
