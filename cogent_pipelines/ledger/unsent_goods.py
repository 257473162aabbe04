"""Units that the warehouse will never send: which orders to ask it about, what it said, and whether the storefront knows."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from cogent_pipelines.canonical.exception_case import CANCELLED_AT_WAREHOUSE, CHANGED_AFTER_INJECTION
from cogent_pipelines.canonical.fulfilment import FulfilmentLine
from cogent_pipelines.canonical.identity import ConnectionName, LineRef, OrderRef, SalesOrderRef
from cogent_pipelines.ledger.exception_cases import ITSELF
from cogent_pipelines.ledger.pool import Pool


@dataclass(frozen=True, slots=True)
class UnsentOrder:
    """An order with units that should have left. `cancelled_since`: first seen cancelled at the warehouse."""

    order_ref: OrderRef
    order_name: str
    sales_order_ref: SalesOrderRef
    cancelled_since: datetime | None


@dataclass(frozen=True, slots=True)
class UnsentResult:
    """What became of telling the storefront; `reason` is empty where it knows now."""

    order_ref: OrderRef
    reason: str = ""


# Of each line what is still wanted and was not told as sent: the storefront may show what it was told a little later.
_LACKING = """
    select line.order_ref, line.line_ref, line.ordered - line.current as off,
           least(line.to_ship, line.current - coalesce(told.units, 0)) as units
    from storefront_order_line as line
    left join lateral (
        select sum(part.quantity) as units
        from fulfilment join fulfilment_line as part using (connection, despatch_ref)
        where fulfilment.connection = line.connection and fulfilment.order_ref = line.order_ref
          and fulfilment.state = 'acknowledged' and part.line_ref = line.line_ref
    ) as told on true
    where line.connection = sent.connection and line.order_ref = sent.order_ref and line.requires_shipping
    """


@dataclass(frozen=True, slots=True)
class UnsentGoodsBook:
    pool: Pool

    def to_ask_about(
        self,
        connection: ConnectionName,
        *,
        acknowledged: tuple[datetime, datetime],
        asked_before: datetime,
        limit: int,
    ) -> list[UnsentOrder]:
        """Orders acknowledged in that span of which something has not left, the longest not asked about first.

        Without those that the storefront was told of, and those whose case a person has closed.
        """
        with self.pool.session() as session:
            rows = session.execute(
                f"""
                select sent.order_ref, sent.order_name, sent.sales_order_ref, goods.cancelled_since
                from sales_order as sent
                join storefront_order as latest using (connection, order_ref)
                left join unsent_goods as goods using (connection, order_ref)
                where sent.connection = %(connection)s and sent.state = 'acknowledged' and sent.changed_at >= %(since)s
                  and sent.acknowledged_at between %(since)s and %(until)s and latest.cancelled_at is null
                  and (goods.asked_at is null or goods.asked_at <= %(asked_before)s)
                  and goods.state is distinct from 'told'
                  and exists (select from ({_LACKING}) as lacking where units > 0)
                  and not exists (
                    select from exception_case as judged
                    where judged.connection = sent.connection and judged.kind = %(kind)s and judged.subject = sent.order_ref
                      and judged.resolved_by <> %(itself)s)
                order by goods.asked_at nulls first, sent.acknowledged_at, sent.order_ref limit %(limit)s
                """,  # noqa: S608 - our own text
                {
                    "connection": connection,
                    "since": acknowledged[0],
                    "until": acknowledged[1],
                    "asked_before": asked_before,
                    "kind": CANCELLED_AT_WAREHOUSE.code,
                    "itself": ITSELF,
                    "limit": limit,
                },
            ).fetchall()
        return [UnsentOrder(OrderRef(row[0]), row[1], SalesOrderRef(row[2]), row[3]) for row in rows]

    def still_lacking(self, connection: ConnectionName, refs: Sequence[OrderRef]) -> list[OrderRef]:
        """Those of the orders that the storefront still wants, and of which something has not left."""
        if not refs:
            return []
        with self.pool.session() as session:
            rows = session.execute(
                f"""
                select sent.order_ref
                from sales_order as sent join storefront_order as latest using (connection, order_ref)
                where sent.connection = %s and sent.order_ref = any(%s) and latest.cancelled_at is null
                  and exists (select from ({_LACKING}) as lacking where units > 0)
                """,  # noqa: S608 - our own text
                [connection, list(refs)],
            ).fetchall()
        return [OrderRef(ref) for (ref,) in rows]

    def asked(
        self, connection: ConnectionName, refs: Sequence[OrderRef], cancelled: Sequence[OrderRef], *, now: datetime
    ) -> None:
        """Write down what was asked about, and what of it is cancelled; an order that stands again begins anew."""
        with self.pool.session() as session:
            session.execute(
                """
                insert into unsent_goods as kept (connection, order_ref, state, asked_at, cancelled_since)
                select %(connection)s, ref, case when ref = any(%(cancelled)s) then 'cancelled' else 'standing' end, %(now)s,
                       case when ref = any(%(cancelled)s) then %(now)s::timestamptz end
                from unnest(%(refs)s::text[]) as ref order by ref
                on conflict (connection, order_ref) do update set
                    asked_at = excluded.asked_at,
                    state = case when kept.state = 'sent' and excluded.state = 'cancelled' then 'sent'
                        else excluded.state end,
                    cancelled_since = case when excluded.state = 'cancelled'
                        then coalesce(kept.cancelled_since, excluded.cancelled_since) end
                where kept.state <> 'told'
                """,
                {"connection": connection, "refs": list(refs), "cancelled": list(cancelled), "now": now},
            )

    def never_to_leave(
        self, connection: ConnectionName, refs: Sequence[OrderRef], *, grace: timedelta, now: datetime
    ) -> dict[OrderRef, tuple[FulfilmentLine, ...]]:
        """Of those orders that have stood cancelled for the grace time: how many units in all of each line will not leave.

        Left out is what is not certain: while a parcel of the order is not told, while one that left since belongs to
        nobody, and while people have the order in hand because it was changed.
        """
        with self.pool.session() as session:
            rows = session.execute(
                f"""
                select sent.order_ref, lacking.line_ref, lacking.off + lacking.units
                from unsent_goods as goods
                join sales_order as sent using (connection, order_ref)
                cross join lateral ({_LACKING}) as lacking
                where goods.connection = %(connection)s and goods.order_ref = any(%(refs)s) and lacking.units > 0
                  and goods.state in ('cancelled', 'sent') and goods.cancelled_since <= %(ripe)s
                  and not exists (
                    select from despatch as parcel left join fulfilment as told using (connection, despatch_ref)
                    where parcel.connection = sent.connection and not parcel.not_ours
                      and (parcel.order_ref = sent.order_ref and coalesce(told.state, '') not in ('acknowledged', 'covered')
                           or parcel.order_ref is null and parcel.captured_at >= sent.acknowledged_at))
                  and not exists (
                    select from exception_case as changed
                    where changed.connection = sent.connection and changed.kind = %(changed)s
                      and changed.subject = sent.order_ref and changed.resolved_at is null)
                order by sent.order_ref, lacking.line_ref
                """,  # noqa: S608 - our own text
                {
                    "connection": connection,
                    "refs": list(refs),
                    "ripe": now - grace,
                    "changed": CHANGED_AFTER_INJECTION.code,
                },
            ).fetchall()
        lines: dict[OrderRef, tuple[FulfilmentLine, ...]] = {}
        for order, line, units in rows:
            lines[OrderRef(order)] = (*lines.get(OrderRef(order), ()), FulfilmentLine(LineRef(line), int(units)))
        return lines

    def intend(self, connection: ConnectionName, refs: Sequence[OrderRef]) -> None:
        """Write down that the storefront is about to be told of these."""
        with self.pool.session() as session:
            session.execute(
                """
                update unsent_goods set state = 'sent'
                where connection = %s and order_ref = any(%s) and state in ('cancelled', 'sent')
                """,
                [connection, list(refs)],
            )

    def record(self, connection: ConnectionName, results: Sequence[UnsentResult], *, now: datetime) -> None:
        """Write down what became of each. What is in doubt or refused is told again: said in all, it is recorded once."""
        with self.pool.session() as session:
            session.execute(
                """
                update unsent_goods as goods set reason = result.reason,
                    state = case when result.reason = '' then 'told' else goods.state end,
                    told_at = case when result.reason = '' then %s::timestamptz end
                from unnest(%s::text[], %s::text[]) as result (order_ref, reason)
                where goods.connection = %s and goods.order_ref = result.order_ref and goods.state = 'sent'
                """,
                [now, [each.order_ref for each in results], [each.reason for each in results], connection],
            )
