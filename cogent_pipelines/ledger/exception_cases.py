"""What is wrong, until it is not: at most one open case per connection, kind and subject.

When a case is opened and when its cause is gone is for the flows and checks to say.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from psycopg.types.json import Jsonb

from cogent_pipelines.canonical.exception_case import ALL_KINDS, CaseFinding, CaseKind, Severity, Team
from cogent_pipelines.canonical.identity import ConnectionName
from cogent_pipelines.ledger.pool import Pool

ITSELF = "itself"
# A case that closes and comes back within this time was told about already.
_QUIET = timedelta(hours=1)

Evidence = dict[str, str | int | None]


@dataclass(frozen=True, slots=True)
class Case:
    """A case as it stands. `kind` is the kind's code; its title and way out are in `canonical.exception_case`."""

    id: int
    connection: ConnectionName
    kind: str
    severity: Severity
    team: Team
    subject: str
    order_name: str
    message: str
    suggestion: str
    evidence: Evidence
    occurrences: int
    opened_at: datetime
    last_seen_at: datetime
    acknowledged_at: datetime | None
    acknowledged_by: str | None
    resolved_at: datetime | None
    resolved_by: str | None
    alerted_at: datetime | None

    @property
    def described(self) -> CaseKind | None:
        """The kind with its title and way out; None for one that this version no longer has."""
        return ALL_KINDS.get(self.kind)


@dataclass(frozen=True, slots=True)
class ExceptionCases:
    pool: Pool

    def open_or_refresh(self, connection: ConnectionName, findings: Iterable[CaseFinding], *, now: datetime) -> int:
        """Open a case per finding, or see an open one again with the finding's words; answers how many are new."""
        latest = {(finding.kind.code, finding.subject): finding for finding in findings}
        if not latest:
            return 0
        # In one order for everybody, so that two runs never wait for each other's rows.
        rows = [latest[key] for key in sorted(latest)]
        with self.pool.transaction() as session:
            new = session.execute(
                """
                insert into exception_case (connection, kind, severity, team, subject, order_name, message, suggestion,
                                            evidence, opened_at, last_seen_at, changed_at)
                select %s, kind, severity, team, subject, order_name, message, suggestion, evidence, %s, %s, %s
                from unnest(%s::text[], %s::text[], %s::text[], %s::text[], %s::text[], %s::text[], %s::text[], %s::jsonb[])
                    as finding (kind, severity, team, subject, order_name, message, suggestion, evidence)
                on conflict (connection, kind, subject) where resolved_at is null do update set
                    changed_at = case
                        when (exception_case.message, exception_case.evidence, exception_case.suggestion)
                            is distinct from (excluded.message, excluded.evidence, excluded.suggestion)
                        then excluded.changed_at else exception_case.changed_at end,
                    severity = excluded.severity, team = excluded.team, order_name = excluded.order_name,
                    message = excluded.message, suggestion = excluded.suggestion, evidence = excluded.evidence,
                    occurrences = exception_case.occurrences + 1, last_seen_at = excluded.last_seen_at
                returning xmax = 0
                """,
                [
                    connection,
                    now,
                    now,
                    now,
                    [row.kind.code for row in rows],
                    [row.kind.severity.value for row in rows],
                    [row.kind.team.value for row in rows],
                    [row.subject for row in rows],
                    [row.order_name for row in rows],
                    [row.message for row in rows],
                    [row.suggestion for row in rows],
                    [Jsonb(row.evidence) for row in rows],
                ],
            ).fetchall()
        return sum(is_new for (is_new,) in new)

    def close(
        self,
        connection: ConnectionName,
        kinds: Sequence[CaseKind],
        subjects: Collection[str],
        *,
        now: datetime,
        by: str = ITSELF,
    ) -> int:
        """Close the open cases of these kinds about these subjects; answers how many there were."""
        if not subjects:
            return 0
        with self.pool.session() as session:
            return session.execute(
                """
                update exception_case set resolved_at = %s, resolved_by = %s, changed_at = %s
                where connection = %s and kind = any(%s) and subject = any(%s) and resolved_at is null
                """,
                [now, by, now, connection, _codes(kinds), sorted(subjects)],
            ).rowcount

    def close_absent(
        self, connection: ConnectionName, kinds: Sequence[CaseKind], subjects_still_true: Collection[str], *, now: datetime
    ) -> int:
        """Close the open cases of these kinds about any other subject: a full look found their cause gone."""
        with self.pool.session() as session:
            return session.execute(
                """
                update exception_case set resolved_at = %s, resolved_by = %s, changed_at = %s
                where connection = %s and kind = any(%s) and subject <> all(%s) and resolved_at is null
                """,
                [now, ITSELF, now, connection, _codes(kinds), sorted(subjects_still_true)],
            ).rowcount

    def acknowledge(self, ids: Sequence[int], *, by: str, now: datetime) -> int:
        """Somebody has seen these and is on it; the first to say so stays on record."""
        with self.pool.session() as session:
            return session.execute(
                """
                update exception_case set acknowledged_at = %s, acknowledged_by = %s, changed_at = %s
                where id = any(%s) and resolved_at is null and acknowledged_at is null
                """,
                [now, by, now, list(ids)],
            ).rowcount

    def resolve(self, ids: Sequence[int], *, by: str, now: datetime) -> int:
        """A person says that these are settled; a cause that is still there opens a new case."""
        with self.pool.session() as session:
            return session.execute(
                """
                update exception_case set resolved_at = %s, resolved_by = %s, changed_at = %s
                where id = any(%s) and resolved_at is null
                """,
                [now, by, now, list(ids)],
            ).rowcount

    def open(
        self,
        connection: ConnectionName | None = None,
        *,
        kinds: Sequence[CaseKind] = (),
        subject: str | None = None,
        limit: int = 100_000,
    ) -> list[Case]:
        """Open cases, critical ones first, then oldest first; of one connection, of some kinds, about one subject."""
        with self.pool.session() as session:
            rows = session.execute(
                f"""
                {_SELECT} where resolved_at is null and (%s::text is null or connection = %s)
                  and (%s::text[] is null or kind = any(%s)) and (%s::text is null or subject = %s)
                order by severity, opened_at, id limit %s
                """,
                [connection, connection, _codes(kinds) or None, _codes(kinds) or None, subject, subject, limit],
            ).fetchall()
        return [_case(row) for row in rows]

    def history(self, connection: ConnectionName, subject: str) -> list[Case]:
        """Every case about a subject, open and closed, newest first."""
        with self.pool.session() as session:
            rows = session.execute(
                f"{_SELECT} where connection = %s and subject = %s order by opened_at desc, id",
                [connection, subject],
            ).fetchall()
        return [_case(row) for row in rows]

    def due_alerts(self, *, now: datetime, connection: ConnectionName | None = None, limit: int = 100) -> list[Case]:
        """Critical cases nobody was told of, oldest first; one that closed and came back within the hour waits."""
        with self.pool.session() as session:
            rows = session.execute(
                f"""
                {_SELECT}
                where alerted_at is null and resolved_at is null and severity = 'critical' and acknowledged_at is null
                  and (%s::text is null or connection = %s)
                  and not exists (
                      select 1 from exception_case as told
                      where told.connection = due.connection and told.kind = due.kind and told.subject = due.subject
                        and told.alerted_at > %s)
                order by opened_at, id limit %s
                """,  # noqa: S608 - the columns are a constant of this module
                [connection, connection, now - _QUIET, limit],
            ).fetchall()
        return [_case(row) for row in rows]

    def mark_alerted(self, ids: Sequence[int], *, now: datetime) -> None:
        with self.pool.session() as session:
            session.execute(
                "update exception_case set alerted_at = %s where id = any(%s) and alerted_at is null", [now, list(ids)]
            )


_SELECT = """
    select id, connection, kind, severity, team, subject, order_name, message, suggestion, evidence, occurrences,
    opened_at, last_seen_at, acknowledged_at, acknowledged_by, resolved_at, resolved_by, alerted_at
    from exception_case as due"""


def _codes(kinds: Sequence[CaseKind]) -> list[str]:
    return [kind.code for kind in kinds]


def _case(row: tuple[Any, ...]) -> Case:
    number, connection, kind, severity, team, *rest = row
    return Case(number, connection, kind, Severity(severity), Team(team), *rest)
