"""The two tables of parcels: as they left the warehouse, and as the storefront was told."""

import pandas as pd

from cogent_pipelines.reports.asking import Asking
from cogent_pipelines.reports.reading import frame_of
from cogent_pipelines.reports.words import in_words


def wms_despatches(asking: Asking) -> pd.DataFrame:
    """What left the warehouse? Parcels that belong to nobody first, then the newest."""
    return frame_of(
        asking.ledger,
        """
        with chosen as (
            -- Each half comes through an index of its own, however many parcels there are.
            (select * from despatch where connection = %(connection)s and order_ref is null and not not_ours
             order by captured_at desc limit %(limit)s)
            union all
            (select * from despatch where connection = %(connection)s and (order_ref is not null or not_ours)
             order by despatched_at desc limit %(limit)s)
        )
        select latest.name as order_name, parcel.despatch_ref, parcel.sales_order_ref, parcel.despatched_at,
               parcel.carrier, parcel.service, parcel.tracking_number, coalesce(line.goods, '') as goods,
               coalesce(line.units, 0) as units, told.state as fulfilment_state, parcel.captured_at
        from chosen as parcel
        left join storefront_order as latest using (connection, order_ref)
        left join fulfilment as told using (connection, despatch_ref)
        cross join lateral (
            select string_agg(quantity || ' x ' || sku, ', ' order by position) as goods, sum(quantity)::bigint as units
            from despatch_line as line
            where line.connection = parcel.connection and line.despatch_ref = parcel.despatch_ref
        ) as line
        order by parcel.order_ref is not null or parcel.not_ours, parcel.despatched_at desc, parcel.despatch_ref
        limit %(limit)s
        """,
        asking.parameters,
    )


def storefront_fulfilments(asking: Asking) -> pd.DataFrame:
    """Which parcels was the storefront told of, those that wait first?"""
    frame = frame_of(
        asking.ledger,
        """
        with chosen as (
            select *, case when state = 'failed' then 1 when state = 'held' then 2 when in_doubt then 3
                           when state = 'retrying' then 4 when state = 'acknowledged' then 6 else 5 end as urgency
            from fulfilment where connection = %(connection)s
            order by urgency, changed_at desc limit %(limit)s
        )
        select latest.name as order_name, told.despatch_ref, told.state,
               case when told.state = 'acknowledged' then '' else told.reason end as reason, parcel.despatched_at,
               told.acknowledged_at, extract(epoch from told.acknowledged_at - parcel.despatched_at) / 60 as minutes_to_tell,
               coalesce(line.units, 0) as units, parcel.tracking_number,
               told.state = 'acknowledged' and told.told_tracking_number = parcel.tracking_number as tracking_told,
               told.attempt as attempts, told.in_doubt,
               case when told.state in ('pending', 'retrying') then told.due_at
                    when told.state = 'sent' then told.lease_until end as next_attempt_at,
               told.storefront_ref, told.captured_at
        from chosen as told
        join despatch as parcel using (connection, despatch_ref)
        left join storefront_order as latest on latest.connection = told.connection and latest.order_ref = told.order_ref
        cross join lateral (
            select sum(quantity)::bigint as units from fulfilment_line as line
            where line.connection = told.connection and line.despatch_ref = told.despatch_ref
        ) as line
        order by told.urgency, told.changed_at desc, told.despatch_ref
        """,
        asking.parameters,
    )
    return frame.assign(
        order_name=frame["order_name"].fillna(""), reason=frame["reason"].map(in_words).astype("string[python]")
    )
