"""The checks of parcels: does each belong to an order, has it tracking, and was the storefront told in time?"""

from datetime import timedelta

import pandas as pd

from cogent_pipelines.canonical.exception_case import Severity
from cogent_pipelines.reports.finding import CheckFinding, Judging, failed, passed, total
from cogent_pipelines.reports.words import counted, in_words, some_of

TOLD_WITHIN = timedelta(minutes=30)
TOLD_LATE = timedelta(hours=2)
# What was late and is told by now cannot be mended; it is shown for a day.
REMEMBERED = timedelta(days=1)


def unmatched_despatches(judging: Judging) -> CheckFinding:
    frame = judging.ask(
        """
        select parcel.despatch_ref, parcel.sales_order_ref, parcel.despatched_at,
               extract(epoch from %(now)s - parcel.despatched_at) / 3600 as hours, coalesce(line.goods, '') as goods,
               parcel.carrier, parcel.tracking_number, count(*) over () as _total
        from despatch as parcel
        cross join lateral (
            select string_agg(quantity || ' x ' || sku, ', ' order by position) as goods from despatch_line as line
            where line.connection = parcel.connection and line.despatch_ref = parcel.despatch_ref
        ) as line
        where parcel.connection = %(connection)s and parcel.order_ref is null and not parcel.not_ours
        order by parcel.despatched_at, parcel.despatch_ref limit %(limit)s
        """
    )
    if frame.empty:
        return passed("unmatched_despatches", frame, "Every parcel belongs to an order that is known here.")
    oldest = frame.iloc[0]
    reason = (
        f"{counted(total(frame), 'parcel belongs', 'parcels belong')} to no order that is known here: "
        f"{some_of(list(frame['despatch_ref']), of=total(frame))}. Ask the warehouse what {oldest['despatch_ref']} is, "
        f"sent as “{oldest['sales_order_ref']}” with {oldest['goods'] or 'nothing in it'}; say whose it is with "
        "cogent link-parcel, or have it booked back."
    )
    return failed("unmatched_despatches", frame, reason, Severity.CRITICAL)


def missing_tracking(judging: Judging) -> CheckFinding:
    """Within the grace time a parcel waits for its number by itself; after it, somebody must enter it."""
    grace = judging.connection.fulfilment.tracking_grace
    frame = judging.ask(
        """
        select coalesce(latest.name, '') as order_name, parcel.despatch_ref, parcel.carrier, parcel.despatched_at,
               extract(epoch from %(now)s - parcel.despatched_at) / 3600 as hours, told.state as fulfilment_state,
               count(*) over () as _total
        from despatch as parcel
        left join storefront_order as latest using (connection, order_ref)
        left join fulfilment as told using (connection, despatch_ref)
        where parcel.connection = %(connection)s and parcel.tracking_number = '' and not parcel.not_ours
          and least(parcel.despatched_at, parcel.captured_at) < %(now)s - %(grace)s::interval
        order by parcel.despatched_at, parcel.despatch_ref limit %(limit)s
        """,
        grace=grace,
    )
    if frame.empty:
        return passed(
            "missing_tracking", frame, f"Every parcel that left more than {_lasting(grace)} ago has its tracking number."
        )
    named = frame["order_name"].where(frame["order_name"] != "", frame["despatch_ref"])
    reason = (
        f"{counted(total(frame), 'parcel has', 'parcels have')} no tracking number {_lasting(grace)} after leaving: "
        f"{some_of(list(named), of=total(frame))}, the oldest left {frame['despatched_at'].iloc[0]:%d %b %H:%M} UTC. "
        "Have the warehouse enter the number; the storefront is told by itself."
    )
    return failed("missing_tracking", frame, reason, Severity.CRITICAL)


def late_fulfilments(judging: Judging) -> CheckFinding:
    """Not told half an hour after leaving, or told hours late. A parcel that waits for its tracking number is not late."""
    frame = _late(judging)
    if frame.empty:
        return passed("late_fulfilments", frame, "Every parcel was told to the storefront soon after it left.")
    untold, late = int(frame["_untold"].iloc[0]), total(frame) - int(frame["_untold"].iloc[0])
    parts = []
    if untold:
        names = list(frame.loc[frame["told_at"].isna(), "order_name"])
        parts.append(f"{counted(untold, 'parcel')} not told to the storefront yet ({some_of(names, of=untold)})")
    if late:
        names = list(frame.loc[frame["told_at"].notna(), "order_name"])
        parts.append(f"{counted(late, 'parcel')} told more than {_lasting(TOLD_LATE)} late ({some_of(names, of=late)})")
    worst = frame.iloc[0]
    act = (
        f"Look first at {worst['order_name']}: {worst['why'] or worst['state']}" if untold else "Nothing is left to be told"
    )
    return failed("late_fulfilments", frame, f"{'; '.join(parts)}. {act.rstrip('.')}.")


def _late(judging: Judging) -> pd.DataFrame:
    frame = judging.ask(
        """
        with parcel as (
            select parcel.despatch_ref, latest.name as order_name, parcel.despatched_at,
                   coalesce(told.state, 'not begun') as state, told.acknowledged_at as told_at,
                   coalesce(told.reason, '') as why,
                   case when told.state in ('pending', 'retrying') then told.due_at end as next_attempt_at,
                   -- A warehouse whose clock runs ahead must not hide a late parcel.
                   coalesce(told.acknowledged_at, %(now)s) - least(parcel.despatched_at, parcel.captured_at) as late_by
            from despatch as parcel
            left join fulfilment as told using (connection, despatch_ref)
            join storefront_order as latest
                on latest.connection = parcel.connection and latest.order_ref = parcel.order_ref
            where parcel.connection = %(connection)s
              and (told.acknowledged_at is null or told.acknowledged_at > %(now)s - %(remembered)s::interval)
              and not (parcel.tracking_number = '' and told.state = 'pending' and told.due_at > %(now)s)
              and told.state is distinct from 'covered'
        ), late as (
            select *, case when told_at is not null or state = 'waiting' then 'transient'
                           when state in ('held', 'failed') or late_by > %(told_late)s::interval then 'critical'
                           else 'transient' end as severity
            from parcel
            where late_by > case when told_at is null then %(told_within)s::interval else %(told_late)s::interval end
        )
        select order_name, despatch_ref, state, severity, why, despatched_at, told_at,
               extract(epoch from late_by) / 60 as minutes, next_attempt_at,
               count(*) over () as _total, count(*) filter (where told_at is null) over () as _untold
        from late order by severity, told_at is not null, despatched_at, despatch_ref limit %(limit)s
        """,
        remembered=REMEMBERED,
        told_within=TOLD_WITHIN,
        told_late=TOLD_LATE,
    )
    return frame.assign(why=frame["why"].map(in_words).astype("string[python]"))


def _lasting(span: timedelta) -> str:
    for unit, length in (("hour", timedelta(hours=1)), ("minute", timedelta(minutes=1))):
        if span >= length and not span % length:
            return counted(span // length, unit)
    return counted(round(span.total_seconds()), "second")
