"""What the desk shows: plain rows, without personal data, handed in by whoever reads the ledger."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from cogent_pipelines.canonical.exception_case import Severity, Team


@dataclass(frozen=True, slots=True)
class DeskCase:
    """One open case. `kind` is the code of a case kind; the rest is as the case says it."""

    connection: str
    kind: str
    severity: Severity
    team: Team
    subject: str
    message: str
    opened_at: datetime
    order_name: str = ""
    suggestion: str = ""
    occurrences: int = 1
    acknowledged_by: str = ""
    number: int | None = None
    """What `cogent take-case` and `cogent close-case` call it."""


@dataclass(frozen=True, slots=True)
class QueueDepth:
    """How much waits in one queue (`orders to send`, `stock to publish`), and since when the oldest does."""

    connection: str
    queue: str
    waiting: int
    oldest_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class DeskView:
    """All that the desk shows at one moment."""

    cases: tuple[DeskCase, ...] = ()
    queues: tuple[QueueDepth, ...] = ()


ReadDesk = Callable[[], DeskView]
"""Reads the ledger; called from a thread, raises where the ledger is away."""
