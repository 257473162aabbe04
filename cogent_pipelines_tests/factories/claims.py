"""Orders in the hands of somebody, without a flow."""

from datetime import datetime

from cogent_pipelines.canonical.connection import Connection
from cogent_pipelines.ledger.database import Ledger
from cogent_pipelines.ledger.sales_order_claims import DueOrder


def claimed(ledger: Ledger, connection: Connection, *, limit: int, now: datetime) -> list[DueOrder]:
    """Claim the due orders that came first; nothing is written down of what is sent."""
    due = ledger.sales_orders.due(connection.name, limit=limit, now=now)
    mine = ledger.sales_orders.claim(connection, [each.claim for each in due], now=now)
    return [each for each in due if each.order.ref in mine]
