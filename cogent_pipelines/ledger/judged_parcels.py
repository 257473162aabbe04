"""A person's word on a parcel that nothing here could place: whose it is, or that it is nobody's. Who and when are kept.

What follows from it, the plan and the storefront's fulfilment, is the flow's; it is woken.
"""

from dataclasses import dataclass
from datetime import datetime

from cogent_pipelines.canonical.exception_case import (
    BUNDLE_IN_PARTS,
    DESPATCH_LINE_MISMATCH,
    FULFILMENT_REJECTED,
    MISSING_TRACKING,
    UNMATCHED_DESPATCH,
)
from cogent_pipelines.canonical.identity import ConnectionName, DespatchRef, OrderRef
from cogent_pipelines.ledger.exception_cases import ExceptionCases
from cogent_pipelines.ledger.listening import notify
from cogent_pipelines.ledger.pool import Pool

_FLOW = "despatch_to_fulfilment"


@dataclass(frozen=True, slots=True)
class KnownParcel:
    """`state` is None while nothing was planned for it; `told` says that the storefront has it, or is about to."""

    ref: DespatchRef
    order_ref: OrderRef | None
    order_name: str
    state: str | None
    told: bool
    not_ours: bool


@dataclass(frozen=True, slots=True)
class JudgedParcels:
    pool: Pool

    def find(self, connection: ConnectionName, named: str) -> list[KnownParcel]:
        """The parcels with this reference or this tracking number; usually one."""
        with self.pool.session() as session:
            rows = session.execute(
                """
                select parcel.despatch_ref, parcel.order_ref, coalesce(latest.name, ''), told.state,
                       coalesce(told.storefront_ref is not null or told.state in ('pending', 'sent', 'retrying'), false),
                       parcel.not_ours
                from despatch as parcel
                left join storefront_order as latest using (connection, order_ref)
                left join fulfilment as told using (connection, despatch_ref)
                where parcel.connection = %(connection)s
                  and (parcel.despatch_ref = %(named)s or (parcel.tracking_number = %(named)s and %(named)s <> ''))
                order by parcel.despatch_ref = %(named)s desc, parcel.despatch_ref
                """,
                {"connection": connection, "named": named},
            ).fetchall()
        return [KnownParcel(*row) for row in rows]

    def waiting_for_a_word(self, connection: ConnectionName, *, limit: int = 5) -> list[DespatchRef]:
        """Parcels that belong to no order, oldest first; for who mistyped one."""
        with self.pool.session() as session:
            rows = session.execute(
                """
                select despatch_ref from despatch where connection = %s and order_ref is null and not not_ours
                order by captured_at, despatch_ref limit %s
                """,
                [connection, limit],
            ).fetchall()
        return [DespatchRef(ref) for (ref,) in rows]

    def belongs_to(
        self, connection: ConnectionName, ref: DespatchRef, order_ref: OrderRef, *, by: str, now: datetime
    ) -> bool:
        """Tie a parcel to an order; False where the storefront was told of it as another order's, or one of them is unknown.

        A parcel that was told as this order's stays as it was told: what does not fit is settled by who says so.
        """
        with self.pool.transaction() as session:
            judged = session.execute(
                """
                update despatch as parcel
                set order_ref = %(order)s, not_ours = false, judged_by = %(by)s, judged_at = %(now)s,
                    -- A plan that was told is not made again.
                    changed_at = case when is_told.yes then parcel.changed_at else %(now)s end
                from (
                    select exists (
                        select 1 from fulfilment as told
                        where told.connection = %(connection)s and told.despatch_ref = %(ref)s
                          and (told.storefront_ref is not null or told.state in ('pending', 'sent', 'retrying'))) as yes
                ) as is_told
                where parcel.connection = %(connection)s and parcel.despatch_ref = %(ref)s
                  and (not is_told.yes or parcel.order_ref = %(order)s)
                  and exists (select 1 from sales_order where connection = %(connection)s and order_ref = %(order)s)
                """,
                {"connection": connection, "ref": ref, "order": order_ref, "by": by, "now": now},
            ).rowcount
            if not judged:
                return False
            session.execute(
                """
                update fulfilment set order_ref = %s, changed_at = %s
                where connection = %s and despatch_ref = %s and order_ref <> %s
                """,
                [order_ref, now, connection, ref, order_ref],
            )
            kinds = [UNMATCHED_DESPATCH, DESPATCH_LINE_MISMATCH]
            ExceptionCases(self.pool).close(connection, kinds, [ref], now=now, by=by)
            notify(self.pool, connection, _FLOW)
        return True

    def belongs_to_nobody(self, connection: ConnectionName, ref: DespatchRef, *, by: str, now: datetime) -> bool:
        """Say that nothing is to be told of a parcel; False where the storefront was told of it already."""
        with self.pool.transaction() as session:
            judged = session.execute(
                """
                update despatch as parcel
                set order_ref = null, not_ours = true, judged_by = %(by)s, judged_at = %(now)s
                where connection = %(connection)s and despatch_ref = %(ref)s
                  and not exists (
                      select 1 from fulfilment as told
                      where told.connection = %(connection)s and told.despatch_ref = %(ref)s
                        and (told.storefront_ref is not null or told.state in ('pending', 'sent', 'retrying')))
                """,
                {"connection": connection, "ref": ref, "by": by, "now": now},
            ).rowcount
            if not judged:
                return False
            self._take_back(connection, ref, by=by, now=now)
            kinds = [UNMATCHED_DESPATCH, DESPATCH_LINE_MISMATCH, FULFILMENT_REJECTED, MISSING_TRACKING, BUNDLE_IN_PARTS]
            ExceptionCases(self.pool).close(connection, kinds, [ref], now=now, by=by)
        return True

    def _take_back(self, connection: ConnectionName, ref: DespatchRef, *, by: str, now: datetime) -> None:
        """A plan that was never told holds no units of any order any more."""
        with self.pool.session() as session:
            session.execute("delete from fulfilment_line where connection = %s and despatch_ref = %s", [connection, ref])
            session.execute("delete from parcel_placement where connection = %s and despatch_ref = %s", [connection, ref])
            session.execute(
                """
                update fulfilment set state = 'covered', reason = %s, changed_at = %s
                where connection = %s and despatch_ref = %s
                """,
                [f"not to be told, says {by}", now, connection, ref],
            )
