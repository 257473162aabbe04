"""Which flow runs are under way and which failed lately, as Dagster's storage says, asked once for every connection.

The ledger's lock, not this, keeps two runs off one queue; this saves starting what would find the lock taken.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import dagster as dg

from cogent_pipelines.components.nouns import CONNECTION_TAG, DRAINED_TAG, FLOW_TAG

_UNDER_WAY = [
    dg.DagsterRunStatus.QUEUED,
    dg.DagsterRunStatus.NOT_STARTED,
    dg.DagsterRunStatus.STARTING,
    dg.DagsterRunStatus.STARTED,
]
_REMEMBERED = timedelta(minutes=30)
_FIRST_REST = timedelta(seconds=10)
_LONGEST_REST = timedelta(minutes=5)

FlowOf = tuple[str, str]
"""A connection's name and a flow."""


@dataclass(frozen=True, slots=True)
class LiveRun:
    """`started_at` is None while the run waits for its process."""

    run_id: str
    started_at: datetime | None


@dataclass(frozen=True, slots=True)
class LiveRuns:
    """Runs under way, by connection and flow."""

    runs: Mapping[FlowOf, list[LiveRun]] = field(default_factory=dict)

    @classmethod
    def of(cls, instance: dg.DagsterInstance) -> "LiveRuns":
        runs: dict[FlowOf, list[LiveRun]] = defaultdict(list)
        for flow, record in _flow_runs(instance, dg.RunsFilter(statuses=_UNDER_WAY)):
            started = None if record.start_time is None else datetime.fromtimestamp(record.start_time, UTC)
            runs[flow].append(LiveRun(record.dagster_run.run_id, started))
        return cls(dict(runs))

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
    """When runs failed lately before they had done their work, by connection and flow.

    A run that did it and failed afterwards, because its table is not as described, is no reason to keep orders waiting.
    """

    times: Mapping[FlowOf, list[datetime]] = field(default_factory=dict)

    @classmethod
    def of(cls, instance: dg.DagsterInstance, now: datetime) -> "FailedRuns":
        times: dict[FlowOf, list[datetime]] = defaultdict(list)
        lately = dg.RunsFilter(statuses=[dg.DagsterRunStatus.FAILURE], created_after=now - _REMEMBERED)
        for flow, record in _flow_runs(instance, lately):
            if DRAINED_TAG not in record.dagster_run.tags:
                times[flow].append(record.update_timestamp.astimezone(UTC))
        return cls(dict(times))

    def rests(self, connection: str, flow: str, now: datetime) -> bool:
        """Say whether the flow waits; each failure doubles the time, so that a wrong password starts no storm of runs."""
        times = self.times.get((connection, flow), [])
        if not times:
            return False
        rest = min(_FIRST_REST * (1 << min(len(times) - 1, 10)), _LONGEST_REST)
        return now < max(times) + rest


def _flow_runs(instance: dg.DagsterInstance, wanted: dg.RunsFilter) -> Iterator[tuple[FlowOf, dg.RunRecord]]:
    for record in instance.get_run_records(wanted):
        tags = record.dagster_run.tags
        if FLOW_TAG in tags and CONNECTION_TAG in tags:
            yield (tags[CONNECTION_TAG], tags[FLOW_TAG]), record
