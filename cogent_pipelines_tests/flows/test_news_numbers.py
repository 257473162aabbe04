"""What is missing between numbers."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cogent_pipelines.flows import news_numbers
from cogent_pipelines.flows.news_numbers import Accounted, accounted
from cogent_pipelines_tests.factories.orders import NINE

NUMBERS = st.sets(st.integers(1, 30))


def told(*numbers):
    return dict.fromkeys(numbers, NINE)


@pytest.mark.parametrize(
    ("known", "seen", "expected"),
    [
        (3, (4, 5), Accounted(5, ())),
        (3, (2, 3), Accounted(3, ())),
        (3, (7,), Accounted(7, ((4, 6),))),
        (3, (5, 8), Accounted(8, ((4, 4), (6, 7)))),
        (None, (5, 6), Accounted(6, ())),
        (None, (5, 7), Accounted(7, ((6, 6),))),
    ],
)
def test_numbers_are_followed_from_what_is_known(known, seen, expected):
    """Of an order that is new, nobody asked for what was before."""
    assert expected == accounted(known, told(*seen), late_until=NINE)


def test_what_came_a_moment_ago_may_have_overtaken_another():
    """The gap counts once it is as old as that."""
    seen = {4: NINE, 6: NINE + timedelta(seconds=1), 7: NINE + timedelta(seconds=1)}

    assert Accounted(4, ()) == accounted(3, seen, late_until=NINE)
    assert Accounted(7, ((5, 5),)) == accounted(3, seen, late_until=NINE + timedelta(seconds=1))


@given(st.none() | st.integers(0, 20), NUMBERS.filter(bool))
def test_the_gaps_are_exactly_what_was_not_seen(known, seen):
    """Whatever was seen, and in whatever order."""
    found = accounted(known, told(*seen), late_until=NINE)

    begin = min(seen) if known is None else known + 1
    assert max([begin - 1, *seen]) == found.up_to
    assert set(range(begin, found.up_to + 1)) - seen == _numbers(found.missing)


@given(NUMBERS, NUMBERS)
def test_what_is_missing_is_kept_as_text_and_shrinks(missing, came):
    """By the numbers that came, and by no others."""
    spans = accounted(0, told(*(set(range(1, 32)) - missing)), late_until=NINE).missing

    assert spans == news_numbers.read(news_numbers.written(spans))
    assert missing - came == _numbers(news_numbers.without(spans, came))


def test_people_read_spans():
    assert "4-6, 9" == news_numbers.written([(4, 6), (9, 9)])


def _numbers(spans):
    return {number for first, last in spans for number in range(first, last + 1)}
