"""The small pictures beside a live table, where one tells more than its numbers."""

import base64
from typing import Any

import dagster as dg

from cogent_pipelines.components.nouns import Noun
from cogent_pipelines.connections.settings import ConnectionSettings
from cogent_pipelines.ledger.database import Ledger
from cogent_pipelines.ports.clock import SystemClock


def charts_of(ledger: Ledger, settings: ConnectionSettings, noun: Noun) -> dict[str, Any]:
    """Orders per hour on the captured orders, injection latency on the sales orders; nothing elsewhere."""
    # matplotlib: only a run that draws pays for it.
    from cogent_pipelines.reports.charts import injection_latency, orders_per_hour  # noqa: PLC0415

    now = SystemClock().now()
    if noun.name == "storefront_orders":
        return _shown("orders per hour", orders_per_hour(ledger, settings.name, now=now, timezone=settings.timezone))
    if noun.name == "wms_sales_orders":
        return _shown("injection latency", injection_latency(ledger, settings.name, now=now))
    return {}


def _shown(name: str, png: bytes) -> dict[str, Any]:
    picture = base64.b64encode(png).decode()
    return {name: dg.MetadataValue.md(f"![{name}](data:image/png;base64,{picture})")}
