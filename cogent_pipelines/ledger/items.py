"""The warehouse's catalogue as last read. What the two catalogues disagree on is `sku_comparison`'s matter."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from cogent_pipelines.canonical.identity import ConnectionName, Sku
from cogent_pipelines.canonical.item import Item
from cogent_pipelines.ledger.folding import folded
from cogent_pipelines.ledger.pool import Pool


@dataclass(frozen=True, slots=True)
class Items:
    pool: Pool

    def store(self, connection: ConnectionName, items: Iterable[Item], *, now: datetime) -> int:
        """Store items as seen now; answers how many were new or had changed."""
        rows = [latest for _, latest in sorted({item.sku: item for item in items}.items())]
        if not rows:
            return 0
        with self.pool.session() as session:
            changed = session.execute(
                """
                with seen as (
                    select * from unnest(%(skus)s::text[], %(names)s::text[], %(barcodes)s::text[], %(active)s::boolean[])
                        as seen (sku, name, barcode, active)
                ), before as materialized (
                    select sku, name, barcode, active from warehouse_item
                    where connection = %(connection)s and sku = any(%(skus)s::text[])
                ), stored as (
                    insert into warehouse_item as kept (connection, sku, name, barcode, active, seen_at)
                    select %(connection)s, sku, name, barcode, active, %(now)s from seen
                    on conflict (connection, sku) do update
                    set name = excluded.name, barcode = excluded.barcode, active = excluded.active,
                        seen_at = greatest(kept.seen_at, excluded.seen_at)
                )
                select count(*) from seen left join before using (sku)
                where (before.name, before.barcode, before.active) is distinct from (seen.name, seen.barcode, seen.active)
                """,
                {
                    "connection": connection,
                    "now": now,
                    "skus": [row.sku for row in rows],
                    "names": [row.name for row in rows],
                    "barcodes": [row.barcode for row in rows],
                    "active": [row.active for row in rows],
                },
            ).fetchone()
        return int(changed[0]) if changed else 0

    def forget_unseen(self, connection: ConnectionName, *, since: datetime) -> int:
        """Forget what a complete reading that began at `since` did not bring. A reading of nothing proves nothing."""
        with self.pool.session() as session:
            return session.execute(
                """
                delete from warehouse_item where connection = %(connection)s and seen_at < %(since)s
                  and exists (select 1 from warehouse_item where connection = %(connection)s and seen_at >= %(since)s)
                """,
                {"connection": connection, "since": since},
            ).rowcount

    def known(self, connection: ConnectionName, skus: Sequence[Sku]) -> dict[Sku, Item]:
        """Those of the SKUs that the warehouse has under exactly that spelling."""
        with self.pool.session() as session:
            rows = session.execute(
                "select sku, name, active, barcode from warehouse_item where connection = %s and sku = any(%s)",
                [connection, list(skus)],
            ).fetchall()
        return {Sku(sku): Item(Sku(sku), name, active, barcode) for sku, name, active, barcode in rows}

    def nearly(self, connection: ConnectionName, skus: Sequence[Sku]) -> dict[Sku, list[Item]]:
        """For each SKU, the items that differ from it in case or spaces only; SKUs without any are left out."""
        by_folded: dict[str, list[Sku]] = {}
        for sku in skus:
            by_folded.setdefault(folded(sku), []).append(sku)
        with self.pool.session() as session:
            rows = session.execute(
                r"""
                select sku, name, active, barcode from warehouse_item
                where connection = %s and lower(regexp_replace(sku, '\s', '', 'g')) = any(%s) order by sku
                """,
                [connection, list(by_folded)],
            ).fetchall()
        found: dict[Sku, list[Item]] = {}
        for item in (Item(Sku(sku), name, active, barcode) for sku, name, active, barcode in rows):
            for sku in by_folded.get(folded(item.sku), []):
                if sku != item.sku:
                    found.setdefault(sku, []).append(item)
        return found

    def read_at(self, connection: ConnectionName) -> datetime | None:
        """When the catalogue was last read; None before the first time."""
        with self.pool.session() as session:
            row = session.execute("select max(seen_at) from warehouse_item where connection = %s", [connection]).fetchone()
        return row[0] if row else None
