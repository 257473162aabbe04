"""What a storefront tells of its orders, by number: the orders are read again, and what was never told has a case.

News waits where events wait, under the same ids: what came as an event, too, is one. The poll finds every order that there
is; news is the only trace of one that was deleted, and only its numbers show that something was missed.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from cogent_pipelines.canonical.connection import Connection
from cogent_pipelines.canonical.exception_case import ORDER_NEWS_MISSING, CaseFinding
from cogent_pipelines.canonical.identity import OrderRef
from cogent_pipelines.flows import news_numbers
from cogent_pipelines.flows.capture_report import CaptureReport
from cogent_pipelines.flows.news_numbers import Span
from cogent_pipelines.flows.trouble import VendorWatch
from cogent_pipelines.ledger.database import Ledger
from cogent_pipelines.ledger.exception_cases import Case
from cogent_pipelines.ledger.inbox import STOREFRONT
from cogent_pipelines.ports.clock import Clock
from cogent_pipelines.ports.errors import VendorError
from cogent_pipelines.ports.extras import OrderNews, TellsOrderNews
from cogent_pipelines.ports.storefront import Storefront
from cogent_pipelines.ports.webhook import Arrival, VerifiedEvent

FEED = "order_news"
# The order was read again, so that nobody need do anything: the case is a note, and ends.
_NOTED_FOR = timedelta(days=1)

Numbers = dict[OrderRef, dict[int, datetime]]
"""Order → number → when it happened."""


def read_order_news(connection: Connection, *, storefront: Storefront, ledger: Ledger, clock: Clock) -> CaptureReport:
    """Have the orders read again of which something was told since the last look; does nothing where nothing is told.

    Orders are captured without it: a storefront that does not tell has a case for it, and keeps no order from being read.
    """
    if not isinstance(storefront, TellsOrderNews):
        return CaptureReport()
    return _Reading(connection, storefront, ledger, clock).read()


def has_news(connection: Connection, *, storefront: Storefront, ledger: Ledger, clock: Clock) -> bool:
    """Whether a reading would find something. Nothing is stored, but the case of a storefront that does not tell."""
    if not isinstance(storefront, TellsOrderNews):
        return False
    return _Reading(connection, storefront, ledger, clock).is_worth_it()


@dataclass(frozen=True, slots=True)
class _Reading:
    connection: Connection
    storefront: TellsOrderNews
    ledger: Ledger
    clock: Clock

    def read(self) -> CaptureReport:
        asked_at = self.clock.now()
        numbers: Numbers = {}
        told = 0
        try:
            with self._watch.watched():
                for page in self.storefront.order_news(self._since(asked_at)):
                    told += self._keep(page)
                    _note(page, numbers)
        except VendorError:
            # The watch has opened the case; what was read is kept, and is read again with the next look.
            return CaptureReport(news=told)
        with self.ledger.transaction():
            self._settle(numbers, asked_at)
            self.ledger.watermarks.move(self.connection.name, FEED, asked_at, now=self.clock.now())
        return CaptureReport(news=told)

    def is_worth_it(self) -> bool:
        now = self.clock.now()
        if self.ledger.watermarks.get(self.connection.name, FEED) is None:
            # Orders that were never read are news of their own.
            return False
        numbers: Numbers = {}
        try:
            with self._watch.watched():
                for page in self.storefront.order_news(self._since(now)):
                    if self._unknown(page):
                        return True
                    _note(page, numbers)
        except VendorError:
            return False
        return any(each.missing for each in self._accounted(numbers, now).values())

    def _since(self, now: datetime) -> datetime:
        """The first look goes no further back than the overlap: what orders are, the poll finds."""
        seen = self.ledger.watermarks.get(self.connection.name, FEED)
        return (now if seen is None else seen) - self.connection.feeds.order_overlap

    def _keep(self, page: Sequence[OrderNews]) -> int:
        """Among the events that wait, where they are not there yet; answers how many are new."""
        now, unknown = self.clock.now(), self._unknown(page)
        arrivals = [
            Arrival(
                connection=self.connection.name,
                source=STOREFRONT,
                event=VerifiedEvent(each.event_id, each.event_id, each.kind, each.ref, each.at, b""),
                received_at=now,
            )
            for each in page
            if each.event_id in unknown
        ]
        return sum(self.ledger.inbox.store_all(arrivals))

    def _unknown(self, page: Sequence[OrderNews]) -> set[str]:
        return self.ledger.inbox.unknown(self.connection.name, STOREFRONT, [each.event_id for each in page])

    def _settle(self, numbers: Numbers, now: datetime) -> None:
        """Cases for what is missing; those end whose news came after all, or that were noted for long enough."""
        settled = self._accounted(numbers, now)
        name, cases = self.connection.name, self.ledger.cases
        opened = {OrderRef(case.subject): case for case in cases.open(name, kinds=[ORDER_NEWS_MISSING])}
        missing = {ref: each.missing for ref, each in settled.items() if each.missing}
        # What was missed of somebody else's order, such as another store's of the project, is nobody's matter here.
        names = {order.ref: order.name for order in self.ledger.orders.get(name, list(missing))}
        still = {ref: news_numbers.without(_missing_in(case), numbers.get(ref, {})) for ref, case in opened.items()}
        wanted = {
            ref: (*still.get(ref, ()), *missing.get(ref, ()))
            for ref in {*still, *names}
            if ref in missing or not _is_old(opened[ref], now)
        }
        findings = [
            _finding(ref, spans, names.get(ref) or opened[ref].order_name)
            for ref, spans in wanted.items()
            if spans and (ref not in opened or spans != _missing_in(opened[ref]))
        ]
        cases.open_or_refresh(name, findings, now=now)
        cases.close(name, [ORDER_NEWS_MISSING], [ref for ref in opened if not wanted.get(ref)], now=now)
        self.ledger.order_news.move(name, {ref: each.up_to for ref, each in settled.items()})

    def _accounted(self, numbers: Numbers, now: datetime) -> Mapping[OrderRef, news_numbers.Accounted]:
        """Within half the overlap a late one may still come, and every number is looked at again after that time."""
        known = self.ledger.order_news.up_to(self.connection.name, list(numbers))
        late_until = now - self.connection.feeds.order_overlap / 2
        return {ref: news_numbers.accounted(known.get(ref), seen, late_until=late_until) for ref, seen in numbers.items()}

    @property
    def _watch(self) -> VendorWatch:
        """Of its own: a storefront that gives its orders may not tell of them."""
        return VendorWatch(self.connection, self.connection.storefront, FEED, self.ledger, self.clock)


def _note(page: Sequence[OrderNews], numbers: Numbers) -> None:
    for each in page:
        numbers.setdefault(each.ref, {})[each.sequence] = each.at


def _missing_in(case: Case) -> tuple[Span, ...]:
    return news_numbers.read(str(case.evidence.get("missing") or ""))


def _is_old(case: Case, now: datetime) -> bool:
    return now - case.opened_at >= _NOTED_FOR


def _finding(ref: OrderRef, spans: Sequence[Span], order_name: str) -> CaseFinding:
    missing = news_numbers.written(spans)
    return CaseFinding(
        ORDER_NEWS_MISSING,
        ref,
        f"The storefront's news of this order number {missing} never came; the order was read again after them.",
        order_name=order_name,
        evidence={"missing": missing},
    )
