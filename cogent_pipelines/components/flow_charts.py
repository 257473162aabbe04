"""The small pictures beside a live table, where one tells more than its numbers."""

import base64
from typing import Any

import dagster as dg

from cogent_pipelines.components.nouns import Noun
from cogent_pipelines.connections.settings import ConnectionSettings
from cogent_pipelines.ledger.database import Ledger


def charts_of(ledger: Ledger, settings: ConnectionSettings, noun: Noun) -> dict[str, Any]:
    """Orders per hour on the captured orders, injection latency on the sales orders; nothing elsewhere."""
    from cogent_pipelines.reports import charts  # noqa: PLC0415 - matplotlib; only a run that draws pays for it

    drawn = {"storefront_orders": charts.orders_per_hour, "wms_sales_orders": charts.injection_latency}
    draw = drawn.get(noun.name)
    if draw is None:
        return {}
    picture = base64.b64encode(draw(ledger, settings.name)).decode()
    name = draw.__name__.replace("_", " ")
    return {name: dg.MetadataValue.md(f"![{name}](data:image/png;base64,{picture})")}
