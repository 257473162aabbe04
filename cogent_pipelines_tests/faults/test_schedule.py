"""Schedules are data: the same from the same seed, and the same after a journey through JSON."""

from cogent_pipelines_tests.faults.drawing import schedule_of
from cogent_pipelines_tests.faults.schedule import Schedule


def test_a_seed_is_the_same_schedule_each_time():
    """A failure can be repeated anywhere."""
    assert schedule_of(17) == schedule_of(17)


def test_other_seeds_are_other_schedules():
    """A hundred seeds are a hundred days."""
    assert 100 == len({schedule_of(seed).as_json() for seed in range(100)})


def test_a_schedule_survives_being_written_down():
    """What is kept as text is run as it was."""
    schedule = schedule_of(3)

    assert schedule.as_json() == Schedule.from_json(schedule.as_json()).as_json()


def test_the_seeds_know_every_kind_of_trouble():
    """Nothing that may go wrong was forgotten in the drawing."""
    steps = [step for seed in range(200) for step in schedule_of(seed).steps]
    faults = {step.given["kind"] for step in steps if step.kind == "fault"}
    deaths = {step.given["moment"] for step in steps if step.kind == "die"}

    wanted = {"refuse", "throttle", "html_page", "html_page_acted", "expire_token", "slow", "half_done"}
    wanted |= {"time_out_before_acting", "fail_after_acting", "time_out_after_acting"}
    wanted |= {"lose_event", "delay_event", "duplicate_event", "reorder_event", "forge_event"}
    assert wanted == faults
    assert {"call", "acted", "commit", "committed"} == deaths
    assert {"cancel", "reduce", "note", "readdress", "pay", "release", "gateway_away"} <= {step.kind for step in steps}
