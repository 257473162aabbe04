"""The two tables of orders: as the storefront has them, and on their way into the warehouse."""

import pandas as pd

from cogent_pipelines.reports.asking import Asking
from cogent_pipelines.reports.reading import frame_of
from cogent_pipelines.reports.standing_orders import STANDING_ORDERS
from cogent_pipelines.reports.words import in_words


def storefront_orders(asking: Asking) -> pd.DataFrame:
    """What did customers order, the newest first?"""
    frame = frame_of(
        asking.ledger,
        """
        with latest as (
            select * from storefront_order where connection = %(connection)s
            order by created_at desc, order_ref limit %(limit)s
        )
        select latest.name as order_name, latest.created_at, latest.captured_at, latest.payment, latest.standing,
               latest.standing_reason, sent.state as sales_order_state, latest.currency, latest.total_minor,
               latest.shipping_minor, latest.tax_minor, latest.discount_minor, line.lines, line.units, line.units_to_ship,
               latest.is_trade, latest.cancelled_at, latest.version, latest.order_ref
        from latest
        left join sales_order as sent using (connection, order_ref)
        cross join lateral (
            select count(*) as lines, coalesce(sum(current), 0)::bigint as units,
                   coalesce(sum(to_ship) filter (where requires_shipping), 0)::bigint as units_to_ship
            from storefront_order_line as line
            where line.connection = latest.connection and line.order_ref = latest.order_ref
        ) as line
        order by latest.created_at desc, latest.order_ref
        """,
        asking.parameters,
    )
    return frame.assign(standing_reason=frame["standing_reason"].map(in_words).astype("string[python]"))


def wms_sales_orders(asking: Asking) -> pd.DataFrame:
    """Where does every order stand on its way into the warehouse, the most urgent first?"""
    frame = frame_of(
        asking.ledger,
        f"""
        with chosen as (
            -- Each half comes through an index of its own, however many orders there are.
            (select *, case when state = 'failed' then 1 when state = 'held' then 2 when in_doubt then 3
                            when state = 'retrying' then 4 when state = 'waiting' then 6 else 5 end as urgency
             from sales_order where connection = %(connection)s and state not in ('acknowledged', 'cancelled')
             order by urgency, due_at limit %(limit)s)
            union all
            (select *, 7 from sales_order where connection = %(connection)s and state in ('acknowledged', 'cancelled')
             order by changed_at desc limit %(limit)s)
        ), {STANDING_ORDERS}
        select order_name, sales_order_ref, state, severity, why as reason, owner_team, waiting_since, next_attempt_at,
               attempt as attempts, in_doubt, captured_at, acknowledged_at,
               extract(epoch from acknowledged_at - captured_at) as seconds_to_acknowledge, warehouse_ref, order_ref
        from standing_order order by urgency, waiting_since, changed_at desc, order_ref limit %(limit)s
        """,  # noqa: S608 - our own text
        asking.parameters,
    )
    return frame.assign(reason=frame["reason"].map(in_words).astype("string[python]"))
