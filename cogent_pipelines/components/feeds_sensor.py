"""What no event told of: the sensor that looks at both sides and starts a run only for news.

One connection's trouble, whatever it is, keeps no other from being looked at.
"""

import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

import dagster as dg
import orjson

from cogent_pipelines.components.companions import injection_comes_along
from cogent_pipelines.components.live_runs import LiveRuns
from cogent_pipelines.components.looks import Looks
from cogent_pipelines.components.nouns import LIVE_FLOWS
from cogent_pipelines.components.run_requests import FlowsJob, flow_run_request
from cogent_pipelines.components.sensors import Connections
from cogent_pipelines.connections.secrets import MissingVariables
from cogent_pipelines.connections.settings import ConnectionSettings
from cogent_pipelines.flows.feed_watch import flows_with_news
from cogent_pipelines.flows.trouble import ENVIRONMENT, SETTINGS, VendorWatch
from cogent_pipelines.flows.troubles import Troubles
from cogent_pipelines.ledger.database import Ledger
from cogent_pipelines.ledger.due_work import ORDER_CAPTURE, ORDER_INJECTION
from cogent_pipelines.ports.clock import Clock, SystemClock
from cogent_pipelines.ports.errors import AuthenticationFailed
from cogent_pipelines.resources.connection import BothSides
from cogent_pipelines.resources.environment import environment

# A tick keeps the code server from others' ticks. What is not seen by now is seen by the next one, which comes soon.
_PATIENCE = timedelta(seconds=0.2)
# Where nothing was ever looked at, nothing is at work either, and whatever is there should be found before it is told.
_PATIENCE_AT_FIRST = timedelta(seconds=5)
_INTERVAL_SECONDS = 5
# Where a vendor is down, a look is what finds it back. One that refuses the log-in is not asked more often for that.
_ROUND_OF_THE_DOWN = 15.0
_AT_LEAST = 8
_SOME_MORE = 1.5


def feeds_sensor(connections: Connections, job: FlowsJob) -> dg.SensorDefinition:
    """Look at what no event told of, without starting a run when there is nothing new."""
    looks: Looks[_Seen] = Looks(_PATIENCE, at_first=_PATIENCE_AT_FIRST)

    @dg.sensor(
        name="feeds",
        job=job,
        minimum_interval_seconds=_INTERVAL_SECONDS,
        default_status=dg.DefaultSensorStatus.RUNNING,
        required_resource_keys={"ledger", "both_sides"},
        description="Polls each side with an overlapping window for what no event told; starts a run only for news.",
    )
    def feeds(context: dg.SensorEvaluationContext) -> dg.SensorResult:
        now = SystemClock().now()
        polled: dict[str, float] = orjson.loads(context.cursor) if context.cursor else {}
        ledger: Ledger = context.resources.ledger
        live = LiveRuns.of(context.instance).at_work(ledger, now)
        look = _Look(ledger, context.resources.both_sides, live, SystemClock())
        troubles = Troubles.of(ledger)
        for name in _next(_rounds(connections, troubles), polled, looks.under_way, now):
            looks.begin(name, partial(look.at, connections[name]))
        seen = [*looks.seen()]
        for each in seen:
            if each.trouble is not None:
                context.log.error("%s could not be looked at: %r", each.connection, each.trouble, exc_info=each.trouble)
        requests = [
            flow_run_request(
                each.connection,
                flow,
                work_key=f"poll {now:%H%M%S}",
                now=now,
                longest=connections[each.connection].runs.longest(environment()),
            )
            for each in seen
            for flow in _to_start(each, connections[each.connection], live, troubles)
        ]
        kept = {name: at for name, at in polled.items() if name in connections}
        return dg.SensorResult(
            run_requests=requests,
            skip_reason=None if requests else f"Looked at {len(seen)} connections; nothing new.",
            cursor=orjson.dumps({**kept, **{each.connection: now.timestamp() for each in seen}}).decode(),
        )

    return feeds


@dataclass(frozen=True, slots=True)
class _Seen:
    """Flows of one connection that have something new; or what kept us from seeing."""

    connection: str
    flows: list[str]
    trouble: Exception | None = None


@dataclass(frozen=True, slots=True)
class _Look:
    ledger: Ledger
    both_sides: BothSides
    live: LiveRuns
    clock: Clock

    def at(self, settings: ConnectionSettings) -> _Seen:
        """Look at one connection; whatever goes wrong is part of what is seen."""
        # A flow with a run under way polls for itself.
        idle = [flow for flow in LIVE_FLOWS if not self.live.any(settings.name, flow)]
        if not idle:
            return _Seen(settings.name, [])
        try:
            return _Seen(settings.name, self._news(settings, idle))
        except Exception as error:  # noqa: BLE001 - told by the tick; the other connections are looked at all the same
            return _Seen(settings.name, [], error)

    def _news(self, settings: ConnectionSettings, flows: list[str]) -> list[str]:
        connection = settings.connection()
        setting_up = VendorWatch(connection, ENVIRONMENT, SETTINGS, self.ledger, self.clock)
        try:
            with self.both_sides.opened(settings, self.ledger) as (storefront, warehouse):
                setting_up.over()
                return flows_with_news(
                    connection, flows, storefront=storefront, warehouse=warehouse, ledger=self.ledger, clock=self.clock
                )
        except MissingVariables as missing:
            setting_up.trouble(AuthenticationFailed(str(missing)))
            return []


def _to_start(seen: _Seen, settings: ConnectionSettings, live: LiveRuns, troubles: Troubles) -> list[str]:
    """A look may have begun some ticks ago, and a run for what it saw since."""
    news = [flow for flow in seen.flows if not live.any(seen.connection, flow)]
    beside = ORDER_CAPTURE in news and injection_comes_along(settings, live, troubles)
    return [*news, ORDER_INJECTION] if beside else news


def _rounds(connections: Connections, troubles: Troubles) -> dict[str, float]:
    """The seconds after which each connection is looked at again."""
    usual = {name: float(settings.feeds.poll_seconds) for name, settings in connections.items()}
    return {name: min(usual[name], _ROUND_OF_THE_DOWN) if name in troubles.down else usual[name] for name in usual}


def _next(rounds: Mapping[str, float], polled: Mapping[str, float], under_way: Collection[str], now: datetime) -> list[str]:
    """Those whose look is due, who waited longest first: as many as keeps all of them in time, and some more.

    All at once, as after a start, would take every core for seconds, and again at every round.
    """
    a_tick = sum(_INTERVAL_SECONDS / seconds for seconds in rounds.values())
    due = [name for name, seconds in rounds.items() if _is_due(polled.get(name), seconds, now)]
    waiting = sorted((name for name in due if name not in under_way), key=lambda name: polled.get(name, 0.0))
    return waiting[: max(_AT_LEAST, math.ceil(_SOME_MORE * a_tick))]


def _is_due(polled: float | None, seconds: float, now: datetime) -> bool:
    # A tick comes a little early or late; half a second of grace keeps a poll from slipping by a whole tick.
    return polled is None or now.timestamp() - polled >= seconds - 0.5
