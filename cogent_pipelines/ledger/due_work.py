"""What there is to do, for all connections in one question: which flows have due work, and what has changed at all.

Who does it, and whether somebody already does, is for the asker.
"""

from dataclasses import dataclass
from datetime import datetime

from cogent_pipelines.canonical.exception_case import SKU_KINDS
from cogent_pipelines.canonical.identity import ConnectionName
from cogent_pipelines.ledger.inbox import STOREFRONT, WAREHOUSE
from cogent_pipelines.ledger.pool import Pool

ORDER_CAPTURE = "order_capture"
ORDER_INJECTION = "order_injection"
STOCK_PUBLICATION = "stock_publication"
DESPATCH_TO_FULFILMENT = "despatch_to_fulfilment"
ALERTING = "alerting"


@dataclass(frozen=True, slots=True)
class DueWork:
    """`work_key` is equal as long as it is the same work: asking twice for one key is asking once.

    `sides` are those without which none of it can be done; each has some of it.
    """

    connection: ConnectionName
    flow: str
    work_key: str
    sides: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DueWorkQuestions:
    pool: Pool

    def due(self, now: datetime) -> list[DueWork]:
        """Every connection and flow that has something to do now."""
        with self.pool.session() as session:
            rows = session.execute(
                """
                with due (connection, flow, side, work) as (
                    select connection, flow, source, 'event ' || min(id)
                    from inbox where taken_at is null group by connection, flow, source
                    union all
                    select connection, %(injection)s, %(warehouse)s, 'order ' || min(due_at)
                    from sales_order where state in ('pending', 'retrying') and due_at <= %(now)s group by connection
                    union all
                    select connection, %(injection)s, %(warehouse)s, 'doubt ' || min(lease_until)
                    from sales_order where state = 'sent' and lease_until <= %(now)s group by connection
                    union all
                    select connection, %(injection)s, %(warehouse)s, 'held ' || min(due_at)
                    from sales_order
                    where state = 'held' and due_at <= %(now)s and reason = any(%(sku_kinds)s) group by connection
                    union all
                    select connection, %(injection)s, %(storefront)s, 'mark ' || min(due_at)
                    from export_mark where state = 'retrying' and due_at <= %(now)s group by connection
                    union all
                    select connection, %(capture)s, %(warehouse)s, 'stop ' || min(due_at)
                    from sales_order_stop where state = 'asking' and due_at <= %(now)s group by connection
                    union all
                    select connection, %(stock)s, %(storefront)s, 'stock ' || min(due_at)
                    from stock_publication
                    where (state in ('pending', 'retrying') and due_at <= %(now)s)
                       or (state = 'sent' and lease_until <= %(now)s)
                    group by connection
                    union all
                    select connection, %(despatch)s, %(storefront)s, 'parcel ' || min(due_at)
                    from fulfilment
                    where (state in ('pending', 'retrying') and due_at <= %(now)s)
                       or (state = 'sent' and lease_until <= %(now)s)
                    group by connection
                    union all
                    -- A person has said whose it is.
                    select connection, %(despatch)s, %(storefront)s, 'judged ' || min(parcel.judged_at)
                    from despatch as parcel
                    left join fulfilment as told using (connection, despatch_ref)
                    where parcel.judged_at is not null and parcel.order_ref is not null
                      and parcel.changed_at >= parcel.judged_at
                      and (told.planned_at is null or told.planned_at < parcel.judged_at)
                    group by connection
                    union all
                    select connection, %(alerting)s, null, 'case ' || min(id)
                    from exception_case
                    where alerted_at is null and resolved_at is null and acknowledged_at is null
                      and severity = 'critical'
                    group by connection
                )
                select connection, flow, string_agg(work, ', ' order by work),
                       array_remove(array_agg(distinct side order by side), null)
                from due
                group by connection, flow order by connection, flow
                """,
                {
                    "now": now,
                    "capture": ORDER_CAPTURE,
                    "injection": ORDER_INJECTION,
                    "sku_kinds": [kind.code for kind in SKU_KINDS],
                    "stock": STOCK_PUBLICATION,
                    "despatch": DESPATCH_TO_FULFILMENT,
                    "storefront": STOREFRONT,
                    "warehouse": WAREHOUSE,
                    "alerting": ALERTING,
                },
            ).fetchall()
        return [DueWork(connection, flow, work, tuple(sides)) for connection, flow, work, sides in rows]

    def next_due(self, connection: ConnectionName, flow: str) -> datetime | None:
        """When the next thing that waits for its time comes due; None where nothing waits."""
        question = _NEXT_DUE.get(flow)
        if question is None:
            return None
        with self.pool.session() as session:
            row = session.execute(question, {"connection": connection}).fetchone()
        return row[0] if row else None

    def changed(self, now: datetime) -> dict[ConnectionName, str]:
        """A mark per connection that moves whenever an order, a parcel, a stock figure or a case does."""
        del now
        with self.pool.session() as session:
            rows = session.execute(
                """
                -- From name to name through the index: a group by would read every row that ever was.
                with recursive name (connection) as (
                    select min(connection) from storefront_order
                    union all
                    select (select min(connection) from storefront_order where connection > name.connection)
                    from name where connection is not null
                ), known as (
                    select connection from name where connection is not null
                    union select connection from watermark
                    union select connection from exception_case where resolved_at is null
                )
                select connection, greatest(
                    (select max(changed_at) from sales_order where sales_order.connection = known.connection),
                    (select max(changed_at) from fulfilment where fulfilment.connection = known.connection),
                    (select max(changed_at) from stock_publication where stock_publication.connection = known.connection),
                    (select max(changed_at) from stock_level where stock_level.connection = known.connection),
                    (select max(changed_at) from exception_case where exception_case.connection = known.connection)
                )::text
                from known order by connection
                """
            ).fetchall()
        return {ConnectionName(connection): mark for connection, mark in rows if mark is not None}


_NEXT_DUE = {
    flow: f"""
    select least(
        (select min(due_at) from {table} where connection = %(connection)s and state in ('pending', 'retrying')),
        (select min(lease_until) from {table} where connection = %(connection)s and state = 'sent'){more})
    """  # noqa: S608 - the tables are named below
    for flow, table, more in (
        (
            ORDER_INJECTION,
            "sales_order",
            ", (select min(due_at) from export_mark where connection = %(connection)s and state = 'retrying')",
        ),
        (STOCK_PUBLICATION, "stock_publication", ""),
        (DESPATCH_TO_FULFILMENT, "fulfilment", ""),
    )
}
