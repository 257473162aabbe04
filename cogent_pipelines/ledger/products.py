"""The storefront's catalogue as last read, and the index by which the adapter finds a SKU's stock without asking."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from cogent_pipelines.canonical.identity import ConnectionName, Sku
from cogent_pipelines.canonical.item import Product
from cogent_pipelines.ledger.pool import Pool


@dataclass(frozen=True, slots=True)
class ProductSkuIndex:
    """Implements the port `StorefrontSkuIndex` for one connection."""

    pool: Pool
    connection: ConnectionName

    def find(self, skus: Sequence[Sku]) -> Mapping[Sku, list[str]]:
        with self.pool.session() as session:
            rows = session.execute(
                """
                select sku, array_agg(distinct stock_ref) from storefront_product
                where connection = %s and sku = any(%s) and stock_ref <> '' group by sku
                """,
                [self.connection, list(skus)],
            ).fetchall()
        return {Sku(sku): refs for sku, refs in rows}


@dataclass(frozen=True, slots=True)
class Products:
    pool: Pool

    def index(self, connection: ConnectionName) -> ProductSkuIndex:
        """What the connection's storefront adapter looks SKUs up in."""
        return ProductSkuIndex(self.pool, connection)

    def store(self, connection: ConnectionName, products: Iterable[Product], *, now: datetime) -> int:
        """Store products as seen now; answers how many were new or had changed."""
        rows = [latest for _, latest in sorted({product.ref: product for product in products}.items())]
        if not rows:
            return 0
        with self.pool.session() as session:
            changed = session.execute(
                """
                with seen as (
                    select * from unnest(%(refs)s::text[], %(skus)s::text[], %(titles)s::text[], %(barcodes)s::text[],
                                         %(active)s::boolean[], %(shipped)s::boolean[], %(stock_refs)s::text[])
                        as seen (product_ref, sku, title, barcode, active, requires_shipping, stock_ref)
                ), before as materialized (
                    select * from storefront_product
                    where connection = %(connection)s and product_ref = any(%(refs)s::text[])
                ), stored as (
                    insert into storefront_product as kept (connection, product_ref, sku, title, barcode, active,
                                                            requires_shipping, stock_ref, seen_at)
                    select %(connection)s, product_ref, sku, title, barcode, active, requires_shipping, stock_ref, %(now)s
                    from seen
                    on conflict (connection, product_ref) do update
                    set sku = excluded.sku, title = excluded.title, barcode = excluded.barcode, active = excluded.active,
                        requires_shipping = excluded.requires_shipping, stock_ref = excluded.stock_ref,
                        seen_at = greatest(kept.seen_at, excluded.seen_at)
                )
                select count(*) from seen left join before using (product_ref)
                where before.product_ref is null or
                    (before.sku, before.title, before.barcode, before.active, before.requires_shipping, before.stock_ref)
                    is distinct from
                    (seen.sku, seen.title, seen.barcode, seen.active, seen.requires_shipping, seen.stock_ref)
                """,
                {
                    "connection": connection,
                    "now": now,
                    "refs": [row.ref for row in rows],
                    "skus": [row.sku for row in rows],
                    "titles": [row.title for row in rows],
                    "barcodes": [row.barcode for row in rows],
                    "active": [row.active for row in rows],
                    "shipped": [row.requires_shipping for row in rows],
                    "stock_refs": [row.stock_ref for row in rows],
                },
            ).fetchone()
        return int(changed[0]) if changed else 0

    def forget_unseen(self, connection: ConnectionName, *, since: datetime) -> int:
        """Forget what a complete reading that began at `since` did not bring. A reading of nothing proves nothing."""
        with self.pool.session() as session:
            return session.execute(
                """
                delete from storefront_product where connection = %(connection)s and seen_at < %(since)s
                  and exists (select 1 from storefront_product where connection = %(connection)s and seen_at >= %(since)s)
                """,
                {"connection": connection, "since": since},
            ).rowcount

    def read_at(self, connection: ConnectionName) -> datetime | None:
        """When the catalogue was last read; None before the first time."""
        with self.pool.session() as session:
            row = session.execute(
                "select max(seen_at) from storefront_product where connection = %s", [connection]
            ).fetchone()
        return row[0] if row else None
