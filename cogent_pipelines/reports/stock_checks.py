"""The checks of stock: is more sold than there is, and does the storefront believe what it should?"""

from datetime import timedelta
from typing import Any

import pandas as pd

from cogent_pipelines.canonical.exception_case import Severity
from cogent_pipelines.ledger.stock_arithmetic import WANTED, arithmetic
from cogent_pipelines.reports.finding import CheckFinding, Judging, failed, passed, total
from cogent_pipelines.reports.words import counted, some_of

# A figure is told within seconds; what was not after this time is drifting.
SETTLES_WITHIN = timedelta(minutes=5)
HEALS_WITHIN = timedelta(hours=1)
# Parcels that left before a figure was true are known here within this time, where the feed is read at all.
PARCELS_KNOWN_WITHIN = timedelta(minutes=10)
# Sales orders that were acknowledged longer ago are not asked about any more.
OPEN_FOR = timedelta(days=45)


def oversold_skus(judging: Judging) -> CheckFinding:
    """More units ordered and not yet shipped than are on the shelf; or more promised by the warehouse than it has.

    Where the warehouse does not say what is on the shelf, what is free to sell is held against what it cannot contain yet.
    Where the shelf was counted a moment ago, and parcels that left before are not all known yet, nothing is claimed.
    """
    frame = _oversold(judging)
    if frame.empty:
        return passed("oversold_skus", frame, "No SKU has more units ordered and not yet shipped than the warehouse has.")
    named = [f"{sku} by {int(short):,}" for sku, short in zip(frame["sku"], frame["short_by"], strict=True)]
    reason = (
        f"{counted(total(frame), 'SKU is', 'SKUs are')} oversold, {counted(int(frame['_units'].iloc[0]), 'unit')} in all: "
        f"{some_of(named, of=total(frame))}. Find stock, or let customer service offer a cancellation; raise the buffer "
        "if it happens again."
    )
    return failed("oversold_skus", frame, reason, Severity.CRITICAL)


def _oversold(judging: Judging) -> pd.DataFrame:
    return judging.ask(
        f"""
        {WANTED}, shelf as materialized (
            select sku, case when bool_and(on_hand is not null) then sum(on_hand) end as on_hand,
                   sum(available) as available, max(snapshot_at) as snapshot_at
            from stock_level
            where connection = %(connection)s and (%(sites)s::text[] = '{{}}' or site = any(%(sites)s))
            group by sku
        ), waiting as materialized (
            select coalesce(part.picked, mapping.warehouse_sku, line.sku) as sku,
                   sum(line.to_ship * coalesce(part.units, 1)) as units
            from sales_order as waiting
            join storefront_order as latest using (connection, order_ref)
            join storefront_order_line as line using (connection, order_ref)
            left join part on part.bundle = line.sku
            left join mapping on mapping.storefront_sku = line.sku
            where waiting.connection = %(connection)s and waiting.state not in ('acknowledged', 'cancelled')
              and latest.cancelled_at is null and line.requires_shipping and line.to_ship > 0
            group by 1
        ), movement as (
            select sent.order_ref, line.sku, line.quantity as units
            from sales_order as sent
            join sales_order_line as line using (connection, order_ref)
            where sent.connection = %(connection)s and sent.state = 'acknowledged'
              and sent.acknowledged_at > %(now)s - %(open_for)s::interval
            union all
            select parcel.order_ref, line.sku, -line.quantity
            from despatch as parcel
            join despatch_line as line using (connection, despatch_ref)
            where parcel.connection = %(connection)s and parcel.order_ref is not null
              and parcel.despatched_at > %(now)s - %(open_for)s::interval
        ), still_open as (
            -- Order by order: what left one twice does not make up for what another still waits for.
            select order_ref, sku, sum(units) as units from movement group by order_ref, sku having sum(units) > 0
        ), at_warehouse as materialized (
            select still_open.sku, sum(still_open.units) as units
            from still_open
            join storefront_order as latest on latest.connection = %(connection)s and latest.order_ref = still_open.order_ref
            where latest.cancelled_at is null
            group by still_open.sku
        ), compared as (
            select shelf.*, coalesce(at_warehouse.units, 0)::bigint as units_at_warehouse,
                   coalesce(waiting.units, 0)::bigint as units_not_there_yet,
                   case
                       when shelf.on_hand is null then coalesce(demand.units, 0) - shelf.available
                       when feed.up_to >= shelf.snapshot_at or feed.up_to is null
                         or shelf.snapshot_at <= %(now)s - %(parcels_known)s::interval
                           then coalesce(at_warehouse.units, 0) + coalesce(waiting.units, 0) - shelf.on_hand
                       else 0 end as short_by
            from shelf
            left join at_warehouse using (sku)
            left join waiting using (sku)
            left join demand on demand.picked = shelf.sku
            left join watermark as feed on feed.connection = %(connection)s and feed.feed = 'despatches'
        ), short as (
            select *, ceil(greatest(short_by, -available))::bigint as units from compared where short_by > 0 or available < 0
        )
        select short.sku, coalesce(item.name, '') as item_name, short.units as short_by, short.on_hand, short.available,
               short.units_at_warehouse, short.units_not_there_yet, short.snapshot_at,
               count(*) over () as _total, (sum(short.units) over ())::bigint as _units
        from short
        left join warehouse_item as item on item.connection = %(connection)s and item.sku = short.sku
        order by short.units desc, short.sku limit %(limit)s
        """,  # noqa: S608 - our own text
        **arithmetic(judging.connection, now=judging.now, picked=None),
        open_for=OPEN_FOR,
        parcels_known=PARCELS_KNOWN_WITHIN,
    )


def stock_drift(judging: Judging) -> CheckFinding:
    """What the storefront believes has not been what the latest figures give for minutes; or it refuses a SKU."""
    frame = _drifting(judging)
    if frame.empty:
        return passed(
            "stock_drift", frame, "What the storefront was last told is what the latest figures give, for every SKU."
        )
    parts = []
    for blocked, part in frame.groupby(frame["state"] == "blocked", sort=False):
        alike = int(part["_alike"].iloc[0])
        said = "refused by the storefront" if blocked else "told something else than the latest figures give"
        parts.append(f"{alike:,} {said} ({some_of([_believed(row) for _, row in part.iterrows()], of=alike)})")
    why = frame["why"].iloc[0] or "no reason is recorded; look at the runs of stock_publication"
    reason = f"{counted(total(frame), 'SKU is', 'SKUs are')} not as the storefront has it: {'; '.join(parts)}. First: {why}"
    return failed("stock_drift", frame, f"{reason.rstrip('.')}.")


def _drifting(judging: Judging) -> pd.DataFrame:
    return judging.ask(
        f"""
        {WANTED}, figure_change as materialized (
            select sku as picked, max(changed_at) as changed_at from stock_level
            where connection = %(connection)s and (%(sites)s::text[] = '{{}}' or site = any(%(sites)s))
            group by sku
        ), moving as materialized (
            -- SKUs of orders that came or moved on a moment ago: their sums are about to be done again, and those of
            -- what is picked from the same.
            with ordered as (
                select distinct line.sku
                from sales_order as moved
                join storefront_order_line as line using (connection, order_ref)
                where moved.connection = %(connection)s and moved.changed_at > %(now)s - %(settles)s::interval
            )
            select sku from ordered
            union
            select other.sku from ordered join sold using (sku) join sold as other using (picked)
        ), asked as (
            select sku from wanted
            union
            select sku from stock_publication
            where connection = %(connection)s and state = 'blocked' and sku <> all(%(not_sold)s::text[])
        ), drifting as (
            select asked.sku, coalesce(told.state, 'never told') as state, wanted.belief, told.published_quantity,
                   wanted.quantity as wanted, wanted.available, wanted.demand, wanted.buffer, told.published_at,
                   figure_change.changed_at as figure_changed_at, coalesce(told.reason, '') as why,
                   case when told.state in ('pending', 'retrying') then told.due_at end as next_attempt_at,
                   case when told.state = 'blocked'
                          or greatest(figure_change.changed_at, told.published_at) < %(now)s - %(heals_within)s::interval
                        then 'critical' else 'transient' end as severity
            from asked
            left join wanted using (sku)
            left join figure_change using (picked)
            left join stock_publication as told on told.connection = %(connection)s and told.sku = asked.sku
            left join moving on moving.sku = asked.sku
            where told.state = 'blocked'
               or (wanted.quantity is distinct from wanted.belief
                   and greatest(figure_change.changed_at, told.published_at) < %(now)s - %(settles)s::interval
                   and (moving.sku is null or told.attempt > 1
                        or (told.state <> 'published' and told.due_at < %(now)s - %(settles)s::interval)))
        )
        select sku, state, severity, wanted, belief as believed, published_quantity as published, available, demand, buffer,
               published_at, figure_changed_at, next_attempt_at, why,
               count(*) over () as _total, count(*) over (partition by state = 'blocked') as _alike
        from drifting order by severity, figure_changed_at, sku limit %(limit)s
        """,  # noqa: S608 - our own text
        **arithmetic(judging.connection, now=judging.now, picked=None),
        settles=SETTLES_WITHIN,
        heals_within=HEALS_WITHIN,
    )


def _believed(row: "pd.Series[Any]") -> str:
    if row["state"] == "blocked" or pd.isna(row["wanted"]):
        return str(row["sku"])
    believed = "never told" if pd.isna(row["believed"]) else f"believes {int(row['believed']):,}"
    return f"{row['sku']} {believed}, should be {int(row['wanted']):,}"
