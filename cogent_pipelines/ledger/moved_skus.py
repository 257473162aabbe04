"""Which warehouse SKUs orders have moved since somebody last did the sums; the sums are `stock_arithmetic`."""

from dataclasses import dataclass
from datetime import datetime

from cogent_pipelines.canonical.connection import Connection
from cogent_pipelines.canonical.identity import ConnectionName, Sku
from cogent_pipelines.ledger.pool import Pool


@dataclass(frozen=True, slots=True)
class MovedSkus:
    pool: Pool

    def of_orders_contained(self, connection: Connection, *, since: datetime, until: datetime) -> list[Sku]:
        """Warehouse SKUs of orders that the figures contain now that changes were read up to `until`, and not `since`.

        A SKU whose figure is newer than its order was decided on when that figure came.
        """
        if connection.stands_until is None:
            return []
        earlier = connection.stands_until + connection.stock.allocation_lag
        with self.pool.session() as session:
            rows = session.execute(
                """
                select distinct line.sku
                from sales_order as sent
                join sales_order_line as line using (connection, order_ref)
                join stock_level as level on level.connection = line.connection and level.sku = line.sku
                where sent.connection = %(connection)s and sent.state = 'acknowledged'
                  and sent.acknowledged_at > %(since)s and sent.acknowledged_at <= %(until)s
                  and level.snapshot_at < sent.acknowledged_at + %(lag)s
                """,
                {
                    "connection": connection.name,
                    "since": since - earlier,
                    "until": until - earlier,
                    "lag": connection.stock.allocation_lag,
                },
            ).fetchall()
        return [Sku(sku) for (sku,) in rows]

    def of_orders_changed(self, connection: ConnectionName, *, since: datetime) -> list[Sku]:
        """Warehouse SKUs and bundles of orders that were captured, changed or moved on since, and those mapped anew."""
        with self.pool.session() as session:
            rows = session.execute(
                """
                select distinct coalesce(mapping.warehouse_sku, line.sku)
                from sales_order as moved
                join storefront_order_line as line using (connection, order_ref)
                left join sku_mapping as mapping
                    on mapping.connection = line.connection and mapping.storefront_sku = line.sku
                   and mapping.state = 'confirmed'
                where moved.connection = %(connection)s and moved.changed_at >= %(since)s and line.sku is not null
                union
                select warehouse_sku from sku_mapping where connection = %(connection)s and changed_at >= %(since)s
                """,
                {"connection": connection, "since": since},
            ).fetchall()
        return [Sku(sku) for (sku,) in rows]
