"""Orders that the warehouse has taken, found by our reference there."""

from collections.abc import Collection
from dataclasses import dataclass

from cogent_pipelines.canonical.identity import ConnectionName, OrderRef, SalesOrderRef
from cogent_pipelines.ledger.pool import Pool


@dataclass(frozen=True, slots=True)
class TakenOrder:
    order_ref: OrderRef
    order_name: str


@dataclass(frozen=True, slots=True)
class TakenOrders:
    pool: Pool

    def wanted(self, connection: ConnectionName, refs: Collection[SalesOrderRef]) -> dict[SalesOrderRef, TakenOrder]:
        """Those of the references under which the warehouse acknowledged an order that the storefront still wants."""
        if not refs:
            return {}
        with self.pool.session() as session:
            rows = session.execute(
                """
                select sent.sales_order_ref, sent.order_ref, sent.order_name
                from sales_order as sent join storefront_order as latest using (connection, order_ref)
                where sent.connection = %s and sent.sales_order_ref = any(%s) and sent.state = 'acknowledged'
                  and latest.cancelled_at is null
                """,
                [connection, sorted(refs)],
            ).fetchall()
        return {SalesOrderRef(ref): TakenOrder(OrderRef(order_ref), name) for ref, order_ref, name in rows}
