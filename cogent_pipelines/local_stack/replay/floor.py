"""The people at the warehouse: every second they send out what has come in since, and the vendor tells of each parcel.

The telling goes straight into the inbox, in batches, where the gateway would have put it: a stand-in that posted ten
thousand events over HTTP would be what is measured.
"""

import time
from dataclasses import dataclass
from datetime import datetime

from cogent_pipelines.canonical.identity import ConnectionName
from cogent_pipelines.ledger.database import Ledger
from cogent_pipelines.ledger.inbox import WAREHOUSE
from cogent_pipelines.local_stack.replay.vendors import Warehouse
from cogent_pipelines.ports.clock import Clock
from cogent_pipelines.ports.webhook import Arrival, VerifiedEvent

_EVERY_SECONDS = 1.0
_TOPIC = "TrackingNumberReceived"


@dataclass(slots=True)
class Floor:
    """Knows up to when it has seen what was acknowledged."""

    warehouse: Warehouse
    ledger: Ledger
    connection: ConnectionName
    clock: Clock
    seen: datetime | None = None
    worked_at: float = 0.0

    def work(self) -> None:
        """Send out what is new, where the last time is long enough ago."""
        if time.monotonic() - self.worked_at < _EVERY_SECONDS:
            return
        arrived = self._arrived()
        if arrived:
            self.warehouse.despatch(arrived)
            now = self.clock.now()
            self.ledger.inbox.store_all([_told(self.connection, number, now) for number in arrived])
        self.worked_at = time.monotonic()

    def _arrived(self) -> list[str]:
        """Sales orders that were acknowledged since the last look."""
        with self.ledger.pool.session() as session:
            rows = session.execute(
                """
                select warehouse_ref, acknowledged_at from sales_order
                where connection = %(connection)s and acknowledged_at is not null
                  and (%(seen)s::timestamptz is null or acknowledged_at > %(seen)s)
                """,
                {"connection": self.connection, "seen": self.seen},
            ).fetchall()
        if rows:
            self.seen = max(at for _, at in rows)
        return [number for number, _ in rows]


def _told(connection: ConnectionName, number: str, now: datetime) -> Arrival:
    event = VerifiedEvent(f"{_TOPIC} {number}", number, _TOPIC, number, now, b"")
    return Arrival(connection, WAREHOUSE, event, now)
