"""Which acknowledged orders the storefront shows as handed over.

A mark is repeated freely: the same again changes nothing there.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from cogent_pipelines.canonical.identity import ConnectionName, OrderRef, SalesOrderRef
from cogent_pipelines.ledger.pool import Pool


@dataclass(frozen=True, slots=True)
class Unmarked:
    """`attempt` counts those that were made."""

    order_ref: OrderRef
    order_name: str
    sales_order_ref: SalesOrderRef
    acknowledged_at: datetime
    attempt: int


@dataclass(frozen=True, slots=True)
class MarkResult:
    """`due_at` None: it is marked; else when it is tried again, because of `reason`."""

    order_ref: OrderRef
    attempt: int
    due_at: datetime | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class ExportMarks:
    pool: Pool

    def unmarked(self, connection: ConnectionName, *, since: datetime, now: datetime, limit: int) -> list[Unmarked]:
        """Orders acknowledged since then and never tried, oldest first, after those whose next attempt is due."""
        with self.pool.session() as session:
            rows = session.execute(
                """
                (select sent.order_ref, sent.order_name, sent.sales_order_ref, sent.acknowledged_at, mark.attempt
                 from export_mark as mark join sales_order as sent using (connection, order_ref)
                 where mark.connection = %(connection)s and mark.state = 'retrying' and mark.due_at <= %(now)s
                 order by mark.due_at limit %(limit)s)
                union all
                (select sent.order_ref, sent.order_name, sent.sales_order_ref, sent.acknowledged_at, 0
                 from sales_order as sent
                 where sent.connection = %(connection)s and sent.state = 'acknowledged' and sent.acknowledged_at >= %(since)s
                   and not exists (
                    select from export_mark as mark
                    where mark.connection = sent.connection and mark.order_ref = sent.order_ref)
                 order by sent.acknowledged_at, sent.order_ref limit %(limit)s)
                limit %(limit)s
                """,
                {"connection": connection, "since": since, "now": now, "limit": limit},
            ).fetchall()
        return [Unmarked(OrderRef(row[0]), row[1], SalesOrderRef(row[2]), *row[3:]) for row in rows]

    def record(self, connection: ConnectionName, results: Sequence[MarkResult], *, now: datetime) -> None:
        """Write down what became of each."""
        with self.pool.session() as session:
            session.execute(
                """
                insert into export_mark (connection, order_ref, state, reason, attempt, due_at, changed_at)
                select %s, order_ref, case when due_at is null then 'marked' else 'retrying' end, reason, attempt, due_at, %s
                from unnest(%s::text[], %s::text[], %s::integer[], %s::timestamptz[])
                    as result (order_ref, reason, attempt, due_at)
                on conflict (connection, order_ref) do update set
                    state = excluded.state, reason = excluded.reason, attempt = excluded.attempt,
                    due_at = excluded.due_at, changed_at = excluded.changed_at
                """,
                [
                    connection,
                    now,
                    [result.order_ref for result in results],
                    [result.reason for result in results],
                    [result.attempt for result in results],
                    [result.due_at for result in results],
                ],
            )
