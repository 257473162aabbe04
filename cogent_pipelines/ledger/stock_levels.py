"""The warehouse's last figure per SKU and site, with the time at which it was true. What is told of it is not here."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from cogent_pipelines.canonical.identity import ConnectionName, Sku
from cogent_pipelines.canonical.stock import StockLevel
from cogent_pipelines.ledger.pool import Pool


@dataclass(frozen=True, slots=True)
class StoredLevels:
    """`newer` SKUs have a newer figure than before; of `changed` ones it also differs."""

    read: int
    newer: tuple[Sku, ...]
    changed: int


@dataclass(frozen=True, slots=True)
class StockLevels:
    pool: Pool

    def store(self, connection: ConnectionName, levels: Iterable[StockLevel], *, now: datetime) -> StoredLevels:
        """Store figures; one that was true earlier than ours is left aside."""
        latest: dict[tuple[str, str], StockLevel] = {}
        read = 0
        for level in levels:
            read += 1
            known = latest.get((level.sku, level.site))
            if known is None or known.snapshot_at <= level.snapshot_at:
                latest[level.sku, level.site] = level
        if not latest:
            return StoredLevels(0, (), 0)
        rows = [latest[key] for key in sorted(latest)]
        with self.pool.session() as session:
            stored = session.execute(
                """
                insert into stock_level as kept (connection, sku, site, available, on_hand, snapshot_at, changed_at)
                select %s, sku, site, available, on_hand, snapshot_at, %s
                from unnest(%s::text[], %s::text[], %s::numeric[], %s::numeric[], %s::timestamptz[])
                    as level (sku, site, available, on_hand, snapshot_at)
                on conflict (connection, sku, site) do update set
                    available = excluded.available, on_hand = excluded.on_hand, snapshot_at = excluded.snapshot_at,
                    unreadable_since = null,
                    changed_at = case when (kept.available, kept.on_hand)
                            is distinct from (excluded.available, excluded.on_hand)
                        then excluded.changed_at else kept.changed_at end
                where kept.snapshot_at <= excluded.snapshot_at
                returning sku, changed_at = %s
                """,
                [
                    connection,
                    now,
                    [row.sku for row in rows],
                    [row.site for row in rows],
                    [row.available for row in rows],
                    [row.on_hand for row in rows],
                    [row.snapshot_at for row in rows],
                    now,
                ],
            ).fetchall()
        newer = tuple(dict.fromkeys(Sku(sku) for sku, _ in stored))
        return StoredLevels(read, newer, sum(differs for _, differs in stored))

    def mark_unreadable(self, connection: ConnectionName, skus: Sequence[Sku], *, now: datetime) -> None:
        """Note that newer figures of these could not be read; each stands as it was at its own time."""
        with self.pool.session() as session:
            session.execute(
                """
                update stock_level set unreadable_since = %s
                where connection = %s and sku = any(%s) and unreadable_since is null
                """,
                [now, connection, sorted(set(skus))],
            )
