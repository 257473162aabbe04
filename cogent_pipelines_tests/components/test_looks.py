"""A look goes on when its tick is over; a tick waits for those that are usually in time."""

import threading
from datetime import timedelta

import pytest

from cogent_pipelines.components.looks import Looks
from cogent_pipelines_tests.components.deployment import looked_at

SHORT, LONG = timedelta(seconds=0.01), timedelta(seconds=60)


@pytest.fixture
def silence():
    """While it lasts, a look that waits for it sees nothing."""
    silence = threading.Event()
    yield silence
    silence.set()
    looked_at("slow")


def test_who_was_late_is_not_waited_for_until_it_is_in_time_again(silence):
    """One that is silent costs one tick its patience, not every tick."""
    looks = Looks[bool](SHORT, at_first=SHORT)
    looks.begin("slow", lambda: silence.wait(60))
    assert ([], {"slow"}) == ([*looks.seen()], looks.late)

    looks.patience = LONG
    looks.begin("quick", lambda: True)
    assert ([True], {"slow"}, ["slow"]) == ([*looks.seen()], looks.late, [*looks.under_way])

    silence.set()
    looked_at("slow")
    assert ([True], set()) == ([*looks.seen()], looks.late)


def test_the_first_looks_of_a_process_are_given_longer(silence):
    """They begin with what a process does once; the next ones have no such excuse, and are not waited for."""
    looks = Looks[bool](SHORT, at_first=LONG)
    looks.begin("slow", lambda: not silence.wait(0.2))
    assert [True] == [*looks.seen()]

    looks.begin("slow", lambda: silence.wait(60))
    assert ([], ["slow"]) == ([*looks.seen()], [*looks.under_way])
