"""What happens by the clock: the daily sweep of each connection and yesterday's reconciliation, in the brand's own night.

Brands whose day ends together share a schedule.
"""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, timedelta
from zoneinfo import ZoneInfo

import dagster as dg

from cogent_pipelines.components.nouns import DAILY_NOUNS, LIVE_FLOWS, SWEEP, key
from cogent_pipelines.components.run_requests import FlowsJob, flow_run_request, reconciliation_run_request
from cogent_pipelines.components.sensors import Connections
from cogent_pipelines.resources.environment import environment

_SWEPT = (*LIVE_FLOWS, "sku_audit")


def schedules(connections: Connections, job: FlowsJob) -> list[dg.ScheduleDefinition]:
    zones: dict[str, list[str]] = defaultdict(list)
    days: dict[tuple[str, date], list[str]] = defaultdict(list)
    for name, settings in connections.items():
        zones[settings.timezone].append(name)
        days[settings.timezone, settings.first_day].append(name)
    return [
        *(daily_sweep(zone, {name: connections[name] for name in names}, job) for zone, names in zones.items()),
        *(daily_reconciliation(zone, first_day, names) for (zone, first_day), names in days.items()),
    ]


def daily_sweep(zone: str, connections: Connections, job: FlowsJob) -> dg.ScheduleDefinition:
    """Read again, once a day, what events and polls may have missed; stock whole."""

    @dg.schedule(
        name=f"daily_sweep__{_slug(zone)}",
        cron_schedule="20 4 * * *",
        execution_timezone=zone,
        job=job,
        default_status=dg.DefaultScheduleStatus.RUNNING,
        description="Every flow of every connection reads the last days again; stock and catalogues are read whole.",
    )
    def sweep(context: dg.ScheduleEvaluationContext) -> Iterator[dg.RunRequest]:
        now = context.scheduled_execution_time
        for name, settings in connections.items():
            longest, day = settings.runs.longest(environment()), f"sweep {now:%Y-%m-%d}"
            for flow in _SWEPT:
                yield flow_run_request(name, flow, work_key=day, now=now, longest=longest, trigger=SWEEP)

    return sweep


def daily_reconciliation(zone: str, first_day: date, names: list[str]) -> dg.ScheduleDefinition:
    """Compare yesterday. One schedule per first day as well: Dagster wants the same partitions throughout a job."""

    @dg.schedule(
        name=f"daily_reconciliation__{_slug(zone)}__{first_day:%Y_%m_%d}",
        cron_schedule="0 5 * * *",
        execution_timezone=zone,
        target=dg.AssetSelection.assets(*(key(name, noun.name) for name in names for noun in DAILY_NOUNS)),
        default_status=dg.DefaultScheduleStatus.RUNNING,
        description="Yesterday's values and parcels, compared line by line.",
    )
    def reconcile(context: dg.ScheduleEvaluationContext) -> Iterator[dg.RunRequest | dg.SkipReason]:
        yesterday = context.scheduled_execution_time.astimezone(ZoneInfo(zone)).date() - timedelta(days=1)
        if yesterday < first_day:
            yield dg.SkipReason(f"The first day, {first_day}, is not over yet.")
            return
        for name in names:
            yield reconciliation_run_request(name, day=yesterday.isoformat())

    return reconcile


def _slug(zone: str) -> str:
    return "".join(character if character.isalnum() else "_" for character in zone.lower())
