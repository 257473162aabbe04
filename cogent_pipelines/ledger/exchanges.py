"""Evidence: what was sent to a vendor and what came back, already redacted, found again by order reference or SKU."""

import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from cogent_pipelines.ledger.pool import Pool
from cogent_pipelines.ports.vendor_account import Exchange

# Thirteen months: a year's accounts and the month in which they are closed.
KEPT_FOR = timedelta(days=396)


@dataclass(frozen=True, slots=True)
class StoredExchange:
    id: int
    exchange: Exchange


@dataclass(frozen=True, slots=True)
class Exchanges:
    """Implements the `EvidenceLog` port."""

    pool: Pool

    def record(self, exchanges: Sequence[Exchange]) -> list[int]:
        """Store exchanges; answers their ids, in order."""
        if not exchanges:
            return []
        places = ", ".join(["(%s, %s, %s, %s, %s, %s, %s, %s, %s)"] * len(exchanges))
        with self.pool.session() as session:
            # Ids are given in the order of the rows.
            rows = session.execute(
                f"""
                insert into exchange (account, operation, subjects, sent_at, seconds, status, outcome, request, response)
                values {places} returning id
                """,  # noqa: S608 - nothing but places
                [value for exchange in exchanges for value in _row(exchange)],
            ).fetchall()
        return sorted(number for (number,) in rows)

    def get(self, exchange_id: int) -> StoredExchange | None:
        with self.pool.session() as session:
            row = session.execute(f"{_SELECT} where id = %s", [exchange_id]).fetchone()
        return _stored(row) if row else None

    def find(self, subject: str, *, limit: int = 100) -> list[StoredExchange]:
        """What was exchanged about an order or a SKU, newest first."""
        with self.pool.session() as session:
            rows = session.execute(
                f"{_SELECT} where subjects @> array[%s]::text[] order by sent_at desc, id desc limit %s", [subject, limit]
            ).fetchall()
        return [_stored(row) for row in rows]

    def prune(self, *, now: datetime) -> int:
        """Delete what is older than it must be kept; answers how many went."""
        with self.pool.session() as session:
            return session.execute("delete from exchange where sent_at < %s", [now - KEPT_FOR]).rowcount


_SELECT = "select id, account, operation, subjects, sent_at, seconds, request, status, response, outcome from exchange"


def _row(exchange: Exchange) -> tuple[object, ...]:
    return (
        exchange.account,
        exchange.operation,
        list(exchange.subjects),
        exchange.sent_at,
        exchange.seconds,
        exchange.status,
        exchange.outcome,
        zlib.compress(exchange.request, 1),
        zlib.compress(exchange.response, 1),
    )


def _stored(row: tuple[object, ...]) -> StoredExchange:
    number, account, operation, subjects, sent_at, seconds, request, status, response, outcome = row
    return StoredExchange(
        id=number,  # type: ignore[arg-type]
        exchange=Exchange(
            account=account,  # type: ignore[arg-type]
            operation=operation,  # type: ignore[arg-type]
            subjects=tuple(subjects),  # type: ignore[arg-type]
            sent_at=sent_at,  # type: ignore[arg-type]
            seconds=seconds,  # type: ignore[arg-type]
            request=zlib.decompress(request),  # type: ignore[arg-type]
            status=status,  # type: ignore[arg-type]
            response=zlib.decompress(response),  # type: ignore[arg-type]
            outcome=outcome,  # type: ignore[arg-type]
        ),
    )
