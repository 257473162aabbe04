"""What our ledger and the evidence say of an order, line by line with its time; not what the vendors' books say."""

from collections.abc import Iterable
from datetime import datetime

from cogent_pipelines_tests.faults.mortal import MortalWorld

Line = tuple[datetime, str, str]
"""When, who, what."""


def in_order(told: Iterable[Line]) -> list[str]:
    return [f"{at:%X.%f}"[:12] + f"  {who:<10} {what}" for at, who, what in sorted(told, key=lambda line: line[0])]


def in_the_ledger(world: MortalWorld, ref: str, name: str) -> list[Line]:
    rows = world.asked(
        """
        select received_at, 'event ' || topic || ' received ' || deliveries || ' times' from inbox where subject = %(order)s
        union all select taken_at, 'event ' || topic || ' taken ' || note from inbox
            where subject = %(order)s and taken_at is not null
        union all select stored_at, 'version of ' || version || ' stored' from storefront_order_version
            where order_ref = %(order)s
        union all select first_sent_at, 'sent to the warehouse for the first time' from sales_order
            where order_ref = %(order)s and first_sent_at is not null
        union all select changed_at, 'sales order is ' || state || ' after ' || claims || ' claims ' || reason
            from sales_order where order_ref = %(order)s
        union all select changed_at, 'parcel ' || despatch_ref || ' is ' || state || ' ' || reason from fulfilment
            where order_ref = %(order)s
        union all select opened_at, 'case ' || kind || ': ' || message || coalesce(' (resolved ' || resolved_at || ')', '')
            from exception_case where subject = %(order)s or order_name = %(name)s
        """,
        {"order": ref, "name": name},
    )
    return [(at, "ledger", what) for at, what in rows]


def exchanges(world: MortalWorld, subject: str) -> list[Line]:
    rows = world.asked(
        "select sent_at, operation || ' → ' || coalesce(status::text, 'no answer') || ' ' || outcome from exchange"
        " where subjects @> array[%(subject)s]::text[]",
        {"subject": subject},
    )
    return [(at, "exchange", what) for at, what in rows]
