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
from cogent_pipelines.canonical.sales_order import SalesOrder, SalesOrderLine
from cogent_pipelines.ledger.listening import notify
from cogent_pipelines.ledger.order_reading import ORDER_COLUMNS, order_of, read_lines
from cogent_pipelines.ledger.pool import Pool, Session, json_rows
from cogent_pipelines.ledger.sales_order_claims import (
    Claim,
    DoubtfulOrder,
    DueOrder,
    Move,
    SalesOrderState,
    StateCount,
)

_STATES = {state.value: state for state in SalesOrderState}
_LINE_TYPES = ("text", "text", "text", "text", "int4", "text", "int4", "int8")

# Where a move leads: what is not at the warehouse follows its latest version.
_DECIDED = """
    case when move.state in ('acknowledged', 'sent') then move.state
         when latest.standing <> 'pending' then latest.standing
         when move.state in ('held', 'failed') and kept.order_version > move.version then 'pending'
         else move.state end
    """


@dataclass(frozen=True, slots=True)
class SalesOrders:
    pool: Pool

    # ---- claiming

    def due(self, connection: ConnectionName, *, limit: int, now: datetime, least: int = 1) -> list[DueOrder]:
        """Read the due orders that came first, to be judged; nothing is claimed by it.

        Where fewer than `least` are due, there are none. Each has the claim that it will be sent or recorded under.
        """
        with self.pool.session() as session:
            rows = session.execute(
                f"""
                with due (due_ref, sales_order_ref, order_name, number, attempt, first_seen, order_version) as materialized (
                    select order_ref, sales_order_ref, order_name, claims + 1, attempt + 1, captured_at, order_version
                    from sales_order
                    where connection = %s and state in ('pending', 'retrying') and due_at <= %s
                    order by captured_at, order_ref limit %s
                )
                select due.*, digest, {ORDER_COLUMNS}
                from due join storefront_order on connection = %s and order_ref = due_ref
                where (select count(*) from due) >= %s
                order by first_seen, due_ref
                """,  # noqa: S608 - our own text
                [connection, now, limit, connection, least],
                prepare=True,  # asked again for every batch
            ).fetchall()
            lines = read_lines(session, connection, [row[0] for row in rows]) if rows else {}
        return [DueOrder(Claim(*row[:7]), order_of(row[8:], lines.get(row[0], ())), row[7]) for row in rows]

    def claim(self, connection: Connection, claims: Sequence[Claim], *, now: datetime) -> set[OrderRef]:
        """Claim due orders of which it is known that they are not sent now, so that it can be recorded why.

        Answers those that were claimed: what somebody else took meanwhile, under the same number, is theirs.
        """
        if not claims:
            return set()
        with self.pool.transaction() as session:
            _lock(session, connection.name, [claim.order_ref for claim in claims])
            rows = session.execute(
                """
                update sales_order as claimed
                set state = 'sent', attempt = attempt + 1, claims = claims + 1, lease_until = %s, in_doubt = false,
                    sent_lines = null, sent_address = null, sent_version = null, changed_at = %s
                from unnest(%s::text[], %s::integer[]) as claim (order_ref, number)
                where claimed.connection = %s and claimed.order_ref = claim.order_ref
                  and claimed.state in ('pending', 'retrying') and claimed.claims = claim.number - 1
                returning claimed.order_ref
                """,
                [
                    now + connection.injection.lease,
                    now,
                    [claim.order_ref for claim in claims],
                    [claim.number for claim in claims],
                    connection.name,
                ],
            ).fetchall()
        return {OrderRef(ref) for (ref,) in rows}

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
                        group by sku) as lines), coalesce(warehouse_ref, '')
                """,
                [connection.name, now, limit, now + connection.injection.lease, now],
            ).fetchall()
        in_order = sorted(rows, key=lambda row: (row[5], row[0]))
        return [DoubtfulOrder(Claim(*row[:7]), row[7], row[8], row[9]) for row in in_order]

    # ---- intent and outcome

    def intend(
        self, connection: Connection, orders: Sequence[tuple[DueOrder, SalesOrder]], *, now: datetime
    ) -> set[OrderRef]:
        """Claim due orders and write down that they are sent now; answers those that may be sent.

        Nobody else gets them until the lease runs out. Left out are those that changed in any way since they were read,
        which wait as they are now, and those that somebody else has claimed.
        """
        if not orders:
            return set()
        refs = [due.order.ref for due, _ in orders]
        with self.pool.transaction() as session:
            _lock(session, connection.name, refs)
            intended = session.execute(
                """
                update sales_order as intended
                set state = 'sent', attempt = attempt + 1, claims = claims + 1, lease_until = %(lease_until)s,
                    in_doubt = false, warehouse_ref = null, sent_version = order_version, routing_rule = claim.routing_rule,
                    first_sent_at = coalesce(first_sent_at, %(now)s), last_sent_at = %(now)s,
                    sent_address = latest.shipping_address, sent_lines = claim.lines, changed_at = %(now)s
                from json_to_recordset(%(wanted)s::json)
                         as claim (order_ref text, number integer, digest text, routing_rule text, lines jsonb),
                     storefront_order as latest
                where intended.connection = %(connection)s and intended.order_ref = any(%(refs)s)
                  and intended.order_ref = claim.order_ref
                  and latest.connection = %(connection)s and latest.order_ref = claim.order_ref
                  and intended.state in ('pending', 'retrying') and intended.claims = claim.number - 1
                  and latest.digest = decode(claim.digest, 'hex') and latest.standing = 'pending'
                returning intended.order_ref
                """,
                {
                    "connection": connection.name,
                    "now": now,
                    "lease_until": now + connection.injection.lease,
                    "refs": refs,
                    "wanted": json_rows(
                        {
                            "order_ref": due.order.ref,
                            "number": due.claim.number,
                            "digest": due.digest.hex(),
                            "routing_rule": wanted.routing_rule,
                            "lines": {line.ref: line.current for line in due.order.lines if line.requires_shipping},
                        }
                        for due, wanted in orders
                    ),
                },
                prepare=True,  # asked again for every batch
            ).fetchall()
            ready = {OrderRef(ref) for (ref,) in intended}
            again = [due.order.ref for due, _ in orders if due.claim.number > 1 and due.order.ref in ready]
            self._write_lines(connection.name, [wanted for due, wanted in orders if due.order.ref in ready], again)
            self._leave(connection, [due.claim for due, _ in orders if due.order.ref not in ready], now=now)
        return ready

    def _leave(self, connection: Connection, claims: Sequence[Claim], *, now: datetime) -> None:
        """Let orders that are not sent after all go where their latest version belongs; no attempt is spent."""
        mine = self.claim(connection, claims, now=now)
        back = [
            Move(each, SalesOrderState.PENDING, due_at=now, spends_attempt=False)
            for each in claims
            if each.order_ref in mine
        ]
        self.record(connection.name, back, now=now)

    def _write_lines(self, connection: ConnectionName, orders: Sequence[SalesOrder], again: Sequence[OrderRef]) -> None:
        """`again` are those that may have lines already: they were claimed before."""
        with self.pool.transaction() as session:
            if again:
                session.execute(
                    "delete from sales_order_line where connection = %s and order_ref = any(%s)", [connection, list(again)]
                )
            with session.cursor().copy(
                """
                copy sales_order_line (connection, order_ref, line_ref, order_line_ref, bundle_units, sku, quantity,
                                       value_minor) from stdin (format binary)
                """
            ) as copy:
                copy.set_types(_LINE_TYPES)
                for order in orders:
                    for line in order.lines:
                        copy.write_row(_line_row(connection, order.order_ref, line))

    def record(self, connection: ConnectionName, moves: Sequence[Move], *, now: datetime) -> dict[OrderRef, SalesOrderState]:
        """Record what became of claimed orders; answers where each stands now, without those whose claim was overtaken.

        An order that is not at the warehouse goes where its latest version belongs: one that was cancelled meanwhile is
        cancelled, one that was corrected gets another chance.
        """
        if not moves:
            return {}
        refs = [move.claim.order_ref for move in moves]
        with self.pool.transaction() as session:
            _lock(session, connection, refs)
            rows = session.execute(
                f"""
                update sales_order as kept set
                    state = {_DECIDED},
                    reason = case {_DECIDED}
                        when move.state then move.reason when 'pending' then '' else latest.standing_reason end,
                    attempt = kept.attempt - case when move.spends then 0 else 1 end,
                    due_at = coalesce(move.due_at, %(now)s),
                    lease_until = case when {_DECIDED} = 'sent' then move.due_at end,
                    in_doubt = {_DECIDED} = 'sent',
                    warehouse_ref = coalesce(move.warehouse_ref, kept.warehouse_ref),
                    acknowledged_at = case when {_DECIDED} = 'acknowledged' then %(now)s end,
                    changed_at = %(now)s
                from json_to_recordset(%(moves)s::json)
                         as move (order_ref text, claims integer, version timestamptz, state text, reason text,
                                  due_at timestamptz, warehouse_ref text, spends boolean)
                left join lateral (
                    select standing, standing_reason from storefront_order as stored
                    where stored.connection = %(connection)s and stored.order_ref = move.order_ref
                      and move.state not in ('acknowledged', 'sent')
                    offset 0  -- looked at only for those that may not be at the warehouse
                ) as latest on true
                where kept.connection = %(connection)s and kept.order_ref = any(%(refs)s)
                  and kept.order_ref = move.order_ref and kept.state = 'sent' and kept.claims = move.claims
                returning kept.order_ref, kept.state
                """,  # noqa: S608 - our own text
                {
                    "connection": connection,
                    "now": now,
                    "refs": refs,
                    "moves": json_rows(_move_row(move) for move in moves),
                },
                prepare=True,  # asked again for every batch
            ).fetchall()
        return {ref: _STATES[state] for ref, state in rows}

    # ---- for people, and for data that arrived

    def requeue(self, connection: ConnectionName, refs: Sequence[OrderRef], *, now: datetime) -> list[OrderRef]:
        """Give held, failed and retrying orders a fresh start now, and those that the warehouse took and never showed.

        Answers which were moved.
        """
        with self.pool.transaction() as session:
            rows = session.execute(
                """
                update sales_order as moved
                set state = 'pending', reason = '', attempt = 0, due_at = %(now)s, lease_until = null,
                    in_doubt = moved.in_doubt and moved.state <> 'sent', changed_at = %(now)s
                from storefront_order as latest
                where latest.connection = moved.connection and latest.order_ref = moved.order_ref
                  and latest.standing = 'pending'
                  and (moved.state in ('held', 'failed', 'retrying')
                       or (moved.state = 'sent' and moved.in_doubt and moved.warehouse_ref is not null))
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


def _line_row(connection: ConnectionName, order_ref: OrderRef, line: SalesOrderLine) -> tuple[str | int | None, ...]:
    """A line as `_LINE_TYPES` says."""
    sold_as, bundles = (line.part_of.order_line_ref, line.part_of.units) if line.part_of else (line.line_ref, None)
    return connection, order_ref, line.line_ref, sold_as, bundles, line.sku, line.quantity, line.value.minor


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
