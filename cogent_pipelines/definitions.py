"""What Dagster loads: everything under `defs/`, with freshness laid over every asset once; nothing else."""

import warnings
from datetime import timedelta
from pathlib import Path

import dagster as dg

from cogent_pipelines.components.external_assets import EXTERNAL_TAG
from cogent_pipelines.flows.garbage import collected_seldom, keep_for_good

# Every asset is made at least once a day by a sweep, so a day and a bit without one means that something stands still.
_FRESH = dg.FreshnessPolicy.time_window(fail_window=timedelta(hours=30), warn_window=timedelta(hours=26))


def _with_freshness(spec: dg.AssetSpec) -> dg.AssetSpec:
    # A vendor's own table is not made here; nothing can be said of its freshness.
    if spec.freshness_policy or EXTERNAL_TAG in spec.tags:
        return spec
    return spec.replace_attributes(freshness_policy=_FRESH)


@dg.definitions
def defs() -> dg.Definitions:
    """Load the deployment; flow runs stay in one process, so that an order does not wait for a step's process to start."""
    with collected_seldom(), warnings.catch_warnings():
        loaded = dg.load_from_defs_folder(path_within_project=Path(__file__).parent)
        # Dagster marks mapping over specs as a preview; it is the one place where a rule for every asset can be said once.
        warnings.simplefilter("ignore", dg.PreviewWarning)
        fresh = loaded.map_asset_specs(func=_with_freshness)
    # Of a hundred connections these are a million values, which every round of the collector would walk through.
    keep_for_good()
    return dg.Definitions.merge(fresh, dg.Definitions(executor=dg.in_process_executor))
