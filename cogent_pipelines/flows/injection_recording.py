"""Verdicts on orders into the ledger: the moves, and the cases that open and close with them, in one transaction."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from cogent_pipelines.canonical.exception_case import CHANGED_AFTER_INJECTION, SENDING_KINDS, CaseKind
from cogent_pipelines.canonical.identity import ConnectionName, OrderRef
from cogent_pipelines.flows.injection_outcomes import Judged
from cogent_pipelines.flows.injection_report import InjectionReport
from cogent_pipelines.flows.measures import Latencies
from cogent_pipelines.ledger.database import Ledger
from cogent_pipelines.ledger.sales_order_claims import SalesOrderState

States = Mapping[OrderRef, SalesOrderState]
_NOTHING: frozenset[CaseKind] = frozenset()


def record(connection: ConnectionName, verdicts: Sequence[Judged], *, ledger: Ledger, now: datetime) -> InjectionReport:
    """Record what became of claimed orders; those whose claim was overtaken are somebody else's by now."""
    with ledger.transaction():
        states = ledger.sales_orders.record(connection, [verdict.move for verdict in verdicts], now=now)
        mine = [verdict for verdict in verdicts if verdict.move.claim.order_ref in states]
        _open_cases(connection, mine, states, ledger=ledger, now=now)
        _close_cases(connection, mine, states, ledger=ledger, now=now)
    return _report(mine, states, now)


def _open_cases(
    connection: ConnectionName, verdicts: Sequence[Judged], states: States, *, ledger: Ledger, now: datetime
) -> None:
    findings = [finding for verdict in verdicts if _as_moved(verdict, states) for finding in verdict.findings]
    findings += [verdict.left_behind for verdict in verdicts if verdict.left_behind and _is_withdrawn(verdict, states)]
    ledger.cases.open_or_refresh(connection, findings, now=now)


def _close_cases(
    connection: ConnectionName, verdicts: Sequence[Judged], states: States, *, ledger: Ledger, now: datetime
) -> None:
    alike: dict[_Settled, set[str]] = defaultdict(set)
    for verdict in verdicts:
        alike[_settled(verdict, states)].add(verdict.move.claim.order_ref)
    over: dict[tuple[CaseKind, ...], set[str]] = defaultdict(set)
    for settled, subjects in alike.items():
        over[_kinds_over(settled)] |= subjects
    for kinds, subjects in over.items():
        ledger.cases.close(connection, kinds, subjects, now=now)


class _Settled(NamedTuple):
    """All that decides which cases of an order are over; nearly every order of a batch has the same."""

    state: SalesOrderState
    settles: bool
    still: frozenset[CaseKind]
    left_behind: bool


def _settled(verdict: Judged, states: States) -> _Settled:
    said = verdict.findings and _as_moved(verdict, states)
    still = frozenset([each.kind for each in verdict.findings]) if said else _NOTHING
    left_behind = verdict.left_behind is not None and _is_withdrawn(verdict, states)
    return _Settled(states[verdict.move.claim.order_ref], verdict.settles, still, left_behind)


def _kinds_over(settled: _Settled) -> tuple[CaseKind, ...]:
    """The kinds of trouble that such an order no longer has."""
    if settled.settles or not _waits(settled.state):
        sending = tuple(kind for kind in SENDING_KINDS if kind not in settled.still)
    else:
        sending = ()
    there = settled.left_behind or settled.state in {SalesOrderState.SENT, SalesOrderState.ACKNOWLEDGED}
    # What never got to the warehouse is sent as it is now, so nothing of it was changed too late.
    return sending if there else (*sending, CHANGED_AFTER_INJECTION)


def _as_moved(verdict: Judged, states: States) -> bool:
    return states[verdict.move.claim.order_ref] is verdict.move.to


def _is_withdrawn(verdict: Judged, states: States) -> bool:
    return states[verdict.move.claim.order_ref] is SalesOrderState.CANCELLED


def _waits(state: SalesOrderState) -> bool:
    return state in {SalesOrderState.PENDING, SalesOrderState.RETRYING, SalesOrderState.SENT}


def _report(verdicts: Sequence[Judged], states: States, now: datetime) -> InjectionReport:
    now_in = [states[verdict.move.claim.order_ref] for verdict in verdicts]
    acknowledged = [verdict.move.claim for verdict in verdicts if verdict.move.to is SalesOrderState.ACKNOWLEDGED]
    return InjectionReport(
        acknowledged=len(acknowledged),
        held=now_in.count(SalesOrderState.HELD),
        retrying=now_in.count(SalesOrderState.RETRYING),
        failed=now_in.count(SalesOrderState.FAILED),
        in_doubt=now_in.count(SalesOrderState.SENT),
        latency=Latencies.of((claim.order_name, (now - claim.captured_at).total_seconds()) for claim in acknowledged),
    )
