"""Look whether a vendor has something that the ledger does not: a read that changes nothing, so that idle costs no run.

Whoever is told that there is news runs the flow, which reads the feed again and moves its watermark.
"""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass

from cogent_pipelines.canonical.connection import Connection
from cogent_pipelines.canonical.despatch import Despatch
from cogent_pipelines.canonical.exception_case import UNREADABLE_DESPATCH, UNREADABLE_ORDER, UNREADABLE_STOCK, CaseKind
from cogent_pipelines.canonical.stock import StockLevel, UnreadableLevel
from cogent_pipelines.flows import despatch_reading, order_news, orders_put_aside, stock_reading
from cogent_pipelines.flows.order_capture import ORDERS
from cogent_pipelines.flows.trouble import VendorWatch
from cogent_pipelines.ledger.database import Ledger
from cogent_pipelines.ledger.due_work import DESPATCH_TO_FULFILMENT, ORDER_CAPTURE, STOCK_PUBLICATION
from cogent_pipelines.ledger.feed_news import FeedNews
from cogent_pipelines.ports.clock import Clock
from cogent_pipelines.ports.errors import VendorError
from cogent_pipelines.ports.storefront import Storefront
from cogent_pipelines.ports.warehouse import UnreadableDespatch, Warehouse


def flows_with_news(
    connection: Connection,
    flows: Sequence[str],
    *,
    storefront: Storefront,
    warehouse: Warehouse,
    ledger: Ledger,
    clock: Clock,
) -> list[str]:
    """Those of the flows for which a vendor has news; one whose vendor does not answer has a case instead."""
    watch = _FeedWatch(connection, storefront, warehouse, ledger, clock)
    looks: dict[str, tuple[str, Callable[[], bool]]] = {
        ORDER_CAPTURE: (connection.storefront, watch.news_of_orders),
        DESPATCH_TO_FULFILMENT: (connection.warehouse, watch.news_of_despatch),
        STOCK_PUBLICATION: (connection.warehouse, watch.new_stock),
    }
    return [flow for flow in flows if flow in looks and watch.looked(flow, *looks[flow])]


@dataclass(frozen=True, slots=True)
class _FeedWatch:
    connection: Connection
    storefront: Storefront
    warehouse: Warehouse
    ledger: Ledger
    clock: Clock

    @property
    def _news(self) -> FeedNews:
        return FeedNews(self.ledger.pool)

    def looked(self, flow: str, vendor: str, look: Callable[[], bool]) -> bool:
        try:
            with VendorWatch(self.connection, vendor, flow, self.ledger, self.clock).watched():
                return look()
        except VendorError:
            # The watch has opened the case; a run could do no more.
            return False

    def news_of_orders(self) -> bool:
        return self.new_orders() or order_news.has_news(
            self.connection, storefront=self.storefront, ledger=self.ledger, clock=self.clock
        )

    def new_orders(self) -> bool:
        since = self.ledger.watermarks.get(self.connection.name, ORDERS)
        if since is None:
            return _answers(self.storefront.order_changes(self.clock.now()))
        unreadable = {
            (case.subject, case.evidence.get("version"))
            for case in self.ledger.cases.open(self.connection.name, kinds=[UNREADABLE_ORDER])
        }
        for page in self.storefront.order_changes(since - self.connection.feeds.order_overlap):
            told = [each for each in page if (each[0], each[1].isoformat()) not in unreadable]
            if self._news.in_orders(self.connection.name, told):
                return True
        return False

    def news_of_despatch(self) -> bool:
        return self.new_despatches() or orders_put_aside.has_news(
            self.connection, warehouse=self.warehouse, ledger=self.ledger, clock=self.clock
        )

    def new_despatches(self) -> bool:
        since = self.ledger.watermarks.get(self.connection.name, despatch_reading.FEED)
        if since is None:
            return _answers(self.warehouse.despatches(self.clock.now()))
        return any(
            self._in_parcels(page) for page in self.warehouse.despatches(since - self.connection.feeds.despatch_overlap)
        )

    def _in_parcels(self, page: Sequence[Despatch | UnreadableDespatch]) -> bool:
        unread = {each.ref for each in page if isinstance(each, UnreadableDespatch)}
        if self._untold(unread, UNREADABLE_DESPATCH):
            return True
        return self._news.in_despatches(self.connection.name, [each for each in page if isinstance(each, Despatch)])

    def new_stock(self) -> bool:
        since = self.ledger.watermarks.get(self.connection.name, stock_reading.FEED)
        if since is None:
            return _answers(self.warehouse.despatches(self.clock.now()))
        if not self.warehouse.capabilities.reports_stock_changes:
            # Reading every figure to see whether one moved is the nightly reading's work.
            return False
        return any(self._in_levels(page) for page in self.warehouse.stock(since - self.connection.feeds.stock_overlap))

    def _in_levels(self, page: Sequence[StockLevel | UnreadableLevel]) -> bool:
        unread = {each.sku for each in page if isinstance(each, UnreadableLevel)}
        if self._untold(unread, UNREADABLE_STOCK):
            return True
        return self._news.in_stock(self.connection.name, [each for each in page if isinstance(each, StockLevel)])

    def _untold(self, subjects: Collection[str], kind: CaseKind) -> bool:
        """What cannot be read is news until it has its case."""
        if not subjects:
            return False
        return bool({*subjects} - {case.subject for case in self.ledger.cases.open(self.connection.name, kinds=[kind])})


def _answers(pages: Iterable[object]) -> bool:
    """What was never read is all news, but only from a vendor that answers: a run could not read it either.

    Raises:
        VendorError: it does not.
    """
    next(iter(pages), None)
    return True
