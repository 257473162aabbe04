"""A machine's clock that went back: what the ledger has in the future is brought back with it.

Everything here that is due, leased or held off is a moment of our own clock. After a step back by an hour it would all lie
an hour ahead: orders would wait, polls rest, budgets not refill. Vendors' times are theirs and are left alone.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta

from psycopg import sql

from cogent_pipelines.ledger.pool import Pool, Session

# Machines that share a ledger differ by seconds; below this it is no step.
SMALLEST_STEP = timedelta(minutes=5)
# The watermark of no connection: when the ledger's users last told the time.
_NOBODY, _FEED = "", "clock"
_OURS: Mapping[str, tuple[str, ...]] = {
    "watermark": ("up_to", "moved_at"),
    "storefront_order": ("captured_at", "changed_at"),
    "sales_order": (
        "due_at",
        "lease_until",
        "captured_at",
        "first_sent_at",
        "last_sent_at",
        "acknowledged_at",
        "changed_at",
    ),
    "fulfilment": ("due_at", "lease_until", "planned_at", "captured_at", "acknowledged_at", "changed_at"),
    "stock_level": ("snapshot_at", "changed_at"),
    "stock_publication": ("due_at", "lease_until", "published_at", "known_at", "snapshot_at", "changed_at"),
    "storefront_order_line": ("edited_at",),
    "exception_case": ("opened_at", "last_seen_at", "changed_at", "resolved_at", "alerted_at"),
    "vendor_account": ("refilled_at", "hold_until", "opened_at", "probe_at"),
}


def follow(pool: Pool, now: datetime) -> timedelta:
    """Take note of the time; where it is far behind the last note, bring back what lies ahead. Says by how much.

    The step is never taken for longer than it was, so that no lease runs out before its time.
    """
    with pool.transaction() as session:
        row = session.execute(
            "select moved_at from watermark where connection = %s and feed = %s for update", [_NOBODY, _FEED]
        ).fetchone()
        step = row[0] - now if row else timedelta(0)
        if step >= SMALLEST_STEP:
            _bring_back(session, now, step)
        session.execute(
            """
            insert into watermark (connection, feed, up_to, moved_at) values (%(nobody)s, %(feed)s, %(now)s, %(now)s)
            on conflict (connection, feed) do update set up_to = %(now)s, moved_at = case
                when %(stepped)s then %(now)s else greatest(watermark.moved_at, %(now)s) end
            """,
            {"nobody": _NOBODY, "feed": _FEED, "now": now, "stepped": step >= SMALLEST_STEP},
        )
    return step if step >= SMALLEST_STEP else timedelta(0)


def _bring_back(session: Session, now: datetime, step: timedelta) -> None:
    for table, columns in _OURS.items():
        for column in columns:
            session.execute(
                sql.SQL("update {table} set {column} = {column} - %(step)s where {column} > %(now)s").format(
                    table=sql.Identifier(table), column=sql.Identifier(column)
                ),
                {"step": step, "now": now},
            )
    # Whoever waits for tokens asks again within seconds; a call that was made lately counts in its window all the same.
    session.execute(
        """
        update vendor_account set waiting_at = '{null,null,null,null,null}',
            called_at = array(select least(at, %(now)s) from unnest(called_at) as at order by at)
        """,
        {"now": now},
    )
