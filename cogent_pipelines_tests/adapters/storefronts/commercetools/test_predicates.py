"""Predicates that no value can break out of."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cogent_pipelines.adapters.storefronts.commercetools.predicates import batches, behind, equal, one_of, quoted


@pytest.mark.parametrize(
    ("value", "literal"),
    [
        ("TEE-S", '"TEE-S"'),
        ('6" pipe', r'"6\" pipe"'),
        (r"back\slash", r'"back\\slash"'),
        ('x" or id != "', r'"x\" or id != \""'),
        ("line\nbreak", r'"line\u000abreak"'),
    ],
)
def test_a_value_is_one_literal(value, literal):
    """Quotes, backslashes and control characters are escaped."""
    assert literal == quoted(value)


@given(st.text())
def test_a_literal_reads_back_as_the_value_that_it_was_made_of(value):
    """Literals are JSON's."""
    assert value == json.loads(quoted(value))


def test_a_list_holds_one_literal_for_each():
    """In the order given."""
    assert r'sku in ("A", "B\"C")' == one_of("sku", ["A", 'B"C'])


def test_rows_behind_one_share_its_time_or_are_later():
    """A tie is neither lost nor repeated."""
    assert 'at > "T" or (at = "T" and id > "x")' == behind("at", "T", "x")
    assert 'id = "x"' == equal("id", "x")


@given(st.lists(st.text(max_size=40), max_size=60), st.integers(1, 20), st.integers(50, 600))
def test_batches_hold_everything_once_and_stay_short(values, most, longest):
    """Only a value that is too long by itself may be longer."""
    found = list(batches(values, most=most, longest=longest))

    assert values == [value for batch in found for value in batch]
    assert all(0 < len(batch) <= most for batch in found)
    assert all(len(batch) == 1 or sum(len(quoted(value)) for value in batch) <= longest for batch in found)
