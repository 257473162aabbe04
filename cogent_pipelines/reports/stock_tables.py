"""The two tables of stock: as the warehouse has it, and as the storefront was told."""

import pandas as pd

from cogent_pipelines.reports.asking import Asking
from cogent_pipelines.reports.reading import frame_of


def wms_stock(asking: Asking) -> pd.DataFrame:
    """What does the warehouse have, what changed last first?"""
    return frame_of(
        asking.ledger,
        """
        select level.sku, coalesce(item.name, '') as item_name, level.site, level.available, level.on_hand, item.active,
               level.snapshot_at, level.changed_at
        from stock_level as level
        left join warehouse_item as item using (connection, sku)
        where level.connection = %(connection)s
        order by level.changed_at desc, level.sku, level.site limit %(limit)s
        """,
        asking.parameters,
    )


def storefront_stock(asking: Asking) -> pd.DataFrame:
    """What was the storefront told it can sell, what is stuck first?"""
    return frame_of(
        asking.ledger,
        """
        select told.sku, coalesce(mapping.warehouse_sku, told.sku) as warehouse_sku, told.state, told.reason,
               told.published_quantity, told.published_at, told.quantity, told.available, told.unshipped_demand,
               told.buffer, told.snapshot_at, told.attempt as attempts,
               case when told.state in ('pending', 'retrying') then told.due_at
                    when told.state = 'sent' then told.lease_until end as next_attempt_at,
               told.changed_at
        from stock_publication as told
        left join sku_mapping as mapping
            on mapping.connection = told.connection and mapping.storefront_sku = told.sku and mapping.state = 'confirmed'
        where told.connection = %(connection)s
        order by case told.state when 'blocked' then 1 when 'retrying' then 2 when 'published' then 4 else 3 end,
                 told.changed_at desc, told.sku
        limit %(limit)s
        """,
        asking.parameters,
    )
