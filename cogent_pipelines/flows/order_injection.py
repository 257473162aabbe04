"""Orders into the warehouse: each once, whole, or held with the reason.

Settles what an earlier run left in doubt before it sends anything new. One bad order never holds up its batch; a vendor that
is away stops the flow, and no order is blamed for it.
"""

from collections.abc import Callable, Collection, Sequence
from concurrent.futures import Executor, Future, wait
from dataclasses import dataclass, field
from datetime import datetime
from random import Random

from cogent_pipelines.canonical.connection import Connection
from cogent_pipelines.canonical.identity import Sku
from cogent_pipelines.canonical.sales_order import SalesOrder
from cogent_pipelines.flows.impersonal import impersonal
from cogent_pipelines.flows.injection_outcomes import Judged, held, in_doubt, judged, read_back, vendor_away
from cogent_pipelines.flows.injection_recording import record
from cogent_pipelines.flows.injection_report import InjectionReport
from cogent_pipelines.flows.sales_order_building import sales_order_of
from cogent_pipelines.flows.trouble import VendorWatch
from cogent_pipelines.flows.validation import problems_of, skus_to_pick
from cogent_pipelines.ledger.database import Ledger
from cogent_pipelines.ledger.due_work import ORDER_INJECTION
from cogent_pipelines.ledger.sales_order_claims import Claim, DoubtfulOrder, DueOrder
from cogent_pipelines.ledger.sku_lookup import SkuAnswer
from cogent_pipelines.ledger.sku_mappings import Suggestion
from cogent_pipelines.ports.clock import Clock
from cogent_pipelines.ports.errors import NeverAsIs, VendorError, VendorRefused, VendorUnavailable
from cogent_pipelines.ports.outcomes import AlreadyThere, CreateSalesOrderOutcome, FindSalesOrderOutcome, Unavailable
from cogent_pipelines.ports.warehouse import Warehouse

# Of orders that are looked up beside each other and refused one by one: from here on it is the call that is refused.
_REFUSED_TOGETHER = 4


def inject_due_orders(
    connection: Connection,
    *,
    warehouse: Warehouse,
    ledger: Ledger,
    clock: Clock,
    random: Random,
    until: datetime | None = None,
    courier: Executor | None = None,
) -> InjectionReport:
    """Send every due order of one connection once, batch by batch, and record what became of each.

    No batch is begun after `until`; what is left then waits for the next run. A vendor that cannot take calls at present
    ends the flow early, with its words in `trouble`; the orders wait. Where whole batches wait, a `courier` is out with one
    while the next is judged; without a courier everything happens one after the other.

    Raises:
        NeverAsIs: credentials or calls are refused; the orders wait, and a case says so.
    """
    return _Injection(connection, warehouse, ledger, clock, random, until, courier).run()


@dataclass(frozen=True, slots=True)
class _Prepared:
    """A batch that is due: what of it is good to be sent, and what became of the rest."""

    good: Sequence[tuple[DueOrder, SalesOrder]]
    report: InjectionReport


@dataclass(frozen=True, slots=True)
class _Intended:
    """A batch of which it is written down that it is sent now."""

    claims: Sequence[Claim]
    orders: Sequence[SalesOrder]


Outcomes = list[CreateSalesOrderOutcome]


@dataclass(slots=True)
class _Injection:
    """One pass over the queue."""

    connection: Connection
    warehouse: Warehouse
    ledger: Ledger
    clock: Clock
    random: Random
    until: datetime | None
    courier: Executor | None
    under_way: "Future[Outcomes] | None" = None
    """The call that the courier is out with."""
    asked: set[Sku] = field(default_factory=set)
    """SKUs that the warehouse itself was asked about in this pass; once is enough."""

    def run(self) -> InjectionReport:
        report = self._until_stopped(InjectionReport(), self._settle_some)
        if not report.trouble:
            self.ledger.sales_orders.look_again(self.connection.name, now=self._now)
            if self.courier is None:
                report = self._until_stopped(report, self._send_some)
            else:
                report = self._send_overlapping(report, self.courier)
        if report.worked and not report.trouble:
            self._watch.over()
        elif not report.worked and not report.trouble:
            self._watch.over_where_nobody_waits(self.ledger.sales_orders.next_due)
        return report

    def _until_stopped(self, report: InjectionReport, step: Callable[[], InjectionReport | None]) -> InjectionReport:
        while self._in_time and (part := step()):
            report += part
            if part.trouble:
                break
        return report

    # ---- what an earlier call left in doubt

    def _settle_some(self) -> InjectionReport | None:
        doubtful = self.ledger.sales_orders.claim_doubtful(self.connection, limit=self._limit, now=self._now)
        if not doubtful:
            return None
        try:
            found, refusals = self._looked_up(doubtful)
            if len(refusals) == len(doubtful) > 1:
                # Not one could be read: it is the call that is refused, not the orders.
                raise refusals[0]
        except VendorError as error:
            return self._stopped(error, self._recorded([self._in_doubt(each.claim, error) for each in doubtful]))
        return self._recorded(found) + InjectionReport(settled=len(doubtful))

    def _looked_up(self, doubtful: Sequence[DoubtfulOrder]) -> tuple[list[Judged], list[VendorRefused]]:
        """Read back; where an answer cannot be read, the batch is halved until each order that is at fault is alone.

        Raises:
            VendorError: the warehouse could not be asked, or refused every one of several orders beside each other.
        """
        try:
            outcomes = self.warehouse.find_sales_orders([each.claim.ref for each in doubtful])
        except VendorRefused as refusal:
            if len(doubtful) == 1:
                return [self._in_doubt(doubtful[0].claim, refusal)], [refusal]
        else:
            return [self._read_back(each, outcome) for each, outcome in zip(doubtful, outcomes, strict=True)], []
        middle = len(doubtful) // 2
        found, refusals = self._looked_up(doubtful[:middle])
        more_found, more_refusals = self._looked_up(doubtful[middle:])
        refusals = [*refusals, *more_refusals]
        if len(refusals) == len(doubtful) >= _REFUSED_TOGETHER:
            # So many that are at fault by themselves do not stand together: to try the others alone would only cost calls.
            raise refusals[0]
        return [*found, *more_found], refusals

    def _read_back(self, doubtful: DoubtfulOrder, outcome: FindSalesOrderOutcome) -> Judged:
        return read_back(
            doubtful,
            outcome,
            within=self.warehouse.capabilities.shows_orders_within,
            rules=self.connection.injection,
            now=self._now,
            random=self.random,
        )

    # ---- what is due

    def _send_some(self) -> InjectionReport | None:
        prepared = self._prepared()
        if prepared is None:
            return None
        return prepared.report + self._send(prepared.good) if prepared.good else prepared.report

    def _prepared(self, *, least: int = 1) -> _Prepared | None:
        """Read a batch and judge it; None where not so many are due, or it is too late to begin."""
        if not self._in_time:
            return None
        batch = self.ledger.sales_orders.due(self.connection.name, limit=self._limit, now=self._now, least=least)
        if not batch:
            return None
        try:
            answers = self._answers(batch)
        except VendorError as error:
            return _Prepared((), self._stopped(error, self._not_sent([self._away(due.claim, error) for due in batch])))
        good, bad = self._validated(batch, answers)
        return _Prepared(good, self._not_sent(bad) if bad else InjectionReport())

    def _answers(self, batch: Sequence[DueOrder]) -> dict[Sku, SkuAnswer]:
        """What is known of every SKU of the batch; the warehouse itself is asked about those that look unknown."""
        skus = skus_to_pick([due.order for due in batch], self.connection.bundles)
        answers = self.ledger.skus.of(self.connection.name, skus)
        unsure = {each.warehouse_sku for each in answers.values() if not (each.known and each.active)} - self.asked
        if not unsure:
            return answers
        if self.under_way is not None:
            wait([self.under_way])  # One of us at a time speaks to the warehouse.
        items = self.warehouse.items_named(sorted(unsure))
        self.asked |= unsure
        self.ledger.items.store(self.connection.name, items, now=self._now)
        return self.ledger.skus.of(self.connection.name, skus)

    def _validated(
        self, batch: Sequence[DueOrder], answers: dict[Sku, SkuAnswer]
    ) -> tuple[list[tuple[DueOrder, SalesOrder]], list[Judged]]:
        """Put the good ones in the warehouse's terms; say what is wrong with the others, and suggest mappings."""
        rules, bundles = self.connection.injection, self.connection.bundles
        longest_ref = self.warehouse.capabilities.longest_sales_order_ref
        good: list[tuple[DueOrder, SalesOrder]] = []
        bad: list[Judged] = []
        for due in batch:
            ref = due.claim.ref
            problems = problems_of(due.order, ref, answers=answers, rules=rules, longest_ref=longest_ref, bundles=bundles)
            if problems:
                bad.append(held(due.claim, due.order, problems, again_at=self._now + rules.look_again))
            else:
                good.append((due, sales_order_of(due.order, ref, answers=answers, rules=rules, bundles=bundles)))
        self._suggest(answers.values())
        return good, bad

    def _suggest(self, answers: Collection[SkuAnswer]) -> None:
        variants = [
            Suggestion(each.sku, each.variants[0], "differs in case or spaces only")
            for each in answers
            if not each.known and each.variants
        ]
        if variants:
            self.ledger.mappings.suggest(self.connection.name, variants, now=self._now)

    def _send(self, wanted: Sequence[tuple[DueOrder, SalesOrder]]) -> InjectionReport:
        """Intent, commit, call, outcome, commit."""
        sending = self._intended(wanted)
        report = InjectionReport(moved_on=len(wanted) - len(sending.claims))
        if not sending.claims:
            return report
        try:
            outcomes = self._called(sending.orders)
        except VendorError as error:
            return report + self._nobody_was_asked(sending.claims, error)
        return report + self._answered(sending.claims, outcomes)

    def _intended(self, wanted: Sequence[tuple[DueOrder, SalesOrder]]) -> _Intended:
        ready = self.ledger.sales_orders.intend(self.connection, wanted, now=self._now)
        sending = [(due.claim, order) for due, order in wanted if due.order.ref in ready]
        return _Intended([claim for claim, _ in sending], [order for _, order in sending])

    def _called(self, orders: Sequence[SalesOrder]) -> Outcomes:
        outcomes = self.warehouse.create_sales_orders(orders)
        return [impersonal(outcome, order) for outcome, order in zip(outcomes, orders, strict=True)]

    # ---- the same with a courier

    def _send_overlapping(self, report: InjectionReport, courier: Executor) -> InjectionReport:
        """While a batch is under way, what became of the one before is recorded and the next is read and judged.

        For each batch it is still intent, commit, call, outcome, commit. Only a whole batch is read ahead: what has just
        begun to gather would go in more calls, and later, than if it was read when its turn has come. Nothing of it is
        claimed before its turn, so when the vendor is away it stays as it was.
        """
        behind: tuple[_Intended, Outcomes] | None = None
        ready = self._prepared()
        while ready is not None:
            sending = self._intended(ready.good)
            report += ready.report + InjectionReport(moved_on=len(ready.good) - len(sending.claims))
            if ready.report.trouble:
                break
            self.under_way = courier.submit(self._called, sending.orders) if sending.claims else None
            try:
                report += self._recorded_behind(behind)
                behind = None
                ready = self._prepared(least=self._limit)
            except Exception:
                self._record_in_any_case(sending)
                raise
            outcome = self._outcome()
            if isinstance(outcome, VendorError) or _is_away(outcome):
                return report + self._ended(sending, outcome)
            behind = sending, outcome
            if ready is None:
                report += self._recorded_behind(behind)
                behind = None
                ready = self._prepared()
        return report + self._recorded_behind(behind)

    def _outcome(self) -> Outcomes | VendorError:
        call, self.under_way = self.under_way, None
        if call is None:
            return []
        try:
            return call.result()
        except VendorError as error:
            return error

    def _ended(self, sending: _Intended, outcome: Outcomes | VendorError) -> InjectionReport:
        if isinstance(outcome, VendorError):
            return self._nobody_was_asked(sending.claims, outcome)
        return self._answered(sending.claims, outcome)

    def _recorded_behind(self, behind: tuple[_Intended, Outcomes] | None) -> InjectionReport:
        return self._answered(behind[0].claims, behind[1]) if behind and behind[0].claims else InjectionReport()

    def _record_in_any_case(self, sending: _Intended) -> None:
        """What a call brought is not lost because something else failed meanwhile."""
        outcome = self._outcome()
        if sending.claims:
            self._ended(sending, outcome)

    # ---- what the warehouse said

    def _answered(self, claims: Sequence[Claim], outcomes: Sequence[CreateSalesOrderOutcome]) -> InjectionReport:
        if _is_away(outcomes):
            return self._nobody_was_taken(claims, outcomes[0])
        now = self._now
        verdicts = [
            judged(claim, outcome, rules=self.connection.injection, now=now, random=self.random)
            for claim, outcome in zip(claims, outcomes, strict=True)
        ]
        there = sum(isinstance(outcome, AlreadyThere) for outcome in outcomes)
        return self._recorded(verdicts) + InjectionReport(already_there=there, batches=1)

    def _nobody_was_taken(self, claims: Sequence[Claim], outcome: CreateSalesOrderOutcome) -> InjectionReport:
        """Every order of a batch at once: it is the vendor that is away, and no order's fault."""
        reason, wait = (outcome.reason, outcome.retry_after) if isinstance(outcome, Unavailable) else ("", None)
        return self._nobody_was_asked(claims, VendorUnavailable(reason, retry_after=wait))

    def _nobody_was_asked(self, claims: Sequence[Claim], error: VendorError) -> InjectionReport:
        return self._stopped(error, self._recorded([self._away(claim, error) for claim in claims]))

    # ---- what is the same everywhere

    def _stopped(self, error: VendorError, report: InjectionReport) -> InjectionReport:
        """The orders wait, a case says why, and nothing more is tried in this pass."""
        self._watch.trouble(error)
        if isinstance(error, NeverAsIs):
            raise error
        return report + InjectionReport(trouble=str(error))

    def _not_sent(self, verdicts: Sequence[Judged]) -> InjectionReport:
        """Record why orders that are due are not sent now."""
        with self.ledger.transaction():
            mine = self.ledger.sales_orders.claim(self.connection, [each.move.claim for each in verdicts], now=self._now)
            return self._recorded([each for each in verdicts if each.move.claim.order_ref in mine])

    def _recorded(self, verdicts: Sequence[Judged]) -> InjectionReport:
        return record(self.connection.name, verdicts, ledger=self.ledger, now=self._now)

    def _in_doubt(self, claim: Claim, error: VendorError) -> Judged:
        return in_doubt(claim, error.message, rules=self.connection.injection, now=self._now, random=self.random)

    def _away(self, claim: Claim, error: VendorError) -> Judged:
        return vendor_away(claim, error, rules=self.connection.injection, now=self._now, random=self.random)

    @property
    def _in_time(self) -> bool:
        return self.until is None or self._now < self.until

    @property
    def _limit(self) -> int:
        return min(self.connection.injection.batch_size, self.warehouse.batch_limit)

    @property
    def _now(self) -> datetime:
        return self.clock.now()

    @property
    def _watch(self) -> VendorWatch:
        return VendorWatch(self.connection, self.connection.warehouse, ORDER_INJECTION, self.ledger, self.clock)


def _is_away(outcomes: Sequence[CreateSalesOrderOutcome]) -> bool:
    """Every order of a batch at once could not be taken: that is no order's fault."""
    return len(outcomes) > 1 and all(isinstance(outcome, Unavailable) for outcome in outcomes)
