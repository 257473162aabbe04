"""What Dagster loads: everything under `defs/`, with freshness laid over every asset once; nothing else."""

from datetime import timedelta
from pathlib import Path

import dagster as dg

# Every asset is made at least once a day by a sweep, so a day and a bit without one means that something stands still.
_FRESH = dg.FreshnessPolicy.time_window(fail_window=timedelta(hours=30), warn_window=timedelta(hours=26))


def _with_freshness(spec: dg.AssetSpec) -> dg.AssetSpec:
    return spec if spec.freshness_policy else spec.replace_attributes(freshness_policy=_FRESH)


@dg.definitions
def defs() -> dg.Definitions:
    """Load the deployment; flow runs stay in one process, so that an order does not wait for a step's process to start."""
    loaded = dg.load_from_defs_folder(path_within_project=Path(__file__).parent)
    return dg.Definitions.merge(
        loaded.map_asset_specs(func=_with_freshness),
        dg.Definitions(executor=dg.in_process_executor),
    )
