"""How far each feed is accounted for. A watermark moves forward only, and only over what is stored."""

from dataclasses import dataclass
from datetime import datetime

from cogent_pipelines.canonical.identity import ConnectionName
from cogent_pipelines.ledger.pool import Pool


@dataclass(frozen=True, slots=True)
class Watermarks:
    pool: Pool

    def get(self, connection: ConnectionName, feed: str) -> datetime | None:
        """Everything of this feed up to here is accounted for; None before the first time."""
        with self.pool.session() as session:
            row = session.execute(
                "select up_to from watermark where connection = %s and feed = %s", [connection, feed]
            ).fetchone()
        return row[0] if row else None

    def move(self, connection: ConnectionName, feed: str, up_to: datetime, *, now: datetime) -> None:
        """Move forward; an earlier time changes nothing but `moved_at`, which says that the feed was looked at."""
        with self.pool.session() as session:
            session.execute(
                """
                insert into watermark (connection, feed, up_to, moved_at) values (%s, %s, %s, %s)
                on conflict (connection, feed) do update
                set up_to = greatest(watermark.up_to, excluded.up_to), moved_at = excluded.moved_at
                """,
                [connection, feed, up_to, now],
            )
