"""What sensors and schedules ask Dagster for: which assets, with which checks, how urgent, under which tags."""

import zlib
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import TypeAlias

import dagster as dg
from dagster._core.definitions.unresolved_asset_job_definition import UnresolvedAssetJobDefinition

from cogent_pipelines.components.check_catalogue import check_keys, schema_check_keys
from cogent_pipelines.components.nouns import (
    CATALOGUE_NOUNS,
    CONNECTION_TAG,
    DAILY_NOUNS,
    EXCEPTIONS,
    FLOW_TAG,
    LIVE_FLOWS,
    LIVE_NOUNS,
    SEVERAL,
    SWEEP,
    TRIGGER_TAG,
    TROUBLE,
    key,
    keys_of_flow,
)
from cogent_pipelines.ledger.due_work import DESPATCH_TO_FULFILMENT, ORDER_CAPTURE, ORDER_INJECTION, STOCK_PUBLICATION
from cogent_pipelines.run_launcher.run_process import BACKGROUND_TAG

FlowsJob: TypeAlias = UnresolvedAssetJobDefinition
"""What `define_asset_job` gives; Dagster has no public name for it."""

FLOWS_JOB = "flows"

# Where runs wait for a place, orders go before parcels, parcels before stock, and what only looks back goes last.
_PRIORITIES = {
    ORDER_CAPTURE: 5,
    ORDER_INJECTION: 5,
    DESPATCH_TO_FULFILMENT: 4,
    EXCEPTIONS.flow: 3,
    STOCK_PUBLICATION: 2,
}
# Nor does one wait for what met a vendor in trouble the last time: it will probably meet it again.
_PRIORITIES_BY_TRIGGER = {TROUBLE: 0, SWEEP: -1}
_PRIORITY_TAG = "dagster/priority"
# Nor have they the processors before those who wait for an order, a parcel or a figure; as what judges and compares.
_NOBODY_WAITS_FOR = frozenset({TROUBLE, SWEEP})
# After a run's longest time, for its ending. Where its process is gone and nobody has noticed, Dagster gives the run up
# then; until then it has a place that another run could use.
_ENDING = timedelta(minutes=5)


def flows_job(connections: Iterable[str]) -> FlowsJob:
    """The job of which every sensor and every sweep asks for a part.

    One for all of them: Dagster works out each job anew wherever definitions are loaded, in every run too. It holds every
    asset without partitions; with them, brands in two time zones would not fit into one job.
    """
    names, nouns = [*connections], (*LIVE_NOUNS, *CATALOGUE_NOUNS, EXCEPTIONS)
    tables = dg.AssetSelection.assets(*(key(name, noun.name) for name in names for noun in nouns))
    judged = dg.AssetSelection.checks(*(check for name in names for check in check_keys(name)))
    return dg.define_asset_job(
        FLOWS_JOB, selection=tables | judged, description="The live flows, both catalogues, exceptions and business checks."
    )


def flow_run_request(
    connection: str,
    flow: str,
    *,
    work_key: str,
    now: datetime,
    longest: timedelta,
    trigger: str = "",
    asked_again_after: timedelta = timedelta(seconds=10),
) -> dg.RunRequest:
    """One run of one flow of one connection, with the schema checks of its assets; it works for `longest` at most.

    Asking for the same work is asking once, until it is `asked_again_after` a run that failed to do it.
    """
    # Each flow in its own second, or all that is asked for seldom would be so at once.
    offset = zlib.crc32(f"{connection}/{flow}".encode())
    bucket = (int(now.timestamp()) + offset) // int(asked_again_after.total_seconds())
    return dg.RunRequest(
        run_key=f"{connection}/{flow}/{work_key}/{bucket}",
        asset_selection=keys_of_flow(connection, flow),
        asset_check_keys=schema_check_keys(connection, flow),
        tags={**_tags(connection, flow, trigger), **_limits(flow, longest, trigger)},
    )


def standing_run_request(connections: Sequence[str], *, now: datetime) -> dg.RunRequest:
    """One run of the exceptions and every business check of these connections.

    Starting a run costs more than judging a connection, and the more so the more connections there are.
    """
    checks = [[*schema_check_keys(name, EXCEPTIONS.flow), *check_keys(name)] for name in connections]
    return dg.RunRequest(
        run_key=f"standing/{now:%Y-%m-%dT%H:%M:%S}",
        asset_selection=[key(name, EXCEPTIONS.name) for name in connections],
        asset_check_keys=[check for some in checks for check in some],
        tags=_tags(connections[0] if len(connections) == 1 else SEVERAL, EXCEPTIONS.flow),
    )


def alerts_run_request(connection: str, *, now: datetime) -> dg.RunRequest:
    """One run that sends what could not be delivered; it sends for every connection, whichever it is called by."""
    return dg.RunRequest(
        run_key=f"{connection}/alerts/{now:%Y-%m-%dT%H:%M:%S}",
        asset_selection=[key(connection, EXCEPTIONS.name)],
        asset_check_keys=schema_check_keys(connection, EXCEPTIONS.flow),
        tags=_tags(connection, EXCEPTIONS.flow, "alerts"),
    )


def reconciliation_run_request(connection: str, *, day: str) -> dg.RunRequest:
    """One run that compares one day of one connection."""
    return dg.RunRequest(
        run_key=f"{connection}/reconciliation/{day}",
        partition_key=day,
        asset_selection=[key(connection, noun.name) for noun in DAILY_NOUNS],
        asset_check_keys=schema_check_keys(connection, "reconciliation"),
        tags=_tags(connection, "reconciliation", SWEEP),
    )


def _limits(flow: str, longest: timedelta, trigger: str) -> dict[str, str]:
    """How long Dagster believes in a run, and whether it starts another in place of one that died."""
    if flow not in LIVE_FLOWS:
        return {}
    if trigger == SWEEP:
        # It may wait for the run before it, and nobody else would read what it reads.
        return {"dagster/max_runtime": _seconds(2 * longest + _ENDING)}
    # The sensor starts another where there is work, within seconds. Two that do so would start two.
    return {"dagster/max_runtime": _seconds(longest + _ENDING), "dagster/max_retries": "0"}


def _seconds(time: timedelta) -> str:
    return str(int(time.total_seconds()))


def _tags(connection: str, flow: str, trigger: str = "") -> dict[str, str]:
    priority = _PRIORITIES_BY_TRIGGER.get(trigger, _PRIORITIES.get(flow, 0))
    tags = {CONNECTION_TAG: connection, FLOW_TAG: flow, _PRIORITY_TAG: str(priority)}
    if trigger in _NOBODY_WAITS_FOR or flow not in LIVE_FLOWS:
        tags[BACKGROUND_TAG] = "true"
    return {**tags, TRIGGER_TAG: trigger} if trigger else tags
