"""Old runs leave Dagster's storage; what still runs, is young, or stands for a day of a table does not."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import dagster as dg
import pytest
import sqlalchemy
import yaml
from dagster import DagsterRunStatus

from cogent_pipelines.components.nouns import SWEEP, TRIGGER_TAG, TROUBLE
from cogent_pipelines.components.run_retention import PrunedRuns, prune_runs

NOW = datetime.now(UTC)
THEN = NOW - timedelta(days=30)


@dg.op
def _work() -> None:
    """Nothing."""


@dg.job
def some_job() -> None:
    _work()


class Runs:
    """Runs of an instance, as old as a test says."""

    def __init__(self, instance: dg.DagsterInstance) -> None:
        self.instance = instance

    def make(self, *, days: float, status: DagsterRunStatus = DagsterRunStatus.SUCCESS, tags: dict | None = None) -> str:
        run = self.instance.create_run_for_job(some_job, status=status, tags=tags or {})
        with self.instance.run_storage.connect() as storage:
            storage.execute(
                sqlalchemy.text("update runs set create_timestamp = :at where run_id = :run"),
                {
                    "at": (NOW - timedelta(days=days)).replace(tzinfo=None).strftime("%Y-%m-%d %H:%M:%S.%f"),
                    "run": run.run_id,
                },
            )
        return run.run_id

    def left(self) -> set[str]:
        return set(self.instance.get_run_ids())


@pytest.fixture
def runs() -> Iterator[Runs]:
    with dg.DagsterInstance.ephemeral() as instance:
        yield Runs(instance)


def test_old_runs_that_ended_go_and_young_ones_stay(runs):
    for status in (DagsterRunStatus.SUCCESS, DagsterRunStatus.FAILURE, DagsterRunStatus.CANCELED):
        runs.make(days=31, status=status)
    young = runs.make(days=29)

    assert PrunedRuns(deleted=3) == prune_runs(runs.instance, before=THEN)
    assert {young} == runs.left()


@pytest.mark.parametrize("status", [DagsterRunStatus.STARTED, DagsterRunStatus.NOT_STARTED, DagsterRunStatus.CANCELING])
def test_a_run_that_has_not_ended_is_never_deleted(runs, status):
    """However old: whoever is stuck is run monitoring's matter."""
    stuck = runs.make(days=90, status=status)

    prune_runs(runs.instance, before=THEN)

    assert {stuck} == runs.left()


def test_the_events_of_a_run_go_with_it(runs):
    result = some_job.execute_in_process(instance=runs.instance)
    assert runs.instance.all_logs(result.run_id)

    prune_runs(runs.instance, before=NOW + timedelta(days=1))

    assert ([], set()) == (list(runs.instance.all_logs(result.run_id)), runs.left())


def test_a_day_that_was_compared_still_counts_as_compared(runs):
    """With the events of its run the partition would be missing."""
    days = dg.StaticPartitionsDefinition(["2026-01-01"])

    @dg.asset(partitions_def=days)
    def compared() -> None:
        """A daily table."""

    @dg.asset
    def live() -> None:
        """A table without days."""

    dg.materialize([compared], partition_key="2026-01-01", instance=runs.instance)
    dg.materialize([live], instance=runs.instance)

    pruned = prune_runs(runs.instance, before=NOW + timedelta(days=1))

    assert PrunedRuns(deleted=1, kept=1) == pruned
    assert {"2026-01-01"} == runs.instance.get_materialized_partitions(compared.key)


@pytest.mark.parametrize("at_once", [1, 2, 3, 7, 100])
def test_runs_that_stay_do_not_hide_those_behind_them(runs, at_once):
    """Whatever the size of a page, and wherever in it those are that stay."""
    stay = {runs.make(days=40, tags={"dagster/partition": f"day {n}"}) if n % 3 else runs.make(days=1) for n in range(12)}
    for _ in range(5):
        runs.make(days=40)
    stay |= {runs.make(days=40, tags={"dagster/partition": "last"})}
    runs.make(days=40)

    pruned = prune_runs(runs.instance, before=THEN, at_once=at_once)

    assert (6, 9, False) == (pruned.deleted, pruned.kept, pruned.more)
    assert stay == runs.left()


def test_too_many_are_deleted_on_several_days(runs):
    for _ in range(5):
        runs.make(days=40)

    first = prune_runs(runs.instance, before=THEN, at_once=2, at_most=4)
    second = prune_runs(runs.instance, before=THEN, at_once=2, at_most=4)

    assert (PrunedRuns(4, more=True), PrunedRuns(1)) == (first, second)


def test_the_job_deletes_by_itself_and_not_itself(deployment):
    """As the schedule starts it, every night."""
    runs = Runs(deployment.instance)
    old, young = runs.make(days=31), runs.make(days=29)

    result = deployment.repository.get_job("run_retention").execute_in_process(instance=deployment.instance)

    assert result.success
    assert (False, {young, result.run_id}) == (old in runs.left(), runs.left())
    schedule = deployment.repository.get_schedule_def("daily_run_retention")
    assert ("50 1 * * *", "run_retention", "RUNNING") == (
        schedule.cron_schedule,
        schedule.job_name,
        schedule.default_status.value,
    )


def test_sweeps_and_vendors_in_trouble_leave_most_places_to_what_came_in(tmp_path):
    """Dagster takes the limits, and they name the tags that those runs bear."""
    settings = yaml.safe_load((Path(__file__).parents[2] / "dagster.yaml").read_text())
    # Where its storage is, is not this test's matter.
    del settings["storage"]
    (tmp_path / "dagster.yaml").write_text(yaml.safe_dump(settings))
    with dg.DagsterInstance.from_config(str(tmp_path)) as instance:
        queue = instance.get_concurrency_config().run_queue_config
    limits = queue.tag_concurrency_limits

    assert [(TRIGGER_TAG, SWEEP), (TRIGGER_TAG, TROUBLE)] == [(each["key"], each["value"]) for each in limits]
    assert 0 < sum(limit["limit"] for limit in limits) <= queue.max_concurrent_runs // 2
