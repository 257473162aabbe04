"""What is asked for, and how often."""

from datetime import timedelta

import pytest

from cogent_pipelines.components.run_requests import flow_run_request, standing_run_request
from cogent_pipelines.run_launcher.run_process import BACKGROUND_TAG
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


@pytest.mark.parametrize(
    ("flow", "trigger", "in_the_background"),
    [
        ("order_injection", "", False),
        ("stock_publication", "relief", False),
        ("order_injection", "trouble", True),
        ("order_capture", "sweep", True),
        ("sku_audit", "", True),
    ],
)
def test_runs_for_which_nobody_waits_are_in_the_background(flow, trigger, in_the_background):
    longest = timedelta(minutes=10)
    request = flow_run_request("northwind_uk", flow, work_key="w", now=NINE, longest=longest, trigger=trigger)

    assert in_the_background == (BACKGROUND_TAG in request.tags)


def test_judging_is_in_the_background():
    assert BACKGROUND_TAG in standing_run_request(["northwind_uk"], now=NINE).tags
