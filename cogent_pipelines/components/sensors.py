"""What is due: the sensor that gives every flow with work its run. The feeds and the standing of things are beside this.

A sensor asks and requests; it changes nothing outside. What a run then does is in `flow_runs`.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta

import dagster as dg

from cogent_pipelines.components.live_runs import FailedRuns, LiveRuns
from cogent_pipelines.components.nouns import LIVE_FLOWS, RELIEF, TROUBLE
from cogent_pipelines.components.run_requests import FlowsJob, flow_run_request
from cogent_pipelines.connections.settings import ConnectionSettings
from cogent_pipelines.flows.trouble import ENVIRONMENT, vendors_in_trouble
from cogent_pipelines.ledger.database import Ledger
from cogent_pipelines.ledger.due_work import ORDER_CAPTURE, ORDER_INJECTION, DueWork
from cogent_pipelines.ports.clock import SystemClock
from cogent_pipelines.resources.environment import environment

Connections = Mapping[str, ConnectionSettings]

# A run that is about to reach its longest time gets its successor this much earlier; the successor waits on the lock.
_RELIEF = timedelta(seconds=25)


def live_flows_sensor(connections: Connections, job: FlowsJob) -> dg.SensorDefinition:
    """Start a run for each connection and flow that has work and no run."""

    @dg.sensor(
        name="live_flows",
        job=job,
        minimum_interval_seconds=5,
        default_status=dg.DefaultSensorStatus.RUNNING,
        required_resource_keys={"ledger"},
        description="Asks the ledger which connections have due work and no live run; one run per connection and flow.",
    )
    def live_flows(context: dg.SensorEvaluationContext) -> Iterator[dg.RunRequest | dg.SkipReason]:
        ledger: Ledger = context.resources.ledger
        now = SystemClock().now()
        due = [work for work in ledger.due_work.due(now) if work.flow in LIVE_FLOWS and work.connection in connections]
        live = LiveRuns.of(context.instance).at_work(ledger, now)
        idle = [work for work in due if not live.any(work.connection, work.flow)]
        requests = [*_new(idle, connections, context.instance, ledger, now), *_successors(live, connections, now)]
        if not requests:
            yield dg.SkipReason("Every queue is empty, or has its run, or rests after a failure.")
        yield from requests

    return live_flows


def _new(
    idle: list[DueWork], connections: Connections, instance: dg.DagsterInstance, ledger: Ledger, now: datetime
) -> Iterator[dg.RunRequest]:
    failed = FailedRuns.of(instance, now) if idle else FailedRuns()
    troubled = vendors_in_trouble(ledger) if idle else frozenset()
    for work in idle:
        if not failed.rests(work.connection, work.flow, now):
            longest = connections[work.connection].runs.longest(environment())
            # Those of a vendor in trouble have few places of their own, so that they never have all.
            met = {(work.connection, vendor) for vendor in _vendors_of(work, connections[work.connection])}
            trigger = TROUBLE if met & troubled else ""
            yield flow_run_request(
                work.connection, work.flow, work_key=work.work_key, now=now, longest=longest, trigger=trigger
            )


def _vendors_of(work: DueWork, settings: ConnectionSettings) -> tuple[str, ...]:
    """Whom the flow cannot do without. Capture asks the storefront only, injection the warehouse; the others ask both."""
    storefront, warehouse = settings.storefront.vendor, settings.warehouse.vendor
    sides = {ORDER_CAPTURE: (storefront,), ORDER_INJECTION: (warehouse,)}
    return (ENVIRONMENT, *sides.get(work.flow, (storefront, warehouse)))


def _successors(live: LiveRuns, connections: Connections, now: datetime) -> Iterator[dg.RunRequest]:
    # Whether or not something is due at this moment: a busy run takes its work before a sensor can see it.
    for connection, flow in live.runs:
        if flow not in LIVE_FLOWS or connection not in connections:
            continue
        longest = connections[connection].runs.longest(environment())
        tired = live.near_its_end(connection, flow, now=now, longest=longest, relief=_RELIEF)
        if tired is not None:
            key = f"after {tired.run_id}"
            yield flow_run_request(connection, flow, work_key=key, now=now, longest=longest, trigger=RELIEF)
