"""The schedules can see: a deliberate bug is caught, each by a seed that is known to show it."""

import pytest

from cogent_pipelines.flows import order_injection
from cogent_pipelines_tests.faults.bugs import BUGS, Bug, bug_named
from cogent_pipelines_tests.faults.bugs.mistake import replaced
from cogent_pipelines_tests.faults.drawing import schedule_of
from cogent_pipelines_tests.faults.workers import hunt
from cogent_pipelines_tests.kept_connections import let_go_of_connections


@pytest.mark.parametrize("name", ["release_early", "commit_after_call", "without_demand", "lines_lost"])
def test_a_deliberate_bug_is_seen_at_once(ledger_url, name):
    """Were it not, a good day would mean nothing; all of them are hunted by `make faults BUGS=1`."""
    _, _, outcome = hunt(bug_named(name), [schedule_of(seed) for seed in range(5)], ledger_url)
    let_go_of_connections()

    assert outcome.violations


def test_a_bug_that_takes_other_arguments_than_the_code_is_no_bug():
    """It would be caught because it cannot be called, and say nothing of what the schedules see."""
    with pytest.raises(ValueError, match=r"read_back takes .*within.* now: this bug must be written anew"):
        replaced(order_injection, "read_back", lambda doubtful, _, *, now: (doubtful, now))


def test_a_bug_that_only_breaks_the_code_is_not_caught(ledger_url):
    """Its mistake is to be seen in what the vendors' books say."""
    broken = Bug("broken", "a look that cannot be taken", replaced(order_injection, "read_back", lambda *_, **__: None))

    with pytest.raises(ValueError, match=r"broken breaks the code .* this bug must be written anew"):
        hunt(broken, [schedule_of(2)], ledger_url)
    let_go_of_connections()


def test_an_unknown_bug_is_named_as_such():
    """With those that there are."""
    with pytest.raises(ValueError, match="no bug is called 'none'; there are: event_first"):
        bug_named("none")


def test_each_bug_has_a_name_of_its_own():
    """And there are at least as many as were promised."""
    assert len(BUGS) == len({bug.name for bug in BUGS})
    assert 12 <= len(BUGS)
