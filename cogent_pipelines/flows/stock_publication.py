"""Stock to the storefront: what can be sold is told once, when it differs, and never against the storefront's own count.

Each figure goes out with what the storefront is expected to say at that moment. Where it says something else, orders were
placed that are not here yet: they are captured first, and the sum is done again. What the storefront says when it is asked
tells nothing of that: its figure is relied on only after orders were read that much later that every one in it must be here.
How figures come in is in `stock_reading`.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from random import Random
from uuid import UUID

from cogent_pipelines.canonical.connection import Connection
from cogent_pipelines.canonical.exception_case import OVERSOLD, STOCK_REFUSED, STOCK_UNKNOWN_SKU, CaseFinding
from cogent_pipelines.canonical.identity import Sku
from cogent_pipelines.canonical.stock import StockToPublish
from cogent_pipelines.flows.measures import Latencies
from cogent_pipelines.flows.order_capture import ORDERS_READ
from cogent_pipelines.flows.stock_outcomes import JudgedStock, judged, outdated, too_early, vendor_away
from cogent_pipelines.flows.stock_reading import FULL_FEED, FULL_WANTED, read_all_stock, read_stock_changes
from cogent_pipelines.flows.stock_report import StockPublicationReport, StockReadReport
from cogent_pipelines.flows.trouble import VendorWatch
from cogent_pipelines.ledger.database import Ledger
from cogent_pipelines.ledger.due_work import ORDER_CAPTURE, STOCK_PUBLICATION
from cogent_pipelines.ledger.stock_publications import ClaimedStock, StockMove
from cogent_pipelines.ports.clock import Clock
from cogent_pipelines.ports.errors import NeverAsIs, VendorError
from cogent_pipelines.ports.outcomes import PublishStockOutcome, Superseded
from cogent_pipelines.ports.storefront import Storefront

__all__ = [
    "StockPublicationReport",
    "StockReadReport",
    "publish_due_stock",
    "read_all_stock",
    "read_stock_changes",
]

_DEMAND = "stock_demand"
_COMPARED = "stock_compared"
# Figures that were read from the storefront: when the latest was, and up to when they are relied on.
_LEARNT = "stock_learnt"
_RELIED = "stock_relied"
_COMPARE_EVERY = timedelta(hours=20)
_READ_ALL_EVERY = timedelta(minutes=15)
# An order is dated before it is committed; looking back this far sees those that were under way.
_OVERLAP = timedelta(minutes=1)
_LATER = timedelta(seconds=2)
_UUID_BITS = 128


def publish_due_stock(
    connection: Connection,
    *,
    storefront: Storefront,
    ledger: Ledger,
    clock: Clock,
    random: Random,
    capture: Callable[[], object] | None = None,
) -> StockPublicationReport:
    """Tell the storefront every figure that is due, and record what became of each.

    `capture` brings in what was ordered until now; it runs before a figure is sent again that the storefront did not
    take. Without it the capturing flow is woken and the figure waits a moment. A storefront that takes no calls at
    present ends the flow early, with its words in `trouble`.

    Raises:
        NeverAsIs: credentials or calls are refused; the figures wait, and a case says so.
    """
    return _Publication(connection, storefront, ledger, clock, random, capture).run()


@dataclass(slots=True)
class _Publication:
    """One run over the queue."""

    connection: Connection
    storefront: Storefront
    ledger: Ledger
    clock: Clock
    random: Random
    capture: Callable[[], object] | None

    def run(self) -> StockPublicationReport:
        publications = self.ledger.publications
        publications.release_lapsed(self.connection.name, now=self._now)
        report = self._ask_and_wait() + StockPublicationReport(queued=self._decide_for_orders())
        # Where the shop sells all the time, something is due all the time: that is the next step's, or this one would never
        # end, and nobody would read what the warehouse has.
        due_by = self._now
        while not report.trouble and (part := self._publish_some(due_by)):
            report += part
            if part.superseded and not part.trouble:
                report += self._ask_and_wait()
        if report.worked and not report.trouble:
            self._watch.over()
        elif not report.worked and not report.trouble:
            self._watch.over_where_nobody_waits(partial(self.ledger.due_work.next_due, flow=STOCK_PUBLICATION))
        # Where nothing is told any more the shortage may be over all the same: what came in went straight to who had waited.
        if report.worked or report.trouble or self.ledger.cases.open(self.connection.name, kinds=[OVERSOLD]):
            report += StockPublicationReport(oversold=self._judge_overselling())
        return report

    # ---- deciding

    def _decide_for_orders(self) -> int:
        """Orders that came, changed or were cancelled move the figures of what they hold."""
        looked_at = self._now
        since = self.ledger.watermarks.get(self.connection.name, _DEMAND)
        with self.ledger.transaction():
            picked = (
                None
                if since is None
                else self.ledger.moved_skus.of_orders_changed(self.connection.name, since=since - _OVERLAP)
            )
            queued = self.ledger.publications.decide(self.connection, picked, now=looked_at)
            self.ledger.watermarks.move(self.connection.name, _DEMAND, looked_at, now=looked_at)
        return queued

    # ---- asking

    def _ask_and_wait(self) -> StockPublicationReport:
        report = self._ask()
        self._rely()
        return report

    def _ask(self) -> StockPublicationReport:
        """Read the storefront's own figures where nothing else can tell.

        Once a day all of them are read: whatever moved them unseen is found, and told anew. So is what the storefront did
        not know when it was told, and lists now.
        """
        publications, name = self.ledger.publications, self.connection.name
        asked_at = self._now
        asking = publications.asking(name, now=asked_at)
        compared = self.ledger.watermarks.get(name, _COMPARED)
        is_due = compared is None or asked_at - compared >= _COMPARE_EVERY
        comparing = publications.told(name) if is_due else []
        unknown = publications.blocked(name) if is_due else []
        if not asking and not comparing and not unknown:
            return StockPublicationReport()
        wanted = set(asking)
        said: dict[Sku, int | None] = dict.fromkeys([*asking, *comparing, *unknown])
        try:
            for page in self.storefront.stock():
                said.update({each.sku: each.quantity for each in page if each.sku in said and each.tracked})
        except VendorError as error:
            return self._stopped(error, [])
        with self.ledger.transaction():
            # A figure that is missing says nothing about a SKU that was told before: it keeps what is known.
            answers = {sku: quantity for sku, quantity in said.items() if quantity is not None or sku in wanted}
            publications.release_blocked(name, [sku for sku in unknown if sku in answers], now=self._now)
            self._learn(answers)
            if comparing or unknown or compared is None:
                self.ledger.watermarks.move(name, _COMPARED, asked_at, now=self._now)
                publications.decide(self.connection, None, now=self._now)
        return StockPublicationReport(asked=len(asking), compared=len(comparing))

    # ---- relying on what was learnt

    def _rely(self) -> None:
        """Rely on what was learnt once all that was ordered by then is here, and read orders where that is not so yet.

        A figure without its orders would be told as if they had not been placed.
        """
        publications, name, now = self.ledger.publications, self.connection.name, self._now
        if not self._waits_for_orders():
            return
        self._rely_on_orders_read()
        learnt_by = now - self.connection.feeds.order_search_lag
        if publications.waits_for_orders(name, learnt_by=learnt_by):
            self._capture()
            self._rely_on_orders_read()
            publications.postpone(name, learnt_by=learnt_by, until=self._now + _LATER)

    def _waits_for_orders(self) -> bool:
        """Cheaper than a look through all figures, of which there are many and mostly none that waits."""
        learnt = self.ledger.watermarks.get(self.connection.name, _LEARNT)
        relied = self.ledger.watermarks.get(self.connection.name, _RELIED)
        return learnt is None or relied is None or relied <= learnt

    def _rely_on_orders_read(self) -> None:
        name = self.connection.name
        read_at = self.ledger.watermarks.get(name, ORDERS_READ)
        if read_at is None:
            return
        learnt_by = read_at - self.connection.feeds.order_search_lag
        with self.ledger.transaction():
            self.ledger.publications.rely(name, learnt_by=learnt_by)
            self.ledger.watermarks.move(name, _RELIED, learnt_by, now=self._now)

    def _learn(self, said: Mapping[Sku, int | None]) -> None:
        """Note what the storefront was found to say, as of the reading's end: nothing that is in it counts as sold since."""
        if said:
            now = self._now
            self.ledger.publications.learn(self.connection, said, at=now, now=now)
            self.ledger.watermarks.move(self.connection.name, _LEARNT, now, now=now)

    def _capture(self) -> None:
        if self.capture is None:
            self.ledger.notify(self.connection.name, ORDER_CAPTURE)
        else:
            self.capture()

    # ---- publishing

    def _publish_some(self, due_by: datetime) -> StockPublicationReport | None:
        """Intent, commit, call, outcome, commit."""
        # Before the figures are summed: what was listed by then is in them.
        read_at = self.ledger.watermarks.get(self.connection.name, ORDERS_READ)
        claims = self.ledger.publications.claim_due(
            self.connection,
            now=self._now,
            limit=self.connection.stock.batch_size,
            names=self._names(),
            due_by=due_by,
        )
        if not claims:
            return None
        early = [claim for claim in claims if self._is_early(claim, read_at)]
        if not early:
            return self._told(claims)
        put_off = self._recorded(self._put_off(early, due_by))
        rest = [claim for claim in claims if claim not in early]
        return put_off + self._told(rest) if rest else put_off

    def _is_early(self, claim: ClaimedStock, read_at: datetime | None) -> bool:
        """Whether orders that are older than the figure may not be here, where the storefront goes by a figure's time.

        It would give back what it keeps for them.
        """
        if not self.connection.stock.by_snapshot:
            return False
        return read_at is None or read_at < self._listed_by(claim)

    def _listed_by(self, claim: ClaimedStock) -> datetime:
        """When the storefront lists every order that is older than the figure."""
        return claim.snapshot_at + self.connection.feeds.order_search_lag

    def _put_off(self, early: Sequence[ClaimedStock], due_by: datetime) -> list[JudgedStock]:
        """To be summed anew: in this run where their orders could be read at once, and a moment later otherwise."""
        if any(self._listed_by(claim) <= self._now for claim in early):
            self._capture()
        read_at = self.ledger.watermarks.get(self.connection.name, ORDERS_READ)
        later = self._now + _LATER
        return [
            too_early(claim, due_at=max(later, self._listed_by(claim)) if self._is_early(claim, read_at) else due_by)
            for claim in early
        ]

    def _told(self, claims: Sequence[ClaimedStock]) -> StockPublicationReport:
        levels = [_level(claim) for claim in claims]
        try:
            outcomes = self.storefront.publish_stock(levels)
        except VendorError as error:
            verdicts = [vendor_away(claim, error, now=self._now, random=self.random) for claim in claims]
            return self._stopped(error, verdicts)
        verdicts = [self._judged(claim, outcome) for claim, outcome in zip(claims, outcomes, strict=True)]
        # What the storefront has taken is written down before anything else can fail.
        report = self._recorded(verdicts) + StockPublicationReport(calls=1)
        if any(verdict.move.superseded for verdict in verdicts):
            self._capture()
        return report

    def _judged(self, claim: ClaimedStock, outcome: PublishStockOutcome) -> JudgedStock:
        now = self._now
        if self._is_outdated(claim, outcome):
            self._want_all_stock(now)
            return outdated(claim, now=now, random=self.random)
        return judged(claim, outcome, now=now, random=self.random)

    def _want_all_stock(self, now: datetime) -> None:
        """Only a full reading has newer figures of what did not move; it is too much to be done all the time."""
        read = self.ledger.watermarks.get(self.connection.name, FULL_FEED)
        if read is None or now - read >= _READ_ALL_EVERY:
            self.ledger.watermarks.move(self.connection.name, FULL_WANTED, now, now=now)

    def _is_outdated(self, claim: ClaimedStock, outcome: PublishStockOutcome) -> bool:
        """Whether a storefront that goes by time left a figure aside although it says just what was expected of it."""
        by_snapshot = self.connection.stock.by_snapshot
        return by_snapshot and isinstance(outcome, Superseded) and outcome.actual == claim.expected

    def _recorded(self, verdicts: Sequence[JudgedStock]) -> StockPublicationReport:
        now = self._now
        name = self.connection.name
        done = [verdict.move.claim for verdict in verdicts if verdict.move.to == "published"]
        findings = self._worth_a_case([finding for verdict in verdicts for finding in verdict.findings])
        with self.ledger.transaction():
            publications = self.ledger.publications
            publications.record(self.connection, [self._delayed(verdict) for verdict in verdicts], now=now)
            believed = {verdict.move.claim.sku: verdict.actual for verdict in verdicts if verdict.actual is not None}
            self._learn(believed)
            self.ledger.cases.open_or_refresh(name, findings, now=now)
            self.ledger.cases.close(name, [STOCK_UNKNOWN_SKU, STOCK_REFUSED], [claim.sku for claim in done], now=now)
            # What arrived while these were under way was not decided on.
            queued = publications.decide_for_sold(self.connection, [claim.sku for claim in done], now=now)
        report = sum((verdict.counted for verdict in verdicts), StockPublicationReport(queued=queued))
        return report + StockPublicationReport(latency=_latencies(done, now))

    def _delayed(self, verdict: JudgedStock) -> StockMove:
        """Where nobody could be made to capture here, the capturing flow needs a moment."""
        move = verdict.move
        if not move.superseded or self.capture is not None or move.due_at is None:
            return move
        return replace(move, due_at=move.due_at + timedelta(seconds=1))

    def _worth_a_case(self, findings: Sequence[CaseFinding]) -> list[CaseFinding]:
        """What the storefront does not sell at all is no trouble, though the warehouse has it."""
        unknown = {Sku(each.subject) for each in findings if each.kind is STOCK_UNKNOWN_SKU}
        sold = self.ledger.publications.sold_skus(self.connection.name, unknown) if unknown else set()
        return [each for each in findings if each.kind is not STOCK_UNKNOWN_SKU or each.subject in sold]

    def _stopped(self, error: VendorError, verdicts: Sequence[JudgedStock]) -> StockPublicationReport:
        report = self._recorded(verdicts) if verdicts else StockPublicationReport()
        self._watch.trouble(error)
        if isinstance(error, NeverAsIs):
            raise error
        return report + StockPublicationReport(trouble=str(error))

    # ---- overselling

    def _judge_overselling(self) -> int:
        now = self._now
        short = self.ledger.publications.oversold(self.connection, now=now)
        findings = [
            CaseFinding(
                OVERSOLD,
                each.sku,
                f"{each.demand} units ordered and not yet at the warehouse, {each.available} available there.",
                evidence={"short": each.demand - each.available, "available": each.available, "demand": each.demand},
            )
            for each in short
        ]
        with self.ledger.transaction():
            self.ledger.cases.open_or_refresh(self.connection.name, findings, now=now)
            self.ledger.cases.close_absent(self.connection.name, [OVERSOLD], [each.sku for each in short], now=now)
        return len(short)

    # ---- small things

    def _names(self) -> list[UUID]:
        return [UUID(int=self.random.getrandbits(_UUID_BITS)) for _ in range(self.connection.stock.batch_size)]

    @property
    def _now(self) -> datetime:
        return self.clock.now()

    @property
    def _watch(self) -> VendorWatch:
        return VendorWatch(self.connection, self.connection.storefront, STOCK_PUBLICATION, self.ledger, self.clock)


def _level(claim: ClaimedStock) -> StockToPublish:
    return StockToPublish(
        claim.sku,
        claim.quantity,
        claim.expected,
        claim.intent,
        snapshot_at=claim.snapshot_at,
        at_snapshot=claim.at_snapshot,
    )


def _latencies(done: Sequence[ClaimedStock], now: datetime) -> Latencies:
    return Latencies.of((claim.sku, (now - claim.snapshot_at).total_seconds()) for claim in done)
