"""What the ledger may forget, forgotten once a day. How long things are kept is the ledger's matter."""

from dataclasses import asdict

import dagster as dg

from cogent_pipelines.ledger.database import Ledger
from cogent_pipelines.ports.clock import SystemClock


@dg.op(name="forget", required_resource_keys={"ledger"})
def _forget(context: dg.OpExecutionContext) -> None:
    """Delete evidence, bodies of events and superseded versions of orders that have been kept long enough."""
    ledger: Ledger = context.resources.ledger
    pruned = ledger.prune(now=SystemClock().now())
    context.add_output_metadata({name.replace("_", " "): count for name, count in asdict(pruned).items()})


@dg.job(
    name="ledger_retention",
    executor_def=dg.in_process_executor,
    tags={"dagster/priority": "-1"},
    description="Forgets evidence, bodies of events and old versions of orders that have been kept long enough.",
)
def ledger_retention() -> None:
    _forget()


def daily_retention() -> dg.ScheduleDefinition:
    """In the hour before the first sweeps."""
    return dg.ScheduleDefinition(
        name="daily_retention",
        job=ledger_retention,
        cron_schedule="40 1 * * *",
        default_status=dg.DefaultScheduleStatus.RUNNING,
        description="Once a day.",
    )
