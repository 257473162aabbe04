r"""What the two catalogues disagree on, for everything that is sold: on sale, or on an order that waits.

Nothing is folded silently: a SKU is sound where the warehouse has an active item of exactly that spelling, or of the one
that a person mapped it to. What a spelling could have meant is a suggestion. Of a bundle its components are asked about.
Who acts on it is the flow's matter.
"""

from dataclasses import dataclass

from cogent_pipelines.canonical.bundle import Bundles
from cogent_pipelines.canonical.identity import ConnectionName, Sku
from cogent_pipelines.ledger.bundle_parts import BUNDLE_PARTS, as_json
from cogent_pipelines.ledger.pool import Pool
from cogent_pipelines.ledger.sku_mappings import Suggestion

_SOLD = f"""
    with {BUNDLE_PARTS}, sold as materialized (
        select coalesce(part.component, named.sku) as sku, max(barcode) filter (where part.bundle is null) as barcode,
               bool_or(waits) as waits, bool_or(waits and part.bundle is null) as waits_alone, min(part.bundle) as bundle
        from (
            select nullif(btrim(sku), '') is not null as has_sku, sku, nullif(btrim(barcode), '') as barcode, false as waits
            from storefront_product where connection = %(connection)s and active and requires_shipping
            union all
            select nullif(btrim(line.sku), '') is not null, line.sku, null, true
            from sales_order as waiting
            join storefront_order as latest using (connection, order_ref)
            join storefront_order_line as line using (connection, order_ref)
            where waiting.connection = %(connection)s and waiting.state not in ('acknowledged', 'cancelled')
              and latest.cancelled_at is null and line.requires_shipping and line.to_ship > 0
        ) as named
        left join bundle_part as part on part.bundle = named.sku
        where has_sku group by 1
    ), looked_up as materialized (
        select sold.*, mapping.state as mapping, mapping.warehouse_sku as mapped_to, item.sku is not null as known,
               coalesce(item.active, false) as active
        from sold
        left join sku_mapping as mapping on mapping.connection = %(connection)s and mapping.storefront_sku = sold.sku
        left join warehouse_item as item
            on item.connection = %(connection)s
           and item.sku = case when mapping.state = 'confirmed' then mapping.warehouse_sku else sold.sku end
    )
"""  # noqa: S608 - our own text


@dataclass(frozen=True, slots=True)
class Disagreement:
    """One kind of trouble: its word, how many SKUs have it, how many of those are on waiting orders, some of them."""

    problem: str
    count: int
    waiting: int
    examples: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SkuComparison:
    pool: Pool

    def disagreements(self, connection: ConnectionName, bundles: Bundles, *, examples: int = 5) -> list[Disagreement]:
        """Count what is wrong, a row per problem, with some SKUs by name; SKUs on waiting orders are named first."""
        with self.pool.session() as session:
            rows = session.execute(
                rf"""
                {_SOLD}, problem as (
                    select case
                        when known then 'inactive_at_warehouse'
                        when mapping is distinct from 'confirmed' and exists (
                            select 1 from warehouse_item as near
                            where near.connection = %(connection)s
                              and lower(regexp_replace(near.sku, '\s', '', 'g'))
                                = lower(regexp_replace(looked_up.sku, '\s', '', 'g'))) then 'spelt_differently'
                        else 'unknown' end as problem, sku || coalesce(' (in the bundle ' || bundle || ')', '') as sku, waits
                    from looked_up where not active
                    union all
                    select 'blank', title, false from storefront_product
                    where connection = %(connection)s and active and requires_shipping
                      and nullif(btrim(sku), '') is null
                    union all
                    select 'sold_twice', sku, false from storefront_product
                    where connection = %(connection)s and active and nullif(btrim(sku), '') is not null
                    group by sku having count(*) > 1
                    union all
                    select 'inactive_at_storefront', looked_up.sku, true from looked_up
                    where waits_alone and active and exists (
                            select 1 from storefront_product as product
                            where product.connection = %(connection)s and product.sku = looked_up.sku)
                      and not exists (
                            select 1 from storefront_product as product
                            where product.connection = %(connection)s and product.sku = looked_up.sku and product.active)
                    union all
                    select 'twin_at_warehouse', min(sku), false from warehouse_item
                    where connection = %(connection)s and active
                    group by lower(regexp_replace(sku, '\s', '', 'g')) having count(*) > 1
                )
                select problem, count(*), count(*) filter (where waits),
                       (array_agg(sku order by waits desc, sku))[1:%(examples)s]
                from problem group by problem order by problem
                """,  # noqa: S608 - the text in front is a constant
                {"connection": connection, "examples": examples, "bundles": as_json(bundles)},
            ).fetchall()
        return [Disagreement(problem, count, waiting, tuple(names)) for problem, count, waiting, names in rows]

    def suggestions(self, connection: ConnectionName, bundles: Bundles) -> list[Suggestion]:
        """What an unknown SKU could have meant: the one item that is spelt alike, else the one with its barcode."""
        with self.pool.session() as session:
            rows = session.execute(
                rf"""
                {_SOLD}, unknown as (
                    select sku, barcode, lower(regexp_replace(sku, '\s', '', 'g')) as folded from looked_up
                    where not known and mapping is distinct from 'confirmed' and mapping is distinct from 'rejected'
                ), alike as (
                    select unknown.sku, min(near.sku) as picked from unknown
                    join warehouse_item as near
                        on near.connection = %(connection)s and near.active
                       and lower(regexp_replace(near.sku, '\s', '', 'g')) = unknown.folded
                    group by unknown.sku having count(*) = 1
                ), scanned as (
                    select unknown.sku, min(near.sku) as picked from unknown
                    join warehouse_item as near
                        on near.connection = %(connection)s and near.active and near.barcode = unknown.barcode
                    where unknown.sku not in (select sku from alike)
                    group by unknown.sku having count(*) = 1
                )
                select sku, picked, 'differs in case or spaces only' from alike
                union all
                select sku, picked, 'has the same barcode' from scanned
                order by 1
                """,  # noqa: S608 - the text in front is a constant
                {"connection": connection, "bundles": as_json(bundles)},
            ).fetchall()
        return [Suggestion(Sku(sold), Sku(picked), reason) for sold, picked, reason in rows]

    def skus_held(self, connection: ConnectionName, reasons: tuple[str, ...]) -> list[Sku]:
        """Every SKU on orders that are held for one of these reasons."""
        with self.pool.session() as session:
            rows = session.execute(
                """
                select distinct line.sku from sales_order as held
                join storefront_order_line as line using (connection, order_ref)
                where held.connection = %s and held.state = 'held' and held.reason = any(%s)
                  and line.requires_shipping and line.to_ship > 0 and line.sku is not null
                """,
                [connection, list(reasons)],
            ).fetchall()
        return [Sku(sku) for (sku,) in rows]
