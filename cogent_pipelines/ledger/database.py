"""The ledger as one object: an attribute per noun, transactions over several, locks, and word of new work.

What a noun can do is in its own module; how connections are shared is in `pool`.
"""

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Self

from cogent_pipelines.canonical.identity import ConnectionName
from cogent_pipelines.ledger import clock_steps, listening, locks, retention
from cogent_pipelines.ledger.despatches import Despatches
from cogent_pipelines.ledger.differences import Differences
from cogent_pipelines.ledger.due_work import DueWorkQuestions
from cogent_pipelines.ledger.event_subscriptions import EventSubscriptions
from cogent_pipelines.ledger.exception_cases import ExceptionCases
from cogent_pipelines.ledger.exchanges import Exchanges
from cogent_pipelines.ledger.export_marks import ExportMarks
from cogent_pipelines.ledger.fulfilments import Fulfilments
from cogent_pipelines.ledger.inbox import Inbox
from cogent_pipelines.ledger.items import Items
from cogent_pipelines.ledger.judged_parcels import JudgedParcels
from cogent_pipelines.ledger.listening import WORK_CHANNEL, Listener
from cogent_pipelines.ledger.moved_skus import MovedSkus
from cogent_pipelines.ledger.order_news import KnownOrderNews
from cogent_pipelines.ledger.pool import Pool
from cogent_pipelines.ledger.products import Products
from cogent_pipelines.ledger.read_backs import ReadBacks
from cogent_pipelines.ledger.sales_orders import SalesOrders
from cogent_pipelines.ledger.sku_comparison import SkuComparison
from cogent_pipelines.ledger.sku_lookup import SkuLookup
from cogent_pipelines.ledger.sku_mappings import SkuMappings
from cogent_pipelines.ledger.stock_levels import StockLevels
from cogent_pipelines.ledger.stock_publications import StockPublications
from cogent_pipelines.ledger.stop_requests import StopRequests
from cogent_pipelines.ledger.storefront_orders import StorefrontOrders
from cogent_pipelines.ledger.taken_orders import TakenOrders
from cogent_pipelines.ledger.unsent_goods import UnsentGoodsBook
from cogent_pipelines.ledger.vendor_accounts import VendorAccounts
from cogent_pipelines.ledger.watermarks import Watermarks


def migrate(url: str) -> None:
    """Bring the database at `url` to this code's schema; see `upgrading`."""
    from cogent_pipelines.ledger import upgrading  # noqa: PLC0415 - Alembic is heavy, and runs never need it

    upgrading.migrate(url)


@dataclass(frozen=True, slots=True)
class Ledger:
    """Threads may share it. Close it, or use it as a context manager."""

    pool: Pool
    inbox: Inbox
    watermarks: Watermarks
    orders: StorefrontOrders
    order_news: KnownOrderNews
    sales_orders: SalesOrders
    taken_orders: TakenOrders
    unsent_goods: UnsentGoodsBook
    stop_requests: StopRequests
    export_marks: ExportMarks
    skus: SkuLookup
    items: Items
    products: Products
    mappings: SkuMappings
    sku_comparison: SkuComparison
    stock: StockLevels
    publications: StockPublications
    moved_skus: MovedSkus
    despatches: Despatches
    judged_parcels: JudgedParcels
    fulfilments: Fulfilments
    read_backs: ReadBacks
    differences: Differences
    due_work: DueWorkQuestions
    cases: ExceptionCases
    accounts: VendorAccounts
    evidence: Exchanges
    subscriptions: EventSubscriptions

    @classmethod
    def connect(cls, url: str, *, smallest_pool: int = 1, largest_pool: int = 8) -> Self:
        """Open a pool on a migrated ledger."""
        pool = Pool(url, smallest=smallest_pool, largest=largest_pool)
        return cls(
            pool=pool,
            inbox=Inbox(pool),
            watermarks=Watermarks(pool),
            orders=StorefrontOrders(pool),
            order_news=KnownOrderNews(pool),
            sales_orders=SalesOrders(pool),
            taken_orders=TakenOrders(pool),
            unsent_goods=UnsentGoodsBook(pool),
            stop_requests=StopRequests(pool),
            export_marks=ExportMarks(pool),
            skus=SkuLookup(pool),
            items=Items(pool),
            products=Products(pool),
            mappings=SkuMappings(pool),
            sku_comparison=SkuComparison(pool),
            stock=StockLevels(pool),
            publications=StockPublications(pool),
            moved_skus=MovedSkus(pool),
            despatches=Despatches(pool),
            judged_parcels=JudgedParcels(pool),
            fulfilments=Fulfilments(pool),
            read_backs=ReadBacks(pool),
            differences=Differences(pool),
            due_work=DueWorkQuestions(pool),
            cases=ExceptionCases(pool),
            accounts=VendorAccounts(pool),
            evidence=Exchanges(pool),
            subscriptions=EventSubscriptions(pool),
        )

    @property
    def exchanges(self) -> Exchanges:
        """The evidence by its other name."""
        return self.evidence

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """What this thread asks of the ledger inside commits together, or not at all."""
        with self.pool.transaction():
            yield

    def advisory_lock(
        self, connection: ConnectionName, flow: str, *, wait_seconds: float = 0.0
    ) -> AbstractContextManager[bool]:
        """Hold a connection's flow; yields False where somebody else kept it for longer than `wait_seconds`."""
        return locks.advisory_lock(self.pool.url, connection, flow, wait_seconds=wait_seconds)

    def held_locks(self, flows: Sequence[tuple[ConnectionName, str]]) -> set[tuple[str, str]]:
        """Say which of these connections' flows somebody holds at this moment."""
        return locks.held(self.pool, flows)

    def listening(self, channels: Sequence[str] = (WORK_CHANNEL,)) -> AbstractContextManager[Listener]:
        """Hear what is said from now on; wait for it with `Listener.wait`."""
        return listening.listening(self.pool.url, channels)

    def listen(self, channels: Sequence[str], seconds: float) -> bool:
        """Wait for the next word on the channels; False when `seconds` passed in silence."""
        with self.listening(channels) as listener:
            return listener.wait(seconds)

    def notify(self, connection: ConnectionName, *flows: str) -> None:
        """Say that flows of a connection have work; heard when the transaction that this joins commits."""
        listening.notify(self.pool, connection, *flows)

    def follow_clock(self, now: datetime) -> timedelta:
        """Take note of the time, and bring back what lies ahead where the clock went back; says by how much."""
        return clock_steps.follow(self.pool, now)

    def prune(self, *, now: datetime) -> retention.Pruned:
        """Forget what need not be kept any longer; once a day is enough."""
        return retention.prune(self.pool, now=now)

    def close(self) -> None:
        self.pool.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()
