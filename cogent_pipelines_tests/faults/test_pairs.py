"""Schedules between any two vendors: what is promised holds over them, and they can see where it does not.

The seed chooses the pair; a dozen seeds in a row are all of them. `make faults PAIRS=mixed` runs as many as one likes.
"""

from collections.abc import Iterator

import pytest

from cogent_pipelines_tests.faults.bugs import BUGS, bug_named, bugs_of
from cogent_pipelines_tests.faults.drawing import MIXED, schedule_of
from cogent_pipelines_tests.faults.running import run
from cogent_pipelines_tests.faults.schedule import Schedule
from cogent_pipelines_tests.faults.tracing import trace
from cogent_pipelines_tests.faults.workers import hunt, trace_each
from cogent_pipelines_tests.kept_connections import empty, let_go_of_connections
from cogent_pipelines_tests.matrix.pairs import PAIRS

IN_A_CHUNK = 4
FOUND = (425,)
FIXED = (*FOUND, *range(3 * len(PAIRS)))


@pytest.fixture(autouse=True)
def _connections(ledger_url: str) -> Iterator[None]:
    yield
    let_go_of_connections()


@pytest.mark.parametrize("first", range(0, len(FIXED), IN_A_CHUNK))
def test_what_is_promised_holds_between_any_two_vendors(ledger_url: str, first: int):
    """Three schedules for each pair, always the same, and those that once found something."""
    found = []
    for seed in FIXED[first : first + IN_A_CHUNK]:
        empty(ledger_url)
        schedule = schedule_of(seed, MIXED)
        found += [f"make faults PAIRS=mixed ONLY={seed}: {violation}" for violation in run(schedule, ledger_url).violations]

    assert [] == found


def test_a_seed_is_the_same_story_again_and_in_another_process(ledger_url: str):
    """To the last byte on the wire and the last row, for every storefront and every warehouse."""
    seeds = (0, 5, 10, 3)
    here = [trace(schedule_of(seed, MIXED), ledger_url) for seed in seeds]
    let_go_of_connections()

    assert here == trace_each(seeds, MIXED, ledger_url)


@pytest.mark.parametrize(("name", "seed"), [("commit_after_call", 0), ("case_left_open", 0), ("without_demand", 0)])
def test_a_deliberate_bug_is_seen_at_once(ledger_url: str, name: str, seed: int):
    """Were it not, a good day would mean nothing; all of them are hunted by `make faults PAIRS=mixed BUGS=1`."""
    _, _, outcome = hunt(bug_named(name), [schedule_of(seed, MIXED)], ledger_url)

    assert outcome.violations


def test_a_mistake_in_one_vendors_adapter_is_hunted_only_where_the_vendor_is():
    """Elsewhere it could not show."""
    assert BUGS == bugs_of(MIXED)
    assert {"release_early", "told_as_of_now"} & {bug.name for bug in bugs_of("scayle-mintsoft")} == {"told_as_of_now"}


def test_a_dozen_seeds_in_a_row_are_all_pairs():
    assert list(PAIRS) == [schedule_of(seed, MIXED).pair for seed in range(24, 24 + len(PAIRS))]


def test_a_seed_is_the_same_between_its_pair_whether_the_pair_was_chosen_or_named():
    """What was found among all pairs is told again by naming one."""
    mixed = schedule_of(7, MIXED)

    assert mixed == schedule_of(7, mixed.pair)
    assert mixed.as_json() == Schedule.from_json(mixed.as_json()).as_json()


def test_the_seeds_know_every_kind_of_trouble():
    """Nothing that may go wrong was forgotten in the drawing."""
    steps = [step for seed in range(200) for step in schedule_of(seed, MIXED).steps]
    faults = {step.given["kind"] for step in steps if step.kind in ("fault", "events")}

    wanted = {"refuse", "throttle", "html_page", "html_page_acted", "expire_token", "slow"}
    wanted |= {"time_out_before_acting", "fail_after_acting", "time_out_after_acting"}
    wanted |= {"lose_event", "delay_event", "duplicate_event", "reorder_event", "forge_event"}
    assert wanted == faults
    assert {"cancel", "goods", "despatch", "outage", "gateway_away", "die", "meanwhile"} <= {step.kind for step in steps}
