"""Old runs leave Dagster's own storage, once a day and a few at a time; Dagster itself forgets ticks only.

What the ledger forgets is in `retention`.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

import dagster as dg
from dagster import DagsterRunStatus, RunsFilter

from cogent_pipelines.ports.clock import SystemClock

_ENDED = [DagsterRunStatus.SUCCESS, DagsterRunStatus.FAILURE, DagsterRunStatus.CANCELED]
_AT_ONCE = 100
# A first time on an old deployment must not take the night; the rest goes on the next day.
_AT_MOST = 10_000
_PARTITION_TAGS = ("dagster/partition", "dagster/partition/date")


@dataclass(frozen=True, slots=True)
class PrunedRuns:
    """`kept` are old enough and stay: they say which days of a daily table were made. `more` are left for the next day."""

    deleted: int = 0
    kept: int = 0
    more: bool = False


def prune_runs(
    instance: dg.DagsterInstance, *, before: datetime, at_once: int = _AT_ONCE, at_most: int = _AT_MOST
) -> PrunedRuns:
    """Delete runs that were created before then and have ended, with their events, oldest first.

    Runs of partitions stay, because with their events the partition would count as never made. A run that somebody else
    deletes meanwhile is no trouble, nor is a job that dies halfway: the next one goes on.
    """
    wanted = RunsFilter(statuses=_ENDED, created_before=before)
    deleted = kept = 0
    # Only a run that stays can mark the place: that of a deleted one is unknown to the storage.
    place: str | None = None
    while deleted < at_most:
        page = instance.get_run_records(filters=wanted, limit=at_once, ascending=True, cursor=place)
        if not page:
            return PrunedRuns(deleted, kept)
        for run in [record.dagster_run for record in page]:
            if _is_of_a_partition(run):
                kept, place = kept + 1, run.run_id
            else:
                instance.delete_run(run.run_id)
                deleted += 1
    return PrunedRuns(deleted, kept, more=True)


def _is_of_a_partition(run: dg.DagsterRun) -> bool:
    return any(tag in run.tags for tag in _PARTITION_TAGS)


def run_retention(days: int) -> dg.JobDefinition:
    """The job that keeps this many days of runs."""

    @dg.op(name="forget_runs")
    def forget_runs(context: dg.OpExecutionContext) -> None:
        """Delete the records of runs that ended long ago."""
        pruned = prune_runs(context.instance, before=SystemClock().now() - timedelta(days=days))
        context.add_output_metadata({"runs deleted": pruned.deleted, "runs of partitions kept": pruned.kept})
        if pruned.more:
            context.log.info("More runs are old enough; they are deleted on the next days.")

    @dg.job(
        name="run_retention",
        executor_def=dg.in_process_executor,
        tags={"dagster/priority": "-1"},
        description=f"Deletes ended runs older than {days} days from Dagster's storage, but for those of partitions.",
    )
    def forget() -> None:
        forget_runs()

    return forget


def daily_run_retention(job: dg.JobDefinition) -> dg.ScheduleDefinition:
    """After the ledger's own, before the first sweeps."""
    return dg.ScheduleDefinition(
        name="daily_run_retention",
        job=job,
        cron_schedule="50 1 * * *",
        default_status=dg.DefaultScheduleStatus.RUNNING,
        description="Once a day.",
    )
