"""Which process is killed when is decided by the seed alone."""

from collections import Counter

from cogent_pipelines.local_stack.havoc.plan import plan
from cogent_pipelines.local_stack.havoc.wanted import Victim


def test_one_seed_is_one_plan():
    assert plan(20, 7) == plan(20, 7)
    assert plan(20, 7) != plan(20, 8)


def test_every_kind_of_victim_is_struck_as_often_as_the_others():
    struck = Counter(kill.victim for kill in plan(50, 0))

    assert {*Victim} == struck.keys()
    assert {12, 13} == {*struck.values()}
