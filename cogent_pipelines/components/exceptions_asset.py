"""Everything that is wrong now, as one table; the run that refreshes it also sends the alerts that are due."""

from collections.abc import Iterator

import dagster as dg

from cogent_pipelines.components.nouns import EXCEPTIONS, key
from cogent_pipelines.components.report_metadata import report_metadata
from cogent_pipelines.components.tables import schema_spec, table_result, table_spec
from cogent_pipelines.connections.settings import ConnectionSettings
from cogent_pipelines.flows.alerting import send_due_alerts
from cogent_pipelines.ledger.database import Ledger
from cogent_pipelines.ports.clock import SystemClock


def exceptions_asset(settings: ConnectionSettings) -> dg.AssetsDefinition:
    """The asset `exceptions` of one connection."""
    deps = [key(settings.name, name) for name in EXCEPTIONS.upstream]

    @dg.multi_asset(
        name=f"{settings.name}__exceptions",
        specs=[table_spec(settings, EXCEPTIONS, deps)],
        check_specs=[schema_spec(settings.name, EXCEPTIONS)],
        required_resource_keys={"ledger", "alerts"},
        can_subset=False,
    )
    def exceptions(context: dg.AssetExecutionContext) -> Iterator[dg.MaterializeResult[None]]:
        ledger: Ledger = context.resources.ledger
        alerted = {}
        if context.resources.alerts is not None:
            alerted = report_metadata(send_due_alerts(ledger, context.resources.alerts, clock=SystemClock()))
        yield table_result(ledger, settings, EXCEPTIONS, more=alerted)

    return exceptions
