"""How often Python looks for garbage while a flow works."""

import gc

import pytest

from cogent_pipelines.flows.garbage import collected_seldom


def test_garbage_is_looked_for_less_often_while_a_flow_works_and_as_before_afterwards():
    before = gc.get_threshold()

    with collected_seldom():
        within = gc.get_threshold()

    assert within[0] > before[0]
    assert before == gc.get_threshold()


def test_a_flow_that_fails_leaves_the_collector_as_it_was():
    before = gc.get_threshold()

    with pytest.raises(ValueError, match="no such order"), collected_seldom():
        raise ValueError("no such order")

    assert before == gc.get_threshold()
