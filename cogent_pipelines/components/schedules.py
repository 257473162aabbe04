"""What happens by the clock: the daily sweep of each connection and yesterday's reconciliation, in the brand's own night."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import dagster as dg

from cogent_pipelines.components.nouns import LIVE_FLOWS, SWEEP
from cogent_pipelines.components.run_requests import flow_run_request, reconciliation_run_request
from cogent_pipelines.components.sensors import Connections
from cogent_pipelines.connections.settings import ConnectionSettings

_SWEPT = (*LIVE_FLOWS, "sku_audit")
# Both hours exist exactly once on the days on which clocks change.
_SWEEP_HOUR = 4
_RECONCILIATION_HOUR = 5


def schedules(connections: Connections) -> list[dg.ScheduleDefinition]:
    return [daily_sweep(connections), daily_reconciliation(connections)]


def daily_sweep(connections: Connections) -> dg.ScheduleDefinition:
    """Read again, once a day, what events and polls may have missed; stock whole."""

    @dg.schedule(
        name="daily_sweep",
        cron_schedule="20 * * * *",
        target=dg.AssetSelection.all(include_sources=False),
        default_status=dg.DefaultScheduleStatus.RUNNING,
        description=f"At {_SWEEP_HOUR} in the brand's morning every flow reads the last days again, stock whole.",
    )
    def sweep(context: dg.ScheduleEvaluationContext) -> Iterator[dg.RunRequest | dg.SkipReason]:
        now = context.scheduled_execution_time
        here = [name for name, settings in connections.items() if _local(now, settings).hour == _SWEEP_HOUR]
        if not here:
            yield dg.SkipReason(f"It is {_SWEEP_HOUR} in the morning nowhere.")
        for name in here:
            for flow in _SWEPT:
                yield flow_run_request(name, flow, work_key=f"sweep {now:%Y-%m-%d}", now=now, trigger=SWEEP)

    return sweep


def daily_reconciliation(connections: Connections) -> dg.ScheduleDefinition:
    """Compare yesterday, per connection in its own time zone."""

    @dg.schedule(
        name="daily_reconciliation",
        cron_schedule="0 * * * *",
        target=dg.AssetSelection.all(include_sources=False),
        default_status=dg.DefaultScheduleStatus.RUNNING,
        description=f"At {_RECONCILIATION_HOUR} in the brand's morning, yesterday's values and parcels, line by line.",
    )
    def reconcile(context: dg.ScheduleEvaluationContext) -> Iterator[dg.RunRequest | dg.SkipReason]:
        now = context.scheduled_execution_time
        due = {
            name: _local(now, settings).date() - timedelta(days=1)
            for name, settings in connections.items()
            if _local(now, settings).hour == _RECONCILIATION_HOUR
        }
        days = {name: day for name, day in due.items() if day >= connections[name].first_day}
        if not days:
            yield dg.SkipReason(f"It is {_RECONCILIATION_HOUR} in the morning nowhere.")
        for name, day in days.items():
            yield reconciliation_run_request(name, day=day.isoformat())

    return reconcile


def _local(now: datetime, settings: ConnectionSettings) -> datetime:
    return now.astimezone(ZoneInfo(settings.timezone))
