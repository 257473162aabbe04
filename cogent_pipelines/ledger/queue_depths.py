"""How much waits in each queue, for the desk and for metrics. Whether it is due, and who takes it, is the flows' matter."""

from dataclasses import dataclass
from datetime import datetime

from cogent_pipelines.ledger.pool import Pool


@dataclass(frozen=True, slots=True)
class Depth:
    """One queue of one connection that is not empty; `oldest_at` is since when its oldest row waits."""

    connection: str
    queue: str
    waiting: int
    oldest_at: datetime


def queue_depths(pool: Pool) -> list[Depth]:
    """Every queue in which something waits for us; what waits for a person is a case."""
    with pool.session() as session:
        rows = session.execute(
            """
            select connection, 'events to take in', count(*), min(received_at)
            from inbox where taken_at is null group by connection
            union all
            select connection, 'orders to send', count(*), min(captured_at)
            from sales_order where state in ('pending', 'retrying') group by connection
            union all
            select connection, 'orders sent, answer awaited', count(*), min(changed_at)
            from sales_order where state = 'sent' group by connection
            union all
            select connection, 'stock to publish', count(*), min(changed_at)
            from stock_publication where state in ('pending', 'retrying', 'sent') group by connection
            union all
            select connection, 'parcels to report', count(*), min(captured_at)
            from fulfilment where state in ('pending', 'retrying', 'sent') group by connection
            order by 1, 2
            """
        ).fetchall()
    return [Depth(*row) for row in rows]
