"""How things stand: the sensor that has a connection judged again, and sees to alerts that nobody took."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import dagster as dg
import orjson

from cogent_pipelines.components.live_runs import LiveRuns
from cogent_pipelines.components.nouns import EXCEPTIONS
from cogent_pipelines.components.run_requests import FlowsJob, alerts_run_request, standing_run_request
from cogent_pipelines.components.sensors import Connections
from cogent_pipelines.ledger.database import Ledger
from cogent_pipelines.ledger.due_work import ALERTING
from cogent_pipelines.ledger.exception_cases import Case
from cogent_pipelines.ports.clock import SystemClock

# Something that waits grows late without anything changing; only looking again finds that.
_WHILE_SOMETHING_WAITS = timedelta(minutes=10)
_AT_LEAST = timedelta(hours=20)
_ALERTS_AGAIN = timedelta(seconds=55)


def standing_sensor(connections: Connections, job: FlowsJob, *, judged_at_once: int) -> dg.SensorDefinition:
    """Judge a connection again when something about it has changed, or should have."""

    @dg.sensor(
        name="standing",
        job=job,
        minimum_interval_seconds=30,
        default_status=dg.DefaultSensorStatus.RUNNING,
        required_resource_keys={"ledger", "alerts"},
        description="Refreshes `exceptions`, sends alerts and runs the business checks of connections that changed.",
    )
    def standing(context: dg.SensorEvaluationContext) -> dg.SensorResult:
        ledger: Ledger = context.resources.ledger
        now = SystemClock().now()
        memory = _Memory.read(context.cursor)
        marks: dict[str, str] = {name: mark for name, mark in ledger.due_work.changed(now).items() if name in connections}
        live = LiveRuns.of(context.instance)
        free = [name for name in marks if not live.any(name, EXCEPTIONS.flow)]
        chosen = memory.chosen(free, marks, waiting=_waiting(ledger, now), now=now)[:judged_at_once]
        requests = [standing_run_request(chosen, now=now)] if chosen else []
        judged = {**memory.judged, **{name: (marks[name], now.timestamp()) for name in chosen}}
        alerts_at = now.timestamp() if chosen else memory.alerts_at
        if not chosen and context.resources.alerts is not None and memory.alerts_may_go_again(now):
            # Whichever run sends, sends for all: one is enough, and one under way is at it.
            undelivered = ledger.cases.due_alerts(now=now, limit=1)
            if undelivered and free == [*marks]:
                requests, alerts_at = [alerts_run_request(_sender(undelivered[0], connections), now=now)], now.timestamp()
        return dg.SensorResult(
            run_requests=requests,
            skip_reason=None if requests else "Nothing changed since the last look.",
            cursor=_Memory({name: each for name, each in judged.items() if name in marks}, alerts_at).written(),
        )

    return standing


@dataclass(frozen=True, slots=True)
class _Memory:
    """The mark that each connection was judged at, and when; when alerts were last sent."""

    judged: dict[str, tuple[str, float]]
    alerts_at: float = 0.0

    @classmethod
    def read(cls, cursor: str | None) -> "_Memory":
        held: dict[str, Any] = orjson.loads(cursor) if cursor else {}
        return cls({name: (mark, at) for name, (mark, at) in held.get("judged", {}).items()}, held.get("alerts_at", 0.0))

    def written(self) -> str:
        return orjson.dumps({"judged": self.judged, "alerts_at": self.alerts_at}).decode()

    def chosen(self, free: Sequence[str], marks: Mapping[str, str], *, waiting: set[str], now: datetime) -> list[str]:
        """Those that should be judged now, the one judged longest ago first."""
        wanted = [name for name in free if self._wants(name, marks[name], waits=name in waiting, now=now)]
        return sorted(wanted, key=lambda name: self.judged.get(name, ("", 0.0))[1])

    def _wants(self, name: str, mark: str, *, waits: bool, now: datetime) -> bool:
        seen, at = self.judged.get(name, ("", 0.0))
        ago = now.timestamp() - at
        return seen != mark or ago > (_WHILE_SOMETHING_WAITS if waits else _AT_LEAST).total_seconds()

    def alerts_may_go_again(self, now: datetime) -> bool:
        return now.timestamp() - self.alerts_at >= _ALERTS_AGAIN.total_seconds()


def _sender(case: Case, connections: Connections) -> str:
    """The connection whose run sends; a case may be left of one that is no longer deployed."""
    return case.connection if case.connection in connections else next(iter(connections))


def _waiting(ledger: Ledger, now: datetime) -> set[str]:
    """Connections with something that waits for its time, its answer or its run."""
    return {work.connection for work in ledger.due_work.due(now + timedelta(days=1)) if work.flow != ALERTING}
