"""Critical cases to the people who must act: each told once, marked only when a channel took it.

A crash between delivering and marking tells it twice, which is better than never.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from cogent_pipelines.canonical.identity import ConnectionName
from cogent_pipelines.ledger.database import Ledger
from cogent_pipelines.ledger.due_work import ALERTING
from cogent_pipelines.ledger.exception_cases import Case
from cogent_pipelines.ports.alerts import AlertChannel, AlertNotDelivered
from cogent_pipelines.ports.clock import Clock

# Runs of several connections may find the same cases due, so the lock is nobody's own.
_EVERYBODY = ConnectionName("")
_LISTED = 20
_AT_ONCE = 1000


@dataclass(frozen=True, slots=True)
class AlertReport:
    """`delivered` messages told of `cases`; `trouble` is why the last one that was not taken was not."""

    delivered: int = 0
    cases: int = 0
    undelivered: int = 0
    trouble: str = ""


def send_due_alerts(
    ledger: Ledger, channel: AlertChannel | None, clock: Clock, *, connection: ConnectionName | None = None
) -> AlertReport:
    """Tell of every critical case that nobody was told of: one message per connection and kind, however many orders.

    Without a channel the cases stay due, and are shown in the UI only. One sender at a time: whoever finds another at it
    leaves the telling to him.
    """
    if channel is None:
        return AlertReport()
    with ledger.advisory_lock(_EVERYBODY, ALERTING) as mine:
        return _send_all(ledger, channel, clock, connection) if mine else AlertReport()


def _send_all(ledger: Ledger, channel: AlertChannel, clock: Clock, connection: ConnectionName | None) -> AlertReport:
    report = AlertReport()
    due = ledger.cases.due_alerts(now=clock.now(), connection=connection, limit=_AT_ONCE)
    for _, group in groupby(sorted(due, key=lambda case: (*_group(case), case.id)), key=_group):
        report = _send(list(group), ledger=ledger, channel=channel, clock=clock, report=report)
    return report


def _send(cases: Sequence[Case], *, ledger: Ledger, channel: AlertChannel, clock: Clock, report: AlertReport) -> AlertReport:
    try:
        channel.send(title=title_of(cases), body=body_of(cases))
    except AlertNotDelivered as refusal:
        return AlertReport(report.delivered, report.cases, report.undelivered + 1, str(refusal))
    ledger.cases.mark_alerted([case.id for case in cases], now=clock.now())
    return AlertReport(report.delivered + 1, report.cases + len(cases), report.undelivered, report.trouble)


def _group(case: Case) -> tuple[str, str]:
    return case.connection, case.kind


def title_of(cases: Sequence[Case]) -> str:
    """Severity, connection, what it is, whose it is."""
    first = cases[0]
    title = first.described.title if first.described else first.kind
    count = f" ({len(cases)})" if len(cases) > 1 else ""
    return f"[{first.severity}] {first.connection}: {title}{count}, for {first.team.replace('_', ' ')}"


def body_of(cases: Sequence[Case]) -> str:
    """The storefront's name of each order with the exact message, and what to do first."""
    lines = [_line(case) for case in cases[:_LISTED]]
    if len(cases) > _LISTED:
        lines.append(f"… and {len(cases) - _LISTED} more")
    described = cases[0].described
    return "\n".join([*lines, "", f"What to do: {described.way_out}"] if described else lines)


def _line(case: Case) -> str:
    suggestion = f" Suggestion: {case.suggestion}." if case.suggestion else ""
    since = f"{case.opened_at:%Y-%m-%d %H:%M} UTC"
    return f"{case.order_name or case.subject}: {case.message}{suggestion} (since {since})"
