"""How a new version of an order moves its sales order: into the queue, out of it, or nowhere because it left already.

Called inside the transaction that stores the orders, whose rows are locked; everything after that is `sales_orders`.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from cogent_pipelines.canonical.connection import Connection
from cogent_pipelines.canonical.identity import OrderRef
from cogent_pipelines.ledger.order_rows import OrderRow
from cogent_pipelines.ledger.pool import Session

_NOT_IN_A_REFERENCE = re.compile(r"[^A-Za-z0-9_./-]+")


# Cancelled, and sent before, perhaps by half: only the warehouse knows whether anything of it is there.
_HALF_THERE = """
    excluded.state = 'cancelled' and kept.first_sent_at is not null
    and kept.state not in ('sent', 'acknowledged', 'cancelled')
    """


@dataclass(frozen=True, slots=True)
class Queued:
    """`pending` orders wait to be sent; those `beyond_recall` were sent, or may have been, before this version came.

    `withdrawn` ones are not to be sent any more, or not now.
    """

    pending: int
    withdrawn: list[OrderRef]
    beyond_recall: list[OrderRef]


def enqueue(session: Session, connection: Connection, rows: Sequence[OrderRow], now: datetime) -> Queued:
    """Give each order its sales order, or move the one it has.

    What was sent stays as it is. What is being retried keeps its next attempt's time. What was held or had failed gets
    another chance, because the new version may have corrected the cause. What was cancelled after a try is read back first.
    """
    prefix = connection.injection.sales_order_prefix
    moved = session.execute(
        f"""
        with incoming as (
            select * from unnest(%(refs)s::text[], %(names)s::text[], %(wanted)s::text[], %(otherwise)s::text[],
                                 %(states)s::text[], %(reasons)s::text[], %(versions)s::timestamptz[])
                as incoming (order_ref, name, wanted, otherwise, state, reason, version)
        )
        insert into sales_order as kept (connection, order_ref, sales_order_ref, order_name, state, reason, due_at,
                                         order_version, captured_at, changed_at)
        select %(connection)s, order_ref,
               case when row_number() over (partition by wanted order by order_ref) = 1 and not exists (
                        select 1 from sales_order as other
                        where other.connection = %(connection)s and other.sales_order_ref = wanted
                          and other.order_ref <> incoming.order_ref)
                    then wanted else otherwise end,
               name, state, reason, %(now)s, version, %(now)s, %(now)s
        from incoming order by order_ref
        on conflict (connection, order_ref) do update set
            order_name = excluded.order_name,
            order_version = excluded.order_version,
            changed_at = excluded.changed_at,
            state = case when {_HALF_THERE} then 'sent'
                         when kept.state in ('sent', 'acknowledged')
                           or (kept.state = 'retrying' and excluded.state = 'pending')
                         then kept.state else excluded.state end,
            reason = case when kept.state in ('sent', 'acknowledged')
                            or (kept.state = 'retrying' and excluded.state = 'pending')
                          then kept.reason else excluded.reason end,
            attempt = case when kept.state in ('sent', 'acknowledged', 'retrying') then kept.attempt else 0 end,
            due_at = case when kept.state in ('sent', 'acknowledged', 'retrying') then kept.due_at
                          else excluded.due_at end,
            lease_until = case when {_HALF_THERE} then %(now)s else kept.lease_until end,
            in_doubt = kept.in_doubt or ({_HALF_THERE})
        returning order_ref, state
        """,  # noqa: S608 - our own text
        {
            "connection": connection.name,
            "now": now,
            "refs": [row.ref for row in rows],
            "names": [row.name for row in rows],
            "wanted": [_wanted(prefix, row) for row in rows],
            "otherwise": [_otherwise(prefix, row) for row in rows],
            "states": [row.standing.state.value for row in rows],
            "reasons": [row.standing.reason for row in rows],
            "versions": [row.version for row in rows],
        },
    ).fetchall()
    return Queued(
        pending=sum(state == "pending" for _, state in moved),
        withdrawn=[OrderRef(ref) for ref, state in moved if state in ("waiting", "cancelled")],
        beyond_recall=[OrderRef(ref) for ref, state in moved if state in ("sent", "acknowledged")],
    )


def _wanted(prefix: str, row: OrderRow) -> str:
    """The reference that people can read on both sides: the order's own name."""
    return prefix + (_NOT_IN_A_REFERENCE.sub("", row.name) or _tail(row))


def _otherwise(prefix: str, row: OrderRow) -> str:
    """The same, told apart by the storefront's identity, where a shop has used a name twice."""
    return f"{_wanted(prefix, row)}-{_tail(row)}"


def _tail(row: OrderRow) -> str:
    return _NOT_IN_A_REFERENCE.sub("", row.ref.rsplit("/", 1)[-1])
