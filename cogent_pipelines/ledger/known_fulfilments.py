"""Which parcel each fulfilment at the storefront was made for: how two parcels with like contents are told apart."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from cogent_pipelines.canonical.identity import ConnectionName, DespatchRef, OrderRef
from cogent_pipelines.ledger.pool import Pool


@dataclass(frozen=True, slots=True)
class FulfilmentMemory:
    """What one connection's fulfilments stand for, as recorded when they were made or found."""

    pool: Pool
    connection: ConnectionName

    def despatches_of(self, refs: Sequence[OrderRef]) -> Mapping[str, DespatchRef]:
        """Fulfilment reference → parcel, for all fulfilments of these orders."""
        with self.pool.session() as session:
            rows = session.execute(
                """
                select storefront_ref, despatch_ref from fulfilment
                where connection = %s and order_ref = any(%s) and storefront_ref is not null
                """,
                [self.connection, list(refs)],
            ).fetchall()
        return {fulfilment: DespatchRef(despatch) for fulfilment, despatch in rows}
