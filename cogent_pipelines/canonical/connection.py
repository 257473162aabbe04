"""What the flows need to know of a connection: its rules and limits. Vendors' own settings are not here."""

from dataclasses import dataclass, field
from datetime import timedelta

from cogent_pipelines.canonical.bundle import Bundles
from cogent_pipelines.canonical.identity import ConnectionName
from cogent_pipelines.canonical.order import PaymentState
from cogent_pipelines.canonical.routing import RoutingRule


@dataclass(frozen=True, slots=True)
class InjectionRules:
    """When and how orders go to the warehouse.

    An order that is held for a SKU is looked at again every `look_again`: the item may have been made meanwhile. With
    `stop_cancelled` the warehouse is asked to stop an order that the storefront cancels after it was sent.
    """

    payment_states: frozenset[PaymentState] = frozenset({PaymentState.PAID, PaymentState.PARTLY_REFUNDED})
    include_test_orders: bool = False
    sales_order_prefix: str = ""
    channel: str = ""
    routing: tuple[RoutingRule, ...] = ()
    postcode_required_in: frozenset[str] = frozenset({"GB", "US", "DE", "FR", "IE", "NL", "ES", "IT", "CA", "AU"})
    batch_size: int = 100
    max_attempts: int = 8
    first_backoff: timedelta = timedelta(seconds=5)
    longest_backoff: timedelta = timedelta(minutes=15)
    lease: timedelta = timedelta(minutes=5)
    look_again: timedelta = timedelta(minutes=30)
    stop_cancelled: bool = False


@dataclass(frozen=True, slots=True)
class StockRules:
    """What is kept back, and how often the whole is compared. `sites` empty means every site.

    `allocation_lag` is how long the warehouse takes from acknowledging an order to taking its units off `available`.
    `seen_within` is how long a movement may take until it is among the warehouse's changes, beyond what each reading looks
    back anyway; None where nobody knows: a figure is then true at its own time, and proves nothing later.
    `by_snapshot`: the storefront takes a figure for the time at which it was true, and keeps back by itself what is ordered
    after that; what was ordered before and is not in the figure, it gives back. It is told no figure that is
    newer than the last look at its orders, and each without the orders that came after it.
    """

    buffer: int = 0
    buffers_by_sku: dict[str, int] = field(default_factory=dict)
    sites: frozenset[str] = frozenset()
    not_sold_online: frozenset[str] = frozenset()
    allocation_lag: timedelta = timedelta(0)
    seen_within: timedelta | None = timedelta(0)
    batch_size: int = 250
    lease: timedelta = timedelta(minutes=5)
    by_snapshot: bool = False


@dataclass(frozen=True, slots=True)
class FulfilmentRules:
    """How parcels are told to the storefront; a parcel without tracking waits up to `tracking_grace`.

    A storefront that must hear of units that are never sent is told when the warehouse has had the order cancelled for
    `unsent_after`; None: never.
    """

    notify_customer: bool = True
    tracking_grace: timedelta = timedelta(hours=4)
    unsent_after: timedelta | None = None
    carriers: dict[str, str] = field(default_factory=dict)
    batch_size: int = 50
    max_attempts: int = 8
    first_backoff: timedelta = timedelta(seconds=5)
    longest_backoff: timedelta = timedelta(minutes=15)
    lease: timedelta = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class FeedRules:
    """How often each side is asked for what no event told, and how far back over what was seen already.

    `order_search_lag` is how long the storefront may count an order's units before its feed lists the order.
    """

    poll_every: timedelta = timedelta(seconds=60)
    order_search_lag: timedelta = timedelta(0)
    order_overlap: timedelta = timedelta(minutes=5)
    despatch_overlap: timedelta = timedelta(hours=1)
    stock_overlap: timedelta = timedelta(minutes=5)
    first_look_back: timedelta = timedelta(days=2)
    sweep_look_back: timedelta = timedelta(days=3)


@dataclass(frozen=True, slots=True)
class Connection:
    """One storefront wired to one warehouse for one brand."""

    name: ConnectionName
    storefront: str
    warehouse: str
    timezone: str = "Europe/London"
    bundles: Bundles = field(default_factory=Bundles)
    injection: InjectionRules = InjectionRules()
    stock: StockRules = field(default_factory=StockRules)
    fulfilment: FulfilmentRules = field(default_factory=FulfilmentRules)
    feeds: FeedRules = FeedRules()

    @property
    def stands_until(self) -> timedelta | None:
        """How long before the last reading of changes a figure without a change was still true; None: nobody knows."""
        within = self.stock.seen_within
        return None if within is None else self.feeds.stock_overlap + within
