"""Parcels on their way to the storefront. Which order lines a parcel holds is planned in the flow and written down here.

    (plan) ──▶ pending ──claim──▶ sent ──▶ acknowledged ──tracking arrives──▶ pending
       │├────▶ held                │ ├──▶ retrying   waits for time
       │       waits for a person  │ └──▶ failed     waits for a person
       │            ▲──────────────┘ proven not to be there
       └─────▶ waiting ──▶ covered   completes no bundle; another parcel was told with what it holds

A pending row with a storefront reference is made already: what is due is its tracking. A claim is a lease; one that runs
out, like an answer that proves nothing, is read back before anything is sent again.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cogent_pipelines.canonical.bundle import Bundles
from cogent_pipelines.canonical.connection import Connection
from cogent_pipelines.canonical.despatch import Tracking
from cogent_pipelines.canonical.fulfilment import FulfilmentLine, Parcel
from cogent_pipelines.canonical.identity import ConnectionName, DespatchRef, LineRef, OrderRef
from cogent_pipelines.ledger.listening import notify
from cogent_pipelines.ledger.pool import Pool, Session
from cogent_pipelines.ledger.unplanned_parcels import (
    InParcel,
    OrderedLine,
    UnplannedParcel,
    in_parcels,
    ordered_lines,
    unplanned,
)

WAITS_FOR_THE_REST = "holds part of a bundle; told when the rest has left"


@dataclass(frozen=True, slots=True)
class PlacedUnits:
    """Units of a parcel on one line that was sent; `part_of` is the storefront's line where that is a bundle."""

    line_ref: LineRef
    quantity: int
    part_of: LineRef | None = None


@dataclass(frozen=True, slots=True)
class ParcelPlan:
    """Which lines a parcel holds, or in `problem` why nobody can say. `due_at` is when it is told without tracking.

    `lines` are what the storefront is told of it. Where that is nothing, it `waits` for the rest of a bundle, or other
    parcels were told with what it holds.
    """

    ref: DespatchRef
    order_ref: OrderRef
    captured_at: datetime
    due_at: datetime
    lines: tuple[FulfilmentLine, ...] = ()
    units: tuple[PlacedUnits, ...] = ()
    waits: bool = False
    problem: str = ""

    @property
    def state(self) -> str:
        if self.problem:
            return "held"
        if self.lines:
            return "pending"
        return "waiting" if self.waits else "covered"

    @property
    def reason(self) -> str:
        return self.problem or (WAITS_FOR_THE_REST if self.state == "waiting" else "")


@dataclass(frozen=True, slots=True)
class ParcelClaim:
    """`number` counts up with each claim, and what an overtaken claim says is not recorded.

    `storefront_ref` is set where the storefront has the parcel already and tracking is to be added.
    """

    parcel: Parcel
    order_name: str
    number: int
    attempt: int
    captured_at: datetime
    storefront_ref: str | None


@dataclass(frozen=True, slots=True)
class ParcelMove:
    """Where a claimed parcel goes from `sent`; `due_at` is when a retrying one is tried, one in doubt read back."""

    claim: ParcelClaim
    to: str
    reason: str = ""
    due_at: datetime | None = None
    storefront_ref: str | None = None
    spends_attempt: bool = True


@dataclass(frozen=True, slots=True)
class KnownFulfilments:
    """Which parcel each fulfilment was made for, of one connection; what the storefront's adapter cannot remember."""

    pool: Pool
    connection: ConnectionName

    def despatches_of(self, refs: Sequence[OrderRef]) -> Mapping[str, DespatchRef]:
        """Fulfilment reference → parcel, for all fulfilments of these orders."""
        with self.pool.session() as session:
            rows = session.execute(
                """
                select part, despatch_ref from fulfilment
                cross join lateral unnest(string_to_array(storefront_ref, ' ')) as part
                where connection = %s and order_ref = any(%s) and storefront_ref is not null
                """,
                [self.connection, list(refs)],
            ).fetchall()
        return {ref: DespatchRef(despatch) for ref, despatch in rows}


@dataclass(frozen=True, slots=True)
class Fulfilments:
    pool: Pool

    def known(self, connection: ConnectionName) -> KnownFulfilments:
        return KnownFulfilments(self.pool, connection)

    # ---- planning

    def unplanned(self, connection: ConnectionName, *, limit: int = 1000) -> list[UnplannedParcel]:
        with self.pool.session() as session:
            return unplanned(session, connection, limit=limit)

    def ordered_lines(
        self, connection: ConnectionName, refs: Sequence[OrderRef], bundles: Bundles
    ) -> dict[OrderRef, list[OrderedLine]]:
        with self.pool.session() as session:
            return ordered_lines(session, connection, refs, bundles)

    def in_parcels(
        self, connection: ConnectionName, refs: Sequence[OrderRef]
    ) -> dict[OrderRef, dict[DespatchRef, InParcel]]:
        with self.pool.session() as session:
            return in_parcels(session, connection, refs)

    def plan(self, connection: ConnectionName, plans: Sequence[ParcelPlan], *, now: datetime) -> None:
        """Write plans down; whoever waits for parcels is told when this commits. What was told already keeps its lines."""
        if not plans:
            return
        with self.pool.transaction() as session:
            replaced = _write_plans(session, connection, plans, now)
            rewritten = [plan for plan in plans if plan.ref in replaced]
            _write_lines(session, connection, rewritten)
            _write_units(session, connection, rewritten)
            notify(self.pool, connection, "despatch_to_fulfilment")

    def tracking_arrived(self, connection: ConnectionName, *, now: datetime) -> int:
        """Make due what waited for its tracking number, or was told without it or with another."""
        with self.pool.session() as session:
            return session.execute(
                """
                update fulfilment as told set state = 'pending', attempt = 0, due_at = %(now)s, changed_at = %(now)s
                from despatch
                where told.connection = %(connection)s and despatch.connection = told.connection
                  and despatch.despatch_ref = told.despatch_ref and despatch.tracking_number <> ''
                  and despatch.tracking_number <> told.told_tracking_number
                  and (told.state = 'acknowledged'
                       or (told.state = 'pending' and told.attempt = 0 and told.due_at > %(now)s))
                """,
                {"connection": connection, "now": now},
            ).rowcount

    # ---- claiming and recording

    def claim_due(self, connection: Connection, *, limit: int, now: datetime) -> list[ParcelClaim]:
        """Claim the parcels that have been due longest, one per order: the next one waits for its predecessor's answer."""
        with self.pool.transaction() as session:
            rows = session.execute(
                """
                with due as (
                    select connection, despatch_ref from fulfilment
                    where connection = %(connection)s and state in ('pending', 'retrying') and due_at <= %(now)s
                      and not exists (
                          select 1 from fulfilment as other
                          where other.connection = fulfilment.connection and other.order_ref = fulfilment.order_ref
                            and other.despatch_ref <> fulfilment.despatch_ref
                            and (other.state = 'sent' or (
                                other.state in ('pending', 'retrying') and other.due_at <= %(now)s
                                and (other.due_at, other.despatch_ref) < (fulfilment.due_at, fulfilment.despatch_ref))))
                    order by due_at, despatch_ref limit %(limit)s
                    for update skip locked
                )
                update fulfilment as claimed
                set state = 'sent', attempt = attempt + 1, claims = claims + 1, lease_until = %(lease)s, in_doubt = false,
                    changed_at = %(now)s
                from due where claimed.connection = due.connection and claimed.despatch_ref = due.despatch_ref
                returning claimed.despatch_ref
                """,
                {
                    "connection": connection.name,
                    "now": now,
                    "limit": limit,
                    "lease": now + connection.fulfilment.lease,
                },
            ).fetchall()
            return _claims(session, connection, [ref for (ref,) in rows])

    def claim_doubtful(self, connection: Connection, *, limit: int, now: datetime) -> list[ParcelClaim]:
        """Claim parcels whose lease has run out, to read them back."""
        with self.pool.transaction() as session:
            rows = session.execute(
                """
                with lapsed as (
                    select connection, despatch_ref from fulfilment
                    where connection = %s and state = 'sent' and lease_until <= %s
                    order by lease_until, despatch_ref limit %s
                    for update skip locked
                )
                update fulfilment as claimed set claims = claims + 1, lease_until = %s, in_doubt = true, changed_at = %s
                from lapsed where claimed.connection = lapsed.connection and claimed.despatch_ref = lapsed.despatch_ref
                returning claimed.despatch_ref
                """,
                [connection.name, now, limit, now + connection.fulfilment.lease, now],
            ).fetchall()
            return _claims(session, connection, [ref for (ref,) in rows])

    def record(self, connection: ConnectionName, moves: Sequence[ParcelMove], *, now: datetime) -> set[DespatchRef]:
        """Record what became of claimed parcels; answers those recorded, without any whose claim was overtaken."""
        if not moves:
            return set()
        ordered = sorted(moves, key=lambda move: move.claim.parcel.despatch_ref)
        with self.pool.session() as session:
            rows = session.execute(
                """
                update fulfilment as told set
                    state = move.state, reason = move.reason, due_at = coalesce(move.due_at, %(now)s),
                    lease_until = case when move.state = 'sent' then move.due_at end,
                    in_doubt = move.state = 'sent',
                    attempt = told.attempt - case when move.spends then 0 else 1 end,
                    storefront_ref = coalesce(move.storefront_ref, told.storefront_ref),
                    told_tracking_number = case when move.state = 'acknowledged' then move.tracking
                                                else told.told_tracking_number end,
                    acknowledged_at = case when move.state = 'acknowledged' then coalesce(told.acknowledged_at, %(now)s)
                                           else told.acknowledged_at end,
                    changed_at = %(now)s
                from unnest(%(refs)s::text[], %(claims)s::integer[], %(states)s::text[], %(reasons)s::text[],
                            %(dues)s::timestamptz[], %(storefront_refs)s::text[], %(tracking)s::text[],
                            %(spends)s::boolean[])
                    as move (despatch_ref, claims, state, reason, due_at, storefront_ref, tracking, spends)
                where told.connection = %(connection)s and told.despatch_ref = move.despatch_ref
                  and told.state = 'sent' and told.claims = move.claims
                returning told.despatch_ref
                """,
                {
                    "connection": connection,
                    "now": now,
                    "refs": [move.claim.parcel.despatch_ref for move in ordered],
                    "claims": [move.claim.number for move in ordered],
                    "states": [move.to for move in ordered],
                    "reasons": [move.reason[:2000] for move in ordered],
                    "dues": [move.due_at for move in ordered],
                    "storefront_refs": [move.storefront_ref for move in ordered],
                    "tracking": [move.claim.parcel.tracking.number for move in ordered],
                    "spends": [move.spends_attempt for move in ordered],
                },
            ).fetchall()
        return {DespatchRef(ref) for (ref,) in rows}

    def requeue(self, connection: ConnectionName, refs: Sequence[DespatchRef], *, now: datetime) -> list[DespatchRef]:
        """Give failed and retrying parcels a fresh start now; answers which were moved."""
        with self.pool.transaction() as session:
            moved = session.execute(
                """
                update fulfilment set state = 'pending', reason = '', attempt = 0, due_at = %s, changed_at = %s
                where connection = %s and despatch_ref = any(%s) and state in ('failed', 'retrying')
                returning despatch_ref
                """,
                [now, now, connection, list(refs)],
            ).fetchall()
            if moved:
                notify(self.pool, connection, "despatch_to_fulfilment")
        return [DespatchRef(ref) for (ref,) in moved]


def _write_plans(
    session: Session, connection: ConnectionName, plans: Sequence[ParcelPlan], now: datetime
) -> set[DespatchRef]:
    """Store plans; answers those whose lines are to be written, which are all that were not told yet."""
    rows = session.execute(
        """
        insert into fulfilment as kept (connection, despatch_ref, order_ref, state, reason, due_at, captured_at, planned_at,
                                        changed_at)
        select %(connection)s, despatch_ref, order_ref, state, reason, due_at, captured_at, %(now)s, %(now)s
        from unnest(%(refs)s::text[], %(orders)s::text[], %(states)s::text[], %(reasons)s::text[], %(dues)s::timestamptz[],
                    %(captured)s::timestamptz[])
            as plan (despatch_ref, order_ref, state, reason, due_at, captured_at)
        on conflict (connection, despatch_ref) do update set
            planned_at = excluded.planned_at,
            state = case when kept.storefront_ref is not null or kept.state = 'sent' then kept.state else excluded.state end,
            reason = case when kept.storefront_ref is not null or kept.state = 'sent' then kept.reason
                          else excluded.reason end,
            due_at = case when kept.state in ('held', 'failed', 'waiting', 'covered') then excluded.due_at
                          else kept.due_at end,
            changed_at = case when kept.state = excluded.state and kept.reason = excluded.reason
                              then kept.changed_at else excluded.changed_at end
        returning despatch_ref, storefront_ref is null and state <> 'sent'
        """,
        {
            "connection": connection,
            "now": now,
            "refs": [plan.ref for plan in plans],
            "orders": [plan.order_ref for plan in plans],
            "states": [plan.state for plan in plans],
            "reasons": [plan.reason[:2000] for plan in plans],
            "dues": [plan.due_at for plan in plans],
            "captured": [plan.captured_at for plan in plans],
        },
    ).fetchall()
    return {DespatchRef(ref) for ref, rewritten in rows if rewritten}


def _write_lines(session: Session, connection: ConnectionName, plans: Sequence[ParcelPlan]) -> None:
    session.execute(
        "delete from fulfilment_line where connection = %s and despatch_ref = any(%s)",
        [connection, [plan.ref for plan in plans]],
    )
    lines = [(plan.ref, line) for plan in plans for line in plan.lines]
    session.execute(
        """
        insert into fulfilment_line (connection, despatch_ref, line_ref, quantity)
        select %s, despatch_ref, line_ref, quantity
        from unnest(%s::text[], %s::text[], %s::integer[]) as line (despatch_ref, line_ref, quantity)
        """,
        [connection, [ref for ref, _ in lines], [line.line_ref for _, line in lines], [line.quantity for _, line in lines]],
    )


def _write_units(session: Session, connection: ConnectionName, plans: Sequence[ParcelPlan]) -> None:
    """Where the units of a parcel lie, where it has something of a bundle: any other lies where it is told."""
    session.execute(
        "delete from parcel_placement where connection = %s and despatch_ref = any(%s)",
        [connection, [plan.ref for plan in plans]],
    )
    bundled = [plan for plan in plans if any(each.part_of is not None for each in plan.units)]
    if not bundled:
        return
    units = [(plan.ref, each) for plan in bundled for each in plan.units]
    session.execute(
        """
        insert into parcel_placement (connection, despatch_ref, line_ref, part_of, quantity)
        select %s, despatch_ref, line_ref, part_of, quantity
        from unnest(%s::text[], %s::text[], %s::text[], %s::integer[]) as placed (despatch_ref, line_ref, part_of, quantity)
        """,
        [
            connection,
            [ref for ref, _ in units],
            [each.line_ref for _, each in units],
            [each.part_of for _, each in units],
            [each.quantity for _, each in units],
        ],
    )


def _claims(session: Session, connection: Connection, refs: Sequence[str]) -> list[ParcelClaim]:
    rows = session.execute(
        """
        select told.despatch_ref, told.order_ref, sent.order_name, told.claims, told.attempt, told.captured_at,
               told.storefront_ref, parcel.carrier, parcel.service, parcel.tracking_number, parcel.tracking_url,
               parcel.despatched_at, coalesce(lines.held, '[]')
        from fulfilment as told
        join despatch as parcel using (connection, despatch_ref)
        join sales_order as sent on sent.connection = told.connection and sent.order_ref = told.order_ref
        left join lateral (
            select jsonb_agg(jsonb_build_array(line_ref, quantity) order by line_ref) as held from fulfilment_line as line
            where line.connection = told.connection and line.despatch_ref = told.despatch_ref
        ) as lines on true
        where told.connection = %s and told.despatch_ref = any(%s)
        order by told.due_at, told.despatch_ref
        """,
        [connection.name, list(refs)],
    ).fetchall()
    return [_claim(connection, row) for row in rows]


def _claim(connection: Connection, row: tuple[Any, ...]) -> ParcelClaim:
    ref, order_ref, order_name, number, attempt, captured_at, storefront_ref, *parcel_row = row
    carrier, service, tracking, url, despatched_at, lines = parcel_row
    rules = connection.fulfilment
    parcel = Parcel(
        despatch_ref=DespatchRef(ref),
        order_ref=OrderRef(order_ref),
        lines=tuple(FulfilmentLine(LineRef(line), quantity) for line, quantity in lines),
        tracking=Tracking(rules.carriers.get(carrier, carrier), service, tracking, url),
        notify_customer=rules.notify_customer,
        despatched_at=despatched_at,
    )
    return ParcelClaim(parcel, order_name, number, attempt, captured_at, storefront_ref)
