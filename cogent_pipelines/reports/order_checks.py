"""The checks of orders: is one stuck, at the warehouse twice, or forgotten on the way in?"""

from datetime import timedelta

import pandas as pd

from cogent_pipelines.canonical.connection import InjectionRules
from cogent_pipelines.canonical.exception_case import Severity
from cogent_pipelines.reports.finding import CheckFinding, Judging, failed, passed, total
from cogent_pipelines.reports.standing_orders import STANDING_ORDERS
from cogent_pipelines.reports.words import counted, in_words, some_of

# A flash sale is drained at the vendor's pace; an order that is due this long has been passed over.
OVERDUE = timedelta(minutes=15)
UNREAD_EVENTS = timedelta(minutes=5)
# What should have healed by itself within this time waits for a person.
HEALS_WITHIN = timedelta(hours=1)


def stuck_orders(judging: Judging) -> CheckFinding:
    """Held, failed, in doubt, or waiting longer than the rules allow; a person who took on a harmless case is believed."""
    frame = _stuck(judging)
    if frame.empty:
        return passed("stuck_orders", frame, "No order is held, failed, in doubt or waiting longer than its retry allows.")
    kinds = [f"{int(part['_alike'].iloc[0]):,} {how} ({_names(part)})" for how, part in frame.groupby("how", sort=False)]
    worst = frame.iloc[0]
    reason = (
        f"{counted(total(frame), 'order is', 'orders are')} stuck: {', '.join(kinds)}. "
        f"Look first at {worst['order_name']}, since {worst['since']:%d %b %H:%M} UTC: {worst['why'] or worst['how']}"
    )
    return failed("stuck_orders", frame, f"{reason.rstrip('.')}. {worst['way_out']}".strip())


def _stuck(judging: Judging) -> pd.DataFrame:
    frame = judging.ask(
        f"""
        with chosen as (
            select * from sales_order
            where connection = %(connection)s and state not in ('acknowledged', 'cancelled', 'waiting')
              and (state in ('failed', 'held') or in_doubt
                   or (state = 'sent' and lease_until < %(now)s - %(overdue)s::interval)
                   or (state in ('pending', 'retrying') and due_at < %(now)s - %(overdue)s::interval)
                   or (state = 'retrying' and coalesce(first_sent_at, captured_at) < %(now)s - %(patience)s::interval))
        ), {STANDING_ORDERS}, stuck as (
            select *, case
                    when in_doubt then 'in doubt'
                    when state in ('pending', 'sent') or (state = 'retrying' and due_at < %(now)s - %(overdue)s::interval)
                        then 'passed over'
                    else state end as how,
                extract(epoch from %(now)s - waiting_since) / 3600 as hours
            from standing_order where not (trouble = 'nothing_to_ship' and acknowledged_by is not null)
        ), judged as (
            select *, case
                when how in ('in doubt', 'passed over') and waiting_since < %(now)s - %(heals_within)s::interval
                    then 'critical'
                else coalesce(severity, 'transient') end as judged_severity
            from stuck
        )
        select order_name, how, judged_severity as severity, why, waiting_since as since, hours,
               case when how = 'passed over' then 'engineering' else coalesce(owner_team, 'operations') end as owner_team,
               case when how = 'passed over' then 'Look at the runs of order_injection: none has taken it.'
                    else coalesce(way_out, '') end as way_out,
               next_attempt_at, attempt as attempts, sales_order_ref, state,
               count(*) over () as _total, count(*) over (partition by how) as _alike
        from judged order by judged_severity, waiting_since, order_ref limit %(limit)s
        """,  # noqa: S608 - our own text
        overdue=OVERDUE,
        patience=patience(judging.connection.injection),
        heals_within=HEALS_WITHIN,
    )
    return frame.assign(why=frame["why"].map(in_words).astype("string[python]"))


def patience(rules: InjectionRules) -> timedelta:
    """How long an order may be retrying: every pause between the attempts at its longest, and one lease."""
    pauses = (min(rules.longest_backoff, rules.first_backoff * 2**number) for number in range(rules.max_attempts - 1))
    return sum(pauses, rules.lease)


def duplicate_sales_orders(judging: Judging) -> CheckFinding:
    """One order's name at two references, or a case that says so. A shop that uses a name twice is asked about as well."""
    frame = judging.ask(
        """
        with sent as (
            select * from sales_order where connection = %(connection)s and warehouse_ref is not null
        ), named as (
            select order_name, count(*) as times, max(captured_at) as since,
                   string_agg(warehouse_ref, ', ' order by captured_at) as refs,
                   string_agg(order_ref, ', ' order by captured_at) as order_refs
            from sent group by order_name having count(distinct warehouse_ref) > 1
        ), duplicate as (
            select order_name, refs as warehouse_refs, since,
                   format('%%s storefront orders are called %%s (%%s), each with a sales order of its own.',
                          times, order_name, order_refs) as why
            from named
            union all
            select found.order_name, coalesce(sent.warehouse_ref, sent.sales_order_ref, ''), found.opened_at, found.message
            from exception_case as found
            left join sales_order as sent on sent.connection = found.connection and sent.order_ref = found.subject
            where found.connection = %(connection)s and found.kind = 'duplicate_sales_order' and found.resolved_at is null
        )
        select order_name, warehouse_refs, since, why,
               'Cancel one copy at the warehouse before it is picked, unless the shop really has two orders of that name.'
                   as way_out,
               count(*) over () as _total
        from duplicate order by since desc, order_name limit %(limit)s
        """
    )
    if frame.empty:
        return passed("duplicate_sales_orders", frame, "No order is at the warehouse under two references.")
    reason = (
        f"{counted(total(frame), 'order is', 'orders are')} at the warehouse more than once: {_names(frame)}; "
        f"cancel one copy of each before it is picked, beginning with {frame['warehouse_refs'].iloc[0]}."
    )
    return failed("duplicate_sales_orders", frame, reason, Severity.CRITICAL)


def completeness(judging: Judging) -> CheckFinding:
    """Every captured order is in the queue, and no event lies about unread."""
    frame = judging.ask(
        """
        with forgotten as (
            select 'order without sales order' as what, latest.name as subject, latest.captured_at as since,
                   'critical' as severity, 'It would never be sent: have it captured again by `order_capture`.' as way_out
            from storefront_order as latest
            where latest.connection = %(connection)s and not exists (
                select 1 from sales_order as sent
                where sent.connection = latest.connection and sent.order_ref = latest.order_ref)
            union all
            select 'event not taken in', event.topic || coalesce(' ' || nullif(event.subject, ''), ''), event.received_at,
                   case when event.received_at < %(now)s - %(heals_within)s::interval then 'critical' else 'transient' end,
                   'Look at the runs of ' || event.flow || ': none has taken it.'
            from inbox as event
            where event.connection = %(connection)s and event.taken_at is null
              and event.received_at < %(now)s - %(unread)s::interval
        )
        select what, subject, severity, since, extract(epoch from %(now)s - since) / 3600 as hours, way_out,
               count(*) over () as _total, count(*) over (partition by what) as _alike
        from forgotten order by severity, what desc, since limit %(limit)s
        """,
        heals_within=HEALS_WITHIN,
        unread=UNREAD_EVENTS,
    )
    if frame.empty:
        return passed("completeness", frame, "Every captured order has its sales order, and every event is accounted for.")
    parts = [
        f"{counted(int(part['_alike'].iloc[0]), *_FORGOTTEN[str(what)])} ({_names(part, 'subject')})"
        for what, part in frame.groupby("what", sort=False)
    ]
    reason = f"Not accounted for: {', '.join(parts)}; the oldest since {frame['since'].min():%d %b %H:%M} UTC."
    return failed("completeness", frame, f"{reason} {frame['way_out'].iloc[0]}")


_FORGOTTEN = {
    "order without sales order": ("order without a sales order", "orders without a sales order"),
    "event not taken in": ("event that nobody has taken in", "events that nobody has taken in"),
}


def _names(frame: pd.DataFrame, column: str = "order_name") -> str:
    alike = int(frame["_alike"].iloc[0]) if "_alike" in frame else total(frame)
    return some_of([str(name) for name in frame[column]], of=alike)
