"""No vendor's answer, no stranger's request and no file of ours brings anything down but the item it is about."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cogent_pipelines_tests.hostile.targets import TARGETS

# The same throws at every run; `make fuzz` makes others.
_REMEMBERED = settings(
    derandomize=True, database=None, deadline=None, max_examples=100, suppress_health_check=[HealthCheck.too_slow]
)


@pytest.mark.parametrize("name", TARGETS)
def test_whatever_is_sent_ends_in_a_value_or_an_error_that_is_known(name):
    """And in no other; nothing is lost, and nothing hangs."""
    _REMEMBERED(given(st.binary(min_size=32, max_size=160))(TARGETS[name]))()
