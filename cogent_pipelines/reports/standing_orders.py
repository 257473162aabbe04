"""What keeps a sales order, whose it is and since when, as one SQL text that tables and checks are put around."""

from cogent_pipelines.canonical.exception_case import NOTHING_TO_SHIP, SENDING_KINDS

KEEPING_KINDS = [kind.code for kind in (*SENDING_KINDS, NOTHING_TO_SHIP)]
"""What can keep an order from the warehouse; the parameter `keeping_kinds`."""

STANDING_ORDERS = """
    kind as materialized (
        select * from json_to_recordset(%(kinds)s::json)
            as kind (code text, title text, severity text, team text, way_out text)
    ), standing_order as (
        select chosen.*,
            case when troubled then coalesce(worst.severity, kind.severity,
                case when chosen.state in ('held', 'failed') then 'critical' else 'transient' end) end as severity,
            case when troubled then coalesce(worst.team, kind.team, 'operations') end as owner_team,
            case when troubled then coalesce(worst.message, chosen.reason)
                 when chosen.state = 'acknowledged' then '' else chosen.reason end as why,
            case when troubled then coalesce(worst_kind.way_out, kind.way_out) end as way_out,
            coalesce(worst.kind, kind.code, '') as trouble,
            case when chosen.state in ('acknowledged', 'cancelled') then null
                 when chosen.state in ('held', 'failed', 'waiting') then coalesce(worst.opened_at, chosen.changed_at)
                 when chosen.state = 'pending' then chosen.due_at
                 else coalesce(worst.opened_at, chosen.first_sent_at, chosen.captured_at) end as waiting_since,
            case when chosen.state in ('pending', 'retrying') then chosen.due_at
                 when chosen.state = 'sent' then chosen.lease_until end as next_attempt_at,
            worst.acknowledged_by
        from chosen
        cross join lateral (
            select chosen.state in ('held', 'failed', 'retrying') or chosen.in_doubt as troubled
        ) as judged
        left join kind on kind.code = chosen.reason
        left join lateral (
            select * from exception_case as open
            where troubled and open.connection = chosen.connection and open.subject = chosen.order_ref
              and open.resolved_at is null and open.kind = any(%(keeping_kinds)s)
            order by open.severity, open.kind = chosen.reason desc, open.opened_at limit 1
        ) as worst on true
        left join kind as worst_kind on worst_kind.code = worst.kind
    )
"""
"""Goes after a query `chosen` of sales orders; asks for `connection`, `kinds` and `keeping_kinds`."""
