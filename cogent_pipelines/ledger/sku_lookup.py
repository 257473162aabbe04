"""Does the warehouse know these SKUs? One answer per SKU, from the confirmed mappings and the catalogue last seen."""

from collections.abc import Collection
from dataclasses import dataclass

from cogent_pipelines.canonical.identity import ConnectionName, Sku
from cogent_pipelines.ledger.pool import Pool


@dataclass(frozen=True, slots=True)
class SkuAnswer:
    """`warehouse_sku` is the SKU itself, or what it is mapped to.

    `known` and `active` speak of exactly that spelling; `variants` are items that differ from it in case or spaces only.
    """

    sku: Sku
    warehouse_sku: Sku
    known: bool
    active: bool
    variants: tuple[Sku, ...] = ()


@dataclass(frozen=True, slots=True)
class SkuLookup:
    pool: Pool

    def of(self, connection: ConnectionName, skus: Collection[Sku]) -> dict[Sku, SkuAnswer]:
        """Look all of them up at once."""
        if not skus:
            return {}
        with self.pool.session() as session:
            rows = session.execute(
                """
                select asked.sku, asked.target, item.sku is not null, coalesce(item.active, false),
                       case when item.sku is null then (
                           select array_agg(near.sku order by near.active desc, near.sku) from warehouse_item as near
                           where near.connection = %(connection)s
                             and lower(regexp_replace(near.sku, '\\s', '', 'g'))
                               = lower(regexp_replace(asked.target, '\\s', '', 'g'))) end
                from (
                    select ask as sku, coalesce(mapping.warehouse_sku, ask) as target
                    from unnest(%(skus)s::text[]) as ask
                    left join sku_mapping as mapping
                        on mapping.connection = %(connection)s and mapping.storefront_sku = ask
                       and mapping.state = 'confirmed'
                ) as asked
                left join warehouse_item as item on item.connection = %(connection)s and item.sku = asked.target
                """,
                {"connection": connection, "skus": sorted(skus)},
            ).fetchall()
        return {sku: SkuAnswer(sku, target, known, active, tuple(near or ())) for sku, target, known, active, near in rows}
