"""Parcels as the warehouse reports them, each once, with the order it belongs to. Telling them on is `fulfilments`'."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from psycopg.types.json import Jsonb

from cogent_pipelines.canonical.despatch import Despatch, DespatchLine, Tracking
from cogent_pipelines.canonical.identity import ConnectionName, DespatchRef, SalesOrderRef, Sku
from cogent_pipelines.ledger.pool import Pool, Session


@dataclass(frozen=True, slots=True)
class StoredDespatches:
    """`changed` parcels had other lines or another tracking number than when they last came."""

    read: int = 0
    new: int = 0
    changed: int = 0

    def __add__(self, other: "StoredDespatches") -> "StoredDespatches":
        return StoredDespatches(self.read + other.read, self.new + other.new, self.changed + other.changed)


@dataclass(frozen=True, slots=True)
class UnmatchedDespatch:
    ref: DespatchRef
    sales_order_ref: SalesOrderRef
    despatched_at: datetime
    captured_at: datetime
    units: int


@dataclass(frozen=True, slots=True)
class KnownDespatches:
    """The parcels of one connection's orders, for a warehouse that cannot tell one from another itself."""

    pool: Pool
    connection: ConnectionName

    def despatches_of(self, refs: Sequence[SalesOrderRef]) -> Mapping[SalesOrderRef, Sequence[Despatch]]:
        """Parcels by sales order, in the order in which they left."""
        with self.pool.session() as session:
            rows = session.execute(
                """
                select known.sales_order_ref, despatch_ref, despatched_at, carrier, service, tracking_number, tracking_url,
                    (select coalesce(jsonb_agg(jsonb_build_array(sku, quantity, line_ref) order by position), '[]')
                     from despatch_line as line
                     where line.connection = despatch.connection and line.despatch_ref = despatch.despatch_ref)
                from sales_order as known
                join despatch on despatch.connection = known.connection and despatch.order_ref = known.order_ref
                where known.connection = %s and known.sales_order_ref = any(%s)
                order by despatched_at, despatch_ref
                """,
                [self.connection, list(refs)],
            ).fetchall()
        found: dict[SalesOrderRef, list[Despatch]] = {}
        for row in rows:
            found.setdefault(SalesOrderRef(row[0]), []).append(_despatch(*row))
        return found


@dataclass(frozen=True, slots=True)
class Despatches:
    pool: Pool

    def known(self, connection: ConnectionName) -> KnownDespatches:
        return KnownDespatches(self.pool, connection)

    def store(self, connection: ConnectionName, despatches: Iterable[Despatch], *, now: datetime) -> StoredDespatches:
        """Store parcels; one that came before is brought up to date. A tracking number that was given is never lost."""
        latest: dict[DespatchRef, Despatch] = {}
        read = 0
        for despatch in despatches:
            read += 1
            latest[despatch.ref] = despatch
        if not latest:
            return StoredDespatches()
        rows = [latest[ref] for ref in sorted(latest)]
        with self.pool.transaction() as session:
            lines_changed = _other_lines(session, connection, rows)
            stored = _upsert(session, connection, rows, lines_changed, now)
            new = {ref for ref, is_new in stored if is_new}
            _write_lines(session, connection, [row for row in rows if row.ref in new or row.ref in lines_changed])
        return StoredDespatches(read, len(new), len(stored) - len(new))

    def match(self, connection: ConnectionName) -> list[DespatchRef]:
        """Give parcels without an order the one that has their reference, stray spaces aside; answers which found theirs."""
        with self.pool.session() as session:
            rows = session.execute(
                """
                update despatch set order_ref = known.order_ref
                from sales_order as known
                where despatch.connection = %s and despatch.order_ref is null and not despatch.not_ours
                  and known.connection = despatch.connection and known.sales_order_ref = btrim(despatch.sales_order_ref)
                returning despatch_ref
                """,
                [connection],
            ).fetchall()
        return [DespatchRef(ref) for (ref,) in rows]

    def unmatched(self, connection: ConnectionName) -> list[UnmatchedDespatch]:
        """Parcels that belong to no order of ours, and of which nobody has said so, oldest first."""
        with self.pool.session() as session:
            rows = session.execute(
                """
                select despatch_ref, sales_order_ref, despatched_at, captured_at,
                    (select coalesce(sum(quantity), 0)::integer from despatch_line as line
                     where line.connection = despatch.connection and line.despatch_ref = despatch.despatch_ref)
                from despatch where connection = %s and order_ref is null and not not_ours order by captured_at, despatch_ref
                """,
                [connection],
            ).fetchall()
        return [UnmatchedDespatch(*row) for row in rows]

    def unknown_refs(self, connection: ConnectionName, refs: Sequence[DespatchRef]) -> list[DespatchRef]:
        """Those of the parcels that were never stored; for a look that starts nothing when there is no news."""
        with self.pool.session() as session:
            rows = session.execute(
                """
                select ask from unnest(%s::text[]) as ask
                where not exists (select 1 from despatch where connection = %s and despatch_ref = ask)
                """,
                [list(refs), connection],
            ).fetchall()
        return [DespatchRef(ref) for (ref,) in rows]


def _despatch(order: str, ref: str, at: datetime, *rest: Any) -> Despatch:
    carrier, service, number, url, lines = rest
    return Despatch(
        DespatchRef(ref),
        SalesOrderRef(order),
        at,
        tuple(DespatchLine(Sku(sku), quantity, line_ref) for sku, quantity, line_ref in lines),
        Tracking(carrier, service, number, url),
    )


def _lines_json(despatch: Despatch) -> list[list[Any]]:
    return [[line.sku, line.quantity, line.line_ref] for line in despatch.lines]


def _other_lines(session: Session, connection: ConnectionName, rows: Sequence[Despatch]) -> set[DespatchRef]:
    """Known parcels whose lines differ from what they now are."""
    found = session.execute(
        """
        with now_is as (
            select * from unnest(%(refs)s::text[], %(lines)s::jsonb[]) as now_is (despatch_ref, lines)
        )
        select despatch_ref from now_is
        join lateral (
            select jsonb_agg(jsonb_build_array(sku, quantity, line_ref) order by position) as lines
            from despatch_line as line
            where line.connection = %(connection)s and line.despatch_ref = now_is.despatch_ref
        ) as was on true
        where was.lines is not null and was.lines <> now_is.lines
        """,
        {
            "connection": connection,
            "refs": [row.ref for row in rows],
            "lines": [Jsonb(_lines_json(row)) for row in rows],
        },
    ).fetchall()
    return {DespatchRef(ref) for (ref,) in found}


def _upsert(
    session: Session, connection: ConnectionName, rows: Sequence[Despatch], lines_changed: set[DespatchRef], now: datetime
) -> list[tuple[DespatchRef, bool]]:
    """Store the parcels that are new or differ; answers which, and whether each is new."""
    return session.execute(
        """
        insert into despatch as kept (connection, despatch_ref, sales_order_ref, order_ref, despatched_at, carrier, service,
                                      tracking_number, tracking_url, captured_at, changed_at)
        select %(connection)s, parcel.despatch_ref, parcel.sales_order_ref, known.order_ref, despatched_at, carrier, service,
               tracking_number, tracking_url, %(now)s, %(now)s
        from unnest(%(refs)s::text[], %(orders)s::text[], %(times)s::timestamptz[], %(carriers)s::text[],
                    %(services)s::text[], %(numbers)s::text[], %(urls)s::text[])
            as parcel (despatch_ref, sales_order_ref, despatched_at, carrier, service, tracking_number, tracking_url)
        left join sales_order as known
            on known.connection = %(connection)s and known.sales_order_ref = btrim(parcel.sales_order_ref)
        order by parcel.despatch_ref
        on conflict (connection, despatch_ref) do update set
            despatched_at = excluded.despatched_at, changed_at = excluded.changed_at,
            carrier = coalesce(nullif(excluded.carrier, ''), kept.carrier),
            service = coalesce(nullif(excluded.service, ''), kept.service),
            tracking_number = coalesce(nullif(excluded.tracking_number, ''), kept.tracking_number),
            tracking_url = coalesce(nullif(excluded.tracking_url, ''), kept.tracking_url)
        where kept.despatch_ref = any(%(lines_changed)s)
           or (kept.carrier, kept.service, kept.tracking_number, kept.tracking_url) is distinct from (
               coalesce(nullif(excluded.carrier, ''), kept.carrier), coalesce(nullif(excluded.service, ''), kept.service),
               coalesce(nullif(excluded.tracking_number, ''), kept.tracking_number),
               coalesce(nullif(excluded.tracking_url, ''), kept.tracking_url))
        returning despatch_ref, xmax = 0
        """,
        {
            "connection": connection,
            "now": now,
            "refs": [row.ref for row in rows],
            "orders": [row.sales_order_ref for row in rows],
            "times": [row.despatched_at for row in rows],
            "carriers": [row.tracking.carrier for row in rows],
            "services": [row.tracking.service for row in rows],
            "numbers": [row.tracking.number.strip() for row in rows],
            "urls": [row.tracking.url for row in rows],
            "lines_changed": sorted(lines_changed),
        },
    ).fetchall()


def _write_lines(session: Session, connection: ConnectionName, rows: Sequence[Despatch]) -> None:
    session.execute(
        "delete from despatch_line where connection = %s and despatch_ref = any(%s)", [connection, [row.ref for row in rows]]
    )
    lines = [(row.ref, position, line) for row in rows for position, line in enumerate(row.lines)]
    session.execute(
        """
        insert into despatch_line (connection, despatch_ref, position, sku, quantity, line_ref)
        select %s, despatch_ref, position, sku, quantity, line_ref
        from unnest(%s::text[], %s::integer[], %s::text[], %s::integer[], %s::text[])
            as line (despatch_ref, position, sku, quantity, line_ref)
        """,
        [
            connection,
            [ref for ref, _, _ in lines],
            [position for _, position, _ in lines],
            [line.sku for _, _, line in lines],
            [line.quantity for _, _, line in lines],
            [line.line_ref for _, _, line in lines],
        ],
    )
