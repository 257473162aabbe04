"""What is asked for, and how often."""

from datetime import timedelta

from cogent_pipelines.components.run_requests import flow_run_request
from cogent_pipelines_tests.factories.orders import NINE

MINUTES = timedelta(minutes=5)


def asked(seconds: int, *, name: str = "northwind_uk", again_after: timedelta = MINUTES) -> str | None:
    return flow_run_request(
        name,
        "order_injection",
        work_key="trial",
        now=NINE + timedelta(seconds=seconds),
        longest=timedelta(minutes=10),
        asked_again_after=again_after,
    ).run_key


def test_the_same_work_is_asked_for_once_in_its_time():
    """Dagster starts one run for one key."""
    keys = [asked(seconds) for seconds in range(900)]

    assert 4 == len({*keys})
    assert all(keys.count(key) <= 300 for key in keys)
    assert 31 == len({asked(seconds, again_after=timedelta(seconds=10)) for seconds in range(300)})


def test_those_that_are_asked_for_seldom_are_not_all_asked_for_at_once():
    """Twenty vendors that are away would have twenty runs in one second, and four places."""

    def first_second(name: str) -> int:
        return next(second for second in range(1, 301) if asked(second, name=name) != asked(0, name=name))

    moments = sorted(first_second(f"brand_{number}") for number in range(20))

    assert 150 < moments[-1] - moments[0]
    assert 15 <= len({*moments})
