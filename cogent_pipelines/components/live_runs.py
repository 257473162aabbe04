"""Which flow runs are under way, as Dagster's storage says. The ledger's lock, not this, keeps two off one queue."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import dagster as dg

from cogent_pipelines.components.nouns import CONNECTION_TAG, FLOW_TAG

_UNDER_WAY = [
    dg.DagsterRunStatus.QUEUED,
    dg.DagsterRunStatus.NOT_STARTED,
    dg.DagsterRunStatus.STARTING,
    dg.DagsterRunStatus.STARTED,
]


@dataclass(frozen=True, slots=True)
class LiveRuns:
    """When each run under way was requested, by connection and flow."""

    requested: dict[tuple[str, str], list[datetime]]

    @classmethod
    def of(cls, instance: dg.DagsterInstance) -> "LiveRuns":
        """Ask once for every connection."""
        requested: dict[tuple[str, str], list[datetime]] = defaultdict(list)
        for record in instance.get_run_records(dg.RunsFilter(statuses=_UNDER_WAY)):
            tags = record.dagster_run.tags
            if FLOW_TAG in tags and CONNECTION_TAG in tags:
                requested[tags[CONNECTION_TAG], tags[FLOW_TAG]].append(record.create_timestamp.astimezone(UTC))
        return cls(dict(requested))

    def any(self, connection: str, flow: str) -> bool:
        return bool(self.requested.get((connection, flow)))

    def relief_due(self, connection: str, flow: str, *, now: datetime, longest: timedelta, relief: timedelta) -> bool:
        """Say whether the only run under way is so near its end that its successor should be started."""
        runs = self.requested.get((connection, flow), [])
        return len(runs) == 1 and now - runs[0] > longest - relief
