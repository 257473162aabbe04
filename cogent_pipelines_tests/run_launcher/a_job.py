"""A job of two connections' assets, for processes that a launcher starts."""

import os
import time
from pathlib import Path

import dagster as dg

from cogent_pipelines.connections.wanted import WANTED_VARIABLE

FOLDER_VARIABLE = "COGENT_TEST_FOLDER"
JERSEYS, CAPS = dg.AssetKey(["jerseys", "orders"]), dg.AssetKey(["caps", "orders"])
LOADED, WAITS = "loaded", "waits"
_LONGEST_SECONDS = 100.0


@dg.multi_asset(specs=[dg.AssetSpec(JERSEYS), dg.AssetSpec(CAPS)], can_subset=True)
def orders(context: dg.AssetExecutionContext):
    """Say which connections the process was told to load; wait to be ended where the folder says so."""
    folder = Path(os.environ[FOLDER_VARIABLE])
    (folder / LOADED).write_text(os.environ.get(WANTED_VARIABLE, "all"))
    ends = time.monotonic() + _LONGEST_SECONDS
    while (folder / WAITS).exists() and time.monotonic() < ends:
        time.sleep(0.02)
    for asset in context.selected_asset_keys:
        yield dg.MaterializeResult(asset)


def a_job() -> dg.JobDefinition:
    """Make the job, in whichever process."""
    named = dg.define_asset_job("capture", selection=[JERSEYS, CAPS])
    return dg.Definitions(assets=[orders], jobs=[named], executor=dg.in_process_executor).resolve_job_def(named.name)
