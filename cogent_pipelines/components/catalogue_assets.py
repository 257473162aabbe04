"""Both catalogues and what they disagree on: read together, once a day and whenever somebody asks."""

from collections.abc import Iterator

import dagster as dg

from cogent_pipelines.components.external_assets import upstream_names
from cogent_pipelines.components.nouns import CATALOGUE_NOUNS, key
from cogent_pipelines.components.report_metadata import report_metadata
from cogent_pipelines.components.sides import RESOURCES, sides_of
from cogent_pipelines.components.tables import schema_spec, table_result, table_spec
from cogent_pipelines.connections.settings import ConnectionSettings
from cogent_pipelines.flows.sku_audit import audit_skus
from cogent_pipelines.ledger.database import Ledger
from cogent_pipelines.ports.clock import SystemClock


def catalogue_assets(settings: ConnectionSettings) -> list[dg.AssetsDefinition]:
    """`storefront_products`, `wms_items` and `sku_audit` of one connection, made in one step."""

    @dg.multi_asset(
        name=f"{settings.name}__sku_audit",
        specs=[
            table_spec(settings, noun, [key(settings.name, name) for name in upstream_names(settings, noun.upstream)])
            for noun in CATALOGUE_NOUNS
        ],
        check_specs=[schema_spec(settings.name, noun) for noun in CATALOGUE_NOUNS],
        required_resource_keys=RESOURCES,
        can_subset=False,
    )
    def catalogues(context: dg.AssetExecutionContext) -> Iterator[dg.MaterializeResult[None]]:
        ledger: Ledger = context.resources.ledger
        with sides_of(context, settings) as (storefront, warehouse):
            report = audit_skus(
                settings.connection(), storefront=storefront, warehouse=warehouse, ledger=ledger, clock=SystemClock()
            )
        for noun in CATALOGUE_NOUNS:
            more = report_metadata(report) if noun.name == "sku_audit" else {}
            yield table_result(ledger, settings, noun, more=more)

    return [catalogues]
