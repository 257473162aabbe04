"""Whether everything goes on: what each part has done since a moment, as the ledger and Dagster's own storage say.

Only for measuring recovery. Whether anything was lost, the vendors' books say.
"""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

import psycopg

from cogent_pipelines.local_stack.databases import Databases, for_psycopg
from cogent_pipelines.local_stack.havoc.wanted import Victim

ORDERS, PARCELS, STOCK, EVENTS, TICKS = "orders", "parcels", "stock", "events", "ticks"
_FLOWS = (ORDERS, PARCELS, STOCK)
NEEDED: Mapping[Victim, tuple[str, ...]] = {
    Victim.RUN: _FLOWS,
    Victim.DAEMON: (*_FLOWS, TICKS),
    Victim.GATEWAY: (*_FLOWS, EVENTS),
    Victim.POSTGRES: (*_FLOWS, EVENTS, TICKS),
}
"""What must have happened again before a victim counts as recovered."""


@dataclass(frozen=True, slots=True)
class Progress:
    """Asks on a connection of its own every time: the server may just have been killed."""

    connection: str
    databases: Databases

    def since(self, moment: datetime) -> set[str]:
        """Name the parts that have done something that began after `moment`; nothing while the database is away."""
        found: set[str] = set()
        with suppress(psycopg.Error):
            found |= self._in_the_ledger(moment)
            found |= self._in_dagster(moment)
        return found

    def _in_the_ledger(self, moment: datetime) -> set[str]:
        with psycopg.connect(self.databases.ledger, connect_timeout=3, autocommit=True) as session:
            row = session.execute(
                """
                select
                    exists (
                        select 1 from sales_order as sent join storefront_order as placed using (connection, order_ref)
                        where connection = %(name)s and sent.acknowledged_at > %(at)s and placed.created_at > %(at)s
                    ),
                    exists (
                        select 1 from fulfilment as told join despatch as left_with using (connection, despatch_ref)
                        where connection = %(name)s and told.acknowledged_at > %(at)s and left_with.captured_at > %(at)s
                    ),
                    exists (select 1 from stock_publication where connection = %(name)s and published_at > %(at)s),
                    exists (select 1 from inbox where connection = %(name)s and received_at > %(at)s)
                """,
                {"name": self.connection, "at": moment},
            ).fetchone()
        return {part for part, so in zip((*_FLOWS, EVENTS), row or (), strict=False) if so}

    def _in_dagster(self, moment: datetime) -> set[str]:
        with psycopg.connect(for_psycopg(self.databases.dagster), connect_timeout=3, autocommit=True) as session:
            row = session.execute(
                "select exists (select 1 from job_ticks where timestamp > %s)", [moment.replace(tzinfo=None)]
            ).fetchone()
        return {TICKS} if row and row[0] else set()
