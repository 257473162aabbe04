"""Shrinking finds the steps that matter, and no others."""

import pytest

from cogent_pipelines_tests.faults.schedule import Schedule, Step
from cogent_pipelines_tests.faults.shrinking import shortest


def schedule(count: int) -> Schedule:
    return Schedule(1, {}, tuple(Step(f"s{number}") for number in range(count)))


def kinds(found: Schedule) -> list[str]:
    return [step.kind for step in found.steps]


@pytest.mark.parametrize("needed", [{"s0"}, {"s39"}, {"s3", "s17", "s31"}])
def test_only_the_steps_that_are_needed_are_left(needed):
    """Wherever they stand, and in their order."""
    found = shortest(schedule(40), lambda tried: needed <= set(kinds(tried)))

    assert sorted(needed, key=lambda kind: int(kind[1:])) == kinds(found)


def test_it_gives_up_in_time_with_what_it_has():
    """What is returned fails still, however few tries there were."""
    found = shortest(schedule(40), lambda tried: {"s5", "s33"} <= set(kinds(tried)), at_most=3)

    assert {"s5", "s33"} <= set(kinds(found))
