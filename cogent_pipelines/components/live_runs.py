"""Which flow runs are under way and which failed lately, as Dagster's storage says, asked once for every connection.

The ledger's lock, not this, keeps two runs off one queue; this saves starting what would find the lock taken. A run whose
process was killed stays on record as under way until Dagster's monitoring notices, and that is too long for an order to
wait: whether a run works is told by the lock, which goes with its process.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import dagster as dg

from cogent_pipelines.canonical.identity import connection_name
from cogent_pipelines.components.nouns import CONNECTION_TAG, DRAINED_TAG, FLOW_TAG, SEVERAL
from cogent_pipelines.ledger.database import Ledger
from cogent_pipelines.run_launcher.run_process import find_process

_UNDER_WAY = [
    dg.DagsterRunStatus.QUEUED,
    dg.DagsterRunStatus.NOT_STARTED,
    dg.DagsterRunStatus.STARTING,
    dg.DagsterRunStatus.STARTED,
]
# A run takes its flow's lock within seconds of its start. Without the lock after that, it is dead, or about to leave.
_TAKES_THE_LOCK_WITHIN = timedelta(seconds=10)
# From the moment it is launched. A process of this machine that is still on its way after that is waited for: another one
# beside it would make both later. In a cluster that is short of room one run too many is started.
_STARTS_WITHIN = timedelta(seconds=45)
# Of a flow whose runs never begin no more are started; Dagster gives those up in its own time.
_NEVER_BEGAN = 2
_REMEMBERED = timedelta(minutes=30)
# What failed after that long had not failed at once: it met something on its way, and the next run need not wait.
_WORKED_FOR = timedelta(seconds=15)
# Dagster's words for a run whose process went away: nothing in it had failed.
_DIED = frozenset({"UNEXPECTED_TERMINATION", "RUN_WORKER_RESTART", "START_TIMEOUT", "UNKNOWN"})
_REASON_TAG = "dagster/failure_reason"
_FIRST_REST = timedelta(seconds=10)
_LONGEST_REST = timedelta(minutes=5)

FlowOf = tuple[str, str]
"""A connection's name and a flow."""


@dataclass(frozen=True, slots=True)
class LiveRun:
    """`started_at` is None while the run waits for its process; `launched_at` while it waits for its place."""

    run_id: str
    started_at: datetime | None
    launched_at: datetime | None = None

    def never_began(self, now: datetime) -> bool:
        """Whether its process should have started long ago, and is not here on its way either."""
        late = self.started_at is None and self.launched_at is not None and now - self.launched_at > _STARTS_WITHIN
        return late and find_process(self.run_id) is None

    def should_hold_the_lock(self, now: datetime) -> bool:
        return self.started_at is not None and now - self.started_at > _TAKES_THE_LOCK_WITHIN


@dataclass(frozen=True, slots=True)
class LiveRuns:
    """Runs under way, by connection and flow."""

    runs: Mapping[FlowOf, list[LiveRun]] = field(default_factory=dict)

    @classmethod
    def of(cls, instance: dg.DagsterInstance) -> "LiveRuns":
        runs: dict[FlowOf, list[LiveRun]] = defaultdict(list)
        for flow, record in _flow_runs(instance, dg.RunsFilter(statuses=_UNDER_WAY)):
            started = None if record.start_time is None else datetime.fromtimestamp(record.start_time, UTC)
            queued = record.dagster_run.status is dg.DagsterRunStatus.QUEUED
            launched = None if queued else record.update_timestamp.astimezone(UTC)
            runs[flow].append(LiveRun(record.dagster_run.run_id, started, launched))
        return cls(dict(runs))

    def at_work(self, ledger: Ledger, now: datetime) -> "LiveRuns":
        """Those of the live flows that are not dead: a run at work, or one that waits for it, has its flow's lock held."""
        flows = [(connection_name(connection), flow) for connection, flow in self.runs]
        held = ledger.held_locks(flows)
        found = {key: runs if key in held else _hopeful(runs, now) for key, runs in self.runs.items()}
        return LiveRuns({key: runs for key, runs in found.items() if runs})

    def any(self, connection: str, flow: str) -> bool:
        return bool(self.runs.get((connection, flow)))

    def near_its_end(
        self, connection: str, flow: str, *, now: datetime, longest: timedelta, relief: timedelta
    ) -> LiveRun | None:
        """The only run under way, where it has been at it for so long that its successor should be started.

        A run that finds nothing to do leaves long before: one this old is busy.
        """
        match self.runs.get((connection, flow), []):
            case [LiveRun(started_at=datetime() as started) as run] if now - started > longest - min(relief, longest / 2):
                return run
            case _:
                return None


@dataclass(frozen=True, slots=True)
class FailedRuns:
    """When runs failed lately at once, one after the other, by connection and flow.

    A run that did its work and failed afterwards, because its table is not as described, is no reason to keep orders
    waiting; nor is one whose process was killed, or that had worked for a while before the ledger or its machine left it.
    """

    times: Mapping[FlowOf, list[datetime]] = field(default_factory=dict)

    @classmethod
    def of(cls, instance: dg.DagsterInstance, now: datetime) -> "FailedRuns":
        times: dict[FlowOf, list[datetime]] = defaultdict(list)
        lately = dg.RunsFilter(statuses=[dg.DagsterRunStatus.FAILURE], created_after=now - _REMEMBERED)
        for flow, record in _flow_runs(instance, lately):
            if _failed_at_once(record):
                times[flow].append(record.update_timestamp.astimezone(UTC))
        return cls({flow: _since_the_last_success(instance, flow, failed) for flow, failed in times.items()})

    def rests(self, connection: str, flow: str, now: datetime) -> bool:
        """Say whether the flow waits; each failure doubles the time, so that a wrong password starts no storm of runs."""
        times = self.times.get((connection, flow), [])
        if not times:
            return False
        rest = min(_FIRST_REST * (1 << min(len(times) - 1, 10)), _LONGEST_REST)
        return now < max(times) + rest


def _hopeful(runs: list[LiveRun], now: datetime) -> list[LiveRun]:
    """Of runs whose flow's lock nobody holds, those that may yet take it."""
    never = [run for run in runs if run.never_began(now)]
    if len(never) >= _NEVER_BEGAN:
        return runs
    return [run for run in runs if run not in never and not run.should_hold_the_lock(now)]


def _failed_at_once(record: dg.RunRecord) -> bool:
    tags = record.dagster_run.tags
    if DRAINED_TAG in tags or tags.get(_REASON_TAG) in _DIED:
        return False
    if record.start_time is None or record.end_time is None:
        return True
    return record.end_time - record.start_time < _WORKED_FOR.total_seconds()


def _since_the_last_success(instance: dg.DagsterInstance, flow: FlowOf, failed: list[datetime]) -> list[datetime]:
    tags = {CONNECTION_TAG: flow[0], FLOW_TAG: flow[1]}
    worked = instance.get_run_records(dg.RunsFilter(statuses=[dg.DagsterRunStatus.SUCCESS], tags=tags), limit=1)
    return [at for at in failed if not worked or at > worked[0].update_timestamp.astimezone(UTC)]


def _flow_runs(instance: dg.DagsterInstance, wanted: dg.RunsFilter) -> Iterator[tuple[FlowOf, dg.RunRecord]]:
    """Every run with each connection that it is of."""
    for record in instance.get_run_records(wanted):
        tags = record.dagster_run.tags
        if FLOW_TAG in tags and CONNECTION_TAG in tags:
            for connection in _connections_of(record.dagster_run):
                yield (connection, tags[FLOW_TAG]), record


def _connections_of(run: dg.DagsterRun) -> list[str]:
    named = run.tags[CONNECTION_TAG]
    return sorted({asset.path[0] for asset in run.asset_selection or ()}) if named == SEVERAL else [named]
