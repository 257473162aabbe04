"""One day of the tables of differences. A day is the connection's own, from midnight to midnight where it trades."""

from datetime import date
from typing import Any

import pandas as pd

from cogent_pipelines.ledger.database import Ledger
from cogent_pipelines.reports.reading import frame_of

TOLD_LATE_HOURS = 2


def order_value_reconciliation(ledger: Ledger, connection: str, day: date, *, timezone: str) -> pd.DataFrame:
    """Which orders of the day are worth something else at the warehouse, and why?"""
    return frame_of(
        ledger,
        """
        select latest.name as order_name, sent.sales_order_ref,
               coalesce(nullif(line.sku, ''), line.title, nullif(found.line_ref, ''),
                        case found.cause when 'shipping_differs' then 'delivery' when 'tax_outside_prices' then 'tax'
                                         else 'whole order' end) as what, found.cause,
               found.explained, latest.currency, found.storefront_minor, found.warehouse_minor,
               found.storefront_minor - found.warehouse_minor as difference_minor, found.found_at
        from order_value_difference as found
        join storefront_order as latest using (connection, order_ref)
        left join sales_order as sent using (connection, order_ref)
        left join storefront_order_line as line
            on line.connection = found.connection and line.order_ref = found.order_ref and line.line_ref = found.line_ref
        where found.connection = %(connection)s and found.day = %(day)s
        order by found.explained, abs(found.storefront_minor - found.warehouse_minor) desc, latest.name, what, found.cause
        """,
        _parameters(connection, day, timezone),
    )


def despatch_reconciliation(ledger: Ledger, connection: str, day: date, *, timezone: str) -> pd.DataFrame:
    """Which parcels of the day does the storefront not know as they left?"""
    return frame_of(
        ledger,
        f"""
        with {PARCEL_DIFFERENCES}
        select problem, order_name, despatch_ref, sales_order_ref, despatched_at, units_despatched, units_told,
               fulfilment_state, told_at, hours_to_tell, tracking_number, reason
        from parcel_difference order by rank, despatched_at, despatch_ref
        """,  # noqa: S608 - our own text
        _parameters(connection, day, timezone),
    )


PARCEL_DIFFERENCES = """
    parcel as materialized (
        select parcel.*, latest.name as order_name, told.state as fulfilment_state, told.acknowledged_at as told_at,
               extract(epoch from told.acknowledged_at - parcel.despatched_at) / 3600 as hours_to_tell,
               coalesce(told.reason, '') as reason, packed.despatched as units_despatched, reported.told as units_told,
               packed.despatched - bundled.parts <> reported.told - bundled.whole as quantity_differs
        from despatch as parcel
        left join storefront_order as latest using (connection, order_ref)
        left join fulfilment as told using (connection, despatch_ref)
        cross join lateral (
            select coalesce(sum(quantity), 0)::bigint as despatched from despatch_line as line
            where line.connection = parcel.connection and line.despatch_ref = parcel.despatch_ref
        ) as packed
        cross join lateral (
            select coalesce(sum(quantity), 0)::bigint as told from fulfilment_line as line
            where line.connection = parcel.connection and line.despatch_ref = parcel.despatch_ref
        ) as reported
        cross join lateral (
            -- A bundle is told as one unit, on the parcel that completes it.
            select coalesce(sum(part.quantity), 0)::bigint as parts, (
                select coalesce(sum(line.quantity), 0)::bigint from fulfilment_line as line
                where line.connection = parcel.connection and line.despatch_ref = parcel.despatch_ref
                  and line.line_ref in (
                      select part_of from parcel_placement as held
                      where held.connection = parcel.connection and held.despatch_ref = parcel.despatch_ref)) as whole
            from parcel_placement as part
            where part.connection = parcel.connection and part.despatch_ref = parcel.despatch_ref
              and part.part_of is not null
        ) as bundled
        where parcel.connection = %(connection)s and not parcel.not_ours
          and (%(day)s::date is null
               or parcel.despatched_at >= (%(day)s::date)::timestamp at time zone %(timezone)s
              and parcel.despatched_at < (%(day)s::date + 1)::timestamp at time zone %(timezone)s)
    ), parcel_difference as (
        select parcel.*, trouble.problem, trouble.rank
        from parcel
        cross join lateral (
            values ('unmatched', 1, parcel.order_ref is null),
                   ('not_told', 2, parcel.order_ref is not null and told_at is null
                               and fulfilment_state is distinct from 'covered'),
                   ('quantity_differs', 3, told_at is not null and quantity_differs),
                   ('told_late', 4, hours_to_tell > %(late_hours)s),
                   ('no_tracking', 5, tracking_number = '')
        ) as trouble (problem, rank, is_so)
        where trouble.is_so
    )
"""
"""Ends in `parcel_difference`; asks for `connection`, `day` (null for every day), `timezone` and `late_hours`."""


def _parameters(connection: str, day: date | None, timezone: str) -> dict[str, Any]:
    return {"connection": connection, "day": day, "timezone": timezone, "late_hours": TOLD_LATE_HOURS}


def every_day(connection: str) -> dict[str, Any]:
    """The parameters that ask for all days at once."""
    return _parameters(connection, None, "UTC")
