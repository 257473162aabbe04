"""What a storefront's answer means for a parcel: where it goes, and the case a person sees. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from random import Random

from cogent_pipelines.canonical.connection import FulfilmentRules
from cogent_pipelines.canonical.exception_case import (
    FULFILMENT_EXHAUSTED,
    FULFILMENT_IN_DOUBT,
    FULFILMENT_REJECTED,
    MISSING_TRACKING,
    CaseFinding,
    CaseKind,
)
from cogent_pipelines.canonical.fulfilment import Fulfilment
from cogent_pipelines.flows.backoff import asked_again_at, read_back_at, tried_again_at
from cogent_pipelines.flows.fulfilment_report import FulfilmentReport
from cogent_pipelines.ledger.fulfilments import ParcelClaim, ParcelMove
from cogent_pipelines.ports.errors import OutcomeUnknown, VendorError
from cogent_pipelines.ports.outcomes import AlreadyThere, Created, CreateFulfilmentOutcome, Rejected, Unavailable, Unknown

SETTLED_KINDS = (FULFILMENT_REJECTED, FULFILMENT_EXHAUSTED, FULFILMENT_IN_DOUBT)
"""What is over once the storefront has the parcel."""


@dataclass(frozen=True, slots=True)
class JudgedParcel:
    """A move with its finding, and what it adds to the report."""

    move: ParcelMove
    counted: FulfilmentReport
    finding: CaseFinding | None = None

    @property
    def told(self) -> bool:
        return self.move.to == "acknowledged"


def judged(
    claim: ParcelClaim, outcome: CreateFulfilmentOutcome, *, rules: FulfilmentRules, now: datetime, random: Random
) -> JudgedParcel:
    """What becomes of a parcel that the storefront was told of."""
    match outcome:
        case Created(ref):
            return _told(claim, ref, FulfilmentReport(created=1))
        case AlreadyThere(ref):
            return _told(claim, ref, FulfilmentReport(already_there=1))
        case Rejected(reasons):
            words = "; ".join(reasons) or "refused without a reason"
            finding = _finding(FULFILMENT_REJECTED, claim, words)
            return JudgedParcel(ParcelMove(claim, "failed", words), FulfilmentReport(rejected=1), finding)
        case Unavailable(reason, retry_after):
            return _tried_again(claim, reason, retry_after=retry_after, rules=rules, now=now, random=random)
        case Unknown(reason):
            return in_doubt(claim, reason, rules=rules, now=now, random=random)


def in_doubt(claim: ParcelClaim, reason: str, *, rules: FulfilmentRules, now: datetime, random: Random) -> JudgedParcel:
    """It is read back a little later."""
    due_at = read_back_at(rules, attempt=claim.attempt, now=now, random=random)
    move = ParcelMove(claim, "sent", reason, due_at=due_at)
    return JudgedParcel(move, FulfilmentReport(in_doubt=1), _finding(FULFILMENT_IN_DOUBT, claim, reason))


def vendor_away(
    claim: ParcelClaim, error: VendorError, *, rules: FulfilmentRules, now: datetime, random: Random
) -> JudgedParcel:
    """The call as a whole was not made or not taken; no parcel is to blame, so none spends an attempt."""
    if isinstance(error, OutcomeUnknown):
        return in_doubt(claim, error.message, rules=rules, now=now, random=random)
    due_at = asked_again_at(rules, error, now=now, random=random)
    move = ParcelMove(claim, "retrying", error.message, due_at=due_at, spends_attempt=False)
    return JudgedParcel(move, FulfilmentReport(retrying=1))


def read_back(claim: ParcelClaim, there: Sequence[Fulfilment], *, taken: set[str], now: datetime) -> JudgedParcel:
    """What becomes of a parcel in doubt; `taken` are fulfilments that are other parcels'.

    One that bears its tracking number is its own; one that bears none and holds exactly its lines as well. Adding tracking
    is safe to repeat, because the storefront's adapter looks first.
    """
    settled = FulfilmentReport(settled=1)
    number = claim.parcel.tracking.number
    free = [each for each in there if not each.cancelled and each.ref not in taken]
    mine = [each for each in free if number and number in each.tracking_numbers]
    mine = mine or [each for each in free if not each.tracking_numbers and {*each.lines} == {*claim.parcel.lines}]
    if claim.storefront_ref is not None or not mine:
        return JudgedParcel(ParcelMove(claim, "pending", due_at=now), settled)
    if number and number not in mine[0].tracking_numbers:
        # It was made without its number, which is then added: pending with a reference means just that.
        return JudgedParcel(ParcelMove(claim, "pending", due_at=now, storefront_ref=mine[0].ref), settled)
    return _told(claim, mine[0].ref, settled)


def _told(claim: ParcelClaim, ref: str, counted: FulfilmentReport) -> JudgedParcel:
    move = ParcelMove(claim, "acknowledged", storefront_ref=ref)
    if claim.storefront_ref is not None:
        return JudgedParcel(move, FulfilmentReport(tracking_added=1))
    if claim.parcel.tracking.number:
        return JudgedParcel(move, counted)
    words = f"Parcel {claim.parcel.despatch_ref} was told to the storefront without a tracking number."
    return JudgedParcel(move, counted + FulfilmentReport(without_tracking=1), _finding(MISSING_TRACKING, claim, words))


def _tried_again(
    claim: ParcelClaim, reason: str, *, retry_after: float | None, rules: FulfilmentRules, now: datetime, random: Random
) -> JudgedParcel:
    """A parcel is never given up: it has left. After the usual attempts a person hears of it."""
    due_at = tried_again_at(rules, attempt=claim.attempt, retry_after=retry_after, now=now, random=random)
    exhausted = claim.attempt >= rules.max_attempts
    words = f"not taken in {claim.attempt} attempts; the last answer: {reason}"
    finding = _finding(FULFILMENT_EXHAUSTED, claim, words) if exhausted else None
    return JudgedParcel(ParcelMove(claim, "retrying", reason, due_at=due_at), FulfilmentReport(retrying=1), finding)


def _finding(kind: CaseKind, claim: ParcelClaim, message: str) -> CaseFinding:
    evidence: dict[str, str | int | None] = {"order": claim.parcel.order_ref, "attempt": claim.attempt}
    return CaseFinding(kind, claim.parcel.despatch_ref, message, order_name=claim.order_name, evidence=evidence)
