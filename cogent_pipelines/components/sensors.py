"""The three sensors of a deployment, each for all its connections: due work, feeds, and the standing of things.

A sensor asks and requests; it changes nothing outside. What a run then does is in `flow_runs`.
"""

from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import dagster as dg
import orjson

from cogent_pipelines.components.check_catalogue import check_keys, schema_check_keys
from cogent_pipelines.components.live_runs import LiveRuns
from cogent_pipelines.components.nouns import CONNECTION_TAG, EXCEPTIONS, FLOW_TAG, LIVE_FLOWS, key, keys_of_flow
from cogent_pipelines.connections.settings import ConnectionSettings
from cogent_pipelines.flows.feed_watch import flows_with_news
from cogent_pipelines.ledger.database import Ledger
from cogent_pipelines.ports.clock import SystemClock
from cogent_pipelines.resources.connection import storefront_key, warehouse_key

Connections = Mapping[str, ConnectionSettings]

# A run that is about to reach its longest time gets its successor this much earlier; the successor waits on the lock.
_RELIEF = timedelta(seconds=25)
_PEEKS_AT_ONCE = 16


def live_flows_sensor(connections: Connections) -> dg.SensorDefinition:
    """Start a run for each connection and flow that has work and no run."""

    @dg.sensor(
        name="live_flows",
        target=dg.AssetSelection.all(include_sources=False),
        minimum_interval_seconds=5,
        default_status=dg.DefaultSensorStatus.RUNNING,
        required_resource_keys={"ledger"},
        description="Asks the ledger which connections have due work and no live run; one run per connection and flow.",
    )
    def live_flows(context: dg.SensorEvaluationContext) -> Iterator[dg.RunRequest | dg.SkipReason]:
        ledger: Ledger = context.resources.ledger
        now = SystemClock().now()
        due = [work for work in ledger.due_work.due(now) if work.flow in LIVE_FLOWS and work.connection in connections]
        live = LiveRuns.of(context.instance) if due else LiveRuns({})
        requests = [
            flow_run_request(work.connection, work.flow, work_key=work.work_key, now=now)
            for work in due
            if _wants_a_run(live, work.connection, work.flow, connections[work.connection], now)
        ]
        if not requests:
            yield dg.SkipReason("Every queue is empty or has its run.")
        yield from requests

    return live_flows


def feeds_sensor(connections: Connections) -> dg.SensorDefinition:
    """Look at what no event told of, without starting a run when there is nothing new."""
    both_sides = {side for name in connections for side in (storefront_key(name), warehouse_key(name))}

    @dg.sensor(
        name="feeds",
        target=dg.AssetSelection.all(include_sources=False),
        minimum_interval_seconds=10,
        default_status=dg.DefaultSensorStatus.RUNNING,
        required_resource_keys={"ledger", *both_sides},
        description="Polls each side with an overlapping window for what no event told; starts a run only for news.",
    )
    def feeds(context: dg.SensorEvaluationContext) -> dg.SensorResult:
        now = SystemClock().now()
        polled = _poll_times(context.cursor)
        live = LiveRuns.of(context.instance)
        due = [name for name, settings in connections.items() if _poll_is_due(polled.get(name), settings, now)]
        with ThreadPoolExecutor(max_workers=_PEEKS_AT_ONCE) as pool:
            news = list(pool.map(lambda name: _peek(context, connections[name], live), due))
        requests = [
            flow_run_request(name, flow, work_key=f"poll {now:%H%M%S}", now=now)
            for name, flows in zip(due, news, strict=True)
            for flow in flows
        ]
        return dg.SensorResult(
            run_requests=requests,
            skip_reason=None if requests else f"Looked at {len(due)} connections; nothing new.",
            cursor=orjson.dumps({**polled, **{name: now.timestamp() for name in due}}).decode(),
        )

    return feeds


def standing_sensor(connections: Connections) -> dg.SensorDefinition:
    """Judge a connection again when something about it has changed."""

    @dg.sensor(
        name="standing",
        target=dg.AssetSelection.all(include_sources=False),
        minimum_interval_seconds=30,
        default_status=dg.DefaultSensorStatus.RUNNING,
        required_resource_keys={"ledger"},
        description="Refreshes `exceptions`, sends alerts and runs the business checks of connections that changed.",
    )
    def standing(context: dg.SensorEvaluationContext) -> dg.SensorResult:
        ledger: Ledger = context.resources.ledger
        now = SystemClock().now()
        seen = orjson.loads(context.cursor) if context.cursor else {}
        marks = {name: mark for name, mark in ledger.due_work.changed(now).items() if name in connections}
        live = LiveRuns.of(context.instance)
        moved = [name for name, mark in marks.items() if seen.get(name) != mark and not live.any(name, EXCEPTIONS.flow)]
        return dg.SensorResult(
            run_requests=[standing_run_request(name, mark=marks[name]) for name in moved],
            skip_reason=None if moved else "Nothing changed since the last look.",
            cursor=orjson.dumps({**seen, **{name: marks[name] for name in moved}}).decode(),
        )

    return standing


def flow_run_request(connection: str, flow: str, *, work_key: str, now: datetime, trigger: str = "") -> dg.RunRequest:
    """One run of one flow of one connection, with the schema checks of its assets."""
    # The ten seconds in the key let the same work be asked for again after a run that failed to do it.
    bucket = int(now.timestamp()) // 10
    tags = {CONNECTION_TAG: connection, FLOW_TAG: flow}
    return dg.RunRequest(
        run_key=f"{connection}/{flow}/{work_key}/{bucket}",
        asset_selection=keys_of_flow(connection, flow),
        asset_check_keys=schema_check_keys(connection, flow),
        tags={**tags, **({"cogent/trigger": trigger} if trigger else {})},
    )


def standing_run_request(connection: str, *, mark: str) -> dg.RunRequest:
    """One run of the exceptions and every business check of one connection."""
    return dg.RunRequest(
        run_key=f"{connection}/standing/{mark}",
        asset_selection=[key(connection, EXCEPTIONS.name)],
        asset_check_keys=[*schema_check_keys(connection, EXCEPTIONS.flow), *check_keys(connection)],
        tags={CONNECTION_TAG: connection, FLOW_TAG: EXCEPTIONS.flow},
    )


def _wants_a_run(live: LiveRuns, connection: str, flow: str, settings: ConnectionSettings, now: datetime) -> bool:
    if not live.any(connection, flow):
        return True
    longest = timedelta(seconds=settings.runs.longest_run_seconds)
    return live.relief_due(connection, flow, now=now, longest=longest, relief=_RELIEF)


def _poll_times(cursor: str | None) -> dict[str, float]:
    return orjson.loads(cursor) if cursor else {}


def _poll_is_due(polled: float | None, settings: ConnectionSettings, now: datetime) -> bool:
    # A tick comes a little early or late; half a second of grace keeps a poll from slipping by a whole tick.
    return polled is None or now.timestamp() - polled >= settings.feeds.poll_seconds - 0.5


def _peek(context: dg.SensorEvaluationContext, settings: ConnectionSettings, live: LiveRuns) -> list[str]:
    """Flows of one connection that have something new; those with a run under way poll for themselves."""
    idle = [flow for flow in LIVE_FLOWS if not live.any(settings.name, flow)]
    return flows_with_news(
        settings.connection(),
        idle,
        storefront=getattr(context.resources, storefront_key(settings.name)),
        warehouse=getattr(context.resources, warehouse_key(settings.name)),
        ledger=context.resources.ledger,
        clock=SystemClock(),
    )
