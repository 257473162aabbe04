"""A seed tells the same story each time: a violation that comes and goes could be neither shrunk nor mended."""

from cogent_pipelines_tests.faults.drawing import THE_RICHER_ONE, schedule_of
from cogent_pipelines_tests.faults.tracing import trace
from cogent_pipelines_tests.faults.workers import trace_each
from cogent_pipelines_tests.kept_connections import let_go_of_connections

# Several orders in doubt at once; a death beside other calls; one that failed once and then no more; two that lag.
SEEDS = (108, 19, 345917632, 120, 316)


def test_a_seed_is_the_same_story_again_and_in_another_process(ledger_url: str):
    """To the last byte on the wire and the last row, though the other process walks its sets in another order."""
    here = [trace(schedule_of(seed), ledger_url) for seed in SEEDS]
    again = [trace(schedule_of(seed), ledger_url) for seed in SEEDS]
    let_go_of_connections()

    assert here == again
    assert here == trace_each(SEEDS, THE_RICHER_ONE, ledger_url)


def test_another_seed_is_another_story(ledger_url: str):
    """Were nothing in it, it would be the same as well."""
    stories = [trace(schedule_of(seed), ledger_url) for seed in (1, 2)]
    let_go_of_connections()

    assert stories[0] != stories[1]
    assert 50 < min(len(story) for story in stories)
