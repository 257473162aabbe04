"""Whether what a vendor says is already known here: asked before a run is started for it. Nothing is stored."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from cogent_pipelines.canonical.despatch import Despatch
from cogent_pipelines.canonical.identity import ConnectionName, OrderRef
from cogent_pipelines.canonical.stock import StockLevel
from cogent_pipelines.ledger.pool import Pool


@dataclass(frozen=True, slots=True)
class FeedNews:
    pool: Pool

    def in_orders(self, connection: ConnectionName, page: Sequence[tuple[OrderRef, datetime]]) -> bool:
        """An order that is new, or newer than ours."""
        return self._any(
            """
            select exists (
                select from unnest(%(refs)s::text[], %(versions)s::timestamptz[]) as said (order_ref, version)
                left join storefront_order as known on known.connection = %(connection)s and known.order_ref = said.order_ref
                where known.version is null or known.version < said.version
            )
            """,
            connection=connection,
            refs=[ref for ref, _ in page],
            versions=[version for _, version in page],
        )

    def in_despatches(self, connection: ConnectionName, page: Sequence[Despatch]) -> bool:
        """A parcel that is new, or has a tracking number that ours has not."""
        return self._any(
            """
            select exists (
                select from unnest(%(refs)s::text[], %(tracking)s::text[]) as said (despatch_ref, tracking_number)
                left join despatch as known
                    on known.connection = %(connection)s and known.despatch_ref = said.despatch_ref
                where known.despatch_ref is null
                   or (said.tracking_number <> '' and known.tracking_number <> said.tracking_number)
            )
            """,
            connection=connection,
            refs=[despatch.ref for despatch in page],
            tracking=[despatch.tracking.number for despatch in page],
        )

    def in_stock(self, connection: ConnectionName, page: Sequence[StockLevel]) -> bool:
        """A figure that is new, or differs from ours and is not older."""
        return self._any(
            """
            select exists (
                select from unnest(%(skus)s::text[], %(sites)s::text[], %(available)s::numeric[], %(at)s::timestamptz[])
                    as said (sku, site, available, snapshot_at)
                left join stock_level as known
                    on known.connection = %(connection)s and known.sku = said.sku and known.site = said.site
                where known.sku is null
                   or (known.available <> said.available and known.snapshot_at <= said.snapshot_at)
            )
            """,
            connection=connection,
            skus=[level.sku for level in page],
            sites=[level.site for level in page],
            available=[level.available for level in page],
            at=[level.snapshot_at for level in page],
        )

    def _any(self, question: str, **values: object) -> bool:
        with self.pool.session() as session:
            row = session.execute(question, values).fetchone()
        return bool(row and row[0])
