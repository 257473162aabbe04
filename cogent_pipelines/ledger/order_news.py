"""How far a storefront's numbered account of each order is known. What was told is in the inbox, as events are."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from cogent_pipelines.canonical.identity import ConnectionName, OrderRef
from cogent_pipelines.ledger.pool import Pool


@dataclass(frozen=True, slots=True)
class KnownOrderNews:
    pool: Pool

    def up_to(self, connection: ConnectionName, refs: Sequence[OrderRef]) -> dict[OrderRef, int]:
        """The last number that is accounted for; orders of which nothing was told yet are left out."""
        with self.pool.session() as session:
            rows = session.execute(
                "select order_ref, up_to from order_news where connection = %s and order_ref = any(%s)",
                [connection, list(refs)],
            ).fetchall()
        return {OrderRef(ref): number for ref, number in rows}

    def move(self, connection: ConnectionName, numbers: Mapping[OrderRef, int]) -> None:
        """Move forward; a smaller number changes nothing."""
        if not numbers:
            return
        # In one order for everybody, so that two runs never wait for each other's rows.
        refs = sorted(numbers)
        with self.pool.session() as session:
            session.execute(
                """
                insert into order_news (connection, order_ref, up_to)
                select %s, * from unnest(%s::text[], %s::bigint[])
                on conflict (connection, order_ref) do update set up_to = excluded.up_to
                where order_news.up_to < excluded.up_to
                """,
                [connection, refs, [numbers[ref] for ref in refs]],
            )
