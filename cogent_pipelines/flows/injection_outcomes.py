"""What an answer of the warehouse means for an order: where it goes, and the case a person sees. Pure."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from random import Random

from cogent_pipelines.canonical.connection import InjectionRules
from cogent_pipelines.canonical.exception_case import (
    CHANGED_AFTER_INJECTION,
    INJECTION_EXHAUSTED,
    INJECTION_IN_DOUBT,
    INJECTION_REJECTED,
    INJECTION_RETRYING,
    INJECTION_UNSEEN,
    CaseFinding,
    CaseKind,
)
from cogent_pipelines.canonical.order import Order
from cogent_pipelines.canonical.sales_order import HeldSalesOrder
from cogent_pipelines.canonical.values import value
from cogent_pipelines.flows.backoff import asked_again_at, read_back_at, tried_again_at
from cogent_pipelines.flows.validation import Problem
from cogent_pipelines.ledger.sales_order_claims import Claim, DoubtfulOrder, Move, SalesOrderState
from cogent_pipelines.ports.errors import OutcomeUnknown, VendorError
from cogent_pipelines.ports.outcomes import (
    Acknowledged,
    AlreadyThere,
    CreateSalesOrderOutcome,
    FindSalesOrderOutcome,
    Found,
    Rejected,
    Taken,
    Unavailable,
    Unknown,
)

# The desk hears of an order that is being retried only when the quick attempts have not helped.
_QUIET_ATTEMPTS = 3
# An outage may leave thousands of orders in doubt, and each look is a call that somebody else waits for.
_LONGEST_LOOK = timedelta(minutes=1)
# One that a person has to find may come by itself all the same, when whatever keeps it at the warehouse goes on.
_LOOKS_FOR_THE_UNSEEN = timedelta(minutes=10)


@value(frozen=True, slots=True)
class Judged:
    """A move with the findings that go with it.

    `settles` says that something new was learnt of the order: what an earlier look found, and this one did not, is over.
    `left_behind` is what the warehouse keeps of an order that, as it turns out, is not to be sent any more.
    """

    move: Move
    findings: tuple[CaseFinding, ...] = ()
    settles: bool = True
    left_behind: CaseFinding | None = None


def judged(
    claim: Claim, outcome: CreateSalesOrderOutcome, *, rules: InjectionRules, now: datetime, random: Random
) -> Judged:
    """What becomes of an order that was sent."""
    match outcome:
        case Acknowledged(warehouse_ref) | AlreadyThere(warehouse_ref):
            return Judged(Move(claim, SalesOrderState.ACKNOWLEDGED, warehouse_ref=warehouse_ref))
        case Rejected(reasons):
            words = "; ".join(reasons) or "refused without a reason"
            return Judged(Move(claim, SalesOrderState.FAILED, words), (_finding(INJECTION_REJECTED, claim, words),))
        case Unavailable(reason, retry_after):
            return _tried_again(claim, reason, retry_after=retry_after, rules=rules, now=now, random=random)
        case Unknown(reason):
            return in_doubt(claim, reason, rules=rules, now=now, random=random)
        case Taken(reason, warehouse_ref):
            return in_doubt(claim, reason, taken_as=warehouse_ref, rules=rules, now=now, random=random)


def in_doubt(
    claim: Claim, reason: str, *, rules: InjectionRules, now: datetime, random: Random, taken_as: str | None = None
) -> Judged:
    """It is read back a little later. `taken_as` is what the warehouse calls it, where it said that it took it."""
    due_at = read_back_at(rules, attempt=claim.attempt, now=now, random=random)
    move = Move(claim, SalesOrderState.SENT, reason, due_at=due_at, warehouse_ref=taken_as)
    return Judged(move, (_finding(INJECTION_IN_DOUBT, claim, reason),))


def _awaited(
    claim: Claim, sent_at: datetime, *, until: datetime, rules: InjectionRules, now: datetime, random: Random
) -> Judged:
    """It is looked for again, less often the longer it does not come; and as soon as it cannot come any more."""
    pause = min(_LONGEST_LOOK, (now - sent_at) / 3)
    due_at = min(until, read_back_at(rules, attempt=1, now=now + pause, random=random))
    words = "not there yet"
    return Judged(Move(claim, SalesOrderState.SENT, words, due_at=due_at), (_finding(INJECTION_IN_DOUBT, claim, words),))


def _unseen(doubtful: DoubtfulOrder, *, now: datetime) -> Judged:
    """The warehouse has it by its own word: it is looked for for ever, and sent again only when a person says so."""
    claim = doubtful.claim
    words = f"taken as {doubtful.taken_as}, and not to be found there under {claim.ref}"
    move = Move(claim, SalesOrderState.SENT, words, due_at=now + _LOOKS_FOR_THE_UNSEEN)
    return Judged(move, (_finding(INJECTION_UNSEEN, claim, words),))


def vendor_away(claim: Claim, error: VendorError, *, rules: InjectionRules, now: datetime, random: Random) -> Judged:
    """The call as a whole was not made or not taken; no order is to blame, so none spends an attempt."""
    if isinstance(error, OutcomeUnknown):
        return in_doubt(claim, error.message, rules=rules, now=now, random=random)
    due_at = asked_again_at(rules, error, now=now, random=random)
    return Judged(Move(claim, SalesOrderState.RETRYING, error.message, due_at=due_at, spends_attempt=False), settles=False)


def held(claim: Claim, order: Order, problems: Sequence[Problem], *, again_at: datetime) -> Judged:
    """An order that is not sent until somebody has corrected what is wrong with it."""
    move = Move(claim, SalesOrderState.HELD, problems[0].kind.code, due_at=again_at, spends_attempt=False)
    return Judged(move, tuple(problem.finding(order) for problem in problems))


def read_back(
    doubtful: DoubtfulOrder,
    outcome: FindSalesOrderOutcome,
    *,
    within: timedelta,
    rules: InjectionRules,
    now: datetime,
    random: Random,
) -> Judged:
    """What becomes of an order in doubt: there and whole, there and of no use, awaited, or to be sent (again).

    `within` is how long the warehouse takes to show what it took: only then is its absence proof, and not where the
    warehouse said that it took it.
    """
    claim = doubtful.claim
    if not isinstance(outcome, Found):
        sent_at = doubtful.last_sent_at
        if sent_at is not None and now < sent_at + within:
            return _awaited(claim, sent_at, until=sent_at + within, rules=rules, now=now, random=random)
        if doubtful.taken_as:
            return _unseen(doubtful, now=now)
        return Judged(Move(claim, SalesOrderState.PENDING, due_at=now))
    held = outcome.sales_order
    if held.cancelled:
        words = f"the warehouse holds {held.ref} as cancelled ({held.status})"
        return Judged(Move(claim, SalesOrderState.FAILED, words), (_finding(INJECTION_REJECTED, claim, words),))
    if held.released and is_whole(held, doubtful):
        return Judged(Move(claim, SalesOrderState.ACKNOWLEDGED, warehouse_ref=held.ref))
    # Half of it is there, or it is not released: the warehouse completes an order that it is given again.
    words = f"Not to be sent any more, and the warehouse keeps a part of sales order {held.ref}: cancel it there."
    left_behind = CaseFinding(CHANGED_AFTER_INJECTION, claim.order_ref, words, order_name=claim.order_name)
    return Judged(Move(claim, SalesOrderState.PENDING, due_at=now), left_behind=left_behind)


def is_whole(held: HeldSalesOrder, doubtful: DoubtfulOrder) -> bool:
    """Whether the warehouse has exactly what was to be sent; False where that was never written down."""
    there: dict[str, int] = {}
    for line in held.lines:
        there[line.sku] = there.get(line.sku, 0) + line.quantity
    return bool(doubtful.quantities) and there == doubtful.quantities


def _tried_again(
    claim: Claim, reason: str, *, retry_after: float | None, rules: InjectionRules, now: datetime, random: Random
) -> Judged:
    if claim.attempt >= rules.max_attempts:
        words = f"not taken in {claim.attempt} attempts; the last answer: {reason}"
        return Judged(Move(claim, SalesOrderState.FAILED, words), (_finding(INJECTION_EXHAUSTED, claim, words),))
    due_at = tried_again_at(rules, attempt=claim.attempt, retry_after=retry_after, now=now, random=random)
    loud = claim.attempt >= _QUIET_ATTEMPTS
    findings = (_finding(INJECTION_RETRYING, claim, f"{reason} (attempt {claim.attempt})"),) if loud else ()
    return Judged(Move(claim, SalesOrderState.RETRYING, reason, due_at=due_at), findings)


def _finding(kind: CaseKind, claim: Claim, message: str) -> CaseFinding:
    evidence: dict[str, str | int | None] = {"sales_order": claim.ref, "attempt": claim.attempt}
    return CaseFinding(kind, claim.order_ref, message, order_name=claim.order_name, evidence=evidence)
