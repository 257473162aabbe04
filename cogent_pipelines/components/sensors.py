"""What is due: the sensor that gives every flow with work its run. The feeds and the standing of things are beside this.

A sensor asks and requests; it changes nothing outside. What a run then does is in `flow_runs`.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from types import MappingProxyType

import dagster as dg

from cogent_pipelines.components.companions import injection_comes_along
from cogent_pipelines.components.live_runs import FailedRuns, LiveRuns
from cogent_pipelines.components.nouns import LIVE_FLOWS, RELIEF, TROUBLE
from cogent_pipelines.components.run_requests import FlowsJob, flow_run_request
from cogent_pipelines.connections.settings import ConnectionSettings
from cogent_pipelines.flows.troubles import Troubles
from cogent_pipelines.ledger.database import Ledger
from cogent_pipelines.ledger.due_work import (
    DESPATCH_TO_FULFILMENT,
    ORDER_CAPTURE,
    ORDER_INJECTION,
    STOCK_PUBLICATION,
    DueWork,
)
from cogent_pipelines.ledger.inbox import STOREFRONT, WAREHOUSE
from cogent_pipelines.ports.clock import SystemClock
from cogent_pipelines.resources.environment import environment

Connections = Mapping[str, ConnectionSettings]

# A run that is about to reach its longest time gets its successor this much earlier; the successor waits on the lock.
_RELIEF = timedelta(seconds=25)
# Whom a flow cannot do without.
_SIDES = MappingProxyType(
    {
        ORDER_CAPTURE: (STOREFRONT,),
        ORDER_INJECTION: (WAREHOUSE,),
        STOCK_PUBLICATION: (STOREFRONT, WAREHOUSE),
        DESPATCH_TO_FULFILMENT: (STOREFRONT, WAREHOUSE),
    }
)
# Where a look at the feeds meets a vendor's trouble, a run is still tried: the vendor's parts may come back one by one.
_TRIAL = timedelta(minutes=5)


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
        requests = [*_new(idle, live, connections, context.instance, ledger, now), *_successors(live, connections, now)]
        if not requests:
            yield dg.SkipReason("Every queue is empty, or has its run, or rests after a failure.")
        yield from requests

    return live_flows


def _new(
    idle: Sequence[DueWork],
    live: LiveRuns,
    connections: Connections,
    instance: dg.DagsterInstance,
    ledger: Ledger,
    now: datetime,
) -> Iterator[dg.RunRequest]:
    if idle:
        new = _New(connections, now, live, FailedRuns.of(instance, now), Troubles.of(ledger))
        yield from new.requests([*idle, *new.soon(idle)])


@dataclass(frozen=True, slots=True)
class _New:
    """Runs for work that has none. Those of a vendor in trouble have few places of their own: they never have all."""

    connections: Connections
    now: datetime
    live: LiveRuns
    failed: FailedRuns
    troubles: Troubles

    def requests(self, idle: Iterable[DueWork]) -> Iterator[dg.RunRequest]:
        return (self._request(work) for work in idle if not self._rests(work))

    def soon(self, idle: Sequence[DueWork]) -> Iterator[DueWork]:
        """Injection of what is only being captured."""
        known = {(work.connection, work.flow) for work in idle}
        for capture in (work for work in idle if work.flow == ORDER_CAPTURE and not self._rests(work)):
            settings = self.connections[capture.connection]
            if (capture.connection, ORDER_INJECTION) not in known and injection_comes_along(
                settings, self.live, self.troubles
            ):
                yield replace(capture, flow=ORDER_INJECTION, sides=(WAREHOUSE,))

    def _request(self, work: DueWork) -> dg.RunRequest:
        request = partial(
            flow_run_request,
            work.connection,
            work.flow,
            now=self.now,
            longest=self.connections[work.connection].runs.longest(environment()),
            trigger=TROUBLE if self._meets_trouble(work) else "",
        )
        if self._is_in_vain(work):
            return request(work_key="trial", asked_again_after=_TRIAL)
        return request(work_key=work.work_key)

    def _rests(self, work: DueWork) -> bool:
        return self.failed.rests(work.connection, work.flow, self.now)

    def _meets_trouble(self, work: DueWork) -> bool:
        return self.troubles.met(work.connection, (self._vendor(work, side) for side in _SIDES[work.flow]))

    def _is_in_vain(self, work: DueWork) -> bool:
        """Whether nothing of it can be done, as far as a look at the vendors can tell."""
        return all(
            self.troubles.is_away(work.connection, work.flow, side=side, vendor=self._vendor(work, side), now=self.now)
            for side in work.sides
        )

    def _vendor(self, work: DueWork, side: str) -> str:
        settings = self.connections[work.connection]
        return {STOREFRONT: settings.storefront.vendor, WAREHOUSE: settings.warehouse.vendor}[side]


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
