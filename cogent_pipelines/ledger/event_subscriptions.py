"""Which of a vendor's events we have subscribed to, so that each topic is subscribed once and can be taken back."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from cogent_pipelines.canonical.identity import ConnectionName
from cogent_pipelines.ledger.pool import Pool


@dataclass(frozen=True, slots=True)
class Subscription:
    """`vendor_id` is the vendor's handle for it, `address` where the events go."""

    source: str
    topic: str
    vendor_id: str
    address: str


@dataclass(frozen=True, slots=True)
class EventSubscriptions:
    pool: Pool

    def of(self, connection: ConnectionName, source: str) -> list[Subscription]:
        with self.pool.session() as session:
            rows = session.execute(
                """
                select source, topic, vendor_id, address from event_subscription
                where connection = %s and source = %s order by topic
                """,
                [connection, source],
            ).fetchall()
        return [Subscription(*row) for row in rows]

    def remember(self, connection: ConnectionName, subscription: Subscription, *, now: datetime) -> None:
        """Keep the topic's newest subscription."""
        with self.pool.session() as session:
            session.execute(
                """
                insert into event_subscription (connection, source, topic, vendor_id, address, made_at)
                values (%s, %s, %s, %s, %s, %s)
                on conflict (connection, source, topic) do update
                set vendor_id = excluded.vendor_id, address = excluded.address, made_at = excluded.made_at
                """,
                [connection, subscription.source, subscription.topic, subscription.vendor_id, subscription.address, now],
            )

    def forget(self, connection: ConnectionName, source: str, topics: Sequence[str]) -> None:
        with self.pool.session() as session:
            session.execute(
                "delete from event_subscription where connection = %s and source = %s and topic = any(%s)",
                [connection, source, list(topics)],
            )
