"""What the storefront should be told, per SKU, as one SQL text that several questions are put in front of.

    wanted  = max(0, floor(available) - demand that the figure cannot contain - buffer)
    belief  = what the storefront was last known to say - what it has sold since

An order was sold since if it was captured and placed after the figure was known; one placed before is in the figure,
because the storefront counted it at once. A line that the storefront never counted (`takes_stock`) is in no belief. Where
clocks leave that open there are two beliefs, the likely one and the `sure` one, and the storefront's own comparison
decides. Taking too much to be in the figure is harmless, because the storefront then refuses the next one and says so;
taking too little would go unnoticed. What a cancellation or an edit moved is not in the belief: only the storefront knows
whether it put units back on sale, so such a SKU is told again, and its comparison decides. What is compared then is the
belief with all that may have been put back: without it, an order of as many units that is not here yet would make up for
them, and the storefront would take a figure that leaves the order out.

`available` is summed over the connection's sites; the demand is every unit ordered and not acknowledged by the warehouse
while the oldest of those figures was true, unless a parcel of the order had left by then; and units that left meanwhile,
where the warehouse has not acknowledged the order yet. A figure is true from its snapshot on, for as long as the
warehouse's changes were read without one of it: to the watermark of that feed, less the time within which a change may
still be reported. Where nobody knows that time, or a newer figure could not be read, it is true at its snapshot only. A
warehouse SKU may be sold under several of the storefront's: each is told the whole figure. A bundle has what the scarcest
of its components still gives, and is not told while one of them has no figure; demand is counted on components, so that
bundles and single sales take from each other. Its sum is in bundles:

    available = min over components of floor(available / units), demand and buffer what they take from that.

A storefront that goes by time is told the sum as it stood when the figure was true, without what it sold itself since:

    at_snapshot = max(0, floor(available) - demand that the figure cannot contain - buffer + its own orders since)

Who is told, and when, is in `stock_publications`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import orjson

from cogent_pipelines.canonical.connection import Connection
from cogent_pipelines.canonical.identity import Sku
from cogent_pipelines.ledger.bundle_parts import BUNDLE_PARTS, as_json

CHANGES_FEED = "stock"
"""The watermark up to which every change of the warehouse's figures was read."""
SKEW = timedelta(seconds=30)
"""How far the storefront's clock and ours may be apart."""

WANTED = f"""
    with {BUNDLE_PARTS}, mapping as materialized (
        select storefront_sku, warehouse_sku from sku_mapping
        where connection = %(connection)s and state = 'confirmed'
    ), part as materialized (
        select bundle, coalesce(mapping.warehouse_sku, component) as picked, sum(units)::integer as units
        from bundle_part left join mapping on mapping.storefront_sku = component
        group by 1, 2
    ), touched as (
        select unnest(%(picked)s::text[]) as sku
        union
        select picked from part where bundle = any(%(picked)s)
    ), asked_for as (
        -- A bundle's sum needs all its components' figures.
        select sku from touched
        union
        select sibling.picked from part join part as sibling using (bundle) where part.picked in (select sku from touched)
    ), figure as materialized (
        select sku, sum(floor(available))::bigint as available, min(snapshot_at) as snapshot_at,
            greatest(min(snapshot_at), case when count(unreadable_since) = 0 then
                (select up_to from watermark where connection = %(connection)s and feed = %(changes)s)
                - %(look_back)s::interval end) as true_until
        from stock_level
        where connection = %(connection)s and (%(picked)s::text[] is null or sku = any(array(select sku from asked_for)))
          and (%(sites)s::text[] = '{{}}' or site = any(%(sites)s))
        group by sku
    ), catalogue as (
        select exists (select 1 from storefront_product where connection = %(connection)s) as is_known
    ), sold as materialized (
        -- The storefront's SKUs that are picked as one of these.
        select picked, named.sku, named.units, named.in_bundle from (
            select warehouse_sku as picked, storefront_sku as sku, 1 as units, false as in_bundle from mapping
            where storefront_sku not in (select bundle from part)
            union all
            select sku, sku, 1, false from figure
            where sku not in (select storefront_sku from mapping) and sku not in (select bundle from part)
            union all
            select picked, bundle, units, true from part
        ) as named
        join figure on figure.sku = named.picked
        where named.sku <> all(%(not_sold)s::text[])
          and (named.in_bundle or named.picked <> all(%(not_sold)s::text[]))
          and ((select not is_known from catalogue) or exists (
              select 1 from storefront_product as product
              where product.connection = %(connection)s and product.sku = named.sku))
    ), demand as materialized (
        select picked, sum(units)::bigint as units from (
            -- Ordered, and not at the warehouse; held and waiting orders took stock at the storefront as well.
            select coalesce(part.picked, mapping.warehouse_sku, line.sku) as picked,
                   (line.to_ship + left_since.units) * coalesce(part.units, 1) as units
            from sales_order as waiting
            join storefront_order as latest using (connection, order_ref)
            join storefront_order_line as line using (connection, order_ref)
            left join part on part.bundle = line.sku
            left join mapping on mapping.storefront_sku = line.sku
            cross join lateral (
                -- One in doubt may be at the warehouse, and parcels of it told, before a figure knows of them.
                select case when line.current > line.to_ship and exists (
                    select from figure
                    join despatch as gone on gone.connection = waiting.connection and gone.order_ref = waiting.order_ref
                    where figure.sku = coalesce(part.picked, mapping.warehouse_sku, line.sku)
                      and greatest(gone.despatched_at + interval '1 minute', waiting.last_sent_at)
                          > figure.true_until - %(allocation_lag)s
                ) then line.current - line.to_ship else 0 end as units
            ) as left_since
            where waiting.connection = %(connection)s and waiting.state not in ('acknowledged', 'cancelled')
              and latest.cancelled_at is null and line.requires_shipping and line.to_ship + left_since.units > 0
            union all
            -- At the warehouse, but only after its figure was last known to be true.
            select line.sku, line.quantity
            from sales_order as sent
            join sales_order_line as line using (connection, order_ref)
            join figure on figure.sku = line.sku
            where sent.connection = %(connection)s and sent.state = 'acknowledged'
              and sent.acknowledged_at > figure.true_until - %(allocation_lag)s
              and sent.acknowledged_at > (select min(true_until) from figure) - %(allocation_lag)s
              -- One that was read back after a doubt was there long before: at the latest when its first parcel left.
              and not exists (
                  select from despatch as gone
                  where gone.connection = sent.connection and gone.order_ref = sent.order_ref
                    -- Its report may give whole minutes.
                    and greatest(gone.despatched_at + interval '1 minute', sent.last_sent_at)
                        <= figure.true_until - %(allocation_lag)s)
        ) as ordered
        group by picked
    ), taken as materialized (
        -- One of the very second in which the figure was known may be in it or not, where times are in whole seconds: it
        -- moves no sum, and settles nothing.
        select line.sku, bool_or(latest.created_at <= told.known_at) as unsettled,
            coalesce(sum(line.current) filter (where latest.created_at > told.known_at), 0)::integer as likely,
            coalesce(sum(line.current) filter (
                where latest.created_at > told.known_at + %(skew)s
                  and latest.created_at <= latest.captured_at + %(skew)s), 0)::integer as sure
        from (select distinct sku from sold) as sold
        join stock_publication as told on told.connection = %(connection)s and told.sku = sold.sku
        join storefront_order_line as line
            on line.connection = %(connection)s and line.sku = sold.sku and line.takes_stock
        join storefront_order as latest
            on latest.connection = line.connection and latest.order_ref = line.order_ref
           and latest.cancelled_at is null
           and latest.captured_at > told.known_at and latest.created_at >= date_trunc('second', told.known_at)
        group by line.sku
    ), moved_there as materialized (
        -- Cancelled or edited since the figure was known: the storefront moved its own stock, or it did not.
        select line.sku, coalesce(sum(line.ordered - case when latest.cancelled_at is null then line.current else 0 end)
            filter (where latest.created_at <= told.known_at
                      and (line.edited_at > told.known_at or latest.cancelled_at > told.known_at - %(skew)s)), 0)::integer
            as put_back
        from sales_order as moved
        join storefront_order as latest using (connection, order_ref)
        join storefront_order_line as line using (connection, order_ref)
        join (select distinct sku from sold) as sold on sold.sku = line.sku
        join stock_publication as told on told.connection = %(connection)s and told.sku = line.sku
        where moved.connection = %(connection)s and latest.changed_at > told.known_at
          and moved.changed_at > (select min(known_at) from stock_publication join sold using (sku)
                                  where connection = %(connection)s)
          and (latest.cancelled_at is not null or line.current < line.ordered or line.edited_at > told.known_at)
          and line.takes_stock
        group by line.sku
    ), standing as materialized (
        select sold.sku, sold.picked, sold.units, sold.in_bundle, figure.available, figure.snapshot_at,
            coalesce(demand.units, 0) as demand, buffers.units as buffer
        from sold
        join figure on figure.sku = sold.picked
        left join demand on demand.picked = sold.picked
        cross join lateral (
            select coalesce(case when not in_bundle then (%(buffers)s::jsonb ->> sold.sku)::integer end,
                            (%(buffers)s::jsonb ->> sold.picked)::integer, %(buffer)s) as units
        ) as buffers
    ), component as (
        select standing.*, floor(available::numeric / units)::bigint as has,
            floor((available - demand)::numeric / units)::bigint as free,
            floor((available - demand - buffer)::numeric / units)::bigint as rest
        from standing where in_bundle
    ), stood as (
        select sku, picked, available, snapshot_at, demand, buffer from standing where not in_bundle
        union all
        -- What is kept back of a component is kept back of its bundles; of a bundle itself only what is said of it.
        select sku, (array_agg(picked order by rest, picked))[1], min(has), min(snapshot_at), min(has) - min(free),
            min(free) - min(rest) + coalesce((%(buffers)s::jsonb ->> sku)::integer, 0)
        from component group by sku
        having count(*) = (select count(*) from part where part.bundle = component.sku)
    ), since as materialized (
        -- Ordered under this very SKU after the figure was true: what the storefront keeps back by itself. Its times are in
        -- whole seconds.
        select stood.sku, sum(line.current)::bigint as units
        from stood
        join storefront_order_line as line on line.connection = %(connection)s and line.sku = stood.sku
        join storefront_order as latest on latest.connection = line.connection and latest.order_ref = line.order_ref
        where %(by_snapshot)s and latest.cancelled_at is null and line.requires_shipping and line.takes_stock
          and latest.created_at >= date_trunc('second', stood.snapshot_at)
        group by stood.sku
    ), summed as (
        select stood.*, greatest(0, stood.available - stood.demand - stood.buffer)::integer as quantity,
            greatest(0, stood.available - stood.demand - stood.buffer + coalesce(since.units, 0))::integer as at_snapshot,
            told.known_quantity - coalesce(taken.likely, 0) as belief, told.known_quantity - coalesce(taken.sure, 0) as sure,
            -- What a storefront that goes by time has put back is in no comparison of ours.
            case when %(by_snapshot)s then 0 else coalesce(moved_there.put_back, 0) end as put_back,
            coalesce(told.superseded, 0) as superseded,
            -- What such a storefront shows is what it was told, not what it offers: read back it proves nothing.
            (not %(by_snapshot)s or told.known_at <= told.published_at) is true as proven,
            coalesce(taken.unsettled, false) as unsettled
        from stood
        left join since on since.sku = stood.sku
        left join taken on taken.sku = stood.sku
        left join moved_there on moved_there.sku = stood.sku
        left join stock_publication as told on told.connection = %(connection)s and told.sku = stood.sku
    ), wanted as materialized (
        -- Settled: the storefront says it already, and nothing has shown that we do not know what it says.
        select summed.*, (quantity = belief and quantity = sure and superseded = 0 and proven and not unsettled
                          and sku not in (select sku from moved_there)) is true as settled from summed
    )
"""  # noqa: S608 - our own text


@dataclass(frozen=True, slots=True)
class Sum:
    """One SKU's sum as it stands; the beliefs are None where the storefront's figure was never known.

    A bundle's `picked` is its scarcest component.
    """

    sku: Sku
    picked: Sku
    available: int
    snapshot_at: datetime
    demand: int
    buffer: int
    quantity: int
    belief: int | None
    sure: int | None


def arithmetic(connection: Connection, *, now: datetime, picked: Sequence[Sku] | None) -> dict[str, Any]:
    """Give the parameters of `WANTED`; `picked` limits it to these warehouse SKUs and bundles, None takes all."""
    rules = connection.stock
    return {
        "connection": connection.name,
        "now": now,
        "picked": None if picked is None else list(picked),
        "bundles": as_json(connection.bundles),
        "sites": sorted(rules.sites),
        "not_sold": sorted(rules.not_sold_online),
        "allocation_lag": rules.allocation_lag,
        "changes": CHANGES_FEED,
        "look_back": connection.stands_until,
        "skew": SKEW,
        "buffers": orjson.dumps(rules.buffers_by_sku).decode(),
        "buffer": rules.buffer,
        "by_snapshot": rules.by_snapshot,
    }
