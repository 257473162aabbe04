"""Verified events, raw, each once. What an event means is a flow's matter; here it waits until one has accounted for it.

An event's id is kept for ever, because vendors deliver again after days; its body may be pruned.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from cogent_pipelines.canonical.identity import ConnectionName
from cogent_pipelines.ledger.listening import WORK_CHANNEL
from cogent_pipelines.ledger.pool import Pool
from cogent_pipelines.ports.webhook import Arrival

STOREFRONT = "storefront"
WAREHOUSE = "warehouse"


@dataclass(frozen=True, slots=True)
class WaitingEvent:
    """An event that no flow has accounted for yet."""

    id: int
    event_id: str
    topic: str
    subject: str
    occurred_at: datetime | None
    received_at: datetime
    body: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Inbox:
    """Implements the port `InboxWriter`; unlike it, one call may bring the same event twice."""

    pool: Pool

    def store_all(self, arrivals: Sequence[Arrival]) -> list[bool]:
        """Store events; True for each that was new. A repeated delivery is counted on the first one's row.

        The flow that an event wakes is told when this commits.
        """
        if not arrivals:
            return []
        firsts: dict[tuple[str, str, str], int] = {}
        again = [0] * len(arrivals)
        for position, arrival in enumerate(arrivals):
            first = firsts.setdefault((arrival.connection, arrival.source, arrival.event.event_id), position)
            again[first] += 1
        # One order of locking for everybody: two bursts with the same events must not wait for each other.
        positions = [firsts[key] for key in sorted(firsts)]
        chosen = [arrivals[position] for position in positions]
        with self.pool.transaction() as session:
            rows = session.execute(
                """
                with stored as (
                    insert into inbox (connection, source, event_id, delivery_id, topic, subject, occurred_at,
                                       received_at, body, deliveries)
                    select * from unnest(
                        %s::text[], %s::text[], %s::text[], %s::text[], %s::text[], %s::text[], %s::timestamptz[],
                        %s::timestamptz[], %s::bytea[], %s::integer[])
                    on conflict (connection, source, event_id) do update
                    set deliveries = inbox.deliveries + excluded.deliveries
                    returning connection, source, event_id, flow, xmax = 0 as is_new
                ), told as (
                    select pg_notify(%s, connection || ':' || flow)
                    from (select distinct connection, flow from stored where is_new) as news
                )
                select connection, source, event_id, is_new from stored where (select count(*) from told) >= 0
                """,
                [
                    [arrival.connection for arrival in chosen],
                    [arrival.source for arrival in chosen],
                    [arrival.event.event_id for arrival in chosen],
                    [arrival.event.delivery_id for arrival in chosen],
                    [arrival.event.topic for arrival in chosen],
                    [arrival.event.subject for arrival in chosen],
                    [arrival.event.occurred_at for arrival in chosen],
                    [arrival.received_at for arrival in chosen],
                    [arrival.event.body for arrival in chosen],
                    [again[position] for position in positions],
                    WORK_CHANNEL,
                ],
            ).fetchall()
        new = {firsts[connection, source, event_id] for connection, source, event_id, is_new in rows if is_new}
        return [position in new for position in range(len(arrivals))]

    def unknown(self, connection: ConnectionName, source: str, event_ids: Sequence[str]) -> set[str]:
        """Those of these events that never came here."""
        with self.pool.session() as session:
            rows = session.execute(
                "select event_id from inbox where connection = %s and source = %s and event_id = any(%s)",
                [connection, source, list(event_ids)],
            ).fetchall()
        return set(event_ids) - {event_id for (event_id,) in rows}

    def waiting(
        self,
        connection: ConnectionName,
        source: str,
        *,
        topics: Sequence[str] | None = None,
        flow: str | None = None,
        limit: int = 500,
    ) -> list[WaitingEvent]:
        """The oldest events that wait, of one source; of some topics, or of those that wake one flow."""
        with self.pool.session() as session:
            rows = session.execute(
                """
                select id, event_id, topic, subject, occurred_at, received_at, coalesce(body, '') from inbox
                where connection = %s and source = %s and taken_at is null
                  and (%s::text[] is null or topic = any(%s)) and (%s::text is null or flow = %s)
                order by id limit %s
                """,
                [connection, source, _list(topics), _list(topics), flow, flow, limit],
            ).fetchall()
        return [WaitingEvent(*row) for row in rows]

    def take(self, ids: Sequence[int], *, now: datetime, note: str = "") -> None:
        """These events are accounted for; `note` says what was made of them where that is worth a word."""
        if not ids:
            return
        with self.pool.session() as session:
            session.execute(
                "update inbox set taken_at = %s, note = %s where id = any(%s) and taken_at is null",
                [now, note, list(ids)],
            )

    def prune_bodies(self, *, before: datetime) -> int:
        """Forget the bodies of events that were taken and are older; their ids stay."""
        with self.pool.session() as session:
            return session.execute(
                "update inbox set body = null where body is not null and taken_at is not null and received_at < %s", [before]
            ).rowcount


def _list(topics: Sequence[str] | None) -> list[str] | None:
    return None if topics is None else list(topics)
