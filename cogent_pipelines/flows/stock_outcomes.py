"""What a storefront's answer means for a stock figure: where it goes, and the case a person sees. Pure."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from cogent_pipelines.canonical.exception_case import STOCK_REFUSED, STOCK_UNKNOWN_SKU, CaseFinding
from cogent_pipelines.flows.backoff import next_attempt, when_vendor_is_back
from cogent_pipelines.flows.stock_report import StockPublicationReport
from cogent_pipelines.ledger.stock_publications import ClaimedStock, StockMove
from cogent_pipelines.ports.errors import OutcomeUnknown, TryLater, VendorError
from cogent_pipelines.ports.outcomes import (
    Published,
    PublishStockOutcome,
    Rejected,
    Superseded,
    Unavailable,
    Unknown,
    UnknownSku,
)

_FIRST = timedelta(seconds=2)
_LONGEST = timedelta(minutes=5)
_REFUSED = timedelta(minutes=15)
_ON_ITS_WAY = timedelta(seconds=30)
# After so many attempts newer figures should have come.
_OUTDATED_AFTER = 8
# Orders that the storefront has counted and does not list yet explain a first difference, and mostly a second.
_BELIEVED_AFTER = 2
_SOON = (timedelta(0), timedelta(seconds=1), timedelta(seconds=3))


@dataclass(frozen=True, slots=True)
class JudgedStock:
    """A move, its findings, what it adds to the report. `actual` is the storefront's figure where it is to be believed."""

    move: StockMove
    counted: StockPublicationReport
    findings: tuple[CaseFinding, ...] = ()
    actual: int | None = None


def judged(claim: ClaimedStock, outcome: PublishStockOutcome, *, now: datetime, random: Random) -> JudgedStock:
    """What becomes of a figure that was sent."""
    match outcome:
        case Published():
            return JudgedStock(StockMove(claim, "published"), StockPublicationReport(published=1))
        case Superseded(actual):
            return _superseded(claim, actual, now=now)
        case UnknownSku(reason):
            finding = CaseFinding(STOCK_UNKNOWN_SKU, claim.sku, reason, evidence={"quantity": claim.quantity})
            return JudgedStock(StockMove(claim, "blocked", reason), StockPublicationReport(unknown=1), (finding,))
        case Rejected(reasons):
            words = "; ".join(reasons) or "refused without a reason"
            finding = CaseFinding(STOCK_REFUSED, claim.sku, words, evidence={"quantity": claim.quantity})
            again = StockMove(claim, "retrying", words, due_at=now + _REFUSED, ask=True)
            return JudgedStock(again, StockPublicationReport(refused=1), (finding,))
        case Unavailable(reason, retry_after):
            due_at = next_attempt(
                now, attempt=claim.attempt, first=_FIRST, longest=_LONGEST, retry_after=retry_after, random=random
            )
            return JudgedStock(StockMove(claim, "retrying", reason, due_at=due_at), StockPublicationReport(retrying=1))
        case Unknown(reason):
            return in_doubt(claim, reason, now=now, random=random)


def in_doubt(claim: ClaimedStock, reason: str, *, now: datetime, random: Random) -> JudgedStock:
    """The storefront's own figure is read later, and expected: not before a request that is still on its way has arrived."""
    due_at = next_attempt(
        now + _ON_ITS_WAY, attempt=claim.attempt, first=_FIRST, longest=_LONGEST, retry_after=None, random=random
    )
    return JudgedStock(StockMove(claim, "pending", reason, due_at=due_at, ask=True), StockPublicationReport(in_doubt=1))


def too_early(claim: ClaimedStock, *, due_at: datetime) -> JudgedStock:
    """Orders that are older than the figure may not be here yet: it is summed anew once they are."""
    move = StockMove(claim, "pending", "the orders placed before this figure are being fetched", due_at=due_at)
    return JudgedStock(move, StockPublicationReport(retrying=1))


def outdated(claim: ClaimedStock, *, now: datetime, random: Random) -> JudgedStock:
    """The storefront has its figure from a later moment than the warehouse's that is here: only a newer one is taken."""
    words = f"the storefront's own figure is newer than the warehouse's of {claim.snapshot_at:%Y-%m-%d %H:%M:%S} UTC"
    due_at = next_attempt(now, attempt=claim.attempt, first=_FIRST, longest=_REFUSED, retry_after=None, random=random)
    finding = CaseFinding(STOCK_REFUSED, claim.sku, words, evidence={"quantity": claim.quantity})
    return JudgedStock(
        StockMove(claim, "retrying", words, due_at=due_at),
        StockPublicationReport(retrying=1),
        (finding,) if claim.attempt >= _OUTDATED_AFTER else (),
    )


def vendor_away(claim: ClaimedStock, error: VendorError, *, now: datetime, random: Random) -> JudgedStock:
    """The call as a whole was not taken, or nobody knows."""
    if isinstance(error, OutcomeUnknown):
        return in_doubt(claim, error.message, now=now, random=random)
    retry_after = error.retry_after if isinstance(error, TryLater) else _LONGEST.total_seconds()
    due_at = when_vendor_is_back(now, retry_after=retry_after, first=_FIRST, random=random)
    return JudgedStock(StockMove(claim, "retrying", error.message, due_at=due_at), StockPublicationReport(retrying=1))


def _superseded(claim: ClaimedStock, actual: int | None, *, now: datetime) -> JudgedStock:
    """Sum again after orders were captured. A difference that stays is not an order: then the storefront's word counts."""
    times = claim.superseded + 1
    believed = times > _BELIEVED_AFTER
    words = f"the storefront did not believe {claim.expected} any more"
    move = StockMove(
        claim,
        "pending",
        words if actual is None else f"{words} but {actual}",
        due_at=now + _SOON[min(times, len(_SOON)) - 1],
        superseded=True,
        ask=believed and actual is None,
    )
    return JudgedStock(move, StockPublicationReport(superseded=1), actual=actual if believed else None)
