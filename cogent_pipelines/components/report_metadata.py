"""A flow's report as Dagster's metadata: the counts that are not nothing, the latencies, the slowest by name."""

from dataclasses import fields, is_dataclass
from typing import Any

import dagster as dg

from cogent_pipelines.flows.measures import Latencies
from cogent_pipelines.reports.escaping import escaped


def report_metadata(report: Any) -> dict[str, Any]:
    """One entry per count; quantiles where something was measured; the vendor's words where something stopped."""
    if report is None:
        return {}
    shown: dict[str, Any] = {}
    for field in fields(report):
        value = getattr(report, field.name)
        name = field.name.replace("_", " ")
        if isinstance(value, Latencies):
            shown |= _latencies(name, value)
        elif is_dataclass(value):
            shown |= {f"{name}: {inner}": shown_value for inner, shown_value in report_metadata(value).items()}
        elif isinstance(value, int | float | str) and value:
            shown[name] = value
    return shown


def _latencies(name: str, latencies: Latencies) -> dict[str, Any]:
    if not latencies.seconds:
        return {}
    slowest = "\n".join(f"| {escaped(order)} | {seconds:.2f} |" for order, seconds in latencies.slowest)
    return {
        f"{name} p50 (s)": round(latencies.quantile(0.50) or 0.0, 3),
        f"{name} p99 (s)": round(latencies.quantile(0.99) or 0.0, 3),
        f"{name}, slowest": dg.MetadataValue.md(f"| what | seconds |\n| --- | ---: |\n{slowest}"),
    }
