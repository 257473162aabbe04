"""How far a replay has come, by the ledger: what waits, what is settled, what is held and why.

For knowing when to stop and for the counts that only a ledger has. Whether it is right, the vendors' books say.
"""

from dataclasses import dataclass, field

from cogent_pipelines.canonical.identity import ConnectionName
from cogent_pipelines.ledger.database import Ledger


@dataclass(frozen=True, slots=True)
class Standing:
    """Counts of orders and of parcels."""

    orders: int = 0
    acknowledged: int = 0
    held: dict[str, int] = field(default_factory=dict)
    waiting: dict[str, int] = field(default_factory=dict)
    """Every other state, by its name: none of them is where an order should stay."""
    parcels: int = 0
    parcels_told: int = 0

    def orders_settled(self, placed: int) -> bool:
        """Every order that was placed is acknowledged or held."""
        return self.orders == placed and not self.waiting

    def settled(self, placed: int) -> bool:
        """That, and the storefront knows of a parcel of each acknowledged order."""
        return self.orders_settled(placed) and self.acknowledged == self.parcels == self.parcels_told


def standing(ledger: Ledger, connection: ConnectionName) -> Standing:
    """Count. Parcels are counted when no order waits any more: nobody asks before, and it means reading all of them."""
    with ledger.pool.session() as session:
        orders = session.execute(
            """
            select state, case when state = 'held' then reason else '' end as why, count(*)
            from sales_order where connection = %s group by state, why
            """,
            [connection],
        ).fetchall()
    waiting = {state: count for state, _, count in orders if state not in ("acknowledged", "held")}
    parcels, told = (0, 0) if waiting else _parcels(ledger, connection)
    return Standing(
        orders=sum(count for _, _, count in orders),
        acknowledged=sum(count for state, _, count in orders if state == "acknowledged"),
        held={why: count for state, why, count in orders if state == "held"},
        waiting=waiting,
        parcels=parcels,
        parcels_told=told,
    )


def _parcels(ledger: Ledger, connection: ConnectionName) -> tuple[int, int]:
    """Orders of which a parcel left, and those of which the storefront was told."""
    with ledger.pool.session() as session:
        counted = session.execute(
            """
            select count(distinct despatch.order_ref),
                   count(distinct despatch.order_ref) filter (where told.state in ('acknowledged', 'held', 'failed'))
            from despatch left join fulfilment as told using (connection, despatch_ref)
            where despatch.connection = %s
            """,
            [connection],
        ).fetchone()
    return (counted[0], counted[1]) if counted else (0, 0)
