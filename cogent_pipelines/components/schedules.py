"""What happens by the clock: the daily sweep of every connection, and yesterday's reconciliation."""

from collections.abc import Iterator
from datetime import timedelta
from zoneinfo import ZoneInfo

import dagster as dg

from cogent_pipelines.components.check_catalogue import schema_check_keys
from cogent_pipelines.components.nouns import CONNECTION_TAG, DAILY_NOUNS, FLOW_TAG, LIVE_FLOWS, SWEEP, key
from cogent_pipelines.components.sensors import Connections, flow_run_request

_SWEPT = (*LIVE_FLOWS, "sku_audit")


def schedules(connections: Connections) -> list[dg.ScheduleDefinition]:
    return [daily_sweep(connections), daily_reconciliation(connections)]


def daily_sweep(connections: Connections) -> dg.ScheduleDefinition:
    """Read again, once a day, what events and polls may have missed; stock whole."""

    @dg.schedule(
        name="daily_sweep",
        cron_schedule="20 2 * * *",
        target=dg.AssetSelection.all(include_sources=False),
        default_status=dg.DefaultScheduleStatus.RUNNING,
        description="Every flow of every connection reads the last days again; stock and catalogues are read whole.",
    )
    def sweep(context: dg.ScheduleEvaluationContext) -> Iterator[dg.RunRequest]:
        now = context.scheduled_execution_time
        for name in connections:
            for flow in _SWEPT:
                yield flow_run_request(name, flow, work_key=f"sweep {now:%Y-%m-%d}", now=now, trigger=SWEEP)

    return sweep


def daily_reconciliation(connections: Connections) -> dg.ScheduleDefinition:
    """Compare yesterday, per connection in its own time zone."""

    @dg.schedule(
        name="daily_reconciliation",
        cron_schedule="0 3 * * *",
        target=dg.AssetSelection.all(include_sources=False),
        default_status=dg.DefaultScheduleStatus.RUNNING,
        description="Yesterday's values and parcels, compared line by line.",
    )
    def reconcile(context: dg.ScheduleEvaluationContext) -> Iterator[dg.RunRequest]:
        for name, settings in connections.items():
            here = context.scheduled_execution_time.astimezone(ZoneInfo(settings.timezone))
            yesterday = (here - timedelta(days=1)).date().isoformat()
            yield dg.RunRequest(
                run_key=f"{name}/reconciliation/{yesterday}",
                partition_key=yesterday,
                asset_selection=[key(name, noun.name) for noun in DAILY_NOUNS],
                asset_check_keys=schema_check_keys(name, "reconciliation"),
                tags={CONNECTION_TAG: name, FLOW_TAG: "reconciliation"},
            )

    return reconcile
