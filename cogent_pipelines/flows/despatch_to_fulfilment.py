"""Parcels to the storefront: each once, with its lines and, sooner or later, its tracking.

Settles what an earlier run left in doubt before it tells anything new. How parcels come in is in `despatch_reading`.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from random import Random

from cogent_pipelines.canonical.connection import Connection, FulfilmentRules
from cogent_pipelines.canonical.exception_case import FULFILMENT_IN_DOUBT, MISSING_TRACKING
from cogent_pipelines.flows.despatch_reading import plan_parcels, read_despatches
from cogent_pipelines.flows.fulfilment_outcomes import SETTLED_KINDS, JudgedParcel, in_doubt, judged, read_back, vendor_away
from cogent_pipelines.flows.fulfilment_report import DespatchReadReport, FulfilmentReport
from cogent_pipelines.flows.measures import Latencies
from cogent_pipelines.flows.trouble import VendorWatch
from cogent_pipelines.ledger.database import Ledger
from cogent_pipelines.ledger.due_work import DESPATCH_TO_FULFILMENT
from cogent_pipelines.ledger.fulfilments import ParcelClaim, ParcelMove
from cogent_pipelines.ports.clock import Clock
from cogent_pipelines.ports.errors import NeverAsIs, VendorError
from cogent_pipelines.ports.outcomes import CreateFulfilmentOutcome
from cogent_pipelines.ports.storefront import Storefront

__all__ = ["DespatchReadReport", "FulfilmentReport", "fulfil_due_parcels", "plan_parcels", "read_despatches"]


def fulfil_due_parcels(
    connection: Connection, *, storefront: Storefront, ledger: Ledger, clock: Clock, random: Random
) -> FulfilmentReport:
    """Tell the storefront of every parcel that is due, and record what became of each.

    A storefront that takes no calls at present ends the flow early, with its words in `trouble`; the parcels wait.

    Raises:
        NeverAsIs: credentials or calls are refused; the parcels wait, and a case says so.
    """
    return _Telling(connection, storefront, ledger, clock, random).run()


@dataclass(slots=True)
class _Telling:
    """One run over the queue."""

    connection: Connection
    storefront: Storefront
    ledger: Ledger
    clock: Clock
    random: Random

    def run(self) -> FulfilmentReport:
        report = self._until_stopped(FulfilmentReport(), self._settle_some)
        if not report.trouble:
            report = self._until_stopped(report, self._tell_some)
        if report.worked and not report.trouble:
            self._watch.over()
        elif not report.worked and not report.trouble:
            self._watch.over_where_nobody_waits(partial(self.ledger.due_work.next_due, flow=DESPATCH_TO_FULFILMENT))
        return report

    def _until_stopped(self, report: FulfilmentReport, step: Callable[[], FulfilmentReport | None]) -> FulfilmentReport:
        while part := step():
            report += part
            if part.trouble:
                break
        return report

    def _settle_some(self) -> FulfilmentReport | None:
        doubtful = self.ledger.fulfilments.claim_doubtful(self.connection, limit=self._limit, now=self._now)
        if not doubtful:
            return None
        orders = list(dict.fromkeys(claim.parcel.order_ref for claim in doubtful))
        try:
            there = self.storefront.fulfilments_of(orders)
        except VendorError as error:
            return self._stopped(error, [self._still_in_doubt(claim, error) for claim in doubtful])
        known = self.ledger.fulfilments.known(self.connection.name).despatches_of(orders)
        verdicts = []
        for claim in doubtful:
            taken = {ref for ref, despatch in known.items() if despatch != claim.parcel.despatch_ref}
            verdict = read_back(claim, there.get(claim.parcel.order_ref, []), taken=taken, now=self._now)
            if verdict.move.storefront_ref is not None:
                known = {**known, verdict.move.storefront_ref: claim.parcel.despatch_ref}
            verdicts.append(verdict)
        return self._recorded(verdicts)

    def _still_in_doubt(self, claim: ParcelClaim, error: VendorError) -> JudgedParcel:
        return in_doubt(claim, error.message, rules=self._rules, now=self._now, random=self.random)

    def _tell_some(self) -> FulfilmentReport | None:
        """Intent, commit, call, outcome, commit."""
        claims = self.ledger.fulfilments.claim_due(self.connection, limit=self._limit, now=self._now)
        if not claims:
            return None
        fresh = [claim for claim in claims if claim.storefront_ref is None]
        made = [claim for claim in claims if claim.storefront_ref is not None]
        report = FulfilmentReport(batches=1)
        if fresh:
            report += self._told(fresh, lambda: self.storefront.create_fulfilments([claim.parcel for claim in fresh]))
        for place, claim in enumerate(made):
            if report.trouble:
                # What was claimed and not called for is simply due again.
                return report + self._recorded([self._put_back(each) for each in made[place:]])
            report += self._told([claim], partial(self._add_tracking, claim))
        return report

    def _told(
        self, claims: Sequence[ParcelClaim], call: Callable[[], Sequence[CreateFulfilmentOutcome]]
    ) -> FulfilmentReport:
        try:
            outcomes = call()
        except VendorError as error:
            verdicts = [vendor_away(claim, error, rules=self._rules, now=self._now, random=self.random) for claim in claims]
            return self._stopped(error, verdicts)
        now = self._now
        return self._recorded(
            [
                judged(claim, outcome, rules=self._rules, now=now, random=self.random)
                for claim, outcome in zip(claims, outcomes, strict=True)
            ]
        )

    def _add_tracking(self, claim: ParcelClaim) -> list[CreateFulfilmentOutcome]:
        return [self.storefront.add_tracking(claim.storefront_ref or "", claim.parcel)]

    def _put_back(self, claim: ParcelClaim) -> JudgedParcel:
        move = ParcelMove(claim, "retrying", due_at=self._now + self._rules.first_backoff, spends_attempt=False)
        return JudgedParcel(move, FulfilmentReport())

    def _recorded(self, verdicts: Sequence[JudgedParcel]) -> FulfilmentReport:
        now = self._now
        name = self.connection.name
        told = [verdict.move.claim for verdict in verdicts if verdict.told]
        tracked = [claim.parcel.despatch_ref for claim in told if claim.parcel.tracking.number]
        with self.ledger.transaction():
            self.ledger.fulfilments.record(name, [verdict.move for verdict in verdicts], now=now)
            self.ledger.fulfilments.tracking_arrived(name, now=now)
            findings = [verdict.finding for verdict in verdicts if verdict.finding is not None]
            self.ledger.cases.open_or_refresh(name, findings, now=now)
            self.ledger.cases.close(name, SETTLED_KINDS, [claim.parcel.despatch_ref for claim in told], now=now)
            self.ledger.cases.close(name, [MISSING_TRACKING], tracked, now=now)
            # Refused or waiting is no longer in doubt.
            proven = [verdict.move.claim.parcel.despatch_ref for verdict in verdicts if verdict.move.to != "sent"]
            self.ledger.cases.close(name, [FULFILMENT_IN_DOUBT], proven, now=now)
        report = sum((verdict.counted for verdict in verdicts), FulfilmentReport())
        return report + FulfilmentReport(latency=_latencies(told, now))

    def _stopped(self, error: VendorError, verdicts: Sequence[JudgedParcel]) -> FulfilmentReport:
        report = self._recorded(verdicts)
        self._watch.trouble(error)
        if isinstance(error, NeverAsIs):
            raise error
        return report + FulfilmentReport(trouble=str(error))

    @property
    def _now(self) -> datetime:
        return self.clock.now()

    @property
    def _rules(self) -> FulfilmentRules:
        return self.connection.fulfilment

    @property
    def _limit(self) -> int:
        return self._rules.batch_size

    @property
    def _watch(self) -> VendorWatch:
        return VendorWatch(self.connection, self.connection.storefront, DESPATCH_TO_FULFILMENT, self.ledger, self.clock)


def _latencies(told: Sequence[ParcelClaim], now: datetime) -> Latencies:
    """Of parcels told for the first time; tracking that came later says nothing about us."""
    fresh = [claim for claim in told if claim.storefront_ref is None]
    return Latencies.of((claim.order_name, (now - claim.captured_at).total_seconds()) for claim in fresh)
