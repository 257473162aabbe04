"""The check of a storefront's own deadline: does it close an order as sent before everything has left?"""

from datetime import timedelta

import pandas as pd

from cogent_pipelines.canonical.exception_case import ORDER_PUT_ASIDE
from cogent_pipelines.reports.finding import CheckFinding, Judging, failed, passed, total
from cogent_pipelines.reports.standing_orders import STANDING_ORDERS
from cogent_pipelines.reports.words import counted, in_words, some_of

CLOSES_SOON = timedelta(days=4)
# Two working days at most are left to find the goods, or to say that there are none.
CLOSES_AT_ONCE = timedelta(days=2)


def closing_orders(judging: Judging) -> CheckFinding:
    """Orders with something left to send that the storefront closes within days, or should have closed already."""
    frame = _closing(judging)
    if frame.empty:
        return passed(
            "closing_orders", frame, f"No order with something left to send is closed within {CLOSES_SOON.days} days."
        )
    first = frame.iloc[0]
    reason = (
        f"{counted(total(frame), 'order is', 'orders are')} closed by the storefront within {CLOSES_SOON.days} days, as if "
        f"everything had been sent: {some_of(list(frame['order_name']), of=total(frame))}. Look first at "
        f"{first['order_name']}, which closes {first['closes_at']:%d %b %H:%M} UTC without {first['missing']}"
    )
    because = f": {first['why'].rstrip('.')}" if first["why"] else ""
    return failed("closing_orders", frame, f"{reason}{because}. {first['way_out']}")


def _closing(judging: Judging) -> pd.DataFrame:
    frame = judging.ask(
        f"""
        with closing as (
            select latest.connection, latest.order_ref, latest.name as order_name,
                   (latest.details ->> 'closes_at')::timestamptz as closes_at
            from storefront_order as latest
            where latest.connection = %(connection)s and latest.cancelled_at is null and latest.details ? 'closes_at'
        ), short as (
            select closing.*, lacks.goods
            from closing cross join lateral (
                select string_agg(units || ' x ' || name, ', ' order by position) as goods
                from (
                    select line.position, coalesce(line.sku, line.title) as name,
                           least(line.to_ship, line.current - coalesce(told.units, 0)) as units
                    from storefront_order_line as line
                    left join lateral (
                        select sum(part.quantity) as units
                        from fulfilment join fulfilment_line as part using (connection, despatch_ref)
                        where fulfilment.connection = line.connection and fulfilment.order_ref = line.order_ref
                          and fulfilment.state = 'acknowledged' and part.line_ref = line.line_ref
                    ) as told on true
                    where line.connection = closing.connection and line.order_ref = closing.order_ref
                      and line.requires_shipping
                ) as wanted
                where units > 0
            ) as lacks
            where closing.closes_at < %(now)s + %(soon)s::interval and lacks.goods is not null
        ), chosen as (
            select sent.* from sales_order as sent join short using (connection, order_ref)
        ), {STANDING_ORDERS}, judged as (
            select short.*, coalesce(standing_order.state, 'not begun') as state, standing_order.owner_team,
                   standing_order.why, standing_order.way_out, aside.message as aside,
                   aside.team as aside_team, exists (
                       select from fulfilment as parcel
                       where parcel.connection = short.connection and parcel.order_ref = short.order_ref
                         and parcel.state not in ('acknowledged', 'covered')) as untold
            from short
            left join standing_order using (connection, order_ref)
            left join lateral (
                select message, team from exception_case as open
                where open.connection = short.connection and open.kind = %(put_aside)s and open.resolved_at is null
                  and open.evidence ->> 'order' = short.order_ref
                order by open.opened_at limit 1
            ) as aside on true
        )
        select order_name, closes_at, extract(epoch from closes_at - %(now)s) / 3600 as hours_left, goods as missing,
               case when closes_at < %(now)s + %(at_once)s::interval then 'critical' else 'transient' end as severity,
               state, coalesce(case when untold then 'a parcel has left and is not told yet' else aside end, why, '') as why,
               case when state <> 'acknowledged' then coalesce(owner_team, 'operations')
                    when untold then 'operations'
                    else coalesce(aside_team, 'warehouse') end as owner_team,
               case when state <> 'acknowledged' then coalesce(way_out, 'See what keeps it from the warehouse.')
                    when untold then 'Look at `storefront_fulfilments`: it says what keeps the parcel.'
                    else 'Ask the warehouse when it leaves; cancel at the storefront what it will never send.'
               end as way_out, count(*) over () as _total
        from judged order by closes_at, order_ref limit %(limit)s
        """,  # noqa: S608 - our own text
        soon=CLOSES_SOON,
        at_once=CLOSES_AT_ONCE,
        put_aside=ORDER_PUT_ASIDE.code,
    )
    return frame.assign(why=frame["why"].map(in_words).astype("string[python]"))
