"""Both catalogues and what they disagree on: read together, once a day and whenever somebody asks."""

from collections.abc import Iterator

import dagster as dg

from cogent_pipelines.components.external_assets import upstream_names
from cogent_pipelines.components.nouns import CATALOGUE_NOUNS, key
from cogent_pipelines.components.report_metadata import report_metadata
from cogent_pipelines.components.tables import schema_spec, table_result, table_spec
from cogent_pipelines.components.vendor_trouble import told_to_dagster
from cogent_pipelines.connections.settings import ConnectionSettings
from cogent_pipelines.flows.sku_audit import audit_skus
from cogent_pipelines.ledger.database import Ledger
from cogent_pipelines.ports.clock import SystemClock
from cogent_pipelines.resources.connection import storefront_key, warehouse_key


def catalogue_assets(settings: ConnectionSettings) -> list[dg.AssetsDefinition]:
    """`storefront_products`, `wms_items` and `sku_audit` of one connection, made in one step."""
    sides = {storefront_key(settings.name), warehouse_key(settings.name)}

    @dg.multi_asset(
        name=f"{settings.name}__sku_audit",
        specs=[
            table_spec(settings, noun, [key(settings.name, name) for name in upstream_names(settings, noun.upstream)])
            for noun in CATALOGUE_NOUNS
        ],
        check_specs=[schema_spec(settings.name, noun) for noun in CATALOGUE_NOUNS],
        required_resource_keys={"ledger", *sides},
        can_subset=False,
    )
    def catalogues(context: dg.AssetExecutionContext) -> Iterator[dg.MaterializeResult[None]]:
        ledger: Ledger = context.resources.ledger
        with told_to_dagster(context):
            report = audit_skus(
                settings.connection(),
                storefront=getattr(context.resources, storefront_key(settings.name)),
                warehouse=getattr(context.resources, warehouse_key(settings.name)),
                ledger=ledger,
                clock=SystemClock(),
            )
        for noun in CATALOGUE_NOUNS:
            more = report_metadata(report) if noun.name == "sku_audit" else {}
            yield table_result(ledger, settings, noun, more=more)

    return [catalogues]
