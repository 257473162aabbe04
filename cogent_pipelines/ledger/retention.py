"""What the ledger may forget, and when. Orders, parcels, cases and events' ids are never forgotten here."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from cogent_pipelines.ledger.exchanges import Exchanges
from cogent_pipelines.ledger.inbox import Inbox
from cogent_pipelines.ledger.pool import Pool
from cogent_pipelines.ledger.storefront_orders import StorefrontOrders

_BODIES_KEPT = timedelta(days=30)
_VERSIONS_KEPT = timedelta(days=396)


@dataclass(frozen=True, slots=True)
class Pruned:
    """How many rows went, or lost their bodies."""

    exchanges: int
    event_bodies: int
    order_versions: int


def prune(pool: Pool, *, now: datetime) -> Pruned:
    """Forget evidence after thirteen months, events' bodies after a month, and superseded versions of orders."""
    return Pruned(
        exchanges=Exchanges(pool).prune(now=now),
        event_bodies=Inbox(pool).prune_bodies(before=now - _BODIES_KEPT),
        order_versions=StorefrontOrders(pool).prune_versions(older_than=_VERSIONS_KEPT, now=now),
    )
