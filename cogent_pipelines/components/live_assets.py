"""The live tables: one step per flow, which drains its queue, listens for more, and shows what it did."""

from collections.abc import Iterator

import dagster as dg

from cogent_pipelines.components.external_assets import upstream_names
from cogent_pipelines.components.flow_charts import charts_of
from cogent_pipelines.components.flow_runs import run_flow
from cogent_pipelines.components.nouns import DRAINED_TAG, LIVE_FLOWS, LIVE_NOUNS, key
from cogent_pipelines.components.report_metadata import report_metadata
from cogent_pipelines.components.sides import RESOURCES, sides_of
from cogent_pipelines.components.tables import schema_spec, table_result, table_spec
from cogent_pipelines.connections.settings import ConnectionSettings


def live_assets(settings: ConnectionSettings) -> list[dg.AssetsDefinition]:
    """One multi-asset per flow: what the flow reads and what it writes are shown together."""
    return [_flow_assets(settings, flow) for flow in LIVE_FLOWS]


def _flow_assets(settings: ConnectionSettings, flow: str) -> dg.AssetsDefinition:
    nouns = [noun for noun in LIVE_NOUNS if noun.flow == flow]

    @dg.multi_asset(
        name=f"{settings.name}__{flow}",
        specs=[
            table_spec(settings, noun, [key(settings.name, name) for name in upstream_names(settings, noun.upstream)])
            for noun in nouns
        ],
        check_specs=[schema_spec(settings.name, noun) for noun in nouns],
        required_resource_keys=RESOURCES,
        can_subset=False,
    )
    def live(context: dg.AssetExecutionContext) -> Iterator[dg.MaterializeResult[None]]:
        with sides_of(context, settings) as sides:
            report = run_flow(context, settings, flow, sides)
        context.instance.add_run_tags(context.run.run_id, {DRAINED_TAG: "true"})
        ledger = context.resources.ledger
        for noun in nouns:
            more = {**report_metadata(report), **charts_of(ledger, settings, noun)} if noun is nouns[-1] else {}
            yield table_result(ledger, settings, noun, more=more)

    return live
