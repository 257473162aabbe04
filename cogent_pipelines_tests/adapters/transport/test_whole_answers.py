"""An answer is at fault where nothing of much can be read."""

import pytest

from cogent_pipelines.adapters.transport.whole_answers import is_at_fault


@pytest.mark.parametrize(
    ("faults", "read", "at_fault"),
    [(0, 0, False), (1, 0, False), (4, 0, False), (5, 0, True), (500, 0, True), (500, 1, False)],
)
def test_few_things_that_cannot_be_read_are_no_fault_of_the_answers(faults, read, at_fault):
    """In a quiet hour they are all there is."""
    assert at_fault == is_at_fault(faults=faults, read=read)
