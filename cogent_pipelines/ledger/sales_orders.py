"""Orders on their way into the warehouse. Every change of state goes through here, or through `sales_order_queue` before.

    pending ──claim──▶ sent ──▶ acknowledged
       ▲                │ ├──▶ held       waits for a person or for data
       │                │ ├──▶ retrying   waits for time; claimed again when due
       │                │ └──▶ failed     waits for a person
       └────────────────┘ proven not to be there

A claim is a lease: one that runs out, like an answer that proves nothing, is read back before anything is sent again.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cogent_pipelines.canonical.connection import Connection
from cogent_pipelines.canonical.exception_case import SKU_KINDS
from cogent_pipelines.canonical.identity import ConnectionName, OrderRef, Sku
from cogent_pipelines.canonical.sales_order import SalesOrder
from cogent_pipelines.ledger.listening import notify
from cogent_pipelines.ledger.order_reading import read_orders
from cogent_pipelines.ledger.pool import Pool, Session, json_rows
from cogent_pipelines.ledger.sales_order_claims import (
    Claim,
    DoubtfulOrder,
    DueOrder,
    Move,
    SalesOrderState,
    StateCount,
)


@dataclass(frozen=True, slots=True)
class SalesOrders:
    pool: Pool

    # ---- claiming

    def claim_due(self, connection: Connection, *, limit: int, now: datetime, least: int = 1) -> list[DueOrder]:
        """Claim the due orders that came first; nobody else gets them until the lease runs out.

        Where fewer than `least` are due, none is claimed.
        """
        with self.pool.transaction() as session:
            rows = session.execute(
                """
                with due as (
                    select connection, order_ref from sales_order
                    where connection = %s and state in ('pending', 'retrying') and due_at <= %s
                    order by captured_at, order_ref limit %s
                    for update skip locked
                )
                update sales_order as claimed
                set state = 'sent', attempt = attempt + 1, claims = claims + 1, lease_until = %s, in_doubt = false,
                    sent_lines = null, sent_address = null, sent_version = null, changed_at = %s
                from due where claimed.connection = due.connection and claimed.order_ref = due.order_ref
                  and (select count(*) from due) >= %s
                returning claimed.order_ref, sales_order_ref, order_name, claims, attempt, captured_at, order_version
                """,
                [connection.name, now, limit, now + connection.injection.lease, now, least],
            ).fetchall()
            claims = {OrderRef(row[0]): Claim(*row) for row in sorted(rows, key=lambda row: (row[5], row[0]))}
            orders = read_orders(self.pool, connection.name, list(claims))
        return [DueOrder(claims[order.ref], order) for order in orders]

    def claim_doubtful(self, connection: Connection, *, limit: int, now: datetime) -> list[DoubtfulOrder]:
        """Claim orders whose lease has run out, to read them back; those that came first come first."""
        with self.pool.transaction() as session:
            rows = session.execute(
                """
                with lapsed as (
                    select connection, order_ref from sales_order
                    where connection = %s and state = 'sent' and lease_until <= %s
                    order by lease_until, order_ref limit %s
                    for update skip locked
                )
                update sales_order as claimed set claims = claims + 1, lease_until = %s, in_doubt = true, changed_at = %s
                from lapsed where claimed.connection = lapsed.connection and claimed.order_ref = lapsed.order_ref
                returning claimed.order_ref, sales_order_ref, order_name, claims, attempt, captured_at,
                    coalesce(sent_version, order_version), last_sent_at,
                    (select coalesce(jsonb_object_agg(sku, units), '{}') from (
                        select sku, sum(quantity)::integer as units from sales_order_line as line
                        where line.connection = claimed.connection and line.order_ref = claimed.order_ref
                        group by sku) as lines)
                """,
                [connection.name, now, limit, now + connection.injection.lease, now],
            ).fetchall()
        in_order = sorted(rows, key=lambda row: (row[5], row[0]))
        return [DoubtfulOrder(Claim(*row[:7]), row[7], row[8]) for row in in_order]

    # ---- intent and outcome

    def intend(
        self, connection: ConnectionName, orders: Sequence[tuple[DueOrder, SalesOrder]], *, now: datetime
    ) -> set[OrderRef]:
        """Write down what is about to be sent; answers those that may be sent.

        Left out are orders that changed since they were claimed, or whose claim was overtaken; the former go back into
        the queue as they are now.
        """
        if not orders:
            return set()
        with self.pool.transaction() as session:
            _lock(session, connection, [due.order.ref for due, _ in orders])
            intended = session.execute(
                """
                update sales_order as intended
                set sent_version = order_version, routing_rule = claim.routing_rule,
                    first_sent_at = coalesce(first_sent_at, %(now)s), last_sent_at = %(now)s,
                    sent_address = latest.shipping_address,
                    sent_lines = (
                        select coalesce(jsonb_object_agg(line_ref, current), '{}') from storefront_order_line as line
                        where line.connection = intended.connection and line.order_ref = intended.order_ref
                          and line.requires_shipping)
                from json_to_recordset(%(wanted)s::json)
                         as claim (order_ref text, claims integer, version timestamptz, routing_rule text),
                     storefront_order as latest
                where intended.connection = %(connection)s and intended.order_ref = claim.order_ref
                  and latest.connection = %(connection)s and latest.order_ref = claim.order_ref
                  and intended.state = 'sent' and intended.claims = claim.claims
                  and intended.order_version = claim.version and latest.standing = 'pending'
                returning intended.order_ref
                """,
                {
                    "connection": connection,
                    "now": now,
                    "wanted": json_rows(
                        {
                            "order_ref": due.order.ref,
                            "claims": due.claim.number,
                            "version": due.order.version,
                            "routing_rule": wanted.routing_rule,
                        }
                        for due, wanted in orders
                    ),
                },
            ).fetchall()
            ready = {OrderRef(ref) for (ref,) in intended}
            again = [due.order.ref for due, _ in orders if due.claim.number > 1 and due.order.ref in ready]
            self._write_lines(connection, [wanted for due, wanted in orders if due.order.ref in ready], again)
            overtaken = [due.claim for due, _ in orders if due.order.ref not in ready]
            self.hand_back(connection, overtaken, now=now)
        return ready

    def hand_back(self, connection: ConnectionName, claims: Sequence[Claim], *, now: datetime) -> None:
        """Let orders that were claimed, and certainly not sent, be claimed again as they are now; no attempt is spent."""
        self.record(
            connection,
            [Move(claim, SalesOrderState.PENDING, due_at=now, spends_attempt=False) for claim in claims],
            now=now,
        )

    def _write_lines(self, connection: ConnectionName, orders: Sequence[SalesOrder], again: Sequence[OrderRef]) -> None:
        """`again` are those that may have lines already: they were claimed before."""
        with self.pool.transaction() as session:
            if again:
                session.execute(
                    "delete from sales_order_line where connection = %s and order_ref = any(%s)", [connection, list(again)]
                )
            session.execute(
                """
                insert into sales_order_line (connection, order_ref, line_ref, order_line_ref, bundle_units, sku, quantity,
                                              value_minor)
                select %s, order_ref, line_ref, order_line_ref, bundle_units, sku, quantity, value_minor
                from json_to_recordset(%s::json)
                    as line (order_ref text, line_ref text, order_line_ref text, bundle_units integer, sku text,
                             quantity integer, value_minor bigint)
                """,
                [
                    connection,
                    json_rows(
                        {
                            "order_ref": order.order_ref,
                            "line_ref": line.line_ref,
                            "order_line_ref": line.order_line_ref,
                            "bundle_units": line.part_of.units if line.part_of else None,
                            "sku": line.sku,
                            "quantity": line.quantity,
                            "value_minor": line.value.minor,
                        }
                        for order in orders
                        for line in order.lines
                    ),
                ],
            )

    def record(self, connection: ConnectionName, moves: Sequence[Move], *, now: datetime) -> dict[OrderRef, SalesOrderState]:
        """Record what became of claimed orders; answers where each stands now, without those whose claim was overtaken.

        An order that is not at the warehouse goes where its latest version belongs: one that was cancelled meanwhile is
        cancelled, one that was corrected gets another chance.
        """
        if not moves:
            return {}
        ordered = sorted(moves, key=lambda move: move.claim.order_ref)
        with self.pool.transaction() as session:
            _lock(session, connection, [move.claim.order_ref for move in ordered])
            rows = session.execute(
                """
                with move as (
                    select * from json_to_recordset(%(moves)s::json)
                        as move (order_ref text, claims integer, version timestamptz, state text, reason text,
                                 due_at timestamptz, warehouse_ref text, spends boolean)
                ), decided as (
                    select move.*, case
                        when move.state in ('acknowledged', 'sent') then move.state
                        when latest.standing <> 'pending' then latest.standing
                        when move.state in ('held', 'failed') and moved.order_version > move.version then 'pending'
                        else move.state end as decided_state, latest.standing_reason
                    from move
                    join sales_order as moved
                        on moved.connection = %(connection)s and moved.order_ref = move.order_ref
                       and moved.state = 'sent' and moved.claims = move.claims
                    join storefront_order as latest
                        on latest.connection = %(connection)s and latest.order_ref = move.order_ref
                )
                update sales_order as kept set
                    state = decided_state,
                    reason = case
                        when decided_state = decided.state then decided.reason
                        when decided_state = 'pending' then '' else decided.standing_reason end,
                    attempt = kept.attempt - case when decided.spends then 0 else 1 end,
                    due_at = coalesce(decided.due_at, %(now)s),
                    lease_until = case when decided_state = 'sent' then decided.due_at end,
                    in_doubt = decided_state = 'sent',
                    warehouse_ref = coalesce(decided.warehouse_ref, kept.warehouse_ref),
                    acknowledged_at = case when decided_state = 'acknowledged' then %(now)s end,
                    changed_at = %(now)s
                from decided where kept.connection = %(connection)s and kept.order_ref = decided.order_ref
                returning kept.order_ref, kept.state
                """,
                {
                    "connection": connection,
                    "now": now,
                    "moves": json_rows(_move_row(move) for move in ordered),
                },
            ).fetchall()
        return {OrderRef(ref): SalesOrderState(state) for ref, state in rows}

    # ---- for people, and for data that arrived

    def requeue(self, connection: ConnectionName, refs: Sequence[OrderRef], *, now: datetime) -> list[OrderRef]:
        """Give held, failed and retrying orders a fresh start now; answers which were moved."""
        with self.pool.transaction() as session:
            rows = session.execute(
                """
                update sales_order as moved
                set state = 'pending', reason = '', attempt = 0, due_at = %(now)s, changed_at = %(now)s
                from storefront_order as latest
                where latest.connection = moved.connection and latest.order_ref = moved.order_ref
                  and latest.standing = 'pending' and moved.state in ('held', 'failed', 'retrying')
                  and moved.connection = %(connection)s and moved.order_ref = any(%(refs)s)
                returning moved.order_ref
                """,
                {"connection": connection, "now": now, "refs": list(refs)},
            ).fetchall()
            if rows:
                notify(self.pool, connection, "order_injection")
        return [OrderRef(ref) for (ref,) in rows]

    def requeue_held(
        self, connection: ConnectionName, reasons: Collection[str], skus: Collection[Sku] | None = None, *, now: datetime
    ) -> list[OrderRef]:
        """Let orders go that were held for one of these reasons; where `skus` are given, those with one of them."""
        with self.pool.session() as session:
            rows = session.execute(
                """
                select order_ref from sales_order as held
                where connection = %(connection)s and state = 'held' and reason = any(%(reasons)s)
                  and (%(skus)s::text[] is null or exists (
                      select 1 from storefront_order_line as line
                      where line.connection = held.connection and line.order_ref = held.order_ref
                        and line.sku = any(%(skus)s)))
                """,
                {"connection": connection, "reasons": list(reasons), "skus": None if skus is None else list(skus)},
            ).fetchall()
        return self.requeue(connection, [OrderRef(ref) for (ref,) in rows], now=now)

    def look_again(self, connection: ConnectionName, *, now: datetime) -> int:
        """Let orders that are held for a SKU be judged again, when their time has come; answers how many."""
        with self.pool.session() as session:
            return session.execute(
                """
                update sales_order set state = 'pending', changed_at = %s
                where connection = %s and state = 'held' and due_at <= %s and reason = any(%s)
                """,
                [now, connection, now, [kind.code for kind in SKU_KINDS]],
            ).rowcount

    # ---- questions

    def counts(self, connection: ConnectionName) -> list[StateCount]:
        """How many orders are in each state and for which reason, with the capture of the oldest."""
        with self.pool.session() as session:
            rows = session.execute(
                """
                select state, case when state in ('held', 'waiting') then reason else '' end as why, count(*),
                       min(captured_at)
                from sales_order where connection = %s group by state, why order by state, why
                """,
                [connection],
            ).fetchall()
        return [StateCount(SalesOrderState(state), why, count, oldest) for state, why, count, oldest in rows]

    def next_due(self, connection: ConnectionName) -> datetime | None:
        """When the next order is due to be sent or read back."""
        with self.pool.session() as session:
            row = session.execute(
                """
                select least(
                    (select min(due_at) from sales_order
                     where connection = %(connection)s and state in ('pending', 'retrying')),
                    (select min(lease_until) from sales_order where connection = %(connection)s and state = 'sent'))
                """,
                {"connection": connection},
            ).fetchone()
        return row[0] if row else None


def _lock(session: Session, connection: ConnectionName, refs: Sequence[OrderRef]) -> None:
    """Wait for whoever stores new versions of these orders, so that the next statement sees them."""
    session.execute(
        """
        select 1 from sales_order where connection = %s and order_ref = any(%s) order by order_ref for update
        """,
        [connection, list(refs)],
    )


def _move_row(move: Move) -> dict[str, Any]:
    return {
        "order_ref": move.claim.order_ref,
        "claims": move.claim.number,
        "version": move.claim.version,
        "state": move.to.value,
        # A vendor's words may hold what PostgreSQL's text cannot.
        "reason": move.reason[:2000].replace("\0", ""),
        "due_at": move.due_at,
        "warehouse_ref": move.warehouse_ref,
        "spends": move.spends_attempt,
    }
