"""What the warehouse holds of each sales order, as last read back. What it was sent is in `sales_orders`."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from cogent_pipelines.canonical.identity import ConnectionName, OrderRef, SalesOrderRef
from cogent_pipelines.canonical.sales_order import HeldSalesOrder
from cogent_pipelines.ledger.pool import Pool


@dataclass(frozen=True, slots=True)
class ReadBack:
    """`held` is None where the warehouse has no such sales order any more."""

    order_ref: OrderRef
    held: HeldSalesOrder | None


@dataclass(frozen=True, slots=True)
class ReadBacks:
    pool: Pool

    def missing(
        self, connection: ConnectionName, day: date, *, timezone: str, limit: int
    ) -> list[tuple[OrderRef, SalesOrderRef]]:
        """Orders acknowledged on that day that were not read back since, oldest first."""
        with self.pool.session() as session:
            rows = session.execute(
                """
                select sent.order_ref, sent.sales_order_ref
                from sales_order as sent
                left join sales_order_read_back as back using (connection, order_ref)
                where sent.connection = %(connection)s and sent.state = 'acknowledged'
                  and sent.acknowledged_at >= (%(day)s::date)::timestamp at time zone %(timezone)s
                  and sent.acknowledged_at < (%(day)s::date + 1)::timestamp at time zone %(timezone)s
                  and (back.read_at is null or back.read_at < sent.acknowledged_at)
                order by sent.acknowledged_at, sent.order_ref
                limit %(limit)s
                """,
                {"connection": connection, "day": day, "timezone": timezone, "limit": limit},
            ).fetchall()
        return [(OrderRef(order), SalesOrderRef(sales_order)) for order, sales_order in rows]

    def store(self, connection: ConnectionName, read: Sequence[ReadBack], *, now: datetime) -> None:
        """Keep what was read; an earlier reading of the same order goes."""
        with self.pool.transaction() as session:
            session.execute(
                "delete from sales_order_read_back where connection = %s and order_ref = any(%s)",
                [connection, [each.order_ref for each in read]],
            )
            with session.cursor() as cursor:
                with cursor.copy(
                    "copy sales_order_read_back (connection, order_ref, read_at, found, status, shipping, total) from stdin"
                ) as copy:
                    for each in read:
                        held = each.held
                        said = (held.status, held.shipping, held.total) if held else ("", None, None)
                        copy.write_row((connection, each.order_ref, now, held is not None, *said))
                with cursor.copy(
                    """
                    copy sales_order_read_back_line
                        (connection, order_ref, position, line_ref, sku, quantity, unit_price) from stdin
                    """
                ) as copy:
                    for each in read:
                        for position, line in enumerate(each.held.lines if each.held else ()):
                            copy.write_row(
                                (
                                    connection,
                                    each.order_ref,
                                    position,
                                    line.line_ref,
                                    line.sku,
                                    line.quantity,
                                    line.unit_price,
                                )
                            )
