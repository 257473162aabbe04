"""What a check found, and what every check is judged with."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pandas as pd

from cogent_pipelines.canonical.connection import Connection
from cogent_pipelines.canonical.exception_case import Severity
from cogent_pipelines.ledger.bundle_parts import as_json
from cogent_pipelines.ledger.database import Ledger
from cogent_pipelines.reports.reading import frame_of
from cogent_pipelines.reports.standing_orders import KEEPING_KINDS
from cogent_pipelines.reports.words import KINDS

MOST_ROWS = 500
TOTAL = "_total"


@dataclass(frozen=True, slots=True)
class CheckFinding:
    """`rows` are the worst that were found, `count` is how many there are in all; `reason` is one sentence to act on."""

    name: str
    passed: bool
    severity: Severity
    reason: str
    rows: pd.DataFrame
    count: int


@dataclass(frozen=True, slots=True)
class Judging:
    """Whose ledger is judged, by which rules, as of when."""

    ledger: Ledger
    connection: Connection
    now: datetime

    def ask(self, question: str, **more: Any) -> pd.DataFrame:
        """Read the worst rows. A question gives `_total` beside each row, and what else is not to be shown with a `_`."""
        parameters = {
            "connection": self.connection.name,
            "now": self.now,
            "bundles": as_json(self.connection.bundles),
            "limit": MOST_ROWS,
            "kinds": KINDS,
            "keeping_kinds": KEEPING_KINDS,
            **more,
        }
        return frame_of(self.ledger, question, parameters)


def total(frame: pd.DataFrame) -> int:
    """How many rows there are in all, those that were not read included."""
    return 0 if frame.empty else int(frame[TOTAL].iloc[0])


def passed(name: str, frame: pd.DataFrame, reason: str) -> CheckFinding:
    return CheckFinding(name, True, Severity.TRANSIENT, reason, _shown(frame), 0)


def failed(name: str, frame: pd.DataFrame, reason: str, severity: Severity | None = None) -> CheckFinding:
    """As severe as its worst row, where the rows say how severe they are; they come worst first."""
    worst = severity or Severity(frame["severity"].iloc[0])
    return CheckFinding(name, False, worst, reason, _shown(frame), total(frame))


def _shown(frame: pd.DataFrame) -> pd.DataFrame:
    return frame[[column for column in frame.columns if not column.startswith("_")]]
