"""The desk's rows and the health answer, read from the ledger."""

from cogent_pipelines.gateway.desk import DeskCase, DeskView, QueueDepth
from cogent_pipelines.ledger.database import Ledger
from cogent_pipelines.ledger.exception_cases import Case
from cogent_pipelines.ledger.queue_depths import queue_depths

# More open cases than people can read; critical and oldest come first.
_MOST_CASES = 5_000


def read_desk(ledger: Ledger) -> DeskView:
    """What waits, as the ledger has it now; bind the ledger and hand it to `create_gateway`."""
    return DeskView(
        cases=tuple(_desk_case(case) for case in ledger.cases.open(limit=_MOST_CASES)),
        queues=tuple(
            QueueDepth(depth.connection, depth.queue, depth.waiting, depth.oldest_at) for depth in queue_depths(ledger.pool)
        ),
    )


def ping(ledger: Ledger) -> None:
    """Reach the ledger, or raise."""
    with ledger.pool.session() as session:
        session.execute("select 1")


def _desk_case(case: Case) -> DeskCase:
    return DeskCase(
        connection=case.connection,
        kind=case.kind,
        severity=case.severity,
        team=case.team,
        subject=case.subject,
        message=case.message,
        opened_at=case.opened_at,
        order_name=case.order_name,
        suggestion=case.suggestion,
        occurrences=case.occurrences,
        acknowledged_by=case.acknowledged_by or "",
        number=case.id,
    )
