r"""What keeps a SKU that is sold from being shipped, as one SQL text that the audit and its check are put around.

A SKU is sold where an active variant that is shipped has it, or an order that is not yet at the warehouse. It is sound where
the warehouse has an active item of exactly that spelling, or of the spelling that a person has mapped it to. Spellings that
differ in case or spaces only are compared by `lower(regexp_replace(sku, '\s', '', 'g'))`, which indexes serve. What is sold
as a bundle is asked about component by component.
"""

from cogent_pipelines.ledger.bundle_parts import BUNDLE_PARTS

SKU_PROBLEMS = rf"""
    {BUNDLE_PARTS}, waiting as materialized (
        select case when btrim(line.sku) <> '' then line.sku end as sku, line.title, waiting.order_ref, waiting.order_name
        from sales_order as waiting
        join storefront_order as latest using (connection, order_ref)
        join storefront_order_line as line using (connection, order_ref)
        where waiting.connection = %(connection)s and waiting.state not in ('acknowledged', 'cancelled')
          and latest.cancelled_at is null and line.requires_shipping and line.to_ship > 0
    ), sold as materialized (
        select coalesce(part.component, named.sku) as sku,
               min(title || coalesce(' (in the bundle ' || part.bundle || ')', '')) as title,
               count(distinct order_ref) as orders_waiting, min(order_name) as first_order,
               count(distinct order_ref) filter (where part.bundle is null) as waiting_alone
        from (
            select sku, title, order_ref, order_name from waiting
            union all
            select case when btrim(sku) <> '' then sku end, title, null, null from storefront_product
            where connection = %(connection)s and active and requires_shipping
        ) as named
        left join bundle_part as part on part.bundle = named.sku
        -- Things without a SKU are told apart by what they are called.
        group by 1, case when named.sku is null then title end
    ), looked_up as (
        select sold.*, mapping.state as mapping, mapping.warehouse_sku as mapped_to, item.sku as found, item.active
        from sold
        left join sku_mapping as mapping on mapping.connection = %(connection)s and mapping.storefront_sku = sold.sku
        left join warehouse_item as item
            on item.connection = %(connection)s
           and item.sku = case when mapping.state = 'confirmed' then mapping.warehouse_sku else sold.sku end
    ), troubled as materialized (
        select looked_up.*, near.sku as near
        from looked_up
        left join lateral (
            select sku from warehouse_item as item
            where looked_up.found is null and item.connection = %(connection)s
              and lower(regexp_replace(item.sku, '\s', '', 'g')) = lower(regexp_replace(looked_up.sku, '\s', '', 'g'))
            order by active desc, sku limit 1
        ) as near on true
        where looked_up.active is not true
    ), sku_problem as (
        select
            case when sku is null then 'blank' when found is not null then 'inactive_at_warehouse'
                 when near is not null and mapping is distinct from 'confirmed' then 'spelt_differently'
                 else 'unknown' end as problem,
            sku, title, orders_waiting, coalesce(first_order, '') as first_order,
            coalesce(found, mapped_to, near) as warehouse_sku, mapping,
            case when sku is null then 'Give the variant a SKU at the storefront, or edit the line out of the order.'
                 when found is not null then 'Reactivate the item at the warehouse, or map the SKU to its successor.'
                 when mapping = 'confirmed' then
                     'The warehouse does not have ' || mapped_to || ' that it is mapped to: create it, or map it anew.'
                 when mapping = 'rejected' then 'The mapping was rejected: create the item, or correct the SKU.'
                 when coalesce(mapped_to, near) is not null then
                     format('Confirm: cogent map-sku %%s "%%s" "%%s"', %(connection)s::text, sku, coalesce(mapped_to, near))
                 else 'Create the item at the warehouse, or map the SKU with cogent map-sku.' end as suggestion
        from troubled
    )
"""  # noqa: S608 - our own text
"""Ends in `sku_problem`; asks for `connection` and `bundles`."""
