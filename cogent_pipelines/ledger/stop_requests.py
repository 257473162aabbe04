"""Orders that the storefront cancelled after they were sent: which to have the warehouse stop, and what it answered."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from cogent_pipelines.canonical.exception_case import CHANGED_AFTER_INJECTION
from cogent_pipelines.canonical.identity import ConnectionName, OrderRef, SalesOrderRef
from cogent_pipelines.ledger import late_changes
from cogent_pipelines.ledger.pool import Pool


class StopState(StrEnum):
    """How far it is. Only `asking` is asked again."""

    ASKING = "asking"
    STOPPED = "stopped"
    NOT_STOPPED = "not_stopped"


@dataclass(frozen=True, slots=True)
class OrderToStop:
    """`attempt` counts the times that the warehouse was asked."""

    order_ref: OrderRef
    sales_order_ref: SalesOrderRef
    attempt: int


@dataclass(frozen=True, slots=True)
class StopAnswer:
    """What came of asking; `due_at` is given where it is asked again, `reason` where it is not stopped."""

    order_ref: OrderRef
    state: StopState
    attempt: int
    reason: str = ""
    due_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class StopRequests:
    pool: Pool

    def due(self, connection: ConnectionName, *, now: datetime, limit: int) -> list[OrderToStop]:
        """Orders to be asked about again, and those never asked about whose open case says that they are cancelled."""
        with self.pool.session() as session:
            rows = session.execute(
                """
                (select stop.order_ref, sent.sales_order_ref, stop.attempt
                 from sales_order_stop as stop join sales_order as sent using (connection, order_ref)
                 where stop.connection = %(connection)s and stop.due_at <= %(now)s
                 order by stop.due_at limit %(limit)s)
                union all
                (select sent.order_ref, sent.sales_order_ref, 0
                 from exception_case as late
                 join sales_order as sent on sent.connection = late.connection and sent.order_ref = late.subject
                 where late.connection = %(connection)s and late.kind = %(kind)s and late.resolved_at is null
                   and late.evidence ->> 'cancelled' = 'yes' and sent.state = 'acknowledged'
                   and not exists (
                    select from sales_order_stop as stop
                    where stop.connection = sent.connection and stop.order_ref = sent.order_ref)
                 order by late.id limit %(limit)s)
                limit %(limit)s
                """,
                {"connection": connection, "now": now, "kind": CHANGED_AFTER_INJECTION.code, "limit": limit},
            ).fetchall()
        return [OrderToStop(OrderRef(order), SalesOrderRef(sent), attempt) for order, sent, attempt in rows]

    def forget(self, connection: ConnectionName, *, now: datetime) -> None:
        """Leave to people what the warehouse has not decided yet; asked again one day, it is asked as for the first time."""
        with self.pool.transaction() as session:
            rows = session.execute(
                "delete from sales_order_stop where connection = %s and state = 'asking' returning order_ref", [connection]
            ).fetchall()
            if rows:
                late_changes.judge(self.pool, connection, [OrderRef(ref) for (ref,) in rows], now=now)

    def record(self, connection: ConnectionName, answers: Sequence[StopAnswer], *, now: datetime) -> None:
        """Write answers down; the orders' cases say them, and those of stopped orders close."""
        with self.pool.transaction() as session:
            # In one order for everybody, so that two runs never wait for each other's rows.
            for each in sorted(answers, key=lambda answer: answer.order_ref):
                session.execute(
                    """
                    insert into sales_order_stop (connection, order_ref, state, attempt, reason, asked_at, due_at)
                    values (%s, %s, %s, %s, %s, %s, %s)
                    on conflict (connection, order_ref) do update
                    set state = excluded.state, attempt = excluded.attempt, reason = excluded.reason,
                        asked_at = excluded.asked_at, due_at = excluded.due_at
                    """,
                    [connection, each.order_ref, each.state, each.attempt, each.reason, now, each.due_at],
                )
            late_changes.judge(self.pool, connection, [each.order_ref for each in answers], now=now)
