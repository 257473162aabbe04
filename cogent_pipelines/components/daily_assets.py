"""The reconciliations: one partition a day in the connection's own time zone, and on demand for the day that is not over."""

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import dagster as dg

from cogent_pipelines.components.nouns import DAILY_NOUNS, Noun, key
from cogent_pipelines.components.report_metadata import report_metadata
from cogent_pipelines.components.sides import RESOURCES, sides_of
from cogent_pipelines.components.tables import daily_result, schema_spec, table_spec
from cogent_pipelines.connections.settings import ConnectionSettings
from cogent_pipelines.flows.reconciliation import reconcile_order_values
from cogent_pipelines.ports.clock import SystemClock

# The others compare what the ledger has of both sides, and go without secrets.
_ASKS_THE_WAREHOUSE = {"order_value_reconciliation"}

Reconcile = Callable[[dg.AssetExecutionContext, ConnectionSettings, date], Any]


def days_of(settings: ConnectionSettings) -> dg.DailyPartitionsDefinition:
    """Days end at the brand's midnight; today can be looked at before it is over."""
    return dg.DailyPartitionsDefinition(start_date=settings.first_day.isoformat(), timezone=settings.timezone, end_offset=1)


def daily_assets(settings: ConnectionSettings) -> list[dg.AssetsDefinition]:
    """`order_value_reconciliation` and `despatch_reconciliation` of one connection."""
    flows: dict[str, Reconcile] = {
        "order_value_reconciliation": _order_values,
        "despatch_reconciliation": _despatches,
    }
    return [_daily_asset(settings, noun, flows[noun.name]) for noun in DAILY_NOUNS]


def _daily_asset(settings: ConnectionSettings, noun: Noun, reconcile: Reconcile) -> dg.AssetsDefinition:
    @dg.multi_asset(
        name=f"{settings.name}__{noun.name}",
        specs=[table_spec(settings, noun, [key(settings.name, name) for name in noun.upstream])],
        check_specs=[schema_spec(settings.name, noun)],
        partitions_def=days_of(settings),
        required_resource_keys=RESOURCES if noun.name in _ASKS_THE_WAREHOUSE else {"ledger"},
        can_subset=False,
    )
    def reconciliation(context: dg.AssetExecutionContext) -> Iterator[dg.MaterializeResult[None]]:
        day = date.fromisoformat(context.partition_key)
        report = reconcile(context, settings, day)
        yield daily_result(context.resources.ledger, settings, noun, day, more=report_metadata(report))

    return reconciliation


def _order_values(context: dg.AssetExecutionContext, settings: ConnectionSettings, day: date) -> Any:
    with sides_of(context, settings) as (_, warehouse):
        return reconcile_order_values(
            settings.connection(), day, warehouse=warehouse, ledger=context.resources.ledger, clock=SystemClock()
        )


def _despatches(context: dg.AssetExecutionContext, settings: ConnectionSettings, day: date) -> None:
    """Both sides are in the ledger already; the table itself is the comparison."""
    del context, settings, day
