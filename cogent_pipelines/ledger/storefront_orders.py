"""Orders as the storefront has them, latest version, each with the sales order that stands for it.

Storing is one transaction per page: the order, its lines, its version, its place in the queue, and the case where a change
came too late. When an order is to be sent is `canonical.standing`'s to say; sending it is `sales_orders`'.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import orjson

from cogent_pipelines.canonical.connection import Connection
from cogent_pipelines.canonical.exception_case import NOTHING_TO_SHIP, SENDING_KINDS, CaseFinding
from cogent_pipelines.canonical.identity import ConnectionName, OrderRef
from cogent_pipelines.canonical.order import Order
from cogent_pipelines.canonical.standing import StandingState, standing_of
from cogent_pipelines.ledger import late_changes, sales_order_queue
from cogent_pipelines.ledger.exception_cases import ExceptionCases
from cogent_pipelines.ledger.listening import notify
from cogent_pipelines.ledger.order_reading import read_orders
from cogent_pipelines.ledger.order_rows import OrderRow, order_row
from cogent_pipelines.ledger.pool import Pool, Session


@dataclass(frozen=True, slots=True)
class StoredReport:
    """What became of a batch: how many orders were new, newer than ours, the same as ours, or older than ours."""

    received: int = 0
    new: int = 0
    newer: int = 0
    same: int = 0
    older: int = 0
    pending: int = 0
    changed_too_late: int = 0

    def __add__(self, other: "StoredReport") -> "StoredReport":
        return StoredReport(
            self.received + other.received,
            self.new + other.new,
            self.newer + other.newer,
            self.same + other.same,
            self.older + other.older,
            self.pending + other.pending,
            self.changed_too_late + other.changed_too_late,
        )


@dataclass(frozen=True, slots=True)
class StorefrontOrders:
    pool: Pool

    def store(self, connection: Connection, orders: Iterable[Order], *, now: datetime) -> StoredReport:
        """Store a page of orders. An older version never overwrites a newer; an equal one does only where content differs.

        Whoever waits for orders to inject is told when this commits.
        """
        latest: dict[OrderRef, OrderRow] = {}
        received = 0
        for order in orders:
            received += 1
            row = order_row(order, standing_of(order, connection.injection))
            known = latest.get(row.ref)
            if known is None or known.version <= row.version:
                latest[row.ref] = row
        if not latest:
            return StoredReport()
        # In one order for everybody, so that two pages with the same orders never wait for each other's rows.
        rows = [latest[ref] for ref in sorted(latest)]
        with self.pool.transaction() as session:
            verdicts = _upsert_orders(session, connection.name, rows, now)
            report = _counted(verdicts, received)
            changed = [row for row in rows if row.ref in verdicts and verdicts[row.ref] in ("new", "newer")]
            if changed:
                updated = [row.ref for row in changed if verdicts[row.ref] == "newer"]
                pending, late = self._store_changed(session, connection, changed, updated, now)
                report += StoredReport(pending=pending, changed_too_late=late)
        return report

    def _store_changed(
        self, session: Session, connection: Connection, changed: list[OrderRow], updated: list[OrderRef], now: datetime
    ) -> tuple[int, int]:
        """What follows from new versions; answers how many now wait to be sent, and how many came too late."""
        name = connection.name
        _replace_lines(session, name, changed, updated, now)
        _keep_versions(session, name, changed, now)
        queued = sales_order_queue.enqueue(session, connection, changed, now)
        late = late_changes.judge(self.pool, name, queued.beyond_recall, now=now) if queued.beyond_recall else 0
        self._settle_nothing_to_ship(name, changed, updated, now)
        ExceptionCases(self.pool).close(name, SENDING_KINDS, set(queued.withdrawn).intersection(updated), now=now)
        if queued.pending:
            notify(self.pool, name, "order_injection")
        return queued.pending, late

    def _settle_nothing_to_ship(
        self, name: ConnectionName, changed: list[OrderRow], updated: list[OrderRef], now: datetime
    ) -> None:
        empty = {row.ref: row for row in changed if row.standing.state is StandingState.HELD}
        cases = ExceptionCases(self.pool)
        cases.open_or_refresh(
            name,
            [
                CaseFinding(NOTHING_TO_SHIP, row.ref, "No line of this order requires shipping.", order_name=row.name)
                for row in empty.values()
            ],
            now=now,
        )
        cases.close(name, [NOTHING_TO_SHIP], [ref for ref in updated if ref not in empty], now=now)

    def get(self, connection: ConnectionName, refs: Sequence[OrderRef]) -> list[Order]:
        """These orders as they were last seen; those that were never seen are left out."""
        return read_orders(self.pool, connection, refs)

    def find_by_name(self, connection: ConnectionName, name: str) -> list[OrderRef]:
        """The orders that a customer calls so; usually one."""
        with self.pool.session() as session:
            rows = session.execute(
                "select order_ref from storefront_order where connection = %s and name = %s order by order_ref",
                [connection, name],
            ).fetchall()
        return [OrderRef(ref) for (ref,) in rows]

    def versions_of(self, connection: ConnectionName, refs: Sequence[OrderRef]) -> dict[OrderRef, datetime]:
        """The version last stored of each of these orders."""
        with self.pool.session() as session:
            rows = session.execute(
                "select order_ref, version from storefront_order where connection = %s and order_ref = any(%s)",
                [connection, list(refs)],
            ).fetchall()
        return {OrderRef(ref): version for ref, version in rows}

    def prune_versions(self, *, older_than: timedelta, now: datetime) -> int:
        """Forget what an order was before its latest version, some time after that was stored."""
        with self.pool.session() as session:
            return session.execute(
                """
                delete from storefront_order_version as old using storefront_order as latest
                where latest.connection = old.connection and latest.order_ref = old.order_ref
                  and old.version < latest.version and old.stored_at < %s
                """,
                [now - older_than],
            ).rowcount


def _counted(verdicts: dict[OrderRef, str], received: int) -> StoredReport:
    made = list(verdicts.values())
    return StoredReport(
        received=received,
        new=made.count("new"),
        newer=made.count("newer"),
        same=made.count("same") + received - len(made),
        older=made.count("older"),
    )


def _array(fragments: Iterable[bytes]) -> str:
    return orjson.dumps([orjson.Fragment(fragment) for fragment in fragments]).decode()


def _upsert_orders(session: Session, connection: ConnectionName, rows: list[OrderRow], now: datetime) -> dict[OrderRef, str]:
    """Store what is new or newer; answers per order `new`, `newer`, `same` or `older`."""
    found = session.execute(
        """
        with incoming as (
            select public.*, personal.*, judged.standing, judged.standing_reason, judged.digest
            from unnest(%(refs)s::text[], %(standings)s::text[], %(reasons)s::text[], %(digests)s::text[])
                as judged (ref, standing, standing_reason, digest)
            join json_to_recordset(%(heads)s::json) as public (
                order_ref text, name text, version timestamptz, created_at timestamptz, payment text,
                cancelled_at timestamptz, cancel_reason text, on_hold boolean, is_test boolean, taxes_included boolean,
                currency text, presentment_currency text, total_minor bigint, subtotal_minor bigint,
                shipping_minor bigint, tax_minor bigint, discount_minor bigint, presentment_total_minor bigint,
                purchase_order_number text, source text, is_trade boolean, tags text[], details jsonb
            ) on public.order_ref = judged.ref
            join json_to_recordset(%(personal)s::json) as personal (
                personal_ref text, attributes jsonb, email text, phone text, note text, shipping_address jsonb,
                billing_address jsonb
            ) on personal.personal_ref = judged.ref
        ), before as materialized (
            select order_ref, version from storefront_order
            where connection = %(connection)s and order_ref = any(%(refs)s::text[])
        ), stored as (
            insert into storefront_order as kept (
                connection, order_ref, name, version, created_at, captured_at, changed_at, payment, cancelled_at,
                cancel_reason, on_hold, is_test, taxes_included, currency, presentment_currency, total_minor,
                subtotal_minor, shipping_minor, tax_minor, discount_minor, presentment_total_minor,
                purchase_order_number, source, is_trade, tags, standing, standing_reason, digest, details, attributes,
                email, phone, note, shipping_address, billing_address)
            select %(connection)s, order_ref, name, version, created_at, %(now)s, %(now)s, payment, cancelled_at,
                cancel_reason, on_hold, is_test, taxes_included, currency, presentment_currency, total_minor,
                subtotal_minor, shipping_minor, tax_minor, discount_minor, presentment_total_minor,
                purchase_order_number, source, is_trade, tags, standing, standing_reason, decode(digest, 'hex'),
                details, attributes, email, phone, note, nullif(shipping_address, 'null'),
                nullif(billing_address, 'null')
            from incoming order by order_ref
            on conflict (connection, order_ref) do update set
                name = excluded.name, version = excluded.version, created_at = excluded.created_at,
                changed_at = excluded.changed_at, payment = excluded.payment, cancelled_at = excluded.cancelled_at,
                cancel_reason = excluded.cancel_reason, on_hold = excluded.on_hold, is_test = excluded.is_test,
                taxes_included = excluded.taxes_included, currency = excluded.currency,
                presentment_currency = excluded.presentment_currency, total_minor = excluded.total_minor,
                subtotal_minor = excluded.subtotal_minor, shipping_minor = excluded.shipping_minor,
                tax_minor = excluded.tax_minor, discount_minor = excluded.discount_minor,
                presentment_total_minor = excluded.presentment_total_minor,
                purchase_order_number = excluded.purchase_order_number, source = excluded.source,
                is_trade = excluded.is_trade, tags = excluded.tags, standing = excluded.standing,
                standing_reason = excluded.standing_reason, digest = excluded.digest, details = excluded.details,
                attributes = excluded.attributes, email = excluded.email, phone = excluded.phone,
                note = excluded.note, shipping_address = excluded.shipping_address,
                billing_address = excluded.billing_address
            where kept.version < excluded.version
               or (kept.version = excluded.version and kept.digest <> excluded.digest)
            returning order_ref, xmax = 0 as is_new
        )
        select incoming.order_ref,
               case when stored.is_new then 'new' when stored.order_ref is not null then 'newer'
                    when before.version > incoming.version then 'older' else 'same' end
        from incoming left join stored using (order_ref) left join before using (order_ref)
        """,
        {
            "connection": connection,
            "now": now,
            "refs": [row.ref for row in rows],
            "standings": [row.standing.state.value for row in rows],
            "reasons": [row.standing.reason for row in rows],
            "digests": [row.digest for row in rows],
            "heads": _array(row.head for row in rows),
            "personal": _array(row.personal for row in rows),
        },
    ).fetchall()
    return dict(found)


def _replace_lines(
    session: Session, connection: ConnectionName, changed: list[OrderRow], updated: list[OrderRef], now: datetime
) -> None:
    """Store the lines as they are now. A line that is there is changed in place, and only where it differs."""
    session.execute(
        """
        with incoming as materialized (
            select line.*, coalesce(personal.line_attributes -> line.line_ref, '[]') as attributes
            from rows from (
                unnest(%(owners)s::text[]),
                json_to_recordset(%(lines)s::json) as (
                    line_ref text, position integer, sku text, title text, ordered integer, current integer,
                    to_ship integer, requires_shipping boolean, unit_price_minor bigint, line_total_minor bigint,
                    details jsonb, takes_stock boolean)
            ) as line (order_ref)
            left join json_to_recordset(%(personal)s::json) as personal (personal_ref text, line_attributes jsonb)
                on personal.personal_ref = line.order_ref
        ), gone as (
            delete from storefront_order_line as kept
            where kept.connection = %(connection)s and kept.order_ref = any(%(updated)s::text[])
              and not exists (
                select from incoming where incoming.order_ref = kept.order_ref and incoming.line_ref = kept.line_ref)
        )
        insert into storefront_order_line as kept (
            connection, order_ref, line_ref, position, sku, title, ordered, current, to_ship, requires_shipping,
            unit_price_minor, line_total_minor, details, attributes, takes_stock)
        select %(connection)s, order_ref, line_ref, position, sku, title, ordered, current, to_ship, requires_shipping,
            unit_price_minor, line_total_minor, details, attributes, coalesce(takes_stock, true)
        from incoming
        on conflict (connection, order_ref, line_ref) do update set
            position = excluded.position, sku = excluded.sku, title = excluded.title, ordered = excluded.ordered,
            current = excluded.current, to_ship = excluded.to_ship, requires_shipping = excluded.requires_shipping,
            unit_price_minor = excluded.unit_price_minor, line_total_minor = excluded.line_total_minor,
            details = excluded.details, attributes = excluded.attributes, takes_stock = excluded.takes_stock,
            edited_at = case when kept.current <> excluded.current then %(now)s else kept.edited_at end
        where (kept.position, kept.sku, kept.title, kept.ordered, kept.current, kept.to_ship, kept.requires_shipping,
               kept.unit_price_minor, kept.line_total_minor, kept.details, kept.attributes, kept.takes_stock)
            is distinct from (excluded.position, excluded.sku, excluded.title, excluded.ordered, excluded.current,
               excluded.to_ship, excluded.requires_shipping, excluded.unit_price_minor, excluded.line_total_minor,
               excluded.details, excluded.attributes, excluded.takes_stock)
        """,
        {
            "connection": connection,
            "now": now,
            "updated": updated,
            # Line by line in one array, and beside each the order that it is of: JSON within JSON would be read twice.
            "owners": [row.ref for row in changed for _ in range(row.line_count)],
            "lines": "[" + b",".join(row.lines[1:-1] for row in changed if row.line_count).decode() + "]",
            "personal": _array(row.personal for row in changed if row.engraved),
        },
    )


def _keep_versions(session: Session, connection: ConnectionName, changed: list[OrderRow], now: datetime) -> None:
    session.execute(
        """
        insert into storefront_order_version (connection, order_ref, version, stored_at, document)
        select %s, ref, version, %s, document
        from unnest(%s::text[], %s::timestamptz[], %s::bytea[]) as kept (ref, version, document)
        on conflict (connection, order_ref, version) do update
        set stored_at = excluded.stored_at, document = excluded.document
        """,
        [
            connection,
            now,
            [row.ref for row in changed],
            [row.version for row in changed],
            [row.document for row in changed],
        ],
    )
