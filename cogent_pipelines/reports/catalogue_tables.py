"""The tables of the two catalogues, and of what they disagree on."""

import pandas as pd

from cogent_pipelines.ledger.bundle_parts import BUNDLE_PARTS
from cogent_pipelines.reports.asking import Asking
from cogent_pipelines.reports.reading import frame_of
from cogent_pipelines.reports.sku_problems import SKU_PROBLEMS


def storefront_products(asking: Asking) -> pd.DataFrame:
    """What does the storefront sell, and does the warehouse have it?"""
    return frame_of(
        asking.ledger,
        f"""
        with {BUNDLE_PARTS}, bundle as (
            -- A bundle is there where all that it holds is.
            select bundle, string_agg(units || ' x ' || coalesce(mapping.warehouse_sku, component), ', ' order by place)
                       as holds, bool_and(coalesce(item.active, false)) as active
            from bundle_part
            left join sku_mapping as mapping
                on mapping.connection = %(connection)s and mapping.storefront_sku = component
               and mapping.state = 'confirmed'
            left join warehouse_item as item
                on item.connection = %(connection)s and item.sku = coalesce(mapping.warehouse_sku, component)
            group by bundle
        )
        select product.sku, product.title, product.active, product.requires_shipping, product.barcode,
               coalesce(bundle.holds, mapping.warehouse_sku, product.sku) as warehouse_sku,
               coalesce(bundle.active, item.active, false) as at_warehouse, product.seen_at, product.product_ref
        from storefront_product as product
        left join sku_mapping as mapping
            on mapping.connection = product.connection and mapping.storefront_sku = product.sku
           and mapping.state = 'confirmed'
        left join warehouse_item as item
            on item.connection = product.connection and item.sku = coalesce(mapping.warehouse_sku, product.sku)
        left join bundle on bundle.bundle = product.sku
        where product.connection = %(connection)s
        order by product.active desc, product.sku nulls first, product.product_ref limit %(limit)s
        """,  # noqa: S608 - our own text
        asking.parameters,
    )


def wms_items(asking: Asking) -> pd.DataFrame:
    """What does the warehouse know, and does the storefront sell it?"""
    return frame_of(
        asking.ledger,
        f"""
        with {BUNDLE_PARTS}, sold as materialized (
            select coalesce(mapping.warehouse_sku, part.component, product.sku) as sku
            from storefront_product as product
            left join bundle_part as part on part.bundle = product.sku
            left join sku_mapping as mapping
                on mapping.connection = product.connection
               and mapping.storefront_sku = coalesce(part.component, product.sku) and mapping.state = 'confirmed'
            where product.connection = %(connection)s and product.active
            union
            select warehouse_sku from sku_mapping where connection = %(connection)s and state = 'confirmed'
        )
        select item.sku, item.name, item.active, item.barcode, sold.sku is not null as sold, level.available, item.seen_at
        from warehouse_item as item
        left join sold using (sku)
        left join (
            select sku, sum(available) as available from stock_level where connection = %(connection)s group by sku
        ) as level using (sku)
        where item.connection = %(connection)s
        order by item.active desc, item.sku limit %(limit)s
        """,  # noqa: S608 - our own text
        asking.parameters,
    )


def sku_audit(asking: Asking) -> pd.DataFrame:
    """What do the two catalogues disagree on, what keeps orders waiting first?"""
    return frame_of(
        asking.ledger,
        f"""
        with {DISAGREEMENTS}
        select problem, sku, title, orders_waiting, warehouse_sku, mapping, suggestion
        from disagreement order by orders_waiting desc, rank, sku, title limit %(limit)s
        """,  # noqa: S608 - our own text
        asking.parameters,
    )


DISAGREEMENTS = rf"""
    {SKU_PROBLEMS}, stocked as materialized (
        select item.sku, item.name from warehouse_item as item
        join stock_level as level using (connection, sku)
        where item.connection = %(connection)s and item.active
        group by item.sku, item.name having sum(level.available) > 0
    ), variant as materialized (
        select sku, bool_or(active) as on_sale, count(*) filter (where active) as times,
               string_agg(title, ' / ' order by title) filter (where active) as titles
        from storefront_product where connection = %(connection)s and btrim(sku) <> '' group by sku
    ), disagreement as (
        select problem, sku, title, orders_waiting, warehouse_sku, mapping, suggestion, 1 as rank from sku_problem
        union all
        select 'inactive_at_storefront', sold.sku, sold.title, sold.waiting_alone, null, null,
               'Taken off sale while orders wait for it: make sure that it is still to be shipped.', 2
        from sold join variant using (sku) where sold.waiting_alone > 0 and not variant.on_sale
        union all
        select 'sold_twice', sku, titles, 0, null, null,
               'Give each variant a SKU of its own; the stock of one SKU cannot be told to both.', 3
        from variant where times > 1
        union all
        select 'twin_at_warehouse', min(sku), string_agg(name, ' / ' order by sku), 0, min(sku), null,
               'Deactivate all but one of: ' || string_agg(sku, ', ' order by sku), 4
        from warehouse_item where connection = %(connection)s and active
        group by lower(regexp_replace(sku, '\s', '', 'g')) having count(*) > 1
        union all
        select 'in_stock_not_on_sale', stocked.sku, stocked.name, 0, stocked.sku, null,
               'Put it on sale, map a SKU to it, or list it as not sold online.', 5
        from stocked left join variant using (sku)
        where variant.on_sale is not true
          and exists (select 1 from variant)
          and not exists (select 1 from sku_mapping as mapping where mapping.connection = %(connection)s
                            and mapping.warehouse_sku = stocked.sku and mapping.state = 'confirmed')
          and not exists (select 1 from bundle_part as part where part.component = stocked.sku)
    )
"""  # noqa: S608 - our own text
"""Ends in `disagreement`; asks for `connection` and `bundles`."""
